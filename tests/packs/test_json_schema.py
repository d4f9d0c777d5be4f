"""The JSON Schema for editors says what the parser does: the same keys, and the same verdict on packs."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from cleaner.packs.json_schema import pack_schema
from cleaner.packs.load import all_files
from cleaner.packs.parse import parse_pack
from cleaner.packs.schema import PackError

SCHEMA = pack_schema()
CHECK = jsonschema.Draft4Validator(SCHEMA)
BROKEN = tomllib.loads((Path(__file__).parents[1] / "lint" / "broken.toml").read_text("utf-8"))["case"]
#: Faults that a schema can see: keys, words of closed lists, types, what is missing.
SEEN = ("unknown key", "unknown category", "unknown scope", "no example", "no counter", "example holds", "schema is")
PACK = 'schema = 1\npack = "user/mine"\n'
#: What stands before the keys of each table.
HEADERS = {
    "site": "[site]\n",
    "html": "[html]\n",
    "rule": "[[rule]]\nid = 'y'\n",
    "keep": "[[keep]]\nid = 'y'\n",
    "guard": "[[rule]]\nid = 'y'\n[rule.guard]\n",
}


def test_the_schema_is_one() -> None:
    jsonschema.Draft4Validator.check_schema(SCHEMA)
    assert json.loads(json.dumps(SCHEMA)) == SCHEMA


@pytest.mark.parametrize(("path", "layer"), all_files(), ids=lambda value: getattr(value, "stem", value))
def test_every_pack_of_the_cleaner_holds(path: Path, layer: str) -> None:
    assert [error.message for error in CHECK.iter_errors(tomllib.loads(path.read_text("utf-8")))] == []


def tables() -> Iterator[tuple[str, str, str]]:
    """Each key of the schema, with the text of a pack that has it and one that has a misspelt one beside it."""
    for key, value in SCHEMA["properties"].items():
        if key not in ("schema", "pack"):
            yield key, PACK + toml_of(key, value), f"{PACK}{key}x = 1\n"
    for name, header in HEADERS.items():
        for key, value in SCHEMA["definitions"][name]["properties"].items():
            own = "" if key == "id" else toml_of(key, value)  # which the header has
            yield f"{name}.{key}", PACK + header + own, f"{PACK}{header}{key}x = 1\n"
    wanted = {
        "drop": ("[html]\ndrop = [ ", SCHEMA["definitions"]["drop"]),
        "example": ("[[rule]]\nid = 'x'\nexample = [ ", SCHEMA["definitions"]["example"]["anyOf"][1]),
        "template": (
            "[site]\ntemplates = [ ",
            SCHEMA["definitions"]["site"]["properties"]["templates"]["items"]["anyOf"][1],
        ),
    }
    for name, (before, table) in wanted.items():
        some = dict.fromkeys(table["required"], "ad")
        for key in table["properties"]:
            entry = {**some, key: some.get(key, ["x"] if key == "names" else "x")}
            yield (
                f"{name}.{key}",
                f"{PACK}{before}{inline(entry)} ]\n",
                f"{PACK}{before}{inline({**some, key + 'x': 'x'})} ]\n",
            )


def inline(entry: dict[str, Any]) -> str:
    return "{ " + ", ".join(f"{key} = {json.dumps(value)}" for key, value in entry.items()) + " }"


def toml_of(key: str, value: dict[str, Any]) -> str:
    """The key with some value of its type."""
    if "allOf" in value or value.get("items", {}).get("$ref"):
        some = "{}" if "allOf" in value else "[]"
    else:
        some = {"integer": "1", "number": "0.5", "boolean": "true", "array": "['x']", "string": "'x'"}.get(
            value.get("type", "string"), "'x'"
        )
    return f"{key} = {some}\n"


def messages(text: str) -> list[str]:
    try:
        parse_pack(text.encode(), "mine.toml", "user")
    except PackError as error:
        return [one.message for one in error.each()]
    return []


@pytest.mark.parametrize(
    ("name", "with_key", "with_other"), list(tables()), ids=lambda value: value if len(value) < 30 else ""
)
def test_the_parser_knows_each_key_of_the_schema(name: str, with_key: str, with_other: str) -> None:
    key = name.rpartition(".")[2]
    tomllib.loads(with_key)
    assert not [message for message in messages(with_key) if "unknown key" in message or f"{key} holds {{" in message]
    assert [message for message in messages(with_other) if "unknown key" in message or "holds {" in message]
    assert [
        error
        for error in CHECK.iter_errors(tomllib.loads(with_other))
        if f"{key}x" in str(error.message) + str(error.context)
    ]


@pytest.mark.parametrize("case", BROKEN, ids=[case["name"] for case in BROKEN])
def test_what_a_schema_can_see_is_refused_by_both(case: dict[str, Any]) -> None:
    if case["message"] == "not TOML":
        return
    refused = not CHECK.is_valid(tomllib.loads(case["pack"]))
    assert refused or not case["message"].startswith(SEEN)


def test_there_are_such_cases() -> None:
    assert len([case for case in BROKEN if case["message"].startswith(SEEN)]) >= 6

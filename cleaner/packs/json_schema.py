"""The pack format as a JSON Schema, for editors: made of the same types that the parser reads packs into.

It keeps to what draft 4 knows, the most that editors of TOML support.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, get_args, get_origin

import msgspec

from cleaner.model import CATEGORIES
from cleaner.packs.parse import ID, KEEP_KEYS, NAME, RULE_KEYS, TOP_KEYS
from cleaner.packs.schema import RULE_STATUSES, SCHEMA, SCOPES, Drop, Guard, Html, Site

Schema = dict[str, Any]
_KEYS = Path(__file__).with_name("keys.toml")
_TEXT: Schema = {"type": "string"}
_SOME_TEXT: Schema = {"type": "string", "minLength": 1}
_TEXTS: Schema = {"type": "array", "items": _SOME_TEXT}


def pack_schema() -> Schema:
    """The JSON Schema of a pack file, as an object that ``json`` writes."""
    meanings = tomllib.loads(_KEYS.read_text("utf-8"))
    guard = _object(_fields(Guard), meanings["guard"])
    cases = {**_list(_ref("example")), "minItems": 1}
    shared = {
        "id": {"type": "string", "pattern": f"^{ID.pattern}$"},
        "match": _SOME_TEXT,
        "keywords": _TEXTS,
        "guard": _ref("guard"),
        "example": cases,
        "counter": cases,
        "note": _TEXT,
    }
    of_rules = {
        "category": {"enum": list(CATEGORIES)},
        "scope": {"enum": list(SCOPES)},
        "known_miss": _TEXTS,
        "status": {"enum": list(RULE_STATUSES)},
    }
    use = _object({"template": _SOME_TEXT, "id": shared["id"], "names": _TEXTS}, meanings["template"], ("template",))
    top: Schema = {
        "schema": {"enum": [SCHEMA]},
        "pack": {"type": "string", "pattern": f"^{NAME.pattern}$"},
        **dict.fromkeys(("title", "source", "license", "note"), _TEXT),
        "disable": _TEXTS,
        "site": _ref("site"),
        "html": _ref("html"),
        "rule": _list(_ref("rule")),
        "keep": _list(_ref("keep")),
    }
    return {
        "$schema": "http://json-schema.org/draft-04/schema#",
        "title": "A pattern pack of the cleaner",
        **_object({key: top[key] for key in TOP_KEYS}, meanings["top"], ("schema", "pack")),
        "definitions": {
            "site": _object({**_fields(Site), "templates": _list({"anyOf": [_SOME_TEXT, use]})}, meanings["site"]),
            "html": _object({**_fields(Html), "drop": _list(_ref("drop"))}, meanings["html"]),
            "drop": _object(
                {**_fields(Drop), "category": of_rules["category"]}, meanings["drop"], ("select", "category")
            ),
            "guard": guard,
            "example": {
                "anyOf": [_TEXT, _object({"in": _TEXT, "out": _TEXT, "host": _TEXT}, meanings["example"], ("in",))]
            },
            "rule": _object(
                {key: {**shared, **of_rules}[key] for key in RULE_KEYS},
                meanings["rule"],
                ("id", "category", "scope", "match", "example", "counter"),
            ),
            "keep": _object(
                {key: shared[key] for key in KEEP_KEYS}, meanings["rule"], ("id", "match", "example", "counter")
            ),
        },
    }


def _ref(name: str) -> Schema:
    return {"$ref": f"#/definitions/{name}"}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _object(keys: Mapping[str, Schema], meanings: Mapping[str, str], required: Iterable[str] = ()) -> Schema:
    """A table with these keys and no others, each with its meaning."""
    needed = list(required)
    return {
        "type": "object",
        "additionalProperties": False,
        **({"required": needed} if needed else {}),
        "properties": {key: _with_meaning(value, meanings[key]) for key, value in keys.items()},
    }


def _with_meaning(value: Schema, meaning: str) -> Schema:
    # In draft 4 what stands beside a reference does not count.
    return {"allOf": [value], "description": meaning} if "$ref" in value else {**value, "description": meaning}


def _fields(struct: type[msgspec.Struct]) -> dict[str, Schema]:
    """The keys of a table that is read into a struct."""
    return {field.name: _kind(field.type) for field in msgspec.structs.fields(struct)}


def _kind(kind: Any) -> Schema:
    if get_origin(kind) is UnionType:
        kind = next(each for each in get_args(kind) if each is not NoneType)
    if kind is int:
        return {"type": "integer", "minimum": 0}
    if kind is float:
        return {"type": "number", "minimum": 0}
    if kind is bool:
        return {"type": "boolean"}
    return _TEXT if kind is str else {"type": "array", "items": _TEXT}

"""Each check on packs that it is for and packs that it is not for, from ``checks.toml``."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from cleaner.lint.checks import lint
from cleaner.lint.codes import code_named, codes, explained, table_rows
from cleaner.lint.examples import run_all
from cleaner.lint.finding import Source
from cleaner.lint.regexes import neutral_sentences
from cleaner.model import CleanerError
from cleaner.packs.parse import parse_pack
from cleaner.packs.schema import PackError

CASES = tomllib.loads((Path(__file__).parent / "checks.toml").read_text("utf-8"))["case"]
KEYS = {"code", "path", "rule", "packs", "timed", "finds", "severity", "message", "line"}
CHECKS = [code for code in codes() if code.startswith("P")]
DOCS = Path(__file__).parents[2] / "docs" / "packs.md"


def source(path: str, text: str) -> Source:
    pack, cases = parse_pack(text.encode(), path, path.partition("/")[0])
    return Source(pack, cases, path, text)


def texts(case: dict[str, Any]) -> dict[str, str]:
    if "packs" in case:
        found: dict[str, str] = case["packs"]
        return found
    path = case["path"]
    head = f'schema = 1\npack = "{path.removesuffix(".toml")}"\nsource = "pages"\n[[rule]]\nid = "x"\n'
    return {path: head + case["rule"] + "\n"}


@pytest.mark.parametrize("case", CASES, ids=[f"{case['code']}-{n}" for n, case in enumerate(CASES)])
def test_check(case: dict[str, Any]) -> None:
    assert set(case) <= KEYS
    order = ("generic", "language", "network", "site", "user")
    packs = sorted(texts(case).items(), key=lambda item: order.index(item[0].partition("/")[0]))
    sources = [source(path, text) for path, text in packs]
    every = lint(sources, {path for path, _ in packs}, timed=case.get("timed", False))
    found = [finding for finding in every if finding.code == case["code"]]
    assert len(found) == case["finds"], "\n".join(map(str, every))
    for finding in found:
        assert case.get("message", "") in finding.message
        assert finding.severity == case.get("severity", finding.severity)
        assert finding.line == case.get("line", finding.line)
        assert finding.mend
        assert str(finding).startswith(f"{finding.path}:{finding.line}: {finding.code}")


def test_every_code_has_a_case_that_triggers_it_and_one_that_does_not() -> None:
    seen: dict[str, set[bool]] = defaultdict(set)
    for case in CASES:
        seen[case["code"]].add(case["finds"] > 0)
    wanted = set(CHECKS) - {"P000"}  # that one is what ``broken.toml`` is for
    assert {code for code, outcomes in seen.items() if outcomes == {True, False}} == wanted


def test_the_table_of_the_docs_is_that_of_the_codes() -> None:
    rows = [line for line in DOCS.read_text("utf-8").splitlines() if line.startswith("| `P")]
    assert rows == table_rows(), "docs/packs.md: the table must read\n" + "\n".join(table_rows())


def findings(part: str, layer: str, timed: bool) -> set[str]:
    """The codes found in a part of a pack, or in several packs."""
    name = "language/id/x" if layer == "language" else "user/mine" if layer == "user" else f"{layer}/x.id"
    texts = [f"schema = 1\n{each}" for each in part.split("schema = 1\n")[1:]]
    texts = texts or [f'schema = 1\npack   = "{name}"\nsource = "pages"\n{part}']
    try:
        names = [tomllib.loads(text)["pack"] for text in texts]
        sources = [source(f"{name}.toml", text) for name, text in zip(names, texts, strict=True)]
    except (PackError, tomllib.TOMLDecodeError):
        return {"P000"}
    paths = {each.path for each in sources}
    found = {finding.code for finding in lint(sources, paths, timed=timed)}
    return found if "P001" in found else found | {finding.code for finding in run_all(sources, paths)[0]}


@pytest.mark.parametrize("name", codes())
def test_wrong_is_wrong_and_right_is_right(name: str) -> None:
    code = codes()[name]
    assert name in findings(code.wrong.lstrip(), code.layer, code.timed)
    left = findings(code.right.lstrip(), code.layer, code.timed) - {"P018", "P021"}  # about the rest of the pack
    assert not left if name not in ("P018", "P021") else name not in findings(code.right.lstrip(), code.layer, False)


def test_a_code_is_explained() -> None:
    lines = list(explained(*code_named("p005")))
    assert lines[0] == "P005: a regex backtracks exponentially (error)"
    assert any(line.startswith("    match    = '^iklan") for line in lines)
    with pytest.raises(CleanerError, match="no check 'P055'; did you mean 'P0"):
        code_named("P055")


def test_there_are_enough_neutral_sentences() -> None:
    assert len(set(neutral_sentences())) >= 200


def test_packs_that_are_not_asked_for_are_not_reported() -> None:
    sources = [source("site/x.id.toml", 'schema = 1\npack   = "site/x.id"\n')]
    assert [f.code for f in lint(sources, {"site/x.id.toml"}, timed=False)] == ["P018"]
    assert lint(sources, set(), timed=False) == []

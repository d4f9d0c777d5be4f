"""Each check on packs that it is for and packs that it is not for, from ``checks.toml``."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from cleaner.lint.checks import CODES, lint
from cleaner.lint.finding import Source
from cleaner.lint.regexes import neutral_sentences
from cleaner.packs.parse import parse_pack

CASES = tomllib.loads((Path(__file__).parent / "checks.toml").read_text("utf-8"))["case"]
KEYS = {"code", "path", "rule", "packs", "timed", "finds", "severity", "message", "line"}
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
    wanted = {code.code for code in CODES} - {"P000"}  # that one is what ``broken.toml`` is for
    assert {code for code, outcomes in seen.items() if outcomes == {True, False}} == wanted


def test_every_code_is_in_the_docs() -> None:
    text = DOCS.read_text("utf-8")
    assert [code.code for code in CODES if f"| `{code.code}` |" not in text] == []


def test_there_are_enough_neutral_sentences() -> None:
    assert len(set(neutral_sentences())) >= 200


def test_packs_that_are_not_asked_for_are_not_reported() -> None:
    sources = [source("site/x.id.toml", 'schema = 1\npack   = "site/x.id"\n')]
    assert [f.code for f in lint(sources, {"site/x.id.toml"}, timed=False)] == ["P018"]
    assert lint(sources, set(), timed=False) == []

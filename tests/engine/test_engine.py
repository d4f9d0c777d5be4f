"""What scopes and guards do, from ``engine.toml``."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from cleaner import restore
from cleaner.applied import program_of
from cleaner.audit import record
from cleaner.core import clean_with
from cleaner.engine.dispatch import Program
from cleaner.packs.parse import parse_pack

CASES = tomllib.loads((Path(__file__).parent / "engine.toml").read_text("utf-8"))["case"]
HEAD = 'schema = 1\npack = "user/contoh"\n'


def program(toml: str) -> Program:
    pack, _ = parse_pack((HEAD + toml).encode(), "engine.toml", "user")
    return program_of([(rule, pack.layer) for rule in pack.rules])


def rules_of(name: str) -> str:
    """A case may name a rule of an earlier case instead of writing it again."""
    if "\n" in name:
        return name
    return next(case["rules"] for case in CASES if f'id = "{name}"' in case["rules"])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_engine(case: dict[str, Any]) -> None:
    rules = program(rules_of(case["rules"]))
    cleaned = clean_with(case["raw"], rules)
    assert cleaned.text == case["clean"]
    assert [w.why for w in cleaned.withheld] == case.get("withheld", [])
    assert restore(cleaned.text, record(cleaned)) == case["raw"]
    assert clean_with(cleaned.text, rules).text == cleaned.text
    if "owners" in case:
        assert [r.rule for r in cleaned.removals] == case["owners"]
    if cleaned.text == case["raw"]:
        assert not cleaned.removals
    else:
        assert cleaned.removals

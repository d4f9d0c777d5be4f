"""Every folder ``fixtures/<site>/<case>/`` is a test: raw text or page in, exact clean text and removals out."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from cleaner import Cleaned, Cleaner, restore
from cleaner.audit import record, verify

ROOT = Path(__file__).resolve().parent.parent / "fixtures"
CASES = sorted(path.parent for path in ROOT.glob("*/*/clean.txt"))


def run(case: Path, cleaner: Cleaner) -> Cleaned:
    options = tomllib.loads((case / "meta.toml").read_text("utf-8")) if (case / "meta.toml").exists() else {}
    url, site = options.get("url"), options.get("site")
    page = case / "raw.html"
    if page.exists():
        return cleaner.clean_html(page.read_bytes(), url=url, site=site)
    return cleaner.clean_text((case / "raw.txt").read_bytes().decode("utf-8"), url=url, site=site)


def brief(cleaned: Cleaned) -> list[dict[str, str]]:
    return [{"category": r.category, "rule": r.rule, "text": r.text} for r in cleaned.removals]


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c.parent.name}/{c.name}")
def test_fixture(case: Path, cleaner: Cleaner) -> None:
    cleaned = run(case, cleaner)
    assert cleaned.text == (case / "clean.txt").read_bytes().decode("utf-8")
    expected = json.loads((case / "removals.json").read_text("utf-8"))
    assert brief(cleaned) == expected["removals"]
    assert cleaned.credits == expected.get("credits", {})
    assert list(cleaned.flags) == expected.get("flags", [])
    assert restore(cleaned.text, record(cleaned)) == cleaned.raw
    assert verify(record(cleaned), cleaned.text, cleaned.raw) == []


def test_there_are_fixtures() -> None:
    assert len(CASES) >= 5

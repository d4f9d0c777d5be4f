"""Every folder ``fixtures/<site>/<case>/`` is a test: raw text or page in, exact clean text and removals out."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from cleaner import Cleaner, restore
from cleaner.audit import record, verify

sys.path.append(str(Path(__file__).resolve().parent.parent / "benchmarks"))

import cases

CASES = cases.load_all()
EXACT = [case for case in CASES if not case.known_gap]


@pytest.mark.parametrize("case", EXACT, ids=lambda case: case.name)
def test_fixture(case: cases.Case, cleaner: Cleaner) -> None:
    cleaned = case.run(cleaner)
    assert cleaned.text == case.clean
    assert cases.differences(case, cleaned) == []
    assert cleaned.credits == case.credits
    assert cleaned.flags == case.flags


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_nothing_is_lost(case: cases.Case, cleaner: Cleaner) -> None:
    cleaned = case.run(cleaner)
    if isinstance(case.raw, str):
        assert cleaned.raw == case.raw
    assert restore(cleaned.text, record(cleaned)) == cleaned.raw
    assert verify(record(cleaned), cleaned.text, cleaned.raw) == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_cleaning_again_changes_nothing(case: cases.Case, cleaner: Cleaner) -> None:
    cleaned = case.run(cleaner)
    if cleaned.flags:
        return
    assert cleaner.clean_text(cleaned.text, url=case.url, site=cleaned.site if not case.url else case.site).text == (
        cleaned.text
    )

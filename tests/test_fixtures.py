"""Every folder ``fixtures/<site>/<case>/`` is a test: raw text or page in, exact clean text and removals out."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from cleaner import Cleaner, restore
from cleaner.audit import record, verify

sys.path.append(str(Path(__file__).resolve().parent.parent / "benchmarks"))

import cases

import fixtures

CASES = cases.load_all()
EXACT = [case for case in CASES if not case.known_gap]
GAPS = [case for case in CASES if case.known_gap]


@pytest.mark.parametrize("case", EXACT, ids=lambda case: case.name)
def test_fixture(case: cases.Case, cleaner: Cleaner) -> None:
    cleaned = case.run(cleaner)
    assert cleaned.text == case.clean
    assert cases.differences(case, cleaned) == []


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
    again = cleaner.clean_text(cleaned.text, url=case.url, site=case.site or (None if case.url else cleaned.site))
    assert "not_settled" not in cleaned.flags
    assert again.text == cleaned.text


@pytest.mark.parametrize("case", GAPS, ids=lambda case: case.name)
def test_a_known_gap_is_clutter_left_and_no_body_lost(case: cases.Case, cleaner: Cleaner) -> None:
    found = fixtures.score(case, case.run(cleaner).text)
    assert found.body_kept == found.body
    assert found.clutter_left > 0, "closed: take known_gap out of meta.toml"


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 120
    assert len({case.name.partition("/")[0] for case in CASES}) >= 60
    assert sum(case.is_clutter_free for case in CASES) >= len(CASES) / 3
    assert sum(case.kind == "html" for case in CASES) >= 30
    assert len(GAPS) <= 10


def test_the_seeds_are_among_them() -> None:
    seeds = sorted(path.read_bytes() for path in (cases.ROOT.parent / "seeds").glob("*.txt"))
    assert sorted(path.read_bytes() for path in cases.ROOT.glob("*/seed/raw.txt")) == seeds


def test_quality_is_above_its_floors() -> None:
    strata = fixtures.Runner().strata(CASES)
    reached = {name: fixtures.figures(rows) for name, rows in strata.items()}
    assert fixtures.missed(reached, fixtures.read_floors()) == []


def a_case(clean: str, *cut: tuple[str, str]) -> cases.Case:
    return cases.Case("a/b", "", clean, tuple(cases.Piece(category, text) for category, text in cut))


def test_score_counts_words_of_body_and_clutter() -> None:
    case = a_case("Harga beras naik.", ("related", "Baca Juga: Harga Cabai"), ("title", "Beras"))
    assert fixtures.score(case, "Harga beras naik.\n\nBeras") == fixtures.Score("a/b", 3, 3, 4, 0)
    assert fixtures.score(case, "Harga naik.\nBaca juga: Harga cabai") == fixtures.Score("a/b", 3, 2, 4, 4)
    assert fixtures.score(case, "") == fixtures.Score("a/b", 3, 0, 4, 0)


def test_floors_are_raised_by_pinning_and_lowered_only_on_purpose(tmp_path: Path) -> None:
    good = {"documents": 3, "clutter_left": 0.0, "body_kept": 1.0, "perfect": 1.0}
    bad = {"documents": 3, "clutter_left": 0.123456, "body_kept": 0.999999, "perfect": 2 / 3}
    assert fixtures.missed({"text.seen": bad}, {"text.seen": good}) != []
    assert fixtures.missed({}, {"text.seen": good}) == ["text.seen: no documents, the floor is for 3"]
    assert fixtures.pinned({"text.seen": bad}, {"text.seen": good}, allow_lower=False) == {"text.seen": good}
    assert fixtures.pinned({"text.seen": good}, {"text.seen": bad}, allow_lower=False) == {"text.seen": good}
    lowered = fixtures.pinned({"text.seen": bad}, {"text.seen": good}, allow_lower=True)
    assert fixtures.missed({"text.seen": bad}, lowered) == []
    file = tmp_path / "floors.toml"
    file.write_text(fixtures.written(lowered), "utf-8")
    assert fixtures.read_floors(file) == lowered


def test_a_broken_case_is_named(tmp_path: Path) -> None:
    (tmp_path / "raw.txt").write_text("a", "utf-8")
    (tmp_path / "clean.txt").write_text("a", "utf-8")
    with pytest.raises(cases.CaseError, match=r"removals\.json: No such file"):
        cases.load(tmp_path)
    (tmp_path / "removals.json").write_text('{"removals": [{"category": "spam", "text": "x"}]}', "utf-8")
    with pytest.raises(cases.CaseError, match=r"removals\.json: removal 1: unknown category 'spam'"):
        cases.load(tmp_path)
    (tmp_path / "meta.toml").write_text('link = "https://a.id/"\n', "utf-8")
    with pytest.raises(cases.CaseError, match=r"meta\.toml: unknown key 'link'"):
        cases.load(tmp_path)

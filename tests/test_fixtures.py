"""Every folder ``fixtures/<site>/<case>/`` is a test: raw text or page in, exact clean text and removals out."""

from __future__ import annotations

from pathlib import Path

import pytest

from cleaner import Cleaner, restore
from cleaner.audit import record, verify
from cleaner.maintain import cases
from tests import score as scores

CASES = cases.load_all(scores.FIXTURES)
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
    found = scores.score(case, case.run(cleaner).text)
    assert found.body_kept == found.body
    assert found.clutter_left > 0, "closed: take known_gap out of meta.toml"


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 120
    assert len({case.name.partition("/")[0] for case in CASES}) >= 60
    assert sum(case.is_clutter_free for case in CASES) >= len(CASES) / 3
    assert sum(case.kind == "html" for case in CASES) >= 30
    assert len(GAPS) <= 10


def test_the_seeds_are_among_them() -> None:
    seeds = sorted(path.read_bytes() for path in (scores.ROOT / "seeds").glob("*.txt"))
    assert sorted(path.read_bytes() for path in scores.FIXTURES.glob("*/seed/raw.txt")) == seeds


def test_quality_is_above_its_floors() -> None:
    strata = scores.Runner().strata(CASES)
    reached = {name: scores.figures(rows) for name, rows in strata.items()}
    assert scores.missed(reached, scores.read_floors()) == []


def a_case(clean: str, *cut: tuple[str, str]) -> cases.Case:
    return cases.Case("a/b", "", clean, tuple(cases.Piece(category, text) for category, text in cut))


def test_score_counts_words_of_body_and_clutter() -> None:
    case = a_case("Harga beras naik.", ("related", "Baca Juga: Harga Cabai"), ("title", "Beras"))
    assert scores.score(case, "Harga beras naik.\n\nBeras") == scores.Score("a/b", 3, 3, 4, 0)
    assert scores.score(case, "Harga naik.\nBaca juga: Harga cabai") == scores.Score("a/b", 3, 2, 4, 4)
    assert scores.score(case, "") == scores.Score("a/b", 3, 0, 4, 0)


def test_floors_are_raised_by_pinning_and_lowered_only_on_purpose(tmp_path: Path) -> None:
    good = {"documents": 3, "clutter_left": 0.0, "body_kept": 1.0, "perfect": 1.0}
    bad = {"documents": 3, "clutter_left": 0.123456, "body_kept": 0.999999, "perfect": 2 / 3}
    assert scores.missed({"text.seen": bad}, {"text.seen": good}) != []
    assert scores.missed({}, {"text.seen": good}) == ["text.seen: no documents, the floor is for 3"]
    assert scores.pinned({"text.seen": bad}, {"text.seen": good}, allow_lower=False) == {"text.seen": good}
    assert scores.pinned({"text.seen": good}, {"text.seen": bad}, allow_lower=False) == {"text.seen": good}
    lowered = scores.pinned({"text.seen": bad}, {"text.seen": good}, allow_lower=True)
    assert scores.missed({"text.seen": bad}, lowered) == []
    file = tmp_path / "floors.toml"
    file.write_text(scores.written(lowered), "utf-8")
    assert scores.read_floors(file) == lowered


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

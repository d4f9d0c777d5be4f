"""Ends of inline titles: known ones, look-alikes of which nothing may be lost, and what the model's file must be."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner import Cleaner, restore
from cleaner.audit import decode, encode, record
from cleaner.engine.title_end import MODEL_RULE, title_end
from cleaner.engine.title_features import see
from cleaner.engine.title_scene import Lexicon, key_of
from cleaner.engine.title_weights import FILE, ONE, Limits, decode_model, encode_model, read_model, title_model
from cleaner.model import CleanerError
from cleaner.packs.words import builtin_dir

CASES: dict[str, list[dict[str, Any]]] = tomllib.loads(
    (Path(__file__).parent / "title_ends.toml").read_text(encoding="utf-8")
)
LEAD = (
    "Harga beras naik di pasar, kata Yusuf Hadi kemarin. Menurut Yusuf, stok Bulog di Karawang cukup sampai Lebaran. "
    "Pedagang bawang di Brebes, Siti Aminah, menyebut pasokan dari petani lancar. "
)
TAIL = " Petani bawang berharap harga pulih bulan depan. Bulog akan membeli gabah, kata Yusuf lagi kepada wartawan."
INVITATION = "Baca juga: "


def cases(kind: str) -> list[Any]:
    return [pytest.param(case, id=case["kind"]) for case in CASES[kind]]


@pytest.mark.parametrize("case", cases("exact"))
def test_the_title_goes_and_nothing_else(case: dict[str, Any]) -> None:
    behind = case["after"] if "rest" in case else case["after"] + TAIL
    text = LEAD + INVITATION + case["title"] + behind
    found = title_end(text, len(LEAD + INVITATION))
    assert found is not None
    assert (text[found.end :], found.sure) == (behind, True), found


@pytest.mark.parametrize("tail", ["", TAIL], ids=["short", "long"])
@pytest.mark.parametrize("case", cases("safe"))
def test_nothing_of_the_story_goes(case: dict[str, Any], tail: str) -> None:
    behind = case["after"] + tail
    text = LEAD + INVITATION + case["title"] + behind
    cleaned = Cleaner().clean_text(text)
    assert case["rest"] in cleaned.text if "rest" in case else cleaned.text.endswith(behind.strip())
    assert restore(cleaned.text, cleaned) == text


@pytest.mark.parametrize("case", cases("doubtful"))
def test_an_end_that_may_be_too_late_leaves_a_doubt(case: dict[str, Any]) -> None:
    cleaned = Cleaner().clean_text(LEAD + INVITATION + case["title"] + case["after"] + TAIL)
    late = [cut for cut in cleaned.removals if case["after"].split()[0] in cut.text]
    assert [cut.doubt for cut in late] == ["title_end"] and "doubtful" in cleaned.flags


@pytest.mark.parametrize("marks", ["  ", "\t", " [Gambas:Video] "])
def test_a_mark_needs_no_model(marks: str) -> None:
    text = f"{LEAD}{INVITATION}Harga Cabai Turun di Pasar{marks}Yusuf menjelaskan gudang sudah penuh."
    found = title_end(text, len(LEAD + INVITATION))
    assert found is not None and (found.why, found.certainty, found.sure) == ("gap", ONE, True)


def test_the_next_invitation_ends_a_title() -> None:
    text = f"{LEAD}{INVITATION}Harga Cabai Turun di Pasar Baca juga: Harga Bawang di Kota Menurut Yusuf, aman."
    found = title_end(text, len(LEAD + INVITATION))
    assert found is not None and text[: found.end].endswith("Cabai Turun di Pasar") and found.why == "next"


def test_a_title_in_brackets_needs_no_model() -> None:
    text = f"{LEAD}({INVITATION}Harga Cabai Turun (Lagi) di Pasar) Yusuf menjelaskan gudang sudah penuh.{TAIL}"
    (cut,) = Cleaner().clean_text(text).removals
    assert cut.text.strip() == f"({INVITATION}Harga Cabai Turun (Lagi) di Pasar)" and cut.evidence is None


def test_the_record_tells_what_the_model_said() -> None:
    text = f"{LEAD}{INVITATION}Harga Cabai di Pasar Induk Turun Menurut Yusuf, harga bawang masih tinggi.{TAIL}"
    cleaned = Cleaner().clean_text(text)
    (cut,) = cleaned.removals
    assert cut.rule == "language/id/related#invitation-inline"
    assert (
        cut.evidence == MODEL_RULE
        and cut.confidence is not None
        and cut.confidence >= title_model().limits.likely / ONE
    )
    assert cleaned.packs[MODEL_RULE] == title_model().sha256[:16]
    line = encode(record(cleaned))
    assert decode(line).removals == cleaned.removals
    plain = encode(record(Cleaner().clean_text("Harga beras naik.\nBaca juga: Harga Cabai Turun")))
    assert b"confidence" not in plain and b"evidence" not in plain and MODEL_RULE.encode() not in plain


def test_a_doubtful_end_is_withheld_and_proposed() -> None:
    title = "Cara Simpan Video TikTok dan YouTube di Ponsel"
    text = f"{LEAD}{INVITATION}{title} PeduliLindungi dan WhatsApp dipakai pedagang untuk mencatat stok.{TAIL}"
    cleaned = Cleaner().clean_text(text)
    (held,) = cleaned.withheld
    assert (cleaned.text, cleaned.flags) == (text, ("withheld:title_end",))
    assert (held.why, held.evidence) == ("title_end", MODEL_RULE)
    assert held.confidence is not None and held.confidence < title_model().limits.certain / ONE
    assert text[held.start : held.end].startswith(f"{INVITATION}{title}")
    assert MODEL_RULE in cleaned.packs


WORDS = "Harga Cabai di dan Yusuf Hadi naik turun, “Kami ”kata (Lagi) 2. RI? PKS! BukanNama 2024Menurut \u200b . … -"
words = st.sampled_from([*WORDS.split(" "), "\t", " "])


@given(st.lists(words, max_size=60).map(" ".join) | st.text(max_size=300), st.integers(0, 40))
def test_any_text_gets_an_answer_inside_it(text: str, start: int) -> None:
    start = min(start, len(text))
    found = title_end(text, start)
    assert found == title_end(text, start)
    if found is not None:
        assert start < found.end <= len(text) and 0 <= found.certainty <= ONE


@given(st.lists(words, max_size=30).map(" ".join))
def test_cleaning_loses_nothing_and_settles(behind: str) -> None:
    text = f"{LEAD}{INVITATION}{behind}{TAIL}"
    cleaned = Cleaner().clean_text(text)
    assert restore(cleaned.text, cleaned) == text
    assert Cleaner().clean_text(cleaned.text).text == cleaned.text


def test_the_file_is_small_and_says_what_it_is() -> None:
    path = builtin_dir() / FILE
    assert path.stat().st_size <= 400_000
    model = title_model()
    assert len(model.sha256) == 64 and max(map(abs, model.weights)) <= 127


def test_a_model_comes_back_as_it_was_written() -> None:
    weights = [0] * len(title_model().weights)
    weights[5], weights[6] = 127, -127
    lexicon = Lexicon(frozenset({"di", "ke"}), {7: "512", 8: "000", 4_000_000: "???"}, {9: "3"}, {7: "?4"})
    limits = Limits(900, 700, 30)
    model = decode_model(encode_model(weights, lexicon, 60_000, limits))
    assert (list(model.weights), model.lexicon, model.limits) == (weights, lexicon, limits)
    assert model.shares([10, 10], 0) == (ONE // 2, 0)
    assert model.shares([10, 10], 1) == (ONE // 2, ONE // 2)
    assert model.shares([-9_999, 500, 0], 1) == (ONE, 0)


@pytest.mark.parametrize(
    ("certainty", "earlier", "taken"),
    [(940, 60, True), (939, 21, False), (939, 20, True), (800, 0, True), (799, 0, False)],
)
def test_what_falls_to_earlier_ends_is_the_risk(certainty: int, earlier: int, taken: bool) -> None:
    assert title_model()._replace(limits=Limits(940, 800, 20)).takes(certainty, earlier) is taken


@pytest.mark.parametrize(
    "data",
    [b"", b"{}\n", b"not json\n\0", b'{"format":1}', (builtin_dir() / FILE).read_bytes()[:5_000]],
    ids=["empty", "no fields", "no JSON", "no parts", "cut short"],
)
def test_a_broken_file_is_named(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "title-end.bin"
    path.write_bytes(data)
    with pytest.raises(CleanerError, match=r"title-end\.bin"):
        read_model(path)


def test_another_format_is_refused(tmp_path: Path) -> None:
    data = (builtin_dir() / FILE).read_bytes().replace(b'"format":1', b'"format":9', 1)
    with pytest.raises(ValueError, match="format 9"):
        decode_model(data)


def test_features_do_not_depend_on_the_process() -> None:
    seen = see("Baca juga: Harga Cabai Turun Menurut Yusuf, stok aman.", 11, Lexicon(frozenset({"di"}), {}, {}, {}))
    assert key_of("harga cabai") == 3398698
    assert seen.ends[0] == 28 and seen.counts[0] == 3
    assert sum(seen.gaps[0]) == 4159910

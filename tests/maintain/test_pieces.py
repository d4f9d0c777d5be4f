from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner import Cleaner
from cleaner.maintain.pieces import LONG_LINE, TEXT_CHARS, pieces, spans

SENTENCE = "Harga beras naik tajam pada pekan ini, kata para pedagang di pasar induk kepada wartawan."


def of(text: str) -> list[str]:
    return [text[start:end] for start, end, _ in spans(text)]


def test_short_lines_stay_whole() -> None:
    assert of("  satu. Dua.\r\n\n tiga\u2028empat ") == ["satu. Dua.", "tiga", "empat"]


def test_a_long_line_is_taken_apart_at_sentence_ends() -> None:
    text = f"{SENTENCE} {SENTENCE}Baca Juga: Cabai Murah “Itu benar.” Kata dr. Ani dan Tn. Budi. {SENTENCE} {SENTENCE}"
    assert len(text) > LONG_LINE
    found = of(text)
    assert found[:2] == [SENTENCE, SENTENCE]
    assert found[2].startswith("Baca Juga")
    assert "Kata dr. Ani dan Tn." in found[3]


@given(st.text(alphabet="aB1.!? \n\r\u2028”()", max_size=900))
def test_spans_are_in_order_and_hold_all_that_is_visible(text: str) -> None:
    at = 0
    for start, end, _ in spans(text):
        assert at <= start < end <= len(text)
        assert not text[at:start].strip()
        assert text[start:end] == text[start:end].strip()
        at = end
    assert not text[at:].strip()


def test_a_piece_knows_what_is_cut(cleaner: Cleaner) -> None:
    text = f"{SENTENCE}\nBaca Juga: Harga Cabai Turun\n{SENTENCE}\n{SENTENCE}\n{SENTENCE} (ran/bay)"
    found = list(pieces(cleaner.clean_text(text), 7, "contohnews.id"))
    assert [piece.cut_all for piece in found] == [False, True, False, False, False]
    assert [(piece.cut_start, piece.cut_end) for piece in found] == [
        (False, False),
        (True, True),
        (False, False),
        (False, False),
        (False, True),
    ]
    assert [piece.edge for piece in found] == [True, True, False, True, True]
    assert found[1].head[:3] == ("baca", "juga", ":")
    assert found[4].tail[-3:] == ("(", "<sign>", ")")


@pytest.mark.parametrize("size", [TEXT_CHARS, TEXT_CHARS + 1, 10 * TEXT_CHARS])
def test_samples_of_long_pieces_keep_both_ends(cleaner: Cleaner, size: int) -> None:
    text = ("awal " + "kata " * size)[: size - 6] + " akhir"
    sample = next(pieces(cleaner.clean_text(text), 0, "")).text
    assert sample.startswith("awal")
    assert sample.endswith("akhir")
    assert len(sample) <= TEXT_CHARS + 1

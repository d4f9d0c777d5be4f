"""Rows of a document are the raw text, and what is left out or folded is only what may be."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cleaner.model import Cleaned, Removal
from cleaner.review.rows import ELLIPSIS, around, folded, rows_of, shortened
from cleaner.review.terminal import columns, side_by_side

PARTS = ["a", "b c", "\n", "\n\n", "é", "\r\n", " ", "kata " * 60]
SCOPES = st.sampled_from(["line", "page"])


@st.composite
def results(draw: st.DrawFn, scope: st.SearchStrategy[str] = SCOPES) -> Cleaned:
    raw = draw(st.lists(st.sampled_from(PARTS), max_size=30).map("".join))
    marks = sorted(draw(st.sets(st.integers(0, len(raw)), max_size=12)))
    spans = list(zip(marks[::2], marks[1::2], strict=False))
    removals = tuple(Removal(a, b, raw[a:b], "related", "t#r", draw(scope)) for a, b in spans)
    text, at = "", 0
    for a, b in spans:
        text, at = text + raw[at:a], b
    return Cleaned(text=text + raw[at:], raw=raw, removals=removals)


@given(results())
def test_rows_joined_are_the_raw_text_and_what_is_kept_the_clean_one(cleaned: Cleaned) -> None:
    rows = rows_of(cleaned)
    text = "\n".join("".join(piece.text for piece in row.pieces) for row in rows)
    assert text == cleaned.raw.removesuffix("\n") or text == cleaned.raw
    assert [row.number for row in rows] == list(range(1, len(rows) + 1))
    kept = "".join(piece.text for row in rows for piece in row.pieces if piece.cut < 0)
    assert kept.replace("\n", "") == cleaned.text.replace("\n", "")


@given(results())
def test_folding_hides_only_furniture_of_pages(cleaned: Cleaned) -> None:
    rows = folded(rows_of(cleaned), cleaned.removals)
    assert sum(row.folded or 1 for row in rows) == len(rows_of(cleaned))
    shown = {row.number for row in rows if not row.folded}
    for row in rows_of(cleaned):
        if any(cleaned.removals[cut].scope == "line" for cut in row.cuts) or row.kept.strip():
            assert row.number in shown


@given(results(st.just("line")), st.integers(0, 3))
def test_every_chosen_cut_with_visible_text_is_among_the_rows_around(cleaned: Cleaned, context: int) -> None:
    chosen = frozenset(range(0, len(cleaned.removals), 2))
    rows = around(rows_of(cleaned), chosen, context)
    shown = {cut for row in rows for cut in row.cuts}
    assert {cut for cut in chosen if cleaned.removals[cut].text.strip()} <= shown
    if context == 0:
        assert all(row.cuts & chosen for row in rows)


@given(st.text(st.characters(categories=["L", "Zs"]), max_size=400), st.integers(0, 50), st.integers(0, 50))
def test_a_shortened_text_keeps_its_ends(text: str, head: int, tail: int) -> None:
    short = shortened(text, head, tail)
    first, mark, last = short.partition(ELLIPSIS.rstrip())
    if short != text:
        assert mark
        assert text.startswith(first)
        assert text.endswith(last.removeprefix(" ")) or not tail
        assert len(first) <= head


@given(results(), st.integers(44, 120))
def test_columns_never_run_into_each_other(cleaned: Cleaned, width: int) -> None:
    for line in side_by_side(rows_of(cleaned), cleaned.removals, width, colour=False):
        assert columns(line) <= width

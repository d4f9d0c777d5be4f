"""The views say what the removals say, no more and no less."""

from __future__ import annotations

import re
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner import Cleaned, Cleaner, Removal
from cleaner.audit import Summary, record
from cleaner.terminal import visible
from cleaner.view import document_line, explained, marked, segments, summary_lines, unified

SEEDS = sorted((Path(__file__).resolve().parent.parent / "seeds").glob("*.txt"))


@st.composite
def results(draw: st.DrawFn) -> Cleaned:
    raw = draw(
        st.lists(st.sampled_from(["a", "b c", "\n", "\n\n", "é", "\r\n", " ", "x" * 9]), max_size=30).map("".join)
    )
    marks = sorted(draw(st.sets(st.integers(0, len(raw)), max_size=12)))
    spans = list(zip(marks[::2], marks[1::2], strict=False))
    removals = tuple(Removal(a, b, raw[a:b], "related", "t#r", "line") for a, b in spans)
    text, at = "", 0
    for a, b in spans:
        text, at = text + raw[at:a], b
    return Cleaned(text=text + raw[at:], raw=raw, removals=removals)


def patched(raw: str, diff: str) -> str:
    """What ``patch`` makes of a text."""
    lines = raw.split("\n")
    source = [line + "\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])
    out: list[str] = []
    at = 0
    rows = [row + "\n" for row in diff.split("\n")[2:-1]] if diff else []
    for number, row in enumerate(rows):
        follows = rows[number + 1] if number + 1 < len(rows) else ""
        content = row[1:-1] if follows.startswith("\\ No newline") else row[1:]
        if row.startswith("@@"):
            start, count = re.findall(r"-(\d+),(\d+)", row)[0]
            begin = int(start) - (1 if int(count) else 0)
            out += source[at:begin]
            at = begin
        elif row.startswith((" ", "-")):
            assert source[at] == content
            at += 1
            if row.startswith(" "):
                out.append(content)
        elif row.startswith("+"):
            out.append(content)
    return "".join(out + source[at:])


@given(results())
@settings(max_examples=500)
def test_a_unified_diff_patches_raw_into_clean(cleaned: Cleaned) -> None:
    assert patched(cleaned.raw, unified(cleaned, "a")) == cleaned.text


@given(results())
def test_pieces_join_to_the_raw_text(cleaned: Cleaned) -> None:
    pieces = segments(cleaned)
    assert "".join(piece["text"] for piece in pieces) == cleaned.raw
    assert "".join(piece["text"] for piece in pieces if piece["kept"]) == cleaned.text


@given(results())
def test_the_marked_original_is_the_original_with_marks(cleaned: Cleaned) -> None:
    text = marked(cleaned)
    assert re.sub(r"\[-([\s\S]*?)-\]\{related\}", r"\1", text) == cleaned.raw
    assert "\x1b" not in text


def test_seeds(cleaner: Cleaner) -> None:
    for path in SEEDS:
        raw = path.read_bytes().decode()
        result = cleaner.clean_text(raw)
        assert patched(raw, unified(result, path.name)) == result.text
        lines = list(explained(cleaner.explain(raw)))
        assert len(lines) > raw.count("\n\n")
        for removal in result.removals:
            assert any(removal.rule in line for line in lines)


def test_control_characters_do_not_reach_the_terminal() -> None:
    shown = visible("a\x1b[2J\x07\x9b\x7f\r\nb\tc\r")
    assert shown == "a\u241b[2J\u2407\\x9b\u2421\nb\tc\u240d"


def test_tables(cleaner: Cleaner) -> None:
    summary = Summary()
    found = [record(cleaner.clean_text(path.read_bytes().decode()), path.name) for path in SEEDS]
    for one in found:
        summary.add(one)
    table = "\n".join(summary_lines(summary, 3))
    assert table.startswith("5 documents: 5 ok\n")
    assert re.search(r"related +\d+ +[\d,]+", table)
    assert "… and" in table
    assert re.match(r"000_\w+\.txt: ok, \d+\.\d% of 2,807 characters cut: related \d+", document_line(found[0]))
    assert next(iter(summary_lines(Summary()))) == "0 documents"

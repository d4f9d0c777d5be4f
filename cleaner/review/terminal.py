"""Rows of a document on a terminal: marked in one column, or raw and clean side by side."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

from cleaner.model import Removal
from cleaner.review.rows import Piece, Row
from cleaner.terminal import visible
from cleaner.view import CUT, RESET, RULE

_NUMBER = 5
_LEAST_COLUMN = 20
#: A styled run of text: what is printed, and whether it is cut.
Styled = tuple[str, bool]


def marked_rows(rows: Sequence[Row], removals: Sequence[Removal], colour: bool) -> Iterator[str]:
    """The rows with their cuts marked as in ``view.marked``, under line numbers; what is left out is an ellipsis."""
    for row in rows:
        if row.gap:
            yield f"{'':{_NUMBER}} ⋮"
        if row.folded:
            yield f"{row.number:>{_NUMBER}} {_fold(row, removals, colour)}"
            continue
        yield f"{row.number:>{_NUMBER}} {''.join(_marked(p, row, removals, colour) for p in row.visible)}".rstrip()


def _fold(row: Row, removals: Sequence[Removal], colour: bool) -> str:
    names = sorted({f"{removals[c].category} {removals[c].rule}" for c in row.cuts})
    text = f"[{row.folded:,} lines of page furniture cut: {', '.join(names)}]"
    return f"{RULE}{text}{RESET}" if colour else text


def _marked(piece: Piece, row: Row, removals: Sequence[Removal], colour: bool) -> str:
    text = visible(piece.text)
    if piece.cut < 0 or not text.strip():
        return text
    removal = removals[piece.cut]
    if not colour:
        return f"[-{text}-]{{{removal.category}}}"
    last = [p for p in row.visible if p.cut == piece.cut][-1]
    rule = f" {RULE}{removal.category} {removal.rule}{RESET}" if piece is last else ""
    return f"{CUT}{text}{RESET}{rule}"


def side_by_side(rows: Sequence[Row], removals: Sequence[Removal], width: int, colour: bool) -> Iterator[str]:
    """Raw text with its cuts on the left, clean text on the right; ``<`` a line that went, ``|`` one that changed.

    Args:
        rows: the lines.
        removals: the cuts they are made of.
        width: columns of the terminal.
        colour: strike through instead of ``[-…-]``.
    """
    column = max(_LEAST_COLUMN, (width - 3) // 2)
    for row in rows:
        if row.gap:
            yield f"{'⋮':<{column}}   ⋮"
        if row.folded:
            yield from _columns([(_fold(row, removals, False), False)], [], "<", column, colour)
            continue
        kept = row.kept
        sign = " " if not row.changed else "|" if kept.strip() else "<"
        left = [_styled(piece, colour) for piece in row.visible]
        yield from _columns(left, [(visible(kept), False)], sign, column, colour)


def _styled(piece: Piece, colour: bool) -> Styled:
    text = visible(piece.text)
    cut = piece.cut >= 0 and bool(text.strip())
    return (f"[-{text}-]" if cut and not colour else text), cut


def _columns(left: list[Styled], right: list[Styled], sign: str, column: int, colour: bool) -> Iterator[str]:
    lefts, rights = list(_wrapped(left, column)), list(_wrapped(right, column))
    for index in range(max(1, len(lefts), len(rights))):
        a = lefts[index] if index < len(lefts) else []
        b = rights[index] if index < len(rights) else []
        pad = " " * (column - sum(columns(text) for text, _ in a))
        line = "".join(f"{CUT}{text}{RESET}" if cut and colour else text for text, cut in a)
        yield f"{line}{pad} {sign} {''.join(text for text, _ in b)}".rstrip()


def columns(text: str) -> int:
    """Columns that a text takes on a terminal."""
    if text.isascii():
        return len(text)
    return sum(_width(char) for char in text)


def _width(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _wrapped(runs: list[Styled], column: int) -> Iterator[list[Styled]]:
    """Lines of at most so many columns, broken after a blank where there is one."""
    chars = [(char, cut) for text, cut in runs for char in text.expandtabs(4)]
    at = 0
    while at < len(chars):
        used, end = 0, at
        while end < len(chars) and used + _width(chars[end][0]) <= column:
            used += _width(chars[end][0])
            end += 1
        end = max(end, at + 1)
        if end < len(chars):
            blank = next((i for i in range(end, at, -1) if chars[i - 1][0] == " "), 0)
            end = blank if blank > at + column // 2 else end
        yield _joined(chars[at:end])
        at = end


def _joined(chars: Sequence[tuple[str, bool]]) -> list[Styled]:
    found: list[Styled] = []
    for char, cut in chars:
        if found and found[-1][1] == cut:
            found[-1] = found[-1][0] + char, cut
        else:
            found.append((char, cut))
    return found

"""A document as numbered lines of kept and cut pieces: what every view of it is drawn from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from cleaner.model import Cleaned, Removal

#: Page furniture of more lines is folded.
FOLD_LINES = 3
#: So many code points are left on each side of a cut in a line that is shortened.
REACH = 160
_PAGE_SCOPES = frozenset({"page", "block"})
ELLIPSIS = " … "


class Piece(msgspec.Struct, frozen=True, gc=False):
    """A part of a line: ``cut`` is the index of its removal, -1 for what was kept."""

    text: str
    cut: int = -1


class Row(msgspec.Struct, frozen=True):
    """A line of the raw text without its line break.

    Attributes:
        number: of the line, from 1.
        pieces: its parts in order.
        folded: so many lines of page furniture stand for this row instead.
        gap: lines were left out before it.
    """

    number: int
    pieces: tuple[Piece, ...] = ()
    folded: int = 0
    gap: bool = False

    @property
    def cuts(self) -> set[int]:
        """The removals with a part in it."""
        return {piece.cut for piece in self.pieces if piece.cut >= 0}

    @property
    def changed(self) -> bool:
        """Whether something visible of it was cut."""
        return any(piece.cut >= 0 and piece.text.strip() for piece in self.pieces)

    @property
    def visible(self) -> tuple[Piece, ...]:
        """Its parts without the carriage return that belongs to the line break."""
        if not self.pieces or not self.pieces[-1].text.endswith("\r"):
            return self.pieces
        *others, last = self.pieces
        text = last.text[:-1]
        return (*others, Piece(text, last.cut)) if text else tuple(others)

    @property
    def kept(self) -> str:
        """What is left of it."""
        return "".join(piece.text for piece in self.visible if piece.cut < 0)


def pieces_of(cleaned: Cleaned) -> Iterator[Piece]:
    """The raw text, kept and cut, in order."""
    at = 0
    for number, removal in enumerate(cleaned.removals):
        if removal.start > at:
            yield Piece(cleaned.raw[at : removal.start])
        yield Piece(removal.text, number)
        at = removal.end
    if at < len(cleaned.raw):
        yield Piece(cleaned.raw[at:])


def rows_of(cleaned: Cleaned) -> list[Row]:
    """All lines of a document; joined with line breaks their pieces are the raw text."""
    rows: list[Row] = []
    line: list[Piece] = []
    for piece in pieces_of(cleaned):
        first, *others = piece.text.split("\n")
        if first:
            line.append(Piece(first, piece.cut))
        for part in others:
            rows.append(Row(len(rows) + 1, tuple(line)))
            line = [Piece(part, piece.cut)] if part else []
    if line:
        rows.append(Row(len(rows) + 1, tuple(line)))
    return rows


def is_furniture(removal: Removal) -> bool:
    """Whether a cut is furniture of a page, not a rule's find in the text."""
    return removal.scope in _PAGE_SCOPES


def folded(rows: Sequence[Row], removals: Sequence[Removal], spare: frozenset[int] = frozenset()) -> list[Row]:
    """The rows with runs of page furniture as one row each; cuts in ``spare`` stay as they are."""
    found: list[Row] = []
    run: list[Row] = []

    def close() -> None:
        if len(run) > FOLD_LINES:
            found.append(Row(run[0].number, run[0].pieces, folded=len(run)))
        else:
            found.extend(run)
        run.clear()

    for row in rows:
        cuts = row.cuts
        blank = not row.pieces
        if (cuts and not row.kept.strip() and all(is_furniture(removals[c]) and c not in spare for c in cuts)) or (
            blank and run
        ):
            run.append(row)
            continue
        close()
        found.append(row)
    close()
    return found


def around(rows: Sequence[Row], chosen: frozenset[int], context: int) -> list[Row]:
    """The rows with one of these cuts and so many rows on both sides, long ones shortened to what stands by a cut."""
    wanted: set[int] = set()
    for index, row in enumerate(rows):
        if row.cuts & chosen and (row.changed or row.folded):
            wanted.update(range(max(0, index - context), min(len(rows), index + context + 1)))
    found = []
    before = -1
    for index in sorted(wanted):
        row = rows[index]
        pieces = row.pieces if row.folded else tuple(_shortened(row.pieces))
        found.append(Row(row.number, pieces, row.folded, gap=index != before + 1))
        before = index
    return found


def _shortened(pieces: Sequence[Piece]) -> Iterator[Piece]:
    for index, piece in enumerate(pieces):
        if piece.cut >= 0:
            yield piece
            continue
        before, after = index > 0, index < len(pieces) - 1
        yield Piece(shortened(piece.text, REACH if before or not after else 0, REACH if after else 0))


def shortened(text: str, head: int, tail: int) -> str:
    """A text of which at most so many code points are left at its start and end, broken between words."""
    if len(text) <= head + tail + len(ELLIPSIS):
        return text
    first = text[:head]
    if head and not text[head].isspace() and " " in first:
        first = first[: first.rindex(" ")]
    last = text[len(text) - tail :] if tail else ""
    if tail and not text[len(text) - tail - 1].isspace() and " " in last:
        last = last[last.index(" ") + 1 :]
    return f"{first}{ELLIPSIS}{last}" if last else f"{first}{ELLIPSIS.rstrip()}"

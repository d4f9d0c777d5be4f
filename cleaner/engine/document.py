"""The working state of one document: its lines as they stand after the rounds of cuts so far."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Protocol

_LINE_BREAK = re.compile("\r\n|[\n\r\u2028\u2029]")
_SENTENCE_ENDS = (".", "!", "?", '."', ".”", '!"', '?"', "!”", "?”", ".)", ".’", ".'", "…")

#: A standing line of at least this many code points that ends like a sentence is taken for prose.
PROSE_CHARS = 60


def is_prose(text: str) -> bool:
    """Whether a stripped line reads like a sentence or more of running text."""
    return len(text) >= PROSE_CHARS and (text.endswith(_SENTENCE_ENDS) or len(text) >= 4 * PROSE_CHARS)


class Finder(Protocol):
    """Finds keywords in a lower-cased text."""

    def find(self, low: bytes) -> list[tuple[int, int, int]]:
        """Number, start and end of each."""


class Document:
    """Lines, what is left of each, and which are cut.

    Attributes:
        raw: the text as it came.
        text: each line as it stands, without its line break.
        bare: each line as it stands, without white space around it: what rules see; empty when cut.
        dead: numbers of the lines that are cut.
        pieces: raw ranges still standing, for lines that lost a part.
    """

    __slots__ = (
        "_found",
        "_low",
        "_low_lines",
        "_low_starts",
        "_lows",
        "_plain",
        "_settled",
        "_standing",
        "_starts",
        "bare",
        "dead",
        "pieces",
        "raw",
        "text",
    )

    def __init__(self, raw: str, lines: Sequence[str] = ()) -> None:
        """Take a text as its lines.

        Args:
            raw: the text.
            lines: its lines; empty: not known. ``raw`` is these, joined with line feeds, and none holds another line
                break or white space around it.
        """
        self.raw = raw
        self._starts: list[int] | None = None
        self._found: tuple[Finder, list[tuple[int, int, int]]] | None = None
        self._low: bytes | None = None
        self._lows: list[bytes] | None = None
        self._low_starts: list[int] | None = None
        self._low_lines: list[int] | None = None
        if lines:
            self._plain = True
            self.text = list(lines)
        elif ("\r" in raw and raw.count("\r") != raw.count("\r\n")) or "\u2028" in raw or "\u2029" in raw:
            breaks = list(_LINE_BREAK.finditer(raw))
            self._plain = False
            self._starts = [0, *(found.end() for found in breaks)]
            ends = [*(found.start() for found in breaks), len(raw)]
            self.text = [raw[start:end] for start, end in zip(self._starts, ends, strict=True)]
        else:
            self._plain = True
            self.text = raw.split("\n")  # the CR of a CRLF counts as white space at the line's end
        self.bare = self.text.copy() if lines else [line.strip() for line in self.text]
        self.dead: set[int] = set()
        self.pieces: dict[int, list[tuple[int, int]]] = {}
        self._standing = [number for number, text in enumerate(self.bare) if text]
        self._settled = True  # whether ``_standing`` is up to date

    @property
    def starts(self) -> list[int]:
        """Raw offset of each line's start."""
        if self._starts is None:
            self._starts = list(accumulate([len(line) + 1 for line in self.text], initial=0))
            self._starts.pop()
        return self._starts

    @property
    def low(self) -> bytes:
        """The raw text in UTF-8, ASCII letters in lower case (non-ASCII ones cost ten times as much to fold).

        Raises:
            UnicodeEncodeError: the text holds a lone surrogate.
        """
        if self._low is None:
            self._low = self.raw.encode().lower()
        return self._low

    @property
    def lows(self) -> list[bytes]:
        """Each line as it stands in the form of ``low``."""
        if self._lows is None:
            if self._plain and not self.pieces:
                self._lows = self.low.split(b"\n")
            else:
                self._lows = [line.encode().lower() for line in self.text]
        return self._lows

    def place_of(self, at: int) -> tuple[int, int]:
        """Line of an offset in ``low``, and offset (code points) in that line without white space around it.

        Only before any line has changed.
        """
        starts = self._low_starts
        if starts is None:
            if self.raw.isascii():
                starts = self.starts
            elif self._plain:
                starts = list(accumulate([len(line) + 1 for line in self.lows], initial=0))
            else:
                starts = list(accumulate([len(part.encode()) for part in self._raw_lines()], initial=0))
            self._low_starts = starts
        lines = self._low_lines
        line = min(bisect_right(starts, at), len(self.text if lines is None else lines)) - 1
        start = starts[line]
        if lines is not None:
            line = lines[line]
        column = at - start if starts is self._starts else len(self.low[start:at].decode())
        text = self.text[line]
        return line, column - (len(text) - len(text.lstrip())) if text[:1].isspace() else column

    def _raw_lines(self) -> list[str]:
        starts = self.starts
        return [self.raw[start:end] for start, end in zip(starts, [*starts[1:], len(self.raw)], strict=True)]

    def words(self, finder: Finder) -> list[tuple[int, int, int]]:
        """What a finder finds in ``low``, looked for once (before any line has changed)."""
        if self._found is None or self._found[0] is not finder:
            self._found = (finder, finder.find(self.low))
        return self._found[1]

    def standing(self) -> list[int]:
        """Numbers of the lines that are neither blank nor cut."""
        if not self._settled:  # a line that is cut never comes back
            bare = self.bare
            self._standing = [number for number in self._standing if bare[number]]
            self._settled = True
        return self._standing

    def rank_of(self, line: int) -> int:
        """Place of a standing line among the standing lines, from 0."""
        return bisect_left(self.standing(), line)

    def neighbour(self, line: int, step: int) -> str:
        """The bare text of the standing line before (-1) or after (1), empty at the edges."""
        standing = self.standing()
        rank = self.rank_of(line) + step
        return self.bare[standing[rank]] if 0 <= rank < len(standing) else ""

    def chars(self) -> int:
        """Code points of all standing lines, surrounding white space not counted."""
        return sum(map(len, self.bare))

    def prose(self) -> int:
        """Code points of the standing lines that read like running text."""
        return sum(len(text) for line in self.standing() if is_prose(text := self.bare[line]))

    def replace(self, line: int, text: str, pieces: list[tuple[int, int]]) -> None:
        """A line that lost a part: what stands of it, and which raw ranges that is."""
        _ = self.starts  # offsets are those of the raw lines: fixed before the first line changes
        if self._lows is not None:
            self._lows[line] = text.encode().lower()
        self.text[line] = text
        self.bare[line] = text.strip()
        self.pieces[line] = pieces
        self._settled = False

    def drop(self, line: int) -> None:
        """A line that is cut."""
        self.dead.add(line)
        self.bare[line] = ""
        self._settled = False

    def drop_first(self, blocks: Iterable[tuple[int, int]]) -> None:
        """Blocks of lines (first, line behind the last) that are cut before any rule has looked at the text.

        Nothing is ever searched for in them, so ``low`` holds the other lines only.
        """
        bare = self.bare
        for first, end in blocks:
            self.dead.update(range(first, end))
            bare[first:end] = [""] * (end - first)
        self._settled = False
        standing = self.standing()
        text = self.text
        found = [text[line].encode().lower() for line in standing]
        self._lows = [b""] * len(text)
        for line, low in zip(standing, found, strict=True):
            self._lows[line] = low
        self._low = b"\n".join(found)
        self._low_lines = standing
        self._low_starts = list(accumulate(map((1).__add__, map(len, found)), initial=0))

    def raw_ranges(self, line: int, a: int, b: int) -> list[tuple[int, int]]:
        """Raw ranges of the part ``[a, b)`` of a line as it stands now."""
        pieces = self.pieces.get(line)
        if pieces is None:
            start = self.starts[line]
            return [(start + a, start + b)]
        found = []
        at = 0
        for start, end in pieces:
            size = end - start
            low, high = max(a, at), min(b, at + size)
            if low < high:
                found.append((start + low - at, start + high - at))
            at += size
        return found

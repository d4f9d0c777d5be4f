"""The working state of one document: its lines as they stand after the rounds of cuts so far."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Protocol

from cleaner.engine.normal import Piece, Reading, read

_LINE_BREAK = re.compile("\r\n|[\n\r\u2028\u2029]")
_SENTENCE_ENDS = (".", "!", "?", '."', ".”", '!"', '?"', "!”", "?”", ".)", ".’", ".'", "…")

#: A standing line of at least this many code points that ends like a sentence is taken for prose.
PROSE_CHARS = 60


def is_prose(text: str) -> bool:
    """Whether a stripped line reads like a sentence or more of running text."""
    return len(text) >= PROSE_CHARS and (text.endswith(_SENTENCE_ENDS) or len(text) >= 4 * PROSE_CHARS)


#: A keyword found: its number, the line, the offset in the bare line.
Hit = tuple[int, int, int]


class Finder(Protocol):
    """Finds keywords in a lower-cased text."""

    def find(self, low: bytes) -> list[tuple[int, int, int]]:
        """Number, start and end of each."""


class _Searched:
    """What was found in a text, or in some lines of it, and where."""

    __slots__ = ("_found", "_lines", "_low", "_starts", "_text")

    def __init__(self, doc: Document, finder: Finder, lines: Sequence[int] | None) -> None:
        """Search.

        Args:
            doc: the document.
            finder: finds keywords.
            lines: in these lines, as they stand; ``None``: in the raw text, of which nothing is cut.
        """
        self._text, self._lines = doc.text, lines
        if lines is None:
            self._low = doc.raw.encode().lower()
        else:
            lows = [doc.bare[line].encode().lower() for line in lines]
            self._low = b"\n".join(lows)
        self._found = finder.find(self._low)
        self._starts: list[int] = []
        if not self._found:
            return
        if lines is not None:
            self._starts = list(accumulate(map((1).__add__, map(len, lows)), initial=0))
        elif len(self._low) == len(doc.raw):
            self._starts = doc.starts
        else:
            self._starts = list(accumulate([part.count(b"") for part in self._low.split(b"\n")], initial=0))

    def hits(self, wanted: Sequence[object]) -> list[Hit]:
        """Where the keywords stand that are wanted: ``wanted`` is true at their numbers."""
        low, starts, lines, text = self._low, self._starts, self._lines, self._text
        hits: list[Hit] = []
        known, place, column = -1, 0, 0  # byte offsets mostly ascend: each is counted on from the one before
        for word, at, _ in self._found:
            if not wanted[word]:
                continue
            index = bisect_right(starts, at) - 1
            if index != known or at < place:
                known, place, column = index, starts[index], 0
            column += len(low[place:at].decode())
            place = at
            if lines is not None:
                hits.append((word, lines[index], column))
            elif index < len(text):
                whole = text[index]
                lead = len(whole) - len(whole.lstrip()) if whole[:1].isspace() else 0
                hits.append((word, index, column - lead))
        return hits


class Document:
    """Lines, what is left of each, and which are cut.

    Attributes:
        raw: the text as it came.
        text: each line as it stands, without its line break.
        bare: each line as it stands, without white space around it: what rules see; empty when cut.
        dead: numbers of the lines that are cut.
        pieces: what of the raw text still stands, for lines that are not simply a part of it.
        host: the host of the page it is from, in small letters; empty when that is not known.
        begin: raw offset of the first line's start.
        stop: raw offset of the last line's end.
        reading: how the text is read, if that is not as it stands.
    """

    __slots__ = (
        "_chars",
        "_current",
        "_found",
        "_plain",
        "_prose",
        "_standing",
        "_starts",
        "bare",
        "begin",
        "dead",
        "host",
        "pieces",
        "raw",
        "reading",
        "stop",
        "text",
    )

    def __init__(self, raw: str, lines: Sequence[str] = (), host: str = "") -> None:
        """Take a text as its lines.

        Args:
            raw: the text.
            lines: its lines; empty: not known. ``raw`` is these, joined with line feeds, and none holds another line
                break or white space around it.
            host: the host of its page, if that is known.
        """
        self.raw = raw
        self.host = host
        self.begin, self.stop = 0, len(raw)
        self._starts: list[int] | None = None
        self._found: tuple[Finder, _Searched] | None = None
        self._plain = True
        self.pieces: dict[int, list[Piece]] = {}
        self.reading: Reading | None = None if lines else read(raw)
        if lines:
            self.text = list(lines)
        elif self.reading is not None:
            self._plain = False
            self.text = self.reading.lines
            self._starts = self.reading.starts
            self.begin, self.stop = self._starts[0], self.reading.ends[-1]
            self.pieces.update(enumerate(self.reading.pieces))
        elif ("\r" in raw and raw.count("\r") != raw.count("\r\n")) or "\u2028" in raw or "\u2029" in raw:
            breaks = list(_LINE_BREAK.finditer(raw))
            self._plain = False
            self._starts = [0, *(found.end() for found in breaks)]
            ends = [*(found.start() for found in breaks), len(raw)]
            self.text = [raw[start:end] for start, end in zip(self._starts, ends, strict=True)]
        else:
            self.text = raw.split("\n")  # the CR of a CRLF counts as white space at the line's end
        self.bare = self.text.copy() if lines else [line.strip() for line in self.text]
        self.dead: set[int] = set()
        self._standing = [number for number, text in enumerate(self.bare) if text]
        self._current = True  # whether ``_standing`` is up to date
        self._chars: int | None = None
        self._prose: int | None = None

    @property
    def starts(self) -> list[int]:
        """Raw offset of each line's start."""
        if self._starts is None:
            self._starts = list(accumulate([len(line) + 1 for line in self.text], initial=0))
            self._starts.pop()
        return self._starts

    def end_of(self, line: int) -> int:
        """Raw offset of a line's end, its line break not counted."""
        if self.reading is not None:
            return self.reading.ends[line]
        starts = self.starts
        end = starts[line + 1] if line + 1 < len(starts) else self.stop
        while end > starts[line] and self.raw[end - 1] in "\r\n\u2028\u2029":
            end -= 1
        return end

    def hits(self, finder: Finder, wanted: Sequence[object], lines: Sequence[int] | None = None) -> list[Hit]:
        """Where keywords stand: number of the keyword, line, offset (code points) in the bare line.

        Args:
            finder: finds them in UTF-8 with small ASCII letters (non-ASCII ones cost ten times as much to fold).
            wanted: true at the numbers of the keywords that are asked for; programs of all sites share one finder.
            lines: numbers of the lines to look in, ascending; ``None``: all that stand. What is found then, before
                anything is cut, is kept for the next call.

        Raises:
            UnicodeEncodeError: the text holds a lone surrogate.
        """
        if lines is not None:
            return _Searched(self, finder, lines).hits(wanted)
        if self._found is None or self._found[0] is not finder:
            untouched = self._plain and not self.dead
            self._found = finder, _Searched(self, finder, None if untouched else tuple(self.standing()))
        return self._found[1].hits(wanted)

    def standing(self) -> list[int]:
        """Numbers of the lines that are neither blank nor cut."""
        if not self._current:  # a line that is cut never comes back
            bare = self.bare
            self._standing = [number for number in self._standing if bare[number]]
            self._current = True
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
        if self._chars is None:
            self._chars = sum(map(len, self.bare))
        return self._chars

    def prose(self) -> int:
        """Code points of the standing lines that read like running text."""
        if self._prose is None:
            self._prose = sum(len(text) for line in self.standing() if is_prose(text := self.bare[line]))
        return self._prose

    def take(self, line: int, parts: Sequence[tuple[int, int]]) -> list[list[tuple[int, int]]]:
        """Cut parts of a line as it stands.

        Args:
            line: its number.
            parts: offsets in the line, ascending and disjoint.

        Returns:
            The raw ranges of each part.
        """
        text = self.text[line]
        taken: list[list[tuple[int, int]]] = []
        kept: list[Piece] = []
        standing: list[str] = []
        at = 0
        for a, b in parts:
            kept += self._slice(line, at, a)
            standing.append(text[at:a])
            taken.append(self.raw_ranges(line, a, b))
            at = b
        kept += self._slice(line, at, len(text))
        standing.append(text[at:])
        left = "".join(standing)
        _ = self.starts  # offsets are those of the raw lines: fixed before the first line changes
        self.text[line] = left
        self.bare[line] = left.strip()
        self.pieces[line] = kept
        self._change()
        return taken

    def drop(self, line: int) -> None:
        """A line that is cut."""
        self.dead.add(line)
        self.bare[line] = ""
        self._change()

    def drop_first(self, blocks: Iterable[tuple[int, int]]) -> None:
        """Blocks of lines (first, line behind the last) that are cut before any rule has looked at the text."""
        bare = self.bare
        for first, end in blocks:
            self.dead.update(range(first, end))
            bare[first:end] = [""] * (end - first)
        self._change()

    def _change(self) -> None:
        """Forget what was counted on the lines as they stood."""
        self._current = False
        self._chars = self._prose = None

    def raw_ranges(self, line: int, a: int, b: int) -> list[tuple[int, int]]:
        """Raw ranges of the part ``[a, b)`` of a line as it stands now."""
        return [(start, end) for start, end, _ in self._slice(line, a, b)]

    def _slice(self, line: int, a: int, b: int) -> list[Piece]:
        pieces = self.pieces.get(line)
        if pieces is None:
            start = self.starts[line]
            return [(start + a, start + b, b - a)]
        found = []
        at = 0
        for start, end, size in pieces:
            low, high = max(a, at), min(b, at + size)
            if low < high:
                whole = size != end - start
                found.append((start, end, size) if whole else (start + low - at, start + high - at, high - low))
            at += size
        return found

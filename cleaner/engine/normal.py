r"""The lines that a reader would see of a text in disguise, with the way back to the raw text.

A disguised text (a printed list, Markdown, tags and entities, escapes, invisible characters, mojibake) is read mark by
mark. What is left are lines of plain characters, each a run of *pieces* of the raw text; marks lie between the pieces.
Rules see the lines. What they cut is cut from the raw text; :mod:`cleaner.engine.marks` tells which marks go with it.

How a text is read never depends on what stands far away in it, so that the text that is left reads as it did before.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from cleaner.engine.disguise import (
    DASHES,
    LIST_ITEM,
    MOJIBAKE,
    TOKEN,
    TOKEN_WITH_ESCAPES,
    decoded,
    has_escapes,
    is_block,
    is_disguised,
    is_invisible,
    is_list,
    tag_name,
    unescaped,
)

#: Raw start and end of a mark.
Span = tuple[int, int]
#: Raw start, raw end, and how many code points of the line they are: as many as raw ones, or one for all of them.
Piece = tuple[int, int, int]
#: The replacement character alone between two words: a dash that was lost.
_LOST_DASH = re.compile("(?<=\\s)\ufffd{1,3}(?=\\s)")
#: A closing tag looks for its opening one among so many that are open.
_OPEN_TAGS = 32
_VOID = frozenset("area br col embed hr img input source track wbr".split())


@dataclass(frozen=True, slots=True)
class Pair:
    """Two marks that belong together: bold marks, a link, the quotes of an item, the tags of an element."""

    opening: Span
    closing: Span


@dataclass(frozen=True, slots=True)
class Markup:
    """A mark that is nothing to a reader but a blank or a line break: a tag, a comment, an entity of white space."""

    start: int
    end: int
    parts: bool  # whether it parts two lines


@dataclass(slots=True)
class Reading:
    """What a reader would see.

    ``lines``, ``starts`` and ``ends`` are the text of each line and its raw range, marks included. ``items`` are the
    pairs of quotes of a printed list, ``separators`` what stands between one item and the next, ``edges`` the raw
    offsets at which a line begins or ends with no tag's help.
    """

    lines: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    pieces: list[list[Piece]] = field(default_factory=list)
    pairs: list[Pair] = field(default_factory=list)
    hidden: list[Span] = field(default_factory=list)
    markup: list[Markup] = field(default_factory=list)
    items: list[Pair] = field(default_factory=list)
    separators: list[Span] = field(default_factory=list)
    edges: set[int] = field(default_factory=set)


def read(raw: str) -> Reading | None:
    """The lines of a disguised text; ``None`` for a text that stands as it is read."""
    if not is_disguised(raw):
        return None
    reader = _Reader(raw)
    if is_list(raw):
        reader.read_list()
    else:
        reader.read_text(0, len(raw), escapes=has_escapes(raw))
        reader.close(len(raw))
    return reader.reading if reader.found else None


class _Reader:
    """Reads marks and puts lines together."""

    def __init__(self, raw: str) -> None:
        self.raw = raw
        self.reading = Reading()
        self.found = False  # whether there was any mark but line breaks
        self._start = 0
        self._text: list[str] = []
        self._pieces: list[Piece] = []
        self._visible = False  # whether the line has text so far
        self._closed: int | None = None  # where the tag ends that closed the line's element

    def read_list(self) -> None:
        """The items of a printed list: each begins a line, and its quotes are a pair."""
        self.found = True
        reading = self.reading
        for found in LIST_ITEM.finditer(self.raw):
            start, end = found.span()
            if reading.items:
                reading.separators.append((reading.items[-1].closing[1], start))
            reading.items.append(Pair((start, start + 1), (end - 1, end)))
            self._start = start
            self._hide(start, start + 1)
            reading.edges |= {start + 1, end - 1}
            self.read_text(start + 1, end - 1, escapes=True)
            self._hide(end - 1, end)
            self.close(end)

    def read_text(self, start: int, end: int, *, escapes: bool) -> None:
        """A range of the raw text, mark by mark."""
        pattern = TOKEN_WITH_ESCAPES if escapes else TOKEN
        tokens = list(pattern.finditer(self.raw, start, end))
        partners = _Partners(tokens, self.raw, start, end).partners
        self.reading.pairs += [Pair(tokens[a].span(), tokens[b].span()) for a, b in sorted(partners.items()) if a < b]
        at = start
        for number, token in enumerate(tokens):
            if token.start() < at:
                continue
            kind = "element" if token.lastgroup == "name" else token.lastgroup
            if kind in ("opening", "closing", "emphasis") and number not in partners:
                continue  # an asterisk or a bracket like any other
            self._add(at, token.start())
            at = token.end()
            self._mark(str(kind), token)
        self._add(at, end)

    def close(self, end: int) -> None:
        """End the line at a raw offset."""
        reading = self.reading
        plain = "".join(self._text)
        text = plain if plain.isascii() else plain.translate(DASHES)
        if "\ufffd" in text:
            text = _LOST_DASH.sub(lambda lost: "–" * len(lost[0]), text)
        self.found = self.found or text != plain
        reading.lines.append(text)
        reading.starts.append(self._start)
        reading.ends.append(end)
        reading.pieces.append(self._pieces)
        self._text, self._pieces, self._visible, self._closed = [], [], False, None

    def _break(self, end: int, start: int) -> None:
        self.close(end)
        self._start = start

    def _add(self, start: int, end: int) -> None:
        """Plain characters."""
        if start >= end:
            return
        text = self.raw[start:end]
        if not text.isspace():
            if self._closed is not None:
                self._break(self._closed, self._closed)
            self._visible = True
        self._text.append(text)
        self._pieces.append((start, end, end - start))

    def _put(self, start: int, end: int, letter: str) -> None:
        """One character that stands for a mark."""
        self.found = True
        if not letter.isspace():
            if self._closed is not None:
                self._break(self._closed, self._closed)
            self._visible = True
        self._text.append(letter)
        self._pieces.append((start, end, 1))

    def _hide(self, start: int, end: int) -> None:
        self.found = True
        self.reading.hidden.append((start, end))

    def _mark(self, kind: str, token: re.Match[str]) -> None:
        """One mark."""
        start, end = token.span()
        text = token[0]
        if kind == "break":
            self.reading.edges |= {start, end}
            self._break(start, end)
        elif kind == "entity":
            self._entity(start, end, text)
        elif kind == "tag":
            self._tag(start, end, text)
        elif kind == "element":
            self._hide(start, end)
            self.reading.markup.append(Markup(start, end, parts=False))
        elif kind == "mojibake":
            letter = MOJIBAKE.get(text)
            self._put(start, end, letter) if letter else self._add(start, end)
        elif kind == "escape":
            self._escape(start, end, unescaped(text))
        else:
            self._hide(start, end)

    def _escape(self, start: int, end: int, letter: str) -> None:
        if letter in "\n\r":
            self.reading.edges |= {start, end}
            self._break(start, end)
            self._hide(start, end)
        elif is_invisible(letter):
            self._hide(start, end)
        else:
            self._put(start, end, letter)

    def _entity(self, start: int, end: int, text: str) -> None:
        letter = decoded(text)
        if letter is None:
            self._add(start, end)
        elif is_invisible(letter):
            self._hide(start, end)
        else:
            self._put(start, end, letter)
            if letter.isspace():
                self.reading.markup.append(Markup(start, end, parts=False))

    def _tag(self, start: int, end: int, text: str) -> None:
        name = tag_name(text)
        parts = name == "br" or is_block(text)
        if name == "br":
            self._break(start, end)
        elif parts and not text.startswith("</") and self._visible:
            self._break(start if self._closed is None else self._closed, start)
        elif parts and self._visible:
            self._closed = end
        self._hide(start, end)
        self.reading.markup.append(Markup(start, end, parts=parts))


class _Partners:
    """Which marks belong together: emphasis and links within a line, tags wherever they close."""

    def __init__(self, tokens: list[re.Match[str]], raw: str, start: int, end: int) -> None:
        self.partners: dict[int, int] = {}
        self._tokens = tokens
        self._raw, self._start, self._end = raw, start, end
        self._emphasis: list[int] = []
        self._links: list[int] = []
        self._tags: list[int] = []
        for number, token in enumerate(tokens):
            kind = token.lastgroup
            if kind == "break" or (kind == "escape" and token[0][1:2] in "nr"):
                self._emphasis.clear()
                self._links.clear()
            elif kind == "opening":
                self._links.append(number)
            elif kind == "closing" and self._links:
                self._join(self._links, -1, number)
            elif kind == "emphasis":
                self._see_emphasis(number, token)
            elif kind == "tag":
                self._see_tag(number, token[0])

    def _join(self, stack: list[int], place: int, number: int) -> None:
        self.partners[stack[place]] = number
        self.partners[number] = stack[place]
        del stack[place:]

    def _see_emphasis(self, number: int, token: re.Match[str]) -> None:
        before = self._raw[token.start() - 1 : token.start()] if token.start() > self._start else ""
        behind = self._raw[token.end() : token.end() + 1] if token.end() < self._end else ""
        if before and not before.isspace() and not behind.isalnum():
            same = [place for place, other in enumerate(self._emphasis) if self._tokens[other][0] == token[0]]
            if same:
                self._join(self._emphasis, same[-1], number)
                return
        if behind and not behind.isspace() and not before.isalnum():
            self._emphasis.append(number)

    def _see_tag(self, number: int, text: str) -> None:
        name = tag_name(text)
        if not text.startswith("</"):
            if name not in _VOID and not text.endswith("/>"):
                self._tags.append(number)
            return
        first = max(0, len(self._tags) - _OPEN_TAGS)
        names = [tag_name(self._tokens[other][0]) for other in self._tags[first:]]
        same = [first + place for place, other in enumerate(names) if other == name]
        if same:
            self._join(self._tags, same[-1], number)

"""A cleaned document in pieces: its lines, or its sentences where a scrape has lost the line breaks.

Conventions of an outlet stand at the start or the end of a piece, or are a piece; each piece knows whether the rules
at hand already cut its start, its end or all of it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

import msgspec

from cleaner.maintain.keys import tokens
from cleaner.model import Cleaned
from cleaner.packs.words import alternatives, words_of_all

#: A line longer than this is taken apart at sentence ends.
LONG_LINE = 400
#: So many code points of a piece's start and end are looked at.
REACH = 100
#: A key of a whole piece has no more code points than this.
WHOLE = 160
#: The longest prefix or suffix in tokens.
MOST_TOKENS = 8
#: So many code points of a piece are kept as a sample.
TEXT_CHARS = 300
#: A piece among so many first or last ones stands at the edge of its document.
EDGE = 2
_LINE = re.compile(r"[^\n\r\u2028\u2029]+")
_SENTENCE_END = re.compile(r"(?:[.!?…][\"”'’)\]]*(?:\s+|(?=[A-Z“\"(\[]))|\s{3,})(?=[A-Z0-9“\"(\[@#*•>-])")
_CLOSED = re.compile(r"[.!?…][\"”'’)\]]*$")
_ABBREVIATION = re.compile(
    rf"(?:^|[\s(.\"“])(?:[A-Za-z]|{alternatives(words_of_all('abbreviations'))}|dr|prof|no|st|mr|mrs|www|co)$",
    re.IGNORECASE,
)


class Piece(msgspec.Struct, frozen=True, gc=False):
    """One line or sentence: what it is counted under, and what is already cut of it.

    ``head`` and ``tail`` are the keys of its first and last part, ``whole`` that of a short one. ``edge``: it stands at
    the start or the end of its document. ``lined``: it is a line, not a sentence. ``closed``: it ends like a sentence.
    """

    doc: int
    site: str
    text: str
    chars: int
    head: tuple[str, ...]
    tail: tuple[str, ...]
    whole: tuple[str, ...]
    edge: bool
    lined: bool
    closed: bool
    cut_start: bool
    cut_end: bool
    cut_all: bool


def spans(text: str) -> Iterator[tuple[int, int, bool]]:
    """Start, end and whether it is a whole line, of each piece without the white space around it."""
    for line in _LINE.finditer(text):
        start, end = _stripped(text, line.start(), line.end())
        if start >= end:
            continue
        if end - start <= LONG_LINE:
            yield start, end, True
            continue
        for a, b in sentences(text, start, end):
            yield a, b, False


def sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Start and end of each sentence between two offsets of a text, without the white space around it."""
    at = start
    for found in _SENTENCE_END.finditer(text, start, end):
        if text[found.start()] == "." and _ABBREVIATION.search(text, max(at, found.start() - 8), found.start()):
            continue
        a, b = _stripped(text, at, found.end())
        if a < b:
            yield a, b
        at = found.end()
    a, b = _stripped(text, at, end)
    if a < b:
        yield a, b


def pieces(cleaned: Cleaned, doc: int, site: str) -> Iterator[Piece]:
    """The pieces of a document in order."""
    raw = cleaned.raw
    starts = [removal.start for removal in cleaned.removals]
    ends = [removal.end for removal in cleaned.removals]
    found = list(spans(raw))
    for number, (start, end, lined) in enumerate(found):
        text = raw[start:end]
        size = end - start
        head = tokens(text[:REACH])[:MOST_TOKENS]
        tail = tokens(text[-REACH:] if size <= REACH else text[-REACH:].partition(" ")[2])[-MOST_TOKENS:]
        yield Piece(
            doc=doc,
            site=site,
            text=text[:TEXT_CHARS] if size <= TEXT_CHARS else _both_ends(text),
            chars=size,
            head=head,
            tail=tail,
            whole=tokens(text) if size <= WHOLE else (),
            edge=number < EDGE or number >= len(found) - EDGE,
            lined=lined,
            closed=_CLOSED.search(text) is not None,
            cut_start=_is_cut(starts, ends, start),
            cut_end=_is_cut(starts, ends, end - 1),
            cut_all=_cut_chars(starts, ends, start, end) >= 0.5 * size,
        )


def _both_ends(text: str) -> str:
    """A sample of a long piece: a rule for its start or its end finds either."""
    half = TEXT_CHARS // 2
    return f"{text[:half].rsplit(None, 1)[0]} {text[-half:].split(None, 1)[-1]}"


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end


def _is_cut(starts: list[int], ends: list[int], at: int) -> bool:
    before = bisect_right(starts, at) - 1
    return before >= 0 and ends[before] > at


def _cut_chars(starts: list[int], ends: list[int], start: int, end: int) -> int:
    number = max(0, bisect_right(starts, start) - 1)
    size = 0
    while number < len(starts) and starts[number] < end:
        size += max(0, min(ends[number], end) - max(starts[number], start))
        number += 1
    return size

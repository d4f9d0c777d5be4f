"""A clean text in units that may recur on its site: lines, sentences, the last sentences together, the dateline."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal

import msgspec

from cleaner.engine.document import Document
from cleaner.maintain.keys import fixed_tokens, tokens
from cleaner.maintain.pieces import sentences

#: A unit of more tokens, or code points, is not looked at: what an outlet repeats is shorter.
MOST_TOKENS = 60
MOST_CHARS = 420
#: So many last sentences of a text are also looked at together.
_LAST_TOGETHER = 3
#: A dateline has at most so many code points.
_HEAD_CHARS = 80
_HEAD = re.compile(
    rf"^(?P<head>.{{3,{_HEAD_CHARS}}}?(?:\s*[-–—|]{{1,2}}\s+|\s+[-–—]{{1,2}}\s*|(?<=[\w)])[-–—]{{1,2}}))"
    r"(?=[\"“(]?[A-Z0-9])"
)

#: Tokens of the end of a text, or of a line's beginning, that are looked at.
_TAIL_TOKENS = range(2, 19)
_LABEL_TOKENS = range(2, 7)
#: A line of more code points is not known by its beginning.
_LABEL_LINE = 240

#: ``line``: a whole line; ``part``: sentences within one; ``head``: a dateline before the first sentence; ``tail``: the
#: last words of a text; ``label``: the first words of a short line.
Kind = Literal["line", "part", "head", "tail", "label"]


class Unit(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A stretch of a clean text that may recur.

    ``line`` counts lines from 0, ``first`` and ``last`` the sentences of the document that it covers. ``key`` is empty
    when the unit is too long. ``quoted``: it begins inside quotation marks. Of a tail, ``text`` is its own words, and
    ``before`` the token before it; of a label, ``text`` is the line.
    """

    kind: Kind
    line: int
    first: int
    last: int
    text: str
    key: str
    quoted: bool = False
    before: str = ""


class Page(msgspec.Struct, frozen=True, array_like=True):
    """The units of a document, how many lines it has, and how many sentences."""

    number: int
    site: str
    units: tuple[Unit, ...]
    lines: int
    sentences: int


def page_of(text: str, number: int, site: str) -> Page:
    """Take a clean text apart, with lines as rules see them: the items of a printed list are lines.

    Args:
        text: the clean text.
        number: the document's place in the corpus.
        site: its site.
    """
    lines = [line for line in Document(text).bare if line]
    units: list[Unit] = []
    sentence = 0
    for place, line in enumerate(lines):
        if place == 0:
            units += _heads(line)
        spans = list(sentences(line, 0, len(line)))
        whole = len(spans) == 1
        for offset, (start, end) in enumerate(spans):
            kind: Kind = "line" if whole else "part"
            units.append(_unit(kind, place, sentence + offset, sentence + offset, line, start, end))
        if not whole:
            last = sentence + len(spans) - 1
            if len(line) <= MOST_CHARS:
                units.append(_unit("line", place, sentence, last, line, 0, len(line)))
            if place == len(lines) - 1:
                for count in range(2, min(_LAST_TOGETHER, len(spans) - 1) + 1):
                    units.append(_unit("part", place, last - count + 1, last, line, spans[-count][0], len(line)))
        last = sentence + len(spans) - 1
        units += _labels(line, place, sentence, last)
        if place == len(lines) - 1:
            units += _tails(line, place, last)
        sentence += len(spans)
    return Page(number, site, tuple(units), len(lines), sentence)


def key_of(unit: Unit) -> tuple[str, ...]:
    """The tokens of a unit's key."""
    return tuple(unit.key.split())


def _heads(line: str) -> Iterator[Unit]:
    found = _HEAD.match(line)
    if found is not None:
        yield Unit("head", 0, 0, 0, found["head"].strip(), " ".join(tokens(found["head"])))


def _labels(line: str, place: int, first: int, last: int) -> Iterator[Unit]:
    key = fixed_tokens(line[:MOST_CHARS]) if len(line) <= _LABEL_LINE else ()
    for size in _LABEL_TOKENS:
        if size < len(key):
            yield Unit("label", place, first, last, line, " ".join(key[:size]))


def _tails(line: str, place: int, last: int) -> Iterator[Unit]:
    words = line[-MOST_CHARS:].split()
    for count in range(1, len(words)):
        text = " ".join(words[-count:])
        key = fixed_tokens(text)
        if len(key) >= _TAIL_TOKENS.stop:
            break
        if len(key) >= _TAIL_TOKENS.start:
            yield Unit("tail", place, last, last, text, " ".join(key), before=words[-count - 1])


def _unit(kind: Kind, place: int, first: int, last: int, line: str, start: int, end: int) -> Unit:
    text = line[start:end]
    key: Sequence[str] = fixed_tokens(text) if len(text) <= MOST_CHARS else ()
    if len(key) > MOST_TOKENS:
        key = ()
    before = line[:start]
    quoted = before.count("“") > before.count("”") or before.count('"') % 2 == 1
    return Unit(kind, place, first, last, text, " ".join(key), quoted)

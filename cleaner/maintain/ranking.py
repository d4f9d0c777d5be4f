"""Ranks recurring keys: by how many documents and sites have them uncut, and by how unlike prose they are."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence

import msgspec

from cleaner.maintain.counting import LABEL_ENDS, Counted
from cleaner.maintain.keys import is_mark

#: Keys less unlike prose than this are not told.
LEAST_UNLIKE = 0.3
#: A key of which the rules cut more than this share counts as covered.
COVERED = 0.5
#: From this length on a piece counts as a paragraph.
_PARAGRAPH = 120
_OUTLET = re.compile(r"\w\.(?:com|co|id|net|org|tv)\b")
#: How strongly a token speaks for a convention; prose has few of these at its edges.
_HEAD_MARKS = {":": 1.0, "|": 1.0, "[": 0.8, "-": 0.6, "»": 1.0, ">": 1.0, "*": 1.0, "•": 0.6, "#": 0.9, "@": 0.8}
_TAIL_MARKS = {"|": 1.0, "[": 0.8, "]": 0.8, "-": 0.5, "/": 0.5, "»": 1.0, ">": 1.0, "*": 1.0, "#": 0.9, "@": 0.8}
_STANDING = {"<url>": 0.9, "<handle>": 0.7, "<date>": 0.4, "<time>": 0.6, "<sign>": 1.0, "<place>": 0.6, "<name>": 0.3}
_MARKS = {
    "prefix": {**_HEAD_MARKS, **_STANDING},
    "suffix": {**_TAIL_MARKS, **_STANDING},
    "line": {**_HEAD_MARKS, **_TAIL_MARKS, **_STANDING},
}


class Ranked(msgspec.Struct, frozen=True):
    """A key with its rank: ``unlike`` prose from 0 to 1, ``score`` for the order."""

    counted: Counted
    unlike: float
    score: float


def ranked(found: Iterable[Counted]) -> list[Ranked]:
    """The keys that may be conventions, the likeliest and commonest first."""
    found = list(found)
    labels = {one.key for one in found if one.kind == "prefix" and one.key[-1] in LABEL_ENDS and _says_something(one)}
    out = []
    for one in found:
        if not _says_something(one) or _is_label_and_more(one, labels):
            continue
        unlike = unlike_prose(one)
        if unlike < LEAST_UNLIKE:
            continue
        score = math.log2(1 + one.open_docs) * (1 + 0.25 * math.log2(one.sites)) * unlike**1.5
        out.append(Ranked(one, unlike, score))
    out.sort(key=lambda r: (-r.score, r.counted.kind, r.counted.key))
    return _once(out)


def unlike_prose(one: Counted) -> float:
    """How unlike prose a key is, from 0 to 1.

    Marks and placeholders at the edges of a piece, pieces that do not end like a sentence, that are short, or that
    stand at the start or end of their documents: each adds to it.
    """
    marks = max((_mark(one.kind, token) for token in one.key), default=0.0)
    edge = max(0.0, (one.edge - 0.2) / 0.8)
    short = max(0.0, 1 - one.chars / _PARAGRAPH)
    value = 0.35 * marks + 0.3 * (1 - one.closed) + 0.2 * edge + 0.15 * short
    if one.kind == "suffix":
        if not marks:  # plain words end headings and list items of all sorts
            value -= 0.15
        # The end of a sentence is prose whatever precedes it; a colon at the end introduces what follows.
        value -= 0.3 * one.closed + (0.35 if one.key[-1] in ":;," else 0.0)
    return max(0.0, min(1.0, value))


def _mark(kind: str, token: str) -> float:
    return 0.9 if _OUTLET.search(token) else _MARKS[kind].get(token, 0.0)


def _says_something(one: Counted) -> bool:
    """Whether a key holds a word of its own, not only numbers and names; a place before a dash will do."""
    key = one.key
    if key.count(")") > key.count("(") or key.count("]") > key.count("["):
        return False  # begins in the middle of a bracket
    if one.kind == "prefix" and key[0] == "<place>" and "-" in key:
        return True
    if one.kind == "suffix" and "<sign>" in key and one.closed < COVERED:
        return True
    return any(len(token) > 1 and not token.startswith("<") and not is_mark(token) for token in key)


def _is_label_and_more(one: Counted, labels: Iterable[tuple[str, ...]]) -> bool:
    """Whether a key is a label that is told anyway, or the end of one, with some of what follows it."""
    key = one.key
    ends = [at for at, token in enumerate(key[:-1], 1) if token in LABEL_ENDS]
    if one.kind == "suffix":
        return any(label[-at:] == key[:at] for at in ends if at > 1 for label in labels)
    return any(key[:at] in labels for at in ends)


def _once(found: Sequence[Ranked]) -> list[Ranked]:
    """Each convention once: not the line, its prefixes and its suffixes side by side when they are the same hits."""
    kept: list[Ranked] = []
    for one in found:
        if not any(_tells_the_same(one.counted, other.counted) for other in kept):
            kept.append(one)
    return kept


def _tells_the_same(one: Counted, other: Counted) -> bool:
    if not 0.7 <= one.docs / other.docs <= 1.4:
        return False
    short, long = sorted((one.key, other.key), key=len)
    size = len(short)
    if one.kind == other.kind == "line":
        return False
    return any(long[at : at + size] == short for at in range(len(long) - size + 1))

"""Lines that were left standing although they recur on their site: what the rules may have missed.

Memory is bounded by what recurs, not by what a run holds: two tables of small counters tell which lines were seen often
enough to be kept, as in a Bloom filter.
"""

from __future__ import annotations

import re
from hashlib import blake2b

import msgspec

from cleaner.maintain.pieces import WHOLE, spans
from cleaner.model import Cleaned

#: A line is a candidate once so many documents of its site hold it uncut.
LEAST = 3
#: Candidates that are kept in the index.
MOST = 5_000
#: Places of a candidate that are kept as samples.
SAMPLES = 5
_SLOTS = 1 << 25
#: A line with less than a word of so many letters is a number, a bullet or a rest.
_WORD = re.compile(r"[^\W\d_]{4}")
_DIGITS = re.compile(r"\d+")
_BLANKS = re.compile(r"\s+")


class Standing(msgspec.Struct):
    """A line that recurs uncut: its first text, in how many documents of its site, and where (document, start, end)."""

    site: int
    text: str
    documents: int
    places: list[tuple[int, int, int]]


class StandingLines:
    """Counts the uncut lines, and sentences of long lines, of documents as they come."""

    def __init__(self) -> None:
        self._tables = bytearray(_SLOTS), bytearray(_SLOTS)
        self._found: dict[int, Standing] = {}

    def add(self, document: int, site: int, cleaned: Cleaned) -> None:
        """Count a document; a line counts once in it."""
        seen: set[int] = set()
        cuts = iter(cleaned.removals)
        cut = next(cuts, None)
        for start, end, _ in spans(cleaned.raw):
            while cut is not None and cut.end <= start:
                cut = next(cuts, None)
            if end - start > WHOLE or (cut is not None and cut.start < end):
                continue
            text = cleaned.raw[start:end]
            if _WORD.search(text) is None:
                continue
            key = _key(site, text)
            if key in seen:
                continue
            seen.add(key)
            self._count(key, document, site, text, start, end)

    def _count(self, key: int, document: int, site: int, text: str, start: int, end: int) -> None:
        found = self._found.get(key)
        if found is not None:
            found.documents += 1
            if len(found.places) < SAMPLES:
                found.places.append((document, start, end))
            return
        low, high = key % _SLOTS, (key >> 32) % _SLOTS
        first, second = self._tables
        count = min(first[low], second[high]) + 1
        if count >= LEAST:
            self._found[key] = Standing(site, text, count, [(document, start, end)])
        else:
            first[low] = max(first[low], count)
            second[high] = max(second[high], count)

    def most(self) -> list[Standing]:
        """The candidates in most documents first."""
        order = sorted(self._found.values(), key=lambda one: (-one.documents, one.site, one.text))
        return order[:MOST]


def _key(site: int, text: str) -> int:
    """Identity of a line on its site; numbers and blanks do not tell one from another."""
    normal = _BLANKS.sub(" ", _DIGITS.sub("0", text)).casefold()
    return int.from_bytes(blake2b(f"{site}\0{normal}".encode(), digest_size=8).digest())

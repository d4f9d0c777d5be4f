"""Which marks of a disguised text go with what is cut: both of a pair or none, an item with one separator.

Two marks go when nothing that a reader sees is left between them, and stay otherwise. What lies between two cut parts
goes with them. A printed list stays a list: as many separators stay as stand between the items that are left.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

from cleaner.engine.decide import Owner
from cleaner.engine.normal import Markup, Pair, Reading, Span

_LETTER = re.compile(r"\S")

#: Raw start, raw end, who takes it, and the group it was cut with.
Range = tuple[int, int, Owner, int]


def with_marks(raw: str, reading: Reading, ranges: Sequence[Range]) -> list[Range]:
    """The ranges of a disguised text with the marks that go with them, and without those that stay.

    Args:
        raw: the raw text.
        reading: how it is read.
        ranges: what is cut, ascending and disjoint.
    """
    if not ranges:
        return []
    cuts = _Cuts(raw, reading, ranges)
    gone: list[Span] = []
    kept: list[Span] = []
    for pair in reading.pairs:
        (gone if cuts.empties(pair) else kept).extend((pair.opening, pair.closing))
    for span, stays in _list_marks(reading, cuts):
        (kept if stays else gone).append(span)
    found = _without(ranges, sorted(kept))
    return _with(found, {*gone, *_gaps(found, reading.hidden, set(kept))})


def markup_ranges(
    raw: str, reading: Reading, ranges: Sequence[Range], owner_of: Iterable[tuple[Markup, Owner]]
) -> list[Range]:
    """The ranges with tags, comments and blank entities besides, but for those that alone part two lines or two words.

    Args:
        raw: the raw text.
        reading: how it is read.
        ranges: what is cut, ascending and disjoint.
        owner_of: marks that a rule claims, ascending, with that rule.
    """
    starts = [r[0] for r in ranges]
    claimed = []
    for mark, owner in owner_of:
        place = bisect_right(starts, mark.start) - 1
        if place < 0 or ranges[place][1] < mark.end:
            claimed.append((mark, owner))
    if not claimed:
        return list(ranges)
    spared = _separating(raw, reading, ranges, [mark for mark, _ in claimed])
    group = max((r[3] for r in ranges), default=0) + 1
    found = list(ranges)
    for number, (mark, owner) in enumerate(claimed):
        if mark not in spared:
            found.append((mark.start, mark.end, owner, group + number))
    return sorted(found, key=lambda r: r[0])


class _Cuts:
    """What is cut, and what a reader still sees."""

    def __init__(self, raw: str, reading: Reading, ranges: Sequence[Range]) -> None:
        self._starts = [r[0] for r in ranges]
        self._ends = [r[1] for r in ranges]
        covered = sorted([(r[0], r[1]) for r in ranges] + reading.hidden + reading.separators)
        self._seen: list[int] = []  # where text begins that is neither cut nor a mark
        at = 0
        for start, end in [*covered, (len(raw), len(raw))]:
            if at < start and (letter := _LETTER.search(raw, at, start)) is not None:
                self._seen.append(letter.start())
            at = max(at, end)

    def empties(self, pair: Pair) -> bool:
        """Whether all that a reader saw between two marks is cut."""
        low, high = pair.opening[1], pair.closing[0]
        at = bisect_left(self._seen, low)
        if at < len(self._seen) and self._seen[at] < high:
            return False
        first = bisect_right(self._ends, low)
        if first < len(self._starts) and self._starts[first] < high:
            return True
        # Nothing stood between them: they go with what is cut around them.
        first = bisect_right(self._ends, pair.opening[0])
        return (
            first < len(self._starts)
            and self._starts[first] <= pair.opening[0]
            and self._ends[first] >= pair.closing[1]
        )


def _list_marks(reading: Reading, cuts: _Cuts) -> list[tuple[Span, bool]]:
    """The quotes and separators of a printed list, and whether each stays."""
    if not reading.items:
        return []
    stays = [not cuts.empties(item) for item in reading.items]
    found: list[tuple[Span, bool]] = []
    for item, whether in zip(reading.items, stays, strict=True):
        found += [(item.opening, whether), (item.closing, whether)]
    last = max((number for number, whether in enumerate(stays) if whether), default=-1)
    found += [(span, stays[number] and number < last) for number, span in enumerate(reading.separators)]
    return found


def _without(ranges: Sequence[Range], spans: Sequence[Span]) -> list[Range]:
    """Ranges with spans taken out of them."""
    found: list[Range] = []
    starts = [span[0] for span in spans]
    for start, end, owner, group in ranges:
        low, high = max(0, bisect_right(starts, start) - 1), bisect_left(starts, end)
        found += [(a, b, owner, group) for a, b in _outside((start, end), spans[low:high])]
    return found


def _outside(whole: Span, spans: Sequence[Span]) -> list[Span]:
    """What of a range lies in none of some ascending spans."""
    at, end = whole
    found = []
    for start, stop in spans:
        if at < start:
            found.append((at, min(start, end)))
        at = max(at, stop)
    if at < end:
        found.append((at, end))
    return found


def _gaps(ranges: Sequence[Range], hidden: Sequence[Span], kept: set[Span]) -> list[Span]:
    """The marks between two ranges where nothing but marks lies there."""
    found: list[Span] = []
    ends = {r[1] for r in ranges}
    starts = {r[0] for r in ranges}
    number = 0
    while number < len(hidden):
        first = number
        while number + 1 < len(hidden) and hidden[number + 1][0] == hidden[number][1]:
            number += 1
        if hidden[first][0] in ends and hidden[number][1] in starts:
            found += [span for span in hidden[first : number + 1] if span not in kept]
        number += 1
    return found


def _with(ranges: Sequence[Range], spans: Iterable[Span]) -> list[Range]:
    """Ranges with spans besides, each owned by the range nearest before or else behind it."""
    found = list(ranges)
    starts = [r[0] for r in ranges]
    for low, high in sorted(spans) if ranges else ():
        place = max(bisect_right(starts, low) - 1, 0)
        _, _, owner, group = ranges[place]
        near = [(r[0], r[1]) for r in ranges[place : place + 3] if r[0] < high and r[1] > low]
        found += [(a, b, owner, group) for a, b in _outside((low, high), near)]
    return sorted(found, key=lambda r: r[0])


def _separating(raw: str, reading: Reading, ranges: Sequence[Range], marks: Sequence[Markup]) -> set[Markup]:
    """Marks that alone part what stands before them from what stands behind them."""
    spared: set[Markup] = set()
    gone = _Gone(raw, reading.edges, [(r[0], r[1]) for r in ranges] + [(mark.start, mark.end) for mark in marks])
    number = 0
    while number < len(marks):
        first = number
        while number + 1 < len(marks) and gone.joins(marks[number].end, marks[number + 1].start):
            number += 1
        cluster = marks[first : number + 1]
        number += 1
        before, behind = gone.letter_before(cluster[0].start), gone.letter_behind(cluster[-1].end)
        if not before or not behind:
            continue
        parting = next((mark for mark in cluster if mark.parts), None)
        blank = next((mark for mark in cluster if raw[mark.start] == "&"), None)
        if parting is not None:
            spared.add(parting)
        elif blank is not None and not any(map(str.isspace, before + gone.left(blank.end, cluster[-1].end) + behind)):
            spared.add(blank)
    return spared


class _Gone:
    """The text as it will be left around marks that are to go."""

    def __init__(self, raw: str, edges: set[int], spans: Sequence[Span]) -> None:
        self._raw, self._edges = raw, edges
        self._spans = sorted(spans)
        self._starts = [span[0] for span in self._spans]

    def left(self, start: int, end: int) -> str:
        """What is left of a range."""
        low, high = max(0, bisect_right(self._starts, start) - 1), bisect_left(self._starts, end)
        return "".join(self._raw[a:b] for a, b in _outside((start, end), self._spans[low:high]))

    def joins(self, start: int, end: int) -> bool:
        """Whether nothing but blanks is left of a range, and no line ends in it."""
        return not self.left(start, end).strip() and not any(edge in self._edges for edge in range(start, end + 1))

    def letter_before(self, at: int) -> str:
        """The character before an offset; empty at the start of a line."""
        while at > 0 and at not in self._edges:
            place = bisect_right(self._starts, at - 1) - 1
            if place < 0 or self._spans[place][1] < at:
                return self._raw[at - 1]
            at = self._spans[place][0]
        return ""

    def letter_behind(self, at: int) -> str:
        """The character at an offset; empty at the end of a line."""
        while at < len(self._raw) and at not in self._edges:
            place = bisect_right(self._starts, at) - 1
            if place < 0 or self._spans[place][1] <= at:
                return self._raw[at]
            at = self._spans[place][1]
        return ""

"""From decisions to the clean text: white space around cuts, removal records, the splice itself.

White space policy: a cut line takes its own line break; of the blank lines that then stand together, before and after
the cut run, the larger group stays (the later one when they are equal), so that kept paragraphs stay as far apart as
they were and no run of blank lines appears that the raw text did not have. At the end of the text the run takes the
line break before it instead, so the text ends as the raw text did.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from cleaner.engine.decide import Owner, Taken
from cleaner.engine.document import Document
from cleaner.engine.marks import Range, markup_ranges, with_marks
from cleaner.engine.matcher import Matcher
from cleaner.engine.normal import Markup
from cleaner.engine.propose import Told
from cleaner.model import Removal


def removals_of(
    doc: Document,
    taken: list[Taken],
    owners: dict[int, tuple[Owner, int]],
    ends: Mapping[int, int],
    markup: Sequence[Matcher] = (),
) -> tuple[Removal, ...]:
    """The disjoint, ordered removals of a document, white space included.

    Args:
        doc: the document as it stands.
        taken: raw ranges of the parts that were cut.
        owners: line → (owner, group) of whole lines cut.
        ends: for lines that stand for a block cut as one: the line behind its last.
        markup: rules for the marks of a disguised text.
    """
    parts = sorted(((t.start, t.end, t.owner, t.group) for t in taken), key=lambda r: r[0])
    ranges: list[Range] = []
    at = 0
    for first, last, start, end in _runs(doc, owners, ends) if owners else ():
        while at < len(parts) and parts[at][1] <= start:
            ranges.append(parts[at])
            at += 1
        inside = at
        while at < len(parts) and parts[at][0] < end:
            at += 1
        run = first, last, start, end
        inner = parts[inside:at]
        ranges += _own_run(doc, run, inner, owners) if inner else _whole_lines(doc, run, owners, ends)
    ranges += parts[at:]
    if doc.reading is not None:
        ranges = with_marks(doc.raw, doc.reading, ranges)
        if markup:
            ranges = markup_ranges(doc.raw, doc.reading, ranges, _claimed(doc, markup))
    told = {t.group: t.told for t in taken if t.told is not None}
    return tuple(_records(doc.raw, ranges, told))


def _claimed(doc: Document, markup: Sequence[Matcher]) -> Iterator[tuple[Markup, Owner]]:
    """The marks of a disguised text that a rule claims, with the rule nearest to the site."""
    for mark in doc.reading.markup if doc.reading is not None else ():
        text = doc.raw[mark.start : mark.end]
        owner = next((matcher for matcher in markup if matcher.regex.match(text)), None)
        if owner is not None:
            yield mark, owner


def without(raw: str, removals: tuple[Removal, ...]) -> str:
    """The raw text without the removals."""
    if not removals:
        return raw
    parts = []
    at = 0
    for removal in removals:
        parts.append(raw[at : removal.start])
        at = removal.end
    parts.append(raw[at:])
    return "".join(parts)


def in_raw(removals: Sequence[Removal], text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The raw ranges of a range of the clean text.

    Args:
        removals: what was cut from the raw text, ascending.
        text: the clean text.
        start: where the range starts in it, in code points.
        end: where it ends.
    """
    found: list[tuple[int, int]] = []
    at = shift = 0
    for removal in [*removals, None]:
        until = len(text) if removal is None else removal.start - shift
        low, high = max(start, at), min(end, until)
        if low < high:
            found.append((low + shift, high + shift))
        at = until
        if removal is not None:
            shift += removal.end - removal.start
    return found


def united(raw: str, text: str, first: Sequence[Removal], second: Sequence[Removal]) -> tuple[Removal, ...]:
    """What two cleanings cut, the second one of what the first one left.

    Args:
        raw: the raw text.
        text: what the first one left.
        first: removals from the raw text.
        second: removals from the clean text.
    """
    found = list(first)
    for removal in second:
        for start, end in in_raw(first, text, removal.start, removal.end):
            found.append(msgspec.structs.replace(removal, start=start, end=end, text=raw[start:end]))
    return tuple(sorted(found, key=lambda r: r.start))


def _runs(
    doc: Document, owners: dict[int, tuple[Owner, int]], ends: Mapping[int, int]
) -> list[tuple[int, int, int, int]]:
    """Runs of cut lines (blank lines between them included) as first line, last line, raw start, raw end."""
    found = []
    total = len(doc.text)
    dead_set, bare = doc.dead, doc.bare
    after = 0  # the first line behind the run
    for first in sorted(owners):
        if first < after:
            continue
        line = last = first
        while line in owners:  # swallow cut lines behind, over blank lines
            after = ends.get(line, line + 1)
            last = after - 1
            while after < total and after not in dead_set and not bare[after]:
                after += 1
            line = after
        before = first
        while before > 0 and before - 1 not in dead_set and not bare[before - 1]:
            before -= 1
        start, end = doc.starts[first], doc.starts[last + 1] if last + 1 < total else doc.stop
        if before == 0:
            start, end = doc.begin, doc.starts[after] if after < total else doc.stop
        elif after >= total:
            start, end = doc.end_of(before - 1), doc.end_of(last)
        elif first - before > after - last - 1:
            end = doc.starts[after]
        else:
            start = doc.starts[before]
        found.append((first, last, start, end))
    return found


def _own_run(
    doc: Document, run: tuple[int, int, int, int], inside: list[Range], owners: dict[int, tuple[Owner, int]]
) -> list[Range]:
    """Give every code point of a run an owner: parts cut earlier keep theirs, the rest goes to the line's owner."""
    first, last, start, end = run
    found: list[Range] = []
    lines = [line for line in range(first, last + 1) if line in owners]
    part = 0
    for number, line in enumerate(lines):
        low = start if number == 0 else doc.starts[line]
        high = end if number + 1 == len(lines) else doc.starts[lines[number + 1]]
        owner, group = owners[line]
        while part < len(inside) and inside[part][0] < high:
            begin, stop, other, other_group = inside[part]
            if low < begin:
                found.append((low, begin, owner, group))
            found.append((begin, stop, other, other_group))
            low = stop
            part += 1
        if low < high:
            found.append((low, high, owner, group))
    return found


def _whole_lines(
    doc: Document, run: tuple[int, int, int, int], owners: dict[int, tuple[Owner, int]], ends: Mapping[int, int]
) -> list[Range]:
    """The ranges of a run in which no part was cut earlier: one for each change of group."""
    first, last, start, end = run
    starts = doc.starts
    owner, group = owners[first]
    found: list[Range] = []
    line = ends.get(first, first + 1)
    while line <= last:
        other = owners.get(line)
        if other is not None and other[1] != group:
            found.append((start, starts[line], owner, group))
            start = starts[line]
            owner, group = other
        line = ends.get(line, line + 1)
    found.append((start, end, owner, group))
    return found


def _records(raw: str, ranges: list[Range], told: Mapping[int, Told]) -> list[Removal]:
    """Removal records, neighbours of one group joined; ``told``: what a model said, by group."""
    found: list[Removal] = []
    count = len(ranges)
    at = 0
    while at < count:
        start, end, owner, group = ranges[at]
        at += 1
        while at < count and ranges[at][3] == group and ranges[at][0] == end:
            end = ranges[at][1]
            at += 1
        removal = Removal(start, end, raw[start:end], owner.category, owner.rule, owner.scope, owner.path)
        if group in told:
            removal = msgspec.structs.replace(removal, **told[group]._asdict())
        found.append(removal)
    return found

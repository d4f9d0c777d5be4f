"""Sums over the elements of a page, which elements are alike, and what ties lines to what the page says of itself."""

from __future__ import annotations

from dataclasses import dataclass

from cleaner.html.blocks import Blocks

#: A line of this length, less than a third of it links, is prose.
_PROSE = 80
#: A shorter one counts in the share of prose around a line.
NEAR_PROSE = 60
#: Link text of a linked headline, at least.
_HEADLINE = 15
_TEASERS = 3
#: Words of the title of at least so many letters are looked for in prose, the first so many of them.
_TITLE_WORD = 4
_TITLE_WORDS = 8
#: A body in data of at least this length says whether a line of this length is part of it.
_DATA = 200
_IN_DATA = 30
#: So much of the description is looked for.
_LEAD = 40
_NO_TEASERS = (0, 0, 0)


@dataclass(frozen=True, slots=True)
class Stated:
    """What a page says of itself: what it is, its title, its description, and its body as data hold it."""

    kind: int = 0
    title: str = ""
    description: str = ""
    body: str = ""


@dataclass(slots=True)
class Sums:
    """Code points, link text, prose, lines and words of the title at and below every element."""

    total: list[int]
    linked: list[int]
    prose: list[int]
    lines: list[int]
    topic: list[int]


@dataclass(slots=True)
class Signs:
    """What ties lines to what the page says of itself.

    ``topic``: words of the title in each line. ``in_data``: whether it stands in the body that the data hold. ``lead``
    and ``first``: the lines with the beginning of the description and with the first headline, -1 without one.
    """

    topic: list[int]
    in_data: list[int]
    lead: int
    first: int


def signs_of(page: Blocks, lengths: list[int], stated: Stated) -> Signs:
    """What ties the lines of a page to its title, its description, and its body in data."""
    lines = page.lines
    words = list(dict.fromkeys(word for word in stated.title[:200].lower().split() if len(word) >= _TITLE_WORD))
    topic = [0] * len(lines)
    in_data = [-1] * len(lines)
    if words:
        words = words[:_TITLE_WORDS]
        for number, length in enumerate(lengths):
            if length >= NEAR_PROSE:
                line = lines[number].lower()
                topic[number] = sum([word in line for word in words])
    if len(stated.body) >= _DATA:
        body = " ".join(stated.body.split())
        in_data = [
            -1 if length < _IN_DATA else 1 if line in body else 0 for line, length in zip(lines, lengths, strict=True)
        ]
    lead = -1
    start = " ".join(stated.description.split())[:_LEAD]
    if len(start) == _LEAD:
        lead = next((number for number, line in enumerate(lines) if start in line), -1)
    tags = page.tags
    first = next((number for number, owner in enumerate(page.owners) if tags[owner] == "h1"), -1)
    return Signs(topic, in_data, lead, first)


def summed(page: Blocks, lengths: list[int], linked: list[int], topics: list[int]) -> Sums:
    """The sums over all elements of a page, each with what is below it."""
    size = len(page.above)
    total, links, prose, lines, topic = [0] * size, [0] * size, [0] * size, [0] * size, [0] * size
    for length, link, about, owner in zip(lengths, linked, topics, page.owners, strict=True):
        total[owner] += length
        lines[owner] += 1
        if link:
            links[owner] += link
        if length >= _PROSE and link * 3 < length:
            prose[owner] += length
            topic[owner] += about
    above = page.above
    for number in range(size - 1, 0, -1):
        if lines[number]:
            up = above[number]
            total[up] += total[number]
            lines[up] += lines[number]
            if links[number]:
                links[up] += links[number]
            if prose[number]:
                prose[up] += prose[number]
                topic[up] += topic[number]
    return Sums(total, links, prose, lines, topic)


def levels_from(page: Blocks, line: int) -> list[int]:
    """For every element, how many levels above that of a line the innermost one around both is; -1 without a line."""
    above = page.above
    found = [-1] * len(above)
    if line < 0:
        return found
    number = page.owners[line]
    level = 0
    while True:
        found[number] = level
        if not number:
            break
        number = above[number]
        level += 1
    for number in range(1, len(above)):
        if found[number] < 0:
            found[number] = found[above[number]]
    return found


def alike_in(page: Blocks, sums: Sums) -> list[int]:
    """A number for every element with text: the same for those that are like each other, and have like parents."""
    above, tags, names, lines = page.above, page.tags, page.names, sums.lines
    known: dict[tuple[str, str, str, str], int] = {}
    found = [0] * len(above)
    for number in range(1, len(above)):
        if lines[number]:
            up = above[number]
            key = (tags[number], names[number], tags[up], names[up])
            group = known.get(key)
            if group is None:
                group = known[key] = len(known) + 1
            found[number] = group
    return found


def in_best(page: Blocks, sums: Sums) -> list[bool]:
    """For every element, whether it is in the deepest one with half of the page's prose."""
    above, depths, prose = page.above, page.depths, sums.prose
    size = len(above)
    best = 0
    if prose[0]:
        for number in range(1, size):
            if prose[number] * 2 >= prose[0] and depths[number] >= depths[best]:
                best = number
    inside = [False] * size
    inside[best] = True
    for number in range(best + 1, size):
        if inside[above[number]]:
            inside[number] = True
    return inside


def teasers_around(page: Blocks, sums: Sums, alike: list[int]) -> list[tuple[int, int, int]]:
    """For every element, the largest row of like siblings around it that each hold a linked headline.

    How many they are, the mean code points of one, and their share of the page.
    """
    above, totals = page.above, sums.total
    headed: dict[tuple[int, int], int] = {}
    for number, link in enumerate(sums.linked):
        if link >= _HEADLINE and alike[number]:
            key = (above[number], alike[number])
            headed[key] = headed.get(key, 0) + 1
    rows = {key: [0, 0] for key, count in headed.items() if count >= _TEASERS}
    found = [_NO_TEASERS] * len(above)
    if not rows:
        return found
    for number, up in enumerate(above):
        row = rows.get((up, alike[number]))
        if row is not None and number:
            row[0] += 1
            row[1] += totals[number]
    verdicts = {
        key: (headed[key], text // count, 1000 * text // totals[0])
        for key, (count, text) in rows.items()
        if headed[key] * 2 >= count
    }
    if not verdicts:
        return found
    for number in range(1, len(above)):
        if alike[number]:
            up = above[number]
            outer = found[up]
            own = verdicts.get((up, alike[number]))
            found[number] = own if own is not None and own[0] >= outer[0] else outer
    return found

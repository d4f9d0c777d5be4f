"""Lines at the ends of a body that repeat what the page says of itself: its writers, or its title with the date.

What begins with a writer's name right below a line that is this name tells of the writer, and goes as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from cleaner.html import layout
from cleaner.html.layout import PageLines, Region
from cleaner.html.meta import Facts

CREDIT = "html#credit"
TITLE_LINE = "html#title-line"
#: So many lines are looked at, from either end, up to the first that is none of these.
_LINES = 3
_LONGEST = 120
_PARTS = re.compile(r"\s*[,/&|;]\s*")
_MARKS = " ()[]*-–—•|.:"
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
#: What stands behind a title in a line of its own: a date of so many code points and words.
_DATE = 60
_WORDS = 8


def without_ends(page: PageLines, facts: Facts, root: LexborNode) -> PageLines:
    """The lines of a page, with those at the ends of its body that repeat its credits, or its title, taken away.

    A body of nothing else stays.
    """
    names = frozenset(_plain(name) for people in facts.credits.values() for name in people)
    title = _plain(facts.title)
    body = [number for start, end, owner in page.spans if owner is None for number in range(start, end)]
    if not body or not (names or title):
        return page
    taken: dict[int, str] = {}
    for numbers in (body[:_LINES], body[: -_LINES - 1 : -1]):
        for number, rule in _repeated([(number, page.lines[number]) for number in numbers], names, title):
            taken[number] = rule
    if not taken or len(taken) == len(body):
        return page
    owners = {rule: Region(root, layout.OUTSIDE, "byline", rule) for rule in taken.values()}
    spans: list[tuple[int, int, Region | None]] = []
    for start, end, owner in page.spans:
        if owner is not None or not any(start <= number < end for number in taken):
            spans.append((start, end, owner))
            continue
        spans += [(number, number + 1, owners.get(taken.get(number, ""))) for number in range(start, end)]
    return PageLines(page.lines, spans, page.paths)


def _repeated(lines: list[tuple[int, str]], names: frozenset[str], title: str) -> Iterator[tuple[int, str]]:
    """The lines before the first that is the story's own, each with the rule that takes it."""
    for at, (number, line) in enumerate(lines):
        plain = _plain(line)
        above = _plain(lines[at + 1][1]) if at + 1 < len(lines) and lines[at + 1][0] < number else ""
        if names and len(line) <= _LONGEST and all(_plain(part) in names for part in _PARTS.split(plain)):
            yield number, CREDIT
        elif above in names and plain.startswith(f"{above} "):
            yield number, CREDIT  # the writer's life, below the name
        elif title and plain.startswith(title) and _is_date(plain[len(title) :]):
            yield number, TITLE_LINE
        else:
            return


def _is_date(text: str) -> bool:
    return 0 < len(text) <= _DATE and len(text.split()) <= _WORDS and _YEAR.search(text) is not None


def _plain(text: str) -> str:
    return " ".join(text.casefold().split()).strip(_MARKS)

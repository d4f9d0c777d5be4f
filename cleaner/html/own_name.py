"""Datelines and sign-offs that bear the site's own name, as the page tells it: no pack needs to know the outlet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise

from cleaner.model import Removal

DATELINE = "html#own-dateline"
SIGN_OFF = "html#own-sign-off"
_SHORTEST, _LONGEST = 4, 40
_MOST_NAMES = 6
#: What stands between a name and its country: contoh.co.id.
_SECOND = frozenset("co or go web ac sch net com my biz desa".split())
_TOP = r"(?:\.(?:co\.|or\.|go\.|web\.)?[a-z]{2,6})?"
_PLACE = r"(?-i:[A-Z][\w.'’-]{1,20}(?:\s[A-Z][\w.'’-]{1,20}){0,3})"
_DATE = r"\s?[(,]?\s?(?:[^\W\d]{3,9},\s?)?\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{2,4})?\)?"
_DASH = r"\s*(?:[-–—]{1,3}|\|)\s*"
#: A colon may also stand behind a speaker or a series: it needs a domain, or a place, before it.
_COLON = r"\s*[:：]\s*"
_NEXT = r"(?=[\"“‘'(\[]?(?-i:[A-Z0-9])[^|]{40})"


@lru_cache(maxsize=1_024)
def _patterns(names: tuple[str, ...]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    own = rf"(?:{'|'.join(map(re.escape, names))})"
    name = own + _TOP
    place_first, name_first = rf"{_PLACE}\s?[,(/]\s?{name}\)?", rf"{name}\s?[,/(]\s?{_PLACE}\)?"
    dateline = (
        rf"(?:{place_first}|{name_first}|{name}(?:\s{_PLACE})?)(?:{_DATE})?{_DASH}{_NEXT}"
        rf"|(?:{place_first}|{name_first}|{own}{_TOP[:-1]})(?:{_DATE})?{_COLON}{_NEXT}"
        rf"|(?:{_PLACE}\s?,\s?{name}|{name}\s?,\s?{_PLACE})\.\s{_NEXT}"
    )
    sign_off = rf"\s*[(\[](?:[^()\[\]]{{0,60}}[\s/:|-])?{name}(?:[\s/|-][^()\[\]]{{0,30}})?[)\]]\.?$"
    return re.compile(dateline, re.IGNORECASE), re.compile(sign_off, re.IGNORECASE)


def names_of(host: str, told: Iterable[str]) -> tuple[str, ...]:
    """What an outlet may call itself, the longest first.

    Args:
        host: the host of the page's address, empty if unknown.
        told: its name as the page has it (Open Graph, publisher).
    """
    found = [" ".join(name.split()) for name in told]
    labels = host.lower().split(".")
    own = -3 if len(labels) > 2 and labels[-2] in _SECOND else -2
    if len(labels) > 1:
        found += [".".join(labels[own:]), labels[own]]
    sound = {name.casefold() for name in found if _SHORTEST <= len(name) <= _LONGEST and name[:1].isalnum()}
    return tuple(sorted(sound, key=lambda name: (-len(name), name))[:_MOST_NAMES])


def own_marks(raw: str, removals: Sequence[Removal], names: tuple[str, ...]) -> list[Removal]:
    """The dateline before the first line that is kept, and the sign-off behind the last one.

    Args:
        raw: the page's lines.
        removals: what is cut already, in order.
        names: from :func:`names_of`.

    Returns:
        The cuts, none that touches another.
    """
    edges = [0, *(edge for cut in removals for edge in (cut.start, cut.end)), len(raw)]
    kept = [(start, end) for start, end in list(pairwise(edges))[::2] if raw[start:end].strip()]
    if not names or not kept:
        return []
    dateline, sign_off = _patterns(names)
    marks: list[Removal] = []
    start = kept[0][0] + len(raw[kept[0][0] : kept[0][1]]) - len(raw[kept[0][0] : kept[0][1]].lstrip())
    first = raw[start : kept[0][1]].split("\n", 1)[0]
    if (start == 0 or raw[start - 1] == "\n") and (found := dateline.match(first)) is not None:
        marks.append(_cut(raw, start, start + found.end(), "dateline", DATELINE))
    end = kept[-1][0] + len(raw[kept[-1][0] : kept[-1][1]].rstrip())
    line = max(kept[-1][0], raw.rfind("\n", 0, end) + 1)
    mark = sign_off.search(raw[line:end][-200:])
    if mark is not None and (at := end - len(mark[0])) > max(line, marks[0].end if marks else 0):
        marks.append(_cut(raw, at, end, "byline", SIGN_OFF))
    return marks


def _cut(raw: str, start: int, end: int, category: str, rule: str) -> Removal:
    return Removal(start, end, raw[start:end], category, rule, "span")

"""What every match of a regex holds, a word or one of a few marks, so that a line without it need not be tried."""

from __future__ import annotations

from collections.abc import Iterator
from re import _constants as op  # type: ignore[attr-defined]
from typing import Any

from cleaner.regex.tree import parsed

#: Shorter words are in too many lines.
LEAST = 5
#: More marks than this are asked for one by one in vain.
MOST_MARKS = 8
#: Marks that hardly any line lacks count for so many rare ones.
_COMMON = {".": 8, ",": 8, '"': 3, "-": 2}


def needed_word(pattern: str) -> str:
    r"""The longest run of ASCII letters and digits that every match holds, in small letters; empty if none is long.

    Args:
        pattern: a regex for use with ``re.IGNORECASE``.

    >>> needed_word(r"(?:\(\*\)\s)?(?-i:Alamat\s+Redaksi)\s?:\s[^\n]{10,220}$")
    'redaksi'
    >>> needed_word(r"(?:Copyright|Hak\s+cipta)\s+20\d\d")
    ''
    """
    found = max(_runs(parsed(pattern) or []), key=len, default="")
    return found if len(found) >= LEAST else ""


def _runs(items: Any) -> list[str]:
    """The runs of literals that every match has."""
    found = [""]
    for item in _always(items):
        if item is not None and item[0] is op.LITERAL and item[1] < 0x80 and chr(item[1]).isalnum():
            found[-1] += chr(item[1]).lower()
        else:
            found.append("")
    return found


def _always(items: Any) -> Iterator[tuple[Any, Any] | None]:
    """The items that every match passes, those inside groups and repetitions too; ``None`` where one begins or ends."""
    for kind, value in items:
        inner = None
        if kind is op.SUBPATTERN:
            inner = value[3]
        elif kind is op.ATOMIC_GROUP:
            inner = value
        elif kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT) and value[0]:
            inner = value[2]
        if inner is None:
            yield kind, value
        else:
            yield None
            yield from _always(inner)
            yield None


def needed_marks(pattern: str) -> str:
    r"""Marks of which every match holds one, those that are rarest in texts; empty if there are none.

    Args:
        pattern: a regex for use with ``re.IGNORECASE``.

    >>> needed_marks(r"^[A-Z]{3,20}(?:, [A-Z]\w+)?\s?[-–—]{1,3}\s(?=[A-Z])"), needed_marks(r"^\w+(?:-|,)?")
    ('-–—', '')
    """
    found = _marks(parsed(pattern) or [])
    return min(found, key=_cost, default="")


def _cost(marks: str) -> tuple[int, str]:
    return sum(_COMMON.get(mark, 1) for mark in marks), marks


def _marks(items: Any) -> list[str]:
    """Sets of marks: of each, every way through a sequence of items holds one."""
    found: list[str] = []
    for kind, value in filter(None, _always(items)):
        if kind is op.LITERAL:
            found += _only_marks([(kind, value)])
        elif kind is op.IN:
            found += _only_marks(value)
        elif kind is op.ASSERT and value[0] > 0:
            found += _marks(value[1])
        elif kind is op.BRANCH:
            ways = [_marks(way) for way in value[1]]
            if all(ways):
                joined = "".join(sorted({mark for way in ways for mark in min(way, key=_cost)}))
                found += [joined] if len(joined) <= MOST_MARKS else []
    return found


def _only_marks(members: Any) -> list[str]:
    """The members of a class as one set, if all of them are marks and few."""
    if len(members) > MOST_MARKS or any(kind is not op.LITERAL for kind, _ in members):
        return []
    letters = "".join(chr(value) for _, value in members)
    return [letters] if not any(letter.isalnum() or letter.isspace() for letter in letters) else []

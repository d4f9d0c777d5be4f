"""From a regex to literals of which every match holds at least one, so that most lines are refused without a regex.

The method is that of RE2's prefilter and of Google Code Search: each part of the pattern is described by the exact set
of strings it can be, while that set is small, or else by the best set of strings one of which it must hold. Case is
folded as in ``cleaner.regex.prefixes``; only ASCII counts, so that lines can be compared as lower-cased UTF-8.
"""

from __future__ import annotations

import re
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, NamedTuple

#: Literals shorter than this stand in nearly every line.
MIN_LITERAL = 3
#: More literals than this cost more to look for than they save.
MAX_LITERALS = 12
#: Exact sets are followed while they hold no more strings than this.
_MAX_EXACT = 16
_MAX_CLASS = 4
#: A literal longer than this refuses no more lines than one of this length.
_LONG = 8

_Set = frozenset[str]
_EMPTY: _Set = frozenset(("",))


class _Part(NamedTuple):
    """What is known of a part: all strings it can be, or strings of which it holds one; ``None``: nothing."""

    exact: _Set | None
    holds: _Set | None


_ANY = _Part(None, None)


def needs(pattern: str) -> tuple[str, ...]:
    """Lower-case ASCII literals of which every match holds at least one; empty when none are known.

    Args:
        pattern: a regex for use with ``re.IGNORECASE``.
    """
    try:
        part = _sequence(parser.parse(pattern, re.IGNORECASE))
    except re.error:
        return ()
    best = _best([part.exact, part.holds])
    return tuple(sorted(best)) if best else ()


def _sequence(items: Any) -> _Part:
    found: list[_Set | None] = []
    current = _EMPTY
    whole = True
    for kind, value in items:
        part = _item(kind, value)
        if part.exact is not None and len(current) * len(part.exact) <= _MAX_EXACT:
            current = frozenset(a + b for a in current for b in part.exact)
            continue
        whole = False
        found.append(current)
        current = part.exact if part.exact is not None else _EMPTY
        found.append(part.holds)
    if whole:
        return _Part(current, None)
    return _Part(None, _best([*found, current]))


def _best(sets: list[_Set | None]) -> _Set | None:
    """The set that refuses most: of the longest literals, then of the fewest."""
    good = [s for s in sets if s and len(s) <= MAX_LITERALS and min(map(len, s)) >= MIN_LITERAL]
    return max(good, key=lambda s: (min(_LONG, *map(len, s)), -len(s), sorted(s)), default=None)


def _item(kind: Any, value: Any) -> _Part:
    if kind is op.LITERAL:
        letter = chr(value).lower()
        return _Part(frozenset((letter,)), None) if letter.isascii() and not letter.isspace() else _ANY
    if kind is op.IN:
        letters = _class(value)
        return _Part(letters, None) if letters else _ANY
    if kind in (op.AT, op.ASSERT, op.ASSERT_NOT):
        return _Part(_EMPTY, None)
    if kind is op.SUBPATTERN:
        return _sequence(value[3])
    if kind is op.ATOMIC_GROUP:
        return _sequence(value)
    if kind is op.BRANCH:
        return _branch([_sequence(branch) for branch in value[1]])
    if kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
        low, high, body = value
        part = _sequence(body)
        if low == high == 1:
            return part
        if low == 0:
            return _Part(part.exact | _EMPTY, None) if high == 1 and part.exact is not None else _ANY
        return _Part(None, _best([part.exact, part.holds]))
    return _ANY


def _branch(parts: list[_Part]) -> _Part:
    exact: _Set = frozenset().union(*(part.exact for part in parts if part.exact is not None))
    if all(part.exact is not None for part in parts) and len(exact) <= _MAX_EXACT:
        return _Part(exact, None)
    sets = [_best([part.exact, part.holds]) for part in parts]
    if any(s is None for s in sets):
        return _ANY
    return _Part(None, frozenset().union(*(s for s in sets if s is not None)))


def _class(items: Any) -> _Set | None:
    found: set[str] = set()
    for kind, value in items:
        if kind is not op.LITERAL:
            return None
        letter = chr(value).lower()
        if not letter.isascii() or letter.isspace():
            return None
        found.add(letter)
    return frozenset(found) if len(found) <= _MAX_CLASS else None

"""From a regex to the characters a match can start or end with, so that a line is dispatched before any regex runs.

The answers are conservative: a key may be listed that no match begins with, never the other way round. They are read
off the parsed form of the regex (``re._parser``, the standard library's own). Case is folded with ``str.lower``.
"""

from __future__ import annotations

import re
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

#: More keys than this narrow nothing down.
MAX_START_KEYS = 600
MAX_END_KEYS = 64
KEY_CHARS = 3
_MAX_CLASS = 64
#: Characters that ``re.IGNORECASE`` takes for an ASCII letter though their lower case is another.
_ALIASES = {"s": "ſ", "k": "\u212a", "i": "\u0130\u0131"}

_END = re.compile(r"\$\)*\s*$")
#: A prefix, and whether the match may go on behind it in a way that is still followed.
_Prefixes = set[tuple[str, bool]]


def starts_anchored(pattern: str) -> bool:
    """Whether every match of a pattern begins at ``^``: no branch may begin with anything else."""
    try:
        return _begins(parser.parse(pattern, re.IGNORECASE))
    except re.error:
        return False


def _begins(items: Any) -> bool:
    for kind, value in items:
        if kind is op.AT:
            return bool(value in (op.AT_BEGINNING, op.AT_BEGINNING_STRING))
        if kind is op.SUBPATTERN:
            return _begins(value[3])
        if kind is op.BRANCH:
            return all(_begins(branch) for branch in value[1])
        return False
    return False


def ends_anchored(pattern: str) -> bool:
    """Whether a pattern ends with ``$``, before closing groups and white space if any."""
    return _END.search(pattern) is not None


def start_keys(pattern: str) -> tuple[str, ...] | None:
    """Lower-cased first characters (1 to 3 code points) of every match at the start of a line; ``None`` if any can be.

    Args:
        pattern: a regex that starts with ``^``, for use with ``re.IGNORECASE``.
    """
    try:
        tree = parser.parse(pattern, re.IGNORECASE)
    except re.error:
        return None
    found = _prefixes(tree)
    if found is None:
        return None
    keys = {text[:KEY_CHARS] for text, _ in found}
    if "" in keys or len(keys) > MAX_START_KEYS:
        return None
    return tuple(sorted(keys))


def end_keys(pattern: str) -> tuple[str, ...] | None:
    """Last characters, in both cases, of every match of a regex that ends with ``$``; ``None`` if too many can be."""
    try:
        tree = list(parser.parse(pattern, re.IGNORECASE))
    except re.error:
        return None
    while tree and tree[-1][0] is op.AT:
        tree.pop()
    found = _last(tree)
    if not found:
        return None
    keys = {case for letter in found for case in (letter, letter.lower(), letter.upper(), *_ALIASES.get(letter, ""))}
    keys = {key for key in keys if len(key) == 1}
    return None if len(keys) > MAX_END_KEYS else tuple(sorted(keys))


def _prefixes(items: Any) -> _Prefixes | None:
    """Prefixes of a sequence of regex items; ``None`` when there are too many."""
    current: _Prefixes = {("", True)}
    for item in items:
        if not any(more and len(text) < KEY_CHARS for text, more in current):
            break
        following = _item_prefixes(*item)
        grown: _Prefixes = set()
        for text, more in current:
            if not more or len(text) >= KEY_CHARS:
                grown.add((text, more))
            elif following is None:
                grown.add((text, False))
            else:
                grown |= {((text + rest)[:KEY_CHARS], open_) for rest, open_ in following}
        current = grown
        if len(current) > 2 * MAX_START_KEYS:
            return None
    return current


def _item_prefixes(kind: Any, value: Any) -> _Prefixes | None:
    """Prefixes of one item; ``None``: any character."""
    if kind is op.LITERAL:
        return {(letter, True) for letter in _folded(chr(value))}
    if kind in (op.AT, op.ASSERT, op.ASSERT_NOT):
        return {("", True)}
    if kind is op.IN:
        letters = _class(value)
        return None if letters is None else {(letter, True) for letter in letters}
    if kind is op.SUBPATTERN:
        return _prefixes(value[3])
    if kind is op.ATOMIC_GROUP:
        return _prefixes(value)
    if kind is op.BRANCH:
        found: _Prefixes = set()
        for branch in value[1]:
            part = _prefixes(branch)
            if part is None:
                return None
            found |= part
        return found
    if kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
        low, high, body = value
        part = _prefixes(body)
        if part is None:
            return None
        if high != 1:  # a second turn may follow: nothing is known behind the first
            part = {(text, False) for text, _ in part}
        return part if low else part | {("", True)}
    return None


def _folded(letter: str) -> set[str]:
    low = letter.lower()[:1]
    return {low, *(alias.lower()[:1] for alias in _ALIASES.get(low, ""))}


def _class(items: Any) -> set[str] | None:
    """Folded members of a character class, or ``None`` when it is large or negated."""
    found: set[str] = set()
    for kind, value in items:
        if kind is op.LITERAL:
            found |= _folded(chr(value))
        elif kind is op.RANGE and value[1] - value[0] < _MAX_CLASS:
            for code in range(value[0], value[1] + 1):
                found |= _folded(chr(code))
        else:
            return None
    return found


def _last(items: Any) -> set[str] | None:
    """Last characters of a sequence of regex items; ``None`` when unknown, empty when it can be empty."""
    found: set[str] = set()
    for kind, value in reversed(list(items)):
        optional = False
        if kind in (op.AT, op.ASSERT, op.ASSERT_NOT):
            continue
        if kind is op.LITERAL:
            letters: set[str] | None = _folded(chr(value))
        elif kind is op.IN:
            letters = _class(value)
        elif kind is op.SUBPATTERN:
            letters = _last(value[3])
            optional = letters is not None and "" in letters
        elif kind is op.BRANCH:
            parts = [_last(branch) for branch in value[1]]
            letters = None if any(part is None for part in parts) else set().union(*(p for p in parts if p))
            optional = letters is not None and "" in letters
        elif kind in (op.MAX_REPEAT, op.MIN_REPEAT):
            letters = _last(value[2])
            optional = value[0] == 0 or (letters is not None and "" in letters)
        else:
            letters = None
        if letters is None:
            return None
        found |= letters - {""}
        if not optional:
            return found
    return found | {""}

"""From a regex to how a match can start or end, so that a line is dispatched before any regex runs.

The answers are conservative: a key may be listed that no match begins with, never the other way round. They are read
off the parsed form of the regex. Case is folded with ``str.lower``.
"""

from __future__ import annotations

from re import _constants as op  # type: ignore[attr-defined]
from typing import Any

from cleaner.regex.tree import is_optional_space, is_space, parsed

#: More keys than this narrow nothing down.
MAX_START_KEYS = 250
MAX_END_KEYS = 64
#: Prefixes are followed for the first of these lengths that gives few enough of them.
PREFIX_LENGTHS = (12, 9, 7, 5, 4, 3)
#: Code points of a line's start that are enough to compare it with any prefix, doubled white space allowed for.
HEAD_CHARS = 40
_MAX_CLASS = 64

#: A prefix, and whether the match may go on behind it in a way that is still followed.
_Prefixes = set[tuple[str, bool]]


def start_keys(pattern: str) -> tuple[str, ...] | None:
    """How every match at the start of a line can begin: lower-cased prefixes, runs of white space as one blank.

    A prefix ends where the pattern goes on with a class too large to list. ``None``: a match can begin with anything.

    Args:
        pattern: a regex for use with ``re.IGNORECASE``.
    """
    tree = parsed(pattern)
    if tree is None:
        return None
    for length in PREFIX_LENGTHS:
        found = _prefixes(tree, length)
        if found is None:
            continue
        keys = {text[:length] for text, _ in found}
        if "" not in keys and len(keys) <= MAX_START_KEYS:
            return tuple(sorted(keys))
    return None


def head_of(text: str) -> str:
    """The start of a stripped line in the form of the prefixes."""
    return " ".join(text[:HEAD_CHARS].lower().split())


def end_keys(pattern: str) -> tuple[str, ...] | None:
    """Last characters, in both cases, of every match of a regex that ends with ``$``; ``None`` if too many can be."""
    tree = parsed(pattern) or []
    while tree and tree[-1][0] is op.AT:
        tree.pop()
    found = _last(tree)
    if not found:
        return None
    keys = {case for letter in found for case in (letter, letter.lower(), letter.upper())}
    keys = {key for key in keys if len(key) == 1}
    return None if len(keys) > MAX_END_KEYS else tuple(sorted(keys))


def _prefixes(items: Any, length: int, start: bool = True) -> _Prefixes | None:
    """Prefixes of a sequence of regex items; ``None`` when there are too many.

    ``start``: the sequence stands at the start of the stripped line, where there is no white space.
    """
    current: _Prefixes = {("", True)}
    for kind, value in items:
        if not any(more and len(text) < length for text, more in current):
            break
        grown: _Prefixes = set()
        following: dict[bool, _Prefixes | None] = {}
        for text, more in current:
            if not more or len(text) >= length:
                grown.add((text, more))
                continue
            first = start and not text
            if first not in following:
                following[first] = _item_prefixes(kind, value, length, first)
            part = following[first]
            if part is None:
                grown.add((text, False))
            else:
                grown |= {(_joined(text, rest)[:length], open_) for rest, open_ in part}
        current = grown
        if len(current) > 2 * MAX_START_KEYS:
            return None
    return current


def _joined(text: str, rest: str) -> str:
    return text + rest[1:] if rest[:1] == " " and text[-1:] == " " else text + rest


def _item_prefixes(kind: Any, value: Any, length: int, start: bool) -> _Prefixes | None:
    """Prefixes of one item; ``None``: any character."""
    if kind is op.LITERAL:
        letter = chr(value)
        if letter.isspace():
            return set() if start else {(" ", True)}
        return {(_folded(letter), True)}
    if kind in (op.AT, op.ASSERT, op.ASSERT_NOT):
        return {("", True)}
    if kind is op.IN:
        if is_space(kind, value):
            return set() if start else {(" ", True)}
        letters = _class(value)
        return None if letters is None else {(letter, True) for letter in letters}
    if kind is op.SUBPATTERN:
        return _prefixes(value[3], length, start)
    if kind is op.ATOMIC_GROUP:
        return _prefixes(value, length, start)
    if kind is op.BRANCH:
        found: _Prefixes = set()
        for branch in value[1]:
            part = _prefixes(branch, length, start)
            if part is None:
                return None
            found |= part
        return found
    if kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
        low, high, body = value
        part = _prefixes(body, length, start)
        if part is None:
            return None
        if high != 1 and not (len(body) == 1 and is_space(*body[0])):
            part = {(text, False) for text, _ in part}  # a second turn may follow: nothing is known behind the first
        return part if low else part | {("", True)}
    return None


def _folded(letter: str) -> str:
    """A character in lower case.

    The long s, the dotless i and the Kelvin sign, which ``re.IGNORECASE`` also takes for ASCII letters, are left out:
    no portal writes them, and following them would multiply every key.
    """
    return letter.lower()[:1]


def _class(items: Any) -> set[str] | None:
    """Folded members of a character class, white space as a blank, or ``None`` when it is large or negated."""
    found: set[str] = set()
    for kind, value in items:
        if kind is op.LITERAL:
            found.add(" " if chr(value).isspace() else _folded(chr(value)))
        elif kind is op.CATEGORY and value is op.CATEGORY_SPACE:
            found.add(" ")
        elif kind is op.CATEGORY and value is op.CATEGORY_DIGIT:
            found |= set("0123456789")  # no portal numbers its pages in other digits
        elif kind is op.RANGE and value[1] - value[0] < _MAX_CLASS:
            for code in range(value[0], value[1] + 1):
                found.add(_folded(chr(code)))
        else:
            return None
    return found


def _last(items: Any) -> set[str] | None:
    """Last characters of a sequence of regex items; ``None`` when unknown, empty when it can be empty."""
    found: set[str] = set()
    for kind, value in reversed(list(items)):
        optional = False
        if kind in (op.AT, op.ASSERT, op.ASSERT_NOT) or is_optional_space(kind, value):
            continue  # a stripped line ends with no white space
        if kind is op.LITERAL:
            letters: set[str] | None = {_folded(chr(value))}
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

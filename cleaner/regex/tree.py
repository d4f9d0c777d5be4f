"""The parsed form of a regex, read in one place: where it is anchored, and what its first and last items are.

The form is that of ``re._parser``, the standard library's own.
"""

from __future__ import annotations

import re
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, Literal

_STARTS = (op.AT_BEGINNING, op.AT_BEGINNING_STRING)
_ENDS = (op.AT_END, op.AT_END_STRING)


def parsed(pattern: str) -> list[tuple[Any, Any]] | None:
    """The items of a regex for use with ``re.IGNORECASE``; ``None`` when it is no regular expression."""
    try:
        return list(parser.parse(pattern, re.IGNORECASE))
    except (re.error, RecursionError, OverflowError):
        return None


def starts_anchored(pattern: str) -> bool:
    r"""Whether every match of a pattern begins at ``^``: no branch may begin with anything else.

    >>> starts_anchored(r"^(?:Baca|Lihat) juga"), starts_anchored(r"^Baca|Lihat")
    (True, False)
    """
    tree = parsed(pattern)
    return tree is not None and anchored(tree, "start") == "all"


def ends_anchored(pattern: str) -> bool:
    r"""Whether every match of a pattern ends at ``$``: no branch may end with anything else.

    >>> ends_anchored(r"\(\w+\)\s*$"), ends_anchored(r"US\$"), ends_anchored(r"a|b$")
    (True, False, False)
    """
    tree = parsed(pattern)
    return tree is not None and anchored(tree, "end") == "all"


def anchored(items: Any, edge: Literal["start", "end"]) -> Literal["all", "some", "none"]:
    """Whether all, some or none of the ways through parsed items have an anchor at an edge."""
    wanted, place = (_STARTS, 0) if edge == "start" else (_ENDS, -1)
    items = list(items)
    while items:
        kind, value = items[place]
        if kind is op.AT and value not in wanted:
            items.pop(place)  # a word boundary: what stands before it tells
            continue
        if kind is op.AT:
            return "all"
        if kind is op.SUBPATTERN:
            return anchored(value[3], edge)
        if kind is op.ATOMIC_GROUP:
            return anchored(value, edge)
        if kind in (op.ASSERT, op.ASSERT_NOT):
            return "all" if anchored(value[1], edge) != "none" else "none"
        if kind is op.BRANCH:
            found = {anchored(branch, edge) for branch in value[1]}
            return found.pop() if len(found) == 1 else "some"
        return "none"
    return "none"


def is_space(kind: Any, value: Any) -> bool:
    """Whether an item is one character of white space."""
    return kind is op.IN and all(item == (op.CATEGORY, op.CATEGORY_SPACE) for item in value)


def is_optional_space(kind: Any, value: Any) -> bool:
    """Whether an item is white space that may be missing."""
    return kind in (op.MAX_REPEAT, op.MIN_REPEAT) and value[0] == 0 and len(value[2]) == 1 and is_space(*value[2][0])


def begins_with_text(pattern: str) -> bool:
    """Whether a match begins with its first visible character: no look-around and no white space comes first."""
    tree = parsed(pattern)
    while tree and tree[0][0] is op.SUBPATTERN:
        tree = list(tree[0][1][3])
    if not tree:
        return False
    kind, value = tree[0]
    return kind not in (op.ASSERT, op.ASSERT_NOT, op.AT) and not is_optional_space(kind, value)

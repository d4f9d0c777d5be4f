"""The word that every match of a regex holds, so that a line without it need not be tried."""

from __future__ import annotations

from re import _constants as op  # type: ignore[attr-defined]
from typing import Any

from cleaner.regex.tree import parsed

#: Shorter words are in too many lines.
LEAST = 5


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
    """The runs of literals that a sequence of items always has, those of its parts included."""
    found = [""]
    for kind, value in items:
        if kind is op.LITERAL and value < 0x80 and chr(value).isalnum():
            found[-1] += chr(value).lower()
            continue
        found.append("")
        if kind is op.SUBPATTERN:
            found += [*_runs(value[3]), ""]
        elif kind is op.ATOMIC_GROUP:
            found += [*_runs(value), ""]
        elif kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT) and value[0]:
            found += [*_runs(value[2]), ""]
    return found

"""Sets of characters as bit masks, so that "can these two parts of a regex match the same text" is one ``&``.

Characters that no news text is likely to hold share one bit: two of them then look alike, which can only make the
analysis more careful.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from re import _constants as op  # type: ignore[attr-defined]
from typing import Any

#: Code points with a bit of their own: Latin, punctuation, arrows, geometric shapes, dingbats, full-width forms.
_RANGES = ((0, 0x250), (0x2000, 0x2200), (0x2500, 0x27C0), (0xFF00, 0xFF60))
_CODES = [code for low, high in _RANGES for code in range(low, high)]
_BIT = {code: number for number, code in enumerate(_CODES)}
_OTHER_BIT = len(_CODES)
_OTHER = 0x4E00
_LARGEST_LISTED = 2000

ANY = (1 << (_OTHER_BIT + 1)) - 1


def _mask(test: Any) -> int:
    mask = sum(1 << number for number, code in enumerate(_CODES) if test(chr(code)))
    return mask | (1 << _OTHER_BIT if test(chr(_OTHER)) else 0)


@lru_cache(maxsize=1)
def _categories() -> dict[Any, int]:
    space, digit = _mask(str.isspace), _mask(str.isdecimal)
    word = _mask(lambda letter: letter.isalnum() or letter == "_")
    return {
        op.CATEGORY_SPACE: space,
        op.CATEGORY_NOT_SPACE: ANY & ~space,
        op.CATEGORY_DIGIT: digit,
        op.CATEGORY_NOT_DIGIT: ANY & ~digit,
        op.CATEGORY_WORD: word,
        op.CATEGORY_NOT_WORD: ANY & ~word,
    }


def letter_mask(code: int, ignore_case: bool) -> int:
    """One character, in both cases if case is ignored."""
    mask = 1 << _BIT.get(code, _OTHER_BIT)
    if ignore_case:
        letter = chr(code)
        for form in (letter.lower(), letter.upper()):
            if len(form) == 1:
                mask |= 1 << _BIT.get(ord(form), _OTHER_BIT)
    return mask


def class_mask(items: Any, ignore_case: bool) -> int:
    """A character class as the standard library's parser gives it."""
    mask = 0
    negated = False
    for kind, value in items:
        if kind is op.NEGATE:
            negated = True
        elif kind is op.LITERAL:
            mask |= letter_mask(value, ignore_case)
        elif kind is op.RANGE:
            mask |= _range_mask(value[0], value[1], ignore_case)
        else:
            mask |= _categories().get(value, ANY)
    # Unlisted characters share a bit: a class that leaves out one of them still holds the others.
    return (ANY & ~mask) | (1 << _OTHER_BIT) if negated else mask


def _range_mask(low: int, high: int, ignore_case: bool) -> int:
    if high - low > _LARGEST_LISTED:
        return _mask(lambda letter: low <= ord(letter) <= high) | 1 << _OTHER_BIT
    mask = 0
    for code in range(low, high + 1):
        mask |= letter_mask(code, ignore_case)
    return mask


_PREFERRED = ' a0A.,:-1bz("“|/\u00a0'


def sample(mask: int) -> str:
    """A character of the set, a plain one if there is any; empty for the empty set."""
    for letter in _PREFERRED:
        if mask >> _BIT[ord(letter)] & 1:
            return letter
    printable = (n for n, code in enumerate(_CODES) if mask >> n & 1 and unicodedata.category(chr(code)) != "Cc")
    number = next(printable, None)
    if number is None:
        number = (mask & -mask).bit_length() - 1
    return "" if number < 0 else chr(_OTHER if number == _OTHER_BIT else _CODES[number])

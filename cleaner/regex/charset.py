"""Sets of characters as bit masks, so that "can these two parts of a regex match the same text" is one ``&``.

Characters that no news text is likely to hold share four bits, one for letters, digits, blanks and the rest: two of a
kind then look alike, which can only make the analysis more careful.
"""

from __future__ import annotations

import _sre  # type: ignore[import-not-found]
import unicodedata
from functools import lru_cache
from re import _constants as op  # type: ignore[attr-defined]
from re._casefix import _EXTRA_CASES  # type: ignore[import-not-found]
from typing import Any

#: Code points with a bit of their own: Latin, punctuation, arrows, geometric shapes, dingbats, full-width forms.
_RANGES = ((0, 0x250), (0x2000, 0x2200), (0x2500, 0x27C0), (0xFF00, 0xFF60))
_CODES = [code for low, high in _RANGES for code in range(low, high)]
_BIT = {code: number for number, code in enumerate(_CODES)}
#: One character for all unlisted letters, digits, blanks, and others.
_OTHERS = (0x4E00, 0x0663, 0x3000, 0x3002)
_LARGEST_LISTED = 2000

ANY = (1 << (len(_CODES) + len(_OTHERS))) - 1
_UNLISTED = ANY & ~((1 << len(_CODES)) - 1)


def _bit(code: int) -> int:
    """The bit of a character, its own or that of its kind."""
    found = _BIT.get(code)
    if found is None:
        letter = chr(code)
        kind = 1 if letter.isdecimal() else 2 if letter.isspace() else 0 if letter.isalnum() else 3
        found = len(_CODES) + kind
    return 1 << found


def _mask(test: Any) -> int:
    return sum(1 << number for number, code in enumerate((*_CODES, *_OTHERS)) if test(chr(code)))


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


@lru_cache(maxsize=1)
def _cases() -> dict[int, int]:
    """Code point → set of all that match it when case is ignored, by the regex engine's own folding."""
    groups: dict[int, int] = {}
    for code in (*_CODES, *_EXTRA_CASES):
        folded = _sre.unicode_tolower(code)
        for form in (folded, *_EXTRA_CASES.get(folded, ())):
            groups[form] = groups.get(form, 0) | _bit(code) | _bit(form)
    return groups


def letter_mask(code: int, ignore_case: bool) -> int:
    """One character, in all cases that the regex engine takes for one if case is ignored."""
    mask = _bit(code)
    if ignore_case:
        folded = _sre.unicode_tolower(code)
        for form in (folded, *_EXTRA_CASES.get(folded, ())):
            mask |= _cases().get(form, 0) | _bit(form)
    return mask


def class_mask(items: Any, ignore_case: bool) -> int:
    """A character class as the standard library's parser gives it."""
    mask = single = 0
    negated = False
    for kind, value in items:
        if kind is op.NEGATE:
            negated = True
        elif kind is op.LITERAL:
            single |= letter_mask(value, ignore_case)
        elif kind is op.RANGE:
            mask |= _range_mask(value[0], value[1], ignore_case)
        else:
            mask |= _categories().get(value, ANY)
    if not negated:
        return mask | single
    # Unlisted characters share a bit: a class that leaves out one of them still holds the others.
    return (ANY & ~(mask | single)) | (single & _UNLISTED & ~mask)


def _range_mask(low: int, high: int, ignore_case: bool) -> int:
    if high - low > _LARGEST_LISTED:
        return _mask(lambda letter: low <= ord(letter) <= high) | _UNLISTED
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
    return "" if number < 0 else chr((*_CODES, *_OTHERS)[number])

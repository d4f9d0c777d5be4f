"""What a caller hands to the library: refused by the argument's name when it is of the wrong type.

These are the slow halves of checks: the core asks first whether everything is as usual, which costs next to nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from cleaner.model import CleanerError
from cleaner.nearest import meant

_LONGEST_SHOWN = 40


def told(value: object) -> str:
    """A value's type for a message, with the value itself when that helps.

    >>> told(123), told(None)
    ('int (123)', 'None')
    """
    if value is None:
        return "None"
    shown = repr(value) if isinstance(value, int | float | str | bytes) else ""
    return type(value).__name__ + (f" ({shown})" if shown and len(shown) <= _LONGEST_SHOWN else "")


def wrong(name: str, wanted: str, value: object, mend: str = "") -> CleanerError:
    """The error for an argument that is not what it must be."""
    return CleanerError(f"{name} must be {wanted}, not {told(value)}" + (f"; {mend}" if mend else ""))


def check_text_argument(value: object, name: str = "text") -> None:
    """A text is a string.

    Raises:
        CleanerError: it is not; the message names the argument and, for bytes and paths, what to do.
    """
    if not isinstance(value, str):
        raise wrong(name, "a string", value, _mend_of_text(name, value))


def check_page_argument(value: object, name: str = "html") -> None:
    """A page is a string or bytes.

    Raises:
        CleanerError: it is neither.
    """
    if not isinstance(value, str | bytes):
        mend = f"{name}.read_bytes() reads it" if isinstance(value, Path) else ""
        if isinstance(value, bytearray | memoryview):
            mend = f"write bytes({name})"
        raise wrong(name, "str or bytes", value, mend)


def check_optional(**values: object) -> None:
    """Each value is a string or None.

    Raises:
        CleanerError: one is not; the message names it.
    """
    for name, value in values.items():
        if value is not None and not isinstance(value, str):
            mend = ""
            if isinstance(value, float) and math.isnan(value):  # what a data frame has for a missing value
                mend = "a missing one is None"
            elif isinstance(value, bytes):
                mend = "decode it first"
            elif hasattr(value, "isoformat"):
                mend = f"write {name}.isoformat()"
            raise wrong(name, "a string or None", value, mend)


def check_choice(name: str, value: object, known: Iterable[str]) -> None:
    """A value is one of the known words.

    Raises:
        CleanerError: it is not; the nearest known word is suggested.
    """
    known = tuple(known)
    if not isinstance(value, str):
        raise wrong(name, "a string", value, f"known: {', '.join(known)}")
    if value not in known:
        raise CleanerError(f"unknown {name} {value!r}; {meant(value, known)}")


def unlisted(name: str, value: str, known: Iterable[str]) -> CleanerError:
    """The error for a site, pack or rule that does not exist: the nearest that does, for they are too many to tell."""
    near = meant(value, known)
    return CleanerError(f"unknown {name} {value!r}; {near if '?' in near else 'see `cleaner patterns list`'}")


def check_switch(name: str, value: object) -> None:
    """A value is true or false.

    Raises:
        CleanerError: it is neither.
    """
    if not isinstance(value, bool):
        raise wrong(name, "True or False", value)


def words_of(name: str, value: object) -> tuple[str, ...]:
    """A list of strings, whatever iterable holds them.

    Raises:
        CleanerError: it is one string, no iterable, or holds something else than strings.
    """
    return tuple(_each(name, value, (str,), "strings"))


def folders_of(name: str, value: object) -> tuple[str, ...]:
    """A list of folders, each a string or path.

    Raises:
        CleanerError: it is one folder, no iterable, or holds something else than strings and paths.
    """
    return tuple(str(each) for each in _each(name, value, (str, Path), "folders (str or Path)"))


def _each(name: str, value: Any, kinds: tuple[type, ...], wanted: str) -> list[Any]:
    if isinstance(value, (*kinds, bytes, Path)):
        one = str(value) if isinstance(value, Path) else value
        raise wrong(name, f"a list of {wanted}", value, f"write {name}=[{one!r}]")
    if isinstance(value, Mapping) or not isinstance(value, Iterable):
        raise wrong(name, f"a list of {wanted}", value)
    found = list(value)
    for position, each in enumerate(found):
        if not isinstance(each, kinds):
            raise wrong(f"{name}[{position}]", f"one of its {wanted}", each)
    return found


def _mend_of_text(name: str, value: object) -> str:
    if isinstance(value, bytes):
        return f"decode it first, as in {name}.decode('utf-8'), or give a page to clean_html"
    if isinstance(value, Path):
        return f"{name}.read_text('utf-8') reads it"
    if isinstance(value, Iterable):
        return "clean_many takes several"
    return ""

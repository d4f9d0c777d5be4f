"""Which cuts are doubtful by their own measure, so that a person should look at them.

Each reason is a sign that was counted over cuts known to be right and cuts known to hold body (``docs/audit.md`` has
the figures). A doubtful cut is carried out all the same: what may not be cut at all is withheld by a guard.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from cleaner.engine.document import is_prose
from cleaner.model import Removal

#: Code points that hardly any cut of a scope has: 99 of 100 right ones of all corpora are shorter.
LONG = {"inline": 134, "section": 900, "tail": 1_600, "head": 600}
#: An entry of a numbered list, within a line and as a line.
_NUMBER_INSIDE = re.compile(r"\s\d{1,2}\s?[.)]\s[A-Z]")
_NUMBERED_LINE = re.compile(r"^\s*\d{1,2}\s?[.)]\s", re.MULTILINE)
#: A line of a list of titles may be this long and end like a sentence all the same.
_PROSE = 160


def with_doubts(raw: str, removals: Sequence[Removal]) -> tuple[Removal, ...]:
    """The removals, those that are doubtful with the reason.

    Reasons: ``title_end`` (an end nearer than the one a model told is not unlikely enough), ``long`` (longer than
    nearly all cuts of its scope), ``goes_on`` (what follows begins with a small letter), ``numbered`` (an entry of a
    numbered list inside), ``prose`` (a run of lines that holds a long sentence).

    Args:
        raw: the raw text.
        removals: what is cut from it, ascending.
    """
    found = [(removal, _doubt(raw, removal)) for removal in removals if removal.scope in LONG]
    doubts = {id(removal): why for removal, why in found if why is not None}
    if not doubts:
        return tuple(removals)
    return tuple(
        msgspec.structs.replace(removal, doubt=doubts[id(removal)]) if id(removal) in doubts else removal
        for removal in removals
    )


def _doubt(raw: str, removal: Removal) -> str | None:
    """Why a cut is doubtful, or ``None``."""
    scope, text = removal.scope, removal.text
    if removal.doubt is not None:
        return removal.doubt
    if scope in ("inline", "section") and _goes_on(raw, removal.end):
        return "goes_on"
    if len(text) > LONG[scope]:
        return "long"
    if scope == "inline":
        return "numbered" if _NUMBER_INSIDE.search(text) else None
    if scope == "section":
        if _NUMBERED_LINE.search(text):
            return "numbered"
        if any(len(line) >= _PROSE and is_prose(line.strip()) for line in text.splitlines()):
            return "prose"
    return None


def _goes_on(raw: str, end: int) -> bool:
    """Whether the text behind a cut begins with a small letter."""
    behind = raw[end : end + 40].lstrip()
    return behind[:1].islower() and not behind.startswith(("http", "www."))

"""Signs that a cut may have taken body: what the queues of the review are ordered by."""

from __future__ import annotations

import re

from cleaner.model import Cleaned, Removal

_MARKS = re.compile(r"[\"“”„‘’«»0-9]")
_NEAR = 80
#: Name of a sign → what it means, in the order of the queues.
SIGNS = {
    "once": "text seen once on its site",
    "doubt": "marked as doubtful",
    "mid": "in mid-paragraph",
    "small": "what follows goes on in small letters",
    "marks": "holds quotation marks or numerals",
}


def in_paragraph(clean: str, at: int) -> bool:
    """Whether visible text stands on both sides of a place in the clean text, on its line."""
    before = clean[max(0, at - _NEAR) : at].rpartition("\n")[2]
    after = clean[at : at + _NEAR].partition("\n")[0]
    return bool(before.strip()) and bool(after.strip())


def goes_on_small(clean: str, at: int) -> bool:
    """Whether the next visible character behind a place in the clean text is a small letter."""
    return clean[at : at + _NEAR].lstrip()[:1].islower()


def has_marks(text: str) -> bool:
    """Whether a cut holds quotation marks or numerals."""
    return _MARKS.search(text) is not None


def doubt_of(removal: Removal) -> str | None:
    """Why a cut is doubtful by its own measure, if it says so."""
    found = getattr(removal, "doubt", None)
    return str(found) if found else None


def confidence_of(removal: Removal) -> float | None:
    """The confidence of a trained part in its cut, from 0 to 1."""
    found = getattr(removal, "confidence", None)
    return float(found) if found is not None else None


def evidence_of(removal: Removal) -> str | None:
    """What a trained part saw, as text."""
    found = getattr(removal, "evidence", None)
    if not found:
        return None
    return found if isinstance(found, str) else repr(found)


def signs_of(cleaned: Cleaned) -> list[tuple[bool, bool, bool]]:
    """For each cut: in mid-paragraph, goes on small, holds marks."""
    found = []
    taken = 0
    for removal in cleaned.removals:
        at = removal.start - taken
        found.append((in_paragraph(cleaned.text, at), goes_on_small(cleaned.text, at), has_marks(removal.text)))
        taken += removal.end - removal.start
    return found

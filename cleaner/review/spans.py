"""Which characters of a text are cut: how a verdict is held against what the packs do today."""

from __future__ import annotations

import re
from collections.abc import Iterable

from cleaner.model import Removal
from cleaner.review.verdicts import Span

_TAG = re.compile(r"<[^<>]{0,600}>")


def visible(text: str, span: Span) -> set[int]:
    """Offsets of the letters and digits of a span, those inside of tags apart: blanks and marks decide nothing."""
    tags = {at for tag in _TAG.finditer(text, *span) for at in range(tag.start(), tag.end())}
    return {at for at in range(*span) if text[at].isalnum() and at not in tags}


def cut_of(removals: Iterable[Removal], wanted: set[int]) -> set[int]:
    """Which of these offsets are cut."""
    return {at for removal in removals for at in range(removal.start, removal.end) if at in wanted}

"""The data model: what goes in, what comes out, and the closed list of categories.

Everything here is a small immutable value that pickles (msgspec structs: frozen dataclasses that are made and written
ten times as fast). Offsets are Unicode code points of the raw text (for a page: of
its visible-lines text), ``start`` inclusive and ``end`` exclusive.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

#: The closed list of clutter categories, each explained in ``docs/policy.md``.
CATEGORIES: tuple[str, ...] = (
    "related",
    "social",
    "byline",
    "dateline",
    "comments",
    "caption",
    "ad",
    "navigation",
    "tags",
    "legal",
    "promo",
    "embed",
    "other",
    "title",
)

#: Outcomes of a document: cut something, cut nothing, a guard spoke up, could not be processed.
STATUSES: tuple[str, ...] = ("ok", "untouched", "flagged", "error", "timeout")

#: Who may choose the body of a page that no pack knows.
Extractor = Literal["model", "trafilatura"]
EXTRACTORS: tuple[Extractor, ...] = ("model", "trafilatura")

_REPR_CHARS = 60
Credits = dict[str, list[str]]


class CleanerError(Exception):
    """A failure with a message for the user that names the file, line or field."""


class Removal(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One cut: ``raw[start:end] == text``, by which rule and why. ``path`` is the node path, for pages.

    ``evidence`` and ``confidence`` are set where a trained model told where the cut ends: the model's rule id, and how
    certain it was (0 to 1).
    """

    start: int
    end: int
    text: str
    category: str
    rule: str
    scope: str
    path: str | None = None
    evidence: str | None = None
    confidence: float | None = None
    doubt: str | None = None


class Withheld(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """A cut that a guard stopped. ``why`` is the guard's name; ``evidence`` and ``confidence`` are as in a removal."""

    start: int
    end: int
    category: str
    rule: str
    why: str
    evidence: str | None = None
    confidence: float | None = None


class PreCut(msgspec.Struct, frozen=True, gc=False):
    """A run of whole lines that is decided before the text rules run (page furniture outside the body)."""

    start: int
    end: int
    category: str
    rule: str
    scope: str
    path: str | None = None


class Cleaned(msgspec.Struct, frozen=True):
    """The result for one document. ``raw`` is the coordinate system of all offsets.

    ``site`` is the site whose pack applied, if any, ``signature`` the rule that found it in a text without a URL.
    ``packs`` maps each pack that applied to its content hash. ``meta`` holds facts of the input:
    title, published, encoding and how it was found.
    """

    text: str
    raw: str
    removals: tuple[Removal, ...] = ()
    withheld: tuple[Withheld, ...] = ()
    credits: Credits = {}
    flags: tuple[str, ...] = ()
    status: str = "untouched"
    site: str | None = None
    signature: str | None = None
    packs: Mapping[str, str] = {}
    meta: Mapping[str, str] = {}

    def __repr__(self) -> str:
        """A line: how the clean text begins, how much was cut, and the status."""
        begin = self.text if len(self.text) <= _REPR_CHARS else self.text[: _REPR_CHARS - 1] + "…"
        return f"<Cleaned {begin!r}: {self._in_short()}>"

    def _repr_html_(self) -> str:
        """For notebooks: the raw text with every cut marked."""
        from cleaner.notebook import marked_page

        cuts = ((cut.start, cut.end, cut.category, cut.rule) for cut in self.removals)
        return marked_page(self._in_short(), self.raw, cuts)

    def _in_short(self) -> str:
        cut = sum(removal.end - removal.start for removal in self.removals)
        cuts = f"{len(self.removals):,} cut{'' if len(self.removals) == 1 else 's'}"
        flags = f" ({', '.join(self.flags)})" if self.flags else ""
        site = f", site {self.site}" if self.site else ""
        return f"{cuts}, {cut:,} of {len(self.raw):,} characters, {self.status}{flags}{site}"

"""Which documents and cuts a person wants to see."""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from hashlib import blake2b

import msgspec

from cleaner.model import Cleaned, CleanerError, Removal


class Shown(msgspec.Struct, frozen=True):
    """A document to show: its id as text, its URL, its result, and the cuts that were asked for, by index."""

    id: str
    url: str | None
    cleaned: Cleaned
    chosen: tuple[int, ...]


class Filter(msgspec.Struct, frozen=True):
    """What to show; what is empty asks for nothing.

    ``rules``, ``sites`` and ``ids`` are shell patterns. ``grep`` is a regular expression for the text of a cut. A
    document is shown when it passes and, where anything is asked of cuts, when one of its cuts passes.
    """

    rules: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    grep: str | None = None

    def __post_init__(self) -> None:
        if self.grep is not None:
            try:
                re.compile(self.grep)
            except re.error as error:
                raise CleanerError(f"--grep: not a regular expression: {error}") from None

    @property
    def about_cuts(self) -> bool:
        """Whether it asks for certain cuts."""
        return bool(self.rules or self.categories or self.grep is not None)

    def passes(self, id: str, site: str, cleaned: Cleaned) -> bool:
        """Whether the document as such is wanted."""
        return (
            (not self.ids or _any(id, self.ids))
            and (not self.sites or _any(site, self.sites))
            and (not self.statuses or cleaned.status in self.statuses)
            and (not self.flags or any(_any(flag, self.flags) for flag in cleaned.flags))
        )

    def takes(self, removal: Removal) -> bool:
        """Whether a cut is wanted."""
        return (
            (not self.rules or _any(removal.rule, self.rules))
            and (not self.categories or removal.category in self.categories)
            and (self.grep is None or re.search(self.grep, removal.text) is not None)
        )

    def shown(self, id: str, url: str | None, site: str, cleaned: Cleaned) -> Shown | None:
        """The document with the cuts that were asked for; ``None`` where it is not wanted."""
        if not self.passes(id, site, cleaned):
            return None
        chosen = tuple(number for number, removal in enumerate(cleaned.removals) if self.takes(removal))
        return Shown(id, url, cleaned, chosen) if chosen or not self.about_cuts else None


def _any(value: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(value, pattern) for pattern in patterns)


def sampled(documents: Iterable[Shown], size: int, seed: int) -> Iterator[Shown]:
    """So many of the documents, drawn by a hash of seed, id and text: the same ones in whatever order they come.

    They come in their order; only the sample is held in memory.
    """
    heap: list[tuple[int, int, Shown]] = []
    for number, document in enumerate(documents):
        key = f"{seed}\0{document.id}\0{document.url}\0{document.cleaned.raw}".encode("utf-8", "surrogatepass")
        entry = -int.from_bytes(blake2b(key, digest_size=8).digest()), -number, document
        if len(heap) < size:
            heapq.heappush(heap, entry)
        elif size:
            heapq.heappushpop(heap, entry)
    for _, _, document in sorted(heap, key=lambda entry: -entry[1]):
        yield document

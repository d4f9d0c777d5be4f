"""Keeps the units of a corpus on disk, site by site, so that learning holds one share of the sites in memory."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from zlib import crc32

import msgspec

from cleaner.maintain.learn_units import Page

#: Files; each holds the sites whose names fall to it.
_SHARES = 64
#: Documents of one site that are kept; conventions show in far fewer.
MOST_DOCS = 20_000
#: Pages written at a time.
_BATCH = 500


class Spool:
    """Takes pages, gives them back by site. A context manager: it owns a temporary folder."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="cleaner-learn-")
        self._waiting: list[Page] = []
        self._encoder = msgspec.json.Encoder()
        self.documents: Counter[str] = Counter()

    def __enter__(self) -> Spool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._folder.cleanup()

    def add(self, page: Page) -> None:
        """Keep a page, unless its site has enough of them."""
        self.documents[page.site] += 1
        if self.documents[page.site] <= MOST_DOCS:
            self._waiting.append(page)
            if len(self._waiting) >= _BATCH:
                self._flush()

    def sites(self) -> Iterator[tuple[str, list[Page]]]:
        """Each site with its pages in order, always in the same order of sites."""
        self._flush()
        decoder = msgspec.json.Decoder(Page)
        for share in range(_SHARES):
            path = self._path(share)
            if not path.exists():
                continue
            pages: dict[str, list[Page]] = {}
            with path.open("rb") as lines:
                for line in lines:
                    page = decoder.decode(line)
                    pages.setdefault(page.site, []).append(page)
            for site in sorted(pages):
                yield site, pages[site]

    def _path(self, share: int) -> Path:
        return Path(self._folder.name) / f"{share}.jsonl"

    def _flush(self) -> None:
        shares: dict[int, list[Page]] = {}
        for page in self._waiting:
            shares.setdefault(crc32(page.site.encode()) % _SHARES, []).append(page)
        for share, pages in shares.items():
            with self._path(share).open("ab") as out:
                out.write(self._encoder.encode_lines(pages))
        self._waiting = []

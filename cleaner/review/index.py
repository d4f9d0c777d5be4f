"""The index of a run: an SQLite file, made once outside the run and made anew when a file of the run has changed.

It answers every question of the review without reading the run again. A run is never written to: the index lies in a
hidden folder beside it, or in the cache where that folder cannot be made.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from threading import RLock
from typing import Any

import msgspec

from cleaner.batch.store import local_path
from cleaner.model import CleanerError
from cleaner.packs.load import cache_folder
from cleaner.review.build import VERSION, fill
from cleaner.review.runs import Run
from cleaner.review.totals import Totals

#: Memory that SQLite may use for pages of the index, in kibibytes.
CACHE_KIB = 64_000
_FILE = "index.sqlite"


class Index:
    """A run's index, open to read. One connection under a lock: views take milliseconds."""

    def __init__(self, path: Path, run: Run) -> None:
        self.path = path
        self.run = run
        self._lock = RLock()
        self._db = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, check_same_thread=False)
        self._db.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        self._db.execute("PRAGMA temp_store = MEMORY")

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        with self._lock:
            return self._db.execute(query, values).fetchall()

    def row(self, query: str, values: Sequence[Any] = ()) -> tuple[Any, ...] | None:
        """The first row of a query."""
        with self._lock:
            found: tuple[Any, ...] | None = self._db.execute(query, values).fetchone()
            return found

    def each(self, query: str, values: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
        """The rows of a query one by one, for long answers."""
        cursor = self._db.cursor()
        with closing(cursor):
            yield from cursor.execute(query, values)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """The connection, to fill temporary tables that live in memory as long as it does."""
        with self._lock:
            yield self._db
            self._db.commit()

    def attach(self, other: Index, name: str) -> None:
        """Make another index readable under a name, for queries over both."""
        with self._lock:
            self._db.execute(f"ATTACH DATABASE ? AS {name}", (f"{other.path.as_uri()}?mode=ro",))

    def fact(self, name: str) -> Any:
        """A fact of the run, as it was stored with the index."""
        found = self.row("SELECT value FROM fact WHERE name = ?", (name,))
        return None if found is None else msgspec.json.decode(found[0])

    @property
    def totals(self) -> Totals:
        """The counts of the run."""
        return msgspec.convert(self.fact("totals"), Totals)

    @property
    def warnings(self) -> list[str]:
        """What does not reconcile in the run."""
        return list(dict.fromkeys([*self.fact("warnings"), *self.run.warnings]))


def open_index(run: Run, folder: Path | None = None, told: Callable[[str], None] | None = None) -> Index:
    """The index of a run, made first if there is none or the run has changed.

    Args:
        run: the run.
        folder: where the index is to lie, instead of beside the run.
        told: told when the index has to be made, which takes time.

    Raises:
        CleanerError: the run cannot be read, or the index cannot be written.
    """
    stamp = f"{VERSION} {run.stamp}"
    path = (folder / _FILE) if folder is not None else _place(run)
    if _stamp(path) != stamp:
        if told is not None:
            told(f"{run.name}: making the index of this run, once ({path})")
        _make(path, run, stamp)
    return Index(path.resolve(), run)


def _stamp(path: Path) -> str | None:
    if not path.is_file():
        return None
    with suppress(sqlite3.Error, msgspec.MsgspecError), closing(sqlite3.connect(path)) as db:
        found = db.execute("SELECT value FROM fact WHERE name = 'stamp'").fetchone()
        return str(msgspec.json.decode(found[0])) if found else None
    return None


def _place(run: Run) -> Path:
    """Beside the run where that can be written, else in the cache."""
    at = run.clean if run.clean is not None else run.audits[0]
    at = at.resolve()
    if local_path(run.name) is not None and os.access(at.parent, os.W_OK):
        return at.parent / f".{at.name[:100]}.review" / _FILE
    cache = cache_folder() or Path(tempfile.gettempdir())
    return cache / "review" / hashlib.sha256(str(at).encode("utf-8", "surrogateescape")).hexdigest()[:24] / _FILE


def _make(path: Path, run: Run, stamp: str) -> None:
    """Write the index aside and put it in place when it is whole."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".index-")
        os.close(handle)
    except OSError as error:
        raise CleanerError(f"{path}: cannot write the index: {error.strerror}") from None
    aside = Path(name)
    try:
        with closing(sqlite3.connect(aside)) as db:
            fill(db, run, stamp)
        aside.replace(path)
    except (sqlite3.Error, OSError) as error:
        raise CleanerError(f"{path}: cannot write the index: {error}") from None
    finally:
        for left in (aside, aside.with_name(aside.name + "-journal")):
            left.unlink(missing_ok=True)

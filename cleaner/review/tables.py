"""The cuts of a run as a table, one row a cut, for people with their own tools."""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

from cleaner.batch.sinks import FileSink
from cleaner.extras import install
from cleaner.maintain.reading import site_of
from cleaner.model import CleanerError
from cleaner.review.build import id_text
from cleaner.review.risk import confidence_of, doubt_of, evidence_of, signs_of
from cleaner.review.runs import Run

FORMATS = ("parquet", "csv", "sqlite")
#: Code points of the text around a cut in its row.
NEAR = 80
_BATCH = 20_000
#: Column → type, in the words of SQLite.
COLUMNS = {
    "document": "INTEGER",
    "id": "TEXT",
    "url": "TEXT",
    "site": "TEXT",
    "status": "TEXT",
    "flags": "TEXT",
    "output": "TEXT",
    "raw_chars": "INTEGER",
    "clean_chars": "INTEGER",
    "start": "INTEGER",
    "end": "INTEGER",
    "chars": "INTEGER",
    "category": "TEXT",
    "rule": "TEXT",
    "scope": "TEXT",
    "text": "TEXT",
    "before": "TEXT",
    "after": "TEXT",
    "path": "TEXT",
    "mid_paragraph": "INTEGER",
    "goes_on_small": "INTEGER",
    "has_marks": "INTEGER",
    "doubt": "TEXT",
    "confidence": "REAL",
    "evidence": "TEXT",
}
Row = tuple[Any, ...]


def rows(run: Run) -> Iterator[Row]:
    """The rows of a run in order; without its clean texts what stands around a cut is empty."""
    for document in run.documents():
        record, cleaned = document.record, document.cleaned
        head = (
            document.number,
            record.id if isinstance(record.id, str) else id_text(record.id),
            record.url,
            site_of(record.site, record.url),
            record.status,
            " ".join(record.flags),
            record.meta.get("output"),
            record.raw.chars if record.raw is not None else None,
            record.clean.chars if record.clean is not None else None,
        )
        raw = cleaned.raw if cleaned is not None else ""
        signs = signs_of(cleaned) if cleaned is not None else [(None,) * 3] * len(record.removals)
        for cut, sign in zip(record.removals, signs, strict=True):
            place = cut.start, cut.end, cut.end - cut.start, cut.category, cut.rule, cut.scope, cut.text
            around = raw[max(0, cut.start - NEAR) : cut.start], raw[cut.end : cut.end + NEAR]
            doubt = doubt_of(cut), confidence_of(cut), evidence_of(cut)
            yield (*head, *place, *around, cut.path, *(None if one is None else int(one) for one in sign), *doubt)


def export(run: Run, to: str, out: Path) -> int:
    """Write the table to a file, whole or not at all.

    Args:
        run: the run.
        to: ``parquet``, ``csv`` or ``sqlite``.
        out: the file.

    Returns:
        How many cuts were written.

    Raises:
        CleanerError: a file of the run cannot be read, this one cannot be written, or a package is missing.
    """
    sink = FileSink(out)
    aside = sink.open()
    counted = _Counted(rows(run))
    try:
        if to == "csv":
            _csv(counted, Path(aside.name))
        elif to == "sqlite":
            _sqlite(counted, Path(aside.name))
        else:
            _parquet(counted, Path(aside.name))
        sink.commit()
    except (OSError, sqlite3.Error) as error:
        sink.discard()
        raise CleanerError(f"{out}: cannot write: {error}") from None
    except BaseException:
        sink.discard()
        raise
    return counted.count


class _Counted:
    def __init__(self, found: Iterator[Row]) -> None:
        self._found = found
        self.count = 0

    def batches(self) -> Iterator[list[Row]]:
        """The rows, so many at a time."""
        while batch := list(islice(self._found, _BATCH)):
            self.count += len(batch)
            yield batch


def _csv(found: _Counted, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for batch in found.batches():
            writer.writerows(batch)


def _sqlite(found: _Counted, path: Path) -> None:
    columns = ", ".join(f'"{name}" {kind}' for name, kind in COLUMNS.items())
    with closing(sqlite3.connect(path)) as db:
        db.executescript(f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; CREATE TABLE cuts ({columns});")
        for batch in found.batches():
            db.executemany(f"INSERT INTO cuts VALUES ({', '.join('?' * len(COLUMNS))})", batch)  # nosec B608
        db.executescript("CREATE INDEX cuts_rule ON cuts (rule); CREATE INDEX cuts_site ON cuts (site);")
        db.commit()


def _parquet(found: _Counted, path: Path) -> None:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise CleanerError(f"Parquet files need pyarrow, which is not installed: {install('parquet')}") from None
    types = {"INTEGER": pa.int64(), "TEXT": pa.string(), "REAL": pa.float64()}
    schema = pa.schema([(name, types[kind]) for name, kind in COLUMNS.items()])
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for batch in found.batches():
            arrays = [pa.array(values, field.type) for values, field in zip(_turned(batch), schema, strict=True)]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))


def _turned(batch: Iterable[Row]) -> Iterable[Row]:
    """Columns out of rows."""
    return zip(*batch, strict=True)

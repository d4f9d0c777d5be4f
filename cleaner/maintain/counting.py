"""Counts which keys recur in a corpus, out of core: DuckDB groups, and spills to disk what does not fit its memory.

Pieces are appended in batches to a database in a temporary folder; nothing of the corpus is kept in Python.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import msgspec

from cleaner.extras import install
from cleaner.maintain.pieces import MOST_TOKENS, TEXT_CHARS, Piece
from cleaner.model import CleanerError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

#: Pieces handed over at a time.
BATCH = 20_000
#: A piece of more code points is longer than its longest key.
LONG = 100
#: Samples told of a key.
SAMPLES = 6
#: A key that goes on in one way in this share of its documents is told as that longer key.
SAME = 0.85
_AMOUNT = re.compile(r"[0-9]+(?:\.[0-9]+)?\s?[KMGT]i?B", re.IGNORECASE)
_COLUMNS = {
    "doc": "INTEGER",
    "site": "VARCHAR",
    "text": "VARCHAR",
    "chars": "INTEGER",
    "head": "VARCHAR[]",
    "tail": "VARCHAR[]",
    "whole": "VARCHAR[]",
    "edge": "BOOLEAN",
    "lined": "BOOLEAN",
    "closed": "BOOLEAN",
    "cut_start": "BOOLEAN",
    "cut_end": "BOOLEAN",
    "cut_all": "BOOLEAN",
}
#: A prefix that ends with one of these is a label.
LABEL_ENDS = (":", "|")
#: Kind of key → the tokens it is, whether the rules at hand cut it, and for which pieces. A prefix or suffix is shorter
#: than its piece, unless that is long: a short piece is counted as a line.
_KINDS = {
    "line": "SELECT whole AS key, cut_all AS cut, * EXCLUDE (whole) FROM pieces WHERE len(whole) > 0",
    "prefix": f"""
        SELECT head[1:size] AS key, cut_start AS cut, *
        FROM (SELECT *, unnest(range(1, least(len(head), {MOST_TOKENS}) + 1)) AS size FROM pieces)
        WHERE size < len(head) OR chars > {LONG}""",
    "suffix": f"""
        SELECT tail[len(tail) - size + 1:] AS key, cut_end AS cut, *
        FROM (SELECT *, unnest(range(1, least(len(tail), {MOST_TOKENS}) + 1)) AS size FROM pieces)
        WHERE size < len(tail) OR chars > {LONG}""",
}


class Counted(msgspec.Struct, frozen=True):
    """A key and how it recurs. Shares are of its hits, from 0 to 1.

    ``open_docs`` counts documents with a hit that no rule cuts. ``covered``: already cut by the rules; ``edge``: at the
    start or end of a document; ``lined``: in a line of its own; ``closed``: the piece ends like a sentence. ``chars``:
    mean code points of the piece. ``site`` is the site with most of its documents, ``site_docs`` how many.
    """

    kind: str
    key: tuple[str, ...]
    docs: int
    open_docs: int
    sites: int
    hits: int
    covered: float
    edge: float
    lined: float
    closed: float
    chars: float
    site: str
    site_docs: int


#: Kind and key.
Name = tuple[str, tuple[str, ...]]


class Counter:
    """Takes the pieces of a corpus, then tells which keys recur. A context manager: it owns a temporary folder."""

    def __init__(self, memory: str = "1GB", threads: int = 0) -> None:
        """Open an empty database.

        Args:
            memory: how much DuckDB may hold, such as ``500MB``; more goes to disk.
            threads: 0 for all cores.

        Raises:
            CleanerError: DuckDB is not installed, or ``memory`` is no amount.
        """
        if not _AMOUNT.fullmatch(memory):
            raise CleanerError(f"memory limit {memory!r} is no amount: write it as 500MB or 2GB")
        try:
            import duckdb
        except ImportError:
            raise CleanerError(
                f"mining needs DuckDB, which is not installed: {install('mine')} (it counts lines of corpora larger "
                "than memory)"
            ) from None
        self._folder = tempfile.TemporaryDirectory(prefix="cleaner-mine-")
        room = Path(self._folder.name)
        self._batch: list[Piece] = []
        self._file = room / "batch.jsonl"
        try:
            self._db: DuckDBPyConnection = duckdb.connect(str(room / "pieces.duckdb"))
            settings: dict[str, Any] = {"memory_limit": memory, "temp_directory": str(room / "spill")}
            if threads:
                settings["threads"] = threads
            for name, value in settings.items():
                self._db.execute(f"SET {name} = '{value}'")
            self._db.execute("SET preserve_insertion_order = false")
        except duckdb.Error as error:
            self._folder.cleanup()
            raise CleanerError(f"memory limit {memory!r}: {str(error).splitlines()[0]}") from None
        columns = ", ".join(f"{name} {kind}" for name, kind in _COLUMNS.items())
        self._db.execute(f"CREATE TABLE pieces ({columns})")

    def __enter__(self) -> Counter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._db.close()
        self._folder.cleanup()

    def add(self, found: Iterable[Piece]) -> None:
        """Take more pieces."""
        self._batch += found
        if len(self._batch) >= BATCH:
            self._flush()

    def _execute(self, query: str, values: Sequence[Any] = ()) -> DuckDBPyConnection:
        import duckdb

        try:
            return self._db.execute(query, values)
        except (duckdb.OutOfMemoryException, duckdb.IOException) as error:
            what = str(error).splitlines()[0]
            raise CleanerError(f"counting needs more room: {what}; give it more with --memory, or a disk") from None

    def _flush(self) -> None:
        if not self._batch:
            return
        self._file.write_bytes(msgspec.json.Encoder().encode_lines(self._batch))
        columns = ", ".join(f"{name}: '{kind}'" for name, kind in _COLUMNS.items())
        self._execute(
            f"INSERT INTO pieces SELECT {', '.join(_COLUMNS)} FROM read_json(?, "
            f"format='newline_delimited', columns={{{columns}}}, maximum_object_size=16777216)",
            [str(self._file)],
        )
        self._file.unlink()
        self._batch = []

    def counted(self, kind: str, min_docs: int) -> Iterator[Counted]:
        """The keys of one kind (``line``, ``prefix``, ``suffix``) in at least so many documents, by key."""
        self._flush()
        # Grouped by document first, by the key's hash: small rows of fixed size, which go to disk when they must. The
        # words themselves are fetched for the few keys that recur.
        self._execute(
            f"""
            CREATE OR REPLACE TEMP TABLE recurring AS
            WITH by_doc AS (
              SELECT hash(key) AS id, doc, any_value(site) AS site, count(*) AS hits, sum(cut::INT) AS cut,
                     sum(edge::INT) AS edge, sum(lined::INT) AS lined, sum(closed::INT) AS closed, sum(chars) AS chars
              FROM ({_KINDS[kind]}) GROUP BY id, doc
            ),
            by_site AS (
              SELECT id, site, count(*) AS docs, sum((cut < hits)::INT) AS open_docs, sum(hits) AS hits,
                     sum(cut) AS cut, sum(edge) AS edge,
                     sum(lined) AS lined, sum(closed) AS closed, sum(chars) AS chars
              FROM by_doc GROUP BY id, site
            )
            SELECT id, sum(docs) AS docs, sum(open_docs) AS open_docs, count(*) AS sites, sum(hits) AS hits,
                   sum(cut) AS cut, sum(edge) AS edge,
                   sum(lined) AS lined, sum(closed) AS closed, sum(chars) AS chars,
                   arg_max(site, (docs, site)) AS site, max(docs) AS site_docs
            FROM by_site GROUP BY id HAVING sum(docs) >= {int(min_docs)}
            """
        )
        rows = self._execute(
            f"""
            SELECT key, docs, open_docs, sites, hits, cut / hits, edge / hits, lined / hits, closed / hits,
                   chars / hits, site, site_docs
            FROM recurring JOIN (
              SELECT hash(key) AS id, any_value(key) AS key FROM ({_KINDS[kind]}) SEMI JOIN recurring ON id = hash(key)
              GROUP BY hash(key)
            ) USING (id)
            ORDER BY key
            """
        )
        while batch := rows.fetchmany(1000):
            for key, docs, open_docs, sites, hits, cut, edge, lined, closed, chars, site, site_docs in batch:
                yield Counted(
                    kind=kind,
                    key=tuple(key),
                    docs=int(docs),
                    open_docs=int(open_docs),
                    sites=int(sites),
                    hits=int(hits),
                    covered=float(cut),
                    edge=float(edge),
                    lined=float(lined),
                    closed=float(closed),
                    chars=float(chars),
                    site=site,
                    site_docs=int(site_docs),
                )

    def samples(self, wanted: Sequence[Counted]) -> dict[Name, tuple[str, ...]]:
        """Pieces with each of these keys, from several sites where there are, those first that no rule cuts."""
        found: dict[Name, tuple[str, ...]] = {}
        for kind, query in _KINDS.items():
            keys = [list(one.key) for one in wanted if one.kind == kind]
            if not keys:
                continue
            self._want(keys)
            rows = self._execute(
                f"""
                WITH ranked AS (
                  SELECT key, site, cut, text, doc,
                         row_number() OVER (PARTITION BY key, site ORDER BY cut, (doc * 2654435761) % 4294967296) AS nth
                  FROM (SELECT key, site, cut, text, doc FROM ({query}) SEMI JOIN wanted USING (key))
                )
                SELECT key, list(text ORDER BY cut, nth, site) FROM ranked WHERE nth <= {SAMPLES} GROUP BY key
                """
            )
            for key, texts in rows.fetchall():
                found[kind, tuple(key)] = tuple(dict.fromkeys(texts))[:SAMPLES]
        return found

    def look_alikes(self, wanted: Sequence[Counted]) -> dict[Name, tuple[str, ...]]:
        """Uncut prose that begins (or, for suffixes, ends) with the same token as a key, and goes on differently."""
        found: dict[Name, tuple[str, ...]] = {}
        for kind in _KINDS:
            keys = [list(one.key) for one in wanted if one.kind == kind]
            if not keys:
                continue
            self._want(keys)
            own, first = (
                ("tail[-len(key):]", "tail[-1] = key[-1]")
                if kind == "suffix"
                else (
                    "head[1:len(key)]",
                    "head[1] = key[1]",
                )
            )
            rows = self._execute(
                f"""
                SELECT key, arg_min(text, (doc * 2654435761) % 4294967296, {SAMPLES})
                FROM pieces JOIN wanted ON {first}
                WHERE closed AND NOT edge AND NOT cut_start AND NOT cut_end AND chars BETWEEN {LONG} AND {TEXT_CHARS}
                  AND {own} <> key
                GROUP BY key
                """
            )
            for key, texts in rows.fetchall():
                found[kind, tuple(key)] = tuple(texts)
        return found

    def _want(self, keys: list[list[str]]) -> None:
        self._execute("CREATE OR REPLACE TEMP TABLE wanted (key VARCHAR[])")
        self._execute("INSERT INTO wanted SELECT unnest(?::VARCHAR[][])", [keys])


def joined(found: Iterable[Counted]) -> list[Counted]:
    """Leave out keys that nearly always go on, or begin, in the same way: the longer key says more."""
    known = {(one.kind, one.key): one for one in found}
    out: set[Name] = set()
    for (kind, key), one in known.items():
        if kind == "line" or len(key) < 2:
            continue
        shorter = (kind, key[:-1] if kind == "prefix" else key[1:])
        if shorter[1][-1] in LABEL_ENDS and kind == "prefix":
            continue  # a label says it all
        before = known.get(shorter)
        if before is not None and one.docs >= SAME * before.docs:
            out.add(shorter)
    return [one for name, one in known.items() if name not in out]

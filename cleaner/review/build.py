"""Fills the index of a run: one reading of the run, then counts in SQL."""

from __future__ import annotations

import json
import sqlite3
import zlib
from hashlib import blake2b
from typing import Any

import msgspec

from cleaner.audit import Summary
from cleaner.maintain.reading import site_of
from cleaner.model import Removal
from cleaner.review.risk import confidence_of, doubt_of, evidence_of, signs_of
from cleaner.review.rows import is_furniture
from cleaner.review.runs import Run, RunDocument
from cleaner.review.standing import StandingLines
from cleaner.review.totals import Totals

#: Changes when the tables or what they hold do.
VERSION = 4
#: Documents written at a time.
_BATCH = 2_000
#: Cuts of each rule that are put in random order.
SAMPLE = 500

_TABLES = """
CREATE TABLE fact (name TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID;
CREATE TABLE site (site INTEGER PRIMARY KEY, name TEXT, documents INTEGER, raw_chars INTEGER, clean_chars INTEGER);
CREATE TABLE rule (rule INTEGER PRIMARY KEY, name TEXT UNIQUE, category TEXT, scope TEXT, cuts INTEGER,
  documents INTEGER, sites INTEGER, chars INTEGER, median INTEGER, longest INTEGER, withheld INTEGER,
  once INTEGER, doubt INTEGER, mid INTEGER, small INTEGER, marks INTEGER);
CREATE TABLE doc (doc INTEGER PRIMARY KEY, key INTEGER, id TEXT, name TEXT, url TEXT, site INTEGER, status TEXT,
  flags TEXT, raw_chars INTEGER, clean_chars INTEGER, cuts INTEGER, print INTEGER, page INTEGER, problem TEXT);
CREATE TABLE text (doc INTEGER PRIMARY KEY, raw BLOB);
CREATE TABLE grp (grp INTEGER PRIMARY KEY, rule INTEGER, text TEXT, cuts INTEGER, sites INTEGER);
CREATE TABLE cut (cut INTEGER PRIMARY KEY, doc INTEGER, site INTEGER, start INTEGER, "end" INTEGER, rule INTEGER,
  category TEXT, scope TEXT, grp INTEGER, chars INTEGER, doubt TEXT, confidence REAL, evidence TEXT,
  once INTEGER, mid INTEGER, small INTEGER, marks INTEGER);
CREATE TABLE withheld (doc INTEGER, start INTEGER, "end" INTEGER, category TEXT, rule TEXT, why TEXT);
CREATE TABLE missed (missed INTEGER PRIMARY KEY, site INTEGER, text TEXT, documents INTEGER, places TEXT, grp INTEGER);
CREATE TABLE sample (rule INTEGER, rank INTEGER, cut INTEGER, PRIMARY KEY (rule, rank)) WITHOUT ROWID;
"""
_COUNTS = """
CREATE INDEX cut_group ON cut (grp, site);
UPDATE cut SET once = 1 WHERE cut IN (SELECT min(cut) FROM cut GROUP BY grp, site HAVING count(*) = 1);
UPDATE grp SET (cuts, sites) = (SELECT count(*), count(DISTINCT site) FROM cut WHERE cut.grp = grp.grp);
CREATE INDEX cut_doc ON cut (doc);
CREATE INDEX cut_long ON cut (rule, chars DESC, cut, grp);
CREATE INDEX cut_once ON cut (rule, chars DESC, cut, grp) WHERE once;
CREATE INDEX cut_doubt ON cut (rule, chars DESC, cut, grp) WHERE doubt IS NOT NULL;
CREATE INDEX cut_mid ON cut (rule, chars DESC, cut, grp) WHERE mid;
CREATE INDEX cut_small ON cut (rule, chars DESC, cut, grp) WHERE small;
CREATE INDEX cut_marks ON cut (rule, chars DESC, cut, grp) WHERE marks;
CREATE INDEX doc_key ON doc (key);
CREATE INDEX doc_id ON doc (id);
CREATE INDEX group_rule ON grp (rule, cuts DESC);
CREATE INDEX withheld_rule ON withheld (rule);
UPDATE rule SET (cuts, chars, longest, once, doubt, mid, small, marks) = (
  SELECT count(*), CAST(total(chars) AS INTEGER), coalesce(max(chars), 0), coalesce(sum(once), 0), count(doubt),
    coalesce(sum(mid), 0), coalesce(sum(small), 0), coalesce(sum(marks), 0)
  FROM cut WHERE cut.rule = rule.rule);
UPDATE rule SET withheld = (SELECT count(*) FROM withheld WHERE withheld.rule = rule.name);
ANALYZE;
"""
_SAMPLE = """INSERT INTO sample SELECT rule, rank, cut FROM (SELECT rule, cut,
  row_number() OVER (PARTITION BY rule ORDER BY ((cut + 7) * 2654435761) % 4294967291) AS rank FROM cut)
  WHERE rank <= ?"""
_INSERTS = {
    "doc": "INSERT INTO doc VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    "text": "INSERT INTO text VALUES (?, ?)",
    "grp": "INSERT OR IGNORE INTO grp (grp, rule, text) VALUES (?, ?, ?)",
    "cut": "INSERT INTO cut VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    "withheld": "INSERT INTO withheld VALUES (?, ?, ?, ?, ?, ?)",
}


def fingerprint_of(rule: str, text: str) -> int:
    """Identity of a rule's cut of this text, white space around it apart: 64 bits, signed as SQLite keeps them."""
    return _hash(f"{rule}\0{text.strip()}")


def missed_group(site: str, text: str) -> int:
    """Identity of a text that was left standing on a site."""
    return fingerprint_of(f"missed:{site}", text)


def _hash(value: str) -> int:
    return int.from_bytes(blake2b(value.encode("utf-8", "surrogatepass"), digest_size=8).digest(), signed=True)


def id_text(id: object) -> str:
    """A document's id, of any JSON type, as the index keeps it."""
    return json.dumps(id, ensure_ascii=False, sort_keys=True, default=str)


def unpacked(data: bytes) -> str:
    """A raw text as the index keeps it."""
    return zlib.decompress(data).decode()


def fill(db: sqlite3.Connection, run: Run, stamp: str) -> None:
    """Read a run into an empty database.

    Raises:
        CleanerError: a file of the run cannot be read.
    """
    db.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -100000;" + _TABLES)
    filler = _Filler(db)
    for document in run.documents():
        filler.add(document)
    filler.finish()
    db.executescript(_COUNTS)
    db.execute(_SAMPLE, (SAMPLE,))
    _medians(db)
    facts = {
        "stamp": stamp,
        "warnings": run.warnings,
        "totals": Totals.of(filler.summary),
        "packs": {name: sorted(hashes) for name, hashes in filler.packs.items()},
    }
    db.executemany("INSERT INTO fact VALUES (?, ?)", [(n, msgspec.json.encode(value)) for n, value in facts.items()])
    db.commit()


def _medians(db: sqlite3.Connection) -> None:
    middle = "SELECT chars FROM cut INDEXED BY cut_long WHERE rule = ? ORDER BY chars DESC LIMIT 1 OFFSET ?"
    for rule, cuts in db.execute("SELECT rule, cuts FROM rule").fetchall():
        chars = db.execute(middle, (rule, cuts // 2)).fetchone() if cuts else (0,)
        db.execute("UPDATE rule SET median = ? WHERE rule = ?", (chars[0], rule))


class _Rule:
    """A rule while documents come: their numbers ascend, so the last one is enough to count them."""

    def __init__(self, number: int, category: str, scope: str) -> None:
        self.number, self.category, self.scope = number, category, scope
        self.documents = 0
        self.sites: set[int] = set()
        self._last = -1

    def seen(self, document: int, site: int) -> None:
        """Count a cut of this document."""
        if document != self._last:
            self._last = document
            self.documents += 1
            self.sites.add(site)


class _Site:
    """A site while documents come."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.documents = self.raw_chars = self.clean_chars = 0


class _Filler:
    """Rows of documents as they come, written in batches."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._rows: dict[str, list[tuple[Any, ...]]] = {name: [] for name in _INSERTS}
        self._rules: dict[str, _Rule] = {}
        self._sites: dict[str, _Site] = {}
        self._standing = StandingLines()
        self._cuts = 0
        self.summary = Summary()
        self.packs: dict[str, set[str]] = {}

    def add(self, document: RunDocument) -> None:
        """Take in one document."""
        record, cleaned = document.record, document.cleaned
        self.summary.add(record)
        for name, value in record.packs.items():
            self.packs.setdefault(name, set()).add(value)
        site = self._site(site_of(record.site, record.url))
        self._add_document(document, site)
        if cleaned is not None:
            self._rows["text"].append((document.number, zlib.compress(cleaned.raw.encode(), 1)))
            self._standing.add(document.number, site.number, cleaned)
        signs = signs_of(cleaned) if cleaned is not None else [(False, False, False)] * len(record.removals)
        for removal, sign in zip(record.removals, signs, strict=True):
            self._add_cut(document.number, site.number, removal, sign)
        for held in record.withheld:
            self._rule(held.rule, held.category, "")
            self._rows["withheld"].append((document.number, held.start, held.end, held.category, held.rule, held.why))
        if len(self._rows["doc"]) >= _BATCH:
            self._write()

    def _add_document(self, document: RunDocument, site: _Site) -> None:
        record = document.record
        raw_chars = record.raw.chars if record.raw is not None else 0
        clean_chars = record.clean.chars if record.clean is not None else 0
        site.documents += 1
        site.raw_chars += raw_chars
        site.clean_chars += clean_chars
        id = id_text(record.id)
        key = _hash(f"{id}\0{record.raw.sha256 if record.raw is not None else record.url}")
        page = "encoding_source" in record.meta or any(is_furniture(removal) for removal in record.removals)
        cuts = [(removal.start, removal.end, removal.category, removal.rule) for removal in record.removals]
        problem = document.problem if record.error is None else record.error
        facts = document.number, key, id, document.name, record.url, site.number, record.status, " ".join(record.flags)
        sizes = raw_chars, clean_chars, len(cuts), _hash(repr(cuts)), page, problem
        self._rows["doc"].append((*facts, *sizes))

    def _add_cut(self, document: int, site: int, removal: Removal, signs: tuple[bool, bool, bool]) -> None:
        rule = self._rule(removal.rule, removal.category, removal.scope)
        rule.seen(document, site)
        group = fingerprint_of(removal.rule, removal.text)
        self._rows["grp"].append((group, rule.number, removal.text.strip()))
        place = self._cuts, document, site, removal.start, removal.end, rule.number, removal.category, removal.scope
        size = removal.end - removal.start
        doubt = doubt_of(removal), confidence_of(removal), evidence_of(removal)
        self._rows["cut"].append((*place, group, size, *doubt, 0, *signs))
        self._cuts += 1

    def _rule(self, name: str, category: str, scope: str) -> _Rule:
        found = self._rules.get(name)
        if found is None:
            found = self._rules[name] = _Rule(len(self._rules), category, scope)
        elif scope and not found.scope:
            found.scope = scope
        return found

    def _site(self, name: str) -> _Site:
        found = self._sites.get(name)
        if found is None:
            found = self._sites[name] = _Site(len(self._sites))
        return found

    def _write(self) -> None:
        for name, rows in self._rows.items():
            self._db.executemany(_INSERTS[name], rows)
            rows.clear()

    def finish(self) -> None:
        """Write what is left, and the tables that are known at the end."""
        self._write()
        self._db.executemany(
            "INSERT INTO rule (rule, name, category, scope, documents, sites) VALUES (?, ?, ?, ?, ?, ?)",
            [(r.number, name, r.category, r.scope, r.documents, len(r.sites)) for name, r in self._rules.items()],
        )
        self._db.executemany(
            "INSERT INTO site VALUES (?, ?, ?, ?, ?)",
            [(s.number, name, s.documents, s.raw_chars, s.clean_chars) for name, s in self._sites.items()],
        )
        names = {site.number: name for name, site in self._sites.items()}
        self._db.executemany(
            "INSERT INTO missed (site, text, documents, places, grp) VALUES (?, ?, ?, ?, ?)",
            [
                (one.site, one.text, one.documents, json.dumps(one.places), missed_group(names[one.site], one.text))
                for one in self._standing.most()
            ],
        )
        self._db.commit()

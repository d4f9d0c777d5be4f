"""A finished run, opened to look at: where its files are, what does not reconcile, and its documents one by one.

Nothing here writes to a run. What is strange about it becomes a warning; only what cannot be read at all is refused.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from cleaner import __version__
from cleaner.audit import Record, decode, fingerprint, restore, verify
from cleaner.batch.pairs import audit_of, pairs, records_of
from cleaner.batch.plan import MANIFEST_NAME, STATE_NAME
from cleaner.batch.store import local_path, open_read
from cleaner.fields import Fields
from cleaner.maintain.reading import items
from cleaner.model import Cleaned, CleanerError
from cleaner.review.remote import fetched

#: So many documents that do not fit their records are named; the others are counted.
_NAMED = 3


class Facts(msgspec.Struct, frozen=True):
    """What the manifest of a run says; empty where there is none."""

    version: str = ""
    packs: dict[str, str] = {}
    documents: int | None = None
    files: dict[str, int] = {}


class RunDocument(msgspec.Struct, frozen=True):
    """One document of a run.

    Attributes:
        number: its place in the run, from 0.
        name: its name in messages.
        record: its audit record.
        cleaned: raw text, clean text and cuts; ``None`` where the text is missing or does not fit the record.
        problem: what does not fit, if anything.
    """

    number: int
    name: str
    record: Record
    cleaned: Cleaned | None = None
    problem: str | None = None


class Run:
    """A run that can be read as often as needed; ``warnings`` grow while it is read."""

    def __init__(self, name: str, clean: Path | None, audits: Sequence[Path], text_field: str = "text") -> None:
        self.name = name
        self.clean = clean
        self.audits = tuple(audits)
        self.text_field = text_field
        self.raw_inputs: tuple[str, ...] = ()
        folder = clean if clean is not None and clean.is_dir() else None
        self.facts = _facts(folder)
        self.warnings: list[str] = list(_warnings(folder, self.facts))

    @property
    def stamp(self) -> str:
        """Changes when a file of the run does: a hash of the names, sizes and times of change."""
        files = list(self.audits)
        if self.clean is not None and self.clean.is_dir():
            files += sorted(path for path in self.clean.rglob("*") if path.is_file() and STATE_NAME not in path.parts)
        elif self.clean is not None:
            files.append(self.clean)
        digest = hashlib.sha256()
        for path in files:
            found = path.stat()
            digest.update(f"{path}\0{found.st_size}\0{found.st_mtime_ns}\n".encode("utf-8", "surrogateescape"))
        return digest.hexdigest()

    def documents(self) -> Iterator[RunDocument]:
        """All documents in order. What does not fit is told once all are read, as warnings.

        Raises:
            CleanerError: a file cannot be read, or a line of the audit is no record.
        """
        odd = _Odd()
        number = 0
        for name, record, text, problem in self._sources(odd):
            if record is None:
                odd.add(f"{name}: {problem}")
                continue
            found = _document(number, name, record, text, problem)
            if found.problem is not None:
                odd.add(f"{name}: {found.problem}")
            yield found
            number += 1
        expected = self.facts.documents
        if expected is not None and expected != number:
            odd.notes.append(f"{self.name}: the manifest tells of {expected:,} documents, the audit of {number:,}")
        self.warnings += [note for note in odd.told() if note not in self.warnings]

    def _sources(self, odd: _Odd) -> Iterator[tuple[str, Record | None, str | None, str | None]]:
        """Name, record, clean text and what is wrong, of each document."""
        if self.raw_inputs:
            yield from _with_raw(records_of(self.audits), self.raw_inputs, self.text_field)
        elif self.clean is None:
            for record in records_of(self.audits):
                yield str(record.id), record, None, None
            odd.notes.append(f"{self.name}: an audit alone: cuts are shown without the text around them")
        else:
            for pair in pairs(self.clean, self.audits, self.text_field):
                yield pair.name, pair.record, pair.text, pair.problem


class _Odd:
    """What does not fit, the first few by name."""

    def __init__(self) -> None:
        self.notes: list[str] = []
        self._named: list[str] = []
        self._count = 0

    def add(self, message: str) -> None:
        self._count += 1
        if self._count <= _NAMED:
            self._named.append(message)

    def told(self) -> list[str]:
        more = self._count - len(self._named)
        return [*self.notes, *self._named, *([f"{more:,} more documents do not fit their records"] if more else [])]


def open_run(place: str, audit_file: Path | None = None, text_field: str = "text", raw: Sequence[str] = ()) -> Run:
    """Open a run.

    Args:
        place: an output folder or its URL, a clean file, or an audit file alone.
        audit_file: the audit, where it does not lie with the clean texts.
        text_field: the field or column with the text.
        raw: the inputs of the run, to take the texts from instead of from the clean files.

    Raises:
        CleanerError: there is no run, and what was looked for.
    """
    path = local_path(place)
    run = Run(place, *_opened(place, path if path is not None else fetched(place), audit_file), text_field)
    run.raw_inputs = tuple(raw)
    for audit in run.audits:
        _check_audit(audit)
    return run


def _opened(place: str, path: Path, audit_file: Path | None) -> tuple[Path | None, list[Path]]:
    if not path.exists():
        raise CleanerError(f"{place}: no such run: neither a folder nor a file")
    if path.is_file() and audit_file is None and is_audit(path):
        return None, [path]
    return path, audit_of(path, audit_file)


def is_run(place: str) -> bool:
    """Whether a name stands for a finished run, and not for inputs."""
    path = local_path(place)
    if path is None:
        return False
    if path.is_dir():
        try:
            return bool(audit_of(path, None))
        except CleanerError:
            return False
    return path.is_file() and is_audit(path)


def is_audit(path: Path) -> bool:
    """Whether a file begins with an audit record."""
    try:
        with open_read(str(path)) as lines:
            first = lines.readline(1 << 20)
            return b'"status"' in first and b'"schema"' in first and decode(first) is not None
    except (CleanerError, OSError, ValueError):
        return False


def _check_audit(path: Path) -> None:
    """Refuse early what would fail after a long reading.

    Raises:
        CleanerError: the audit cannot be read, or does not begin with a record.
    """
    for _ in records_of([path]):
        return


def _facts(folder: Path | None) -> Facts:
    manifest = _manifest(folder)
    if manifest is None:
        return Facts()
    totals = manifest.get("totals")
    packs = manifest.get("packs")
    return Facts(
        version=str(manifest.get("cleaner", "")),
        packs={str(name): str(value) for name, value in packs.items()} if isinstance(packs, dict) else {},
        documents=totals.get("documents") if isinstance(totals, dict) else None,
        files=_files(manifest.get("shards")),
    )


def _manifest(folder: Path | None) -> dict[str, Any] | None:
    if folder is None:
        return None
    try:
        found = msgspec.json.decode((folder / MANIFEST_NAME).read_bytes())
    except (OSError, msgspec.MsgspecError):
        return None
    return found if isinstance(found, dict) else None


def _files(shards: object) -> dict[str, int]:
    """Bytes of each file that the run wrote."""
    found: dict[str, int] = {}
    for shard in shards if isinstance(shards, list) else []:
        for file in shard.get("files", []) if isinstance(shard, dict) else []:
            if isinstance(file, dict) and isinstance(file.get("bytes"), int):
                found[str(file.get("name"))] = file["bytes"]
    return found


def _warnings(folder: Path | None, facts: Facts) -> Iterator[str]:
    if folder is None:
        return
    if (folder / STATE_NAME).exists():
        yield f"{folder}: this run is going on or was stopped; what is complete so far is shown"
    if not (folder / MANIFEST_NAME).exists():
        yield f"{folder}: no {MANIFEST_NAME}, so nothing tells whether the run is complete"
    elif not facts.version:
        yield f"{folder}: {MANIFEST_NAME} cannot be read; it is passed over"
    elif facts.version != __version__:
        yield f"{folder}: made by cleaner {facts.version}; this is {__version__}"
    for name, size in facts.files.items():
        path = folder / name
        try:
            now = path.stat().st_size
        except OSError:
            yield f"{path}: is missing; the manifest names it"
            continue
        if now != size:
            yield f"{path}: has {now:,} bytes, {size:,} in the manifest: it was changed after the run"


def _document(number: int, name: str, record: Record, text: str | None, problem: str | None) -> RunDocument:
    if text is None or problem is not None or record.raw is None:
        return RunDocument(number, name, record, None, problem)
    faults = verify(record, text)
    if faults:
        return RunDocument(number, name, record, None, faults[0])
    return RunDocument(number, name, record, cleaned_of(record, text, restore(text, record)))


def cleaned_of(record: Record, text: str, raw: str) -> Cleaned:
    """The result that an audit record and its texts stand for."""
    return Cleaned(
        text=text,
        raw=raw,
        removals=record.removals,
        withheld=record.withheld,
        credits=record.credits,
        flags=record.flags,
        status=record.status,
        site=record.site,
        signature=record.signature,
        packs=record.packs,
        meta=record.meta,
    )


def _with_raw(
    records: Iterator[Record], inputs: Sequence[str], text_field: str
) -> Iterator[tuple[str, Record | None, str | None, str | None]]:
    """Records with the clean text that their raw text gives; inputs are read on until the text is met.

    Texts that were passed on the way are kept for records to come, so inputs in the order of the run cost no memory.
    """
    waiting: dict[str, list[str]] = {}
    texts = (item.text for item in items(inputs, None, Fields(text=text_field)) if isinstance(item.text, str))
    for record in records:
        wanted = record.raw.sha256 if record.raw is not None else ""
        while wanted and not waiting.get(wanted):
            raw = next(texts, None)
            if raw is None:
                break
            waiting.setdefault(fingerprint(raw).sha256, []).append(raw)
        held = waiting.get(wanted)
        if not held:
            yield str(record.id), record, None, None if record.raw is None else "its raw text is not in the inputs"
            continue
        raw = held.pop()
        if not held:
            del waiting[wanted]
        yield str(record.id), record, _without(raw, record), None


def _without(raw: str, record: Record) -> str:
    parts = []
    at = 0
    for removal in record.removals:
        parts.append(raw[at : removal.start])
        at = removal.end
    return "".join([*parts, raw[at:]])

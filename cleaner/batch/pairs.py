"""Clean texts and their audit records, brought together again: for restoring and for verifying."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import BinaryIO

import msgspec

from cleaner import audit
from cleaner.audit import Record
from cleaner.batch.compress import BUFFER
from cleaner.batch.formats.base import Fields, ReadError
from cleaner.batch.formats.registry import Kind, kind_of
from cleaner.batch.json_line import Member, check_object, members, rewrite
from cleaner.batch.lines import numbered_lines
from cleaner.batch.plan import AUDIT_NAME
from cleaner.batch.sources import decode_text
from cleaner.batch.store import open_read, readable
from cleaner.model import CleanerError

FAILED = ("error", "timeout")
_SHARDS = "audit-[0-9][0-9][0-9][0-9][0-9].jsonl"


class Pair(msgspec.Struct):
    """A record and its clean text. ``line`` is the whole output line of a JSONL file, ``None`` for a text file.

    ``text`` is ``None`` for a document that failed, and where something is wrong: then ``problem`` says what.
    """

    name: str
    record: Record | None
    output: str | None = None
    text: str | None = None
    line: bytes | None = None
    problem: str | None = None


def audit_of(clean: Path, given: Path | None) -> list[Path]:
    """The audit files in order: the one given, or those of the output folder.

    Raises:
        CleanerError: there is none.
    """
    if given is not None:
        return [given]
    for folder in (clean, *clean.parents) if clean.is_dir() else clean.resolve().parents:
        if (folder / AUDIT_NAME).is_file():
            return [folder / AUDIT_NAME]
        shards = sorted(folder.glob(_SHARDS))
        if shards:
            return shards
        if clean.is_dir():
            break
    raise CleanerError(f"{clean}: no {AUDIT_NAME} with it; name the audit with --audit FILE")


def records_of(paths: Sequence[Path]) -> Iterator[Record]:
    """The records of audit files, one after the other.

    Raises:
        CleanerError: it cannot be read, or a line is no record.
    """
    for path in paths:
        with _open(path) as lines:
            yield from audit.read(lines, str(path))


def pairs(clean: Path, audit_files: Sequence[Path], text_field: str = "text") -> Iterator[Pair]:
    """Each record of the audit with its clean text, in order; lines without a record come last.

    Args:
        clean: a clean text file, JSONL file, or output folder.
        audit_files: the audit of the run.
        text_field: the field that holds the text of a JSONL record.

    Raises:
        CleanerError: a file cannot be read, or the audit has no record of this text.
    """
    if clean.is_dir():
        return _folder(clean, audit_files, text_field)
    if not is_document(clean):
        return _records(clean, _belonging(clean, audit_files), text_field)
    return iter([_text(clean, audit_files)])


def restored_line(line: bytes, raw: str, text_field: str) -> bytes:
    """A JSONL line with the raw text in its text field."""
    return rewrite(line, members(line), {text_field: msgspec.json.encode(raw)})


def raw_texts(raw: Path, text_field: str = "text") -> Iterator[str | None]:
    """The raw texts of a file, one a document; ``None`` where there is none (a page, a broken record)."""
    kind = kind_of(str(raw))
    if kind is not None and kind.format.name != "text":
        for text, _, _ in _texts(raw, kind, text_field):
            yield text
    else:
        with _open(raw) as stream:
            yield decode_text(stream.read()).text


def is_document(path: Path) -> bool:
    """Whether a file is one text, not many records."""
    kind = kind_of(path.name)
    return kind is None or kind.format.document


def _texts(path: Path, kind: Kind, text_field: str) -> Iterator[tuple[str | None, bytes | None, str | None]]:
    """Text, JSONL line and problem of each record of a file."""
    if kind.format.name == "jsonl":
        with open_read(str(path)) as stream:
            for _, line in numbered_lines(stream):
                try:
                    check_object(line)
                    yield _value(line, members(line), text_field), line, None
                except CleanerError as error:
                    yield None, line, str(error)
        return
    stored = kind.format.as_stored
    with open_read(str(path), None if stored else kind.compression) as stream:
        for item in kind.format.reader(stream, str(path), Fields(text=text_field, html="")):
            yield item.text, None, None


def _open(path: Path) -> BinaryIO:
    try:
        return path.open("rb", BUFFER)
    except OSError as error:
        raise CleanerError(f"{path}: cannot read: {error.strerror}") from None


def _folder(folder: Path, audit_files: Sequence[Path], text_field: str) -> Iterator[Pair]:
    """An output folder: the record says which file it belongs to; records of one file stand together."""
    for output, group in groupby(records_of(audit_files), key=lambda record: record.meta.get("output")):
        if output is None:
            yield from (Pair(str(record.id), record) for record in group)
        else:
            yield from _file(folder, output, group, text_field)


def _file(folder: Path, output: str, group: Iterator[Record], text_field: str) -> Iterator[Pair]:
    path = folder / output
    if not path.is_file():
        yield Pair(output, None, output, problem="the clean file is missing")
    elif not is_document(path):
        for pair in _records(path, group, text_field):
            pair.output = output
            yield pair
    else:
        yield Pair(output, next(group), output, _read_text(path))


def _records(path: Path, records: Iterator[Record], text_field: str) -> Iterator[Pair]:
    """A file of many records against its audit records, by order."""
    kind = kind_of(path.name)
    if kind is None:
        return
    try:
        for number, (text, line, problem) in enumerate(_texts(path, kind, text_field), 1):
            name = f"{path}:{number}"
            record = next(records, None)
            if record is None:
                yield Pair(name, None, line=line, problem="the audit has no record of it")
                continue
            if text is None and problem is None and record.status not in FAILED:
                problem = f'field "{text_field}" holds no text'
            yield Pair(name, record, text=text, line=line, problem=problem)
    except ReadError as error:
        yield Pair(str(path), None, problem=str(error))
        return
    for record in records:
        yield Pair(f"{path}: id {record.id!r}", record, problem="the clean record is missing")


def _value(line: bytes, found: list[Member], field: str) -> str | None:
    for member in reversed(found):
        if member.name == field:
            value = json.loads(line[member.value_start : member.end])
            return value if isinstance(value, str) else None
    return None


def _belonging(clean: Path, audit_files: Sequence[Path]) -> Iterator[Record]:
    """The records of one clean file: those whose place in the output folder fits its name, if records name a place."""
    name = readable(clean.resolve().as_posix())
    places = {record.meta.get("output") for record in records_of(audit_files)}
    named = [place for place in places if place is not None]
    if not named:
        return records_of(audit_files)
    fitting = [place for place in named if name.endswith("/" + place)]
    if not fitting:
        raise CleanerError(f"{audit_files[0]}: has no record of {clean}")
    best = max(fitting, key=len)
    return (record for record in records_of(audit_files) if record.meta.get("output") == best)


def _text(clean: Path, audit_files: Sequence[Path]) -> Pair:
    """A text file and its record: by its place, else by its content, else the only one."""
    text = _read_text(clean)
    name = readable(clean.resolve().as_posix())
    print_of = audit.fingerprint(text)
    best: Record | None = None
    best_rank = (0, 0)
    count = 0
    for record in records_of(audit_files):
        if record.status in FAILED:
            continue
        count += 1
        place = record.meta.get("output", "")
        rank = (int(record.clean == print_of), len(place) if place and name.endswith("/" + place) else 0)
        if rank > best_rank:
            best, best_rank = record, rank
        elif best is None:
            only = record
    if best is None and count == 1:
        best = only
    if best is None:
        raise CleanerError(f"{audit_files[0]}: has no record of {clean}")
    return Pair(str(clean), best, text=text)


def _read_text(path: Path) -> str:
    with _open(path) as stream:
        data = stream.read()
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise CleanerError(f"{path}: not UTF-8 at byte {error.start}; the cleaner writes UTF-8") from None

"""Clean texts and their audit records, brought together again: for restoring and for verifying."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import BinaryIO

import msgspec

from cleaner import audit
from cleaner.audit import Record
from cleaner.batch.json_line import Member, check_object, members, rewrite
from cleaner.batch.sinks import AUDIT_NAME
from cleaner.batch.sources import BUFFER, KINDS, decode_text, lines_of, readable
from cleaner.model import CleanerError

FAILED = ("error", "timeout")


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


def audit_of(clean: Path, given: Path | None) -> Path:
    """The audit file: the one given, or ``audit.jsonl`` in the output folder.

    Raises:
        CleanerError: there is none.
    """
    if given is not None:
        return given
    for folder in (clean, *clean.parents) if clean.is_dir() else clean.resolve().parents:
        if (folder / AUDIT_NAME).is_file():
            return folder / AUDIT_NAME
        if clean.is_dir():
            break
    raise CleanerError(f"{clean}: no {AUDIT_NAME} with it; name the audit with --audit FILE")


def records_of(path: Path) -> Iterator[Record]:
    """The records of an audit file.

    Raises:
        CleanerError: it cannot be read, or a line is no record.
    """
    with _open(path) as lines:
        yield from audit.read(lines, str(path))


def pairs(clean: Path, audit_file: Path, text_field: str = "text") -> Iterator[Pair]:
    """Each record of the audit with its clean text, in order; lines without a record come last.

    Args:
        clean: a clean text file, JSONL file, or output folder.
        audit_file: the audit of the run.
        text_field: the field that holds the text of a JSONL record.

    Raises:
        CleanerError: a file cannot be read, or the audit has no record of this text.
    """
    if clean.is_dir():
        return _folder(clean, audit_file, text_field)
    if KINDS.get(clean.suffix.lower()) == "jsonl":
        return _lines(clean, _belonging(clean, audit_file), text_field)
    return iter([_text(clean, audit_file)])


def restored_line(line: bytes, raw: str, text_field: str) -> bytes:
    """A JSONL line with the raw text in its text field."""
    return rewrite(line, members(line), {text_field: msgspec.json.encode(raw)})


def raw_texts(raw: Path, text_field: str = "text") -> Iterator[str | None]:
    """The raw texts of a JSONL file or of one text file; ``None`` where there is none (a page, a broken record)."""
    kind = KINDS.get(raw.suffix.lower(), "text")
    with _open(raw) as stream:
        if kind == "jsonl":
            for _, line in lines_of(stream):
                try:
                    check_object(line)
                    yield _value(line, members(line), text_field)
                except CleanerError:
                    yield None
        else:
            yield decode_text(stream.read()).text if kind == "text" else None


def _open(path: Path) -> BinaryIO:
    try:
        return path.open("rb", BUFFER)
    except OSError as error:
        raise CleanerError(f"{path}: cannot read: {error.strerror}") from None


def _folder(folder: Path, audit_file: Path, text_field: str) -> Iterator[Pair]:
    """An output folder: the record says which file it belongs to; records of one file stand together."""
    for output, group in groupby(records_of(audit_file), key=lambda record: record.meta.get("output")):
        if output is None:
            yield from (Pair(str(record.id), record) for record in group)
        else:
            yield from _file(folder, output, group, text_field)


def _file(folder: Path, output: str, group: Iterator[Record], text_field: str) -> Iterator[Pair]:
    path = folder / output
    if not path.is_file():
        yield Pair(output, None, output, problem="the clean file is missing")
    elif KINDS.get(path.suffix.lower()) == "jsonl":
        for pair in _lines(path, group, text_field):
            pair.output = output
            yield pair
    else:
        yield Pair(output, next(group), output, _read_text(path))


def _lines(path: Path, records: Iterator[Record], text_field: str) -> Iterator[Pair]:
    """A JSONL file against its records, by order."""
    with _open(path) as stream:
        for number, line in lines_of(stream):
            name = f"{path}:{number}"
            record = next(records, None)
            if record is None:
                yield Pair(name, None, line=line, problem="the audit has no record of it")
                continue
            pair = Pair(name, record, line=line)
            try:
                check_object(line)
                pair.text = _value(line, members(line), text_field)
            except CleanerError as error:
                pair.problem = str(error)
            if pair.text is None and pair.problem is None and record.status not in FAILED:
                pair.problem = f'field "{text_field}" holds no text'
            yield pair
    for record in records:
        yield Pair(f"{path}: id {record.id!r}", record, problem="the clean record is missing")


def _value(line: bytes, found: list[Member], field: str) -> str | None:
    for member in reversed(found):
        if member.name == field:
            value = json.loads(line[member.value_start : member.end])
            return value if isinstance(value, str) else None
    return None


def _belonging(clean: Path, audit_file: Path) -> Iterator[Record]:
    """The records of one clean file: those whose place in the output folder fits its name, if records name a place."""
    name = readable(clean.resolve().as_posix())
    places = {record.meta.get("output") for record in records_of(audit_file)}
    named = [place for place in places if place is not None]
    if not named:
        return records_of(audit_file)
    fitting = [place for place in named if name.endswith("/" + place)]
    if not fitting:
        raise CleanerError(f"{audit_file}: has no record of {clean}")
    best = max(fitting, key=len)
    return (record for record in records_of(audit_file) if record.meta.get("output") == best)


def _text(clean: Path, audit_file: Path) -> Pair:
    """A text file and its record: by its place, else by its content, else the only one."""
    text = _read_text(clean)
    name = readable(clean.resolve().as_posix())
    print_of = audit.fingerprint(text)
    best: Record | None = None
    best_rank = (0, 0)
    count = 0
    for record in records_of(audit_file):
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
        raise CleanerError(f"{audit_file}: has no record of {clean}")
    return Pair(str(clean), best, text=text)


def _read_text(path: Path) -> str:
    with _open(path) as stream:
        data = stream.read()
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise CleanerError(f"{path}: not UTF-8 at byte {error.start}; the cleaner writes UTF-8") from None

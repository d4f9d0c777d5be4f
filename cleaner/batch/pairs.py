"""Clean texts and their audit records, brought together again: for restoring and for verifying."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import groupby
from pathlib import Path
from typing import BinaryIO

import msgspec

from cleaner import audit
from cleaner.audit import FAILED, Record
from cleaner.batch.compress import BUFFER
from cleaner.batch.encoding import decode_text
from cleaner.batch.formats.base import Item, ReadError
from cleaner.batch.formats.registry import Kind, kind_of
from cleaner.batch.names import is_inside, readable, real, stored
from cleaner.batch.plan import AUDIT_NAME
from cleaner.batch.store import open_read
from cleaner.fields import Fields
from cleaner.model import CleanerError

_NUMBER = re.compile(r"-[0-9]{5,}(?=(?:\.[A-Za-z0-9]+){0,2}$)")
_PAGE_FIELD = Fields().html
_SHARDS = "audit-[0-9][0-9][0-9][0-9][0-9].jsonl"


class CheckedPair(msgspec.Struct):
    """A record and its clean text.

    Attributes:
        name: the document's name in messages.
        record: its audit record.
        output: its file below the output folder.
        text: ``None`` for a document that failed, and where something is wrong: then ``problem`` says what.
        item: its record in a file of many.
        layout: what a writer of such a file needs to know of it.
        problem: what is wrong.
    """

    name: str
    record: Record | None
    output: str | None = None
    text: str | None = None
    item: Item | None = None
    layout: object = None
    problem: str | None = None


def audit_of(clean: Path, given: Path | None) -> list[Path]:
    """The audit files in order: the one given, or those of the output folder.

    Raises:
        CleanerError: there is none.
    """
    if given is not None:
        return [given]
    for folder in (clean, *clean.parents) if clean.is_dir() else real(clean).parents:
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


def pairs(clean: Path, audit_files: Sequence[Path], text_field: str = "text") -> Iterator[CheckedPair]:
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


def raw_texts(raw: Path, text_field: str = "text") -> Iterator[str | None]:
    """The raw texts of a file, one a document; ``None`` where there is none (a page, a broken record).

    Of a file that cannot be read on those come that can be read.
    """
    kind = kind_of(str(raw))
    if kind is not None and not (kind.format.document and not kind.format.pages):
        with suppress(ReadError):
            for item, _ in _items(raw, kind, fields_of(text_field, _PAGE_FIELD)):
                yield item.text if isinstance(item.text, str) else None
    else:
        with open_read(str(raw)) as stream:
            yield decode_text(stream.read()).text


def fields_of(text_field: str, page_field: str = "") -> Fields:
    """The text and the page alone; all other fields are turned off."""
    return Fields(id="", url="", text=text_field, html=page_field, title="", date="")


def is_document(path: Path) -> bool:
    """Whether a file is one text, not many records."""
    kind = kind_of(path.name)
    return kind is None or kind.format.document


def _items(path: Path, kind: Kind, fields: Fields) -> Iterator[tuple[Item, object]]:
    """The records of a file, each with the file's layout; a page has no text.

    Raises:
        ReadError: the file cannot be read (on).
    """
    with open_read(str(path), None if kind.format.as_stored else kind.compression) as stream:
        reader = kind.format.reader(stream, str(path), fields)
        for item in reader:
            yield item, reader.layout


def _open(path: Path) -> BinaryIO:
    try:
        return path.open("rb", BUFFER)
    except OSError as error:
        raise CleanerError(f"{path}: cannot read: {error.strerror}") from None


def _folder(folder: Path, audit_files: Sequence[Path], text_field: str) -> Iterator[CheckedPair]:
    """An output folder: the record says which file it belongs to; records of one file stand together.

    Records of documents without output may stand among them.
    """
    aside: list[CheckedPair] = []

    def placed() -> Iterator[Record]:
        for record in records_of(audit_files):
            if "output" in record.meta:
                yield record
            else:
                aside.append(CheckedPair(str(record.id), record))

    for output, group in groupby(placed(), key=lambda record: record.meta["output"]):
        for pair in _file(folder, output, group, text_field):
            yield from aside
            aside.clear()
            yield pair
    yield from aside


def _file(folder: Path, output: str, group: Iterator[Record], text_field: str) -> Iterator[CheckedPair]:
    if not is_inside(output):
        yield CheckedPair(output, None, problem="the audit names an output outside the folder")
        return
    path = stored(folder, output)
    if not path.is_file():
        yield CheckedPair(output, None, output, problem="the clean file is missing")
        return
    for pair in _of_text(path, group) if is_document(path) else _records(path, group, text_field):
        pair.output = path.relative_to(folder).as_posix()
        yield pair


def _of_text(path: Path, records: Iterator[Record]) -> Iterator[CheckedPair]:
    """A text file against its records: one as a rule; of several each has its share, set apart by blank lines."""
    name, text, at = str(path), _read_text(path), 0
    record: Record | None = next(records)
    following = next(records, None)
    if following is None:
        yield CheckedPair(name, record, text=text)
        return
    number = 0
    while record is not None:
        number += 1
        if at > len(text):
            yield CheckedPair(f"{name}: text {number}", record, problem="the clean text is missing")
        else:
            share = text[at : at + (record.clean.chars if record.clean is not None else 0)]
            yield CheckedPair(f"{name}: text {number}", record, text=share)
            at += len(share) + (1 if share.endswith("\n") else 2)
        record, following = following, next(records, None)
    if at < len(text):
        yield CheckedPair(name, None, problem=f"the audit has no record of what stands after character {at}")


def _records(path: Path, records: Iterator[Record], text_field: str) -> Iterator[CheckedPair]:
    """A file of many records against its audit records, by order."""
    kind = kind_of(path.name)
    if kind is None:
        return
    try:
        for number, (item, layout) in enumerate(_items(path, kind, fields_of(text_field)), 1):
            record = next(records, None)
            text = item.text if isinstance(item.text, str) and not item.error else None
            problem = None
            if record is None:
                problem = "the audit has no record of it"
            elif text and record.status in FAILED:
                problem = "a document that failed holds a text"
            elif text is None and record.clean is not None and not record.clean.chars:
                text = ""  # an empty cell
            elif text is None and record.status not in FAILED:
                problem = item.error or f'field "{text_field}" holds no text'
            yield CheckedPair(f"{path}:{number}", record, None, text, item, layout, problem)
    except ReadError as error:
        yield CheckedPair(str(path), None, problem=str(error))
        for _ in records:
            pass
        return
    for record in records:
        yield CheckedPair(f"{path}: id {record.id!r}", record, problem="the clean record is missing")


def before(clean: Path, audit_files: Sequence[Path]) -> int:
    """How many records of the same input stand in the output files before this one, where a run has divided it."""
    own = next(_belonging(clean, audit_files), None)
    place = own.meta.get("output", "") if own is not None else ""
    count = 0
    for record in records_of(audit_files) if place else ():
        other = record.meta.get("output", "")
        if other == place:
            break
        count += unnumbered(other) == unnumbered(place)
    return count


def unnumbered(output: str) -> str:
    """The name of an output file without the number of its shard.

    >>> unnumbered("a/news-00007.jsonl.gz")
    'a/news.jsonl.gz'
    """
    return _NUMBER.sub("", output)


def _belonging(clean: Path, audit_files: Sequence[Path]) -> Iterator[Record]:
    """The records of one clean file: those whose place in the output folder fits its name, if records name a place."""
    name = readable(real(clean).as_posix())
    places = {record.meta.get("output") for record in records_of(audit_files)}
    named = [place for place in places if place is not None]
    if not named:
        return records_of(audit_files)
    fitting = [place for place in named if name.endswith("/" + place)]
    if not fitting:
        raise CleanerError(f"{audit_files[0]}: has no record of {clean}")
    best = max(fitting, key=len)
    return (record for record in records_of(audit_files) if record.meta.get("output") == best)


def _text(clean: Path, audit_files: Sequence[Path]) -> CheckedPair:
    """A text file and its record: by its place, else by its content, else the only one."""
    text = _read_text(clean)
    name = readable(real(clean).as_posix())
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
    return CheckedPair(str(clean), best, text=text)


def _read_text(path: Path) -> str:
    with open_read(str(path)) as stream:
        data = stream.read()
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise CleanerError(f"{path}: not UTF-8 at byte {error.start}; the cleaner writes UTF-8") from None

"""One shard, inside a worker: read its pieces, clean every document, write results and audit, count."""

from __future__ import annotations

import hashlib
from collections.abc import Generator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from cleaner import audit
from cleaner.audit import Record, Summary
from cleaner.batch.compress import BUFFER, compressing
from cleaner.batch.formats.base import Item, ReadError, Result, Writer
from cleaner.batch.jsonl import LineCleaner, Options
from cleaner.batch.lines import numbered_lines
from cleaner.batch.plan import Piece, Work
from cleaner.batch.pool import Beat, Passed
from cleaner.batch.sources import is_local, open_source
from cleaner.batch.store import readable
from cleaner.core import Cleaner
from cleaner.fields import clean_fields
from cleaner.model import Cleaned, CleanerError

_ENCODE = msgspec.json.Encoder().encode
#: Messages of failed documents that a shard hands on; the audit holds them all.
MAX_MESSAGES = 100


class FileRecord(msgspec.Struct, frozen=True):
    """A file, or part of one, by its content: bytes and SHA-256."""

    name: str
    bytes: int
    sha256: str
    start: int = 0


class Done(msgspec.Struct):
    """What a shard did. ``documents == outputs + without_output`` always holds."""

    summary: Summary
    documents: int = 0
    outputs: int = 0
    without_output: int = 0
    unreadable: int = 0
    messages: list[str] = []
    inputs: list[FileRecord] = []
    files: list[FileRecord] = []


class ShardCleaner:
    """Cleans shards, one after the other, into a folder."""

    def __init__(self, cleaner: Cleaner, options: Options, stage: Path, named: bool = True) -> None:
        """Prepare.

        Args:
            cleaner: cleans one document.
            options: how documents are read.
            stage: folder below which the files of a shard are written, in a folder named by its number.
            named: whether records name the output file that their result is in.
        """
        self.cleaner, self.options, self.stage, self.named = cleaner, options, stage, named

    def __call__(self, work: Work, beat: Beat, passed: Passed) -> Done:
        """Clean a shard; what an earlier attempt left of it is overwritten.

        Raises:
            OSError: an output cannot be written.
        """
        return _Shard(self, work, beat, passed)()


def stage_of(stage: Path, work: Work) -> Path:
    """The folder in which the files of a shard are written."""
    return stage / f"{work.number:05}"


class _Shard:
    def __init__(self, owner: ShardCleaner, work: Work, beat: Beat, passed: Passed) -> None:
        self.cleaner, self.options = owner.cleaner, owner.options
        self.folder = stage_of(owner.stage, work)
        self.work, self.beat, self.passed = work, beat, passed
        self.named = owner.named
        self.done = Done(Summary())
        self._clean_line = LineCleaner(self.cleaner, self.options)
        self._written: dict[str, None] = {}
        self._open: tuple[str, BinaryIO, Writer] | None = None  # the output that documents of several files share

    def __call__(self) -> Done:
        done = self.done
        audit_path = self._path(self.work.audit)
        records = self._records()
        try:
            with audit_path.open("wb", BUFFER) as audit_file:
                write, add, end = audit_file.write, done.summary.add, self.beat.end
                for record, has_output in records:
                    write(audit.encode(record) + b"\n")
                    add(record)
                    done.documents += 1
                    if has_output:
                        done.outputs += 1
                    else:
                        done.without_output += 1
                    if record.error is not None and len(done.messages) < MAX_MESSAGES:
                        done.messages.append(record.error)
                    end(record.status)
        except OSError:
            with suppress(OSError):
                records.close()  # the output that is open cannot be written either: one error is enough
            raise
        done.files = [_file_record(self.folder, name) for name in [*self._written, self.work.audit]]
        return done

    def _records(self) -> Generator[tuple[Record, bool], None, None]:
        """All records of the shard, each with whether there is an output for it, which then is written."""
        for problem in self.work.problems:
            self.done.unreadable += 1
            yield audit.error_record(problem.id, None, problem.message), False
        for piece in self.work.pieces:
            yield from self._piece(piece)
            found = _input_record(piece)
            if found is not None:
                self.done.inputs.append(found)
        self._close_shared()

    def _path(self, name: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def _piece(self, piece: Piece) -> Iterator[tuple[Record, bool]]:
        source = piece.source
        try:
            stream = open_source(source)
        except CleanerError as error:
            self.done.unreadable += 1
            yield audit.error_record(source.id, None, f"{source.name}: {error}"), False
            return
        with stream:
            if source.kind.format.name == "jsonl" and source.target.format.name == "jsonl":
                yield from self._lines(piece, stream)
            else:
                yield from self._items(piece, stream)

    def _lines(self, piece: Piece, stream: BinaryIO) -> Iterator[tuple[Record, bool]]:
        """JSONL that stays JSONL. The hot path: nothing here but read, clean, write."""
        source = piece.source
        clean, passed, replace = self._clean_line, self.passed, msgspec.structs.replace
        begin, read = self.beat.begin, self.beat.read
        prefix, place = source.name + ":", self._place(piece)
        with self._output(piece) as out:
            write = out.write
            first = self.done.documents
            try:
                for number, line in numbered_lines(stream, piece.part):
                    at = self.done.documents
                    begin(at)
                    if at in passed:
                        cleaned, record = clean.passed_over(line, f"{prefix}{number}", passed[at])
                    else:
                        cleaned, record = clean(line, prefix, number)
                    write(cleaned)
                    read(len(line))
                    yield replace(record, meta={**record.meta, **place}), True
            except ReadError as error:
                message = f"{source.name}: {error}"
                if self.done.documents == first:
                    self.done.unreadable += 1
                write(_ENCODE({"id": source.id, self.options.fields.text: None, "error": message}) + b"\n")
                yield replace(audit.error_record(source.id, None, message), meta=place), True

    def _items(self, piece: Piece, stream: BinaryIO) -> Iterator[tuple[Record, bool]]:
        source = piece.source
        kind = source.kind.format
        place = self._place(piece)
        first = self.done.documents
        writer: Writer | None = None
        out: BinaryIO | None = None
        sound = False
        try:
            reader = kind.reader(stream, source.name, self.options.fields, piece.part)
            for item in reader:
                if kind.document:
                    item.id = source.id
                result, record = self._clean(item)
                if result.text is None and source.target.format.name == "text":
                    yield record, False
                    continue
                if writer is None:
                    out, writer = self._writer(piece, reader.layout)
                writer.write(item, result)
                yield msgspec.structs.replace(record, meta={**record.meta, **place}), True
            sound = True
        except (ReadError, CleanerError) as error:
            message = str(error) if str(error).startswith(source.name) else f"{source.name}: {error}"
            if self.done.documents == first:
                self.done.unreadable += 1
            yield audit.error_record(source.id, None, message), False
        if sound and writer is None and not kind.document and not source.target.format.document:
            out, writer = self._writer(piece, reader.layout)  # an input without documents gives an output without
        if out is not None and writer is not None and self._open is None:
            writer.close()
            out.close()
        self.beat.read(piece.size)

    def _place(self, piece: Piece) -> dict[str, str]:
        return {"output": readable(piece.output)} if self.named else {}

    def _clean(self, item: Item) -> tuple[Result, Record]:
        """The result and the record of one document, whatever it holds."""
        at = self.done.documents
        self.beat.begin(at)
        if at in self.passed:
            failure = self.passed[at]
            return self._failure(item, failure.message, failure.status)
        if item.error is not None:
            return self._failure(item, item.error)
        try:
            cleaned = clean_item(self.cleaner, item, self.options)
        except CleanerError as error:
            return self._failure(item, str(error))
        result = Result(cleaned.text, cleaned.status, title=cleaned.meta.get("title"))
        return result, audit.record(cleaned, item.id, item.url)

    def _failure(self, item: Item, message: str, status: str = "error") -> tuple[Result, Record]:
        record = self._failed(item, message, item.ref, status)
        return Result(None, status, record.error), record

    def _failed(self, item: Item, message: str, ref: Any, status: str = "error") -> Record:
        text = message if message.startswith(item.where) else f"{item.where}: {message}"
        record = audit.error_record(item.id, item.url, text, status)
        return msgspec.structs.replace(record, meta=dict(ref)) if ref else record

    def _output(self, piece: Piece) -> BinaryIO:
        self._written[piece.output] = None
        stream: BinaryIO = self._path(piece.output).open("wb", BUFFER)
        codec = piece.source.target.compression
        return compressing(stream, codec, owns=True) if codec else stream

    def _writer(self, piece: Piece, layout: object) -> tuple[BinaryIO, Writer]:
        """The writer for a piece: its own, or the one that documents of several files share."""
        source, fields = piece.source, self.options.fields
        together = source.kind.format.document and not source.target.format.document
        if self._open is not None:
            name, stream, writer = self._open
            if together and name == piece.output:
                return stream, writer
            self._close_shared()
        out = self._output(piece)
        same = source.kind.format.name == source.target.format.name
        writer = source.target.format.writer(out, fields, layout if same else None, self.options.keep_html)
        if together:
            self._open = (piece.output, out, writer)
        return out, writer

    def _close_shared(self) -> None:
        if self._open is not None:
            _, stream, writer = self._open
            self._open = None
            writer.close()
            stream.close()


def clean_item(cleaner: Cleaner, item: Item, options: Options) -> Cleaned:
    """Clean one document, with the facts of its input in ``meta``.

    Raises:
        CleanerError: it cannot be cleaned.
    """
    cleaned = clean_fields(
        cleaner,
        text=item.text,
        html=item.html,
        url=item.url,
        date=item.date,
        site=options.site,
        charset=item.charset,
        names=options.fields,
        detail=options.detail,
    )
    return with_facts(cleaned, {**item.meta, **item.ref})


def with_facts(cleaned: Cleaned, facts: dict[str, str]) -> Cleaned:
    """A result with facts of its input in ``meta``; bytes that could not be decoded are flagged."""
    if not facts:
        return cleaned
    if "undecodable" in facts and "undecodable-bytes" not in cleaned.flags:
        cleaned = msgspec.structs.replace(cleaned, status="flagged", flags=(*cleaned.flags, "undecodable-bytes"))
    return msgspec.structs.replace(cleaned, meta={**cleaned.meta, **facts})


def _input_record(piece: Piece) -> FileRecord | None:
    path = piece.source.path if is_local(piece.source) else None
    if path is None:
        return None
    start, stop = piece.part.span if piece.part is not None else (0, None)
    try:
        size, digest = _digest(path, start, stop)
    except OSError:
        return None  # it could not be read: the audit says so
    return FileRecord(piece.source.name, size, digest, start)


def _file_record(folder: Path, name: str) -> FileRecord:
    size, digest = _digest(folder / name)
    return FileRecord(readable(name), size, digest)


def _digest(path: Path, start: int = 0, stop: int | None = None) -> tuple[int, str]:
    digest = hashlib.sha256()
    size = 0
    with path.open("rb", 0) as stream:
        stream.seek(start)
        left = -1 if stop is None else stop - start
        while left and (block := stream.read(BUFFER if left < 0 else min(BUFFER, left))):
            digest.update(block)
            size += len(block)
            left = left - len(block) if left > 0 else left
    return size, digest.hexdigest()

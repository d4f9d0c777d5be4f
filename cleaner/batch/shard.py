"""One shard, inside a worker: read its pieces, clean every document, write results and audit, count."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import msgspec

from cleaner import audit
from cleaner.aside import sync_files
from cleaner.audit import Record, Summary
from cleaner.batch.compress import BUFFER
from cleaner.batch.digest import FileRecord, digest_of
from cleaner.batch.document import DocumentCleaner, Options
from cleaner.batch.failures import Failed, count_failure
from cleaner.batch.formats.base import Item, Reader, ReadError, Result, Writer
from cleaner.batch.formats.rows import Identity
from cleaner.batch.names import readable
from cleaner.batch.outputs import OutputFiles
from cleaner.batch.plan import Portion, Work
from cleaner.batch.pool import Beat, Passed
from cleaner.batch.sources import change_of, is_local, open_source
from cleaner.core import Cleaner
from cleaner.model import CleanerError


class Done(msgspec.Struct):
    """What a shard did, as it is kept in markers and in the manifest. ``documents == outputs + without_output``.

    ``number`` is that of the shard; ``unreadable`` counts inputs of which nothing could be read, ``passed_over``
    records that are no documents (those of a WARC that hold no page), ``failures`` is what went wrong, by kind.
    """

    number: int
    documents: int = 0
    outputs: int = 0
    without_output: int = 0
    unreadable: int = 0
    passed_over: int = 0
    inputs: list[FileRecord] = []
    files: list[FileRecord] = []
    failures: dict[str, Failed] = {}
    summary: Summary = msgspec.field(default_factory=Summary)


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
        self.options = owner.options
        self.folder = stage_of(owner.stage, work)
        self.work, self.beat, self.passed = work, beat, passed
        self.named = owner.named
        self.picked = None if work.picked is None else frozenset(work.picked)
        self._seen = 0
        self.done = Done(work.number)
        self._name = ""  # of the input at hand
        self._clean = DocumentCleaner(owner.cleaner, owner.options)
        self._files = OutputFiles(self._opened, owner.options.fields, keep_pages=owner.options.keep_html)

    def __call__(self) -> Done:
        done = self.done
        try:
            with self._opened(self.work.audit) as audit_file:
                write, add, end = audit_file.write, done.summary.add, self.beat.end
                for record, has_output in self._records():
                    write(audit.encode(record) + b"\n")
                    add(record)
                    done.documents += 1
                    if has_output:
                        done.outputs += 1
                    else:
                        done.without_output += 1
                    if record.error is not None:
                        count_failure(done.failures, record.error, self._name)
                    end(record.status)
        except OSError:
            with suppress(OSError):
                self._files.close()  # the output that is open cannot be written either: one error is enough
            raise
        sync_files([self.folder / name for name in [*self._files.names, self.work.audit]])
        done.files = [_file_record(self.folder, name) for name in [*self._files.names, self.work.audit]]
        return done

    def _records(self) -> Iterator[tuple[Record, bool]]:
        """All records of the shard, each with whether there is an output for it, which then is written."""
        for problem in self.work.problems:
            self.done.unreadable += 1
            yield audit.error_record(problem.id, None, problem.message), False
        for piece in self.work.pieces:
            if not self._all_seen():
                self._name = piece.source.name
                yield from self._piece(piece)
        self._files.close()

    def _opened(self, name: str) -> BinaryIO:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("wb", BUFFER)

    def _piece(self, piece: Portion) -> Iterator[tuple[Record, bool]]:
        source = piece.source
        try:
            stream = open_source(source)
        except CleanerError as error:
            self.done.unreadable += 1
            yield audit.error_record(source.id, None, f"{source.name}: {error}"), False
            return
        with stream:
            yield from self._documents(piece, stream)

    def _documents(self, piece: Portion, stream: BinaryIO) -> Iterator[tuple[Record, bool]]:
        """The hot path: read, clean, write."""
        source, kind, only_texts = piece.source, piece.source.kind.format, piece.source.target.format.document
        done, passed, clean = self.done, self.passed, self._clean
        begin, told, replace = self.beat.begin, self.beat.read, msgspec.structs.replace
        place, first, left = self._place(piece), done.documents, piece.size
        reader: Reader | None = None
        writer: Writer | None = None
        problem: str | None = None
        try:
            reader = kind.reader(stream, source.name, self.options.fields, piece.part)
            for item in self._wanted(reader):
                at = done.documents
                begin(at)
                if kind.document:
                    item.id = source.id
                result, record = clean(item, passed.get(at))
                size = min(left, item.size)
                left -= size
                told(size)
                if result.text is None and only_texts:
                    yield record, False
                    continue
                if writer is None:
                    writer = self._writer(piece, reader)
                writer.write(item, result)
                yield replace(record, meta={**record.meta, **place}), True
        except (ReadError, CleanerError) as error:
            problem = str(error) if str(error).startswith(source.name) else f"{source.name}: {error}"
            if done.documents == first:
                done.unreadable += 1
        told(left)
        done.passed_over += reader.passed_over if reader is not None else 0
        found = _input_record(piece) if self.picked is None else None
        if found is not None:
            done.inputs.append(found)
        if problem is None and (change := change_of(source, piece.stamp)):
            problem = f"{source.name}: {change}"
        if problem is not None:
            yield self._unreadable(piece, problem)
        elif writer is None and not kind.document and not only_texts and self.picked is None:
            self._writer(piece, reader)  # an input without documents gives an output without

    def _wanted(self, reader: Reader) -> Iterable[Item]:
        """The documents of a reader that are wanted; what follows the last one is not read."""
        return reader if self.picked is None else self._picked_of(reader, self.picked)

    def _picked_of(self, reader: Reader, picked: frozenset[int]) -> Iterator[Item]:
        for item in reader:
            self._seen += 1
            if self._seen - 1 in picked:
                yield item
                if self._all_seen():
                    return

    def _all_seen(self) -> bool:
        last = self.work.picked[-1] if self.work.picked else -1
        return self.picked is not None and self._seen > last

    def _unreadable(self, piece: Portion, message: str) -> tuple[Record, bool]:
        """The record of an input that cannot be read (on), and a line of the output where that has room for it."""
        source = piece.source
        record = audit.error_record(source.id, None, message)
        if not source.piped:
            return record, False
        item = Item(source.name, source.id, error=message, row=Identity(self.options.fields.id or "id", source.id))
        self._writer(piece, None).write(item, Result(None, record.status, message))
        return msgspec.structs.replace(record, meta=self._place(piece)), True

    def _place(self, piece: Portion) -> dict[str, str]:
        return {"output": readable(piece.output)} if self.named else {}

    def _writer(self, piece: Portion, reader: Reader | None) -> Writer:
        source = piece.source
        same = reader is not None and source.kind.format.name == source.target.format.name
        return self._files.writer(piece.output, source.target, reader.layout if reader is not None and same else None)


def _input_record(piece: Portion) -> FileRecord | None:
    path = piece.source.path if is_local(piece.source) else None
    if path is None:
        return None
    start, stop = piece.part.span if piece.part is not None else (0, None)
    try:
        size, digest = digest_of(path, start, stop)
    except OSError:
        return None  # it could not be read: the audit says so
    return FileRecord(piece.source.name, size, digest, start)


def _file_record(folder: Path, name: str) -> FileRecord:
    size, digest = digest_of(folder / name)
    return FileRecord(readable(name), size, digest)

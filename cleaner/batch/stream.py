"""JSONL through a pipe: lines in, clean lines out in the same order, with the work in supervised processes."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import BinaryIO

import msgspec

from cleaner import audit
from cleaner.audit import Summary
from cleaner.batch.compress import BUFFER
from cleaner.batch.document import DocumentCleaner, Options
from cleaner.batch.failures import Failed, count_failure
from cleaner.batch.field_check import RefusedError, checked
from cleaner.batch.formats.base import Item, ReadError, Result
from cleaner.batch.formats.jsonl import JsonlReader, JsonlWriter
from cleaner.batch.formats.rows import Identity
from cleaner.batch.lines import numbered_lines
from cleaner.batch.pool import Beat, Passed, Pool
from cleaner.batch.sources import InputFile, Problem, change_of, open_source, stamp_of
from cleaner.core import Cleaner
from cleaner.fields import Fields
from cleaner.model import CleanerError

#: Bytes of lines that go to a worker at once: enough to forget the cost of the way, little enough to keep moving.
CHUNK = BUFFER // 2


class Chunk(msgspec.Struct, frozen=True):
    """Lines of one source, with their numbers; and what went wrong with the source, ``whole`` if nothing came of it."""

    name: str
    lines: list[tuple[int, bytes]]
    problem: Problem | None = None
    whole: bool = True


class CleanChunk(msgspec.Struct):
    """The output of a chunk: lines, audit lines, counts."""

    out: bytes
    audit: bytes
    summary: Summary
    failures: dict[str, Failed]
    unreadable: int = 0


class ChunkCleaner:
    """Cleans chunks, inside a worker."""

    def __init__(self, cleaner: Cleaner, options: Options, with_audit: bool) -> None:
        self._clean = DocumentCleaner(cleaner, options)
        self._options = options
        self._with_audit = with_audit
        self._reader: tuple[str, JsonlReader] | None = None

    def __call__(self, chunk: Chunk, beat: Beat, passed: Passed) -> CleanChunk:
        """Clean the lines of a chunk."""
        out = io.BytesIO()
        found = CleanChunk(b"", b"", Summary(), {})
        records = []
        fields = self._options.fields
        writer = JsonlWriter(out, fields, self._options.keep_html)
        clean, begin, end, read = self._clean, beat.begin, beat.end, self._reading(chunk.name)
        for at, (number, line) in enumerate(chunk.lines):
            begin(at)
            item = read(number, line)
            result, record = clean(item, passed.get(at))
            writer.write(item, result)
            records.append(record)
            end(record.status)
        if chunk.problem is not None:
            id, message = chunk.problem.id, chunk.problem.message
            found.unreadable = int(chunk.whole)
            item = Item(chunk.name, id, row=Identity(fields.id or "id", id))
            writer.write(item, Result(None, "error", message))
            records.append(audit.error_record(id, None, message))
        for record in records:
            found.summary.add(record)
            if record.error is not None:
                count_failure(found.failures, record.error, chunk.name)
        found.out = out.getvalue()
        if self._with_audit:
            found.audit = b"".join(audit.encode(record) + b"\n" for record in records)
        return found

    def _reading(self, name: str) -> Callable[[int, bytes], Item]:
        if self._reader is None or self._reader[0] != name:
            self._reader = name, JsonlReader(io.BytesIO(), name, self._options.fields)
        return self._reader[1].item


def clean_stream(
    sources: Iterable[InputFile],
    problems: Iterable[Problem],
    pool: Pool,
    out: BinaryIO,
    audit_file: BinaryIO | None,
    *,
    fields: Fields,
    report: Callable[[str], None],
    line_buffered: bool = False,
    limit: int = 0,
) -> Iterator[CleanChunk]:
    """Clean JSONL sources one after the other into one stream; gives back the counts of each chunk as it is written.

    Args:
        sources: where the lines come from.
        problems: inputs that cannot be read; they give a line each, before all others.
        pool: workers with a ``ChunkCleaner``.
        out: where clean lines go.
        audit_file: where audit lines go.
        fields: the fields in use.
        report: told which of the fields that were named are not there.
        line_buffered: hand on every record at once.
        limit: only so many records; 0: all.

    Raises:
        CleanerError: the first records of a stream have no text, or it is no JSONL.
        OSError: the output cannot be written; ``BrokenPipeError`` when nobody reads it any more. The audit then covers
            all lines that went out.
    """
    chunks = _chunks(sources, problems, 1 if line_buffered else CHUNK, fields, report, limit)
    for _, cleaned in pool.results(chunks, ahead=not line_buffered):
        if audit_file is not None:
            audit_file.write(cleaned.audit)
            if line_buffered:
                audit_file.flush()
        out.write(cleaned.out)
        out.flush()
        yield cleaned


def _item(reader: JsonlReader, line: tuple[int, bytes]) -> Item:
    return reader.item(*line)


def _chunks(
    sources: Iterable[InputFile],
    problems: Iterable[Problem],
    most: int,
    fields: Fields,
    report: Callable[[str], None],
    limit: int,
) -> Iterator[Chunk]:
    left = limit or sys.maxsize
    for problem in problems:
        yield Chunk("", [], problem)
    for source in sources:
        lines: list[tuple[int, bytes]] = []
        size = 0
        nothing = True
        before = stamp_of(source)
        try:
            with open_source(source) as stream:
                reader = JsonlReader(io.BytesIO(), source.name, fields)
                found = checked(numbered_lines(stream), source, fields, report, partial(_item, reader))
                for number, line in found:
                    nothing = False
                    lines.append((number, line))
                    size += len(line)
                    left -= 1
                    if size >= most or not left:
                        yield Chunk(source.name, lines)
                        lines, size = [], 0
                    if not left:
                        return  # what follows is not read
        except RefusedError:
            raise
        except (ReadError, CleanerError) as error:
            yield Chunk(source.name, lines, Problem(source.id, f"{source.name}: {error}"), nothing)
            continue
        change = change_of(source, before)
        if change is not None:
            yield Chunk(source.name, lines, Problem(source.id, f"{source.name}: {change}"), whole=False)
        elif lines:
            yield Chunk(source.name, lines)

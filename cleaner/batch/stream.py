"""JSONL through a pipe: lines in, clean lines out in the same order, with the work in supervised processes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import BinaryIO

import msgspec

from cleaner import audit
from cleaner.audit import Summary
from cleaner.batch.compress import BUFFER
from cleaner.batch.formats.base import ReadError
from cleaner.batch.jsonl import LineCleaner, Options
from cleaner.batch.lines import numbered_lines
from cleaner.batch.pool import Beat, Passed, Pool
from cleaner.batch.sources import Problem, Source, open_source
from cleaner.core import Cleaner
from cleaner.model import CleanerError

#: Bytes of lines that go to a worker at once: enough to forget the cost of the way, little enough to keep moving.
CHUNK = BUFFER // 2
_ENCODE = msgspec.json.Encoder().encode


class Chunk(msgspec.Struct, frozen=True):
    """Lines of one source, with their numbers; and what went wrong with the source, ``whole`` if nothing came of it."""

    prefix: str
    lines: list[tuple[int, bytes]]
    problem: Problem | None = None
    whole: bool = True


class Cleaned(msgspec.Struct):
    """The output of a chunk: lines, audit lines, counts."""

    out: bytes
    audit: bytes
    summary: Summary
    messages: list[str]
    unreadable: int = 0


class ChunkCleaner:
    """Cleans chunks, inside a worker."""

    def __init__(self, cleaner: Cleaner, options: Options, with_audit: bool) -> None:
        self._clean = LineCleaner(cleaner, options)
        self._text = options.fields.text
        self._with_audit = with_audit

    def __call__(self, chunk: Chunk, beat: Beat, passed: Passed) -> Cleaned:
        """Clean the lines of a chunk."""
        outs: list[bytes] = []
        audits: list[bytes] = []
        found = Cleaned(b"", b"", Summary(), [])
        records = []
        clean, begin, end, add = self._clean, beat.begin, beat.end, found.summary.add
        for at, (number, line) in enumerate(chunk.lines):
            begin(at)
            if at in passed:
                out, record = clean.passed_over(line, f"{chunk.prefix}{number}", passed[at])
            else:
                out, record = clean(line, chunk.prefix, number)
            outs.append(out)
            records.append(record)
            end(record.status)
        if chunk.problem is not None:
            problem = chunk.problem
            found.unreadable = int(chunk.whole)
            outs.append(_ENCODE({"id": problem.id, self._text: None, "error": problem.message}) + b"\n")
            records.append(audit.error_record(problem.id, None, problem.message))
        for record in records:
            add(record)
            if record.error is not None:
                found.messages.append(record.error)
            if self._with_audit:
                audits.append(audit.encode(record) + b"\n")
        found.out, found.audit = b"".join(outs), b"".join(audits)
        return found


def clean_stream(
    sources: Iterable[Source],
    problems: Iterable[Problem],
    pool: Pool,
    out: BinaryIO,
    audit_file: BinaryIO | None,
    *,
    line_buffered: bool = False,
) -> Iterator[Cleaned]:
    """Clean JSONL sources one after the other into one stream; gives back the counts of each chunk as it is written.

    Args:
        sources: where the lines come from.
        problems: inputs that cannot be read; they give a line each, before all others.
        pool: workers with a ``ChunkCleaner``.
        out: where clean lines go.
        audit_file: where audit lines go.
        line_buffered: hand on every record at once.

    Raises:
        OSError: the output cannot be written; ``BrokenPipeError`` when nobody reads it any more. The audit then covers
            all lines that went out.
    """
    chunks = _chunks(sources, problems, 1 if line_buffered else CHUNK)
    for _, cleaned in pool.results(chunks, ahead=not line_buffered):
        if audit_file is not None:
            audit_file.write(cleaned.audit)
            if line_buffered:
                audit_file.flush()
        out.write(cleaned.out)
        out.flush()
        yield cleaned


def _chunks(sources: Iterable[Source], problems: Iterable[Problem], most: int) -> Iterator[Chunk]:
    for problem in problems:
        yield Chunk("", [], problem)
    for source in sources:
        prefix = source.name + ":"
        lines: list[tuple[int, bytes]] = []
        size = 0
        nothing = True
        try:
            with open_source(source) as stream:
                for number, line in numbered_lines(stream):
                    nothing = False
                    lines.append((number, line))
                    size += len(line)
                    if size >= most:
                        yield Chunk(prefix, lines)
                        lines, size = [], 0
        except (ReadError, CleanerError) as error:
            yield Chunk(prefix, lines, Problem(source.id, f"{source.name}: {error}"), nothing)
            continue
        if lines:
            yield Chunk(prefix, lines)

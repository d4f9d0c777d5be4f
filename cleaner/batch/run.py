"""The single-process run: every input gives one output and one audit record, and the counts agree at the end."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import msgspec

from cleaner import audit
from cleaner.audit import Record, Summary
from cleaner.batch.jsonl import LineCleaner, Options
from cleaner.batch.sinks import AUDIT_NAME, FileSink, FolderSink, Sink, StdoutSink
from cleaner.batch.sources import Found, Problem, Source, decode_text, lines_of, open_source, readable
from cleaner.core import Cleaner
from cleaner.model import Cleaned, CleanerError

_ENCODE = msgspec.json.Encoder().encode
_TICK = 0xFF  # progress is looked at once in so many records


class Totals(msgspec.Struct):
    """What a run did. ``documents == outputs + without_output`` and ``documents == audited`` always hold."""

    summary: Summary
    inputs: int = 0
    unreadable: int = 0
    passed_over: int = 0
    documents: int = 0
    outputs: int = 0
    without_output: int = 0
    audited: int = 0
    seconds: float = 0.0

    @property
    def failed(self) -> int:
        """Documents with an error record."""
        return self.summary.statuses["error"] + self.summary.statuses["timeout"]

    @property
    def exit_status(self) -> int:
        """0: all well. 1: some records failed. 2: nothing could run."""
        if self.inputs and self.unreadable == self.inputs:
            return 2
        return 1 if self.failed else 0


class ReadError(Exception):
    """An input stopped being readable."""


def check_plan(found: Found, out: Path | None, audit_file: Path | None) -> None:
    """Refuse a run whose outputs would meet each other or an input.

    Raises:
        CleanerError: which files, and what to do.
    """
    inputs = {source.path.resolve(): source.name for source in found.sources if source.path is not None}
    targets: dict[Path, str] = {}
    if audit_file is not None or out is not None:
        targets[(audit_file or Path(out or "") / AUDIT_NAME).resolve()] = "the audit"
    if out is None:
        kinds = [source.kind for source in found.sources]
        if len(kinds) > 1 and set(kinds) != {"jsonl"}:
            raise CleanerError(f"{len(kinds)} files need a folder for their results: add -o DIR")
    else:
        for source in found.sources:
            target = (out / source.output).resolve()
            if target in targets:
                raise CleanerError(
                    f"{targets[target]} and {source.name} would both be written to {readable(target)}; "
                    "clean them into separate folders"
                )
            targets[target] = source.name
    for target, name in targets.items():
        if target in inputs:
            raise CleanerError(f"{readable(target)}: {name} would be written over an input; choose another place")


class Run:
    """One run: the sources, the sinks, and what was counted on the way."""

    def __init__(
        self,
        cleaner: Cleaner,
        options: Options,
        sink: Sink,
        audit_sink: FileSink | None = None,
        *,
        line_buffered: bool = False,
        report: Callable[[str], None] = lambda message: None,
        progress: Callable[[Totals], None] = lambda totals: None,
    ) -> None:
        """Set up a run.

        Args:
            cleaner: cleans one document.
            options: how records are read.
            sink: where results go.
            audit_sink: where audit records go; a folder of results otherwise holds them as ``audit.jsonl``.
            line_buffered: hand on every record at once.
            report: told the message of each failure.
            progress: told the totals every now and then.
        """
        self.cleaner, self.options, self.sink = cleaner, options, sink
        self.totals = Totals(Summary())
        self._audit_sink = audit_sink
        self._line_buffered = line_buffered
        self._report, self._progress = report, progress
        self._audit: BinaryIO | None = None
        self._folder = sink if isinstance(sink, FolderSink) else None
        self._started = time.monotonic()

    def __call__(self, found: Found) -> Totals:
        """Clean everything, then put outputs and audit in place.

        Raises:
            CleanerError: an output or the audit cannot be written; then no output is left in half.
            BrokenPipeError: who reads the output has seen enough; the audit of what went out is in place.
        """
        totals = self.totals
        totals.inputs = len(found.sources) + len(found.problems)
        totals.passed_over = found.passed_over
        try:
            self._open_audit()
            kinds = {source.kind for source in found.sources}
            as_lines = self._folder is None and kinds == {"jsonl"}
            for problem in found.problems:
                self._unreadable(problem, self.sink.open(Path()) if as_lines else None)
            for source in found.sources:
                self._source(source)
            self._commit()
        except BrokenPipeError:
            with suppress(OSError, CleanerError):
                if self._audit_sink is not None:
                    self._audit_sink.commit()
            raise
        except OSError as error:
            self._discard()
            place = f"{error.filename}: " if error.filename else ""
            raise CleanerError(f"{place}cannot write the output: {error.strerror or error}") from None
        except BaseException:
            self._discard()
            raise
        totals.seconds = time.monotonic() - self._started
        return totals

    def _open_audit(self) -> None:
        if self._audit_sink is not None:
            self._audit = self._audit_sink.open()
        elif self._folder is not None:
            self._audit = self._folder.open(Path(AUDIT_NAME))

    def _commit(self) -> None:
        if self._audit is not None:
            self._audit.flush()
            if self._folder is not None and self._audit_sink is None:
                self._audit.close()
        self.sink.commit()
        if self._audit_sink is not None:
            self._audit_sink.commit()

    def _discard(self) -> None:
        if self._audit_sink is not None:
            self._audit_sink.discard()
        elif self._audit is not None:
            with suppress(OSError):
                self._audit.close()
        self.sink.discard()

    def _count(self, record: Record, has_output: bool = True) -> None:
        totals = self.totals
        totals.documents += 1
        if has_output:
            totals.outputs += 1
        else:
            totals.without_output += 1
        if self._audit is not None:
            self._audit.write(audit.encode(record) + b"\n")
            if self._line_buffered:
                self._audit.flush()
        totals.audited += 1
        totals.summary.add(record)
        if record.error is not None:
            self._report(record.error)
        if not totals.documents & _TICK:
            self._progress(totals)

    def _unreadable(self, problem: Problem, lines: BinaryIO | None = None) -> None:
        """An input that gives no document: a message, an error record, and an output line where lines go out."""
        self.totals.unreadable += 1
        self._failed(problem.id, problem.message, lines)

    def _failed(self, id: str, message: str, lines: BinaryIO | None) -> None:
        if lines is not None:
            lines.write(_ENCODE({"id": id, self.options.fields.text: None, "error": message}) + b"\n")
        self._count(audit.error_record(id, None, message), lines is not None)

    def _source(self, source: Source) -> None:
        refusal = self._folder.refusal(source.output) if self._folder is not None else None
        if refusal is not None:
            self._unreadable(Problem(source.id, refusal))
            return
        if source.kind == "jsonl":
            self._lines(source)
        else:
            self._document(source)

    def _lines(self, source: Source) -> None:
        """The hot path: nothing here but read, clean, write."""
        try:
            stream = open_source(source)
        except OSError as error:
            lines = self.sink.open(source.output) if self._folder is None else None
            self._unreadable(Problem(source.id, f"{source.name}: cannot read: {error.strerror}"), lines)
            return
        clean, prefix = LineCleaner(self.cleaner, self.options), source.name + ":"
        place = {"output": readable(source.output.as_posix())} if self._folder is not None else None
        out = self.sink.open(source.output)
        write, count, replace = out.write, self._count, msgspec.structs.replace
        try:
            with stream:
                for number, line in _readable_lines(stream):
                    cleaned, record = clean(line, prefix, number)
                    write(cleaned)
                    if self._line_buffered:
                        out.flush()
                    if place is not None:
                        record = replace(record, meta={**record.meta, **place})
                    count(record)
        except ReadError as error:
            self._failed(source.id, f"{source.name}: cannot read on: {error}", out)
        finally:
            self.sink.close(out)

    def _document(self, source: Source) -> None:
        """A text or page, which is a file of its own."""
        try:
            with open_source(source) as stream:
                data = stream.read()
        except OSError as error:
            self._unreadable(Problem(source.id, f"{source.name}: cannot read: {error.strerror}"))
            return
        try:
            if not data:
                raise CleanerError("the file is empty")
            cleaned = clean_bytes(self.cleaner, data, source.kind, self.options.site)
        except CleanerError as error:
            self._failed(source.id, f"{source.name}: {error}", None)
            return
        except Exception as error:  # one document must not stop a run
            self._failed(source.id, f"{source.name}: failed: {type(error).__name__}: {error}", None)
            return
        out = self.sink.open(source.output)
        try:
            out.write(cleaned.text.encode())
        finally:
            self.sink.close(out)
        record = audit.record(cleaned, source.id)
        if self._folder is not None:
            record = msgspec.structs.replace(record, meta={**record.meta, "output": readable(source.output.as_posix())})
        self._count(record)


def clean_bytes(cleaner: Cleaner, data: bytes, kind: str, site: str | None = None) -> Cleaned:
    """Clean the bytes of a text or page file; how they were decoded goes to ``meta``."""
    if kind == "html":
        return cleaner.clean_html(data, site=site)
    decoded = decode_text(data)
    cleaned = cleaner.clean_text(decoded.text, site=site)
    if not decoded.meta:
        return cleaned
    if "undecodable" in decoded.meta:
        cleaned = msgspec.structs.replace(cleaned, status="flagged", flags=(*cleaned.flags, "undecodable-bytes"))
    return msgspec.structs.replace(cleaned, meta={**cleaned.meta, **decoded.meta})


def _readable_lines(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """The lines of a stream, with a failure to read told apart from a failure to write."""
    try:
        yield from lines_of(stream)
    except OSError as error:
        raise ReadError(error.strerror or str(error)) from error


def sinks(out: Path | None, audit_file: Path | None) -> tuple[Sink, FileSink | None]:
    """The sinks for an output folder (or standard output) and an audit file.

    Raises:
        CleanerError: the folder cannot be written to.
    """
    sink: Sink = FolderSink(out) if out is not None else StdoutSink()
    return sink, FileSink(audit_file) if audit_file is not None else None

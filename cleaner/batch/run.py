"""A run: every input gives one output and one audit record, and the counts agree at the end."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import BinaryIO

import msgspec

from cleaner import __version__, audit
from cleaner.audit import Summary
from cleaner.batch.compress import BUFFER
from cleaner.batch.destination import together
from cleaner.batch.digest import FileRecord, digest_of
from cleaner.batch.document import Options
from cleaner.batch.failures import FailureReport
from cleaner.batch.field_check import check_fields
from cleaner.batch.folder import OutputFolder
from cleaner.batch.formats.base import ReadError
from cleaner.batch.manifest import RunFacts, inputs_of
from cleaner.batch.names import readable, real, refusal_of
from cleaner.batch.pick import pick
from cleaner.batch.plan import SHARD_BYTES, Plan, Work, check_outputs, fingerprint, is_stream, make_plan
from cleaner.batch.pool import Pool, Progress, WorkerLostError
from cleaner.batch.shard import Done, ShardCleaner, stage_of
from cleaner.batch.sinks import FileSink, OneResult
from cleaner.batch.sources import Found, Problem, open_stream
from cleaner.batch.store import local_path
from cleaner.batch.stream import ChunkCleaner, clean_stream
from cleaner.core import Cleaner
from cleaner.model import CleanerError
from cleaner.terminal import counted


class RunTotals(msgspec.Struct):
    """What a run did. ``documents == outputs + without_output`` and ``documents == audited`` always hold.

    ``passed_over`` counts files of other kinds, ``records_passed_over`` records that are no documents;
    ``before`` is how many documents an earlier run of the same plan had done; ``size`` is the input's bytes;
    ``failures`` tells what goes wrong.
    """

    summary: Summary
    inputs: int = 0
    unreadable: int = 0
    passed_over: int = 0
    records_passed_over: int = 0
    documents: int = 0
    outputs: int = 0
    without_output: int = 0
    audited: int = 0
    before: int = 0
    seconds: float = 0.0
    size: int = 0
    bytes: int = 0
    failures: FailureReport = msgspec.field(default_factory=lambda: FailureReport(lambda message: None))

    @property
    def failed(self) -> int:
        """Documents with an error record."""
        return self.summary.failed

    @property
    def exit_status(self) -> int:
        """0: all well. 1: some records failed. 2: nothing could run."""
        if self.inputs and self.unreadable == self.inputs:
            return 2
        return 1 if self.failed else 0

    def add(self, done: Done) -> None:
        """Count a shard."""
        self.summary.merge(done.summary)
        self.documents += done.documents
        self.audited += done.documents
        self.outputs += done.outputs
        self.without_output += done.without_output
        self.unreadable += done.unreadable
        self.records_passed_over += done.passed_over


class How(msgspec.Struct, frozen=True):
    """How a run goes; none of it changes a byte of a result.

    Attributes:
        jobs: worker processes.
        timeout: seconds a document may take, 0 for no limit.
        line_buffered: hand on every record at once.
        report: told the message of each failure.
        progress: told the totals, and what is in work, several times a second.
        log: told what goes on, for whoever wants to know.
        force: replace the files of a run of another plan in the output folder.
        engine: does the shards instead of local processes: from the shards to do and a cleaner of shards to pairs of a
            shard and what it did.
    """

    jobs: int = 1
    timeout: float = 0.0
    line_buffered: bool = False
    force: bool = False
    report: Callable[[str], None] = lambda message: None
    progress: Callable[[RunTotals, Progress], None] = lambda totals, progress: None
    log: Callable[[str], None] = lambda message: None
    engine: Callable[[list[Work], ShardCleaner], Iterator[tuple[Work, Done]]] | None = None


def run(
    found: Found,
    cleaner: Cleaner,
    options: Options,
    out: str | None = None,
    audit_file: Path | None = None,
    how: How | None = None,
    shard_bytes: int = SHARD_BYTES,
    file: Path | None = None,
) -> RunTotals:
    """Clean everything.

    Args:
        found: what the inputs hold.
        cleaner: cleans one document.
        options: how documents are read.
        out: folder for the results, a local path or a URL; ``None``: they go together, to ``file``.
        audit_file: file for the whole audit; a folder of results otherwise holds it.
        how: how the run goes.
        shard_bytes: bytes of input that make a shard.
        file: file for the results; ``None``: standard output.

    Raises:
        CleanerError: an output or the audit cannot be written, or would meet another file.
        BrokenPipeError: who reads the output has seen enough; the audit of what went out is in place.
    """
    how = how or How()
    started = time.monotonic()
    _warm(cleaner, found)
    totals = RunTotals(Summary(), len(found.sources) + len(found.problems), passed_over=found.passed_over)
    totals.failures = FailureReport(how.report)
    try:
        if out is not None:
            _to_folder(found, cleaner, options, out, audit_file, how, shard_bytes, totals)
        elif (is_stream(found.sources) and not options.sample) or not found.sources:
            _to_stream(found, cleaner, options, file, audit_file, how, totals)
        else:
            _to_one(found, cleaner, options, file, audit_file, how, shard_bytes, totals)
    except BrokenPipeError:
        raise
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        raise CleanerError(f"{place}cannot write the output: {error.strerror or error}") from None
    except WorkerLostError as error:
        raise CleanerError(str(error)) from None
    totals.failures.end()
    totals.seconds = time.monotonic() - started
    return totals


def _warm(cleaner: Cleaner, found: Found) -> None:
    """Build what every worker needs before they fork, so that they share it."""
    with suppress(CleanerError):
        cleaner.clean_text("")
    if any(source.kind.format.pages for source in found.sources):
        import_module("cleaner.html.page")


def _to_folder(
    found: Found,
    cleaner: Cleaner,
    options: Options,
    out: str,
    audit_file: Path | None,
    how: How,
    shard_bytes: int,
    totals: RunTotals,
) -> None:
    check_fields(found, options.fields, how.report)
    size = shard_bytes if options.sample or not options.limit else sys.maxsize
    plan = make_plan(found, size)
    check_outputs(plan, local_path(out), audit_file)
    folder = OutputFolder(out)
    try:
        ready = _spooled(_writable(found, folder), folder.stage)
        if any(source.stream for source in found.sources):
            check_fields(ready, options.fields, how.report)
        if ready != found:  # a plan reads large files from end to end
            plan = make_plan(ready, size)
        plan = pick(plan, options)
        packs = sorted(cleaner.hashes.items())
        plan_id = fingerprint(plan, [options, cleaner.options, shard_bytes], packs, __version__)
        done = set()
        facts = RunFacts(__version__, options, cleaner.options, shard_bytes, dict(packs), inputs_of(plan))
        for number, shard in folder.resume(plan_id, plan, facts, force=how.force):
            done.add(number)
            totals.add(shard)
        totals.before = totals.documents
        totals.size, totals.bytes = plan.size, sum(work.size for work in plan.works if work.number in done)
        left = [work for work in plan.works if work.number not in done]
        how.log(f"{len(plan.works):,} shards of {plan.size:,} bytes, {len(done):,} of them done before")
        for work, shard in _shards(left, ShardCleaner(cleaner, options, folder.stage), how, totals):
            folder.put(work, shard)
            totals.add(shard)
            totals.bytes += work.size
            files = ", ".join(file.name for file in shard.files)
            how.log(f"shard {work.number}: {counted(shard.documents, 'document')} into {files}")
            totals.failures.add(shard.failures)
        joined = _join_audit(folder, plan, audit_file) if audit_file is not None else None
        folder.finish(plan_id, facts, plan, totals.summary, joined)
    except BaseException:
        folder.abandon()
        raise


def _shards(
    left: list[Work], clean: ShardCleaner, how: How, totals: RunTotals, *, ordered: bool = False
) -> Iterator[tuple[Work, Done]]:
    """Do shards, as they get done, or in their order."""
    if how.engine is not None:
        yield from how.engine(left, clean)
        return
    with Pool(partial(_same, clean), min(how.jobs, len(left)) or 1, how.timeout) as pool:
        yield from pool.results(iter(left), ordered=ordered, tick=lambda: how.progress(totals, pool.progress()))


def _same(clean: ShardCleaner) -> ShardCleaner:
    """What a worker is set up with: it came with the fork, or was unpickled."""
    return clean


def _writable(found: Found, folder: OutputFolder) -> Found:
    """The inputs without those whose results cannot be put in the folder; these are told."""
    if folder.local is None:
        return found
    return _with_room(found, folder.local)


def _with_room(found: Found, folder: Path) -> Found:
    sources, problems = [], list(found.problems)
    for source in found.sources:
        refusal = refusal_of(folder, source.output)
        if refusal is None:
            sources.append(source)
        else:
            problems.append(Problem(source.id, refusal))
    return Found(sources, problems, found.passed_over)


def _spooled(found: Found, stage: Path) -> Found:
    """The inputs with streams copied to files, which can be read again should a worker die."""
    sources, problems = [], list(found.problems)
    for number, source in enumerate(found.sources):
        if source.stream:
            spool = stage / f"stream-{number}"
            try:
                digest = hashlib.sha256()
                with open_stream(source) as stream, spool.open("wb") as out:
                    while block := stream.read(BUFFER):
                        digest.update(block)
                        out.write(block)
                # A stream has no time of change: one made of its content tells whether it is the same again.
                changed = int.from_bytes(digest.digest()[:7], "big")
                os.utime(spool, ns=(changed, changed))
            except ReadError as error:
                problems.append(Problem(source.id, f"{source.name}: {error}"))
                continue
            source = msgspec.structs.replace(source, place=str(spool), stream=False)
        sources.append(source)
    return Found(sources, problems, found.passed_over)


def _join_audit(folder: OutputFolder, plan: Plan, audit_file: Path) -> FileRecord | None:
    """The audit of all shards in one file as well; what it is, if it lies in the folder."""
    if folder.local is not None and real(audit_file) == real(folder.local / plan.works[0].audit):
        return None
    sink = FileSink(audit_file)
    with sink.open() as joined:
        for work in plan.works:
            with folder.place.open(work.audit) as part:
                shutil.copyfileobj(part, joined, BUFFER)
        sink.commit()
    path = real(audit_file)
    if folder.local is None or real(folder.local) not in path.parents or not path.is_file():
        return None
    return FileRecord(readable(path.relative_to(real(folder.local)).as_posix()), *digest_of(path))


def _to_stream(
    found: Found,
    cleaner: Cleaner,
    options: Options,
    file: Path | None,
    audit_file: Path | None,
    how: How,
    totals: RunTotals,
) -> None:
    """JSONL to standard output or one file, record by record."""
    check_fields(found, options.fields, how.report)
    check_outputs(make_plan(found, sys.maxsize), None, audit_file, file)
    problems = found.problems if found.sources else []
    codec = found.sources[0].target.compression if file is not None and found.sources else None
    with OneResult(file if found.sources else None, audit_file, codec) as result:
        for problem in found.problems if not found.sources else ():
            _tell(problem, result.audit, totals, how)
        with Pool(partial(ChunkCleaner, cleaner, options, result.audit is not None), how.jobs, how.timeout) as pool:
            cleaned = clean_stream(
                found.sources,
                problems,
                pool,
                result.out,
                result.audit,
                fields=options.fields,
                report=how.report,
                line_buffered=how.line_buffered,
                limit=options.limit,
            )
            for chunk in cleaned:
                count = chunk.summary.documents
                totals.add(Done(0, count, count, unreadable=chunk.unreadable, summary=chunk.summary))
                totals.failures.add(chunk.failures)
                how.progress(totals, Progress())


def _tell(problem: Problem, audit_out: BinaryIO | None, totals: RunTotals, how: How) -> None:
    """An input that cannot be read, where nothing says that lines go out: a message and a record."""
    record = audit.error_record(problem.id, None, problem.message)
    done = Done(0, 1, 0, 1, 1)
    done.summary.add(record)
    totals.add(done)
    if audit_out is not None:
        audit_out.write(audit.encode(record) + b"\n")
    how.report(problem.message)


def _to_one(
    found: Found,
    cleaner: Cleaner,
    options: Options,
    file: Path | None,
    audit_file: Path | None,
    how: How,
    shard_bytes: int,
    totals: RunTotals,
) -> None:
    """Files of any other kind: what comes of them goes to standard output or one file, when each shard is whole."""
    with tempfile.TemporaryDirectory(prefix="cleaner-") as name:
        stage = Path(name)
        ready = _spooled(_with_room(found, stage), stage)
        check_fields(ready, options.fields, how.report)
        several = len(ready.sources) > 1 and (options.sample or not options.limit)
        plan = together(make_plan(ready, shard_bytes if several else sys.maxsize))
        check_outputs(plan, None, audit_file, file)
        plan = pick(plan, options)
        totals.size = plan.size
        with OneResult(file, audit_file) as result:
            clean = ShardCleaner(cleaner, options, stage, False)
            for work, done in _shards(plan.works, clean, how, totals, ordered=True):
                totals.add(done)
                totals.bytes += work.size
                totals.failures.add(done.failures)
                folder = stage_of(stage, work)
                result.append(folder, dict.fromkeys(piece.output for piece in work.pieces), work.audit)
                shutil.rmtree(folder, ignore_errors=True)
            if not totals.outputs and totals.without_output:
                result.leave_out()  # nothing came of it, and an empty file would say that something did

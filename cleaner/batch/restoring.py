"""Back from clean texts to raw ones, and the check that this is possible."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from cleaner import audit
from cleaner.audit import FAILED
from cleaner.batch.compress import codec_of
from cleaner.batch.formats.base import Item, Result, Writer
from cleaner.batch.formats.registry import FORMATS, Kind, kind_of
from cleaner.batch.names import real
from cleaner.batch.outputs import OutputFiles
from cleaner.batch.pairs import CheckedPair, fields_of, pairs
from cleaner.batch.sinks import FileSink, FolderSink, StdoutSink
from cleaner.model import CleanerError


class Checked(msgspec.Struct):
    """How many documents were looked at, how many had nothing to check because they failed, and how many problems.

    ``note`` says what could not be checked.
    """

    documents: int = 0
    failed: int = 0
    problems: int = 0
    note: str = ""


def restore_all(
    clean: Path, audit_files: Sequence[Path], out: Path | None, text_field: str, report: Callable[[str], None]
) -> Checked:
    """Restore a file or an output folder; what is restored has the format of the clean files.

    Args:
        clean: what the cleaner wrote.
        audit_files: the audit of that run.
        out: file or folder for the raw texts; ``None`` for standard output.
        text_field: the field or column with the text.
        report: told every document that cannot be restored.

    Raises:
        CleanerError: something cannot be read or written.
    """
    folder = clean.is_dir()
    _check_places(clean, out)
    sink: FolderSink | FileSink | StdoutSink
    sink = StdoutSink() if out is None else FolderSink(out) if folder else FileSink(out)
    files = OutputFiles(lambda name: sink.open(Path(name)), fields_of(text_field), keep_pages=True, owns=folder)
    checked = Checked()

    def writer(pair: CheckedPair | None) -> Writer:
        name = (pair.output if pair is not None else None) or clean.name
        kind = _kind(name)
        codec = kind.compression if folder else codec_of(out.name) if out is not None else None
        return files.writer(name, Kind(kind.format, codec), pair.layout if pair is not None else None)

    try:
        for pair in pairs(clean, audit_files, text_field):
            problems = check_pair(pair, checked, report)
            if pair.item is not None or (pair.text is not None and not problems):
                writer(pair).write(pair.item or Item(pair.name), _restored(pair, good=not problems))
        if not files.names and not folder:
            writer(None)
        files.close()
        sink.commit()
    except OSError as error:
        sink.discard()
        if isinstance(error, BrokenPipeError):
            raise
        raise CleanerError(f"cannot write the raw text: {error.strerror or error}") from None
    except BaseException:
        sink.discard()
        raise
    return checked


def _check_places(clean: Path, out: Path | None) -> None:
    if clean.is_dir() and out is None:
        raise CleanerError(f"{clean}: a folder needs a folder for the raw texts: add -o DIR")
    if out is None and _kind(clean.name).format.packed:
        raise CleanerError(f"{clean}: a file of this format needs a file for the raw texts: add -o FILE")
    if out is not None and real(out) == real(clean):
        raise CleanerError(f"{out}: would overwrite the clean texts; choose another place")


def _restored(pair: CheckedPair, *, good: bool) -> Result:
    """The raw text of a document; one that failed, or does not fit its record, goes out as it is."""
    raw, record = pair.text, pair.record
    if good and record is not None and raw is not None:
        raw = audit.restore(raw, record)
    return Result(raw, "ok" if raw is not None else "error", record.error if record is not None else None)


def _kind(name: str) -> Kind:
    return kind_of(name) or Kind(FORMATS["text"])


def check_pair(pair: CheckedPair, checked: Checked, report: Callable[[str], None], raw: str | None = None) -> list[str]:
    """Everything that is wrong with one document, counted and told."""
    checked.documents += 1
    checked.failed += pair.record is not None and pair.record.status in FAILED
    problems: list[str] = []
    if pair.problem is not None:
        problems = [pair.problem]
    elif pair.record is not None and pair.text is not None:
        problems = audit.verify(pair.record, pair.text, raw)
    elif pair.record is not None:
        problems = audit.contradictions(pair.record)
    for problem in problems:
        report(f"{pair.name}: {problem}")
    checked.problems += len(problems)
    return problems

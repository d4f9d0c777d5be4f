"""Back from clean texts to raw ones, and the check that this is possible."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import BinaryIO

import msgspec

from cleaner import audit
from cleaner.batch.pairs import FAILED, Pair, is_document, pairs, raw_texts, restored_line
from cleaner.batch.sinks import FileSink, FolderSink, StdoutSink
from cleaner.model import CleanerError


class Checked(msgspec.Struct):
    """How many documents were looked at, how many had nothing to check because they failed, and how many problems."""

    documents: int = 0
    failed: int = 0
    problems: int = 0


def restore_all(
    clean: Path, audit_files: Sequence[Path], out: Path | None, text_field: str, report: Callable[[str], None]
) -> Checked:
    """Restore a text file, a JSONL file or an output folder.

    Args:
        clean: what the cleaner wrote.
        audit_files: the audit of that run.
        out: file or folder for the raw texts; ``None`` for standard output.
        text_field: the field with the text of JSONL records.
        report: told every document that cannot be restored.

    Raises:
        CleanerError: something cannot be read or written.
    """
    folder = clean.is_dir()
    if folder and out is None:
        raise CleanerError(f"{clean}: a folder needs a folder for the raw texts: add -o DIR")
    if out is not None and out.resolve() == clean.resolve():
        raise CleanerError(f"{out}: would overwrite the clean texts; choose another place")
    sink: FolderSink | FileSink | StdoutSink
    sink = StdoutSink() if out is None else FolderSink(out) if folder else FileSink(out)
    checked = Checked()
    file: BinaryIO | None = None
    try:
        at: str | None = None
        for pair in pairs(clean, audit_files, text_field):
            restored = _restored(pair, text_field, checked, report)
            if restored is None:
                continue
            if file is None or pair.output != at:
                if file is not None and isinstance(sink, FolderSink):
                    sink.close(file)
                at = pair.output
                file = sink.open(Path(pair.output or clean.name))
            file.write(restored)
        if file is None and not folder:
            file = sink.open(Path(clean.name))
        if file is not None and isinstance(sink, FolderSink):
            sink.close(file)
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


def _restored(pair: Pair, text_field: str, checked: Checked, report: Callable[[str], None]) -> bytes | None:
    """The bytes to write for one document; a record that failed, and so was never cleaned, goes out as it is."""
    checked.documents += 1
    problems = _problems(pair)
    for problem in problems:
        report(f"{pair.name}: {problem}")
    checked.problems += len(problems)
    if pair.record is None or pair.text is None or problems:
        checked.failed += pair.record is not None and pair.record.status in FAILED
        return pair.line
    raw = audit.restore(pair.text, pair.record)
    return raw.encode() if pair.line is None else restored_line(pair.line, raw, text_field)


def _problems(pair: Pair, raw: str | None = None) -> list[str]:
    if pair.problem is not None:
        return [pair.problem]
    if pair.record is None or pair.text is None:
        return []
    return audit.verify(pair.record, pair.text, raw)


def verify_all(
    clean: Path, audit_files: Sequence[Path], raw: Path | None, text_field: str, report: Callable[[str], None]
) -> Checked:
    """Check every document against its record, and against the raw text where that is at hand.

    Args:
        clean: a text file, JSONL file or output folder.
        audit_files: the audit of that run.
        raw: the input of that run, of the same shape; pages in it are passed over.
        text_field: the field with the text of JSONL records.
        report: told every problem.

    Raises:
        CleanerError: something cannot be read.
    """
    checked = Checked()
    at: object = object()
    texts: Iterator[str | None] = iter(())
    for pair in pairs(clean, audit_files, text_field):
        checked.documents += 1
        checked.failed += pair.record is not None and pair.record.status in FAILED
        text: str | None = None
        if raw is not None and pair.record is not None and (pair.output is not None or not clean.is_dir()):
            if pair.output != at:
                at = pair.output
                texts = _raw_of(raw, clean, pair, text_field)
            text = next(texts, None)
        problems = _problems(pair, text)
        for problem in problems:
            report(f"{pair.name}: {problem}")
        checked.problems += len(problems)
    return checked


def _raw_of(raw: Path, clean: Path, pair: Pair, text_field: str) -> Iterator[str | None]:
    if not raw.is_dir():
        return raw_texts(raw, text_field)
    output = pair.output or clean.name
    name = str(pair.record.id if pair.record else "") if is_document(Path(output)) else output
    with suppress(CleanerError):
        first = raw_texts(raw / name, text_field)
        return chain([next(first, None)], first)
    return iter(())

"""Back from clean texts to raw ones, and the check that this is possible."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import msgspec

from cleaner import audit
from cleaner.audit import FAILED
from cleaner.batch.compress import codec_of
from cleaner.batch.formats.base import Item, Result, Writer
from cleaner.batch.formats.registry import FORMATS, Kind, kind_of
from cleaner.batch.outputs import OutputFiles
from cleaner.batch.pairs import Pair, before, fields_of, is_document, pairs, raw_texts, unnumbered
from cleaner.batch.sinks import FileSink, FolderSink, StdoutSink
from cleaner.batch.store import stored
from cleaner.model import CleanerError


class Checked(msgspec.Struct):
    """How many documents were looked at, how many had nothing to check because they failed, and how many problems."""

    documents: int = 0
    failed: int = 0
    problems: int = 0


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
    if folder and out is None:
        raise CleanerError(f"{clean}: a folder needs a folder for the raw texts: add -o DIR")
    if out is None and _kind(clean.name).format.packed:
        raise CleanerError(f"{clean}: a file of this format needs a file for the raw texts: add -o FILE")
    if out is not None and out.resolve() == clean.resolve():
        raise CleanerError(f"{out}: would overwrite the clean texts; choose another place")
    sink: FolderSink | FileSink | StdoutSink
    sink = StdoutSink() if out is None else FolderSink(out) if folder else FileSink(out)
    files = OutputFiles(lambda name: sink.open(Path(name)), fields_of(text_field), keep_pages=True, owns=folder)
    checked = Checked()

    def writer(pair: Pair | None) -> Writer:
        name = (pair.output if pair is not None else None) or clean.name
        kind = _kind(name)
        codec = kind.compression if folder else codec_of(out.name) if out is not None else None
        return files.writer(name, Kind(kind.format, codec), pair.layout if pair is not None else None)

    try:
        for pair in pairs(clean, audit_files, text_field):
            problems = _checked(pair, checked, report)
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


def _restored(pair: Pair, *, good: bool) -> Result:
    """The raw text of a document; one that failed, or does not fit its record, goes out as it is."""
    raw, record = pair.text, pair.record
    if good and record is not None and raw is not None:
        raw = audit.restore(raw, record)
    return Result(raw, "ok" if raw is not None else "error", record.error if record is not None else None)


def _kind(name: str) -> Kind:
    return kind_of(name) or Kind(FORMATS["text"])


def _checked(pair: Pair, checked: Checked, report: Callable[[str], None], raw: str | None = None) -> list[str]:
    """Everything that is wrong with one document, counted and told."""
    checked.documents += 1
    checked.failed += pair.record is not None and pair.record.status in FAILED
    problems: list[str] = []
    if pair.problem is not None:
        problems = [pair.problem]
    elif pair.record is not None and pair.text is not None:
        problems = audit.verify(pair.record, pair.text, raw)
    for problem in problems:
        report(f"{pair.name}: {problem}")
    checked.problems += len(problems)
    return problems


def verify_all(
    clean: Path, audit_files: Sequence[Path], raw: Path | None, text_field: str, report: Callable[[str], None]
) -> Checked:
    """Check every document against its record, and against the raw text where that is at hand.

    Args:
        clean: a clean file or output folder.
        audit_files: the audit of that run.
        raw: the input of that run, a file or folder; pages in it are passed over.
        text_field: the field or column with the text.
        report: told every problem.

    Raises:
        CleanerError: something cannot be read.
    """
    checked = Checked()
    texts = _Raw(raw, clean, audit_files, text_field) if raw is not None else None
    for pair in pairs(clean, audit_files, text_field):
        _checked(pair, checked, report, texts.of(pair) if texts is not None else None)
    return checked


class _Raw:
    """The raw texts of an input, in step with the outputs: those of one input may lie in many files."""

    def __init__(self, raw: Path, clean: Path, audit_files: Sequence[Path], text_field: str) -> None:
        self._raw, self._clean, self._text_field = raw, clean, text_field
        self._skip = 0 if clean.is_dir() or is_document(clean) else before(clean, audit_files)
        self._output: str | None = None
        self._found: Path | None = None  # the input that this output comes from
        self._path: Path | None = None
        self._texts: Iterator[str | None] = iter(())

    def of(self, pair: Pair) -> str | None:
        """The raw text of a document, ``None`` where it is not at hand."""
        if pair.record is None or (pair.output is None and self._clean.is_dir()):
            return None
        path = self._source(pair.output or self._clean.name, str(pair.record.id))
        if path is None:
            return None
        if path != self._path:
            self._path = path
            self._texts = islice(raw_texts(path, self._text_field), self._skip, None)
        return next(self._texts, None)

    def _source(self, output: str, id: str) -> Path | None:
        if self._raw.is_file():
            return self._raw
        if output != self._output:
            self._output = output
            self._found = None if is_document(Path(output)) else self._like(output)
            if self._found is None and not stored(self._raw, id).is_file():
                self._found = self._like(output)
        if self._found is not None:
            return self._found
        path = stored(self._raw, id)
        return path if path.is_file() else None

    def _like(self, output: str) -> Path | None:
        """The input that has the name of an output, but for the shard's number and the format."""
        for name in dict.fromkeys((output, unnumbered(output))):
            if (self._raw / name).is_file():
                return self._raw / name
            kind = kind_of(name)
            if kind is None:
                continue
            bare = name.removesuffix(f".{kind.compression}")
            base = bare[: -len(Path(bare).suffix)]
            for suffix in (suffix for each in FORMATS.values() for suffix in each.suffixes):
                for codec in ("", ".gz", ".bz2", ".zst", ".xz"):
                    if (self._raw / f"{base}{suffix}{codec}").is_file():
                        return self._raw / f"{base}{suffix}{codec}"
        return None

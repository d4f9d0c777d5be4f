"""Back from clean texts to raw ones, and the check that this is possible."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import msgspec

from cleaner import audit
from cleaner.batch.compress import codec_of, compressing
from cleaner.batch.formats.base import Item, Result
from cleaner.batch.formats.registry import FORMATS, Kind, kind_of
from cleaner.batch.pairs import (
    FAILED,
    Pair,
    before,
    fields_of,
    is_document,
    pairs,
    raw_texts,
    restored_line,
    unnumbered,
)
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
    checked = Checked()
    file: _RawFile | None = None

    def opened(pair: Pair | None) -> _RawFile:
        name = (pair.output if pair is not None else None) or clean.name
        kind = _kind(name)
        codec = kind.compression if folder else codec_of(out.name) if out is not None else None
        layout = pair.layout if pair is not None else None
        stream = sink.open(Path(name))
        return _RawFile(stream, Kind(kind.format, codec), layout, text_field, owned=folder)

    try:
        at: str | None = None
        for pair in pairs(clean, audit_files, text_field):
            problems = _checked(pair, checked, report)
            if pair.line is None and pair.item is None and (pair.text is None or problems):
                continue  # a document without output, or a text that is not the one that was written
            if file is None or pair.output != at:
                if file is not None:
                    file.close()
                at = pair.output
                file = opened(pair)
            file.write(pair, good=not problems)
        if file is None and not folder:
            file = opened(None)
        if file is not None:
            file.close()
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


class _RawFile:
    """A file of raw texts in the format of the clean ones."""

    def __init__(self, stream: BinaryIO, kind: Kind, layout: object, text_field: str, *, owned: bool) -> None:
        self._text_field = text_field
        self._below = stream if owned else None
        self._packer = compressing(stream, kind.compression) if kind.compression else None
        self._stream = self._packer or stream
        self._writer = (
            None
            if kind.format.name == "jsonl"
            else kind.format.writer(self._stream, fields_of(text_field), layout, keep_pages=True)
        )

    def write(self, pair: Pair, *, good: bool) -> None:
        """One document; a record that failed, and so was never cleaned, goes out as it is."""
        raw = pair.text
        if good and pair.record is not None and pair.text is not None:
            raw = audit.restore(pair.text, pair.record)
        if self._writer is not None:
            error = pair.record.error if pair.record is not None else None
            self._writer.write(pair.item or Item(pair.name), Result(raw, "ok" if raw is not None else "error", error))
        elif pair.line is not None:
            self._stream.write(
                pair.line if raw is None or not good else restored_line(pair.line, raw, self._text_field)
            )

    def close(self) -> None:
        """Complete the file."""
        if self._writer is not None:
            self._writer.close()
        if self._packer is not None:
            self._packer.close()
        if self._below is not None:
            self._below.close()


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

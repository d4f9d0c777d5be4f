"""Where documents come from: files, folders, globs and standard input, found once and in a fixed order."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import msgspec

from cleaner.batch.compress import BUFFER, codec_of
from cleaner.batch.formats.registry import FORMATS, Kind, kind_of, named, output_kind, output_name
from cleaner.batch.names import readable, real
from cleaner.batch.store import listing, local_path, open_read
from cleaner.model import CleanerError

STDIN = "-"


class InputFile(msgspec.Struct, frozen=True):
    """One file of documents.

    Attributes:
        place: its path or URL, ``-`` for standard input.
        kind: its format and compression.
        name: its name in messages.
        id: what a text or page is called in the audit: its place below the input.
        output: the file below the output folder that its result goes to, parted by ``/``.
        target: format and compression of the output.
        stream: it can be read only once: standard input, a pipe.
        guessed: nobody has said what standard input is.
    """

    place: str
    kind: Kind
    name: str
    id: str
    output: str
    target: Kind
    stream: bool = False
    guessed: bool = False

    @property
    def path(self) -> Path | None:
        """Where it lies, for a local file."""
        return None if self.place == STDIN else local_path(self.place)

    @property
    def piped(self) -> bool:
        """Whether its results can go out record by record."""
        return self.kind.format.piped and self.target.format.piped


class Problem(msgspec.Struct, frozen=True):
    """An input that cannot be read, with a message that names it."""

    id: str
    message: str


class Found(msgspec.Struct):
    """What the inputs hold."""

    sources: list[InputFile] = []
    problems: list[Problem] = []
    passed_over: int = 0


def find(inputs: Sequence[str], format: str | None = None, to: str | None = None, own: Sequence[Path] = ()) -> Found:
    """The files that the inputs name, in the order given, those of a folder by name.

    Args:
        inputs: files, folders, globs, URLs of either, ``-`` for standard input.
        format: the format of the files, instead of going by their names.
        to: the format of the results, instead of that of the input.
        own: what this run writes (output folder, audit file), passed over where it lies inside an input folder.

    Raises:
        CleanerError: no such format.
    """
    found = Found()
    skip = {real(path) for path in own}
    for name in inputs:
        if name == STDIN:
            kind = Kind(named(format or "jsonl"))
            target = output_kind(kind, to)
            found.sources.append(
                InputFile(STDIN, kind, "stdin", "stdin", "stdin" + target.format.suffixes[0], target, True, not format)
            )
        else:
            _add(name, format, to, skip, found)
    return found


def _add(name: str, format: str | None, to: str | None, skip: set[Path], found: Found) -> None:
    listed = listing(name, skip)
    found.passed_over += listed.hidden
    found.problems += [Problem(readable(trouble.place), trouble.message) for trouble in listed.troubles]
    before = len(found.sources)
    bad = len(found.problems)
    for entry in listed.entries:
        try:
            kind = kind_of(entry.place, format)
        except CleanerError as error:
            found.problems.append(Problem(readable(entry.place), f"{readable(entry.place)}: {error}"))
            continue
        if kind is None:
            if listed.is_folder:
                found.passed_over += 1
                continue
            kind = Kind(FORMATS["text"], codec_of(entry.place))  # named one by one: a text, whatever it is called
        target = output_kind(kind, to)
        output = output_name(entry.below, kind, target) if kind.format != target.format or to else entry.below
        if entry.trouble is not None:
            name = readable(entry.place)
            found.problems.append(Problem(readable(entry.below), f"{name}: {entry.trouble}"))
            continue
        found.sources.append(
            InputFile(entry.place, kind, readable(entry.place), readable(entry.below), output, target, entry.stream)
        )
    if listed.is_folder and len(found.sources) == before and len(found.problems) == bad and not listed.troubles:
        shown = readable(name)
        ends = ", ".join(suffix for each in FORMATS.values() for suffix in each.suffixes)
        found.problems.append(Problem(shown, f"{shown}: the folder holds no file to clean ({ends})"))


def open_source(source: InputFile) -> BinaryIO:
    """The bytes of a source, decompressed and buffered.

    Raises:
        ReadError: it cannot be opened.
    """
    if source.place == STDIN:
        return open(sys.stdin.fileno(), "rb", BUFFER, closefd=False)
    return open_read(source.place, None if source.kind.format.as_stored else source.kind.compression)


def open_stream(source: InputFile) -> BinaryIO:
    """The bytes of a source as they come, compressed or not.

    Raises:
        ReadError: it cannot be opened.
    """
    if source.place == STDIN:
        return open(sys.stdin.fileno(), "rb", BUFFER, closefd=False)
    return open_read(source.place, None)


def is_local(source: InputFile) -> bool:
    """Whether it is a file of this machine, which can be read again."""
    return not source.stream and source.path is not None


class Stamp(msgspec.Struct, frozen=True):
    """What tells one state of a file from another without reading it: its bytes, and when it changed (nanoseconds)."""

    size: int
    changed: int


def stamp_of(source: InputFile) -> Stamp | None:
    """The state of a local file; ``None`` for a stream, a file in a store, or one that cannot be looked at."""
    path = source.path if is_local(source) else None
    try:
        found = path.stat() if path is not None else None
    except OSError:
        found = None
    return Stamp(found.st_size, found.st_mtime_ns) if found is not None else None


def change_of(source: InputFile, before: Stamp | None) -> str | None:
    """What has happened to a file since then, if anything: a run must not lose documents without a word."""
    if before is None:
        return None
    after = stamp_of(source)
    if after == before:
        return None
    now = f"{after.size:,} bytes now" if after is not None else "gone now"
    return f"changed while the run read it ({before.size:,} bytes at first, {now}): documents may be missing or torn"

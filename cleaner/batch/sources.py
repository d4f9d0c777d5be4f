"""Where documents come from: files, folders, globs and standard input, found once and in a fixed order."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import msgspec

from cleaner.batch.compress import BUFFER
from cleaner.batch.formats.registry import FORMATS, Kind, kind_of, named, output_kind, output_name
from cleaner.batch.store import is_url, listing, local_path, open_read, readable
from cleaner.model import CleanerError

STDIN = "-"


class Source(msgspec.Struct, frozen=True):
    """One file of documents.

    Attributes:
        place: its path or URL, ``-`` for standard input.
        kind: its format and compression.
        name: its name in messages.
        id: what a text or page is called in the audit: its place below the input.
        output: the file below the output folder that its result goes to, parted by ``/``.
        target: format and compression of the output.
    """

    place: str
    kind: Kind
    name: str
    id: str
    output: str
    target: Kind

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

    sources: list[Source] = []
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
    skip = {path.resolve() for path in own}
    for name in inputs:
        if name == STDIN:
            kind = Kind(named(format or "jsonl"))
            target = output_kind(kind, to)
            found.sources.append(Source(STDIN, kind, "stdin", "stdin", "stdin" + target.format.suffixes[0], target))
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
            kind = Kind(FORMATS["text"])  # a file that is named one by one is a text, whatever it is called
        target = output_kind(kind, to)
        output = output_name(entry.below, kind, target) if kind.format != target.format or to else entry.below
        found.sources.append(Source(entry.place, kind, readable(entry.place), readable(entry.below), output, target))
    if listed.is_folder and len(found.sources) == before and len(found.problems) == bad and not listed.troubles:
        shown = readable(name)
        ends = ", ".join(suffix for each in FORMATS.values() for suffix in each.suffixes)
        found.problems.append(Problem(shown, f"{shown}: the folder holds no file to clean ({ends})"))


def open_source(source: Source) -> BinaryIO:
    """The bytes of a source, decompressed and buffered.

    Raises:
        ReadError: it cannot be opened.
    """
    if source.place == STDIN:
        return open(sys.stdin.fileno(), "rb", BUFFER, closefd=False)
    return open_read(source.place, None if source.kind.format.as_stored else source.kind.compression)


def is_local(source: Source) -> bool:
    """Whether it is a file of this machine."""
    return source.place != STDIN and not (is_url(source.place) and source.path is None)

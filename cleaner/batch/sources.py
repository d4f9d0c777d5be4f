"""Where documents come from: files, folders and standard input, found once and in a fixed order.

A new format is one more kind here, with a reader in ``cleaner.batch.run`` and a row in ``docs/formats.md``.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import msgspec

#: What a file is, by the end of its name. Others count as text when named one by one, and are passed over in a folder.
KINDS = {
    ".txt": "text",
    ".text": "text",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
}
STDIN = "-"
BUFFER = 1 << 20
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_FEW = 0.25
_WIDE = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


class Source(msgspec.Struct, frozen=True):
    """One file of documents.

    ``name`` is its name in messages, ``id`` what a text or page is called in the audit (its place below the input),
    ``output`` the file below the output folder that its result goes to. ``path`` is ``None`` for standard input.
    """

    path: Path | None
    kind: str
    name: str
    id: str
    output: Path


class Problem(msgspec.Struct, frozen=True):
    """An input that cannot be read, with a message that names it."""

    id: str
    message: str


class Found(msgspec.Struct):
    """What the inputs hold."""

    sources: list[Source] = []
    problems: list[Problem] = []
    passed_over: int = 0


def find(inputs: Sequence[str], kind: str | None = None, own: Sequence[Path] = ()) -> Found:
    """The files that the inputs name, in the order given, folders sorted by name.

    Args:
        inputs: files, folders, ``-`` for standard input.
        kind: what the files are, instead of going by their names (``text``, ``html``, ``jsonl``).
        own: what this run writes (output folder, audit file), passed over where it lies inside an input folder.
    """
    found = Found()
    skip = {path.resolve() for path in own}
    for name in inputs:
        path = Path(name)
        if name == STDIN:
            found.sources.append(_source(None, Path("stdin"), kind or "jsonl"))
        elif path.is_dir():
            _walk(path, kind, skip, found)
        elif path.exists():
            found.sources.append(_source(path, Path(path.name), kind or KINDS.get(path.suffix.lower(), "text")))
        else:
            found.problems.append(Problem(readable(name), f"{readable(name)}: no such file or folder"))
    return found


def _walk(folder: Path, kind: str | None, skip: set[Path], found: Found) -> None:
    before = len(found.sources)
    unreadable = len(found.problems)

    def refused(error: OSError) -> None:
        name = readable(error.filename or folder)
        found.problems.append(Problem(name, f"{name}: cannot read this folder: {error.strerror}"))

    for parent, folders, files in os.walk(folder, onerror=refused):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        if skip:
            folders[:] = [f for f in folders if (Path(parent) / f).resolve() not in skip]
        for name in sorted(files):
            known = KINDS.get(Path(name).suffix.lower())
            if name.startswith(".") or known is None:
                found.passed_over += 1
                continue
            path = Path(parent) / name
            if skip and path.resolve() in skip:
                continue
            found.sources.append(_source(path, path.relative_to(folder), kind or known))
    if len(found.sources) == before and len(found.problems) == unreadable:
        name = readable(folder)
        known_ends = ", ".join(KINDS)
        found.problems.append(Problem(name, f"{name}: the folder holds no file to clean ({known_ends})"))


def _source(path: Path | None, place: Path, kind: str) -> Source:
    output = place
    if kind == "html":
        output = place.with_name(place.name + ".txt")
    elif path is None:
        output = place.with_name("stdin.jsonl" if kind == "jsonl" else "stdin.txt")
    name = readable(path) if path is not None else "stdin"
    return Source(path, kind, name, readable(place.as_posix()), output)


def readable(name: str | os.PathLike[str]) -> str:
    """A file's name as text that can be printed and stored: bytes that are not UTF-8 as hexadecimal escapes."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def open_source(source: Source) -> BinaryIO:
    """The bytes of a source, buffered.

    Raises:
        OSError: it cannot be opened.
    """
    if source.path is None:
        return open(sys.stdin.fileno(), "rb", BUFFER, closefd=False)
    return source.path.open("rb", BUFFER)


def lines_of(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """The lines of a JSONL stream with their numbers: blank ones passed over, a byte order mark left out."""
    lines: Iterable[bytes] = stream
    first = stream.readline()
    mark = next((bom for bom in _BOMS if first.startswith(bom)), b"")
    if mark in _WIDE:
        text = (first + stream.read()).decode(_WIDE[mark], "replace")
        first, lines = b"", [line.encode() for line in text.splitlines(keepends=True)]
        number = 0
    else:
        number = 1
        first = first[len(mark) :]
    if first.strip():
        yield 1, first
    for line in lines:
        number += 1
        if not line.isspace():
            yield number, line


class TextFile(msgspec.Struct, frozen=True):
    """A decoded text file. ``meta`` tells the encoding when it is anything but plain UTF-8."""

    text: str
    meta: dict[str, str]


def decode_text(data: bytes) -> TextFile:
    """Decode the bytes of a text file: byte order mark, UTF-8, declaration, detection. Line breaks stay as they are."""
    if not data.startswith(_BOMS) and b"\x00" not in data[:512]:
        try:
            return TextFile(data.decode("utf-8"), {})
        except UnicodeDecodeError:
            pass
    encoding, source, undecodable = "windows-1252", "detected", 0
    text = _western(data)
    if text is None:
        from cleaner.html.decode import decode

        decoded = decode(data)
        text, encoding, source, undecodable = decoded.text, decoded.encoding, decoded.source, decoded.undecodable
    meta = {"encoding": encoding, "encoding_source": source}
    if undecodable:
        meta["undecodable"] = str(undecodable)
    return TextFile(text, meta)


def _western(data: bytes) -> str | None:
    """Mostly ASCII with a few other bytes, and no sign of UTF-8 or UTF-16: a Latin text in the Windows encoding.

    Detection by statistics is left to what this does not fit: on a line or two it takes a single dash for Chinese.
    """
    if data.startswith(_BOMS) or b"\x00" in data[:512]:
        return None
    ascii_only = data.decode("ascii", "ignore")
    others = len(data) - len(ascii_only)
    if others > _FEW * len(data) or "\ufffd" not in (damaged := data.decode("utf-8", "replace")):
        return None
    if others >= 2 * damaged.count("\ufffd"):  # most of it is well-formed UTF-8: a damaged file
        return None
    try:
        return data.decode("windows-1252")
    except UnicodeDecodeError:
        return None

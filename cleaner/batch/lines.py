"""The lines of JSONL streams, numbered: of a whole stream, or of the part between two line breaks."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import BinaryIO

from cleaner.batch.encoding import BOM, WIDE, Peeked
from cleaner.batch.formats.base import MAX_RECORD, Part, ReadError
from cleaner.batch.formats.content import HEAD, not_text

_STEP = 1 << 20
#: What is wrong with a ``LongLine``.
TOO_LONG = f"the line is longer than {MAX_RECORD} bytes"


class LongLine(bytes):
    """Stands for a line of more than ``MAX_RECORD`` bytes, which is not kept; it is empty itself."""

    __slots__ = ()


def numbered_lines(stream: BinaryIO, part: Part | None = None) -> Iterator[tuple[int, bytes]]:
    """The lines with their numbers: blank ones passed over, a byte order mark left out, UTF-16 made UTF-8.

    A line of more than ``MAX_RECORD`` bytes is a ``LongLine``: it is read over in pieces, so that no few compressed
    bytes fill the memory.

    Raises:
        ReadError: the stream cannot be read on, or is no text.
    """
    try:
        if part is not None and part.start:
            stream.seek(part.start)
            number, left = part.line - 1, part.stop - part.start
        else:
            number, left = 0, part.stop if part is not None else -1
            first = stream.readline(MAX_RECORD + 1)
            if not first.startswith(b"{") and (found := not_text(first[:HEAD])) is not None:
                raise ReadError(f"is {found}")
            if first[:2] in WIDE:
                yield from _wide(first, stream)
                return
            number += 1
            left = left - len(first) if left >= 0 else left
            if len(first) > MAX_RECORD:
                left -= _rest(stream)
                first = LongLine()
                yield number, first
            first = first.removeprefix(BOM)
            if first and not first.isspace():
                yield number, first
            del first
        readline = stream.readline
        while left and (line := readline(MAX_RECORD + 1)):
            number += 1
            if left > 0:
                left = max(0, left - len(line))
            if len(line) > MAX_RECORD:
                line = LongLine()
                rest = _rest(stream)
                left = max(0, left - rest) if left > 0 else left
                yield number, line
            elif not line.isspace():
                yield number, line
    except OSError as error:
        raise ReadError(f"cannot read on: {error.strerror or error}") from None


def _rest(stream: BinaryIO) -> int:
    """Read to the end of the line; how many bytes that were."""
    size = 0
    while piece := stream.readline(_STEP):
        size += len(piece)
        if piece.endswith(b"\n"):
            break
    return size


def _wide(first: bytes, stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Lines of UTF-16. Only a line feed ends one: a JSON string may hold all the other characters that end lines."""
    text = io.TextIOWrapper(io.BufferedReader(Peeked(first, stream)), WIDE[first[:2]], "replace", newline="\n")
    number = 0
    try:
        while line := text.readline(MAX_RECORD + 1):
            number += 1
            if len(line) > MAX_RECORD:
                while (piece := text.readline(_STEP)) and not piece.endswith("\n"):
                    pass
                yield number, LongLine()
            elif not line.isspace():
                yield number, line.encode()
    finally:
        text.detach()  # the stream is not ours to close

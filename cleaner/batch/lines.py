"""The lines of JSONL streams, numbered: of a whole stream, or of the part between two line breaks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from cleaner.batch.formats.base import Part, ReadError

_BOM = b"\xef\xbb\xbf"
_WIDE = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


def numbered_lines(stream: BinaryIO, part: Part | None = None) -> Iterator[tuple[int, bytes]]:
    """The lines with their numbers: blank ones passed over, a byte order mark left out, UTF-16 made UTF-8.

    Raises:
        ReadError: the stream cannot be read on.
    """
    try:
        if part is not None and part.start:
            stream.seek(part.start)
            number, left = part.line - 1, part.stop - part.start
        else:
            number, left = 0, part.stop if part is not None else -1
            first = stream.readline()
            if first[:2] in _WIDE:
                yield from _wide(first, stream)
                return
            number += 1
            left = left - len(first) if left >= 0 else left
            first = first.removeprefix(_BOM)
            if first and not first.isspace():
                yield number, first
        if left < 0:
            for line in stream:
                number += 1
                if not line.isspace():
                    yield number, line
            return
        while left > 0 and (line := stream.readline()):
            number += 1
            left -= len(line)
            if not line.isspace():
                yield number, line
    except OSError as error:
        raise ReadError(f"cannot read on: {error.strerror or error}") from None


def _wide(first: bytes, stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    text = (first + stream.read()).decode(_WIDE[first[:2]], "replace")
    for number, line in enumerate(text.splitlines(keepends=True), 1):
        if not line.isspace():
            yield number, line.encode()

"""Text files and pages: a file is a document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from cleaner.batch.encoding import decode_text
from cleaner.batch.formats.base import MAX_RECORD, Item, Part, Reader, ReadError, Result, Writer
from cleaner.batch.formats.content import HEAD, not_text
from cleaner.fields import Fields


class FileReader:
    """Reads the one document of a file."""

    layout: object = None
    passed_over = 0

    def __init__(self, stream: BinaryIO, name: str, page: bool) -> None:
        self._stream, self._name, self._page = stream, name, page

    def __iter__(self) -> Iterator[Item]:
        """The document.

        Raises:
            ReadError: the file cannot be read, or is neither text nor page.
        """
        try:
            data = self._stream.read(MAX_RECORD + 1)
        except OSError as error:
            raise ReadError(f"cannot read on: {error.strerror or error}") from None
        if len(data) > MAX_RECORD:
            yield Item(self._name, error=f"the file is longer than {MAX_RECORD} bytes")
            return
        if (found := not_text(data[:HEAD])) is not None:
            raise ReadError(f"is {found}")
        if self._page:
            yield Item(self._name, html=data, error=None if data.strip() else "the file is empty")
            return
        decoded = decode_text(data)
        yield Item(self._name, text=decoded.text, meta=decoded.meta, error=None if data else "the file is empty")


class TextWriter:
    """Writes a text as it is; texts that share a file are set apart by a blank line."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._ended: bool | None = None  # whether the text before ended its line

    def write(self, item: Item, result: Result) -> None:
        """The clean text; a failed document leaves nothing."""
        if result.text is None:
            return
        if self._ended is not None:
            self._stream.write(b"\n" if self._ended else b"\n\n")
        self._stream.write(result.text.encode("utf-8", "replace"))
        self._ended = result.text.endswith("\n")

    def close(self) -> None:
        """Nothing is left to write."""


def open_text_reader(stream: BinaryIO, name: str, fields: Fields, part: Part | None = None) -> Reader:
    """A reader of a text file."""
    return FileReader(stream, name, page=False)


def open_html_reader(stream: BinaryIO, name: str, fields: Fields, part: Part | None = None) -> Reader:
    """A reader of a page."""
    return FileReader(stream, name, page=True)


def open_text_writer(stream: BinaryIO, fields: Fields, layout: object | None, keep_pages: bool) -> Writer:
    """A writer of text."""
    return TextWriter(stream)

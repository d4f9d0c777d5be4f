"""What every format offers: a reader of documents, a writer of results, and where a file may be split.

The runner knows formats by these shapes alone. A reader streams: it holds one document, or one block of the format, at
a time. A document that is broken in itself is an ``Item`` with ``error``; a file that cannot be read on raises
``ReadError``, and what came before it counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, BinaryIO, Protocol

import msgspec

from cleaner.fields import Fields
from cleaner.model import CleanerError

#: The longest record, text or page, in bytes (in code points where a format is read as text). A longer one is an error
#: record: a few bytes that unpack to gigabytes must not fill the memory.
MAX_RECORD = 256 << 20


class ReadError(CleanerError):
    """An input that cannot be read (on); the message says why and where, without the file's name."""


class Item(msgspec.Struct, gc=False):
    """One document as a file holds it.

    ``url``, ``text``, ``html`` and ``date`` may be of any type: ``cleaner.fields`` tells what is wrong with one that is
    no string.

    Attributes:
        where: its place for messages, ``file:line`` or ``file: row 7``.
        id: its id, any JSON value.
        url: its URL.
        text: its text; ``None`` for a page.
        html: its page; bytes are not decoded yet.
        charset: the charset that came with the page (HTTP header).
        date: publication date as it stands in the record.
        title: title as it stands in the record.
        error: why it cannot be cleaned; everything else then holds what could be read.
        ref: where the raw document is (WARC record id, offset), for the audit.
        meta: how it was read where that is worth a note in the audit (``encoding``, …).
        row: what a writer of the same format needs to pass all other fields through.
        size: bytes that it took in the file, where the reader can tell.
    """

    where: str
    id: Any = None
    url: Any = None
    text: Any = None
    html: Any = None
    charset: str | None = None
    date: Any = None
    title: str | None = None
    error: str | None = None
    ref: Mapping[str, str] = {}
    meta: Mapping[str, str] = {}
    row: Any = None
    size: int = 0


class Result(msgspec.Struct, gc=False):
    """What became of a document: its clean text, or ``None`` and an error."""

    text: str | None
    status: str
    error: str | None = None
    title: str | None = None


class Part(msgspec.Struct, frozen=True):
    """A piece of a file that can be read on its own: ``start`` to ``stop`` in the format's unit (bytes, row groups).

    ``line`` is the number of its first line, for messages, where the format has lines. ``span`` is where it stands in
    the file, in bytes: the spans of all parts make up the file.
    """

    start: int
    stop: int
    line: int = 1
    span: tuple[int, int] = (0, 0)


class Reader(Protocol):
    """Streams the documents of one file.

    ``layout`` is what a writer of the same format needs before the first document (header, schema); ``passed_over``
    counts records that are no documents.
    """

    layout: object
    passed_over: int

    def __iter__(self) -> Iterator[Item]:
        """The documents in order.

        Raises:
            ReadError: the file cannot be read on.
        """


class Writer(Protocol):
    """Writes results in one format to a stream that somebody else opens and closes."""

    def write(self, item: Item, result: Result) -> None:
        """One result, in the order of the documents: a failed one is written too, with no text and its error.

        A text that is the document's own leaves the document as it stands.
        """

    def close(self) -> None:
        """Complete the file (a footer); the stream stays open."""


#: Opens a reader: stream, name for messages, fields in use, and the piece to read (``None``: all).
OpenReader = Callable[[BinaryIO, str, Fields, Part | None], Reader]
#: Opens a writer: stream, fields in use, the layout of a reader of the same format (else ``None``), and whether pages
#: stay in the records.
OpenWriter = Callable[[BinaryIO, Fields, object | None, bool], Writer]
#: Finds the pieces of a local file, consecutive and of about so many bytes each.
Split = Callable[[str, int], list[Part]]

"""WARC: the pages among the responses of a crawl, and the texts among its conversions (WET).

FastWARC finds the records and their headers. It reads on without a word where a file ends early, so lengths are checked
here, and a record counts only once the one after it (or the end of the file) stands where its length says.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO, cast

from cleaner.batch.compress import Inflater
from cleaner.batch.encoding import Peeked, decode_text
from cleaner.batch.formats.base import Item, Part, Reader, ReadError
from cleaner.batch.formats.content import HEAD, not_text
from cleaner.extras import install
from cleaner.fields import Fields
from cleaner.model import CleanerError

#: The largest page, in bytes, before and after decompression.
MAX_PAGE = 256 << 20
_PAGES = ("text/html", "application/xhtml+xml")
_GZIP_MAGIC = b"\x1f\x8b"
_CHUNK_HEAD = re.compile(rb"[0-9A-Fa-f]{1,16}[ \t]*(?:;[^\r\n]*)?\r?\n")
_MAX_HEADER = 1 << 20
_STEP = 1 << 20


class _Source:
    """The decompressed bytes of a WARC, and where in the file they come from."""

    def __init__(self, stream: BinaryIO) -> None:
        head = stream.read(2)
        whole = Peeked(head, stream)
        self._place = 0
        self.members = Inflater(cast(BinaryIO, whole), "gz", track=True) if head == _GZIP_MAGIC else None
        self._bytes = self.members or io.BufferedReader(whole, _STEP)

    def read(self, size: int = -1) -> bytes:
        """Some bytes; none at the end."""
        data = self._bytes.read(size) or b""
        self._place += len(data)
        return data

    def tell(self) -> int:
        """How many bytes were read."""
        return self._place

    def offset(self, position: int) -> int:
        """Where in the file the record at this position begins: with gzip, the member that holds it."""
        return self.members.member_at(position) if self.members is not None else position


class WarcReader:
    """Reads the HTML responses and plain texts of a WARC, plain or compressed record by record (gzip, Zstandard, LZ4).

    Attributes:
        passed_over: records that hold neither: other types, other media types, redirects and errors.
    """

    layout: object = None

    def __init__(self, stream: BinaryIO, name: str, limit: int = MAX_PAGE) -> None:
        self._fastwarc = _fastwarc()
        self._stream, self._name, self._limit = stream, name, limit
        self.passed_over = 0

    def __iter__(self) -> Iterator[Item]:
        """The pages in order.

        Raises:
            ReadError: the file cannot be read on: it is cut off or damaged, or a record's length is wrong.
        """
        held: Item | None = None
        try:
            source = _Source(self._stream)
            records = self._records(source)
            while True:
                try:
                    record = next(records, None)
                except ReadError:  # the file is cut off after the record
                    if held is not None:
                        yield held
                    raise
                except _Lost as lost:
                    if held is not None:
                        held.error = "no record follows where its Content-Length says it ends"
                        yield held
                    raise ReadError(str(lost)) from None
                if held is not None:
                    yield held
                if record is None:
                    return
                held = self._item(record, source)
        except OSError as error:
            raise ReadError(f"cannot read on: {error.strerror or error}") from None

    def _records(self, source: _Source) -> Iterator[Any]:
        last: int | None = None
        try:
            archive = self._fastwarc.ArchiveIterator(
                source,
                record_types=self._fastwarc.WarcRecordType.any_type,
                parse_http=False,
                max_header_len=_MAX_HEADER,
            )
            for record in archive:
                last = record.stream_pos
                yield record
        except ReadError:
            raise
        except BaseException as error:
            # FastWARC is Rust: what it did not expect is a panic, which is no ``Exception``.
            if isinstance(error, KeyboardInterrupt | SystemExit | GeneratorExit):
                raise
            if last is None:
                raise ReadError(f"not a WARC file: no record at its start ({error})") from None
            place = source.offset(last)
            if "header" in str(error).lower():
                why = "its Content-Length is wrong, or the file is damaged"
                raise _Lost(f"no WARC record follows the one at byte {place}: {why}") from None
            raise ReadError(f"cut off or damaged after the record at byte {place}: {error}") from None

    def _item(self, record: Any, source: _Source) -> Item | None:
        """The page in a record; ``None`` for a record that holds none."""
        offset = source.offset(record.stream_pos)
        headers = record.headers
        declared = headers.get("Content-Length")
        if declared is None:
            raise ReadError(f"record at byte {offset}: cut off in its header, or without a Content-Length")
        if not re.fullmatch(r"[0-9]{1,18}", declared.strip()):
            raise ReadError(f"record at byte {offset}: its Content-Length is {declared!r}")
        is_text = self._is_text(headers)
        if not is_text and not self._is_response(headers):
            self._pass_over(record, offset)
            return None
        ref = {"warc": self._name, "record": (headers.get("WARC-Record-ID") or "").strip("<>"), "offset": str(offset)}
        if truncated := headers.get("WARC-Truncated"):
            ref["truncated"] = truncated
        item = Item(
            f"{self._name}: record at byte {offset}",
            id=ref["record"] or None,
            url=(headers.get("WARC-Target-URI") or "").strip("<>") or None,
            date=headers.get("WARC-Date"),
            ref=ref,
        )
        if is_text:
            self._read_text(item, record, offset)
            return item
        try:
            record.parse_http(auto_decode="none", quirks_mode=True, max_header_len=_MAX_HEADER)
            http = record.http_headers
            status = http.status_code if http is not None else None
            kind = (record.http_content_type or "").strip().lower()
        except (OSError, ValueError) as error:
            self._skip(record, offset)
            item.error = f"the HTTP headers cannot be read: {error}"
            return item
        if status is None or not 200 <= status < 300 or kind not in _PAGES:
            self._pass_over(record, offset)
            return None
        item.charset = (record.http_charset or "").strip("\"' ") or None
        if self._is_too_large(item, record, offset):
            return item
        body = self._body(record, offset)
        try:
            item.html = self._decoded(body, http)
        except (CleanerError, OSError, ValueError) as error:
            item.error = str(error)
            return item
        if not item.html.strip():
            item.error = "the page is empty"
        elif (found := not_text(item.html[:HEAD])) is not None:
            item.error = f"the page is {found.partition(':')[0]}"
        return item

    def _is_too_large(self, item: Item, record: Any, offset: int) -> bool:
        if record.content_length <= self._limit:
            return False
        self._skip(record, offset)
        item.error = f"the page is larger than {self._limit} bytes"
        return True

    def _read_text(self, item: Item, record: Any, offset: int) -> None:
        """The text of a conversion record."""
        if self._is_too_large(item, record, offset):
            return
        body = self._body(record, offset)
        if (found := not_text(body[:HEAD])) is not None:
            item.error = f"the record is {found.partition(':')[0]}"
            return
        decoded = decode_text(body)
        item.text, item.meta = decoded.text, decoded.meta
        if not decoded.text.strip():
            item.error = "the text is empty"

    def _pass_over(self, record: Any, offset: int) -> None:
        self._skip(record, offset)
        self.passed_over += 1

    @staticmethod
    def _is_text(headers: Any) -> bool:
        """Whether a record holds what a page was converted to (WET)."""
        kind = (headers.get("Content-Type") or "").strip().lower()
        return (headers.get("WARC-Type") or "").strip().lower() == "conversion" and kind.startswith("text/plain")

    @staticmethod
    def _is_response(headers: Any) -> bool:
        return (headers.get("WARC-Type") or "").strip().lower() == "response" and (
            (headers.get("Content-Type") or "application/http").strip().lower().startswith("application/http")
        )

    def _skip(self, record: Any, offset: int) -> None:
        """Go to the end of a record.

        Raises:
            ReadError: the file ends before.
        """
        left = record.content_length
        if left and record.reader.consume(left) < left:
            raise ReadError(f"cut off in the record at byte {offset}")

    def _body(self, record: Any, offset: int) -> bytes:
        left = record.content_length
        parts: list[bytes] = []
        while left > 0:
            data = record.reader.read(min(left, _STEP))
            if not data:
                raise ReadError(f"cut off in the record at byte {offset}")
            parts.append(data)
            left -= len(data)
        return b"".join(parts)

    def _decoded(self, body: bytes, http: Any) -> bytes:
        """The page without its transfer and content encodings.

        Many archives keep the headers of encodings that they have taken off: data that do not look encoded are taken
        as they are. Servers write much into ``Content-Encoding`` that is none (``utf-8``, ``none``, ``text/html``):
        as in browsers it says nothing.

        Raises:
            CleanerError: the data are damaged, or the page is too large.
        """
        codings = [each.strip(" \"'").lower() for each in (http.get("Content-Encoding") or "").split(",")]
        codings += [each.strip().lower() for each in (http.get("Transfer-Encoding") or "").split(",")]
        for coding in reversed(codings):  # the last one was put on last
            if coding == "chunked":
                if _CHUNK_HEAD.match(body):
                    body = self._limited(self._io("ChunkedReader", body), coding)
            elif coding in ("gzip", "x-gzip"):
                if body.startswith(_GZIP_MAGIC):
                    body = self._limited(Inflater(io.BytesIO(body), "gz"), coding)
            elif coding == "deflate":
                body = self._deflated(body)
            elif coding in ("br", "zstd"):
                body = self._packed(body, coding)
        return body

    def _io(self, reader: str, body: bytes) -> Any:
        import fastwarc.stream_io

        return getattr(fastwarc.stream_io, reader)(io.BytesIO(body))

    def _packed(self, body: bytes, coding: str) -> bytes:
        if body.lstrip()[:1] == b"<":  # a page already
            return body
        return self._limited(self._io("BrotliReader" if coding == "br" else "ZstdReader", body), coding)

    def _deflated(self, body: bytes) -> bytes:
        """Deflate with or without the zlib header: browsers take both."""
        if body.lstrip()[:1] == b"<":
            return body
        for bits in (zlib.MAX_WBITS, -zlib.MAX_WBITS):
            unpacker = zlib.decompressobj(bits)
            try:
                data = unpacker.decompress(body, self._limit + 1)
            except zlib.error:
                continue
            if len(data) > self._limit:
                raise CleanerError(f"the page is larger than {self._limit} bytes when decompressed")
            if unpacker.eof:
                return data
            break
        raise CleanerError("the page's deflate data are cut off or damaged")

    def _limited(self, reader: Any, coding: str) -> bytes:
        parts: list[bytes] = []
        size = 0
        try:
            while data := reader.read(_STEP):
                parts.append(data)
                size += len(data)
                if size > self._limit:
                    raise CleanerError(f"the page is larger than {self._limit} bytes when decompressed")
        except (OSError, ReadError) as error:
            raise CleanerError(f"the page's {coding} data: {error}") from None
        return b"".join(parts)


class _Lost(Exception):
    """No record where one should be."""


def _fastwarc() -> Any:
    try:
        import fastwarc.warc
    except ImportError:
        raise CleanerError(f"WARC files need fastwarc, which is not installed: {install('warc')}") from None
    return fastwarc.warc


def open_warc_reader(stream: BinaryIO, name: str, fields: Fields, part: Part | None = None) -> Reader:
    """A reader of WARC. It takes the file as it is stored and decompresses on its own."""
    return WarcReader(stream, name)

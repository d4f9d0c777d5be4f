"""Runs a reader into a writer with a stand-in for the cleaner, and builds WARC records."""

import io
from collections.abc import Callable

from cleaner import Cleaned
from cleaner.batch.document import DocumentCleaner, Options
from cleaner.batch.formats.base import Item, Part, ReadError, Result
from cleaner.batch.formats.registry import FORMATS
from cleaner.core import check_text
from cleaner.fields import Fields

KEEP = Fields()


def read(data: bytes, source: str, fields: Fields = KEEP, part: Part | None = None) -> tuple[list[Item], str | None]:
    """The items of a file, and the message of what stopped the reader, if anything did."""
    items: list[Item] = []
    try:
        for item in FORMATS[source].reader(io.BytesIO(data), f"in.{source}", fields, part):
            items.append(item)
    except ReadError as error:
        return items, str(error)
    return items, None


def cut_x(text: str) -> str:
    return text.replace("x", "")


def convert(
    data: bytes,
    source: str,
    target: str,
    *,
    clean: Callable[[str], str] = cut_x,
    fields: Fields = KEEP,
    keep_pages: bool = False,
    title: str | None = None,
    part: Part | None = None,
) -> bytes:
    """What a run writes that cuts every letter x from texts and pages."""
    reader = FORMATS[source].reader(io.BytesIO(data), f"in.{source}", fields, part)
    out = io.BytesIO()
    writer = FORMATS[target].writer(out, fields, reader.layout if source == target else None, keep_pages)
    for item in reader:
        writer.write(item, result_of(item, clean, title, fields))
    writer.close()
    assert not out.closed
    return out.getvalue()


class StandIn:
    """Stands in for the cleaner."""

    def __init__(self, clean: Callable[[str], str], title: str | None) -> None:
        self.clean, self.title = clean, title

    def clean_text(self, text: str, **_: object) -> Cleaned:
        check_text(text)
        clean = self.clean(text)
        status = "ok" if clean != text else "untouched"
        return Cleaned(clean, text, status=status, meta={"title": self.title} if self.title else {})

    def clean_html(self, html: str | bytes, **_: object) -> Cleaned:
        return self.clean_text(html.decode() if isinstance(html, bytes) else html)


def result_of(
    item: Item, clean: Callable[[str], str] = cut_x, title: str | None = None, fields: Fields = KEEP
) -> Result:
    return DocumentCleaner(StandIn(clean, title), Options(fields))(item)[0]  # type: ignore[arg-type]


def record(
    kind: str = "response",
    block: bytes = b"",
    *,
    number: int = 1,
    length: int | str | None = None,
    content_type: str = "application/http; msgtype=response",
    more: str = "",
) -> bytes:
    """A WARC record."""
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:{number}>\r\n"
        f"WARC-Target-URI: https://contoh.example/{number}\r\nWARC-Date: 2024-03-0{number}T01:02:03Z\r\n{more}"
        f"Content-Type: {content_type}\r\nContent-Length: {len(block) if length is None else length}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def http(body: bytes, *headers: str, status: str = "200 OK", kind: str = "text/html; charset=utf-8") -> bytes:
    """An HTTP response."""
    head = "\r\n".join([f"HTTP/1.1 {status}", f"Content-Type: {kind}", *headers])
    return head.encode() + b"\r\n\r\n" + body


def chunked(body: bytes, size: int = 7) -> bytes:
    """A body in HTTP chunks."""
    parts = [body[n : n + size] for n in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"

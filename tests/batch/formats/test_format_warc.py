import gzip
import io
import json
import sys
import zlib
from pathlib import Path

import pytest
from fastwarc.stream_io import BrotliWriter
from format_tools import chunked, convert, http, read, record

from cleaner.batch import store
from cleaner.batch.formats import warc
from cleaner.batch.formats.registry import FORMATS
from cleaner.fields import Fields

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PAGE = b"<html><p>Berita hari ini x</p></html>"
ONE, TWO = record(block=http(PAGE), number=1), record(block=http(PAGE), number=2)
PACKERS = {"plain": lambda data: data, "gz": gzip.compress, "zst": zstd.compress}


def brotli(data: bytes) -> bytes:
    out = io.BytesIO()
    writer = BrotliWriter(out)
    writer.write(data)
    writer.close()
    return out.getvalue()


@pytest.mark.parametrize("packer", PACKERS)
def test_pages(packer: str) -> None:
    first, second = PACKERS[packer](ONE), PACKERS[packer](TWO)
    items, stopped = read(first + second, "warc")
    assert stopped is None
    assert [(i.id, i.url, i.date, i.html, i.charset, i.error) for i in items] == [
        (f"urn:uuid:{n}", f"https://contoh.example/{n}", f"2024-03-0{n}T01:02:03Z", PAGE, "utf-8", None) for n in (1, 2)
    ]
    assert items[1].ref == {"warc": "in.warc", "record": "urn:uuid:2", "offset": str(len(first))}
    assert items[1].where == f"in.warc: record at byte {len(first)}"
    one, stopped = read((first + second)[len(first) :], "warc")  # the offset opens the record
    assert (one[0].id, stopped) == ("urn:uuid:2", None)


PASSED = {
    "warcinfo": record("warcinfo", b"software: contoh\r\n", content_type="application/warc-fields"),
    "request": record("request", b"GET / HTTP/1.1\r\n\r\n", content_type="application/http; msgtype=request"),
    "metadata": record("metadata", b"a: b", content_type="application/warc-fields"),
    "revisit": record("revisit", http(b"")),
    "resource": record("resource", PAGE, content_type="text/html"),
    "dns": record(block=b"1.2.3.4", content_type="text/dns"),
    "redirect": record(block=http(PAGE, "Location: /b", status="301 Moved Permanently")),
    "not found": record(block=http(PAGE, status="404 Not Found")),
    "image": record(block=http(b"\x89PNG", kind="image/png")),
    "json": record(block=http(b"{}", kind="application/json")),
    "no http": record(block=b"no http at all"),
    "empty": record(block=b""),
}


@pytest.mark.parametrize("case", PASSED)
def test_what_is_no_page_is_passed_over(case: str) -> None:
    reader = FORMATS["warc"].reader(io.BytesIO(ONE + PASSED[case] + TWO), "in.warc", Fields())
    assert [item.id for item in reader] == ["urn:uuid:1", "urn:uuid:2"]
    assert isinstance(reader, warc.WarcReader) and reader.passed_over == 1


PAGES = {
    "xhtml": http(PAGE, kind="application/xhtml+xml"),
    "capitals": http(PAGE, kind='TEXT/HTML; Charset="ISO-8859-1"'),
    "created": http(PAGE, status="201 Created"),
    "line feeds only": http(PAGE).replace(b"\r\n", b"\n"),
    "chunked": http(chunked(PAGE), "Transfer-Encoding: chunked"),
    "gzip": http(gzip.compress(PAGE), "Content-Encoding: gzip"),
    "chunked gzip": http(chunked(gzip.compress(PAGE)), "Transfer-Encoding: chunked", "Content-Encoding: gzip"),
    "deflate": http(zlib.compress(PAGE), "Content-Encoding: deflate"),
    "bare deflate": http(zlib.compress(PAGE)[2:-4], "Content-Encoding: deflate"),
    "brotli": http(brotli(PAGE), "Content-Encoding: br"),
    "zstd": http(zstd.compress(PAGE), "Content-Encoding: zstd"),
    "twice": http(zlib.compress(gzip.compress(PAGE)), "Content-Encoding: gzip, deflate"),
    "identity": http(PAGE, "Content-Encoding: identity"),
    "no encoding": http(PAGE, "Content-Encoding: utf-8"),
    "none": http(PAGE, "Content-Encoding: none"),
    "a media type": http(gzip.compress(PAGE), "Content-Encoding: text/html, gzip"),
    "quoted": http(gzip.compress(PAGE), 'Content-Encoding: "gzip"'),
    "gzip taken off": http(PAGE, "Content-Encoding: gzip"),
    "chunks taken off": http(PAGE, "Transfer-Encoding: chunked", "Content-Encoding: br"),
}


@pytest.mark.parametrize("case", PAGES)
def test_encodings_come_off(case: str) -> None:
    items, stopped = read(record(block=PAGES[case]) + TWO, "warc")
    assert stopped is None
    assert [(item.html, item.error) for item in items] == [(PAGE, None)] * 2
    assert items[0].charset == {"capitals": "iso-8859-1", "xhtml": None}.get(case, "utf-8")


BROKEN = {
    "gzip cut off": (http(gzip.compress(PAGE)[:-9], "Content-Encoding: gzip"), "the page's gzip data: cut off after"),
    "gzip damaged": (http(b"\x1f\x8b" + b"\0" * 30, "Content-Encoding: gzip"), "the page's gzip data: damaged"),
    "deflate": (http(zlib.compress(PAGE)[:-9], "Content-Encoding: deflate"), "the page's deflate data are cut off"),
    "brotli": (http(b"\x01\x02\x03", "Content-Encoding: br"), "the page's br data: "),
    "unknown": (http(b"\x00\x1b\x02" * 99, "Content-Encoding: rot13"), "the page is binary data"),
    "image": (http(b"\x89PNG\r\n\x1a\n" + bytes(99)), "the page is a PNG image, not a text"),
    "bomb": (
        http(gzip.compress(bytes(3 << 20)), "Content-Encoding: gzip"),
        "the page is larger than 2097152 bytes when",
    ),
    "deflate bomb": (
        http(zlib.compress(bytes(3 << 20)), "Content-Encoding: deflate"),
        "the page is larger than 2097152",
    ),
    "brotli bomb": (http(brotli(bytes(3 << 20)), "Content-Encoding: br"), "the page is larger than 2097152 bytes when"),
    "large": (http(bytes(3 << 20)), "the page is larger than 2097152 bytes"),
    "empty": (http(b"\n"), "the page is empty"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_page_costs_itself(case: str) -> None:
    block, message = BROKEN[case]
    items = list(warc.WarcReader(io.BytesIO(ONE + record(block=block, number=3) + TWO), "in.warc", limit=2 << 20))
    assert [item.error is None for item in items] == [True, False, True]
    assert (items[1].error or "").startswith(message)
    assert items[1].id == "urn:uuid:3"


def with_length(length: int | str) -> bytes:
    return record(block=http(PAGE), number=3, length=length)


SIZE = len(http(PAGE))
NO_RECORD = f"no WARC record follows the one at byte {len(ONE)}"
# file, pages that are sound, pages that are in doubt, the message
DAMAGED = {
    "too long, at the end": (ONE + with_length(SIZE + 5000), 1, 0, f"cut off in the record at byte {len(ONE)}"),
    "too long": (ONE + with_length(SIZE + 60) + TWO, 1, 1, NO_RECORD),
    "too short": (ONE + with_length(SIZE - 20) + TWO, 1, 1, NO_RECORD),
    "no number": (ONE + with_length("lima") + TWO, 1, 0, f"record at byte {len(ONE)}: its Content-Length is 'lima'"),
    "negative": (ONE + with_length(-5) + TWO, 1, 0, f"record at byte {len(ONE)}: its Content-Length is '-5'"),
    "huge": (ONE + with_length(10**30) + TWO, 1, 0, f"record at byte {len(ONE)}: its Content-Length is '1000"),
    "none": (ONE + TWO.replace(b"Content-Length", b"X-Length") + TWO, 1, 0, f"record at byte {len(ONE)}: cut off in"),
    "cut in a page": (ONE + TWO[:-30], 1, 0, f"cut off in the record at byte {len(ONE)}"),
    "cut in a header": (ONE + TWO[:50], 1, 0, f"record at byte {len(ONE)}: cut off in its header"),
    "cut in what is passed over": (ONE + PASSED["image"][:-6], 1, 0, f"cut off in the record at byte {len(ONE)}"),
    "gzip cut": (gzip.compress(ONE) + gzip.compress(TWO)[:-30], 1, 0, "cut off after "),
    "gzip cut in its last bytes": (gzip.compress(ONE) + gzip.compress(TWO)[:-4], 2, 0, "cut off after "),
    "zst cut": (zstd.compress(ONE) + zstd.compress(TWO)[:-10], 1, 0, "cut off or damaged after the record at byte 0"),
    "no warc": (b"<html>\r\n" * 50, 0, 0, "not a WARC file: no record at its start"),
    "gzip of no warc": (gzip.compress(b"<html>\r\n" * 50), 0, 0, "not a WARC file: no record at its start"),
    "something between": (ONE + b"sampah\r\n" + TWO, 0, 1, "no WARC record follows the one at byte 0"),
}


@pytest.mark.parametrize("case", DAMAGED)
def test_damaged_files_give_what_can_be_read(case: str) -> None:
    data, sound, doubtful, message = DAMAGED[case]
    items, stopped = read(data, "warc")
    assert [item.error is None for item in items] == [True] * sound + [False] * doubtful
    assert stopped is not None and stopped.startswith(message)


def test_a_page_that_the_crawler_cut_says_so() -> None:
    items, _ = read(record(block=http(PAGE), more="WARC-Truncated: length\r\n"), "warc")
    assert items[0].ref["truncated"] == "length"


def test_results_are_jsonl(tmp_path: Path) -> None:
    path = tmp_path / "crawl.warc.gz"
    path.write_bytes(gzip.compress(ONE) + gzip.compress(record(block=http(b""), number=2)))
    for compression in (None, "gz"):  # as it is stored, or decompressed before
        with store.open_read(str(path), compression) as stream:
            data = stream.read()
        lines = [json.loads(line) for line in convert(data, "warc", "jsonl", title="Judul").splitlines()]
        assert lines[0] == {
            "id": "urn:uuid:1",
            "url": "https://contoh.example/1",
            "date": "2024-03-01T01:02:03Z",
            "title": "Judul",
            "text": PAGE.decode().replace("x", ""),
        }
        assert lines[1]["text"] is None
        assert lines[1]["error"].endswith("the page is empty")


def test_an_empty_file_holds_nothing() -> None:
    assert read(b"", "warc") == ([], None)


def conversion(text: bytes, number: int, kind: str = "text/plain") -> bytes:
    return record("conversion", text, number=number, content_type=kind)


@pytest.mark.parametrize("packer", PACKERS)
def test_the_texts_of_a_wet_file(packer: str) -> None:
    parts = [
        record("warcinfo", b"software: contoh\r\n", content_type="application/warc-fields"),
        conversion("Harga beras naik.\nKafé dibuka.".encode(), 1),
        conversion("Kafé dibuka lagi di kota itu.".encode("windows-1252"), 2, "text/plain; charset=utf-8"),
        conversion(b"{}", 3, "application/json"),
        conversion(b" \n", 4),
        conversion(b"%PDF-1.7 ...", 5),
    ]
    data = b"".join(PACKERS[packer](part) for part in parts)
    reader = FORMATS["warc"].reader(io.BytesIO(data), "a.warc.wet", Fields())
    items = list(reader)
    assert reader.passed_over == 2
    assert [(item.url, item.text, item.error) for item in items] == [
        ("https://contoh.example/1", "Harga beras naik.\nKafé dibuka.", None),
        ("https://contoh.example/2", "Kafé dibuka lagi di kota itu.", None),
        ("https://contoh.example/4", " \n", "the text is empty"),
        ("https://contoh.example/5", None, "the record is a PDF document, not a text"),
    ]
    assert items[1].meta["encoding"] == "windows-1252"
    assert items[0].date == "2024-03-01T01:02:03Z"

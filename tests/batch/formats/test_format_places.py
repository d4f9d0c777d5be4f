"""Every format in and out of a store, plain and compressed, and when a package is missing."""

import gzip
import io
import re
import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from format_tools import http, record, result_of

from cleaner.batch import store
from cleaner.batch.formats.registry import FORMATS, kind_of, output_kind, output_name
from cleaner.extras import install
from cleaner.fields import Fields
from cleaner.model import CleanerError


def parquet() -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table({"id": ["1"], "text": ["axb"]}), out)
    return out.getvalue()


CONTENT = {
    "text": b"axb",
    "html": b"<p>axb",
    "jsonl": b'{"id":"1","text":"axb"}\n',
    "csv": b"id,text\n1,axb\n",
    "tsv": b"id\ttext\n1\taxb\n",
    "parquet": parquet(),
    "warc": record(block=http(b"<p>axb")),
}
NAMES = [
    "a.txt",
    "a.html.gz",
    "a.jsonl",
    "a.jsonl.zst",
    "a.csv.gz",
    "a.tsv.bz2",
    "a.parquet",
    "a.warc",
    "a.warc.gz",
    "a.jsonl.xz",
]


@pytest.mark.parametrize("to", [None, "parquet", "jsonl", "text"])
@pytest.mark.parametrize("name", NAMES)
def test_memory_in_and_out(name: str, to: str | None) -> None:
    kind = kind_of(name)
    assert kind is not None
    with store.open_write(f"memory://in/{name}") as out:
        out.write(CONTENT[kind.format.name])
    entry = store.listing(f"memory://in/{name}").entries[0]
    target = output_kind(kind, to)
    place = f"memory://out/{output_name(entry.below, kind, target)}"
    with (
        store.open_read(entry.place, None if kind.format.as_stored else kind.compression) as stream,
        store.open_write(place, target.compression) as out,
    ):
        reader = kind.format.reader(stream, name, Fields())
        writer = target.format.writer(out, Fields(), reader.layout if target.format == kind.format else None)
        for item in reader:
            writer.write(item, result_of(item))
        writer.close()
    written = kind_of(place)
    assert written == target
    with store.open_read(place, None if target.format.as_stored else target.compression) as stream:
        items = list(target.format.reader(stream, place, Fields()))
    assert [item.error for item in items] == [None]
    assert (items[0].text or "").endswith("ab")


@pytest.mark.parametrize(
    ("source", "package", "extra"), [("parquet", "pyarrow", "parquet"), ("warc", "fastwarc.warc", "warc")]
)
def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch, source: str, package: str, extra: str) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(CleanerError, match=re.escape(install(extra))):
        FORMATS[source].reader(io.BytesIO(CONTENT[source]), "a", Fields())


@pytest.mark.parametrize("source", ["text", "jsonl", "csv", "html"])
def test_a_cut_gzip_gives_what_came_before(source: str) -> None:
    data = gzip.compress(CONTENT[source] * 20_000)
    with store.open_write("memory://cut.gz", None) as out:
        out.write(data[: len(data) // 2])
    count = 0
    with store.open_read("memory://cut.gz") as stream, pytest.raises(CleanerError, match=r"cut off after \d+ bytes"):
        for _ in FORMATS[source].reader(stream, "cut", Fields()):
            count += 1
    assert (count > 0) == (source in ("jsonl", "csv"))

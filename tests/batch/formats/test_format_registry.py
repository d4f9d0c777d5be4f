import io

import pytest

from cleaner.batch.formats.registry import FORMATS, kind_of, output_kind, output_name
from cleaner.fields import Fields
from cleaner.model import CleanerError

NAMES = {
    "news.jsonl.gz": ("jsonl", "gz"),
    "NEWS.NDJSON": ("jsonl", None),
    "a.csv.zst": ("csv", "zst"),
    "a.tsv": ("tsv", None),
    "a.tab.bz2": ("tsv", "bz2"),
    "a.parquet": ("parquet", None),
    "a.warc.gz": ("warc", "gz"),
    "a.html.xz": ("html", "xz"),
    "s3://b/c/a.txt": ("text", None),
    "a.json": ("json", None),
    "items.json.zst": ("json", "zst"),
    "CC-MAIN-1.warc.wet.gz": ("warc", "gz"),
    "a.md": ("text", None),
    "a.tar.gz": None,
    "a.gz": None,
    "a": None,
}


@pytest.mark.parametrize(("name", "wanted"), NAMES.items())
def test_kind_by_name(name: str, wanted: tuple[str, str | None] | None) -> None:
    kind = kind_of(name)
    assert (kind and (kind.format.name, kind.compression)) == wanted


def test_override_keeps_the_compression() -> None:
    kind = kind_of("dump.dat.gz", "jsonl")
    assert kind is not None and (kind.format.name, kind.compression) == ("jsonl", "gz")
    with pytest.raises(CleanerError, match="no format 'xml'; there are text, html"):
        kind_of("a", "xml")


def test_parquet_inside_gzip_is_refused() -> None:
    with pytest.raises(CleanerError, match=r"compressed inside: unpack the \.gz"):
        kind_of("a.parquet.gz")


OUTPUTS = [
    ("a.jsonl.gz", None, "a.jsonl.gz"),
    ("a.jsonl.gz", "parquet", "a.parquet"),
    ("a.html", None, "a.html.txt"),
    ("a.html.gz", None, "a.html.txt.gz"),
    ("a.warc.gz", None, "a.jsonl.gz"),
    ("a.warc", "parquet", "a.parquet"),
    ("a.pq", None, "a.pq"),
    ("a.parquet", "jsonl", "a.jsonl"),
    ("a.csv.bz2", "jsonl", "a.jsonl.bz2"),
    ("a.html", "jsonl", "a.html.jsonl"),
    ("A.TXT", None, "A.TXT"),
    ("dir/b.v1.ndjson", None, "dir/b.v1.ndjson"),
]


@pytest.mark.parametrize(("name", "to", "wanted"), OUTPUTS)
def test_output_names(name: str, to: str | None, wanted: str) -> None:
    kind = kind_of(name)
    assert kind is not None
    assert output_name(name, kind, output_kind(kind, to)) == wanted


def test_no_results_as_warc() -> None:
    with pytest.raises(CleanerError, match="cannot be written as warc"):
        FORMATS["warc"].writer(io.BytesIO(), Fields(), None)

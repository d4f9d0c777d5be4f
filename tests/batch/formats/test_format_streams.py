"""Compressed streams, and the places where files are."""

import bz2
import gzip
import io
import lzma
import os
import re
import sys
from pathlib import Path

import fsspec
import pytest

from cleaner.batch import store
from cleaner.batch.compress import Inflater, codec_of, compressing, decompressing
from cleaner.batch.formats.base import ReadError
from cleaner.extras import install
from cleaner.model import CleanerError

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd


def zstd_compress(data: bytes) -> bytes:
    return zstd.compress(data, options={zstd.CompressionParameter.checksum_flag: 1})


CODECS = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress, "zst": zstd_compress}
UNPACK = {"gz": gzip.decompress, "bz2": bz2.decompress, "xz": lzma.decompress, "zst": zstd.decompress}
LINES = [b"baris %d: berita hari ini\n" % n for n in range(100_000)]
DATA = b"".join(LINES)


@pytest.mark.parametrize("codec", CODECS)
def test_members_one_after_the_other(codec: str) -> None:
    packed = CODECS[codec](DATA) + CODECS[codec](b"") + CODECS[codec](b"akhir")
    assert list(decompressing(io.BytesIO(packed), codec)) == [*LINES, b"akhir"]


@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize("keep", [0.999, 0.5, 0.0], ids=["end", "middle", "empty"])
def test_cut_off(codec: str, keep: float) -> None:
    packed = CODECS[codec](DATA)
    cut = packed[: int(len(packed) * keep)]
    stream = decompressing(io.BytesIO(cut), codec)
    lines: list[bytes] = []
    with pytest.raises(ReadError, match=rf"cut off after {len(cut)} bytes of \w+ data"):
        lines.extend(stream)
    if keep == 0.5:  # what came before counts, in whole lines
        lines = []
        stream = decompressing(io.BytesIO(cut), codec)
        with pytest.raises(ReadError):
            for line in stream:
                lines.append(line)
        assert lines and lines == LINES[: len(lines)]


@pytest.mark.parametrize("codec", CODECS)
def test_damage_is_reported(codec: str) -> None:
    packed = CODECS[codec](DATA)
    for data in (packed + b"no such data", b"plain text", packed[:2000] + b"\xff" * 64 + packed[2064:]):
        with pytest.raises(ReadError, match=r"damaged|cut off"):
            decompressing(io.BytesIO(data), codec).read()


def test_zero_padding_after_gzip_is_no_damage() -> None:
    assert decompressing(io.BytesIO(gzip.compress(b"a") + b"\0" * 100), "gz").read() == b"a"


@pytest.mark.parametrize("codec", CODECS)
def test_a_bomb_unpacks_in_pieces(codec: str) -> None:
    bomb = CODECS[codec](bytes(64 << 20))
    inflater = Inflater(io.BytesIO(bomb), codec)
    buffer = bytearray(1 << 16)
    assert 0 < inflater.readinto(buffer) <= len(buffer)
    assert inflater.produced <= len(buffer)


@pytest.mark.parametrize("codec", CODECS)
def test_the_same_data_give_the_same_bytes(codec: str) -> None:
    def packed() -> bytes:
        out = io.BytesIO()
        writer = compressing(out, codec)
        for line in LINES:
            writer.write(line)
        writer.close()
        return out.getvalue()

    first = packed()
    assert first == packed()
    assert UNPACK[codec](first) == DATA


def test_where_members_begin() -> None:
    parts = [b"satu" * 1000, b"dua" * 1000, b"tiga"]
    packed = [gzip.compress(part) for part in parts]
    inflater = Inflater(io.BytesIO(b"".join(packed)), "gz", track=True)
    assert io.BufferedReader(inflater).read() == b"".join(parts)
    assert [inflater.member_at(n) for n in (0, 3999, 4000, 6999, 7000)] == [
        0,
        0,
        len(packed[0]),
        len(packed[0]),
        len(packed[0]) + len(packed[1]),
    ]


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz", "a.csv.bz2", "a.txt.zst", "a.txt.xz", "spasi dan\nbaris.gz"])
def test_local_and_remote_round_trip(tmp_path: Path, name: str) -> None:
    for place in (str(tmp_path / name), f"memory://round/{name}", f"file://{tmp_path}/url-{name}"):
        with store.open_write(place) as out:
            out.write(DATA)
        with store.open_read(place) as stream:
            assert stream.read() == DATA
        with store.open_read(place, None) as stream:
            stored = stream.read()
        codec = codec_of(name)
        assert (UNPACK[codec](stored) if codec else stored) == DATA


@pytest.mark.parametrize("place", ["ada/tiada.gz", "memory://ada/tiada", "nosuch://a/b"])
def test_what_cannot_be_opened(place: str) -> None:
    with pytest.raises(CleanerError, match=r"cannot open it: No such file|cannot open it: |nosuch"):
        store.open_read(place)


def test_urls_need_a_package_and_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fsspec", None)
    with pytest.raises(
        CleanerError, match=re.escape(f"s3://b/a: URLs need fsspec, which is not installed: {install('remote')}")
    ):
        store.open_read("s3://b/a")


FILES = [
    "b.jsonl",
    "a.txt",
    "z/1.jsonl",
    "z/sub/2.jsonl",
    "z/.hidden/3.jsonl",
    ".dot.jsonl",
    "m[1]/4.jsonl",
    "m1/5.jsonl",
]
GLOBS = {
    "": ["a.txt", "b.jsonl", "m1/5.jsonl", "m[1]/4.jsonl", "z/1.jsonl", "z/sub/2.jsonl"],
    "*.jsonl": ["b.jsonl"],
    "**/*.jsonl": ["b.jsonl", "m1/5.jsonl", "m[1]/4.jsonl", "z/1.jsonl", "z/sub/2.jsonl"],
    "z/**/*.jsonl": ["1.jsonl", "sub/2.jsonl"],
    "*/?.jsonl": ["m1/5.jsonl", "m[1]/4.jsonl", "z/1.jsonl"],
    "**/sub/*": ["z/sub/2.jsonl"],
    "z/**": ["1.jsonl", "sub/2.jsonl"],
    ".*": [".dot.jsonl"],
    "z/.hidden/*": ["3.jsonl"],
    "m[0-9]/*": ["m1/5.jsonl"],
    "b.jsonl": ["b.jsonl"],
}


@pytest.mark.parametrize(("pattern", "wanted"), GLOBS.items())
def test_the_same_listing_here_and_in_a_store(tmp_path: Path, pattern: str, wanted: list[str]) -> None:
    memory = fsspec.filesystem("memory")
    root = f"/list-{tmp_path.name}"
    for name in FILES:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
        memory.pipe(f"{root}/{name}", name.encode())
    for base in (str(tmp_path), f"memory:/{root}"):
        found = store.listing(f"{base}/{pattern}" if pattern else base)
        assert [entry.below for entry in found.entries] == wanted
        assert not found.troubles
        for entry in found.entries:
            with store.open_read(entry.place) as stream:
                assert stream.read().decode().endswith(entry.below)
        assert found.is_folder == (pattern == "")


def test_an_existing_name_is_no_pattern(tmp_path: Path) -> None:
    (tmp_path / "a[1]*.txt").write_text("ini")
    (tmp_path / "a1.txt").write_text("itu")
    (tmp_path / "d[x]").mkdir()
    (tmp_path / "d[x]" / "1.txt").write_text("dalam")
    assert [e.below for e in store.listing(str(tmp_path / "a[1]*.txt")).entries] == ["a[1]*.txt"]
    assert [e.below for e in store.listing(str(tmp_path / "d[x]" / "*.txt")).entries] == ["1.txt"]


@pytest.mark.parametrize("pattern", ["*.parquet", "tiada", "tiada/*.txt", "**/tiada", "nul\0*"])
def test_nothing_there(tmp_path: Path, pattern: str) -> None:
    found = store.listing(str(tmp_path / pattern))
    assert not found.entries
    assert len(found.troubles) == 1
    assert any(each in found.troubles[0].message for each in ("no file matches", "no such file", "cannot look"))
    assert store.listing(f"memory://tiada-{tmp_path.name}/{pattern}").troubles


def test_loops_of_links_and_odd_names(tmp_path: Path) -> None:
    odd = [b"a b.txt", b"baris\nbaru.txt", b"latin-\xe9.txt"]
    for name in odd:
        Path(os.fsdecode(os.path.join(os.fsencode(tmp_path), name))).write_text("isi")  # noqa: PTH118
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "own.txt").write_text("hasil")
    for pattern in ("", "/**/*.txt"):
        found = store.listing(f"{tmp_path}{pattern}", skip={(tmp_path / "out").resolve()})
        assert [os.fsencode(entry.below) for entry in found.entries] == odd
        for entry in found.entries:
            with store.open_read(entry.place) as stream:
                assert stream.read() == b"isi"
    assert store.readable(os.fsdecode(odd[2])) == "latin-\\xe9.txt"


def test_a_store_cannot_lead_out_of_its_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    memory = fsspec.filesystem("memory")
    memory.pipe("/traverse/in.txt", b"")
    monkeypatch.setattr(type(memory), "find", lambda self, base: [f"{base}/../etc/passwd", f"{base}/in.txt"])
    found = store.listing("memory://traverse")
    assert [entry.below for entry in found.entries] == ["in.txt"]
    assert "leads out" in found.troubles[0].message

"""Inputs that are cut off, damaged, hostile or oddly named, through the command: one message, and counts that agree."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import re
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cleaner.batch.formats.base import MAX_RECORD
from cleaner.batch.store import open_write

CLEANER = [sys.executable, "-m", "cleaner"]
PROSE = "Harga beras naik tajam pada pekan ini, kata para pedagang di pasar induk kepada wartawan."
COUNTS = re.compile(
    r"records: ([\d,]+) read, ([\d,]+) written, ([\d,]+) without output, ([\d,]+) audited, ([\d,]+) failed"
)


def lines(count: int) -> bytes:
    return b"".join(
        json.dumps({"id": n, "text": f"{PROSE}\nBaca Juga: {hashlib.sha256(b'%d' % n).hexdigest()}\n{PROSE}"}).encode()
        + b"\n"
        for n in range(count)
    )


def table(count: int) -> bytes:
    return b"id,text\n" + b"".join(b'%d,"%s %d"\n' % (n, PROSE.encode(), n * n) for n in range(count))


def parquet(count: int) -> bytes:
    out = io.BytesIO()
    rows = {
        "id": list(range(count)),
        "text": [f"{PROSE} {hashlib.sha256(b'%d' % n).hexdigest()}" for n in range(count)],
    }
    pq.write_table(pa.table(rows), out, row_group_size=50, use_dictionary=False)
    return out.getvalue()


def warc(length: int | str | None = None) -> bytes:
    page = f"<html><body><article><p>{PROSE}</p><p>{PROSE}</p></article></body></html>".encode()
    body = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + page
    parts = []
    for number in (1, 2, 3):
        size = length if number == 2 and length is not None else len(body)
        head = (
            f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{number}>\r\n"
            f"WARC-Target-URI: https://contoh.example/{number}\r\nWARC-Date: 2024-03-01T00:00:00Z\r\n"
            f"Content-Type: application/http; msgtype=response\r\nContent-Length: {size}\r\n\r\n"
        )
        parts.append(head.encode() + body + b"\r\n\r\n")
    return b"".join(parts)


def gzipped(parts: bytes) -> bytes:
    return b"".join(gzip.compress(b"WARC/1.0" + part) for part in parts.split(b"WARC/1.0")[1:])


def zst(data: bytes, folder: Path) -> bytes:
    path = folder / "packed.zst"
    with open_write(str(path)) as out:
        out.write(data)
    packed = path.read_bytes()
    path.unlink()
    return packed


def damaged_parquet() -> bytes:
    data = parquet(200)
    middle = pq.ParquetFile(io.BytesIO(data)).metadata.row_group(2).column(1).data_page_offset
    return data[:middle] + b"\xff" * 400 + data[middle + 400 :]


#: File, its bytes, exit status, what the message says, and whether documents come before the damage.
CASES: dict[str, tuple[str, Callable[[Path], bytes], int, str, bool]] = {
    "jsonl.gz": (
        "a.jsonl.gz",
        lambda _: gzip.compress(lines(500))[:-3000],
        1,
        r"cut off after \d+ bytes of gzip",
        True,
    ),
    "jsonl.zst": ("a.jsonl.zst", lambda f: zst(lines(9000), f)[:-3000], 1, r"cut off after \d+ bytes of Zstand", True),
    "csv.gz": ("a.csv.gz", lambda _: gzip.compress(table(3000))[:-2000], 1, r"cut off after \d+ bytes of gzip", True),
    "gz, empty": ("a.jsonl.gz", lambda _: b"", 2, r"cut off after 0 bytes", False),
    "parquet, no footer": ("a.parquet", lambda _: parquet(200)[:-20], 2, r"not a Parquet file", False),
    "parquet, cut": ("a.parquet", lambda _: parquet(200)[:3000], 2, r"not a Parquet file", False),
    "parquet, damaged": ("a.parquet", lambda _: damaged_parquet(), 1, r"cannot read on after row 100", True),
    "warc, length": ("a.warc", lambda _: warc(9), 1, r"Content-Length", True),
    "warc, no number": ("a.warc", lambda _: warc("x"), 1, r"Content-Length is 'x'", True),
    "warc.gz": ("a.warc.gz", lambda _: gzipped(warc())[:-90], 1, r"cut off", True),
    "csv, quotes": (
        "a.csv",
        lambda _: table(3) + b'7,"tak ditutup\n8,"' + PROSE.encode() + b'"\n',
        1,
        "a.csv:5: ",
        True,
    ),
}


def run(folder: Path, *args: str | bytes, memory: int = 0) -> subprocess.CompletedProcess[str]:
    def limit() -> None:
        if memory:
            resource.setrlimit(resource.RLIMIT_AS, (memory, memory))

    return subprocess.run(
        [*CLEANER, *args], cwd=folder, capture_output=True, text=True, timeout=200, check=False, preexec_fn=limit
    )


def counts(told: str) -> list[int]:
    """Read, written, without output, audited, failed: and they agree."""
    found = COUNTS.search(told)
    assert found, told
    read, written, without, audited, failed = numbers = [int(each.replace(",", "")) for each in found.groups()]
    assert read == written + without == audited
    assert failed <= read
    return numbers


@pytest.mark.parametrize("name", CASES)
def test_damage_costs_what_comes_after_it(name: str, tmp_path: Path) -> None:
    file, make, status, message, some = CASES[name]
    data = make(tmp_path)
    (tmp_path / file).write_bytes(data)
    done = run(tmp_path, "clean", file, "-o", "out")
    assert done.returncode == status, done.stderr
    told = [line for line in done.stderr.splitlines() if line.startswith("cleaner: ")]
    assert told and all(line.startswith(f"cleaner: {file}:") for line in told)
    assert any(re.search(message, line) for line in told), told
    assert "Traceback" not in done.stderr
    read, _, _, _, failed = counts(done.stderr)
    assert (read > failed) == some
    assert (tmp_path / file).read_bytes() == data
    checked = run(tmp_path, "audit", "verify", "out")
    assert (checked.returncode, checked.stderr) == (0, ""), checked
    assert f"{read - failed:,} restore exactly" in checked.stdout


def test_a_stream_that_is_cut_off_was_readable(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(lines(500))[:-3000])
    for more in ([], ["--line-buffered"]):
        done = run(tmp_path, "clean", "a.jsonl.gz", *more)
        assert done.returncode == 1
        assert counts(done.stderr)[4] == 1


def test_a_record_of_sixty_megabytes(tmp_path: Path) -> None:
    """Two hundred go the same way, and take longer."""
    text = f"{PROSE}\n" * (60_000_000 // (len(PROSE) + 1))
    with (tmp_path / "a.jsonl").open("w", encoding="utf-8") as out:
        for each in (PROSE, text, PROSE):
            out.write(json.dumps({"text": each}) + "\n")
    done = run(tmp_path, "clean", "a.jsonl", "-o", "out", "--timeout", "0")
    assert counts(done.stderr) == [3, 3, 0, 3, 0]
    assert "3 restore exactly" in run(tmp_path, "audit", "verify", "out", "--raw", "a.jsonl").stdout


@pytest.mark.parametrize("file", ["a.jsonl.gz", "a.csv.gz", "a.txt.gz"])
def test_a_bomb_is_a_failed_record(file: str, tmp_path: Path) -> None:
    """A gigabyte of one letter in a megabyte of gzip, with four gigabytes of address space."""
    with gzip.open(tmp_path / file, "wb", 1) as out:
        out.write(b"id,text\n" if ".csv" in file else b"")
        for _ in range(1024):
            out.write(b"a" * (1 << 20))
        if ".txt" not in file:
            out.write(
                b"\n" + (b'7,"' + PROSE.encode() + b'"' if ".csv" in file else json.dumps({"text": PROSE}).encode())
            )
    done = run(tmp_path, "clean", file, "-o", "out", "--timeout", "0", memory=4 << 30)
    assert done.returncode == 1, done.stderr
    assert f"longer than {MAX_RECORD} " in done.stderr
    read, _, _, _, failed = counts(done.stderr)
    assert (read, failed) == ((1, 1) if ".txt" in file else (2, 1))
    assert run(tmp_path, "audit", "verify", "out").returncode == 0


@pytest.mark.parametrize(
    "name", [b"a b.jsonl", b"baris\nbaru.jsonl", b"latin-\xe9.jsonl", b"latin-\xe9.parquet", b"l-\xe9.csv.gz"]
)
def test_odd_names_keep_output_audit_and_resume(name: bytes, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    data = parquet(3) if b".parquet" in name else gzip.compress(table(3)) if b".csv" in name else lines(3)
    path = tmp_path / "in" / os.fsdecode(name)
    path.write_bytes(data)
    done = run(tmp_path, "clean", "in", "-o", "in/out")  # inside the input folder, which is not read again
    assert counts(done.stderr) == [3, 3, 0, 3, 0]
    assert (tmp_path / "in" / "out" / os.fsdecode(name)).is_file()
    checked = run(tmp_path, "audit", "verify", "in/out", "--raw", "in")
    assert (checked.stdout, checked.stderr) == ("3 documents: 3 restore exactly\n", "")
    assert "3 of them were done by an earlier run" in run(tmp_path, "clean", "in", "-o", "in/out").stderr
    assert run(tmp_path, "restore", "in/out", "-o", "back").returncode == 0
    assert os.listdir(os.fsencode(tmp_path / "back")) == [name]  # noqa: PTH208
    assert path.read_bytes() == data


def test_utf_16_records_end_at_line_feeds_alone(tmp_path: Path) -> None:
    records = [json.dumps({"id": n, "text": f"{PROSE}\u2028{PROSE}"}, ensure_ascii=False) for n in range(3)]
    (tmp_path / "a.jsonl").write_bytes(("\n".join(records) + "\n").encode("utf-16"))
    assert counts(run(tmp_path, "clean", "a.jsonl", "-o", "out").stderr) == [3, 3, 0, 3, 0]

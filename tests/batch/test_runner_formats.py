"""Every input format to every output format, through the command: texts, other fields, audit, restart and back."""

from __future__ import annotations

import bz2
import csv
import gzip
import hashlib
import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cleaner import Cleaner
from cleaner.batch.store import open_read, open_write

CLEANER = [sys.executable, "-m", "cleaner"]
PROSE = "Harga beras naik tajam pada pekan ini, kata para pedagang di pasar induk kepada wartawan."
TEXTS = [
    f'{PROSE}\nBaca Juga: Harga Cabai Turun\nPedagang "besar", kata mereka, menunggu.\n',
    f"KONTAN.CO.ID - {PROSE}\r\n\r\nKenaikan itu é berlangsung sejak awal bulan.",
    f"{PROSE} Tidak ada yang terpotong di sini.",
]
URLS = [None, "https://www.kontan.co.id/news/1", None]
CLEAN = [Cleaner().clean_text(text, url=url).text for text, url in zip(TEXTS, URLS, strict=True)]
PAGE = (
    "<html><head><title>Harga</title></head><body><nav>Menu</nav><article>"
    f"<p>{PROSE}</p><p>Baca Juga: Harga Cabai Turun</p><p>{PROSE} Lagi.</p></article></body></html>"
)
ROWS: list[dict[str, Any]] = [
    {"id": n + 1, "url": url, "text": text, "skor": n + 0.5, "label": f"l,{n}"}
    for n, (text, url) in enumerate(zip(TEXTS, URLS, strict=True))
]
CODECS: dict[str, Callable[[bytes], bytes]] = {"": bytes, ".gz": gzip.compress, ".bz2": bz2.compress}


def jsonl() -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in ROWS)


def table(delimiter: str) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(ROWS[0]), delimiter=delimiter, lineterminator="\n")
    writer.writeheader()
    writer.writerows(ROWS)
    return out.getvalue().encode()


def parquet() -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(ROWS), out)
    return out.getvalue()


def warc() -> bytes:
    body = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + PAGE.encode()
    records = []
    for number in (1, 2):
        head = (
            f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{number}>\r\n"
            f"WARC-Target-URI: https://contoh.example/{number}\r\nWARC-Date: 2024-03-01T00:00:00Z\r\n"
            f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        records.append(head.encode() + body + b"\r\n\r\n")
    return b"".join(records)


SOURCES: dict[str, Callable[[], bytes]] = {
    "a.txt": TEXTS[0].encode,
    "a.html": PAGE.encode,
    "a.jsonl": jsonl,
    "a.csv": lambda: table(","),
    "a.tsv": lambda: table("\t"),
    "a.parquet": parquet,
    "a.warc": warc,
}
TARGETS = ["", "text", "jsonl", "csv", "tsv", "parquet"]
CASES = [
    (source, codec, to)
    for source in SOURCES
    for to in TARGETS
    for codec in (["", ".gz"] if to in ("", "csv") else [""])
    if not (codec and source == "a.parquet")
]


def run(folder: Path, *args: str, status: int = 0) -> str:
    done = subprocess.run([*CLEANER, *args], cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == status, done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout + done.stderr


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def load(path: Path) -> list[dict[str, Any]]:
    """The records of a result, a text as one."""
    name = path.name.removesuffix(".gz")
    with open_read(str(path)) as stream:
        data = stream.read()
    if name.endswith(".parquet"):
        rows: list[dict[str, Any]] = pq.read_table(io.BytesIO(data)).to_pylist()
        return rows
    if name.endswith(".jsonl"):
        return [json.loads(line) for line in data.splitlines()]
    if name.endswith((".csv", ".tsv")):
        delimiter = "," if name.endswith(".csv") else "\t"
        return list(csv.DictReader(io.StringIO(data.decode(), newline=""), delimiter=delimiter))
    return [{"text": data.decode()}]


def results(out: Path) -> list[Path]:
    return [p for p in sorted(out.iterdir()) if not p.name.startswith(("audit", "manifest", "."))]


@pytest.mark.parametrize(("source", "codec", "to"), CASES, ids=["-".join(case) for case in CASES])
def test_through_the_command_and_back(source: str, codec: str, to: str, tmp_path: Path) -> None:
    raw = tmp_path / "in" / (source + codec)
    raw.parent.mkdir()
    raw.write_bytes(CODECS[codec](SOURCES[source]()))
    before = digests(raw.parent)
    command = ["clean", "in", "-o", "out", *(["--to", to] if to else [])]
    told = run(tmp_path, *command)
    count = {"a.txt": 1, "a.html": 1, "a.warc": 2}.get(source, 3)
    assert f"records: {count} read, {count} written, 0 without output, {count} audited, 0 failed" in told
    [result] = results(tmp_path / "out")
    found = load(result)
    is_page = source in ("a.html", "a.warc")
    page = Cleaner().clean_html(PAGE.encode()).text
    wanted = [page] * count if is_page else CLEAN[:count]
    if result.name.removesuffix(codec).endswith(".txt") and count > 1:
        joined = "".join(text + ("\n" if text.endswith("\n") else "\n\n") for text in wanted[:-1]) + wanted[-1]
        assert found == [{"text": joined}]
    else:
        assert [row["text"] for row in found] == wanted
    if source in ("a.jsonl", "a.csv", "a.tsv", "a.parquet") and len(found) == 3:
        for row, given in zip(found, ROWS, strict=True):
            extra = json.loads(row["extra"]) if "extra" in row else row
            assert str(row["id"]) == str(given["id"])
            assert (extra["skor"], extra["label"]) in (
                (given["skor"], given["label"]),
                (str(given["skor"]), given["label"]),
            )
    assert digests(raw.parent) == before
    assert f": {count} restore exactly" in run(tmp_path, "audit", "verify", "out", "--raw", "in")
    # Started again, it does nothing.
    done = digests(tmp_path / "out")
    stamp = result.stat().st_mtime_ns
    assert f"{count} of them were done by an earlier run" in run(tmp_path, *command)
    assert (digests(tmp_path / "out"), result.stat().st_mtime_ns) == (done, stamp)
    # And back.
    run(tmp_path, "restore", "out", "-o", "back")
    [back] = results(tmp_path / "back")
    assert back.name == result.name
    if not is_page and count == 3 and back.suffix != ".txt":
        assert [row["text"] for row in load(back)] == TEXTS
    elif source == "a.txt":
        assert load(back)[0]["text"] == TEXTS[0]


@pytest.mark.parametrize("source", ["a.jsonl", "a.csv", "a.parquet"])
@pytest.mark.parametrize("codec", ["zst", "xz", "bz2"])
def test_other_compressions(source: str, codec: str, tmp_path: Path) -> None:
    if source == "a.parquet":
        return
    path = tmp_path / f"{source}.{codec}"
    with open_write(str(path)) as out:
        out.write(SOURCES[source]())
    run(tmp_path, "clean", path.name, "-o", "out")
    assert [row["text"] for row in load_packed(tmp_path / "out" / path.name)] == CLEAN
    assert "3 restore exactly" in run(tmp_path, "audit", "verify", "out", "--raw", path.name)
    run(tmp_path, "restore", "out", "-o", "back")
    assert [row["text"] for row in load_packed(tmp_path / "back" / path.name)] == TEXTS


def load_packed(path: Path) -> list[dict[str, Any]]:
    with open_read(str(path)) as stream:
        plain = path.with_suffix("")
        plain.write_bytes(stream.read())
    found = load(plain)
    plain.unlink()
    return found


@pytest.mark.parametrize("to", ["", "parquet", "csv"])
def test_shards_are_checked_against_the_whole_input(to: str, tmp_path: Path) -> None:
    source = tmp_path / "a.jsonl"
    source.write_bytes(jsonl() * 60)
    run(tmp_path, "clean", "a.jsonl", "-o", "out", "--shard-mb", "0.01", *(["--to", to] if to else []))
    shards = results(tmp_path / "out")
    assert len(shards) > 2
    exact = "180 documents: 180 restore exactly"
    assert exact in run(tmp_path, "audit", "verify", "out", "--raw", "a.jsonl")
    part = run(tmp_path, "audit", "verify", f"out/{shards[1].name}", "--raw", "a.jsonl")
    assert "restore exactly" in part and not part.startswith("180")
    source.write_bytes(source.read_bytes().replace(b"tajam", b"sedikit"))
    assert "raw text differs" in run(tmp_path, "audit", "verify", "out", "--raw", "a.jsonl", status=1)


def test_an_audit_cannot_lead_out_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXTS[0], "utf-8")
    run(tmp_path, "clean", "a.txt", "-o", "out")
    audit = tmp_path / "out" / "audit.jsonl"
    audit.write_bytes(audit.read_bytes().replace(b'"output":"a.txt"', b'"output":"../a.txt"'))
    told = run(tmp_path, "restore", "out", "-o", "back/sub", status=1)
    assert "names an output outside the folder" in told
    assert not (tmp_path / "back" / "a.txt").exists()


@pytest.mark.parametrize("source", ["a.csv", "a.parquet", "a.jsonl"])
def test_an_input_without_documents_gives_an_output_without(source: str, tmp_path: Path) -> None:
    empty = {
        "a.csv": b"id,text\n",
        "a.jsonl": b"",
        "a.parquet": None,
    }[source]
    if empty is None:
        pq.write_table(pa.Table.from_pylist(ROWS).slice(0, 0), tmp_path / source)
    else:
        (tmp_path / source).write_bytes(empty)
    run(tmp_path, "clean", source, "-o", "out")
    assert load(tmp_path / "out" / source) == []
    run(tmp_path, "clean", source, "-o", "other", "--to", "parquet")
    assert load(tmp_path / "other" / "a.parquet") == []


def test_a_column_without_a_name_is_no_page(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(f',text\n0,"{PROSE}"\n', "utf-8")
    run(tmp_path, "clean", "a.csv", "-o", "out", "--html-field", "")
    assert load(tmp_path / "out" / "a.csv")[0]["text"] == PROSE

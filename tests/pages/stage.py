"""What commands of pages find when they run: files that go by the names that pages speak of. All texts are invented."""

from __future__ import annotations

import gzip
import io
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

from cleaner import Cleaner
from tests.pages.blocks import ROOT

PROSE = "Harga beras naik tajam pada pekan ini, kata pedagang di pasar induk. Kenaikan itu terjadi sejak awal bulan."
TEXTS = (
    f"KONTAN.CO.ID - {PROSE}\nBaca Juga: Harga Cabai Turun\n{PROSE}\nEditor: Rani Wulandari\n",
    f"SOLO, KOMPAS.com - {PROSE}\nBaca juga: Resep Wedang Jahe\n{PROSE}\nPenulis: Budi Santoso\n",
    f"CONTOH.ID - {PROSE}\n{PROSE}\nTag: beras, pasar, pangan\n",
)
#: A pack whose rule is too wide.
WIDE = r"""schema = 1
pack   = "user/kabar"

[[rule]]
id       = "invitation"
category = "related"
scope    = "line"
match    = '^Kabar\s+kami\b'
example  = ["Kabar kami: Resep Wedang Jahe"]
counter  = ["Menurut kabar kami, harga beras naik."]
"""
URLS = ("https://www.kontan.co.id/news/1", "https://www.kompas.com/read/2", "https://www.contoh.id/3")


def records() -> list[dict[str, object]]:
    """The texts as records."""
    return [{"id": n, "url": url, "text": text} for n, (url, text) in enumerate(zip(URLS, TEXTS, strict=True), 1)]


def lines() -> bytes:
    """The records as JSONL."""
    return b"".join(json.dumps(one, ensure_ascii=False).encode() + b"\n" for one in records())


def page(number: int) -> str:
    """One of the texts as a page."""
    paragraphs = "".join(f"<p>{line}</p>" for line in TEXTS[number].splitlines())
    return f"<html><head><title>Harga Beras</title></head><body><article>{paragraphs}</article></body></html>"


def _articles(folder: Path) -> None:
    folder.mkdir()
    for number, text in enumerate(TEXTS, 1):
        (folder / f"{number}.txt").write_text(text, "utf-8")
    (folder / "page.html").write_text(page(0), "utf-8")


def _crawl(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    for number, url in enumerate(URLS):
        body = page(number).encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n"
        block = head.encode() + body
        record = (
            f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-00000000000{number}>"
            f"\r\nWARC-Date: 2025-01-02T08:00:00Z\r\nWARC-Target-URI: {url}\r\n"
            f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(block)}\r\n\r\n"
        )
        out = io.BytesIO()
        with gzip.GzipFile(fileobj=out, mode="wb", mtime=0) as member:
            member.write(record.encode() + block + b"\r\n\r\n")
        (folder / f"{number}.warc.gz").write_bytes(out.getvalue())


def _parquet(path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.Table.from_pylist(records()), path)


def _packs(folder: Path) -> None:
    """The pack that README.md shows."""
    folder.mkdir(parents=True)
    found = re.search(r"^```toml\n(schema = 1\n.*?)^```$", (ROOT / "README.md").read_text("utf-8"), re.M | re.S)
    assert found
    (folder / "contoh.toml").write_text(found[1], "utf-8")


def _wide_pack(folder: Path) -> None:
    """A pack whose rule cuts more than it should."""
    folder.mkdir()
    (folder / "kabar.toml").write_text(WIDE, "utf-8")


def _bucket(folder: Path) -> None:
    folder.mkdir()
    _articles(folder / "news")
    _crawl(folder / "crawl")


def _decisions(path: Path) -> None:
    """The verdict of a reviewer: what the pack took for an invitation is a sentence."""
    from cleaner.review.verdicts import Decision, DecisionFile, context_of

    text = f"{PROSE}\nKabar kami terima pagi ini dari Solo.\n{PROSE}\n"
    cleaned = Cleaner(packs=[path.with_name("my-packs")]).clean_text(text, url=URLS[2])
    (cut,) = cleaned.removals
    context, at = context_of(cleaned, cut.start, cut.end)
    DecisionFile(path).append(
        Decision(
            id="1",
            kind="cut",
            verdict="wrong",
            rule=cut.rule,
            category=cut.category,
            fingerprint="0" * 16,
            text=cut.text,
            document="3",
            url=URLS[2],
            site=cleaned.site or "",
            context=context,
            at=at,
        )
    )


def _export(path: Path) -> None:
    """What Label Studio gives back when a person has deleted the first span of each text."""
    from cleaner.review.filters import Shown
    from cleaner.review.labels import line, of_documents

    cleaner = Cleaner()
    shown = [Shown(str(one["id"]), None, cleaner.clean_text(str(one["text"])), ()) for one in records()]
    tasks = [json.loads(line(one, "label-studio", number)) for number, one in enumerate(of_documents(shown), 1)]
    for task in tasks:
        (predicted,) = task.pop("predictions")
        task["annotations"] = [{"result": predicted["result"][1:], "completed_by": {"email": "rani@example.org"}}]
    path.write_text(json.dumps(tasks), "utf-8")


#: How each thing is made that a page may ask for (``finds`` in pages.toml).
THINGS: dict[str, Callable[[Path], object]] = {
    "a.jsonl": lambda path: path.write_bytes(lines()),
    "article.txt": lambda path: path.write_text(TEXTS[0], "utf-8"),
    "articles": _articles,
    "b.jsonl": lambda path: path.write_bytes(lines()),
    "bucket": _bucket,
    "crawl": _crawl,
    "decisions.jsonl": _decisions,
    "export.json": _export,
    "kabar": _wide_pack,
    "my-packs": _packs,
    "news.jsonl": lambda path: path.write_bytes(lines()),
    "news.jsonl.gz": lambda path: path.write_bytes(gzip.compress(lines(), mtime=0)),
    "news.parquet": _parquet,
    "web": _crawl,
}


def checkout(folder: Path, python_home: str) -> None:
    """A copy of the checkout, for pages that change it."""
    shutil.copytree(
        ROOT,
        folder,
        ignore=lambda place, names: [
            name
            for name in names
            if name in ("__pycache__", "out", "build", "dist") or (place == str(ROOT) and name.startswith("."))
        ],
    )
    (folder / ".venv").symlink_to(python_home)

"""Fuzzing for a set time: texts, pages, packs, audits and manifests of any content; ``FUZZ_SECONDS`` is for each.

What is mutated is shaped like the real thing: lines joined and doubled, case flipped, invitations put in, odd white
space and marks; JSON with values of another type, names that lead elsewhere, bytes flipped.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from cleaner import Cleaner, CleanerError, restore
from cleaner.audit import decode, encode, record, verify
from cleaner.batch.document import Options
from cleaner.batch.manifest import read_manifest
from cleaner.batch.names import is_inside
from cleaner.batch.run import How, run
from cleaner.batch.sources import find
from cleaner.batch.verifying import verify_all
from cleaner.packs.parse import parse_pack

pytestmark = pytest.mark.integration

ROOT = Path(__file__).resolve().parent.parent.parent
SECONDS = float(os.environ.get("FUZZ_SECONDS", "10"))
SEED = int(os.environ.get("FUZZ_SEED", "0"))
TEXTS = [path.read_text("utf-8") for path in sorted((ROOT / "fixtures").glob("*/*/raw.txt"))]
PAGES = [path.read_text("utf-8") for path in sorted((ROOT / "fixtures").glob("*/*/raw.html"))]
PACKS = [path.read_bytes() for path in sorted((ROOT / "patterns" / "site").glob("*.toml"))][:60]
INVITATIONS = [
    "Baca Juga: Harga Cabai Turun",
    "[Gambas:Video]",
    "KONTAN.CO.ID - ",
    "Editor: Sari Utami",
    "ADVERTISEMENT",
]
ODD = [
    "\x00",
    "\x1b[2J",
    "\u00a0",
    "\u200b",
    "\ufeff",
    "\r",
    "\u2028",
    "\u202e",
    "é",
    "\U0001f336",
    "&nbsp;",
    "<br>",
    "\\n",
]
VALUES: list[Any] = [
    None,
    True,
    -1,
    1 << 80,
    1e308,
    "",
    "../x",
    "/etc/passwd",
    "a\0b",
    ".cleaner/lock",
    [],
    {},
    [[[[]]]],
    "\x1b]0;x\x07",
]


def chances(name: str) -> Iterator[random.Random]:
    """Sources of chance, one a round, until the time is over; a failure names the round."""
    end, number = time.monotonic() + SECONDS, 0
    while time.monotonic() < end:
        yield random.Random(f"{name}-{SEED}-{number}")
        number += 1
    assert number > 5, "no time for anything"


def mutated(text: str, chance: random.Random) -> str:
    for _ in range(chance.randint(1, 6)):
        at = chance.randint(0, len(text))
        match chance.randint(0, 7):
            case 0:
                text = text.replace("\n", " ", chance.randint(1, 9))
            case 1:
                text = text[:at] + chance.choice(INVITATIONS) + text[at:]
            case 2:
                text = text[:at] + chance.choice(ODD) + text[at:]
            case 3:
                text = text[:at] + text[at : at + 80].swapcase() + text[at + 80 :]
            case 4:
                lines = text.split("\n")
                chance.shuffle(lines)
                text = "\n".join(lines)
            case 5:
                text = text[:at] + text[max(0, at - 200) : at] + text[at:]
            case 6:
                text = text[:at] + text[at + chance.randint(0, 200) :]
            case _:
                text = text[:at] + "\n" + text[at:]
    return text


def damaged(data: bytes, chance: random.Random) -> bytes:
    """Bytes flipped, taken out, doubled."""
    found = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(found) + 1)
        match chance.randint(0, 3):
            case 0:
                found[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                del found[at : at + chance.randint(1, 40)]
            case 2:
                found[at:at] = found[max(0, at - 40) : at]
            case _:
                found[at:at] = chance.choice([b'"', b"[", b"{", b"\n", b"\xff", b"'''", b"5", b"null"])
    return bytes(found)


def twisted(value: Any, chance: random.Random) -> Any:
    """A JSON value with one part replaced by another of any type."""
    if isinstance(value, dict) and value and chance.random() < 0.9:
        key = chance.choice(list(value))
        return {**value, key: twisted(value[key], chance)}
    if isinstance(value, list) and value and chance.random() < 0.9:
        at = chance.randrange(len(value))
        return [*value[:at], twisted(value[at], chance), *value[at + 1 :]]
    return chance.choice(VALUES)


def test_texts(cleaner: Cleaner) -> None:
    for chance in chances("text"):
        text = mutated(chance.choice(TEXTS), chance)
        found = cleaner.clean_text(text)
        written = decode(encode(record(found, id=1)))
        assert restore(found.text, written) == text
        assert verify(written, found.text, text) == []


def test_pages(cleaner: Cleaner) -> None:
    for chance in chances("page"):
        page = mutated(chance.choice(PAGES), chance)
        for given in (page, damaged(page.encode(), chance)):
            found = cleaner.clean_html(given)
            written = decode(encode(record(found)))
            assert restore(found.text, written) == found.raw
            assert verify(written, found.text, found.raw) == []


def test_packs() -> None:
    for chance in chances("pack"):
        data = damaged(chance.choice(PACKS), chance)
        with suppress(CleanerError):
            parse_pack(data, "p.toml", "site")


@pytest.fixture
def made(tmp_path: Path, cleaner: Cleaner) -> Path:
    """A run with texts and records of all statuses."""
    folder = tmp_path / "in"
    folder.mkdir()
    for number, text in enumerate(TEXTS[:6]):
        (folder / f"{number}.txt").write_text(text, "utf-8")
    lines = [{"id": n, "text": text} for n, text in enumerate(TEXTS[6:12])]
    (folder / "a.jsonl").write_text("".join(json.dumps(line) + "\n" for line in [*lines, {"id": 7}]), "utf-8")
    run(find([str(folder)]), cleaner, Options(), str(tmp_path / "out"))
    return tmp_path / "out"


def of_the_line(change: Callable[[Any, random.Random], Any], data: bytes, chance: random.Random) -> bytes:
    lines = data.splitlines()
    at = chance.randrange(len(lines))
    lines[at] = json.dumps(change(json.loads(lines[at]), chance)).encode()
    return b"\n".join(lines) + b"\n"


def test_audits(made: Path) -> None:
    """Whatever is changed in an audit is told, or cannot be read; it never is well."""
    whole = (made / "audit.jsonl").read_bytes()
    for chance in chances("audit"):
        data = damaged(whole, chance) if chance.random() < 0.5 else of_the_line(twisted, whole, chance)
        if data == whole:
            continue
        (made / "audit.jsonl").write_bytes(data)
        told: list[str] = []
        try:
            checked = verify_all(made, [made / "audit.jsonl"], None, "text", told.append)
        except CleanerError:
            continue
        assert checked.problems == len(told) > 0


def test_manifests(made: Path, tmp_path: Path, cleaner: Cleaner) -> None:
    """Whatever a manifest says, nothing outside its folder is touched, and what a run does not know it leaves."""
    whole = (made / "manifest.json").read_bytes()
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "x").write_text("berharga", "utf-8")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "b.txt").write_text(TEXTS[0], "utf-8")
    keep = tmp_path / "keep"
    shutil.copytree(made, keep)
    for chance in chances("manifest"):
        data = json.dumps(twisted(json.loads(whole), chance)).encode()
        data = damaged(data, chance) if chance.random() < 0.3 else data
        shutil.rmtree(made)
        shutil.copytree(keep, made)
        (made / "manifest.json").write_bytes(data)
        (made / "milik-saya.md").write_text("berharga", "utf-8")
        try:
            assert all(is_inside(file.name) for file in read_manifest(data, "m").files())
            run(find([str(tmp_path / "other")]), cleaner, Options(), str(made), how=How(force=chance.random() < 0.7))
        except CleanerError as error:
            assert str(error)
        assert (outside / "x").read_text("utf-8") == "berharga"
        assert (made / "milik-saya.md").read_text("utf-8") == "berharga"
        with suppress(CleanerError):
            verify_all(made, [made / "audit.jsonl"], None, "text", lambda message: None)

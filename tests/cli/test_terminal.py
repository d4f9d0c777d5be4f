"""Nothing that a text, an id or a name holds reaches a terminal raw, and a full disk is a message."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from cleaner.terminal import visible

CLEANER = [sys.executable, "-m", "cleaner"]
EVIL = "a\x1b]0;pwn\x07b\x9b2Jc\x7f\u202ed"
TEXT = f"Harga {EVIL} naik.\nBaca Juga: Harga {EVIL} Turun\nAkhir {EVIL}."
#: What the program itself sends: colours, and clearing the line of the progress.
OWN = re.compile(rb"\x1b\[[0-9;]*m|\r\x1b\[2K")
RAW = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80\xae|\r(?!\n)")


def on_a_terminal(folder: Path, *args: str) -> bytes:
    """All that a command sends to a terminal."""
    pid, end = pty.fork()
    if not pid:
        os.chdir(folder)
        # A pager such as less sends sequences of its own; what the command hands it is what is looked at here.
        os.execve(sys.executable, [*CLEANER, *args], {**os.environ, "PAGER": "cat"})
    sent = b""
    try:
        while block := os.read(end, 1 << 16):
            sent += block
    except OSError:  # the other end is closed
        pass
    os.waitpid(pid, 0)
    os.close(end)
    return sent


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "e.jsonl").write_text(json.dumps({"id": EVIL, "text": TEXT}) + "\n{" + EVIL + "\n", "utf-8")
    (tmp_path / f"{EVIL}.txt").write_text(TEXT, "utf-8")
    (tmp_path / f"{EVIL}.jsonl").write_text("{\n", "utf-8")
    subprocess.run([*CLEANER, "clean", ".", "-o", "out", "-q"], cwd=tmp_path, capture_output=True, check=False)
    return tmp_path


@pytest.mark.parametrize(
    "args",
    [
        "diff e.jsonl", "diff --no-color e.jsonl", "diff --format unified e.jsonl",
        "diff --format unified --no-color NAME.txt", "diff --format json e.jsonl", "diff --no-color NAME.txt e.jsonl",
        "explain e.jsonl", "explain --no-color NAME.txt", "clean e.jsonl", "clean NAME.txt", "clean NAME.jsonl",
        "clean none-NAME.txt", "clean NAME.txt e.jsonl -o fresh", "audit summary out --documents",
        "audit summary out --format json", "audit verify out", "audit verify NAME", "restore out/e.jsonl",
        "restore out/NAME.txt", "--NAME", "patterns show NAME",
    ],
)  # fmt: skip
def test_control_characters_are_shown_never_sent(folder: Path, args: str) -> None:
    (folder / "out" / f"{EVIL}.md").write_text("x", "utf-8")  # for verify to tell of
    sent = on_a_terminal(folder, *(arg.replace("NAME", EVIL) for arg in args.split()))
    assert sent
    assert b"Traceback" not in sent
    assert RAW.search(OWN.sub(b"", sent)) is None, sent


def test_files_and_pipes_get_the_bytes_as_they_are(folder: Path) -> None:
    done = subprocess.run([*CLEANER, "restore", f"out/{EVIL}.txt"], cwd=folder, capture_output=True, check=True)
    assert done.stdout == TEXT.encode()
    done = subprocess.run([*CLEANER, "diff", f"{EVIL}.txt"], cwd=folder, capture_output=True, check=True)
    assert EVIL.encode() in done.stdout


def test_what_is_shown() -> None:
    assert visible("a\x1b[2J\x07\x9b\x7f\r\nb\tc\r\u202e\ud800é") == "a␛[2J␇\\x9b␡\nb\tc␍\\u202e\\ud800é"


@pytest.mark.parametrize(
    "args", ["diff a.txt", "explain a.txt", "audit summary out", "patterns list", "restore out/a.txt"]
)
def test_a_full_disk_is_a_message(tmp_path: Path, args: str) -> None:
    (tmp_path / "a.txt").write_text(TEXT * 2000, "utf-8")
    subprocess.run([*CLEANER, "clean", "a.txt", "-o", "out", "-q"], cwd=tmp_path, check=True)
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*CLEANER, *args.split()], cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, check=False, timeout=120
        )
    assert done.returncode == 2
    assert re.fullmatch(rb"cleaner: cannot write the .*: No space left on device\n", done.stderr), done.stderr

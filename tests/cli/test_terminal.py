"""Nothing that a text, an id or a name holds reaches a terminal raw, and a full disk is a message."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from cleaner.terminal import visible, wants_colour

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


@pytest.mark.parametrize(
    ("asked", "terminal", "env", "wanted"),
    [
        (None, True, {}, True),
        (None, False, {}, False),
        (None, True, {"TERM": "dumb"}, False),
        (None, True, {"CLICOLOR": "0"}, False),
        (None, True, {"NO_COLOR": "1"}, False),
        (None, True, {"NO_COLOR": ""}, True),
        (None, False, {"FORCE_COLOR": "1"}, True),
        (None, False, {"FORCE_COLOR": "0"}, False),
        (None, False, {"CLICOLOR_FORCE": "1"}, True),
        (None, False, {"CLICOLOR_FORCE": "0"}, False),
        (None, False, {"FORCE_COLOR": "1", "TERM": "dumb"}, True),
        (None, False, {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        (True, False, {"NO_COLOR": "1"}, True),
        (False, True, {"FORCE_COLOR": "1"}, False),
    ],
)
def test_colour_by_what_was_asked_then_by_the_environment(
    asked: bool | None, terminal: bool, env: dict[str, str], wanted: bool
) -> None:
    assert wants_colour(asked, terminal=terminal, env=env) is wanted


BROKEN = """
schema = 1
pack = "user/contoh"
[[rule]]
id = "dateline"
category = "dateline"
scope = "span"
match = 'CONTOH'
example = [ { in = "CONTOH - Harga beras naik.", out = "Harga beras naik." } ]
"""


@pytest.mark.parametrize("command", ["lint", "test"])
def test_findings_are_in_colour_where_that_is_wanted(tmp_path: Path, command: str) -> None:
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "a.toml").write_text(BROKEN, "utf-8")

    def told(**env: str) -> str:
        return subprocess.run(
            [*CLEANER, "patterns", command, "--packs", "p"],
            cwd=tmp_path,
            env={**os.environ, **env},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        ).stdout

    plain, tinted = told(), told(FORCE_COLOR="1")
    assert "p/a.toml:" in plain and "\x1b" not in plain
    assert "\x1b[1mp/a.toml:" in tinted
    assert OWN.sub(b"", tinted.encode()).decode() == plain


def test_long_output_goes_through_the_pager_of_a_terminal(tmp_path: Path) -> None:
    pager = tmp_path / "pager"
    pager.write_text("#!/bin/sh\necho PAGED\ncat\n", "utf-8")
    pager.chmod(0o755)
    (tmp_path / "a.txt").write_text("A", "utf-8")
    pid, end = pty.fork()
    if not pid:
        os.chdir(tmp_path)
        os.execve(sys.executable, [*CLEANER, "explain", "a.txt"], {**os.environ, "PAGER": str(pager)})
    sent = b""
    with suppress(OSError):  # the other end is closed
        while block := os.read(end, 1 << 16):
            sent += block
    os.waitpid(pid, 0)
    os.close(end)
    assert sent.startswith(b"PAGED\r\n")

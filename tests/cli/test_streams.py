"""What a case file cannot say: pipes that close, signals, slow streams, devices, links, odd names, big lines."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from cleaner.cli import cli

CLEANER = [sys.executable, "-m", "cleaner"]
PROSE = "Harga beras naik tajam pada pekan ini, kata para pedagang di pasar induk kepada wartawan."
CLUTTER = "Baca Juga: Harga Cabai Turun"
LINE = json.dumps({"id": 1, "text": f"{PROSE}\n{CLUTTER}\n{PROSE}"}).encode() + b"\n"


def run(*args: str, **options: Any) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*CLEANER, *args], capture_output=True, timeout=120, check=False, **options)


def left_aside(folder: Path) -> list[Path]:
    return list(folder.rglob("*part-*"))


def test_a_closed_pipe_ends_quietly_and_the_audit_covers_what_went_out(tmp_path: Path) -> None:
    source, audit = tmp_path / "in.jsonl", tmp_path / "audit.jsonl"
    source.write_bytes(LINE * 30_000)
    with subprocess.Popen(
        [*CLEANER, "clean", str(source), "--audit", str(audit)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout and process.stderr
        assert json.loads(process.stdout.readline())["text"] == f"{PROSE}\n{PROSE}"
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(120) == 141
    assert audit.read_bytes().count(b"\n") > 0
    assert not left_aside(tmp_path)


def test_a_closed_pipe_ends_a_view_quietly(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_bytes(LINE * 3000)
    script = f"{sys.executable} -m cleaner diff in.jsonl | head -1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", script], cwd=tmp_path, capture_output=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (141, b"")
    assert done.stdout.startswith(b"=== 1 ")


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_run_leaves_everything_as_it_was(tmp_path: Path, number: int, status: int) -> None:
    out = tmp_path / "out"
    out.mkdir()
    with subprocess.Popen(
        [*CLEANER, "clean", "-", "-o", str(out)], stdin=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin and process.stderr
        process.stdin.write(LINE * 100)
        process.stdin.flush()
        for _ in range(600):
            if (out / ".cleaner" / "stage").exists():
                break
            time.sleep(0.1)
        time.sleep(0.3)
        process.send_signal(number)
        assert process.wait(120) == status
        told = process.stderr.read()
    assert b"Traceback" not in told
    assert (b"cleaner: interrupted before a shard was done; " in told) == (number == signal.SIGINT)
    assert list(out.iterdir()) == []


def test_an_interrupted_run_says_how_to_go_on(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_bytes(LINE * 40_000)
    args = ["clean", "in.jsonl", "-o", "out", "--shard-mb", "0.05"]
    with subprocess.Popen([*CLEANER, *args], stderr=subprocess.PIPE, cwd=tmp_path) as process:
        assert process.stderr
        for _ in range(1200):
            if len(list((tmp_path / "out" / ".cleaner" / "done").glob("*"))) > 2:
                break
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        assert process.wait(120) == 130
        told = process.stderr.read()
    assert told == b"cleaner: interrupted; what is done is in out, and the same command goes on from there\n"
    again = run(*args, cwd=tmp_path)
    assert again.returncode == 0
    assert b"of them were done by an earlier run" in again.stderr
    assert run("audit", "verify", "out", cwd=tmp_path).stdout == b"40,000 documents: 40,000 restore exactly\n"


def test_a_stream_that_is_limited_is_not_read_to_its_end() -> None:
    """``yes`` never ends: the run does."""
    script = f"""yes '{{"text":"A"}}' | {sys.executable} -m cleaner clean - --limit 3 --quiet"""
    done = subprocess.run(["bash", "-c", script], capture_output=True, timeout=120, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b'{"text":"A"}\n' * 3, b"")


def test_line_buffered_hands_on_each_record_at_once() -> None:
    with subprocess.Popen(
        [*CLEANER, "clean", "-", "--line-buffered", "--quiet"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin and process.stdout
        for number in range(3):
            process.stdin.write(json.dumps({"id": number, "text": PROSE}).encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == number
        process.stdin.close()
        assert process.wait(60) == 0


def test_a_full_device_is_told_and_nothing_is_left(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_bytes(LINE * 10)
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*CLEANER, "clean", "in.jsonl", "--audit", "a.jsonl", "--quiet"],
            stdout=full,
            stderr=subprocess.PIPE,
            cwd=tmp_path,
            timeout=120,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr == b"cleaner: cannot write the output: No space left on device\n"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in.jsonl"]


def test_an_audit_can_go_to_a_device_or_through_a_link(tmp_path: Path) -> None:
    assert run("clean", "-", "--audit", "/dev/stderr", "--quiet", input=LINE).stderr.startswith(b'{"schema":1,"id":1,')
    assert run("clean", "-", "--audit", "/dev/null", "--quiet", input=LINE).returncode == 0
    assert Path("/dev/null").is_char_device()
    (tmp_path / "link").symlink_to("real.jsonl")
    assert run("clean", "-", "--audit", "link", "--quiet", input=LINE, cwd=tmp_path).returncode == 0
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real.jsonl").read_bytes().startswith(b'{"schema":1')


def test_odd_file_names(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    names = [b"spasi di nama.txt", b"baris\nbaru.txt", b"bukan-utf8-\xff.txt", "é “kutip”.txt".encode()]
    for name in names:
        Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_text(f"{PROSE}\n{CLUTTER}", "utf-8")
    done = run("clean", "in", "-o", "out", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert sorted(os.fsencode(path.name) for path in (tmp_path / "out").iterdir()) == sorted(
        [*names, b"audit.jsonl", b"manifest.json"]
    )
    assert len((tmp_path / "out" / "audit.jsonl").read_bytes().splitlines()) == len(names)


def test_links_that_turn_in_circles(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.txt").write_text(PROSE, "utf-8")
    (folder / "again").symlink_to(".")
    assert run("clean", "in", "-o", "out", cwd=tmp_path).returncode == 0
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["a.txt", "audit.jsonl", "manifest.json"]


def test_a_line_of_50_megabytes_is_one_record(tmp_path: Path) -> None:
    text = (PROSE + " ") * (50_000_000 // len(PROSE))
    (tmp_path / "in.jsonl").write_bytes(json.dumps({"id": 1, "text": text}).encode() + b"\n" + LINE)
    done = run("clean", "in.jsonl", "-o", "out", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert b"2 read, 2 written, 0 without output, 2 audited" in done.stderr
    assert run("audit", "verify", "out", "--raw", ".", cwd=tmp_path).stdout == b"2 documents: 2 restore exactly\n"


def test_a_line_nested_without_end_is_a_bad_record() -> None:
    done = run(
        "clean", "-", "--quiet", input=b'{"id": 1, "x": ' + b"[" * 200_000 + b"]" * 200_000 + b', "text": "a"}\n'
    )
    assert done.returncode == 1
    assert done.stdout == b'{"id":null,"text":null,"error":"stdin:1: not JSON that can be read: nested too deeply"}\n'


def test_no_colour_when_asked(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(f"{PROSE}\n{CLUTTER}", "utf-8")

    def seen(**more: str) -> bytes:
        parent, child = pty.openpty()
        environment = {**os.environ, "TERM": "xterm", **more}
        subprocess.run([*CLEANER, "diff", "a.txt"], stdout=child, cwd=tmp_path, env=environment, timeout=60, check=True)
        os.close(child)
        shown = os.read(parent, 100_000)
        os.close(parent)
        return shown

    assert b"\x1b[9;31m" in seen()
    assert b"[-Baca Juga: Harga Cabai Turun-]{related}" in seen(NO_COLOR="1")


def test_an_unreadable_folder_and_file_are_told(tmp_path: Path) -> None:
    """Permissions do not stop the superuser, so a folder in a file's place stands for what cannot be opened."""
    (tmp_path / "x.jsonl").mkdir()
    done = run("clean", "x.jsonl", "a.jsonl", "--quiet", cwd=tmp_path)
    assert done.returncode == 2
    assert b"x.jsonl: the folder holds no file to clean" in done.stderr


def test_help_loads_nothing_heavy() -> None:
    loaded = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "cleaner", "--help"], capture_output=True, check=True, text=True
    ).stderr
    for room in ("cleaner.core", "cleaner.html", "trafilatura", "lxml", "bs4"):
        assert room not in loaded


def every(command: click.Command, context: click.Context) -> Iterator[tuple[str, str]]:
    """A command's name and help, and those of the commands below it."""
    yield context.command_path, command.get_help(context)
    for name, below in command.commands.items() if isinstance(command, click.Group) else ():
        yield from every(below, below.make_context(name, [], parent=context, resilient_parsing=True))


HELPS = dict(every(cli, cli.make_context("cleaner", [], resilient_parsing=True)))


@pytest.mark.parametrize("path", HELPS)
def test_every_command_has_a_help_with_an_example(path: str) -> None:
    assert "Example" in HELPS[path]
    assert f"  {path} " in HELPS[path]


def test_help_is_what_is_printed() -> None:
    assert {"cleaner patterns new", "cleaner fixture accept", "cleaner audit verify"} <= set(HELPS)
    done = run("audit", "verify", "--help")
    assert (done.returncode, done.stdout.decode().split()) == (0, HELPS["cleaner audit verify"].split())

"""Runs commands of pages in copies of one process, which has imported everything: that costs 70 ms instead of 300.

``python -m tests.pages.forkserver SOCKET`` serves; ``client.py`` is what a shell starts. Where a program of others
would need the network or would not end, something that looks the same to the page stands in for it.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import sys
import tempfile
import tomllib
import webbrowser
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NEWS = {
    "title": "Harga Beras Naik",
    "publish_date": "2025-01-02 08:00:00",
    "author": "",
    "content": "KONTAN.CO.ID - Harga beras naik tajam pekan ini.\nBaca Juga: Harga Cabai Turun\nEditor: Rani Wulandari",
    "keyword": "ihsg",
    "category": "",
    "source": "kontan.co.id",
    "link": "https://www.kontan.co.id/news/1",
}


def _cleaner(args: Sequence[str]) -> None:
    """The command itself; but a review says its address, and ends instead of waiting for a browser."""
    from cleaner.cli import main

    main(list(args))


def _pip(args: Sequence[str]) -> None:
    """Installs nothing; says whether what is asked for exists: this package, its extras."""
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    assert args[0] == "install"
    for one in args[1:]:
        asked = re.fullmatch(r"(?:\.|berita-cleaner)(?:\[([\w,]+)\])?", one)
        assert asked or one == "duckdb", f"pip would not find {one}"
        unknown = set((asked[1] or "").split(",")) - set(extras) - {""} if asked else ()
        assert not unknown, f"no such extra: {unknown}"


def _newswatch(args: Sequence[str]) -> None:
    """Writes what news-watch 1.3 writes, and fetches nothing."""
    import csv

    given = dict(zip(args[::2], args[1::2], strict=True))
    with Path(given["-o"]).open("w", encoding="utf-8", newline="") as out:
        if given["-of"] == "jsonl":
            out.write(json.dumps(NEWS, ensure_ascii=False) + "\n")
        else:
            table = csv.DictWriter(out, list(NEWS), quoting=csv.QUOTE_ALL, lineterminator="\n")
            table.writeheader()
            table.writerow(NEWS)


def _duckdb(args: Sequence[str]) -> None:
    """DuckDB's shell, of which the package has no more than the library."""
    import duckdb

    assert args[0] == "-c"
    duckdb.sql(args[1]).show()


PROGRAMS: dict[str, Callable[[Sequence[str]], None]] = {
    "cleaner": _cleaner,
    "duckdb": _duckdb,
    "newswatch": _newswatch,
    "pip": _pip,
}


def serve(place: str) -> None:
    """Wait for clients; each is answered by a copy of this process."""
    _prepare()
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(place)
    listener.listen(16)
    print("ready", flush=True)
    while True:
        client, _ = listener.accept()
        if os.fork() == 0:
            listener.close()
            os._exit(_answer(client))
        client.close()
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass


def _prepare() -> None:
    """Do once what most commands do, so that copies find everything imported and compiled."""
    import uvicorn

    import cleaner.review.server  # noqa: F401

    uvicorn.Server.run = lambda self, sockets=None: None
    webbrowser.open = lambda address, *_: True
    seed = str(min((ROOT / "seeds").glob("*.txt")))
    shown = os.dup(1)
    with tempfile.TemporaryDirectory() as folder, Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        out = f"{folder}/out"
        for args in (
            ("diff", seed),
            ("explain", seed),
            ("clean", str(ROOT / "seeds"), "-o", out, "--quiet"),
            ("audit", "verify", out),
            ("audit", "summary", out),
            ("audit", "export", out, "-o", f"{folder}/cuts.parquet"),
            ("restore", out, "-o", f"{folder}/raw"),
        ):
            with contextlib.suppress(SystemExit):
                _cleaner(args)
    os.dup2(shown, 1)


def _answer(client: socket.socket) -> int:
    """Run what the client asks for, with its files and in its folder."""
    data, files, _, _ = socket.recv_fds(client, 1 << 20, 3)
    while not data.endswith(b"\n"):
        data += client.recv(1 << 20)
    program, args, folder, environment = json.loads(data)
    for target, file in enumerate(files):
        os.dup2(file, target)
        os.close(file)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = [program, *args]
    signal.signal(signal.SIGINT, signal.default_int_handler)
    status = 1
    try:
        PROGRAMS[program](args)
        status = 0
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else 0 if ended.code is None else 1
    except BaseException as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError):
            stream.flush()
    with contextlib.suppress(OSError):
        client.sendall(bytes([status]))
    return status


if __name__ == "__main__":
    serve(sys.argv[1])

"""Runs the blocks of a page in a folder of its own, and compares what they print.

All ``sh`` blocks of a page are one script, then all ``python`` blocks another, then each ``sql`` block is asked of
DuckDB. A ``text`` block right behind one is what it prints, to the letter.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.pages.blocks import ROOT, Block, blocks_of
from tests.pages.forkserver import PROGRAMS
from tests.pages.stage import THINGS, checkout

SETUP = tomllib.loads(Path(__file__).with_name("pages.toml").read_text("utf-8"))
#: Changes the checkout, so that it runs in a copy of it (``tests/test_contributing.py``).
IN_CHECKOUT = "CONTRIBUTING.md"
MARK = "---- end of block"
_LEFT_OUT = ("PYTEST_", "COV_")


@dataclass(frozen=True)
class Work:
    """What of a page runs: in the core's tests, or all of it."""

    page: str
    blocks: tuple[Block, ...]

    @property
    def needs(self) -> frozenset[str]:
        """What the blocks need that the core does not have."""
        return frozenset(name for block in self.blocks for name in block.needs)


def whole(page: str) -> Work:
    """All of a page but what is not run."""
    left_out = [one["holds"] for one in SETUP["not_run"] if one["page"] == page]
    blocks = blocks_of((ROOT / page).read_text("utf-8"))
    if page in SETUP["apart"]["lines"]:
        blocks = tuple(one for block in blocks for one in _alternatives(block))
    return Work(page, tuple(block for block in blocks if not any(part in block.code for part in left_out)))


def _alternatives(block: Block) -> Iterator[Block]:
    """The lines of a block, each in a copy of the folder, in which nothing is yet where it writes."""
    for number, line in enumerate(block.code.splitlines()):
        goes = re.search(r" -o (\S+)", line)
        code = f'(\ncd "$(fresh {goes[1] if goes else ""})"\n{line}\n)\n'
        yield Block(block.line + number, block.language, code)


def in_core(page: str) -> Work:
    """What of a page runs with the core's environment: whole languages, or single blocks where these stand apart."""
    work = whole(page)
    if page in (*SETUP["apart"]["pages"], *SETUP["apart"]["lines"]):
        return Work(page, tuple(block for block in work.blocks if not block.needs))
    wanting = {block.language for block in work.blocks if block.needs}
    if "sh" in wanting:  # what comes later may build on it
        return Work(page, ())
    return Work(page, tuple(block for block in work.blocks if block.language not in wanting))


@contextmanager
def fork_server(folder: Path, tree: Path = ROOT) -> Iterator[Path]:
    """A fork server, for as long as it is needed; gives its socket.

    Args:
        folder: where the socket goes.
        tree: the checkout whose code it runs.
    """
    place = folder / "s"
    command = [sys.executable, "-m", "tests.pages.forkserver", str(place)]
    env = _environment() | {"PYTHONPATH": str(tree)}
    with subprocess.Popen(command, cwd=tree, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, env=env) as server:
        assert server.stdout is not None
        assert server.stdout.readline() == b"ready\n"
        try:
            yield place
        finally:
            server.terminate()


def run_in_checkout(page: str, folder: Path) -> str:
    """Run all of a page in a copy of the checkout, which it changes; gives what its shell blocks printed."""
    checkout(folder, sys.prefix)
    with tempfile.TemporaryDirectory() as beside, fork_server(Path(beside), folder) as server:
        return run(whole(page), folder, server)


def run(work: Work, folder: Path, server: Path) -> str:
    """Run the blocks of a page; gives what its shell blocks printed.

    Args:
        work: the blocks.
        folder: an empty one, or none yet, to run in.
        server: socket of the fork server.
    """
    folder.mkdir(exist_ok=True)
    for name in SETUP["finds"].get(work.page, ()):
        thing, _, known_as = name.partition(" as ")
        THINGS[thing](folder / (known_as or thing))
    shell, python, sql = ([one for one in work.blocks if one.language == kind] for kind in ("sh", "python", "sql"))
    printed = ""
    if shell:
        script = _prelude(server) + SETUP["before"].get(work.page, "") + "\n"
        script += "".join(f"{_stood_for(one.code, folder)}echo '{MARK}'\n" for one in shell)
        printed = _done(["bash", "-c", script], shell, work, folder)
    if python:
        file = folder / "page.py"
        # Processes that an engine starts read the script again, under another name.
        mark = f"\nif __name__ == '__main__':\n    print('{MARK}', flush=True)\n"
        names = SETUP["python"].get(work.page, "")
        file.write_text(names + "".join(f"{one.code}{mark}" for one in python), "utf-8")
        _done([sys.executable, str(file)], python, work, folder)
    if sql:
        _ask(sql, folder)
    return printed


def _prelude(server: Path) -> str:
    """Functions in place of programs; ``make`` is asked what it would do."""
    lines = ["set -euo pipefail", f'make() {{ command make --dry-run --directory="{ROOT}" "$@" > /dev/null; }}']
    client = f'"{sys.executable}" -SI "{ROOT}/tests/pages/client.py" "{server}"'
    lines += [f'{name}() {{ {client} {name} "$@"; }}' for name in PROGRAMS]
    lines.append('fresh() { local at; at=$(mktemp -d -p ..); cp -r . "$at"; (cd "$at" && rm -rf "$@"); echo "$at"; }')
    lines.append('datasette() { [[ " $* " == *" --get "* ]] || set -- "$@" --get /; command datasette "$@"; }')
    return "\n".join(lines) + "\n"


def _stood_for(code: str, folder: Path) -> str:
    for theirs, ours in SETUP["stands_for"].items():
        code = code.replace(theirs, ours.format(folder=folder))
    return code


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(_LEFT_OUT)}


def _done(command: Sequence[str], blocks: Iterable[Block], work: Work, folder: Path) -> str:
    """Run a script, and compare what each of its blocks prints."""
    bin_dir = str(Path(sys.executable).parent)
    env = _environment() | {"PATH": f"{bin_dir}{os.pathsep}{os.environ['PATH']}", "PYTHONWARNINGS": "ignore"}
    env |= {"PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1", "HF_HUB_OFFLINE": "1"}
    env |= {"HF_HOME": str(folder / "hf"), "HF_DATASETS_CACHE": str(folder / "hf")}
    env["PYTHONPATH"] = str(folder if work.page == IN_CHECKOUT else ROOT)
    done = subprocess.run(command, check=False, cwd=folder, env=env, capture_output=True, text=True, timeout=600)
    outputs = done.stdout.split(f"{MARK}\n")
    blocks = list(blocks)
    if done.returncode != 0:
        at = blocks[min(len(outputs), len(blocks)) - 1]
        raise AssertionError(f"{work.page}:{at.line}: {outputs[-1][-2000:]}{done.stderr[-2000:]}")
    assert len(outputs) == len(blocks) + 1
    for block, output in zip(blocks, outputs, strict=False):
        assert block.printed is None or output == block.printed, f"{work.page}:{block.line}: {block.code}"
    return done.stdout


def _ask(questions: Iterable[Block], folder: Path) -> None:
    import duckdb

    with duckdb.connect() as connection:
        connection.execute(f"SET file_search_path = '{folder}'")
        for one in questions:
            connection.execute(one.code).fetchall()

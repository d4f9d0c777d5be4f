"""A finished run over invented texts, some of them hostile, and a page."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from reviewing import command, records, write


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run, made once: its folder is ``out`` beside ``news.jsonl``."""
    folder = tmp_path_factory.mktemp("made")
    command("clean", write(folder / "news.jsonl", records()), "-o", folder / "out", "--quiet", status=1)
    return folder


@pytest.fixture
def place(made: Path, tmp_path: Path) -> Path:
    """A copy of the run that a test may change, with its input."""
    shutil.copytree(made, tmp_path / "place", copy_function=shutil.copy2)
    for left in (tmp_path / "place").glob(".*"):
        shutil.rmtree(left)
    return tmp_path / "place"


@pytest.fixture
def snapshot() -> Callable[[Path], dict[str, bytes]]:
    """What a folder holds, to show that nothing in it was changed."""

    def taken(folder: Path) -> dict[str, bytes]:
        return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}

    return taken

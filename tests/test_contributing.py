"""CONTRIBUTING.md is a program: its ``sh`` blocks run in order, in a copy of the checkout.

``make`` is asked what it would do (this test is part of what it does).
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

ROOT = Path(__file__).resolve().parent.parent
BLOCK = re.compile(r"^ *```sh\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
PARTS = (
    "CONTRIBUTING.md",
    "Makefile",
    "pyproject.toml",
    "benchmarks",
    "cleaner",
    "docs",
    "fixtures",
    "patterns",
    "seeds",
    "tests",
)
TARGETS = re.compile(r"`make ([a-z- ]+)`")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("checkout")
    for name in PARTS:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)
    (folder / ".venv").symlink_to(sys.prefix)
    return folder


def test_the_page_runs(checkout: Path) -> None:
    blocks = [dedent(block) for block in BLOCK.findall((ROOT / "CONTRIBUTING.md").read_text("utf-8"))]
    assert len(blocks) >= 10
    script = 'set -euo pipefail\nmake() { command make --dry-run "$@"; }\n' + "".join(blocks)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    left_out = ("PYTEST_", "COV_")
    env = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
    done = subprocess.run(
        ["bash", "-c", script],
        check=False,
        cwd=checkout,
        env={**env, "PATH": path, "PYTHONPATH": str(checkout)},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert "[-CONTOHKABAR.ID, Solo --]{dateline} Pasar di Solo dibuka lagi" in done.stdout
    pack = (checkout / "patterns" / "site" / "contohkabar.id.toml").read_text("utf-8")
    assert 'pack   = "site/contohkabar.id"' in pack and "status" not in pack.partition("[[rule]]")[2]
    clean = (checkout / "fixtures" / "contohkabar.id" / "pasar" / "clean.txt").read_text("utf-8")
    assert clean.startswith("Pasar di Solo") and "Kabar pilihan" not in clean


def test_every_target_named_is_one() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    named = {target for names in TARGETS.findall(text) for target in names.split()}
    assert {"hooks", "bench", "test-integrations"} <= named
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert named <= targets, f"no such targets: {named - targets}"
    told = set(re.findall(r"^# make ([a-z-]+) ", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert told == targets


def test_every_page_named_is_there() -> None:
    for page in (
        "CONTRIBUTING.md",
        *(f"docs/{path.name}" for path in sorted((ROOT / "docs").glob("*.md"))),
        "README.md",
    ):
        here = ROOT / page
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", here.read_text("utf-8")):
            assert (here.parent / target).exists(), f"{page}: {target} is not there"

"""The pages for maintainers are programs: their ``sh`` blocks run in order, a ``text`` block is what comes out."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
BLOCK = re.compile(r"^```sh\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?", re.MULTILINE | re.DOTALL)
MARK = "---- end of block"


@pytest.mark.parametrize("name", ["add-a-site", "maintaining-packs"])
def test_the_page_runs_and_prints_what_it_says(name: str, tmp_path: Path) -> None:
    blocks = BLOCK.findall((DOCS / f"{name}.md").read_text("utf-8"))
    assert len(blocks) >= 4
    script = tmp_path / "page.sh"
    script.write_text("set -euo pipefail\n" + "".join(f"{code}echo '{MARK}'\n" for code, _ in blocks), "utf-8")
    folder = tmp_path / "work"
    folder.mkdir()
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        [str(shutil.which("bash")), str(script)],
        check=False,
        cwd=folder,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    outputs = done.stdout.split(f"{MARK}\n")
    assert len(outputs) == len(blocks) + 1
    for (code, expected), output in zip(blocks, outputs, strict=False):
        if expected:
            assert output == expected, code

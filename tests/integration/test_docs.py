"""The pages of docs/pipelines are programs: they run, and print what they say they print.

All ``python`` blocks of a page are one script, all ``sh`` blocks another, which runs first. A ``text`` block that comes
right after one of them is what it prints, to the letter.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PAGES = sorted((Path(__file__).parents[2] / "docs" / "pipelines").glob("*.md"))
BLOCK = re.compile(r"^```(python|sh)\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?", re.MULTILINE | re.DOTALL)
TOOLS = {"spark": "jvm", "unix-pipes": "jq"}
MARK = "---- end of block"


def blocks_of(page: Path, language: str) -> list[tuple[str, str | None]]:
    return [(code, printed) for kind, code, printed in BLOCK.findall(page.read_text("utf-8")) if kind == language]


def run(command: list[str], blocks: list[tuple[str, str | None]], folder: Path) -> None:
    bin_dir = str(Path(sys.executable).parent)
    env = {**os.environ, "PATH": f"{bin_dir}{os.pathsep}{os.environ['PATH']}", "PYTHONWARNINGS": "ignore"}
    env |= {"PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"}
    env["HF_HUB_OFFLINE"] = "1"
    env["HF_HOME"] = env["HF_DATASETS_CACHE"] = str(folder / "hf")
    done = subprocess.run(command, check=False, cwd=folder, env=env, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    outputs = done.stdout.split(f"{MARK}\n")
    assert len(outputs) == len(blocks) + 1
    for (code, expected), output in zip(blocks, outputs, strict=False):
        if expected:
            assert output == expected, code


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_page_runs_and_prints_what_it_says(page: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    shell, python = blocks_of(page, "sh"), blocks_of(page, "python")
    assert shell or python
    if page.stem in TOOLS:
        request.getfixturevalue(TOOLS[page.stem])
    if shell:
        script = tmp_path / "page.sh"
        script.write_text("set -euo pipefail\n" + "".join(f"{code}echo '{MARK}'\n" for code, _ in shell))
        run([str(shutil.which("bash")), str(script)], shell, tmp_path)
    if python:
        script = tmp_path / "page.py"
        # Processes that an engine starts read the script again, under another name.
        script.write_text(
            "".join(f"{code}\nif __name__ == '__main__':\n    print('{MARK}', flush=True)\n" for code, _ in python)
        )
        run([sys.executable, str(script)], python, tmp_path)


def test_every_adapter_has_its_page() -> None:
    assert [page.stem for page in PAGES] == [
        "arrow", "datatrove", "huggingface-datasets", "pandas-polars", "ray", "scrapy", "spark", "unix-pipes"
    ]  # fmt: skip

"""The command line, case by case, from ``tests/cli/cases/*.toml``: arguments and files in, output and status out.

A file is a text, or ``{ hex = "…" }`` for bytes. ``{seeds}`` in arguments is the folder of the seed articles.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
SEEDS = HERE.parent.parent / "seeds"
CASES = [
    pytest.param(case, id=f"{path.stem}: {case['name']}")
    for path in sorted((HERE / "cases").glob("*.toml"))
    for case in tomllib.loads(path.read_text("utf-8"))["case"]
]
KEYS = {
    *("name", "args", "files", "folders", "stdin", "env", "status", "stdout", "stdout_has", "stdout_lacks"),
    *("stderr", "stderr_has", "after", "after_has", "absent"),
}


def data(value: str | dict[str, str]) -> bytes:
    return value.encode() if isinstance(value, str) else bytes.fromhex(value["hex"])


@pytest.mark.parametrize("case", CASES)
def test_case(case: dict[str, Any], tmp_path: Path) -> None:
    assert set(case) <= KEYS, "a case with an unknown key tests less than it says"
    for folder in case.get("folders", ()):
        (tmp_path / folder).mkdir(parents=True)
    for name, content in case.get("files", {}).items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data(content))
    inputs = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    done = subprocess.run(
        [sys.executable, "-m", "cleaner", *(arg.replace("{seeds}", str(SEEDS)) for arg in case["args"])],
        input=data(case.get("stdin", "")),
        capture_output=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONWARNINGS": "error::UserWarning", **case.get("env", {})},
        timeout=120,
        check=False,
    )
    out, err = done.stdout.decode(), done.stderr.decode()
    assert "Traceback" not in err
    assert done.returncode == case.get("status", 0), err
    if "stdout" in case:
        assert out == case["stdout"]
    if "stderr" in case:
        assert err == case["stderr"]
    for part in case.get("stdout_has", ()):
        assert part in out
    for part in case.get("stdout_lacks", ()):
        assert part not in out
    for part in case.get("stderr_has", ()):
        assert part in err
    for name, content in case.get("after", {}).items():
        assert (tmp_path / name).read_bytes() == data(content)
    for name, parts in case.get("after_has", {}).items():
        text = (tmp_path / name).read_bytes().decode()
        for part in parts:
            assert part in text
    for name in case.get("absent", ()):
        assert not (tmp_path / name).exists()
    assert all(path.read_bytes() == content for path, content in inputs.items()), "an input was changed"
    assert not list(tmp_path.rglob(".*part-*")), "something was left aside"

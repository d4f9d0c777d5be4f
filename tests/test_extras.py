"""The command that installs an extra, for each way in which the program may be here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cleaner import extras

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The package in a folder of its own, as pip puts it, and no metadata."""
    module = tmp_path / "site-packages" / "cleaner" / "extras.py"
    monkeypatch.setattr(extras, "__file__", str(module))
    monkeypatch.setattr(extras, "_metadata", lambda name: None)
    return tmp_path


def test_from_a_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extras, "_metadata", lambda name: None)
    monkeypatch.chdir(ROOT)
    assert extras.install("parquet") == "pip install '.[parquet]'"
    monkeypatch.chdir("/")
    assert extras.install("parquet") == f"pip install '{ROOT}[parquet]'"


@pytest.mark.parametrize(("editable", "flag"), [(True, "-e "), (False, "")])
def test_installed_from_a_checkout(elsewhere: Path, monkeypatch: pytest.MonkeyPatch, editable: bool, flag: str) -> None:
    monkeypatch.chdir(elsewhere)
    told = json.dumps({"url": ROOT.as_uri(), "dir_info": {"editable": editable}})
    monkeypatch.setattr(extras, "_metadata", lambda name: told)
    assert extras.install("warc") == f"pip install {flag}'{ROOT}[warc]'"


def test_installed_from_elsewhere(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [
        "click>=8",
        'pyarrow>=22; extra == "parquet"',
        "a; extra == 'mine'",
        "b>=1 ; python_version<'4' and extra=='mine'",
    ]
    monkeypatch.setattr("importlib.metadata.requires", lambda name: lines)
    assert extras.install("parquet") == "pip install 'pyarrow>=22'"
    assert extras.install("mine") == "pip install 'a' 'b>=1'"
    assert extras.install("none") == "pip install 'berita-cleaner[none]'"


WITHOUT = """
import sys
for name in {missing!r}:
    sys.modules[name] = None  # importing it fails
from cleaner.cli import main
main({args!r})
"""


@pytest.mark.parametrize(
    ("missing", "args", "what"),
    [
        (["pyarrow"], ["clean", "a.parquet", "-o", "out"], "Parquet files need pyarrow"),
        (["pyarrow"], ["clean", "a.parquet", "--audit", "audit.jsonl"], "Parquet files need pyarrow"),
        (["pyarrow"], ["clean", "a.txt", "-o", "out.parquet"], "Parquet files need pyarrow"),
        (["pyarrow"], ["clean", "a.txt", "--to", "parquet", "-o", "out"], "Parquet files need pyarrow"),
        (["fastwarc"], ["clean", "a.warc.gz", "-o", "out"], "WARC files need fastwarc"),
        (["compression", "backports"], ["clean", "a.jsonl.zst", "-o", "out/"], "Zstandard files need a package"),
    ],
)
def test_a_missing_package_leaves_nothing_behind(
    tmp_path: Path, missing: list[str], args: list[str], what: str
) -> None:
    inputs = {"a.txt", "a.parquet", "a.warc.gz", "a.jsonl.zst"}
    for name in inputs:
        (tmp_path / name).write_bytes(b"x")
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT.format(missing=missing, args=args)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 2
    assert done.stderr.startswith(f"cleaner: {what}"), done.stderr
    assert ": pip install " in done.stderr
    assert {path.name for path in tmp_path.iterdir()} == inputs

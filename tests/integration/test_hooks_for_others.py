"""The hooks that other repositories use: pre-commit installs the cleaner from here and runs them on their packs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("cleaner", "patterns", "pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml")
PACK = """schema = 1
pack   = "user/contoh"

[[rule]]
id       = "kabar"
category = "related"
scope    = "line"
match    = '^Kabar pilihan kami:'
example  = ["Kabar pilihan kami: Soto"]
counter  = ["Kabar pilihan kami datang dari desa."]
"""


def repository(folder: Path) -> Path:
    git = ["git", "-c", "user.name=T", "-c", "user.email=t@contoh.example"]
    for args in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "--message", "all"]):
        subprocess.run([*git, *args], cwd=folder, check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hooks")
    for name in PARTS:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, folder / name)
    return repository(folder)


def test_they_run_on_packs_and_fixtures_of_another_repository(hooks: Path, tmp_path: Path) -> None:
    (tmp_path / "packs").mkdir()
    (tmp_path / "packs" / "contoh.toml").write_text(PACK, "utf-8")
    case = tmp_path / "fixtures" / "contoh.example" / "satu"
    case.mkdir(parents=True)
    prose = "Harga beras naik tajam pada pekan ini, kata para pedagang di pasar induk kepada wartawan."
    (case / "raw.txt").write_text(f"{prose}\nKabar pilihan kami: Soto\n{prose}", "utf-8")
    (case / "clean.txt").write_text(f"{prose}\n{prose}", "utf-8")
    answer = '{"removals": [{"category": "related", "text": "Kabar pilihan kami: Soto"}]}'
    (case / "removals.json").write_text(answer, "utf-8")
    other = repository(tmp_path)
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "CLEANER"))}
    done = subprocess.run(
        [sys.executable, "-m", "pre_commit", "try-repo", str(hooks), "--all-files"],
        cwd=other,
        check=False,
        env={**env, "PRE_COMMIT_HOME": str(hooks / ".home")},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for name in ("layout of the packs", "examples of the packs", "checks of the packs", "fixtures"):
        assert f"\n{name}." in done.stdout
    assert done.stdout.count("Passed") == 4

"""What hangs on the project from outside: hooks for pre-commit, issue forms. They load, and do what they say."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from cleaner import CATEGORIES

ROOT = Path(__file__).resolve().parent.parent
FORMS = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))
PRE_COMMIT = [sys.executable, "-m", "pre_commit"]
PACK = """schema = 1
pack = "site/contoh-kait.id"
title = "Contoh"
source = "written for this test"
[site]
domains = ["contoh-kait.id"]
[[rule]]
id = "kabar"
category = "related"
scope = "line"
match = '^Kabar pilihan kami:'
example = ["Kabar pilihan kami: Soto"]
counter = ["Kabar pilihan kami datang dari desa."]
"""


def git(folder: Path, *args: str) -> None:
    subprocess.run(
        ["git", "-c", "user.name=T", "-c", "user.email=t@contoh.example", *args],
        cwd=folder,
        check=True,
        capture_output=True,
    )


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for name in ("cleaner", "patterns", "fixtures"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in (".pre-commit-config.yaml", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / ".venv").symlink_to(sys.prefix)
    (tmp_path / ".gitignore").write_text(".venv\n.home\n", "utf-8")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message", "all")
    return tmp_path


def outcomes(checkout: Path, skip: str = "") -> dict[str, str]:
    """What each hook says to what is staged."""
    env = {**os.environ, "PRE_COMMIT_HOME": str(checkout / ".home"), "PYTHONPATH": str(checkout), "SKIP": skip}
    done = subprocess.run([*PRE_COMMIT, "run"], cwd=checkout, check=False, env=env, capture_output=True, text=True)
    return dict(re.findall(r"^([\w, ]+?)\.+(?:\(.*\))?(\w+)$", done.stdout, re.MULTILINE))


def test_the_hooks_check_what_changed(checkout: Path) -> None:
    path = checkout / "patterns" / "site" / "contoh-kait.id.toml"
    path.write_text(PACK, "utf-8")
    git(checkout, "add", ".")
    assert outcomes(checkout, "patterns-lint,patterns-test,fixtures")["layout of the packs"] == "Failed"  # mended
    git(checkout, "add", ".")
    found = outcomes(checkout)
    assert {name for name, outcome in found.items() if outcome == "Skipped"} == {
        "ruff",
        "ruff format",
        "mypy",
        "examples of all packs, after a change to templates or word lists",
    }
    assert {name for name, outcome in found.items() if outcome == "Passed"} == {
        "layout of the packs",
        "examples of the packs",
        "checks of the packs",
        "fixtures",
    }
    path.write_text(path.read_text("utf-8").replace("kami datang", "kami: datang"), "utf-8")
    git(checkout, "add", ".")
    assert outcomes(checkout, "patterns-lint,fixtures")["examples of the packs"] == "Failed"


def test_hooks_and_forms_are_of_their_form() -> None:
    for check, name in (
        ("validate-config", ".pre-commit-config.yaml"),
        ("validate-manifest", ".pre-commit-hooks.yaml"),
    ):
        subprocess.run([*PRE_COMMIT, check, str(ROOT / name)], check=True)
    assert [form.stem for form in FORMS] == ["config", "missed-clutter", "new-site", "wrong-cut"]
    for form in FORMS[1:]:
        content = yaml.safe_load(form.read_text("utf-8"))
        assert {"name", "description", "body"} <= set(content)
        asked = [field["id"] for field in content["body"] if field["type"] != "markdown"]
        assert len(asked) == len(set(asked)) >= 3
    (categories,) = (
        field["attributes"]["options"]
        for field in yaml.safe_load(FORMS[1].read_text("utf-8"))["body"]
        if field.get("id") == "category"
    )
    assert categories == list(CATEGORIES)


def test_the_citation_can_be_read() -> None:
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert {"cff-version", "message", "title", "authors", "license"} <= set(cited)

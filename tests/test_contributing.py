"""CONTRIBUTING.md is a program: its ``sh`` blocks run in order, in a copy of the checkout.

``make`` is asked what it would do (this test is part of what it does).
"""

from __future__ import annotations

import re
from pathlib import Path

from tests.pages.blocks import PAGES
from tests.pages.running import run_in_checkout

ROOT = Path(__file__).resolve().parent.parent
TARGETS = re.compile(r"`make ([a-z- ]+)`")


def test_the_page_runs(tmp_path: Path) -> None:
    checkout = tmp_path / "checkout"
    printed = run_in_checkout("CONTRIBUTING.md", checkout)
    assert "[-CONTOHKABAR.ID, Solo --]{dateline} Pasar di Solo dibuka lagi" in printed
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
    for page in PAGES:
        here = ROOT / page
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", here.read_text("utf-8")):
            assert (here.parent / target).exists(), f"{page}: {target} is not there"

"""The documentation as a site: every page has its place, CI builds it, and what it says of checks is what the code has.

The build itself is part of ``.ci/run``; it is strict, so that a broken link or a page without a place fails it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from tests.pages.blocks import PAGES

ROOT = Path(__file__).resolve().parent.parent
SITE = yaml.safe_load((ROOT / "mkdocs.yml").read_text("utf-8"))
CODE = re.compile(r"\bP\d{3}\b")


def named(entry: Any) -> Iterator[str]:
    """The pages of a piece of the navigation."""
    if isinstance(entry, str):
        yield entry
    else:
        for below in entry.values() if isinstance(entry, dict) else entry:
            yield from named(below)


def test_the_navigation_names_every_page_once() -> None:
    places = list(named(SITE["nav"]))
    assert len(places) == len(set(places))
    # The home page stands in for README.md.
    assert sorted(places) == sorted(page.removeprefix("docs/") for page in PAGES if page != "README.md")


def test_ci_builds_the_site_strictly() -> None:
    assert "make docs" in (ROOT / ".ci" / "run").read_text("utf-8").splitlines()
    made = re.search(r"^docs:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert made and "mkdocs build --strict" in made[1]
    assert SITE["site_dir"].startswith("out/") and "/out/" in (ROOT / ".gitignore").read_text("utf-8").splitlines()


def test_the_site_asks_nobody_when_it_is_looked_at() -> None:
    assert SITE["theme"]["font"] is False
    assert {"search", "offline"} <= set(SITE["plugins"])
    for path in (*SITE["extra_css"], *SITE["extra"]["polyfills"]):
        text = (ROOT / "docs" / path).read_text("utf-8")
        assert "http://" not in text and "https://" not in text


def test_every_check_of_packs_is_told() -> None:
    modules = (ROOT / "cleaner" / "lint").glob("*.py")
    checked = {code for path in modules for code in CODE.findall(path.read_text("utf-8"))}
    told = set(re.findall(r"^\| `(P\d{3})` \|", (ROOT / "docs" / "packs.md").read_text("utf-8"), re.MULTILINE))
    assert checked == told

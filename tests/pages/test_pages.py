"""Pages are programs: every block of commands, Python or SQL runs, and prints what the page says it prints.

What needs more than the core's environment runs with ``make test-integrations`` (``tests/integration/test_docs.py``).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pages.blocks import PAGES, ROOT, blocks_of
from tests.pages.running import IN_CHECKOUT, SETUP, fork_server, in_core, run, whole

RUN_HERE = [page for page in PAGES if page != IN_CHECKOUT and in_core(page).blocks]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with fork_server(tmp_path_factory.mktemp("server")) as place:
        yield place


@pytest.mark.parametrize("page", RUN_HERE)
def test_the_page_runs_and_prints_what_it_says(page: str, tmp_path: Path, server: Path) -> None:
    run(in_core(page), tmp_path / "work", server)


def test_most_pages_run() -> None:
    """A page that nobody runs any more must be noticed."""
    assert {"README.md", "docs/start.md", "docs/id.md", "docs/batch.md", "docs/review.md"} <= set(RUN_HERE)
    assert {"docs/add-a-site.md", "docs/maintaining-packs.md", "docs/cli.md"} <= set(RUN_HERE)


def test_what_is_set_up_is_there() -> None:
    for table in ("finds", "before", "python"):
        for page in SETUP[table]:
            assert whole(page).blocks, f"pages.toml: {table}: {page} has no commands"
    for one in SETUP["not_run"]:
        text = (ROOT / one["page"]).read_text("utf-8")
        assert any(one["holds"] in block.code for block in blocks_of(text)), f"pages.toml: not_run: {one}"
        assert len(one["why"].split()) > 3

"""The pages whose commands need more than the core: what they say runs, and prints what they say it prints."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pages.blocks import PAGES
from tests.pages.running import fork_server, run, whole

RUN_HERE = [page for page in PAGES if whole(page).needs]
TOOLS = ("jvm", "jq")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with fork_server(tmp_path_factory.mktemp("server")) as place:
        yield place


@pytest.mark.parametrize("page", RUN_HERE)
def test_the_page_runs_and_prints_what_it_says(
    page: str, tmp_path: Path, server: Path, request: pytest.FixtureRequest
) -> None:
    work = whole(page)
    for tool in TOOLS:
        if tool in work.needs:
            request.getfixturevalue(tool)
    run(work, tmp_path / "work", server)


def test_every_adapter_has_its_page() -> None:
    names = {Path(page).stem for page in RUN_HERE if page.startswith("docs/pipelines/")}
    assert names == {
        "arrow", "datatrove", "huggingface-datasets", "pandas-polars", "ray", "scrapy", "spark", "unix-pipes"
    }  # fmt: skip

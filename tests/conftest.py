"""What all tests share: a cleaner, how hard properties are tried, and which tests want more than the core."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

from cleaner import Cleaner

INTEGRATIONS = Path(__file__).parent / "integration"

# On a machine of CI a run takes the same examples each time, so that a failure is of the change and can be had again.
settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True)
settings.register_profile("local", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "local")


@pytest.fixture(scope="session")
def cleaner() -> Cleaner:
    """All packs, nothing kept: built once, for it never changes."""
    return Cleaner()


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out the integrations unless they are asked for: importing them needs libraries that the core does not."""
    asked = config.option.markexpr == "integration" or any("integration" in str(arg) for arg in config.args)
    return True if collection_path == INTEGRATIONS and not asked else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what lies in the folder of the integrations."""
    for item in items:
        if INTEGRATIONS in item.path.parents:
            item.add_marker("integration")

"""What the adapters' tests share."""

from __future__ import annotations

import os
import shutil

import pytest


@pytest.fixture(scope="session")
def jvm() -> None:
    """A Java runtime, which Spark needs."""
    if not os.environ.get("JAVA_HOME"):
        _needs("java", "a Java runtime (17 or newer)")


@pytest.fixture(scope="session")
def jq() -> None:
    """The tool that the page on Unix pipes pipes into."""
    _needs("jq", "jq")


def _needs(command: str, name: str) -> None:
    """Skip without it, but never in CI, which installs it."""
    if shutil.which(command) is None:
        if os.environ.get("CLEANER_REQUIRE_TOOLS"):
            pytest.fail(f"{name} is not installed, and CLEANER_REQUIRE_TOOLS is set")
        pytest.skip(f"{name} is not installed")

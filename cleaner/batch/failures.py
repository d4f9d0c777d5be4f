"""Failures of a run for people: the first of each kind as they happen, the others as a number. The audit has all."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import msgspec

#: So many failures of one kind are told one by one.
SHOWN = 3
_MOST_KINDS = 1000
_DIGITS = re.compile(r"\d+")


class Failed(msgspec.Struct):
    """Failures of one kind: how many, and the messages of the first."""

    count: int = 0
    first: list[str] = []


def count_failure(failures: dict[str, Failed], message: str, source: str) -> None:
    """Count a failure with those of its kind: the same message but for the source's name and all numbers.

    Args:
        failures: by kind; those of very many kinds are one kind.
        message: what is wrong, with its place.
        source: the name of the input, as the message begins with it.
    """
    kind = _DIGITS.sub("#", message.removeprefix(source))
    if kind not in failures and len(failures) >= _MOST_KINDS:
        kind = ""
    found = failures.setdefault(kind, Failed())
    found.count += 1
    if len(found.first) < SHOWN:
        found.first.append(message)


class FailureReport:
    """Tells failures as they come in, a few of each kind, and the sums at the end."""

    def __init__(self, report: Callable[[str], None]) -> None:
        self._report = report
        self._found: dict[str, Failed] = {}

    def add(self, failures: Mapping[str, Failed]) -> None:
        """Failures of a part of the run."""
        for kind, failed in failures.items():
            found = self._found.setdefault(kind, Failed())
            found.count += failed.count
            for message in failed.first[: SHOWN - len(found.first)]:
                found.first.append(message)
                self._report(message)

    def end(self) -> None:
        """Tell how many there were besides those that were told."""
        for found in self._found.values():
            more = found.count - len(found.first)
            if more:
                self._report(f"{more:,} more like this: {found.first[0]}")
        self._found.clear()

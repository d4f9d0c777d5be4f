"""The checks that a user's packs have to pass when they are first seen, before their parsed form goes into the cache.

They are the ones that need no stopwatch: a few milliseconds a rule. The built-in packs are checked by the project's own
tests.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from cleaner.packs.load import Parsed
from cleaner.packs.schema import Pack, PackError

if TYPE_CHECKING:
    from cleaner.lint.finding import Finding, Source


def admit(own: Sequence[Parsed], others: Sequence[Pack] = (), *, whole: bool = True) -> None:
    """Refuse packs that are broken in a way that reading them one by one does not show.

    Args:
        own: the packs to check.
        others: the packs they come on top of, which they may name.
        whole: False if parts of the packs could not be read, so that nothing can be said of what seems to be missing.

    Raises:
        PackError: it tells all faults of all packs, each with file, line, rule and mend. Of a rule whose regex is
            faulty that alone is told.
    """
    from cleaner.lint import across, pages
    from cleaner.lint.finding import Source

    sources = [Source(pack, cases, path, data.decode("utf-8")) for pack, cases, data, path in own]
    paths = {source.path for source in sources}
    every = [*(Source(pack, (), "", "") for pack in others), *sources]
    found: list[Finding] = []
    for source in sources:
        found += _of_rules(source)
        found += pages.bad_selectors(source)
        found += across.bad_domains(source)
    for check in (across.claimed_twice, across.unknown_networks, across.unknown_disabled)[: None if whole else 1]:
        found += (finding for finding in check(every) if finding.path in paths)
    if found:
        raise PackError.joined([finding.error() for finding in found])


def _of_rules(source: Source) -> Iterator[Finding]:
    """The faults of each rule, of the first check that it fails: what follows would only repeat it."""
    from cleaner.lint.examples import alone
    from cleaner.lint.keywords import impossible, missed
    from cleaner.lint.regexes import backtracks, compiles, matches_nothing

    for rule in source.pack.rules:
        for check in (compiles, matches_nothing, backtracks, impossible, missed, alone):
            faults = [fault for fault in check(source, rule) if fault.severity == "error" and fault.code != "promote"]
            if faults:
                yield from faults
                break


@cache
def version() -> str:
    """A hash of the checks' own source: packs are checked again when these have changed."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()

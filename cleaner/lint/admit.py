"""The checks that a user's pack has to pass when it is first seen, before its parsed form goes into the cache.

They are the ones that need no other pack and no stopwatch: a few milliseconds a rule. The built-in packs are checked
by the project's own tests.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from cleaner.packs.schema import Pack, RuleCases


def admit(pack: Pack, cases: tuple[RuleCases, ...], data: bytes, path: str) -> None:
    """Refuse a pack that is broken in a way that only running its regexes shows.

    Args:
        pack: the parsed pack.
        cases: its examples.
        data: the bytes of its file.
        path: the path of its file, for messages.

    Raises:
        PackError: the first fault; the message names file, line, rule and mend.
    """
    from cleaner.lint.examples import alone
    from cleaner.lint.finding import Source, in_order
    from cleaner.lint.keywords import impossible, missed
    from cleaner.lint.regexes import backtracks, compiles, matches_nothing

    source = Source(pack, cases, path, data.decode("utf-8"))
    for rule in pack.rules:
        for check in (compiles, matches_nothing, backtracks, impossible, missed, alone):
            faults = [fault for fault in check(source, rule) if fault.severity == "error" and fault.code != "promote"]
            if faults:
                raise in_order(faults)[0].error()


@cache
def version() -> str:
    """A hash of the checks' own source: packs are checked again when these have changed."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()

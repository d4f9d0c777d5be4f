"""The codes of findings: what each stands for, why it matters, wrong and right, and how to mend it.

Codes are never used again for something else. They are told in ``codes.toml``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from textwrap import wrap

import msgspec

from cleaner.model import CleanerError
from cleaner.nearest import meant

#: A bar in a cell of a table.
BAR = r"\|"
_WIDTH = 100
_FILE = Path(__file__).with_name("codes.toml")


class Code(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A code and what it stands for.

    Attributes:
        title: in a few words.
        finds: what is found, and ``severity`` and ``why`` it matters, as docs/packs.md has it.
        more: what goes on, for who wants to understand it.
        wrong: a part of a pack in which it is found.
        right: the same, mended.
        mend: how to mend it.
        layer: of the packs that the two parts belong into.
        timed: whether it is found by running regexes against the clock.
    """

    title: str
    finds: str
    severity: str
    why: str
    more: str
    wrong: str
    right: str
    mend: str
    layer: str = "site"
    timed: bool = False


@cache
def codes() -> dict[str, Code]:
    """All codes in order: those of checks (``P000``…), then the outcomes of examples (``noisy``…)."""
    return msgspec.convert(tomllib.loads(_FILE.read_text("utf-8")), dict[str, Code])


def code_named(name: str) -> tuple[str, Code]:
    """A code by its name, in any case.

    Raises:
        CleanerError: there is none.
    """
    known = {code.lower(): code for code in codes()}
    found = known.get(name.lower())
    if found is None:
        raise CleanerError(f"no check {name!r}; {meant(name, codes())}")
    return found, codes()[found]


def explained(name: str, code: Code) -> Iterator[str]:
    """What a person is told of a code, line by line."""
    yield f"{name}: {code.title} ({code.severity})"
    yield ""
    yield from wrap(f"Why: {code.why}. {code.more}", _WIDTH)
    for what, part in (("Wrong", code.wrong), ("Right", code.right)):
        yield ""
        yield f"{what}:"
        yield from (f"    {line}".rstrip() for line in part.strip().splitlines())
    yield ""
    yield from wrap(f"Mend: {code.mend}", _WIDTH)


def table_rows() -> list[str]:
    """The rows of the table of checks in docs/packs.md."""
    cells = ((f"`{name}`", one.finds, one.severity, one.why) for name, one in codes().items() if name.startswith("P0"))
    return [f"| {' | '.join(cell.replace('|', BAR) for cell in row)} |" for row in cells]

"""What values of options are: checked with a message that names what was meant, and completed by the shell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from cleaner.model import CATEGORIES
from cleaner.nearest import meant
from cleaner.system import processors


def parted(value: str) -> list[str]:
    """The parts of a list with commas: ``caption, tags`` are two."""
    return [part for each in value.split(",") if (part := each.strip())]


def category_fault(names: Iterable[str]) -> str:
    """What is wrong with names of categories; empty when all are known."""
    unknown = next((name for name in names if name not in CATEGORIES), None)
    return "" if unknown is None else f"no category {unknown!r}: {meant(unknown, CATEGORIES)}"


class Categories(click.ParamType[tuple[str, ...]]):
    """One category or several, with commas between them."""

    name = "category"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        """The categories that are named."""
        names = tuple(parted(value)) if isinstance(value, str) else tuple(value)
        if fault := category_fault(names):
            self.fail(fault, param, ctx)
        return names

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """The categories that the last part may become."""
        before, comma, last = incomplete.rpartition(",")
        return [CompletionItem(before + comma + name) for name in CATEGORIES if name.startswith(last)]


class Jobs(click.ParamType[int]):
    """A number of worker processes; ``auto``: as many as this process may use processors."""

    name = "jobs"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number."""
        if value == "auto":
            return processors()
        try:
            count = int(value)
        except ValueError:
            count = 0
        if count < 1:
            self.fail(f"{value!r} is neither a number from 1 on nor 'auto'", param, ctx)
        return count

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """The one word that it may be."""
        return _starting(["auto"], incomplete)


class _Known(click.ParamType[str]):
    """A name that packs know: taken as it is here, checked where it is used, completed from the packs."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The name."""
        return str(value)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """The names that begin so; own packs count where the command line names them."""
        return _starting(self.known(own_packs(ctx)), incomplete)

    def known(self, folders: Sequence[Path]) -> list[str]:
        """All names."""
        raise NotImplementedError


class Site(_Known):
    """The name of a site."""

    name = "site"

    def known(self, folders: Sequence[Path]) -> list[str]:
        """The names of all site packs, without their layer."""
        return [pack.name.partition("/")[2] for pack in _packs(folders) if pack.site is not None]


class Pack(_Known):
    """The full name of a pack."""

    name = "pack"

    def known(self, folders: Sequence[Path]) -> list[str]:
        """The names of all packs."""
        return [pack.name for pack in _packs(folders)]


class Rule(_Known):
    """The full name of a rule, or of a pack."""

    name = "rule"

    def known(self, folders: Sequence[Path]) -> list[str]:
        """The names of all packs and rules."""
        found = _packs(folders)
        return [pack.name for pack in found] + [
            rule.id for pack in found for rule in pack.rules if rule.kind != "signature"
        ]


def own_packs(ctx: click.Context) -> tuple[Path, ...]:
    """The folders of packs that a command line names so far."""
    return tuple(Path(folder) for folder in ctx.params.get("packs") or ())


def _packs(folders: Sequence[Path]) -> Sequence[Any]:
    from cleaner.model import CleanerError
    from cleaner.packs.load import load_packs

    try:
        return load_packs(folders)
    except CleanerError:  # a shell that completes has no place for messages
        return load_packs()


def _starting(names: Iterable[str], incomplete: str) -> list[CompletionItem]:
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]


def flat(ctx: click.Context, param: click.Parameter, value: Iterable[Iterable[str]]) -> tuple[str, ...]:
    """The parts of a list that was given in several pieces, each once and in order: callback of an option."""
    return tuple(dict.fromkeys(part for each in value for part in each))

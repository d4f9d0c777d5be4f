"""``cleaner explain``: line by line, what would be cut, and why."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cleaner.cli.help import command
from cleaner.cli.options import (
    build_cleaner,
    check_url,
    cleaning_options,
    colour_option,
    format_option,
    limit_option,
    reading_options,
    url_option,
)
from cleaner.cli.paging import pager_option, show
from cleaner.terminal import tell, visible, wants_colour

if TYPE_CHECKING:
    from cleaner.batch.document import Options
    from cleaner.batch.look import Look
    from cleaner.model import Cleaned, Extractor

inputs_argument = click.argument(
    "inputs", metavar="INPUT...", nargs=-1, required=True, type=click.Path(allow_dash=True)
)


def good(looks: Iterator[Look], failed: list[str]) -> Iterator[Look]:
    """The documents that could be cleaned; the others are told on standard error."""
    for look in looks:
        if look.problem is not None:
            failed.append(look.id)
            tell(look.problem)
        else:
            yield look


@command(short_help="Tell line by line what is kept or cut, and why.")
@inputs_argument
@click.option("--only-touched", is_flag=True, help="Leave out lines about which no rule has anything to say.")
@click.option("--all-tried", is_flag=True, help="Also rules that were tried and whose pattern did not match.")
@cleaning_options
@reading_options
@format_option("--input-format")
@url_option
@limit_option
@colour_option
@pager_option
def explain(
    inputs: tuple[str, ...],
    only_touched: bool,
    all_tried: bool,
    keep: tuple[str, ...],
    packs: tuple[Path, ...],
    site: str | None,
    extractor: Extractor,
    options: Options,
    kind: str | None,
    limit: int | None,
    colour: bool | None,
    pager: bool | None,
) -> int:
    """Tell line by line what is kept, what is cut by which rule, which rules came close, what was withheld and why.

    "close" names a rule that was tried on a line and did not apply, with the guard that stopped it (--all-tried: also
    those whose pattern did not match). "withheld" is a cut that a guard took back. For pages
    only cut and withheld are told.

    \b
    Examples:
      cleaner explain article.txt
      cleaner explain article.txt --site tribunnews.com --only-touched
    """
    from cleaner import view
    from cleaner.batch.look import documents, reports
    from cleaner.batch.sources import find

    found = find(inputs, kind)
    check_url(found, options.url)
    cleaner = build_cleaner(packs, keep, site, extractor)
    tint = wants_colour(colour)
    failed: list[str] = []
    shown: list[str] = []

    def pieces() -> Iterator[str]:
        for look in good(islice(documents(found, cleaner, options), limit), failed):
            if look.cleaned is None:
                continue
            shown.append(look.id)
            yield _title(look.id, look.cleaned, tint)
            for line in view.explained(reports(look, cleaner, site), tint, not only_touched, all_tried):
                yield line + "\n"

    show(pieces(), pager, tint)
    return (1 if shown else 2) if failed else 0


def _title(name: str, cleaned: Cleaned, tint: bool) -> str:
    from cleaner import view

    where = f"site {cleaned.site}" if cleaned.site else "no site pack"
    if cleaned.signature:
        where += f" (by {cleaned.signature})"
    flags = f", flags: {', '.join(cleaned.flags)}" if cleaned.flags else ""
    title = visible(f"=== {name}: {cleaned.status}, {where}{flags}")
    return f"{view.HEAD}{title}{view.RESET}\n" if tint else title + "\n"

"""``cleaner diff``: what was cut from documents, or would be, in the form that suits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cleaner.cli.help import command
from cleaner.cli.options import (
    build_cleaner,
    check_url,
    cleaning_options,
    colour_option,
    field_of_run,
    format_option,
    given,
    limit_option,
    reading_options,
    sample_option,
    seed_option,
    url_option,
)
from cleaner.cli.paging import pager_option, show
from cleaner.cli.show import good, inputs_argument
from cleaner.cli.types import Categories, Rule, flat
from cleaner.model import STATUSES
from cleaner.nearest import meant
from cleaner.packs.cascade import is_pattern
from cleaner.terminal import tell, wants_colour

if TYPE_CHECKING:
    from cleaner.batch.document import Options
    from cleaner.model import Extractor
    from cleaner.review.filters import Filter, Shown
    from cleaner.review.showing import Look

_Command = Callable[..., Any]


def filter_options(command: _Command) -> _Command:
    """Which documents and cuts to show."""
    several: dict[str, Any] = {"multiple": True, "metavar": "PATTERN"}
    for option in reversed(
        [
            click.option(
                "--rule", "rules", **several, type=Rule(), help="Only cuts of this rule, such as 'site/*#dateline'."
            ),
            click.option(
                "--category",
                "categories",
                multiple=True,
                metavar="CATEGORY",
                type=Categories(),
                callback=flat,
                help="Only cuts of these categories.",
            ),
            click.option("--grep", metavar="REGEX", help="Only cuts whose text matches."),
            click.option(
                "--status",
                "statuses",
                multiple=True,
                type=click.Choice(STATUSES),
                help="Only documents of this status.",
            ),
            click.option("--flag", "flags", **several, help="Only documents with this flag, such as 'withheld:*'."),
            click.option("--id", "ids", **several, help="Only documents with this id."),
            sample_option,
            seed_option,
        ]
    ):
        command = option(command)
    return command


def look_options(command: _Command) -> _Command:
    """How to show them."""
    for option in reversed(
        [
            click.option(
                "--context", metavar="N", type=click.IntRange(0), help="Only so many lines around the cuts, numbered."
            ),
            click.option(
                "--fold/--no-fold",
                default=None,
                help="Page furniture as one line. Default: except where the exact text is printed.",
            ),
            click.option("--width", metavar="N", type=click.IntRange(44), help="Columns, for side-by-side."),
            pager_option,
            colour_option,
        ]
    ):
        command = option(command)
    return command


@command(short_help="Show documents with their cuts marked.")
@inputs_argument
@click.option(
    "--raw", metavar="INPUT", multiple=True, help="The inputs of the run, to take the texts from. Repeatable."
)
@click.option(
    "--audit",
    "audit_file",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The audit of the run, where it does not lie with the clean texts.",
)
@click.option(
    "--format",
    "style",
    type=click.Choice(["marked", "side-by-side", "unified", "json", "html"]),
    default="marked",
    show_default=True,
    help="marked: the text with cuts marked. unified: as diff -u. json: a line a document. html: a page of its own.",
)
@filter_options
@look_options
@cleaning_options
@reading_options
@format_option("--input-format")
@url_option
@limit_option
def diff(
    inputs: tuple[str, ...],
    raw: tuple[str, ...],
    audit_file: Path | None,
    style: str,
    sample: int | None,
    seed: int,
    pager: bool | None,
    keep: tuple[str, ...],
    packs: tuple[Path, ...],
    site: str | None,
    extractor: Extractor,
    options: Options,
    kind: str | None,
    limit: int | None,
    **others: Any,
) -> int:
    """Show documents with their cuts marked; nothing is written.

    INPUT is a text, page or file of records, which is cleaned for this; or a finished run (its output folder, or its
    audit with --raw), of which --site then picks a site. On a terminal cuts are struck through, followed by category
    and rule; elsewhere they stand as [-cut-]{category}. NO_COLOR is respected.

    \b
    Examples:
      cleaner diff article.txt
      cleaner diff page.html --site kompas.com
      cleaner diff out --rule 'language/id/tags#*' --context 1
      cleaner diff out --flag 'withheld:*' --sample 20 --format html > look.html
      head -20 news.jsonl | cleaner diff - --format json | jq .status
    """
    from cleaner.review.filters import sampled
    from cleaner.review.showing import drawn

    problems: list[str] = []
    wanted = filter_of(site, others)
    told = _Told(problems)
    if _of_run(inputs, raw, audit_file):
        if given("packs") or given("keep"):
            raise click.UsageError("--packs and --keep are for inputs; a run was cleaned already")
        if options.url:
            raise click.UsageError("--url is for inputs; a run was cleaned already")
        documents = _run_documents(inputs[0], raw, audit_file, options, wanted, told)
        titles = True
    else:
        wanted = filter_of(None, others)
        documents, titles = _input_documents(inputs, kind, (packs, keep, site, extractor), options, wanted, problems)
    documents = islice(documents, limit)
    if sample is not None:
        documents = sampled(documents, sample, seed)
    counted = _Counted(documents)
    look = _look(style, titles, inputs, others)
    show(drawn(counted, look), pager, look.colour and style not in ("json", "html"))
    told.rest()
    if not counted.count:
        _hint(others["rules"], packs)
    return (1 if counted.count else 2) if problems else 0


def _hint(rules: tuple[str, ...], packs: tuple[Path, ...]) -> None:
    """Tell of rules that no pack has, where nothing was shown: what was meant, if that can be told."""
    for name in rules:
        known = Rule().known(packs)
        if name not in known and not is_pattern(name) and (near := meant(name, known, " ")) != " ":
            tell(f"no rule {name!r}; {near}")


class _Counted:
    """Documents, and how many there were."""

    def __init__(self, documents: Iterable[Shown]) -> None:
        self.documents = documents
        self.count = 0

    def __iter__(self) -> Iterator[Shown]:
        for document in self.documents:
            self.count += 1
            yield document


class _Told:
    """Problems of a run, the first ones told as they come."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        self.warnings: list[str] = []

    def rest(self) -> None:
        """Tell what is left."""
        shown = self.problems if self.warnings else []
        for message in dict.fromkeys([*self.warnings, *shown[:5]]):
            tell(message)
        if len(shown) > 5:
            tell(f"{len(shown) - 5:,} more documents cannot be shown")


def _of_run(inputs: tuple[str, ...], raw: tuple[str, ...], audit_file: Path | None) -> bool:
    from cleaner.review.runs import is_run

    if raw or audit_file is not None:
        if len(inputs) != 1:
            raise click.UsageError("--raw and --audit go with one run")
        return True
    runs = [name for name in inputs if is_run(name)]
    if runs and len(inputs) > 1:
        raise click.UsageError(f"{runs[0]} is a finished run: show it alone")
    return bool(runs)


def filter_of(site: str | None, others: dict[str, Any]) -> Filter:
    """The filter that the options of ``filter_options`` ask for."""
    from cleaner.review.filters import Filter

    names = "rules", "categories", "statuses", "flags", "ids", "grep"
    return Filter(sites=(site,) if site else (), **{name: others[name] for name in names})


def _look(style: str, titles: bool, inputs: tuple[str, ...], others: dict[str, Any]) -> Look:
    import shutil

    from cleaner.review.showing import Look

    return Look(
        style=style,
        colour=wants_colour(others["colour"]),
        titles=titles,
        context=others["context"],
        fold=others["fold"],
        width=others["width"] or shutil.get_terminal_size((120, 40)).columns,
        title=f"What was cut: {', '.join(inputs[:3])}{' …' if len(inputs) > 3 else ''}",
    )


def _run_documents(
    place: str, raw: tuple[str, ...], audit_file: Path | None, options: Options, wanted: Filter, told: _Told
) -> Iterator[Shown]:
    from cleaner.review.runs import open_run
    from cleaner.review.showing import of_run

    run = open_run(place, audit_file, field_of_run(place, options.fields.text), raw)
    yield from of_run(run, wanted, told.problems)
    told.warnings = run.warnings or [""] * bool(told.problems)


def _input_documents(
    inputs: tuple[str, ...],
    kind: str | None,
    cleaning: tuple[tuple[Path, ...], tuple[str, ...], str | None, Extractor],
    options: Options,
    wanted: Filter,
    problems: list[str],
) -> tuple[Iterator[Shown], bool]:
    """The documents of inputs, and whether there may be several."""
    from cleaner.batch.look import documents
    from cleaner.batch.sources import find
    from cleaner.maintain.reading import site_of

    found = find(inputs, kind)
    check_url(found, options.url)
    cleaner = build_cleaner(*cleaning)
    several = len(found.sources) + len(found.problems) > 1 or any(not s.kind.format.document for s in found.sources)

    def shown() -> Iterator[Shown]:
        for look in good(documents(found, cleaner, options), problems):
            if look.cleaned is not None:
                one = wanted.shown(look.id, look.url, site_of(look.cleaned.site, look.url), look.cleaned)
                if one is not None:
                    yield one

    return shown(), several

"""``cleaner fixture``: whole documents with their exact answer, written and refreshed."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cleaner.cli.help import group
from cleaner.cli.options import (
    build_cleaner,
    colour_option,
    field_options,
    format_option,
    named_fields,
    packs_option,
    site_option,
)
from cleaner.terminal import say, tell, visible, wants_colour

if TYPE_CHECKING:
    from cleaner.core import Cleaner
    from cleaner.maintain.fixtures import Answer

_CASES = click.argument("folders", metavar="CASE...", nargs=-1, required=True, type=click.Path(path_type=Path))


@group(short_help="Write and check whole documents with their answers.")
def fixture() -> None:
    """Write, refresh and check fixtures: whole documents with their exact answer.

    A CASE is a folder <site>/<case> with the document (raw.txt or raw.html) and its answer (clean.txt, removals.json);
    docs/fixtures.md describes it. Where several are taken, a folder of cases stands for all of them.

    \b
    Examples:
      cleaner fixture new fixtures/contohnews.id/pasar --from pasar.html --url https://contohnews.id/pasar
      cleaner fixture accept fixtures/contohnews.id/pasar
      cleaner fixture test fixtures/ --packs my-packs
    """


@fixture.command("new", short_help="Put a document into a new case, without an answer.")
@click.argument("folder", metavar="CASE", type=click.Path(path_type=Path))
@click.option("--from", "given", metavar="FILE", required=True, help="The text, page or records to take it from.")
@click.option("--url", metavar="URL", help="Its URL; by default the one of the record.")
@site_option("Its site, for a document without URL.")
@click.option("--id", "id_", metavar="ID", help="Which document, if FILE holds several.")
@format_option("--input-format")
@field_options
def new_fixture(
    folder: Path,
    given: str,
    url: str | None,
    site: str | None,
    id_: str | None,
    kind: str | None,
    **fields: str,
) -> int:
    """Put a document into a new folder CASE, without an answer yet.

    Decide what a careful reader would cut before you let the cleaner answer; then look at its answer with `accept`.

    \b
    Examples:
      cleaner fixture new fixtures/contohnews.id/pasar --from pasar.html --url https://contohnews.id/pasar
      cleaner fixture new fixtures/contohnews.id/banjir --from news.jsonl --id 17
    """
    from cleaner.maintain import fixtures
    from cleaner.maintain.skeleton import read_given

    item = fixtures.pick(read_given([given], kind, named_fields(**fields)), id_)
    fixtures.create(folder, item, url, site)
    tell(f"{folder}: written; look at the answer with: cleaner fixture accept {folder}")
    return 0


@fixture.command(short_help="Show how answers differ, and write them down.")
@_CASES
@click.option("--yes", is_flag=True, help="Accept without asking.")
@packs_option
@colour_option
def accept(folders: tuple[Path, ...], yes: bool, packs: tuple[Path, ...], colour: bool | None) -> int:
    """Show how the cleaner's answer to each CASE differs from what is written, and write it down when you agree.

    A case without an answer is shown whole, its cuts marked as `cleaner diff` marks them. What you called furniture or
    title stays so. A case that is a known gap cannot be accepted: its answer is what should come out.

    \b
    Examples:
      cleaner fixture accept fixtures/contohnews.id/pasar
      cleaner fixture accept fixtures/ --packs my-packs

    Exit status: 0 all cases are as written now, 1 some are not, 2 a case cannot be read.
    """
    from cleaner.maintain import fixtures

    cleaner = build_cleaner(packs, (), None)
    found = _below(folders)
    accepted = left = 0
    for folder in found:
        answer = fixtures.ask(folder, cleaner)
        if not answer.problems or (answer.written.known_gap and len(found) > 1):
            continue
        _show(answer, wants_colour(colour))
        if yes or _agreed(folder):
            fixtures.accept(answer)
            accepted += 1
        else:
            left += 1
    as_written = len(found) - accepted - left
    tell(f"{as_written} as written, {accepted} accepted, {left} not accepted")
    return 1 if left else 0


@fixture.command("test", short_help="Tell which cases are not as their answers say.")
@_CASES
@packs_option
def test_fixtures(folders: tuple[Path, ...], packs: tuple[Path, ...]) -> int:
    """Clean each CASE and tell what is not as its answer says.

    \b
    Examples:
      cleaner fixture test fixtures/
      cleaner fixture test fixtures/contohnews.id --packs my-packs

    Exit status: 0 all as written, 1 some are not, 2 a case cannot be read.
    """
    cleaner = build_cleaner(packs, (), None)
    found = _below(folders)
    failed = sum(_fails(folder, cleaner) for folder in found)
    say(f"{len(found)} case{'s' if len(found) > 1 else ''}, {failed} not as written")
    return 1 if failed else 0


def _fails(folder: Path, cleaner: Cleaner) -> bool:
    from cleaner.maintain import fixtures

    answer = fixtures.ask(folder, cleaner)
    if answer.written.known_gap:
        if not answer.problems:
            say(f"{folder}: is no gap any more: take known_gap out of meta.toml")
        return not answer.problems
    for problem in answer.problems:
        say(f"{folder}: {problem}")
    return bool(answer.problems)


def _below(folders: tuple[Path, ...]) -> list[Path]:
    """All cases that are named, or lie below what is named."""
    from cleaner.maintain import cases

    found: list[Path] = []
    for folder in folders:
        below = cases.folders(folder)
        if not below:
            raise cases.CaseError(f"{folder}: holds no case (a folder with {cases.TEXT} or {cases.PAGE})")
        found += below
    return found


def _show(answer: Answer, colour: bool) -> None:
    from cleaner import view
    from cleaner.maintain import fixtures

    if answer.is_new:
        title = f"=== {answer.folder} ({answer.cleaned.status}, {len(answer.cleaned.removals)} cuts)"
        click.echo(f"{view.HEAD}{visible(title)}{view.RESET}" if colour else visible(title))
        click.echo(view.marked(answer.cleaned, colour) if colour else visible(view.marked(answer.cleaned)))
        return
    tints = {"-": view.CUT, "+": view.GOOD, "@": view.RULE}
    for line in fixtures.changes(answer):
        tint = tints.get(line[:1], "") if colour else ""
        click.echo(f"{tint}{visible(line)}{view.RESET}" if tint else visible(line))


def _agreed(folder: Path) -> bool:
    """Whether the person agrees; nobody there to ask is a no."""
    try:
        return click.confirm(f"Accept the answer for {folder}?", default=False, err=True)
    except click.Abort:
        if sys.stdin.isatty():
            raise
        click.echo(err=True)
        return False

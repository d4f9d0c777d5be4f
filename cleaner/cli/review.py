"""``cleaner review``: judge the cuts of a run in the browser."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from cleaner.cli.help import command
from cleaner.cli.options import field_of_run, packs_option, verdicts_option
from cleaner.terminal import say, tell

audit_of_run = click.option(
    "--audit",
    "audit_file",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The audit of the run, where it does not lie with the clean texts.",
)
text_of_run = click.option("--text-field", default="text", show_default=True, help="Field or column with the text.")


@command(short_help="Judge the cuts of a run in the browser.")
@click.argument("run", metavar="RUN")
@click.option(
    "--against", metavar="RUN", help="Another run, such as one with earlier packs, to tell the change against."
)
@verdicts_option("File that verdicts are appended to; it may hold those of earlier runs.")
@click.option("--reviewer", metavar="NAME", help="Who judges. Default: your name on this machine.")
@click.option("--port", metavar="N", default=0, type=click.IntRange(0, 65535), help="Default: one that is free.")
@click.option("--browser/--no-browser", default=True, show_default=True, help="Open the address.")
@click.option(
    "--index",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the index. Default: hidden, beside the run.",
)
@packs_option
@audit_of_run
@text_of_run
def review(
    run: str,
    against: str | None,
    decisions: Path,
    reviewer: str | None,
    port: int,
    browser: bool,
    index: Path | None,
    packs: tuple[Path, ...],
    audit_file: Path | None,
    text_field: str,
) -> None:
    """Judge the cuts of a finished RUN in the browser, rule by rule and the riskiest first.

    RUN is an output folder or its URL, or a clean file with --audit; it is never changed. Verdicts are on the disk
    before a page says so. The application listens on this machine alone, and its address holds a token. Several people
    may judge at once, in several browsers. What to do with verdicts: `cleaner patterns apply`, `cleaner gate`.

    \b
    Examples:
      cleaner review out
      cleaner review out --against out-before --decisions verdicts.jsonl --no-browser --port 8765
    """
    from cleaner.review.index import open_index
    from cleaner.review.runs import open_run
    from cleaner.review.serve import desk_of, serve

    opened = open_index(open_run(run, audit_file, field_of_run(run, text_field)), index, tell)
    other = open_index(open_run(against), told=tell) if against else None
    for warning in opened.warnings:
        tell(warning)
    desk = desk_of(opened, decisions, packs, other)

    def started(address: str) -> None:
        say(f"Review of {run}, verdicts go to {decisions}")
        say(f"  {address}")
        say("Stop with Ctrl-C.")
        sys.stdout.flush()
        if browser:
            import webbrowser

            webbrowser.open(address)

    serve(desk, reviewer or _own_name(), port, started)


def _own_name() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "reviewer"

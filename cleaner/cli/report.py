"""``cleaner report``: the figures of a run on one page."""

from __future__ import annotations

from pathlib import Path

import click

from cleaner.cli.help import command
from cleaner.cli.options import field_of_run, style_option
from cleaner.cli.review import audit_of_run, text_of_run
from cleaner.terminal import say_json, tell


@command(short_help="Tell the figures of a run on one page.")
@click.argument("run", metavar="RUN")
@click.option("--against", metavar="RUN", help="An earlier run, to tell the trend from.")
@click.option(
    "--decisions",
    "files",
    metavar="FILE",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Verdicts of reviewers, for the precision of rules. Repeatable.",
)
@style_option("html", "json")
@click.option(
    "-o", "--output", "out", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path),
    help="Default: standard output.",
)  # fmt: skip
@audit_of_run
@text_of_run
def report(
    run: str,
    against: str | None,
    files: tuple[Path, ...],
    style: str,
    out: Path | None,
    audit_file: Path | None,
    text_field: str,
) -> None:
    """Tell what RUN did on one page: totals, shares by site and category, rules, flags, outliers, what was withheld.

    The page needs no network and no other file.

    \b
    Examples:
      cleaner report out -o report.html
      cleaner report out --against out-before --decisions decisions.jsonl -o report.html
      cleaner report out --format json | jq .totals
    """
    import msgspec

    from cleaner.review.figures import figures
    from cleaner.review.index import open_index
    from cleaner.review.report import page
    from cleaner.review.runs import open_run
    from cleaner.review.verdicts import estimates, read_decisions

    index = open_index(open_run(run, audit_file, field_of_run(run, text_field)), told=tell)
    other = open_index(open_run(against), told=tell) if against else None
    decisions, problems = read_decisions(files)
    for message in [*index.warnings, *problems]:
        tell(message)
    found = figures(index, other, estimates(decisions))
    text = page(found) if style == "html" else msgspec.json.format(msgspec.json.encode(found)).decode() + "\n"
    if out is None and style == "json":
        say_json(text.rstrip().encode())
    elif out is None:
        click.echo(text, nl=False)
    else:
        from cleaner.batch.sinks import FileSink

        sink = FileSink(out)
        sink.open().write(text.encode())
        sink.commit()

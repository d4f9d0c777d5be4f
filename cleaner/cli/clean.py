"""``cleaner clean``."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cleaner.cli.options import build_cleaner, cleaning_options, reading_options

if TYPE_CHECKING:
    from cleaner.batch.jsonl import Options
    from cleaner.batch.run import Totals


@click.command()
@click.argument("inputs", metavar="INPUT...", nargs=-1, required=True, type=click.Path(allow_dash=True))
@click.option(
    "-o",
    "--output",
    "out",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Folder for the results: a mirror of the inputs, and audit.jsonl. Default: standard output.",
)
@click.option(
    "--audit",
    "audit_file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Where the audit goes, one record a document in the order of the output.",
)
@cleaning_options
@reading_options
@click.option("--keep-html", is_flag=True, help="Leave the page in a JSONL record that was cleaned from one.")
@click.option("--line-buffered", is_flag=True, help="Hand on every record at once, for slow streams.")
@click.option("-q", "--quiet", is_flag=True, help="No progress and no summary; failures are still told.")
def clean(
    inputs: tuple[str, ...],
    out: Path | None,
    audit_file: Path | None,
    keep: tuple[str, ...],
    packs: tuple[Path, ...],
    site: str | None,
    options: Options,
    kind: str | None,
    line_buffered: bool,
    quiet: bool,
) -> int:
    """Clean texts, pages and JSONL.

    INPUT is a file, a folder (its .txt, .html and .jsonl files) or - for standard input. Progress and summary go to
    standard error. Without -o the result of one file, or of JSONL, goes to standard output.

    In JSONL the cleaned text replaces the text field and all other fields pass through byte for byte. A record that
    cannot be cleaned still gives one line, with null for the text and the reason in "error", and one audit record.

    \b
    Examples:
      cleaner clean article.txt > clean.txt
      cleaner clean articles/ -o out
      cleaner clean a.jsonl b.jsonl -o out --keep caption --keep byline
      zcat news.jsonl.gz | cleaner clean - --audit audit.jsonl | gzip > clean.jsonl.gz
      cleaner clean pages.jsonl --html-field body_html --id-field url -o out
    """
    from cleaner.batch.run import Run, check_plan, sinks
    from cleaner.batch.sources import find

    found = find(inputs, kind, [path for path in (out, audit_file) if path is not None])
    check_plan(found, out, audit_file)
    cleaner = build_cleaner(packs, keep, site)
    sink, audit_sink = sinks(out, audit_file)
    progress = _Progress(quiet)
    run = Run(
        cleaner,
        options,
        sink,
        audit_sink,
        line_buffered=line_buffered,
        report=progress.failure,
        progress=progress,
    )
    totals = run(found)
    progress.clear()
    if not quiet:
        _summary(totals, out, audit_file)
    return totals.exit_status


class _Progress:
    """A line on the terminal that is renewed twice a second; elsewhere one line a minute."""

    def __init__(self, quiet: bool) -> None:
        self._quiet = quiet
        self._terminal = sys.stderr.isatty()
        self._every = 0.5 if self._terminal else 60.0
        self._started = self._last = time.monotonic()
        self._shown = False

    def __call__(self, totals: Totals) -> None:
        now = time.monotonic()
        if self._quiet or now - self._last < self._every:
            return
        self._last = now
        rate = totals.documents / (now - self._started)
        flagged = totals.summary.statuses["flagged"]
        text = f"{totals.documents:,} documents, {flagged:,} flagged, {totals.failed:,} failed, {rate:,.0f}/s"
        click.echo(f"\r\x1b[2K{text}" if self._terminal else text, err=True, nl=not self._terminal)
        self._shown = self._terminal

    def clear(self) -> None:
        if self._shown:
            click.echo("\r\x1b[2K", err=True, nl=False)
            self._shown = False

    def failure(self, message: str) -> None:
        self.clear()
        click.echo(f"cleaner: {message}", err=True)


def _summary(totals: Totals, out: Path | None, audit_file: Path | None) -> None:
    from cleaner.view import summary_lines

    lines = list(summary_lines(totals.summary))
    lines.append(
        f"records: {totals.documents:,} read, {totals.outputs:,} written, {totals.without_output:,} without output, "
        f"{totals.audited:,} audited, {totals.failed:,} failed; {totals.seconds:.1f} s"
    )
    if totals.passed_over:
        lines.append(f"{totals.passed_over:,} files of other kinds passed over")
    if out is not None:
        lines.append(f"results: {out}")
    if out is not None or audit_file is not None:
        lines.append(f"audit:   {audit_file or (out / 'audit.jsonl' if out else '')}")
    click.echo("\n".join(lines), err=True)

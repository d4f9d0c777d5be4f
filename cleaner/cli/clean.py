"""``cleaner clean``."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cleaner.cli.help import command
from cleaner.cli.options import OUTPUT_FORMATS, build_cleaner, cleaning_options, format_option, reading_options
from cleaner.cli.types import Jobs
from cleaner.terminal import say, tell

if TYPE_CHECKING:
    from cleaner.batch.document import Options
    from cleaner.batch.pool import Progress
    from cleaner.batch.run import RunTotals
    from cleaner.model import Extractor


@command(short_help="Clean files, folders and streams of any format.")
@click.argument("inputs", metavar="INPUT...", nargs=-1, required=True, type=click.Path(allow_dash=True))
@click.option(
    "-o",
    "--output",
    "out",
    metavar="DIR",
    help="Folder for the results, or its URL: a mirror of the inputs, audit and manifest. Default: standard output.",
)
@click.option(
    "--audit",
    "audit_file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="One file for the whole audit, one record a document in the order of the output.",
)
@cleaning_options
@reading_options
@format_option("--format", "--input-format")
@click.option(
    "--to",
    metavar="FORMAT",
    type=click.Choice(OUTPUT_FORMATS),
    help=f"Write all results in this format: {', '.join(OUTPUT_FORMATS)}. Default: that of the input.",
)
@click.option("--keep-html", is_flag=True, help="Leave the page in a record that was cleaned from one.")
@click.option(
    "--audit-detail",
    "detail",
    type=click.Choice(["blocks", "lines"]),
    default="blocks",
    show_default=True,
    help="Record the furniture of a page as one removal a block, or as one a line.",
)
@click.option(
    "-j",
    "--jobs",
    metavar="N",
    default="1",
    show_default=True,
    type=Jobs(),
    help="Worker processes; auto: as many as there are processors.",
)
@click.option(
    "--timeout",
    default=10.0,
    show_default=True,
    type=click.FloatRange(0),
    metavar="SECONDS",
    help="Most a document may take; then it fails and the run goes on. 0: no limit.",
)
@click.option(
    "--shard-mb",
    default=64.0,
    show_default=True,
    type=click.FloatRange(0.01),
    metavar="MB",
    help="Input that makes a shard, the unit of work and of resuming.",
)
@click.option(
    "--engine",
    type=click.Choice(["local", "ray"]),
    default="local",
    show_default=True,
    help="Where the shards are done: here, or on a Ray cluster.",
)
@click.option(
    "--address", metavar="ADDRESS", help="Ray cluster (auto, host:6379, ray://…). Default: started here for the run."
)
@click.option("--articles-only", is_flag=True, help="Keep nothing of a page that is no article (an index, a shop …).")
@click.option(
    "--force",
    is_flag=True,
    help="Replace the files of an earlier run with other inputs or options in the output folder.",
)
@click.option("--line-buffered", is_flag=True, help="Hand on every record at once, for slow streams.")
@click.option("-q", "--quiet", is_flag=True, help="No progress and no summary; failures are still told.")
def clean(
    inputs: tuple[str, ...],
    out: str | None,
    audit_file: Path | None,
    keep: tuple[str, ...],
    packs: tuple[Path, ...],
    site: str | None,
    extractor: Extractor,
    options: Options,
    kind: str | None,
    to: str | None,
    jobs: int,
    timeout: float,
    shard_mb: float,
    engine: str,
    address: str | None,
    articles_only: bool,
    force: bool,
    line_buffered: bool,
    quiet: bool,
) -> int:
    """Clean texts, pages, JSONL, CSV, TSV, Parquet and WARC, plain or compressed.

    INPUT is a file, a folder, a glob, a URL (s3://…) or - for standard input. Progress and summary go to standard
    error. Without -o the result of one file, or of JSONL, goes to standard output.

    In records the cleaned text replaces the text field and all other fields pass through. A record that cannot be
    cleaned still gives one record, with null for the text and the reason in "error", and one audit record.

    A run into a folder goes on where it was stopped: start it again, and only what is missing is done. A folder that
    holds another run, or files of your own, is refused.

    \b
    Examples:
      cleaner clean article.txt > clean.txt
      cleaner clean articles/ -o out
      cleaner clean 'crawl/*.warc.gz' -o out --jobs 8 --to parquet
      cleaner clean a.jsonl b.jsonl -o out --keep caption --keep byline
      zcat news.jsonl.gz | cleaner clean - --audit audit.jsonl | gzip > clean.jsonl.gz
      cleaner clean pages.jsonl --html-field body_html --id-field url -o out
    """
    from cleaner.batch.run import How, run
    from cleaner.batch.sources import find
    from cleaner.batch.store import local_path

    if engine == "ray" and out is None:
        raise click.UsageError("--engine ray needs a folder for the results: add -o DIR")
    own = [path for path in (local_path(out) if out else None, audit_file) if path is not None]
    found = find(inputs, kind, to, own)
    cleaner = build_cleaner(packs, keep, site, extractor, articles_only=articles_only)
    progress = _ProgressLine(quiet)
    run_shards = None
    if engine == "ray":
        from cleaner.adapters.ray import ray_engine

        run_shards = ray_engine(address, jobs, timeout)
    how = How(jobs, timeout, line_buffered, force, progress.failure, progress, run_shards)
    totals = run(found, cleaner, options, out, audit_file, how, int(shard_mb * 1_000_000))
    progress.clear()
    if not quiet:
        _summary(totals, out, audit_file)
    return totals.exit_status


class _ProgressLine:
    """A line on the terminal that is renewed twice a second; elsewhere one line a minute."""

    def __init__(self, quiet: bool) -> None:
        self._quiet = quiet
        self._terminal = sys.stderr.isatty()
        self._every = 0.5 if self._terminal else 60.0
        self._started = self._last = time.monotonic()
        self._shown = False

    def __call__(self, totals: RunTotals, working: Progress) -> None:
        now = time.monotonic()
        if self._quiet or now - self._last < self._every:
            return
        self._last = now
        documents = totals.documents + working.documents
        seconds = now - self._started
        rate = (documents - totals.before) / seconds
        parts = [f"{documents:,} documents", f"{rate:,.0f}/s"]
        done = totals.bytes + working.bytes
        if totals.size:
            parts.insert(0, f"{min(1.0, done / totals.size):.0%}")
            if 0 < done < totals.size and seconds > 2:
                parts.append(f"{_duration(seconds * (totals.size - done) / done)} left")
        flagged = totals.summary.statuses.get("flagged", 0) + working.flagged
        parts += [f"{flagged:,} flagged", f"{totals.failed + working.failed:,} failed"]
        text = ", ".join(parts)
        click.echo(f"\r\x1b[2K{text}" if self._terminal else text, err=True, nl=not self._terminal)
        self._shown = self._terminal

    def clear(self) -> None:
        if self._shown:
            click.echo("\r\x1b[2K", err=True, nl=False)
            self._shown = False

    def failure(self, message: str) -> None:
        self.clear()
        tell(message)


def _duration(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _summary(totals: RunTotals, out: str | None, audit_file: Path | None) -> None:
    from cleaner.view import summary_lines

    lines = list(summary_lines(totals.summary))
    lines.append(
        f"records: {totals.documents:,} read, {totals.outputs:,} written, {totals.without_output:,} without output, "
        f"{totals.audited:,} audited, {totals.failed:,} failed; {totals.seconds:.1f} s"
    )
    if totals.before:
        lines.append(f"{totals.before:,} of them were done by an earlier run")
    if totals.passed_over:
        lines.append(f"{totals.passed_over:,} files of other kinds passed over")
    if totals.records_passed_over:
        lines.append(f"{totals.records_passed_over:,} records that hold no page passed over")
    if out is not None:
        lines.append(f"results: {out}")
    if audit_file is not None or out is not None:
        lines.append(f"audit:   {audit_file or f'{out}/audit*.jsonl'}")
    say("\n".join(lines), err=True)

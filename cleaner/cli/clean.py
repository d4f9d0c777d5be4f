"""``cleaner clean``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cleaner.cli.help import command
from cleaner.cli.options import (
    INPUT_FORMATS,
    OUTPUT_FORMATS,
    build_cleaner,
    check_url,
    cleaning_options,
    format_option,
    limit_option,
    reading_options,
    sample_option,
    seed_option,
    url_option,
)
from cleaner.cli.progress import LEVELS, ProgressLine, summary
from cleaner.cli.types import Jobs
from cleaner.model import CleanerError
from cleaner.terminal import tell

if TYPE_CHECKING:
    from cleaner.batch.destination import Destination
    from cleaner.batch.document import Options
    from cleaner.model import Extractor


@command(short_help="Clean files, folders and streams of any format.")
@click.argument("inputs", metavar="INPUT...", nargs=-1, required=True, type=click.Path(allow_dash=True))
@click.option(
    "-o",
    "--output",
    "out",
    metavar="PATH",
    type=click.Path(allow_dash=True),
    help="A file such as clean.jsonl; a folder (out/) for a mirror of the inputs, audit and manifest, or its URL; "
    "or -, standard output, the default.",
)
@click.option(
    "--audit",
    "audit_file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="One file for the whole audit, a record a document in the order of the output.",
)
@cleaning_options
@reading_options
@format_option("--input-format")
@click.option("--format", "old_kind", hidden=True, type=click.Choice(INPUT_FORMATS))  # its name up to 0.1
@url_option
@limit_option
@sample_option
@seed_option
@click.option(
    "--to",
    metavar="FORMAT",
    type=click.Choice(OUTPUT_FORMATS),
    help=f"Write all results as {', '.join(OUTPUT_FORMATS)}. Default: by the name of the -o file, else as the input.",
)
@click.option("--keep-html", is_flag=True, help="Leave the page in a record that was cleaned from one.")
@click.option(
    "--audit-detail",
    "detail",
    type=click.Choice(["blocks", "lines"]),
    default="blocks",
    show_default=True,
    help="Record the furniture of a page as one removal a block, or one a line.",
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
    metavar="ENGINE",
    type=click.Choice(["local", "ray"]),
    default="local",
    show_default=True,
    help="Who does the shards: local, this machine, or ray, a cluster.",
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
@click.option("--dry-run", is_flag=True, help="Write nothing; show what would be done, and the first cuts.")
@click.option("-q", "--quiet", is_flag=True, help="No progress and no summary; failures are still told.")
@click.option("-v", "--verbose", count=True, help="Tell what goes on; -vv: with the log of libraries.")
@click.option(
    "--log-level",
    metavar="LEVEL",
    type=click.Choice(LEVELS),
    help="The same by name: error is -q, warning the default, info -v, debug -vv.",
)
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
    old_kind: str | None,
    limit: int | None,
    sample: int | None,
    seed: int,
    to: str | None,
    jobs: int,
    timeout: float,
    shard_mb: float,
    engine: str,
    address: str | None,
    articles_only: bool,
    force: bool,
    line_buffered: bool,
    dry_run: bool,
    quiet: bool,
    verbose: int,
    log_level: str | None,
) -> int:
    """Clean texts, pages, JSONL, JSON, CSV, TSV, Parquet and WARC, plain or compressed.

    INPUT is a file, a folder, a glob, a URL (s3://…) or - for standard input. Progress and summary go to standard
    error.

    In records the cleaned text replaces the text field and all other fields pass through. A record that cannot be
    cleaned still gives one record, with null for the text and the reason in "error", and one audit record.

    A run into a folder goes on where it was stopped: start it again, and only what is missing is done. A folder that
    holds another run, or files of your own, is refused.

    \b
    Examples:
      cleaner clean article.txt -o clean.txt
      cleaner clean article.txt --url https://www.kontan.co.id/news/1
      cleaner clean articles/ -o out
      cleaner clean articles/ --to jsonl | jq -r .text
      cleaner clean articles/ -o articles.parquet --audit audit.jsonl
      cleaner clean 'crawl/*.warc.gz' -o out --jobs auto --to parquet
      cleaner clean news.jsonl --sample 100 --dry-run
      cleaner clean a.jsonl b.jsonl -o out --keep caption,byline
      zcat news.jsonl.gz | cleaner clean - --audit audit.jsonl | gzip > clean.jsonl.gz
      cleaner clean pages.jsonl --html-field body_html --id-field url -o out
    """
    from cleaner.batch.destination import aimed, destination
    from cleaner.batch.needs import check_packages
    from cleaner.batch.run import How, run
    from cleaner.batch.sources import find
    from cleaner.batch.store import local_path

    level = log_level or ("error" if quiet else LEVELS[min(1 + verbose, 3)])
    options = _some(options, limit, sample, seed)
    place = destination(out)
    if engine == "ray" and place.folder is None:
        raise click.UsageError("--engine ray needs a folder for the results: add -o DIR/")
    own = [path for path in (local_path(place.folder) if place.folder else None, place.file, audit_file) if path]
    found = find(inputs, kind or old_kind, to, own)
    check_url(found, options.url)
    try:
        found = aimed(found, place, to)
    except CleanerError:
        if not dry_run or out is not None:
            raise
        place = destination("out/")  # a look before anybody has named a folder
    check_packages(found)
    cleaner = build_cleaner(packs, keep, site, extractor, articles_only=articles_only)
    if place.folder is not None and not found.sources:
        for problem in found.problems:  # a folder of nothing would stand in the way of the next run
            tell(problem.message)
        return 2
    if dry_run:
        from cleaner.cli.planning import show_plan

        return show_plan(found, cleaner, options, place, audit_file, jobs, int(shard_mb * 1_000_000))
    progress = ProgressLine(level)
    if level == "debug":
        import logging

        logging.basicConfig(level=logging.DEBUG, format="%(name)s: %(message)s")
    run_shards = None
    if engine == "ray":
        from cleaner.adapters.ray import ray_engine

        run_shards = ray_engine(address, jobs, timeout)
    how = How(
        jobs=jobs,
        timeout=timeout,
        line_buffered=line_buffered,
        force=force,
        report=progress.failure,
        progress=progress,
        log=progress.log,
        engine=run_shards,
    )
    _log_settings(progress, place)
    try:
        totals = run(found, cleaner, options, place.folder, audit_file, how, int(shard_mb * 1_000_000), place.file)
    except KeyboardInterrupt:
        progress.clear()
        raise KeyboardInterrupt(_to_go_on(place)) from None
    progress.clear()
    if level != "error" and (found.sources or totals.exit_status != 2):
        summary(totals, place.folder, place.file, audit_file)
    return totals.exit_status


def _some(options: Options, limit: int | None, sample: int | None, seed: int) -> Options:
    """Which documents; the seed counts for a sample only."""
    from msgspec.structs import replace

    return replace(options, limit=limit or 0, sample=sample or 0, seed=seed if sample else 0)


def _to_go_on(place: Destination) -> str:
    """How to go on after Ctrl-C."""
    from cleaner.batch.plan import STATE_NAME
    from cleaner.batch.store import local_path

    if place.folder is None:
        return "interrupted; no file was written"
    folder = local_path(place.folder)
    if folder is not None and not (folder / STATE_NAME).exists():
        return f"interrupted before a shard was done; {place.folder} is as it was"
    return f"interrupted; what is done is in {place.folder}, and the same command goes on from there"


def _log_settings(progress: ProgressLine, place: Destination) -> None:
    from cleaner.cli.settings import settings

    for held in settings():
        if not held.is_built_in:
            progress.log(
                f"{held.setting.key} = {held.value!r} by {held.source}, unless the command line says otherwise"
            )
    progress.log(f"results go to {place.folder or place.file or 'standard output'}")

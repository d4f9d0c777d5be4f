"""``cleaner audit export``: the cuts of a run as a table."""

from __future__ import annotations

from pathlib import Path

import click

from cleaner.cli.audit import audit
from cleaner.cli.options import field_of_run, file_option
from cleaner.cli.review import audit_of_run, text_of_run
from cleaner.terminal import tell

_SUFFIXES = {"parquet": (".parquet", ".pq"), "csv": (".csv",), "sqlite": (".sqlite", ".sqlite3", ".db")}


@audit.command(short_help="Write the cuts of a run as a table.")
@click.argument("run", metavar="RUN")
@click.option("--to", type=click.Choice(list(_SUFFIXES)), help="Default: by the name of the file.")
@file_option("The file to write: .parquet, .csv, .sqlite.", required=True)
@audit_of_run
@text_of_run
def export(run: str, to: str | None, out: Path, audit_file: Path | None, text_field: str) -> None:
    """Write the cuts of RUN as a table, one row a cut, with the text around it.

    RUN is an output folder or its URL, a clean file with --audit, or an audit file alone. In SQLite the table is
    called cuts. docs/review.md has questions to ask it.

    \b
    Examples:
      cleaner audit export out -o cuts.parquet
      duckdb -c "SELECT rule, count(*) FROM 'cuts.parquet' GROUP BY rule ORDER BY 2 DESC LIMIT 10"
      cleaner audit export out --to sqlite -o cuts.db
    """
    from cleaner.review.runs import open_run
    from cleaner.review.tables import export as write

    named = next((name for name, suffixes in _SUFFIXES.items() if out.suffix in suffixes), None)
    if to is None and named is None:
        raise click.UsageError(f"{out}: name the format with --to, one of {', '.join(_SUFFIXES)}")
    opened = open_run(run, audit_file, field_of_run(run, text_field))
    count = write(opened, to or named or "", out)
    for warning in opened.warnings:
        tell(warning)
    tell(f"{out}: {count:,} cuts")

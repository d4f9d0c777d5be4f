"""``cleaner restore`` and ``cleaner audit``: from a run back to the raw texts, and what the run did."""

from __future__ import annotations

from pathlib import Path

import click

from cleaner.cli.options import audit_option, text_field_option

_CLEAN = click.argument("clean", metavar="CLEAN", type=click.Path(exists=True, path_type=Path))


def _tell(message: str) -> None:
    click.echo(f"cleaner: {message}", err=True)


@click.command()
@_CLEAN
@audit_option
@click.option(
    "-o",
    "--output",
    "out",
    metavar="PATH",
    type=click.Path(path_type=Path),
    help="File for the raw text, or folder when CLEAN is one. Default: standard output.",
)
@text_field_option
def restore(clean: Path, audit_file: Path | None, out: Path | None, text_field: str) -> int:
    """Rebuild the raw text from clean text and audit, exactly.

    CLEAN is what the cleaner wrote: a text file, a JSONL file or a whole output folder. For pages the raw text is the
    page's visible lines. A document whose record does not fit is told and left as it is.

    \b
    Examples:
      cleaner restore out/article.txt
      cleaner restore clean.jsonl --audit audit.jsonl -o raw.jsonl
      cleaner restore out -o raw
    """
    from cleaner.batch.pairs import audit_of
    from cleaner.batch.restoring import restore_all

    checked = restore_all(clean, audit_of(clean, audit_file), out, text_field, _tell)
    return 1 if checked.problems else 0


@click.group()
def audit() -> None:
    """Check and sum up the audit of a run.

    \b
    Examples:
      cleaner audit verify out
      cleaner audit summary out
    """


@audit.command()
@_CLEAN
@audit_option
@click.option(
    "--raw",
    metavar="PATH",
    type=click.Path(exists=True, path_type=Path),
    help="The input of the run, to compare with as well. Pages in it are passed over.",
)
@text_field_option
def verify(clean: Path, audit_file: Path | None, raw: Path | None, text_field: str) -> int:
    """Check that every clean text, its record and its cuts give back the raw text.

    For each document: both hashes and lengths, order and fit of the cuts, and that the restored text is the raw one.
    Exit status 1 when anything does not add up.

    \b
    Examples:
      cleaner audit verify out
      cleaner audit verify clean.jsonl --audit audit.jsonl --raw news.jsonl
    """
    from cleaner.batch.pairs import audit_of
    from cleaner.batch.restoring import verify_all

    checked = verify_all(clean, audit_of(clean, audit_file), raw, text_field, _tell)
    good = checked.documents - checked.failed
    failed = f", {checked.failed:,} failed in the run and have no text" if checked.failed else ""
    if checked.problems:
        click.echo(f"{checked.documents:,} documents{failed}: {checked.problems:,} problems")
        return 1
    click.echo(f"{checked.documents:,} documents{failed}: {good:,} restore exactly")
    return 0


@audit.command()
@click.argument("audits", metavar="AUDIT...", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--documents", is_flag=True, help="First one line a document: how much was cut, of what.")
@click.option("--top", default=20, show_default=True, metavar="N", help="Rules, sites and withheld rules to show.")
@click.option("--format", "style", type=click.Choice(["table", "json"]), default="table", show_default=True)
def summary(audits: tuple[Path, ...], documents: bool, top: int, style: str) -> None:
    """Sum up audit files: documents by status, cuts by category, rule and site, what was withheld.

    AUDIT is an audit file, or an output folder with its audit.jsonl.

    \b
    Examples:
      cleaner audit summary out
      cleaner audit summary audit.jsonl --documents
      cleaner audit summary out --format json | jq .category_chars
    """
    import msgspec

    from cleaner import view
    from cleaner.audit import Summary
    from cleaner.batch.pairs import audit_of, records_of

    found = Summary()
    for path in audits:
        for record in records_of(audit_of(path, None if path.is_dir() else path)):
            found.add(record)
            if documents and style == "table":
                click.echo(view.document_line(record))
    if style == "json":
        click.echo(msgspec.json.encode(found, order="sorted").decode())
    else:
        click.echo("\n".join(view.summary_lines(found, top)))

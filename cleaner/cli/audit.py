"""``cleaner restore`` and ``cleaner audit``: from a run back to the raw texts, and what the run did."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from cleaner.cli.help import command, group
from cleaner.cli.options import audit_option, field_of_run, options_of_run, style_option, text_field_option
from cleaner.cli.paging import lines, show
from cleaner.terminal import counted, say, say_json, tell


class _Place(click.Path):
    """A file or folder that is there, or a URL."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        from cleaner.batch.store import is_url, local_path

        if isinstance(value, str) and is_url(value) and local_path(value) is None:
            return value
        return str(super().convert(value, param, ctx))


_CLEAN = click.argument("clean", metavar="CLEAN", type=_Place(exists=True))


@command(short_help="Rebuild the raw texts from clean texts and audit.")
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
def restore(clean: str, audit_file: Path | None, out: Path | None, text_field: str) -> int:
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
    from cleaner.batch.store import local_copy

    with local_copy(clean) as place:
        checked = restore_all(place, audit_of(place, audit_file), out, field_of_run(place, text_field), tell)
    return 1 if checked.problems else 0


@group(short_help="Check, sum up or export the audit of a run.")
def audit() -> None:
    """Check and sum up the audit of a run.

    \b
    Examples:
      cleaner audit verify out
      cleaner audit summary out
    """


@audit.command(short_help="Check that clean texts and cuts give the raw texts.")
@_CLEAN
@audit_option
@click.option(
    "--raw",
    metavar="PATH",
    type=click.Path(exists=True, path_type=Path),
    help="The input of the run, to compare with as well. Pages in it are passed over.",
)
@text_field_option
def verify(clean: str, audit_file: Path | None, raw: Path | None, text_field: str) -> int:
    """Check that every clean text, its record and its cuts give back the raw text.

    For each document: both hashes and lengths, order and fit of the cuts, and that the restored text is the raw one.
    For an output folder: that every file is as the manifest has it, and that there is no other. Exit status 1 when
    anything does not add up, or the run is not complete.

    \b
    Examples:
      cleaner audit verify out
      cleaner audit verify clean.jsonl --audit audit.jsonl --raw news.jsonl
    """
    from cleaner.batch.pairs import audit_of
    from cleaner.batch.store import local_copy
    from cleaner.batch.verifying import verify_all

    if raw is not None and (recorded := options_of_run(clean)) is not None and recorded.sample:
        raise click.UsageError("--raw is for runs over all documents of an input; this one was a --sample")
    with local_copy(clean) as place:
        checked = verify_all(place, audit_of(place, audit_file), raw, field_of_run(place, text_field), tell)
    good = checked.documents - checked.failed
    failed = f", {checked.failed:,} failed in the run and have no text" if checked.failed else ""
    if checked.problems:
        say(f"{counted(checked.documents, 'document')}{failed}: {counted(checked.problems, 'problem')}")
        return 1
    say(f"{counted(checked.documents, 'document')}{failed}: {good:,} restore exactly")
    if checked.note:
        tell(checked.note)
    return 0


@audit.command(short_help="Sum up what runs did.")
@click.argument("audits", metavar="AUDIT...", nargs=-1, required=True, type=_Place(exists=True))
@click.option("--documents", is_flag=True, help="First one line a document: how much was cut, of what.")
@click.option("--top", default=20, show_default=True, metavar="N", help="Rules, sites and withheld rules to show.")
@style_option("table", "json")
def summary(audits: tuple[str, ...], documents: bool, top: int, style: str) -> None:
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
    from cleaner.batch.store import local_copy

    found = Summary()

    def told() -> Iterator[str]:
        for name in audits:
            with local_copy(name) as path:
                for record in records_of(audit_of(path, None if path.is_dir() else path)):
                    found.add(record)
                    if documents:
                        yield view.document_line(record)
        yield from view.summary_lines(found, top)

    if style == "table":
        show(lines(told()))
        return
    for _ in told():
        pass
    say_json(msgspec.json.encode(found, order="sorted"))

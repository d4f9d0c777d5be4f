"""Documents one by one with all that was cut, for the commands that show rather than write."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

import msgspec

from cleaner.batch.document import DocumentCleaner, Options
from cleaner.batch.field_check import RefusedError, check_fields, checked
from cleaner.batch.formats.rows import as_text
from cleaner.batch.sources import Found, InputFile, open_source
from cleaner.core import Cleaner
from cleaner.engine.dispatch import Program
from cleaner.engine.explain import LineReport, explain_lines
from cleaner.model import Cleaned, CleanerError


class Look(msgspec.Struct, frozen=True):
    """One document: its result, or what is wrong with it. ``page``: it came as HTML."""

    id: str
    url: str | None = None
    cleaned: Cleaned | None = None
    page: bool = False
    problem: str | None = None


def documents(found: Found, cleaner: Cleaner, options: Options) -> Iterator[Look]:
    """Every document of the inputs, cleaned, in order.

    Raises:
        CleanerError: no record has the text, or standard input is no JSONL.
    """
    check_fields(found, options.fields, lambda message: None)
    for problem in found.problems:
        yield Look(problem.id, problem=problem.message)
    for source in found.sources:
        try:
            with open_source(source) as stream:
                yield from _looks(source, stream, DocumentCleaner(cleaner, options))
        except RefusedError:
            raise
        except CleanerError as error:
            message = str(error)
            yield Look(source.id, problem=message if message.startswith(source.name) else f"{source.name}: {message}")


def _looks(source: InputFile, stream: BinaryIO, clean: DocumentCleaner) -> Iterator[Look]:
    kind = source.kind.format
    fields = clean.options.fields
    reader = iter(kind.reader(stream, source.name, fields))
    for item in checked(reader, source, fields, lambda message: None, lambda item: item):
        name = source.id if kind.document else as_text(item.id) or item.where
        clean.complete(item)
        try:
            cleaned = clean.cleaned(item)
        except CleanerError as error:
            yield Look(name if kind.document else item.where, problem=f"{item.where}: {error}")
            continue
        yield Look(name, item.url, cleaned, page=item.html is not None)


def reports(look: Look, cleaner: Cleaner, site: str | None) -> list[LineReport]:
    """What became of each line. Rules that came close are known for texts only."""
    if look.cleaned is None:
        return []
    if look.page:
        return explain_lines(look.cleaned, Program([]))
    return cleaner.explain(look.cleaned.raw, url=look.url, site=site)

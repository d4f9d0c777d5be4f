"""Documents one by one with all that was cut, for the commands that show rather than write."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from cleaner.batch.jsonl import LineCleaner, Options
from cleaner.batch.run import clean_bytes
from cleaner.batch.sources import Found, Source, lines_of, open_source
from cleaner.core import Cleaner
from cleaner.explain import LineReport, explain_lines
from cleaner.match import Program
from cleaner.model import Cleaned, CleanerError


class Look(msgspec.Struct, frozen=True):
    """One document: its result, or what is wrong with it. ``page``: it came as HTML."""

    id: str
    url: str | None = None
    cleaned: Cleaned | None = None
    page: bool = False
    problem: str | None = None


def documents(found: Found, cleaner: Cleaner, options: Options) -> Iterator[Look]:
    """Every document of the inputs, cleaned, in order."""
    for problem in found.problems:
        yield Look(problem.id, problem=problem.message)
    for source in found.sources:
        try:
            if source.kind == "jsonl":
                yield from _lines(source, LineCleaner(cleaner, options))
            else:
                with open_source(source) as stream:
                    data = stream.read()
                cleaned = clean_bytes(cleaner, data, source.kind, options.site)
                yield Look(source.id, cleaned=cleaned, page=source.kind == "html")
        except OSError as error:
            yield Look(source.id, problem=f"{source.name}: cannot read: {error.strerror}")
        except CleanerError as error:
            yield Look(source.id, problem=f"{source.name}: {error}")


def _lines(source: Source, clean: LineCleaner) -> Iterator[Look]:
    with open_source(source) as stream:
        for number, line in lines_of(stream):
            where = f"{source.name}:{number}"
            try:
                id, url, cleaned = clean.look(line)
            except CleanerError as error:
                yield Look(where, problem=f"{where}: {error}")
                continue
            yield Look(where if id is None else str(id), url, cleaned, page="encoding_source" in cleaned.meta)


def reports(look: Look, cleaner: Cleaner, site: str | None) -> list[LineReport]:
    """What became of each line. Rules that came close are known for texts only."""
    if look.cleaned is None:
        return []
    if look.page:
        return explain_lines(look.cleaned, Program([]))
    return cleaner.explain(look.cleaned.raw, url=look.url, site=site)

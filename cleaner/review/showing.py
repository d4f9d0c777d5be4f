"""Documents one after the other in the form that was asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from cleaner import view
from cleaner.maintain.reading import site_of
from cleaner.review.filters import Filter, Shown
from cleaner.review.page import html_page, shown_rows
from cleaner.review.rows import is_furniture
from cleaner.review.runs import Run
from cleaner.review.terminal import marked_rows, side_by_side
from cleaner.terminal import visible

STYLES = ("marked", "side-by-side", "unified", "json", "html")


class Look(msgspec.Struct, frozen=True):
    """How documents are shown.

    Attributes:
        style: one of ``STYLES``.
        colour: strike through, and make control characters visible.
        titles: tell which document each one is.
        context: lines around the cuts; ``None``: the whole text.
        fold: take page furniture together; ``None``: where nothing depends on the exact text.
        width: columns of the terminal.
        title: of the HTML page.
    """

    style: str = "marked"
    colour: bool = False
    titles: bool = False
    context: int | None = None
    fold: bool | None = None
    width: int = 120
    title: str = "What was cut"

    @property
    def folds(self) -> bool:
        """Whether page furniture is taken together."""
        if self.fold is not None:
            return self.fold
        return self.colour or self.context is not None or self.style in ("html", "side-by-side")


def of_run(run: Run, wanted: Filter, problems: list[str]) -> Iterator[Shown]:
    """The documents of a run that are wanted; what cannot be shown is added to the problems."""
    for document in run.documents():
        record = document.record
        site = site_of(record.site, record.url)
        if document.cleaned is None:
            reason = document.problem or record.error or "its text is not at hand"
            problems.append(reason if reason.startswith(document.name) else f"{document.name}: {reason}")
            continue
        shown = wanted.shown(str(record.id), record.url, site, document.cleaned)
        if shown is not None:
            yield shown


def drawn(documents: Iterable[Shown], look: Look) -> Iterator[str]:
    """The output, piece by piece."""
    if look.style == "html":
        yield from html_page(documents, look.title, look.context, look.folds)
        return
    for document in documents:
        if look.style == "json":
            yield view.as_json(document.cleaned, document.id, document.url) + "\n"
        elif look.style == "unified":
            yield view.unified(document.cleaned, document.id, look.colour, look.context)
        else:
            yield from _in_lines(document, look)


def _in_lines(document: Shown, look: Look) -> Iterator[str]:
    cleaned = document.cleaned
    if look.titles:
        title = f"=== {document.id} ({cleaned.status}, {len(cleaned.removals)} cuts)"
        yield f"{view.HEAD}{visible(title)}{view.RESET}\n" if look.colour else f"{title}\n"
    whole = look.context is None and not (look.folds and any(is_furniture(cut) for cut in cleaned.removals))
    if look.style == "marked" and whole:
        text = view.marked(cleaned, look.colour)
        yield text if text.endswith("\n") or not (look.titles or look.colour) else text + "\n"
        return
    rows = shown_rows(document, look.context, look.folds)
    lines = (
        side_by_side(rows, cleaned.removals, look.width, look.colour)
        if look.style == "side-by-side"
        else marked_rows(rows, cleaned.removals, look.colour)
    )
    for line in lines:
        yield line + "\n"

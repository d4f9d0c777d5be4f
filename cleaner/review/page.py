"""Documents with their cuts as one HTML page that needs nothing else: no network, no other file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cleaner.review.filters import Shown
from cleaner.review.render import alone, environment
from cleaner.review.rows import Row, around, folded, rows_of


def shown_rows(document: Shown, context: int | None, fold: bool = True) -> list[Row]:
    """The lines of a document to show: all of them, or those around the cuts that were asked for.

    Args:
        document: the document.
        context: lines around each of these cuts; ``None`` for the whole text.
        fold: take runs of page furniture together.
    """
    rows = rows_of(document.cleaned)
    chosen = frozenset(document.chosen)
    if fold:
        rows = folded(rows, document.cleaned.removals)
    return rows if context is None else around(rows, chosen, context)


def html_page(documents: Iterable[Shown], title: str, context: int | None = None, fold: bool = True) -> Iterator[str]:
    """The page in pieces, so that any number of documents takes the memory of one.

    Raises:
        CleanerError: the extra ``review`` is not installed.
    """
    template = environment().get_template("diff.html")
    yield from template.generate(
        documents=documents,
        title=title,
        rows_of=lambda document: shown_rows(document, context, fold),
        **alone("diff.js"),
    )

"""What the model is told of a whole page whose body is chosen, to say whether it is an article."""

from __future__ import annotations

from cleaner.html.block_sums import Stated
from cleaner.html.blocks import HEADING, LIST, TABLE, Blocks

PAGE_FEATURES = tuple(
    "kind data title lines links text kept kept_share kept_links kept_prose kept_longest kept_mean kept_headings "
    "kept_lists kept_tables kept_topic articles h1 paragraphs forms".split()
)
_PROSE = 80
_TITLE_WORD = 4


def page_row(page: Blocks, kept: list[bool], stated: Stated) -> tuple[int, ...]:
    """The numbers of a page, in the order of :data:`PAGE_FEATURES`; shares are parts of a thousand."""
    chosen = [number for number, is_kept in enumerate(kept) if is_kept]
    lengths = [len(page.lines[number]) for number in chosen]
    kinds = [page.kinds[page.owners[number]] for number in chosen]
    text = sum(map(len, page.lines)) or 1
    own = sum(lengths) or 1
    count = len(chosen) or 1
    linked = [min(page.linked[number], length) for number, length in zip(chosen, lengths, strict=True)]
    words = {word for word in stated.title.lower().split() if len(word) >= _TITLE_WORD}
    body = " ".join(page.lines[number] for number in chosen).lower() if words else ""
    tags = page.tags
    return (
        stated.kind,
        len(stated.body),
        len(stated.title),
        len(page.lines),
        1000 * sum(page.linked) // text,
        text,
        own,
        1000 * own // text,
        1000 * sum(linked) // own,
        1000 * sum(n for n, link in zip(lengths, linked, strict=True) if n >= _PROSE and link * 3 < n) // own,
        max(lengths, default=0),
        own // count,
        1000 * sum(kind & HEADING != 0 for kind in kinds) // count,
        1000 * sum(kind & LIST != 0 for kind in kinds) // count,
        1000 * sum(kind & TABLE != 0 for kind in kinds) // count,
        1000 * sum(word in body for word in words) // (len(words) or 1),
        tags.count("article"),
        tags.count("h1"),
        tags.count("p"),
        tags.count("form"),
    )

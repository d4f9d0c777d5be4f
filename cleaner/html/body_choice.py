"""What the model of the body gets of a page: its blocks, and what the page says of itself."""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser

from cleaner.html import visible
from cleaner.html.block_sums import Stated
from cleaner.html.blocks import Blocks, read_blocks
from cleaner.html.meta import Facts

#: A page that shows less than this without scripts …
_EMPTY = 500
#: … is read as if scripts were off, when that shows so many times as much.
_TIMES = 4
#: What a page says that it is, as the model was taught it; 0 for nothing.
_ARTICLE, _WEBSITE, _OTHER = 1, 2, 3


def stated_by(facts: Facts) -> Stated:
    """What a page says of itself, for the model."""
    kind = facts.kind
    if facts.is_article or "article" in kind or "news" in kind:
        number = _ARTICLE
    else:
        number = (_WEBSITE if kind == "website" else _OTHER) if kind else 0
    return Stated(number, facts.title, facts.description, facts.article_body)


def open_blocks(tree: LexborHTMLParser, source: bytes, apart: frozenset[int] = frozenset()) -> Blocks | None:
    """The blocks of a page; those of its ``noscript`` parts too where it shows next to nothing else."""
    page = read_blocks(tree, apart)
    if page is not None and sum(map(len, page.lines)) < _EMPTY and b"<noscript" in source:
        other = read_blocks(visible.parse(source, scripted=False), apart, scripted=False)
        if other is not None and sum(map(len, other.lines)) > _TIMES * sum(map(len, page.lines)):
            return other
    return page

"""Whether a page is an article, or an index, a section, a shop, a forum, a login or an error page.

Points for and against, from the address, from what the page says of itself, and from the shape of its text. Weights
were set so that of 793 article pages of the WCXB benchmark (CC-BY-4.0) fewer than one in a hundred is taken for
something else; two thirds of its shops, forums, lists and collections are found.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import msgspec
from selectolax.lexbor import LexborHTMLParser

from cleaner.html.meta import Facts
from cleaner.packs.words import alternatives, words_of_all

NOT_ARTICLE = "not-an-article"
#: From so many points on a page is no article.
_ENOUGH = 2
#: Below so many points nothing that is left to look at could matter.
_SETTLED = -4


def _segments(english: str, words: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{english}|{alternatives(words_of_all(words))})", re.IGNORECASE)


_INDEX = _segments(
    "tags?|topics?|category|categories|archives?|index|search|authors?|sections?|latest|trending|popular",
    "address-index",
)
#: These are lists only at the end of an address: articles stand below them.
_LIST = re.compile(r"news|home|page|blog", re.IGNORECASE)
_FORUM = re.compile(
    r"forums?|threads?|t|r|viewtopic\.php|showthread\.php|questions|discussions?|community|board", re.IGNORECASE
)
_SHOP = _segments("products?|shop|store|cart|checkout|collections?|c|dp|itm|item|browse|cat", "address-shop")
_ENTRY = _segments("log-?in|sign-?in|sign-?up|register|account|password", "address-entry")
_ERROR = re.compile(
    rf"\b(?:404|page not found|access denied|just a moment|{alternatives(words_of_all('title-error'))})\b",
    re.IGNORECASE,
)
_DATED = re.compile(r"/(?:19|20)\d\d/\d")
_TYPE = re.compile(r'"@type"\s*:\s*(?:"([A-Za-z]+)"|\[([^\]]{0,300})\])')
_WORD = re.compile(r"[A-Za-z]+")
_KINDS = {
    frozenset({"Product", "ProductGroup"}): 3,
    frozenset({"DiscussionForumPosting", "QAPage"}): 5,
    frozenset({"CollectionPage", "SearchResultsPage"}): 3,
    frozenset({"ItemList"}): 1,
}
_GRAPH = {
    "article": -2,
    "website": 1,
    "blog": 1,
    "product": 4,
    "product.group": 4,
    "ebay-objects:item": 4,
    "profile": 4,
}
#: A path with so many dashes in one part spells out a headline.
_HEADLINE = 3
_MOSTLY_LINKS = 0.5
#: Paragraphs of an article: few, or enough.
_FEW, _MANY = 2, 8


class Doubts(msgspec.Struct, frozen=True):
    """What speaks against a page being an article before its text is looked at: points, and its being made of links."""

    points: int = 0
    mostly_links: bool = False

    def allow_data(self) -> bool:
        """Whether the page may be an article whose story is not shown."""
        return self.points < 1

    def is_article(self, paragraphs: int, *, found: bool, named: bool) -> bool:
        """Whether the page is an article.

        Args:
            paragraphs: how many paragraphs its chosen body has.
            found: whether a body was found at all.
            named: whether a site's pack knows the place of the body, and it is there.
        """
        if found and self.points <= 0 and not self.mostly_links:
            return True  # short paragraphs alone say nothing
        shape = 2 if paragraphs == 0 else 1 if paragraphs <= _FEW else -1 if paragraphs >= _MANY else 0
        return self.points + self.mostly_links + shape + 2 * (not found) - 2 * named < _ENOUGH


def doubts(tree: LexborHTMLParser, url: str | None, facts: Facts) -> Doubts:
    """What speaks against a page being an article; must run before scripts go.

    Args:
        tree: the page.
        url: its address, if known.
        facts: what it says of itself.
    """
    points = _by_address(url, facts.address) + _GRAPH.get(facts.kind, 0)
    points += 5 * facts.is_list - 4 * facts.is_article - 3 * facts.is_dated - bool(facts.credits)
    points += 4 * (_ERROR.search(facts.title) is not None)
    if points <= _SETTLED:
        return Doubts(points)
    types = _types(tree)
    points += sum(weight for kinds, weight in _KINDS.items() if not types.isdisjoint(kinds) and not facts.is_article)
    root = tree.body
    if root is None:
        return Doubts(points)
    size = len("".join(root.text().split()))
    linked = sum(len("".join(link.text().split())) for link in root.css("a"))
    return Doubts(points, linked > _MOSTLY_LINKS * size)


def _by_address(url: str | None, own: str) -> int:
    """Points from the address; the page's own where that says more."""
    path = urlsplit(url).path if url else ""
    if own and len(own_path := urlsplit(own).path) > len(path):
        path = own_path
    parts = [part for part in path.split("/") if part]
    if not parts:  # a stored page may have lost the rest of its address
        return 3 if own else 1 if url else 0
    points = 0
    points += 3 * any(_FORUM.fullmatch(part) for part in parts)
    points += 3 * any(_ENTRY.fullmatch(part) for part in parts)
    points += 2 * any(_SHOP.fullmatch(part) for part in parts)
    points += 2 * (any(_INDEX.fullmatch(part) for part in parts) or _LIST.fullmatch(parts[-1]) is not None)
    points += _INDEX.fullmatch(parts[-1]) is not None
    points -= 2 * (max(part.count("-") for part in parts) >= _HEADLINE)
    return points - 2 * (_DATED.search(path) is not None)


def _types(tree: LexborHTMLParser) -> set[str]:
    """All types that the page's JSON-LD names."""
    return {
        name
        for node in tree.css('script[type="application/ld+json" i]')
        for found in _TYPE.finditer(node.text())
        for name in _WORD.findall(found[1] or found[2])
    }

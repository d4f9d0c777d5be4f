"""The page rules of the packs that apply: which packs these are, and what they say, compiled for the page reader."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser

from cleaner.html.select import detect, first, text_of
from cleaner.packs.schema import Html, Pack

Drop = tuple[str, str, str]  # CSS selector, category, full rule id

OUTSIDE_BODY = "html#outside-body"
#: Packs nearer to the site are asked first: their selectors were written for its pages.
_NEAREST = ("user", "site", "network", "language", "generic")
_ADDRESS = ("link[rel=canonical]", "meta[property='og:url']")


@dataclass(frozen=True, slots=True)
class PageSpec:
    """The page rules of the packs that apply, compiled."""

    body: tuple[str, ...] = ()
    title: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    published: tuple[str, ...] = ()
    drop: tuple[Drop, ...] = ()
    keep: tuple[str, ...] = ()
    #: rule id for what lies outside the body
    body_rule: str = OUTSIDE_BODY
    #: selectors that nobody has seen on a page: used only where the generic extractor agrees
    unverified: bool = False


def page_spec(packs: Iterable[Pack], keep: frozenset[str]) -> PageSpec:
    """Page rules of the packs that apply, the nearest first.

    Args:
        packs: the packs that apply.
        keep: categories that stay; drop rules of these are left out.
    """
    pages = sorted(((p, p.html) for p in packs if p.html is not None), key=lambda p: _NEAREST.index(p[0].layer))
    with_body = [(pack, html) for pack, html in pages if html.body]
    return PageSpec(
        body=_all(pages, "body"),
        title=_all(pages, "title"),
        author=_all(pages, "author"),
        published=_all(pages, "published"),
        drop=tuple(
            (drop.select, drop.category, f"{pack.name}#html-drop-{number}")
            for pack, html in pages
            for number, drop in enumerate(html.drop, 1)
            if drop.category not in keep
        ),
        keep=_all(pages, "keep"),
        body_rule=f"{with_body[0][0].name}#html-body" if with_body else PageSpec().body_rule,
        unverified=bool(with_body) and all(pack.site is not None and pack.site.unverified for pack, _ in with_body),
    )


def _all(pages: Iterable[tuple[Pack, Html]], name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(selector for _, html in pages for selector in getattr(html, name)))


def detected(tree: LexborHTMLParser, packs: Iterable[Pack]) -> tuple[Pack, ...]:
    """The packs of content management systems and networks that recognise the page."""
    return tuple(
        pack for pack in packs if pack.html is not None and pack.html.detect and detect(tree, pack.html.detect)
    )


def own_address(tree: LexborHTMLParser) -> str | None:
    """The address that a page states as its own (canonical link or Open Graph), for pages that come without a URL."""
    root = tree.root
    for selector in _ADDRESS:
        node = first(root, selector) if root is not None else None
        if node is not None:
            found = node.attributes.get("href") or text_of(node)
            if found and "//" in found:
                return found
    return None

"""What the packs that apply say about a page, compiled for the page reader."""

from __future__ import annotations

from collections.abc import Iterable

from cleaner.html.page import OpenPage, PageSpec
from cleaner.html.select import first, text_of
from cleaner.packs.schema import Html, Pack

#: Packs nearer to the site are asked first: their selectors were written for its pages.
_NEAREST = ("user", "site", "network", "language", "generic")
_ADDRESS = ("link[rel=canonical]", "meta[property='og:url']")


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


def detected(page: OpenPage, packs: Iterable[Pack]) -> tuple[Pack, ...]:
    """The packs of content management systems and networks that recognise the page."""
    return tuple(
        pack for pack in packs if pack.html is not None and pack.html.detect and page.matches(pack.html.detect)
    )


def own_address(page: OpenPage) -> str | None:
    """The address that a page states as its own (canonical link or Open Graph), for pages that come without a URL."""
    root = page.tree.root
    for selector in _ADDRESS:
        node = first(root, selector) if root is not None else None
        if node is not None:
            found = node.attributes.get("href") or text_of(node)
            if found and "//" in found:
                return found
    return None

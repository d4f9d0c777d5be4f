"""Finds selectors for a new site's pages: what holds the body that the generic extractor chooses, on all of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

import msgspec
from selectolax.lexbor import LexborNode

from cleaner.html import extract
from cleaner.html.meta import Facts, read_facts
from cleaner.html.select import ancestors, select, select_bodies, text_of
from cleaner.html.source import OpenPage
from cleaner.packs.words import alternatives, words_of_all

#: An element around the chosen one that holds more than this many times its text holds too much.
MOST = 1.3
#: A second selector may hold so much more than the first, as a share of the chosen text.
_MUCH = 0.05
#: Selectors told of a kind.
_MOST_TOLD = 2
#: A class or id with a number of three digits, or with letters and digits mixed, is made by a program, and will change.
_UNSTABLE = re.compile(r"\d{3}|(?i:^(?:css|jsx|sc|svelte|emotion)-)|[a-z]\d[a-z]|__[A-Za-z0-9]{5}$|^[A-Za-z]{1,2}$")
_NAME = re.compile(r"-?[A-Za-z_][\w-]*")
#: Classes that tell of a state or a width, not of what an element is.
_COMMON = frozenset("row col container active clearfix wrapper content-wrapper show hide block flex grid".split())
_DATE = re.compile(r"\b\d{4}-\d{2}-\d{2}|\b\d{1,2}\s*(?:[/-]\s*\d{1,2}|\s[A-Za-z]{3,9})[\s/-]*\d{2,4}")
_LABEL = re.compile(rf"^(?:{alternatives(words_of_all('bylines'))}|by|editor|author)\s*[:：]?\s+", re.IGNORECASE)


def _classes(*names: str) -> str:
    """Selectors for elements that have one of these in a class name."""
    return ", ".join(f"[class*={name}]" for name in names)


_PUBLISHED = f"time, {_classes('date', 'time', *words_of_all('class-date'), 'publish')}, [itemprop=datePublished]"
_BYLINES = _classes("author", *words_of_all("class-byline"), "reporter", "editor")
_AUTHOR = f"[rel=author], [itemprop=author], {_BYLINES}, a, span"


class Selectors(msgspec.Struct, frozen=True):
    """Selectors that hold on all pages, the best first."""

    body: tuple[str, ...] = ()
    title: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    published: tuple[str, ...] = ()


def find_selectors(pages: Sequence[OpenPage]) -> Selectors:
    """Selectors for a site's pages. The pages are read: their trees change."""
    facts = [read_facts(page.tree) for page in pages]
    roots = [root for page in pages if (root := page.tree.body or page.tree.root) is not None]
    if not roots or len(roots) != len(pages):
        return Selectors()
    titles = _agreed(roots, facts, lambda root, own: _nodes(root, "h1, h2", lambda text: _is_title(text, own)))
    authors = _agreed(roots, facts, _authors)
    dates = _agreed(roots, facts, lambda root, own: _nodes(root, _PUBLISHED, lambda t: bool(_DATE.search(t)), 60))
    for root in roots:
        for node in select(root, "script, style, noscript, template"):
            node.decompose()
    return Selectors(_bodies(roots, facts), titles, authors, dates)


def _bodies(roots: Sequence[LexborNode], facts: Sequence[Facts]) -> tuple[str, ...]:
    """The smallest elements with a lasting name around what the extractor chooses, on every page."""
    sizes: dict[str, list[float]] = {}
    for root, own in zip(roots, facts, strict=True):
        chosen = extract.choose(root, own.article_body).node
        size = max(1, _size(chosen))
        for node in (chosen, *ancestors(chosen, root)):
            share = _size(node) / size
            if share > MOST:
                break
            for selector in _names_of(node):
                found = select_bodies(root, [selector])
                if len(found) == 1 and found[0].mem_id == node.mem_id:
                    sizes.setdefault(selector, []).append(share)
    everywhere = {selector: max(shares) for selector, shares in sizes.items() if len(shares) >= len(roots)}
    order = sorted(everywhere, key=lambda s: (round(everywhere[s], 2), _weight(s), s))
    return tuple(s for s in order[:_MOST_TOLD] if everywhere[s] <= everywhere[order[0]] + _MUCH)


def _agreed(
    roots: Sequence[LexborNode], facts: Sequence[Facts], find: Callable[[LexborNode, Facts], Iterable[LexborNode]]
) -> tuple[str, ...]:
    """Selectors whose first match on every page is one of the elements sought."""
    common: set[str] | None = None
    for root, own in zip(roots, facts, strict=True):
        here = set()
        for node in find(root, own):
            for selector in _names_of(node) or [node.tag or ""]:
                first = select(root, selector)[:1]
                if first and first[0].mem_id == node.mem_id:
                    here.add(selector)
        common = here if common is None else common & here
    return tuple(sorted(common or (), key=lambda s: (_weight(s), s))[:_MOST_TOLD])


def _nodes(root: LexborNode, css: str, wanted: Callable[[str], bool], longest: int = 300) -> list[LexborNode]:
    return [node for node in select(root, css) if (text := text_of(node)) and len(text) <= longest and wanted(text)]


def _authors(root: LexborNode, own: Facts) -> list[LexborNode]:
    names = {name.casefold() for name in (*own.credits.get("author", ()), *own.credits.get("editor", ()))}
    return _nodes(root, _AUTHOR, lambda text: _LABEL.sub("", text).casefold() in names, 120) if names else []


def _is_title(text: str, own: Facts) -> bool:
    return bool(own.title) and (own.title.casefold().startswith(text.casefold()) or text == own.title)


def _names_of(node: LexborNode) -> list[str]:
    """Selectors by id, class and ``itemprop`` that look as if they last."""
    tag, attributes = node.tag or "", node.attributes
    found = []
    name = attributes.get("id")
    if name and _lasts(name):
        found.append(f"{tag}#{name}")
    for name in (attributes.get("class") or "").split():
        if _lasts(name) and name.lower() not in _COMMON:
            found.append(f"{tag}.{name}")
    prop = attributes.get("itemprop")
    if prop and _NAME.fullmatch(prop):
        found.append(f"{tag}[itemprop={prop}]")
    return found


def _lasts(name: str) -> bool:
    return _NAME.fullmatch(name) is not None and not _UNSTABLE.search(name)


def _weight(selector: str) -> int:
    """What a name promises: one that speaks of what is meant comes first, a long one before a short one."""
    if "itemprop" in selector:
        return 0
    speaks = re.search(r"article|content|body|detail|read|entry|post|isi|konten|title|judul|author|date|time", selector)
    return 1 if speaks else 2


def _size(node: LexborNode) -> int:
    return len("".join(node.text().split()))

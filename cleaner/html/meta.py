"""Title, credits and publication date of a page: pack selectors, JSON-LD, ``<meta>``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Any

import msgspec
from selectolax.lexbor import LexborHTMLParser, LexborNode

from cleaner.html.select import first_text, texts
from cleaner.packs.words import alternatives, words_of_all

_MAX_JSON = 400_000
_MAX_NODES = 2_000
_MAX_CREDITS = 12
#: A page that describes so many articles is a list of them.
_LISTED = 4
_TITLE_META = ("og:title", "twitter:title")
_DATE_META = (
    "article:published_time",
    "datepublished",
    "publishdate",
    "content_publisheddate",
    "pubdate",
    "date",
    "dc.date",
)
_AUTHOR_META = ("content_author", "author", "article:author")
_EDITOR_META = ("content_editor",)
_KIND_META = "og:type"
_ADDRESS_META = "og:url"
_SITE_META = "og:site_name"
_LEAD_META = ("description", "og:description")
_META_NAMES = frozenset(
    (*_TITLE_META, *_DATE_META, *_AUTHOR_META, *_EDITOR_META, *_LEAD_META, _KIND_META, _ADDRESS_META, _SITE_META)
)
_LABEL = re.compile(
    rf"^(?:{alternatives(words_of_all('bylines'))}|by|editor|author)(?:\s*[:：]\s*|\s+)(?=\w)",
    re.IGNORECASE,
)
_URLISH = re.compile(r"https?://|www\.|^@|\.(?:com|id|net|org)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Facts:
    """What a page says about itself.

    ``article_body`` is the body as JSON-LD gives it, often empty; ``names`` are those of the outlet; ``kind`` and
    ``address`` are those of Open Graph.
    ``is_article``: JSON-LD calls it one, ``is_list``: it describes several; ``is_dated``: Open Graph tells when the
    article was published.
    """

    title: str = ""
    published: str = ""
    article_body: str = ""
    credits: dict[str, list[str]] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    kind: str = ""
    address: str = ""
    is_article: bool = False
    is_list: bool = False
    is_dated: bool = False
    #: on many sites the beginning of the story
    description: str = ""


def read_facts(
    tree: LexborHTMLParser,
    title: tuple[str, ...] = (),
    author: tuple[str, ...] = (),
    published: tuple[str, ...] = (),
) -> Facts:
    """Read a page's facts; must run before scripts are dropped.

    What the page says of itself in data comes first: its dates are in ISO form, and no walk through the page is needed.
    Pack selectors fill in what the data leave out, plain ``meta`` elements come last.
    """
    root = tree.root
    if root is None:
        return Facts()
    head = tree.head or root
    metas = _metas(head)
    data = _json_ld(head) or _json_ld(root)
    listed = len({headline for item in data if (headline := _string([item], "headline"))}) >= _LISTED
    publisher = {name.casefold() for item in data for name in _names(item.get("publisher"))}
    credits: dict[str, list[str]] = {}
    _credit(credits, "author", (n for item in data for n in _names(item.get("author"))), publisher)
    if "author" not in credits:
        _credit(credits, "author", texts(root, author), publisher)
    if "author" not in credits:
        _credit(credits, "author", _named(metas, _AUTHOR_META), publisher)
    _credit(credits, "editor", (n for item in data for n in _names(item.get("editor"))), publisher)
    if "editor" not in credits:
        _credit(credits, "editor", _named(metas, _EDITOR_META), publisher)
    return Facts(
        title=_string(data, "headline")
        or first_text(root, title)
        or next(_named(metas, _TITLE_META), "")
        or first_text(root, ("h1", "title"))[:500],
        published=_string(data, "datePublished")
        or next(_named(metas, _DATE_META), "")
        or first_text(root, published)
        or first_text(root, ("time[datetime]",)),
        article_body="" if listed else max((_text(item.get("articleBody")) for item in data), key=len, default=""),
        credits=credits,
        names=(*publisher, *_named(metas, (_SITE_META,))),
        kind=metas.get(_KIND_META, "").strip().lower(),
        address=metas.get(_ADDRESS_META, "").strip(),
        is_article=not listed and any("DiscussionForum" not in str(item.get("@type")) for item in data),
        is_list=listed,
        is_dated=_DATE_META[0] in metas,
        description=next(_named(metas, _LEAD_META), ""),
    )


def _metas(head: LexborNode) -> dict[str, str]:
    """Contents of the ``meta`` elements of a head, by name in small letters: the first of a name counts."""
    found: dict[str, str] = {}
    for node in head.css("meta"):
        attributes = node.attributes
        content = attributes.get("content")
        if not content:
            continue
        name = attributes.get("property") or attributes.get("name") or attributes.get("itemprop")
        if name and (key := name.lower()) in _META_NAMES and not content.isspace():
            found.setdefault(key, content)
    return found


def _named(metas: dict[str, str], names: tuple[str, ...]) -> Iterator[str]:
    """Contents of ``meta`` elements of these names, in the order of the names."""
    for name in names:
        if name in metas:
            yield " ".join(metas[name].split())[:500]


def _credit(credits: dict[str, list[str]], role: str, names: Iterator[str], publisher: set[str]) -> None:
    for name in names:
        text = _LABEL.sub("", " ".join(name.split())).strip(" ,;|-")
        known = credits.get(role, ())
        if not text or len(text) > 120 or _URLISH.search(text) or text.casefold() in publisher or text in known:
            continue
        if len(known) < _MAX_CREDITS:
            credits.setdefault(role, []).append(text)


def _json_ld(root: LexborNode) -> list[dict[str, Any]]:
    """JSON-LD objects that speak of an article, in the page's order."""
    found: list[dict[str, Any]] = []
    for node in root.css('script[type="application/ld+json" i]'):
        source = node.text()
        if not source or len(source) > _MAX_JSON or ("rticle" not in source and "osting" not in source):
            continue
        try:
            found += _articles(_load(source))
        except (ValueError, RecursionError):
            continue
    return found


def _load(source: str) -> Any:
    """JSON, with the line breaks inside strings that many sites leave in theirs.

    Raises:
        ValueError: it is no JSON.
        RecursionError: it is nested too deeply.
    """
    try:
        return msgspec.json.decode(source)
    except msgspec.DecodeError:
        return msgspec.json.decode(" ".join(source.split()).rstrip("; "))


def _articles(value: Any) -> list[dict[str, Any]]:
    """Article objects anywhere in lists and ``@graph``, without recursion."""
    found: list[dict[str, Any]] = []
    todo = [value]
    seen = 0
    while todo and seen < _MAX_NODES:
        seen += 1
        item = todo.pop()
        if isinstance(item, list):
            todo += reversed(item[:200])
        elif isinstance(item, dict):
            kinds = item.get("@type")
            names = kinds if isinstance(kinds, list) else [kinds]
            if any(isinstance(n, str) and ("Article" in n or "Posting" in n) for n in names):
                found.append(item)
            for key in ("@graph", "mainEntity", "mainEntityOfPage", "hasPart", "itemListElement"):
                if isinstance(item.get(key), (dict, list)):
                    todo.append(item[key])
    return found


def _names(value: Any) -> list[str]:
    """Names of a person, an organisation, or a list of them."""
    names: list[str] = []
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, str):
            names.append(item)
        elif isinstance(item, dict) and isinstance(item.get("name"), (str, list)):
            name = item["name"]
            names += [name] if isinstance(name, str) else [n for n in name if isinstance(n, str)]
    return names[:_MAX_CREDITS]


def _string(items: list[dict[str, Any]], key: str) -> str:
    for item in items:
        text = _text(item.get(key))
        if text:
            return " ".join(unescape(text).split())[:500]
    return ""


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""

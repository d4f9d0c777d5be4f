"""What page structure alone gives away: tags, class names and ids that mean furniture on any news site.

Names are compared word by word (``related-posts`` has the words *related* and *posts*), never as substrings: *share*
must not hit *shareholder*, *ads* must not hit *headset*.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from selectolax.lexbor import LexborNode

from cleaner.html import visible
from cleaner.html.links import is_headline
from cleaner.html.parts import HIDDEN_CLASSES, MOST_LINKED, hides, is_story_part
from cleaner.packs.words import alternatives, words_of_all

#: tag → category; inside the body only
_TAGS = {
    "figcaption": "caption",
    "figure": "caption",
    "aside": "related",
    "nav": "navigation",
    "footer": "navigation",
    "form": "other",
}


def _any(name: str) -> str:
    """A regex for any entry of a word list, the way names of elements are written."""
    return alternatives(words_of_all(name)).replace(r"\-", "[-_]?")


# One whole class name or id, matched from its start to its end.
_NAMES: tuple[tuple[str, str, re.Pattern[str]], ...] = tuple(
    (category, name, re.compile(pattern, re.IGNORECASE))
    for category, name, pattern in (
        (
            "related",
            "related",
            rf"(?:[\w-]*[-_])?(?:related|{_any('class-related')}|read[-_]?(?:also|more|next)"
            r"|yarpp|recommended|recommendations?"
            r"|most[-_]?popular|popular[-_]?posts?)(?:[-_](?!content|body)[\w-]*)?"
            r"|(?:jp[-_])?relatedposts?|crp_related|(?:[\w-]*[-_])?cross-?links?(?:[-_][\w-]*)?|zergnet[\w-]*|taboola[\w-]*|outbrain[\w-]*|mgid[\w-]*",
        ),
        (
            "social",
            "share",
            r"(?:[\w-]*[-_])?(?:share|sharing|shares|sharer|share[-_]?(?:buttons?|bar|box|this|list|icons?)|sharethis|addthis"
            rf"|social(?:[-_]?(?:share|media|icons?|links?|bar|buttons?|box))?|{_any('class-social')})|sharedaddy|a2a_kit[\w-]*"
            r"|addtoany[\w-]*|ssba[\w-]*|heateor[\w-]*",
        ),
        (
            "tags",
            "tags",
            rf"(?:(?:post|entry|article|{_any('class-article')}|detail|news|single|content|read|list|box)[-_]{{1,2}})?"
            r"(?:tags|tag[-_]?(?:list|links|cloud|box|wrap(?:per)?|area|article)|tagcloud|tags[-_]?(?:links|list|wrap(?:per)?|box)"
            rf"|keywords|{_any('class-tags')})",
        ),
        (
            "navigation",
            "navigation",
            r"(?:[\w-]*[-_])?(?:breadcrumbs?|pagination|paginations|paging|pager|page[-_]?(?:links|nav|numbers)|post[-_]?nav(?:igation)?"
            r"|nav[-_]?links|toc|table[-_]?of[-_]?contents|ez-toc[\w-]*|lwptoc[\w-]*|skip[-_]?link|sitemap)",
        ),
        ("navigation", "more", r"(?:[\w-]*[-_])?(?:load|show|view)[-_]?more"),
        (
            "ad",
            "ad",
            rf"(?:ad|ads|{_any('class-ad')}|advert|adverts|advertisement|advertising|adsense|adsbygoogle|adv|dfp|sponsor|sponsored|sponsors)"
            rf"(?:[-_][\w-]*)?|(?:[\w-]*[-_])(?:ads|{_any('class-ad')}|advertisement|adsense)(?:[-_][\w-]*)?|[\w-]*parallax[\w-]*ads?|google[-_]?ads?[\w-]*",
        ),
        (
            "comments",
            "comments",
            rf"(?:[\w-]*[-_])?(?:comments|{_any('class-comments')}|comment[-_]?(?:list|form|area|box|section|respond|wrap(?:per)?)|disqus[\w-]*"
            r"|fb-comments|respond)(?:[-_](?:area|list|section|box|form|wrap(?:per)?))?",
        ),
        (
            "caption",
            "caption",
            rf"(?:[\w-]*[-_])?(?:caption|captions|caption[-_]?text|wp-caption-text|{_any('class-caption')}|photo[-_]?credits?|image[-_]?credits?"
            rf"|(?:img|image|{_any('class-picture')}|photo|pic|picture|figure)[-_]?(?:caption|text|desc|info|source|credit|by)|figcaption)"
            rf"|[\w-]*(?:gallery|photo|{_any('class-picture')}|image|video)[\w-]*(?:description|desc|caption(?:[-_][\w-]*)?)|caption[-_]news",
        ),
        (
            "byline",
            "byline",
            rf"(?:(?:post|entry|article|{_any('class-article')}|detail|news|single|read|content|meta|by)[-_]{{0,2}})?"
            rf"(?:author|authors|byline|reporter|{_any('class-byline')}|date[-_]author|author[-_]date|datetime|published|timestamp|meta|meta[-_]info"
            r"|post[-_]date|date[-_]post)",
        ),
        ("other", "hidden", HIDDEN_CLASSES),
        (
            "embed",
            "embed",
            r"twitter-(?:tweet|video)|instagram-media|tiktok-embed|fb-(?:post|video)|reddit-card|imgur-embed-pub",
        ),
        (
            "promo",
            "newsletter",
            rf"(?:[\w-]*[-_])?(?:newsletter|subscribe|subscription|{_any('class-promo')}|mc4wp[\w-]*)(?:[-_][\w-]*)?",
        ),
    )
)
_FAST = re.compile("|".join(f"(?:{pattern.pattern})" for _, _, pattern in _NAMES), re.IGNORECASE)
# Furniture outside the body: a coarse word in the name is enough, nothing of the article is at stake.
_OUTSIDE: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(rf"(?<![a-z]){pattern}", re.IGNORECASE), category)
    for pattern, category in (
        (rf"(?:comment|{_any('class-comments')}|disqus)", "comments"),
        (
            rf"(?:related|{_any('furniture-related')}|recommend|popular|latest|trending|taboola|mgid)",
            "related",
        ),
        (rf"(?:tags?(?![a-z])|{_any('furniture-tags')}|keyword)", "tags"),
        (rf"(?:share|sharing|social|{_any('class-social')})", "social"),
        (rf"(?:ads?(?![a-z])|{_any('class-ad')}|advert|banner|billboard|sponsor)", "ad"),
        ("(?:copyright|footer|disclaimer)", "legal"),
        ("(?:caption)", "caption"),
        (rf"(?:author|byline|{_any('class-byline')}|editor|reporter)", "byline"),
        (rf"(?:newsletter|subscri|{_any('class-promo')})", "promo"),
    )
)


_LONGEST = 80


@lru_cache(maxsize=16_384)
def named(names: str) -> tuple[str, str] | None:
    """Category and rule name that a class attribute or id stands for inside a body, ``None`` for an innocent one."""
    for name in names.split():
        if len(name) <= _LONGEST and _FAST.fullmatch(name):
            for category, rule, pattern in _NAMES:
                if pattern.fullmatch(name):
                    return category, rule
    return None


def outside_category(node: LexborNode) -> str:
    """A guess at what a piece of furniture outside the body is."""
    attributes = node.attrs
    return _outside(node.tag or "", attributes.get("id"), attributes.get("class"))


@lru_cache(maxsize=16_384)
def _outside(tag: str, identity: str | None, classes: str | None) -> str:
    names = f"{identity or ''} {classes or ''}"[:200]
    for pattern, category in _OUTSIDE:
        if pattern.search(names):
            return category
    return "legal" if tag == "footer" else "navigation"


@lru_cache(maxsize=16_384)
def stated_category(tag: str, names: str) -> str:
    """What class, id and tag of an element say that it is, outside a body or beside it; empty for nothing."""
    exact = named(names) if names else None
    if exact is not None:
        return exact[0]
    for pattern, category in _OUTSIDE:
        if pattern.search(names[:200]):
            return category
    return "legal" if tag == "footer" else _TAGS.get(tag, "")


def hints_inside(nodes: Iterable[tuple[LexborNode, str, dict[str, str | None]]]) -> list[tuple[LexborNode, str, str]]:
    """Those of a body's elements that structure or name gives away: node, category, rule name."""
    found: list[tuple[LexborNode, str, str]] = []
    looked = 0
    for node, tag, attributes in nodes:
        names = attributes.get("class")
        if (
            (not names or named(names) is None)
            and tag not in _ASKED
            and (not (identity := attributes.get("id")) or named(identity) is None)
            and "style" not in attributes
            and "hidden" not in attributes
        ):
            continue  # what most elements come to, without a call
        hit = _verdict(node, tag, attributes)
        if hit is None:
            continue
        if hit == _HIDDEN and looked < _MAX_LOOKS:
            looked += 1
            if is_story_part(node, attributes):
                continue
        found.append((node, *hit))
    return found


def _is_prose(node: LexborNode) -> bool:
    """Whether an element called after paging is none: more than a few words, few of them links.

    Its last character tells nothing: the last page of a story ends with a credit.
    """
    text = node.text().strip()
    return len(text) >= _PROSE_CHARS and sum(len(link.text()) for link in node.css("a")) <= MOST_LINKED * len(text)


def _verdict(node: LexborNode, tag: str, attributes: dict[str, str | None]) -> tuple[str, str] | None:
    """Category and rule name of an element inside a body, ``None`` for one that stays."""
    if hides(attributes):
        return _HIDDEN
    category = _TAGS.get(tag)
    if category is not None and _is_furniture(node, tag):
        return category, tag
    if tag == "a":
        href = attributes.get("href")
        if href and _is_invitation(node, href):
            return "related", "link"
    for key in ("class", "id"):
        names = attributes.get(key)
        if names and (hit := named(names)) is not None:
            if tag in _NEVER or (tag in _INLINE and not _stands_alone(node)):
                return None
            if hit[0] == "navigation" and (tag in _HEADINGS or _is_prose(node)):
                return None  # one of a story's pages, or its heading
            if hit == _MORE and len(node.text().strip()) > _BUTTON_CHARS:
                return None  # what a button shows, not the button
            return None if hit[0] in _SHORT and len(node.text(skip_empty=True)) > _SHORT_CHARS else hit
    return None


def _is_invitation(node: LexborNode, href: str) -> bool:
    """Whether a link is a line of its own that says what its address says: the headline of another story."""
    if "-" not in href or not _stands_alone(node):
        return False
    block = node.parent
    while block is not None and block.tag in _INLINE:
        if not _stands_alone(block):
            return False
        block = block.parent
    if block is None or block.tag not in _BLOCKS:
        return False
    return is_headline(node.text(), href)


def _is_furniture(node: LexborNode, tag: str) -> bool:
    """Figures may hold tables and quotations of the story, asides its summary: those stay."""
    if tag == "figure":
        return node.css_first("table,blockquote,pre,ul,ol") is None
    if tag == "aside":
        return node.css_first("a") is not None
    return True


def _stands_alone(node: LexborNode) -> bool:
    """Whether an inline element is a line of its own: no text or inline neighbour on either side."""
    for forward in (True, False):
        other = node.next if forward else node.prev
        for _ in range(_NEIGHBOURS):
            if other is None or not (other.is_empty_text_node or other.is_comment_node or other.tag == "img"):
                break
            other = other.next if forward else other.prev
        if other is not None and (other.is_text_node or other.tag in _INLINE):
            return False
    return True


_NEIGHBOURS = 8
#: Elements that may be clutter whatever they are called.
_ASKED = frozenset({*_TAGS, "a"})
_HIDDEN = ("other", "hidden")
_MORE = ("navigation", "more")
_BUTTON_CHARS = 40
#: Blocks that a link alone makes an invitation of; in lists, tables and headings it is part of the story.
_BLOCKS = frozenset({"p", "div"})
_PROSE_CHARS = 100
#: More hidden elements than this are looked at by name only.
_MAX_LOOKS = 60
_INLINE = frozenset(visible.INLINE)
#: Categories whose names also stand for whole article wrappers: only a short piece of text is one.
_SHORT = frozenset({"byline", "caption"})
_SHORT_CHARS = 600
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_NEVER = frozenset({"html", "body", "main", "article"})

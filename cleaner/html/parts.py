"""Parts of a story that wait hidden until the reader asks for more.

Sites that divide a story into pages, or show its beginning alone, keep the rest in the document, hidden by an
attribute, a style or a class. Such a part is running text, no copy of what stands beside it, and its name says that it
is a page, or it is built like the visible part before it. All else that is hidden is furniture.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from selectolax.lexbor import LexborNode

from cleaner.packs.words import alternatives, words_of_all

#: Classes that hide an element, in style sheets that many sites use.
HIDDEN_CLASSES = r"d-none|dont-display|sr-only|screen-reader(?:-text)?|visually-?hidden|util-hide"
_HIDING = re.compile(rf"(?:{HIDDEN_CLASSES}|hidden|hide|is-hidden|collapse)", re.IGNORECASE)
_NO_DISPLAY = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_PAGED = re.compile(
    rf"(?<![a-z])(?:pag(?:e|es|ed|ing|inat(?:ed|ion))|{alternatives(words_of_all('class-more'))}|more|full|expand\w*|collaps\w*|accordion"
    r"|hidden-content)(?![a-z])",
    re.IGNORECASE,
)
#: What names of pages hold that are shown below each other.
_PAGING = re.compile(
    rf"(?<![a-z])(?:pag(?:ed|ing|inat(?:ed|ion))|{alternatives(words_of_all('class-more'))})(?![a-z])", re.IGNORECASE
)
#: What else pages hide: never a part of a story, however much text it holds.
_FURNITURE = re.compile(
    r"(?<![a-z])(?:modal|pop-?up|overlay|cookies?|consent|gdpr|log-?in|register|sign-?(?:in|up)|template|print|tooltip|toast"
    r"|menu|nav|search|translate|speech|audio|player|privacy|terms|disclaimer|summary|comments?|author|footer|sidebar)(?![a-z])",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"[-_]?\d+$")
#: A part holds so much text without white space, no more of it in links than this share.
LEAST = 150
MOST_LINKED = 0.3
#: Elements that a story is divided into without saying so in a name.
_DIVISIONS = frozenset({"div", "section"})
_NEIGHBOURS = 8
_LEVELS = 2
#: Paragraphs of this length that end like a sentence are prose.
_SENTENCE = 60
_ENDS = tuple('.!?"”’)')


def hides(attributes: dict[str, str | None]) -> bool:
    """Whether an element hides itself by attribute or style."""
    if "hidden" in attributes:
        return True
    style = attributes.get("style")
    return bool(style) and "none" in style and _NO_DISPLAY.search(style) is not None  # type: ignore[operator, arg-type]


def is_story_part(node: LexborNode, attributes: dict[str, str | None]) -> bool:
    """Whether a hidden element is a part of the story around it."""
    names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
    if not _is_running_text(node) or _is_copy(node):
        return False
    if _says_page(names):
        return True
    twin = _visible_before(node, attributes.get("class"))
    if twin is None or _FURNITURE.search(names) is not None or node.css_first("form,input,textarea") is not None:
        return False
    return bool(_first_name(attributes.get("class"))) or (
        node.tag in _DIVISIONS and _is_running_text(twin) and _is_prose(node)
    )


def parts_beside(body: LexborNode, root: LexborNode) -> Iterator[LexborNode]:
    """The other parts of a story whose element is known: those that wait hidden, or what is shown where it waits."""
    node = body
    for level in range(_LEVELS):
        if node.mem_id == root.mem_id or node.tag == "body":
            return
        if not level and is_hidden(node):
            yield from (other for other in _siblings(node, ahead=False) if _is_shown_part(other))
        for other in _siblings(node, ahead=True):
            if is_story_part(other, other.attributes) if is_hidden(other) else _is_next_page(other, node):
                yield other
        parent = node.parent
        if parent is None:
            return
        node = parent


def is_hidden(node: LexborNode) -> bool:
    """Whether an element hides itself, by attribute, style or class."""
    attributes = node.attributes
    return hides(attributes) or _hidden_by_class(attributes.get("class"))


def _siblings(node: LexborNode, *, ahead: bool) -> Iterator[LexborNode]:
    """The elements behind (before) an element, in the order of the way from it."""
    other = node.next if ahead else node.prev
    while other is not None:
        if other.is_element_node:
            yield other
        other = other.next if ahead else other.prev


def _is_next_page(node: LexborNode, before: LexborNode) -> bool:
    """Whether a visible element is the next page of the story before it: built like it, and named after paging."""
    attributes = node.attributes
    name = _first_name(attributes.get("class"))
    if not name or node.tag != before.tag or name != _first_name(before.attributes.get("class")):
        return False
    names = f"{attributes.get('class')} {attributes.get('id') or ''}"
    return _PAGING.search(names) is not None and _is_running_text(node)


def _is_shown_part(node: LexborNode) -> bool:
    """Whether a visible element beside a hidden part of a story is a part of it."""
    return not is_hidden(node) and _is_running_text(node) and _is_prose(node)


@lru_cache(maxsize=4_096)
def _says_page(names: str) -> bool:
    return _PAGED.search(names) is not None


@lru_cache(maxsize=4_096)
def _hidden_by_class(names: str | None) -> bool:
    return any(_HIDING.fullmatch(name) for name in (names or "").split())


@lru_cache(maxsize=4_096)
def _first_name(names: str | None) -> str:
    """The first class that does not hide, without a number at its end."""
    kept = (name for name in (names or "").split() if not _HIDING.fullmatch(name))
    return _NUMBER.sub("", next(kept, ""))


def _squeezed(node: LexborNode) -> str:
    return "".join(node.text().split())


def _is_running_text(node: LexborNode) -> bool:
    """Whether an element holds enough text, few of it in links, or more of it in sentences than in links."""
    size = len(_squeezed(node))
    linked = _linked(node)
    if size - linked < LEAST:
        return False
    return linked <= MOST_LINKED * size or linked <= sum(
        len(_squeezed(part)) for part in node.css("p") if _is_sentence(part) and not _linked(part)
    )


def _linked(node: LexborNode) -> int:
    """Size of the text in links."""
    return sum(len(_squeezed(link)) for link in node.css("a"))


def _is_sentence(node: LexborNode) -> bool:
    text = node.text().strip()
    return len(text) >= _SENTENCE and text.endswith(_ENDS)


def _is_prose(node: LexborNode) -> bool:
    """Whether most of the text is in paragraphs that end like sentences."""
    parts: Sequence[LexborNode] = node.css("p") or [node]
    sentences = sum(len(_squeezed(part)) for part in parts if _is_sentence(part))
    return 2 * sentences >= sum(len(_squeezed(part)) for part in parts)


def _is_copy(node: LexborNode) -> bool:
    """Whether the same text stands beside the element."""
    parent = node.parent
    return parent is None or _squeezed(parent).count(_squeezed(node)[:LEAST]) > 1


def _visible_before(node: LexborNode, names: str | None) -> LexborNode | None:
    """The next visible element before this one that is built like it: same tag, same first class but for a number."""
    other = node.prev
    name = _first_name(names)
    for _ in range(_NEIGHBOURS):
        if other is None:
            return None
        if other.tag == node.tag and _first_name(other.attributes.get("class")) == name and not is_hidden(other):
            return other
        other = other.prev
    return None

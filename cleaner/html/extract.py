"""Main content of pages that no pack knows: trafilatura chooses, its choice is aligned back to the page's elements.

The extractor's own text is not used: it drops short items, sub-headings and paragraphs parted by ``<br>``. The smallest
element that holds most of what it chose keeps them; what that element lets in besides (link lists, paging, furniture
before and after) goes by link density and place.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, field

import lxml.etree
import lxml.html
import trafilatura
from selectolax.lexbor import LexborNode

from cleaner.html import layout
from cleaner.html.body_lines import GALLERY, LINKS
from cleaner.html.layout import Region
from cleaner.html.links import is_headline
from cleaner.html.outline import PROSE, Element, Outline, is_inline, outline

# Without a handler its warnings about odd pages would go straight to standard error.
logging.getLogger("trafilatura").addHandler(logging.NullHandler())

#: The body starts as the smallest element with this share of the chosen prose …
HALF = 0.5
#: … and grows when that gains this share more, from blocks with less than this share of link text.
GAIN = 0.1
FAR_GAIN = 0.3
TEASER = 0.25
#: Prose of this size, without white space, is a story.
STORY = 300
#: A choice with more than this share in lists of other stories is no story.
MOSTLY = 0.6
#: A paragraph of this size right beside the body belongs to it (a lead outside the paragraphs' own element).
LEAD = 60
NEAR = 2
_MAX_CLIMB = 40
NOT_MAIN = "html#not-main-content"
#: Never part of a story, and half of the elements of many a page.
_FURNITURE = ("nav", "footer", "img", "picture", "input", "button", "amp-img", "amp-ad", "hr", "link", "meta")
_OUT = "data-cleaner-out"
_MAX_HTML = 4_000_000
#: The extractor takes some 50 µs for each text node; news pages have a few hundred.
_MAX_TEXTS = 30_000
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_SENTENCE = re.compile(r"[.!?…][\"'”’)\]]*$")
_PARAGRAPHS = frozenset("p h2 h3 h4 h5 h6 ul ol dl table blockquote pre li td tr tbody dd dt".split())
#: Parts of a list, table or story that go with the whole or not at all.
_PARTS = frozenset("li td th tr tbody thead dd dt h2 h3 h4 h5 h6".split())


@dataclass(slots=True)
class Choice:
    """The element that holds the story, and what to leave out inside it."""

    node: LexborNode
    regions: list[Region] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)


def extracted(html: str) -> str:
    """What trafilatura takes for the main text, once what is certainly furniture is gone."""
    try:
        tree = lxml.html.document_fromstring(_CONTROL.sub(" ", html))
    except (lxml.etree.LxmlError, ValueError, AssertionError):
        return ""
    for element in list(tree.iter(*_FURNITURE)):
        element.drop_tree()
    for element in tree.findall(f".//*[@{_OUT}]"):
        element.drop_tree()
    try:
        return trafilatura.extract(tree, fast=True, include_comments=False, include_tables=True) or ""
    except Exception:  # whatever a page provokes in there, it is one more page that it finds nothing in
        return ""


def choose(root: LexborNode, article_body: str = "") -> Choice:
    """Choose the element that holds the story."""
    view = outline(root)
    if view is None:
        return Choice(root, [], ["too-large-to-extract", "no-main-content"])
    if not view.texts:
        return Choice(root)
    for node in view.link_farms():
        node.attrs[_OUT] = "1"
    html = root.html or ""
    flags = []
    text: str | None = None
    if len(html) > _MAX_HTML or len(view.texts) > _MAX_TEXTS:
        flags.append("too-large-to-extract")
    else:
        text = "".join(extracted(html).split()) or None
        if text is None:
            flags.append("no-main-content")
    view.choose(text)
    teasers = _without_teasers(root, view, text)
    galleries = [] if teasers else _without_galleries(root, view, text)
    best = _container(view)
    if view.last >= 0:
        regions = [Region(node, layout.DROP, "caption", GALLERY) for node in galleries]
        return Choice(view.elements[best].node, regions + _leave_out(view, best), flags)
    if "no-main-content" not in flags:
        flags.append("no-main-content")
    farms = [*view.link_farms(), *teasers]
    return Choice(root, [Region(node, layout.DROP, "related", LINKS) for node in farms], flags)


def _without_teasers(root: LexborNode, view: Outline, text: str | None) -> list[LexborNode]:
    """Choose again without lists of other stories, when most of what was chosen is in them (index and photo pages)."""
    teasers = view.teasers()
    if not teasers:
        return []
    inside = view.inside(teasers)
    taken = sum(view.elements[number].chosen for number in teasers)
    if taken <= MOSTLY * view.elements[0].chosen:
        return []
    view.forget()
    view.choose(text, inside)
    if view.last < 0:
        for node in teasers.values():
            node.attrs[_OUT] = "1"
        view.choose("".join(extracted(root.html or "").split()) or None, inside)
    return list(teasers.values())


def _without_galleries(root: LexborNode, view: Outline, text: str | None) -> list[LexborNode]:
    """Galleries that are no part of the story: nothing in them was chosen, or they hold more than the story beside.

    In the second case the choice is made again without them.
    """
    galleries = view.galleries()
    taken = sum(view.elements[number].chosen for number in galleries)
    if not taken:
        return list(galleries.values()) if view.elements[0].chosen >= STORY else []
    if taken <= HALF * view.elements[0].chosen:
        return []
    inside = view.inside(galleries)
    for node in galleries.values():
        node.attrs[_OUT] = "1"
    view.forget()
    view.choose("".join(extracted(root.html or "").split()) or None, inside)
    if view.elements[0].chosen >= STORY:
        return list(galleries.values())
    view.forget()
    view.choose(text)
    return []


def _container(view: Outline) -> int:
    """The element that holds the story.

    It starts as the deepest element with half of the chosen prose, and grows to the parent as long as that brings in a
    fair amount of prose from siblings that are not made of links (pages joined in one document, a lead of its own).
    """
    elements = view.elements
    need = max(1.0, HALF * elements[0].chosen)
    best = 0
    for number, element in enumerate(elements):
        if element.chosen >= need and element.depth > elements[best].depth and not is_inline(element.tag):
            best = number
    children = view.children()
    at = best
    gained = step = 0
    while step < _MAX_CLIMB and elements[at].up >= 0:
        up = elements[at].up
        near = elements[up].direct if step < NEAR else 0
        for child in children[up]:
            element = elements[child]
            if child == at:
                continue
            if element.density() >= TEASER and (
                element.chosen <= element.linked or element.signature() != elements[at].signature()
            ):
                continue
            if element.chosen and step < NEAR and element.tag in _PARAGRAPHS:
                near += element.chosen
            gained += max(element.chosen, _more_of_the_same(elements[at], element))
        step += 1
        if near >= LEAD or gained >= (GAIN if step <= NEAR else FAR_GAIN) * elements[best].chosen:
            best = up
            gained = step = 0
        at = up
    return best


def _more_of_the_same(story: Element, other: Element) -> int:
    """Prose of a sibling that is built like the story's element, and so is its next part (not the next story)."""
    if other.tag == "article" or not story.signature()[1] or story.signature() != other.signature():
        return 0
    return 0 if other.node.css_first("h1") is not None else other.prose


def _leave_out(view: Outline, best: int) -> list[Region]:
    """Subtrees of the container that hold nothing chosen and look like furniture."""
    elements = view.elements
    children = view.children()
    found: list[Region] = []
    todo = [best]
    story = elements[best]
    kinds = {
        kind
        for element in elements
        if element.chosen and story.first <= element.first <= story.last and (kind := element.signature())[1]
    }
    while todo:
        number = todo.pop()
        for child in children.get(number, ()):
            element = elements[child]
            if element.chosen and (element.tag == "p" or element.chosen > 200 or element.density() < 0.5):
                todo.append(child)
                continue
            if is_inline(element.tag):
                continue
            verdict = _verdict(element, view)
            if verdict is None:
                continue
            if element.density() < TEASER and element.signature() in kinds:
                continue
            found.append(Region(element.node, layout.DROP, *verdict))
    return found


def _verdict(element: Element, view: Outline) -> tuple[str, str] | None:
    """Why a subtree without chosen prose goes: category and rule id; ``None`` for one that stays."""
    density = element.density()
    tag = element.tag
    if tag in _PARTS:
        return None
    if density >= 0.6:
        if tag == "p" and (
            element.total - element.linked >= PROSE or _is_sentence(element) or _is_told_between(element, view)
        ):
            return None
        if _is_list_of_sentences(element):
            return None
        return "related", LINKS
    if element.first > view.last:
        if tag not in _PARAGRAPHS and not (element.prose >= 2 * PROSE and density < 0.1):
            return "navigation", NOT_MAIN
        if density > 0.3 and element.total < 2 * PROSE:
            return "navigation", NOT_MAIN
    elif element.last < view.first:
        sentence = _SENTENCE.search(element.node.text().strip()) is not None
        if tag == "h1" or not sentence or (density > 0.3 and element.total < 2 * PROSE):
            return "navigation", NOT_MAIN
    elif density > 0.4 and element.total > 40 and tag not in _PARAGRAPHS:
        return "related", LINKS
    return None


def _is_sentence(element: Element) -> bool:
    """Whether a paragraph mostly in links is prose: it ends with a full stop, and is no bare headline."""
    if element.total < PROSE - 20 or not element.node.text().rstrip().endswith("."):
        return False
    return element.total >= 2 * PROSE or element.total - element.linked >= 15


def _is_told_between(element: Element, view: Outline) -> bool:
    """Whether a paragraph that is a link stands in the story and reads like it: a sentence, not where it leads to."""
    if not view.first < element.first <= element.last < view.last or element.total < PROSE:
        return False
    text = element.node.text().strip()
    if not text.endswith((".", ".”", '."')) or " " not in text:
        return False
    link = element.node.css_first("a")
    return link is None or not is_headline(link.text(), link.attributes.get("href") or "")


def _is_list_of_sentences(element: Element) -> bool:
    """Whether a list of links is part of the story: its items are whole sentences."""
    if element.tag not in ("ul", "ol"):
        return False
    items = [" ".join(item.text().split()) for item in element.node.css("li")]
    return sum(len(item) > 60 and _SENTENCE.search(item) is not None for item in items) * 2 > len(items)

"""The elements of a page in numbers: text, link text and chosen text below each, in one walk without recursion."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from cleaner.html import visible
from cleaner.html.links import is_headline
from cleaner.packs.words import alternatives, words_of_all

#: A text node of this length is prose.
PROSE = 60
#: A shorter text node proves nothing about where the extractor found it.
LEAST = 30
#: Link text that a farm of links holds at least.
FARM = 60
#: So many like siblings, each a linked headline with a line or two, are a list of other stories.
TEASERS = 4
#: Elements, and text nodes, of the largest page worth a look at each: a hundred times what articles have.
MAX_NODES = 200_000
_TEASER_PROSE = 350
#: A gallery holds so many pictures and so much prose.
GALLERY_PICTURES = 4
GALLERY_PROSE = 300
GALLERY_NAME = re.compile(
    rf"(?<![a-z])(?:galler(?:y|ies)|{alternatives(words_of_all('class-gallery'))}|slide-?show|slider|carousel|lightbox)(?![a-z])",
    re.IGNORECASE,
)
NO_GALLERY = frozenset({"html", "body", "main", "article"})
_HEADLINE = 15
_HEADLINE_LEVELS = 5
_INLINE = frozenset(visible.INLINE)


@dataclass(slots=True, eq=False)
class Element:
    """One element, its text counted without white space.

    ``chosen`` is prose that the extractor took, ``prose`` any longer text that is no link; ``direct`` is chosen prose
    that stands in the element itself, not in a block below. ``first`` and ``last`` are the numbers of its first and
    last text node (-1: none).
    """

    node: LexborNode
    tag: str
    up: int
    link: bool
    depth: int
    total: int = 0
    linked: int = 0
    chosen: int = 0
    prose: int = 0
    direct: int = 0
    first: int = -1
    last: int = -1

    def signature(self) -> tuple[str, str]:
        """Tag and first class: what elements of one kind have in common."""
        names = (self.node.attributes.get("class") or "").split(None, 1)
        return self.tag, names[0] if names else ""

    def density(self) -> float:
        """Share of the text that is link text."""
        return self.linked / self.total if self.total else 0.0


@dataclass(slots=True, eq=False)
class Outline:
    """All elements in document order, and the text nodes with the number of their element."""

    elements: list[Element]
    texts: list[tuple[int, str]]
    #: numbers of the first and last text node chosen, -1 before anything is
    first: int = -1
    last: int = -1

    def children(self) -> dict[int, list[int]]:
        """Elements with text, by the number of their parent."""
        found: dict[int, list[int]] = {}
        for number, element in enumerate(self.elements):
            if number and element.total:
                found.setdefault(element.up, []).append(number)
        return found

    def link_farms(self) -> list[LexborNode]:
        """The outermost elements that are made of links and hold no prose: no story is in there."""
        found: list[LexborNode] = []
        inside = [False] * len(self.elements)
        for number, element in enumerate(self.elements):
            if number == 0:
                continue
            if inside[element.up]:
                inside[number] = True
            elif element.linked >= FARM and not element.prose and element.density() >= 0.8 and element.tag != "a":
                inside[number] = True
                found.append(element.node)
        return found

    def teasers(self) -> dict[int, LexborNode]:
        """Items of lists of other stories, by number: like siblings that each hold a linked headline and some prose."""
        elements = self.elements
        headed: set[int] = set()
        for element in elements:
            if element.tag != "a" or element.total < _HEADLINE:
                continue
            if not is_headline(element.node.text(), element.node.attributes.get("href") or ""):
                continue
            up = element.up
            for _ in range(_HEADLINE_LEVELS):
                if up <= 0:
                    break
                headed.add(up)
                up = elements[up].up
        groups: dict[tuple[int, str, str], list[int]] = {}
        for number in headed:
            element = elements[number]
            tag, name = element.signature()
            if tag not in _INLINE and tag != "p" and element.prose <= _TEASER_PROSE:
                groups.setdefault((element.up, tag, name), []).append(number)
        return {
            number: elements[number].node
            for numbers in groups.values()
            if len(numbers) >= TEASERS and sum(elements[n].prose > 0 for n in numbers) >= TEASERS
            for number in numbers
        }

    def galleries(self) -> dict[int, LexborNode]:
        """Elements of pictures with a text each, by number, as their names tell."""
        elements = self.elements
        found: dict[int, LexborNode] = {}
        for number, element in enumerate(elements):
            if number == 0 or element.prose < GALLERY_PROSE or element.tag in _INLINE or element.tag in NO_GALLERY:
                continue
            attributes = element.node.attributes
            names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
            if GALLERY_NAME.search(names) and len(element.node.css("img,amp-img,picture")) >= GALLERY_PICTURES:
                found[number] = element.node
        return {number: node for number, node in found.items() if not any(up in found for up in self._above(number))}

    def _above(self, number: int) -> Iterator[int]:
        """The elements around an element."""
        up = self.elements[number].up
        while up >= 0:
            yield up
            up = self.elements[up].up

    def inside(self, numbers: Collection[int]) -> list[bool]:
        """For every element, whether it is one of these or below one."""
        found = [False] * len(self.elements)
        for number, element in enumerate(self.elements):
            found[number] = number in numbers or (element.up >= 0 and found[element.up])
        return found

    def forget(self) -> None:
        """Undo :meth:`choose`."""
        self.first = self.last = -1
        for element in self.elements:
            element.chosen = element.direct = 0

    def choose(self, text: str | None, without: list[bool] | None = None) -> None:
        """Note which prose the extractor took.

        Args:
            text: its choice without white space, ``None`` for all prose.
            without: elements whose text does not count.
        """
        elements = self.elements
        for order, (number, squeezed) in enumerate(self.texts):
            element = elements[number]
            size = len(squeezed)
            if element.link or size < (LEAST if text is not None else PROSE):
                continue
            if text is not None and squeezed not in text:
                continue
            if without is not None and without[number]:
                continue
            element.chosen += size
            block = element
            while block.up >= 0 and block.tag in _INLINE:
                block = elements[block.up]
            block.direct += size
            self.last = order
            if self.first < 0:
                self.first = order
        for element in reversed(elements):
            if element.up >= 0 and element.chosen:
                elements[element.up].chosen += element.chosen


def outline(root: LexborNode) -> Outline | None:
    """Count the text below every element; ``None`` for a page of more nodes than :data:`MAX_NODES`."""
    elements = [Element(root, root.tag or "", -1, False, 0)]
    numbers = {root.mem_id: 0}
    texts: list[tuple[int, str]] = []
    for node in root.traverse(include_text=True, skip_empty=True):
        if node.is_text_node:
            squeezed = "".join((node.text_content or "").split())
            size = len(squeezed)
            parent = node.parent
            if not size or parent is None:
                continue
            number = numbers[parent.mem_id]
            element = elements[number]
            element.total += size
            if element.link:
                element.linked += size
            elif size >= PROSE:
                element.prose += size
            if element.first < 0:
                element.first = len(texts)
            element.last = len(texts)
            texts.append((number, squeezed))
            if len(texts) > MAX_NODES:
                return None
        elif node.is_element_node:
            parent = node.parent
            key = node.mem_id
            if parent is None or key in numbers:
                continue
            up = numbers[parent.mem_id]
            above = elements[up]
            tag = node.tag or ""
            numbers[key] = len(elements)
            elements.append(Element(node, tag, up, above.link or tag == "a", above.depth + 1))
            if len(elements) > MAX_NODES:
                return None
    for element in reversed(elements):
        if element.up < 0 or not element.total:
            continue
        above = elements[element.up]
        above.total += element.total
        above.linked += element.linked
        above.prose += element.prose
        above.first = element.first if above.first < 0 else min(above.first, element.first)
        above.last = max(above.last, element.last)
    return Outline(elements, texts)


def is_inline(tag: str) -> bool:
    """Whether a tag stands within a line of text."""
    return tag in _INLINE

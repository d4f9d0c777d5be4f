"""The elements of a page in numbers: text, link text and chosen text below each, in one walk without recursion."""

from __future__ import annotations

from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from cleaner.html import lines as _lines

#: A text node of this length is prose.
PROSE = 60
_INLINE = frozenset(_lines.INLINE)


@dataclass(slots=True, eq=False)
class Element:
    """One element, its text counted without white space.

    ``chosen`` is prose that the extractor took, ``prose`` any longer text that is no link; ``direct`` is chosen prose
    that stands in the element itself, not in a block below. ``first`` and ``last`` are the numbers of its first and last
    text node (-1: none).
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
    """All elements in document order; ``children`` lists block children by element number."""

    elements: list[Element]
    first: int
    last: int

    def children(self) -> dict[int, list[int]]:
        """Block elements with text, by the nearest block or inline parent that holds them."""
        found: dict[int, list[int]] = {}
        for number, element in enumerate(self.elements):
            if number and element.total:
                found.setdefault(element.up, []).append(number)
        return found


def outline(root: LexborNode, text: str, least: int = 30) -> Outline:
    """Count. ``text`` is what the extractor chose, without white space; link text and short text nodes prove nothing."""
    elements = [Element(root, root.tag or "", -1, False, 0)]
    numbers = {root.mem_id: 0}
    order = 0
    chosen_first = chosen_last = -1
    for node in root.traverse(include_text=True, skip_empty=True):
        if node.is_text_node:
            squeezed = "".join((node.text_content or "").split())
            size = len(squeezed)
            parent = node.parent
            if not size or parent is None:
                continue
            element = elements[numbers[parent.mem_id]]
            element.total += size
            if element.link:
                element.linked += size
            if size >= least and not element.link:
                if size >= PROSE:
                    element.prose += size
                if squeezed in text:
                    element.chosen += size
                    block = element
                    while block.up >= 0 and block.tag in _INLINE:
                        block = elements[block.up]
                    block.direct += size
                    chosen_last = order
                    if chosen_first < 0:
                        chosen_first = order
            if element.first < 0:
                element.first = order
            element.last = order
            order += 1
        elif node.is_element_node:
            key = node.mem_id
            if key in numbers:
                continue
            parent = node.parent
            up = numbers.get(parent.mem_id, 0) if parent is not None else 0
            above = elements[up]
            tag = node.tag or ""
            numbers[key] = len(elements)
            elements.append(Element(node, tag, up, above.link or tag == "a", above.depth + 1))
    for element in reversed(elements[1:]):
        above = elements[element.up]
        above.total += element.total
        above.linked += element.linked
        above.chosen += element.chosen
        above.prose += element.prose
        if element.first >= 0:
            above.first = element.first if above.first < 0 else min(above.first, element.first)
            above.last = max(above.last, element.last)
    return Outline(elements, chosen_first, chosen_last)


def is_inline(tag: str) -> bool:
    """Whether a tag stands within a line of text."""
    return tag in _INLINE

"""CSS selection on a parsed page, as packs declare it. A selector that lexbor cannot parse selects nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from cleaner.html.visible import tag_ids

#: Elements that mean something without any attribute.
BARE = tag_ids(("figcaption", "figure", "aside", "nav", "footer", "form"))
_SIMPLE = re.compile(r"(?P<tag>[a-z][a-z0-9]*)?(?P<kind>[.#])(?P<name>-?[A-Za-z_][\w-]*)")
_PLAIN_LIST = re.compile(r"[\w\s.#,>+~-]*")
#: More containers than this are no bodies.
_MAX_BODIES = 40
#: Class attributes of which a set of drop rules remembers what they mean.
_MAX_KNOWN = 2_048
_NO_HITS: list[tuple[str, int]] = []
_UNKNOWN: list[tuple[str, int]] = []
_BAD = (SelectolaxError, ValueError, UnicodeError)


def select(root: LexborNode, selector: str) -> list[LexborNode]:
    """Matches below ``root`` in document order, each once, ``root`` itself left out."""
    try:
        found = root.css(selector)
    except _BAD:
        return []
    if not found:
        return []
    seen = {root.mem_id}
    nodes = []
    for node in found:
        key = node.mem_id
        if key not in seen:
            seen.add(key)
            nodes.append(node)
    return nodes


def first(root: LexborNode, selector: str) -> LexborNode | None:
    """The first match below ``root``."""
    try:
        return root.css_first(selector)
    except _BAD:
        return None


def select_bodies(root: LexborNode, selectors: Iterable[str]) -> list[LexborNode]:
    """The body containers: the first selector that matches text wins.

    More than one match is one story in pieces (pages joined in one document) unless a piece comes with a headline of
    its own: that is the next story of an endless page, or the same one for another device. Nested matches count once.
    """
    for selector in selectors:
        found = [node for node in select(root, selector)[:_MAX_BODIES] if node.text(skip_empty=True)]
        if len(found) > 1:
            return _one_story(root, found)
        if found:
            return found
    return []


def _one_story(root: LexborNode, found: list[LexborNode]) -> list[LexborNode]:
    first_node = found[0]
    above = {node.mem_id for node in ancestors(first_node, root)}
    bodies = [first_node]
    taken = {first_node.mem_id}
    for node in found[1:]:
        branch = node
        nested = False
        for outer in ancestors(node, root):
            if outer.mem_id in taken:
                nested = True
                break
            if outer.mem_id in above:
                break
            branch = outer
        if not nested and (branch.mem_id == node.mem_id or first(branch, "h1") is None):
            taken.add(node.mem_id)
            bodies.append(node)
    return bodies


def ancestors(node: LexborNode, root: LexborNode) -> Iterator[LexborNode]:
    """The elements around a node, from the inside up to ``root``."""
    end = root.mem_id
    parent = node.parent
    while parent is not None:
        yield parent
        if parent.mem_id == end:
            return
        parent = parent.parent


def texts(root: LexborNode, selectors: tuple[str, ...]) -> Iterator[str]:
    """Texts of the first selector that matches anything, white space collapsed, empty ones left out.

    ``meta`` elements give their ``content``, ``time`` elements their ``datetime``.
    """
    for selector in _worth_trying(root, selectors):
        found = [text for node in select(root, selector) if (text := text_of(node))]
        if found:
            yield from found
            return


def first_text(root: LexborNode, selectors: tuple[str, ...]) -> str:
    """The text of the first match of the first selector that says anything; empty without one."""
    for selector in _worth_trying(root, selectors):
        node = first(root, selector)
        if node is not None and (text := text_of(node)):
            return text
    return ""


def _worth_trying(root: LexborNode, selectors: tuple[str, ...]) -> tuple[str, ...]:
    """No selectors when none of several matches: one walk through the page tells that for all."""
    if len(selectors) < 3:
        return selectors
    try:
        return selectors if root.css_first(",".join(selectors)) is not None else ()
    except _BAD:
        return selectors


def text_of(node: LexborNode) -> str:
    """What an element says: content of a ``meta``, datetime of a ``time``, otherwise its text."""
    tag = node.tag
    if tag == "meta":
        return " ".join((node.attributes.get("content") or "").split())
    if tag == "time" and (stamp := node.attributes.get("datetime")):
        return " ".join(stamp.split())
    return " ".join(node.text(separator=" ", skip_empty=True).split())


def detect(tree: LexborHTMLParser, selectors: Iterable[str]) -> bool:
    """Whether any of the selectors matches the page (for packs that name a CMS or a network)."""
    root = tree.root
    return root is not None and any(first(root, selector) is not None for selector in selectors)


Node = tuple[LexborNode, str, dict[str, str | None]]


def elements(found: Iterable[LexborNode], container: LexborNode) -> list[Node]:
    """Those of a container's elements that carry attributes or one of the given tags: node, tag, attributes.

    The container itself is left out.
    """
    own = container.mem_id
    return [
        (node, node.tag or "", attributes)
        for node in found
        if ((attributes := node.attributes) or node.tag_id in BARE) and node.mem_id != own
    ]


class Drops:
    """Drop selectors made ready: ``tag.class``, ``.class`` and ``#id`` become look-ups, the rest stays CSS."""

    __slots__ = ("_known", "classes", "css", "ids")

    def __init__(self, drops: tuple[tuple[str, str, str], ...]) -> None:
        self.classes: dict[str, list[tuple[str, int]]] = {}
        self.ids: dict[str, list[tuple[str, int]]] = {}
        self.css: list[tuple[str, int]] = []
        self._known: dict[str, list[tuple[str, int]]] = {}
        for number, (selector, _, _) in enumerate(drops):
            rest: list[str] = []
            for part in selector.split(",") if _PLAIN_LIST.fullmatch(selector) else [selector]:
                found = _SIMPLE.fullmatch(part.strip())
                if found is None:
                    rest.append(part)
                else:
                    table = self.classes if found["kind"] == "." else self.ids
                    table.setdefault(found["name"], []).append((found["tag"] or "", number))
            if rest:
                self.css.append((",".join(rest), number))

    def find(self, container: LexborNode, nodes: Iterable[Node]) -> dict[int, tuple[LexborNode, int]]:
        """Matches by node, each with the number of its first rule."""
        found: dict[int, tuple[LexborNode, int]] = {}
        ids, known = self.ids, self._known
        for node, tag, attributes in nodes:
            names = attributes.get("class")
            hits = _NO_HITS
            if names and (hits := known.get(names, _UNKNOWN)) is _UNKNOWN:
                hits = self._by_class(names)
            if ids and (name := attributes.get("id")) in ids:
                hits = hits + ids[name]
            if hits is _NO_HITS:
                continue
            numbers = [number for wanted, number in hits if not wanted or wanted == tag]
            if numbers:
                found[node.mem_id] = (node, min(numbers))
        for selector, number in self.css:
            for node in select(container, selector):
                key = node.mem_id
                if key not in found or found[key][1] > number:
                    found[key] = (node, number)
        return found

    def _by_class(self, names: str) -> list[tuple[str, int]]:
        """Rules for any of these classes, remembered: the elements of a site have few class attributes."""
        classes = self.classes
        hits = [h for name in names.split() if name in classes for h in classes[name]] or _NO_HITS
        if len(self._known) >= _MAX_KNOWN:
            self._known.clear()
        self._known[names] = hits
        return hits


@lru_cache(maxsize=1024)
def compiled(drops: tuple[tuple[str, str, str], ...]) -> Drops:
    """Drop selectors made ready, once for each set of packs."""
    return Drops(drops)

"""CSS selection on a parsed page, as packs declare it. A selector that lexbor cannot parse selects nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

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


def select_any(root: LexborNode, drops: Iterable[tuple[str, str, str]]) -> bool:
    """Whether any drop selector matches: one walk for all of them. ``True`` when one of them cannot be parsed."""
    try:
        return root.css_first(",".join(drop[0] for drop in drops)) is not None
    except _BAD:
        return True


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
        found = [node for node in select(root, selector) if node.text(skip_empty=True)]
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


def texts(root: LexborNode, selectors: Iterable[str]) -> Iterator[str]:
    """Texts of the first selector that matches anything, white space collapsed, empty ones left out.

    ``meta`` elements give their ``content``, ``time`` elements their ``datetime``.
    """
    for selector in selectors:
        found = [text for node in select(root, selector) if (text := text_of(node))]
        if found:
            yield from found
            return


def first_text(root: LexborNode, selectors: Iterable[str]) -> str:
    """The text of the first match of the first selector that says anything; empty without one."""
    for selector in selectors:
        node = first(root, selector)
        if node is not None and (text := text_of(node)):
            return text
    return ""


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

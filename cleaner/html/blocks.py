"""A page in one walk: its visible lines, and the elements that hold them in plain numbers.

The lines are those of :mod:`cleaner.html.visible`, found without changing the tree. Inline elements are folded into the
block around them, so that what is left of a page of thousands of nodes are a few hundred elements and lines.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from cleaner.html import visible
from cleaner.html.visible import MARK, SEP

#: Kinds of elements, as bits of :attr:`Blocks.kinds`; a block has those of all elements around it.
LIST, TABLE, FIGURE, HEADING, MAIN, MENU, ASIDE, FOOTER, HEADER, FORM, HIDDEN, QUOTE, CODE, PARAGRAPH = (
    1 << bit for bit in range(14)
)
#: Elements, and lines, of the largest page worth a look at each: a hundred times what articles have.
MAX_BLOCKS = 100_000
_TAGS = {
    **dict.fromkeys(("ul", "ol", "li", "dl", "dt", "dd", "menu"), LIST),
    **dict.fromkeys(("table", "tbody", "tr", "td", "th"), TABLE),
    **dict.fromkeys(("figure", "figcaption"), FIGURE),
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), HEADING),
    **dict.fromkeys(("article", "main"), MAIN),
    **dict.fromkeys(("form", "fieldset", "legend"), FORM),
    **dict.fromkeys(("pre", "xmp"), CODE),
    "nav": MENU,
    "aside": ASIDE,
    "footer": FOOTER,
    "header": HEADER,
    "blockquote": QUOTE,
    "p": PARAGRAPH,
}
_ROLES = {
    "navigation": MENU,
    "menu": MENU,
    "menubar": MENU,
    "main": MAIN,
    "article": MAIN,
    "complementary": ASIDE,
    "contentinfo": FOOTER,
    "banner": HEADER,
    "dialog": FORM,
    "alertdialog": FORM,
    "search": FORM,
}
_STORY = frozenset({"articleBody", "reviewBody", "description", "text"})
#: Hidden by the page itself. Listed as lines, for a script may reveal them, each a line of its own.
_HIDDEN = '[hidden],[style*="display:none" i],[style*="display: none" i]'
_INLINE, _LINK, _SKIP, _BREAK, _BLOCK = range(5)
_ACTIONS = {
    **dict.fromkeys(visible.tag_ids(visible.INVISIBLE), _SKIP),
    **dict.fromkeys(visible.tag_ids(visible.INLINE), _INLINE),
    **dict.fromkeys(visible.tag_ids(("a",)), _LINK),
    **dict.fromkeys(visible.tag_ids(("br",)), _BREAK),
}
#: The same for a page read as a browser without scripts shows it.
_ACTIONS_UNSCRIPTED = {tag: action for tag, action in _ACTIONS.items() if tag not in visible.tag_ids(("noscript",))}


@dataclass(slots=True)
class Blocks:
    """The elements of a page that make lines, by number in document order, and its lines.

    Element 0 is the root. ``numbers`` finds the element of a node: that of its block for an inline one, as ``-1 -
    number`` inside a link.
    """

    nodes: list[LexborNode]
    above: list[int] = field(default_factory=lambda: [0])
    tags: list[str] = field(default_factory=lambda: ["body"])
    #: class and id, as the page has them
    names: list[str] = field(default_factory=lambda: [""])
    kinds: list[int] = field(default_factory=lambda: [0])
    depths: list[int] = field(default_factory=lambda: [0])
    numbers: dict[int, int] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    #: element of each line, and the code points of it that are link text
    owners: list[int] = field(default_factory=list)
    linked: list[int] = field(default_factory=list)
    #: whether it was read as a browser with scripts on shows it
    scripted: bool = True


def read_blocks(tree: LexborHTMLParser, apart: frozenset[int] = frozenset(), *, scripted: bool = True) -> Blocks | None:
    """Walk through a page.

    Args:
        tree: the page, as :func:`cleaner.html.visible.parse` gives it.
        apart: inline elements (``mem_id``) whose text is no part of the line around them.
        scripted: whether the page is read as with scripts on; without them, ``noscript`` is part of it.

    Returns:
        Its blocks; ``None`` for an empty document and for one of more than :data:`MAX_BLOCKS` elements or lines.

    Raises:
        SpoofedMarkError: the page holds a character that stands for a mark here.
    """
    root = tree.body or tree.root
    if root is None:
        return None
    page = Blocks([root], scripted=scripted)
    page.numbers[root.mem_id] = 0
    hidden = {node.mem_id for node in root.css(_HIDDEN)}
    parts = _walk(page, root, _ACTIONS if scripted else _ACTIONS_UNSCRIPTED, hidden, hidden | apart)
    if len(page.nodes) > MAX_BLOCKS or len(page.owners) > MAX_BLOCKS:
        return None
    whole = visible.plain("".join(parts))
    texts = whole.split(MARK)[1:]
    owners, linked = page.owners, page.linked
    if len(texts) != len(owners):
        raise visible.SpoofedMarkError
    page.owners, page.linked = [], []
    for text, owner, link in zip(texts, owners, linked, strict=True):
        for line in (text,) if SEP not in text else text.split(SEP):  # a page read as text without structure
            line = line.strip()
            if line:
                page.lines.append(line if "  " not in line else " ".join(line.split()))
                page.owners.append(owner)
                page.linked.append(link)
    return page


def _walk(
    page: Blocks, root: LexborNode, actions: dict[int, int], hidden: set[int], apart: Collection[int]
) -> list[str]:
    """Fill in the elements of a page, and the owners and link text of its stretches of text.

    Returns:
        The stretches, each begun with :data:`MARK`.
    """
    numbers, owners, linked = page.numbers, page.owners, page.linked
    find, act = numbers.get, actions.get
    parts: list[str] = []
    current = -1  # element of the stretch that is open; -1 after a break
    for node in root.traverse(include_text=True):
        parent = node.parent
        if parent is None or (up := find(parent.mem_id)) is None:
            continue
        if node.is_text_node:
            text = node.text_content
            if not text:
                continue
            owner = up if up >= 0 else -1 - up
            if owner != current:
                if text.isspace():
                    continue
                parts.append(MARK)
                owners.append(owner)
                linked.append(0)
                current = owner
            parts.append(text)
            if up < 0:
                linked[-1] += len(text.strip())
        elif not node.is_element_node:
            current = -1
        elif (key := node.mem_id) not in numbers:
            action = act(node.tag_id, _BLOCK)
            if action == _BLOCK or (key in apart and action <= _LINK):
                current = -1
                number = _enter(page, node, up if up >= 0 else -1 - up, key in hidden)
                numbers[key] = -1 - number if up < 0 or action == _LINK else number
            elif action == _INLINE:
                numbers[key] = up
            elif action == _LINK:
                numbers[key] = up if up < 0 else -1 - up
            elif action == _BREAK:
                current = -1
    return parts


def _enter(page: Blocks, node: LexborNode, up: int, is_hidden: bool) -> int:
    """Note an element; give its number back."""
    kinds = page.kinds
    tag = node.tag or ""
    kind = kinds[up]
    if (own := _TAGS.get(tag)) is not None:
        kind |= own
    name = ""
    attributes = node.attributes
    if attributes:
        name = attributes.get("class") or ""
        if identity := attributes.get("id"):
            name = f"{name} {identity}" if name else identity
        if role := attributes.get("role"):
            kind |= _ROLES.get(role, 0)
        if attributes.get("itemprop") in _STORY:
            kind |= MAIN
        if is_hidden or attributes.get("aria-hidden") == "true":
            kind |= HIDDEN
    page.above.append(up)
    page.tags.append(tag)
    page.names.append(name)
    kinds.append(kind)
    page.depths.append(page.depths[up] + 1)
    page.nodes.append(node)
    return len(kinds) - 1

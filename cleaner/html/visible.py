"""A page as visible text blocks in document order.

The tree is changed in place: invisible elements are dropped, inline elements are dissolved, so that every text node
left is one visible block. The work on nodes runs in lexbor; Python sees the result, one string a block. Places of
interest (the body, what a rule drops) are marked beforehand by text nodes put around them, and come back among the
blocks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser, LexborNode

#: Between blocks. No character of a page: both are taken out before parsing.
SEP = "\x02"
MARK = "\x03"
_CONTROLS = b"\x02\x03"
_CONTROL_REF = re.compile(rb"&#(?:0*[23]|[xX]0*[23])(?![0-9A-Fa-f])")
#: What a stretch without any block is made of.
BLANK = SEP + " "
_CLOSE = f"{SEP}{MARK}{SEP}".encode()
_OPTIONS = int(LexborDocumentOptions.WO_EVENTS)

#: Never visible, or not text of the page: a ``select`` holds the choices of a form.
INVISIBLE = tuple(
    "script style template noscript iframe svg select datalist noframes noembed object canvas audio video title head "
    "textarea frameset".split()
)
INLINE = tuple(
    "a abbr acronym area b bdi bdo big button cite code data del dfn em font i img input ins kbd label map mark nobr "
    "picture q rp rt ruby s samp small source span strike strong sub sup time tt u var wbr".split()
)
_ZERO_WIDTH = ("\u200b", "\u200e", "\u200f", "\ufeff", "\u2060")
#: All white space but the blank, as ``str.split`` sees it.
_SPACES = tuple(char for char in map(chr, range(0x3001)) if char.isspace() and char != " ")
_NAME = re.compile(r"[\w-]{1,40}")
_PATH_STEPS = 4


def tag_ids(names: Iterable[str]) -> frozenset[int]:
    """Lexbor's numbers for tag names."""
    tree = LexborHTMLParser("<p>")
    return frozenset(node.tag_id for name in names if (node := tree.create_node(name)) is not None)


_COMMON_INVISIBLE = "script,style,noscript,iframe,svg,select,textarea,title"
_KINDS = dict.fromkeys(tag_ids(INVISIBLE), False) | dict.fromkeys(tag_ids(INLINE), True)


@dataclass(slots=True)
class Visible:
    """The visible tree of a page, and its inline elements, which :func:`read` dissolves."""

    root: LexborNode
    inline: list[LexborNode]


class SpoofedMarkError(ValueError):
    """A page holds a character that stands for a mark here (only a numeric reference can bring one in)."""


def without_controls(source: bytes) -> bytes:
    """The page without the two characters that blocks and marks are made of."""
    return source.translate(None, _CONTROLS) if b"\x02" in source or b"\x03" in source else source


def parse(source: bytes, *, scripted: bool = True) -> LexborHTMLParser:
    """The tree of a page :func:`without_controls`, parsed as a browser with scripts on (or off) would."""
    return LexborHTMLParser(source, options=_OPTIONS, scripting=scripted)


def without_control_references(source: bytes) -> bytes:
    """The page without numeric references to the two characters that marks are made of."""
    return _CONTROL_REF.sub(b" ", source)


def visible(tree: LexborHTMLParser, *, coarse: bool = False) -> Visible | None:
    """Drop what no reader sees; ``None`` for an empty document.

    ``coarse`` is for pages whose body a selector will find: inline elements outside it are left as they are (a link in
    a menu is a line of its own), and :func:`refine` sees to the body.
    """
    root = tree.body or tree.root
    if root is None:
        return None
    page = Visible(root, [])
    if coarse:
        for node in reversed(root.css(_COMMON_INVISIBLE)):
            node.decompose()
    else:
        refine(page, root)
    return page


def refine(page: Visible, part: LexborNode) -> list[LexborNode]:
    """Drop every invisible element of a part of the page, and note its inline elements for :func:`read`.

    Returns:
        The elements left, ``part`` itself among them.
    """
    hidden: list[LexborNode] = []
    inline = page.inline
    kinds = _KINDS
    found = part.css("*")
    for node in found:
        kind = kinds.get(node.tag_id)
        if kind is not None:
            (inline if kind else hidden).append(node)
    if not hidden:
        return found
    for node in reversed(hidden):  # inner ones first: nothing is taken out of a tree that is gone
        node.decompose()
    return part.css("*")


def mark(node: LexborNode, last: LexborNode, label: int) -> None:
    """Put marks around sibling elements; :func:`read` gives them back in order, the closing one without a label."""
    node.insert_before(b"\x02\x03%d\x02" % label)
    last.insert_after(_CLOSE)


def read(page: Visible, marks: int) -> list[str]:
    """The text of a page in document order, parted at the marks.

    Returns:
        Stretches of text for :func:`split`. All but the first begin with the label of the mark before them (empty for
        a closing one) and :data:`SEP`.

    Raises:
        SpoofedMarkError: there are not as many marks as were made.
    """
    for node in page.inline:
        node.unwrap(delete_empty=True)
    page.root.merge_text_nodes()
    text: str = page.root.text(separator=SEP, skip_empty=True)
    if text.count(MARK) != marks:
        raise SpoofedMarkError
    return plain(text).split(MARK)


def split(text: str) -> list[str]:
    """The blocks of a :func:`plain` text whose nodes are joined with :data:`SEP`; empty ones are left out."""
    return [bare if "  " not in bare else " ".join(bare.split()) for part in text.split(SEP) if (bare := part.strip())]


def plain(text: str) -> str:
    """A text with blanks for all white space, and without invisible format characters.

    Looking for each of these in the whole text is faster than looking at each character of every block.
    """
    for char in _ZERO_WIDTH:
        if char in text:
            text = text.replace(char, "")
    for char in _SPACES:
        if char in text:
            text = text.replace(char, " ")
    return text


def blocks_in(text: str) -> int:
    """How many blocks the text of one node makes."""
    return sum(1 for part in split(plain(text)) if part[0] != MARK)


def path_of(node: LexborNode | None, known: dict[int, str] | None = None) -> str:
    """Where a node sits: a CSS-like path of its innermost steps. ``known`` remembers steps by node."""
    steps: list[str] = []
    while node is not None and len(steps) < _PATH_STEPS:
        key = node.mem_id
        step = known.get(key) if known is not None else None
        if step is None:
            step = step_of(node)
            if known is not None:
                known[key] = step
        if not step:
            break
        steps.append(step)
        node = node.parent
    return " > ".join(reversed(steps)) or "html"


def step_of(node: LexborNode) -> str:
    """One step of a path: tag with id or first class; empty for the document itself."""
    tag = node.tag
    if not tag or tag == "html" or tag[0] == "-":
        return ""
    identity = node.id
    if identity:
        return _step(tag, "#", identity) or tag
    names = node.attrs.get("class")
    return (_step(tag, ".", names) if names else "") or tag


@lru_cache(maxsize=16_384)
def _step(tag: str, kind: str, names: str) -> str:
    found = _NAME.match(names.lstrip())
    return f"{tag}{kind}{found[0]}" if found else ""

"""Guard against pages that are too much for a tree: nested too deeply, or of too many tags. Only their text is read."""

from __future__ import annotations

from collections import Counter
from html import unescape

from cleaner.html.tokens import tags

#: Real pages nest some 60 levels; browsers themselves stop at 512.
MAX_DEPTH = 3_000
#: From this size on every tag is looked at, in bytes.
LARGE = 500_000
_FEW_TAGS = 2 * MAX_DEPTH
#: So many tags cost a parser at most .15 s however they nest; one page of a hundred has more.
_MANY_TAGS = 12_000
#: What a tag with its text and an attribute take in a tree, and what a page may take, in bytes of memory.
_TAG = 600
_ATTRIBUTE = 250
_ALLOWED = 140_000_000
_ALLOWED_EACH = 35
# Void, or closed by what follows it: these do not add up however often their end tag is left out.
_FLAT = frozenset(
    b"area base br col embed hr img input link meta param source track wbr p li dt dd tr td th tbody thead tfoot "
    b"option optgroup rp rt html head body".split()
)


def is_too_deep(source: bytes, count: int) -> bool:
    """Whether elements nest deeper than any page does.

    A parser looks through all open elements at each tag, so that its time grows with the square of the depth. What is
    counted is an upper bound: an end tag closes an element of its own name, or none.

    Args:
        source: the page.
        count: how often it has a ``<``. A page of common size with few cannot cost much: its tags are not looked at.
    """
    if count < (_FEW_TAGS if len(source) >= LARGE else _MANY_TAGS):
        return False
    depth = 0
    still_open: Counter[bytes] = Counter()
    for tag in tags(source):
        name = tag.name
        if name in _FLAT:
            continue
        if not tag.closing:
            depth += 1
            still_open[name] += 1
            if depth > MAX_DEPTH:
                return True
        elif still_open[name]:
            depth -= 1
            still_open[name] -= 1
    return False


def is_too_large(source: bytes, count: int) -> bool:
    """Whether the tree of a page would take far more memory than any page of its size does.

    News pages have a tag every hundred bytes; a page of common size cannot take much whatever it is made of. ``count``:
    how often the page has a ``<``.
    """
    size = len(source)
    if size < LARGE:
        return False
    allowed = _ALLOWED + _ALLOWED_EACH * size - _TAG * count
    if allowed < 0:
        return True
    if _ATTRIBUTE * (size // 2) <= allowed:
        return False
    return _ATTRIBUTE * sum(len(tag.attributes.split()) for tag in tags(source)) > allowed


def flatten(source: bytes, separator: str) -> bytes:
    """A page of nothing but the text of this one, a separator for each tag; without what no reader sees.

    Args:
        source: the page in UTF-8.
        separator: one character that the text does not hold.
    """
    texts: list[str] = []
    templates = 0
    for tag in tags(source):
        if tag.text and tag.shown and not templates:
            text = tag.text.decode("utf-8", "replace")
            texts.append(text if tag.raw or "&" not in text else unescape(text))
        if tag.name == b"template":
            templates = max(0, templates + (-1 if tag.closing else 1))
    return b"<body><plaintext>" + separator.join(text for text in texts if not text.isspace()).encode(
        "utf-8", "replace"
    )

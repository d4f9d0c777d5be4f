"""Guard against pages that are too much for a tree: nested too deeply, or of too many tags. Only their text is read."""

from __future__ import annotations

from html import unescape

from cleaner.html.tokens import tags

#: Real pages nest some 60 levels; browsers themselves stop at 512.
MAX_DEPTH = 3_000
#: From this size on every tag is looked at, in bytes.
LARGE = 500_000
_FEW_TAGS = 2 * MAX_DEPTH
#: What a tag with its text and an attribute take in a tree, and what a page may take, in bytes of memory.
_TAG = 600
_ATTRIBUTE = 250
_ALLOWED = 140_000_000
_ALLOWED_EACH = 35
_STRIDE = 12_288
_WINDOW = 1_024
_DENSE = 30
# Void, or closed by what follows it: these do not add up however often their end tag is left out.
_FLAT = frozenset(
    b"area base br col embed hr img input link meta param source track wbr p li dt dd tr td th tbody thead tfoot "
    b"option optgroup rp rt html head body".split()
)


def is_too_deep(source: bytes) -> bool:
    """Whether elements nest deeper than any page does (an upper bound is counted).

    Counting tags in every page would take a tenth of its parse time: of pages of common size, samples tell whether
    there is a stretch that opens many elements and closes few. A page of that size that hides its depth from the
    samples costs seconds, no more.
    """
    if len(source) < LARGE and not _opens_somewhere(source):
        return False
    if source.count(b"<") < _FEW_TAGS:
        return False
    depth = 0
    for tag in tags(source):
        if tag.name in _FLAT:
            continue
        depth += -1 if tag.closing else 1
        if depth > MAX_DEPTH:
            return True
        depth = max(depth, 0)
    return False


def _opens_somewhere(source: bytes) -> bool:
    """Whether some sample opens many elements and closes few."""
    for at in range(0, len(source), _STRIDE):
        count = source.count(b"<", at, at + _WINDOW)
        if count > _DENSE and source.count(b"</", at, at + _WINDOW) * 3 < count:
            return True
    return False


def is_too_large(source: bytes) -> bool:
    """Whether the tree of a page would take far more memory than any page of its size does.

    News pages have a tag every hundred bytes; a page of common size cannot take much whatever it is made of.
    """
    size = len(source)
    if size < LARGE:
        return False
    allowed = _ALLOWED + _ALLOWED_EACH * size - _TAG * source.count(b"<")
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

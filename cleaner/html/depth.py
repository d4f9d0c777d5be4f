"""Guards against pages on which parsers take quadratic time: elements nested too deeply, tags of too many attributes.

The tags (the attributes) go, the text stays.
"""

from __future__ import annotations

import re

#: Real pages nest some 60 levels; browsers themselves stop at 512.
MAX_DEPTH = 3_000
_FEW_TAGS = 2 * MAX_DEPTH
_COMMON_SIZE = 500_000
_STRIDE = 12_288
_WINDOW = 1_024
_DENSE = 30
_STRETCH = 8_192
_MAX_ATTRIBUTES = 1_000
_LONG_TAG = re.compile(rb"<([a-zA-Z][a-zA-Z0-9]*)([^<>]{8000,})(?:>|\Z)")
_TAG = re.compile(rb"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
# Void, or closed by what follows it: these do not add up however often their end tag is left out.
_FLAT = frozenset(
    b"area base br col embed hr img input link meta param source track wbr p li dt dd tr td th tbody thead tfoot "
    b"option optgroup rp rt html head body".split()
)
_DROP = re.compile(rb"<!--.*?(?:-->|\Z)|<(script|style|template)\b.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_ANY_TAG = re.compile(rb"</?[a-zA-Z!?][^>]*>?")


def without_attribute_floods(source: bytes) -> bytes:
    """The page with the attributes taken off tags that have thousands: a parser compares each with all before it.

    Samples tell whether there is a stretch without the end of a tag that is long enough; a page that hides one behind
    quoted ``>`` costs time, no more.
    """
    for at in range(0, len(source) - _STRETCH, _STRETCH):
        if source.find(b">", at, at + _STRETCH) < 0 and _inside_a_tag(source, at):
            return _LONG_TAG.sub(_bare_tag, source)
    return source


def _inside_a_tag(source: bytes, at: int) -> bool:
    """Whether a stretch without ``>`` lies within one tag that began shortly before it; only code has brackets."""
    end = at + _STRETCH
    if source.find(b"(", at, end) >= 0:
        return False
    start = source.rfind(b"<", max(0, at - _STRETCH), end)
    return start >= 0 and source.find(b">", start, at) < 0 and source[start + 1 : start + 2].isalpha()


def _bare_tag(found: re.Match[bytes]) -> bytes:
    return found[0] if len(found[2].split(None, _MAX_ATTRIBUTES)) <= _MAX_ATTRIBUTES else b"<" + found[1] + b">"


def is_too_deep(source: bytes) -> bool:
    """Whether elements nest deeper than any page does (an upper bound is counted).

    Counting tags in every page would take a tenth of its parse time: of pages of common size, samples tell whether
    there is a stretch that opens many elements and closes few. A page of that size that hides its depth from the
    samples costs seconds, no more.
    """
    size = len(source)
    if size < _COMMON_SIZE and not _opens_somewhere(source):
        return False
    if source.count(b"<") < _FEW_TAGS:
        return False
    depth = 0
    for found in _TAG.finditer(_DROP.sub(b"", source)):
        if found[2].lower() in _FLAT:
            continue
        depth += -1 if found[1] else 1
        if depth > MAX_DEPTH:
            return True
        depth = max(depth, 0)
    return False


def _opens_somewhere(source: bytes) -> bool:
    """Whether some sample opens many elements and closes few."""
    for at in range(0, len(source), _STRIDE):
        tags = source.count(b"<", at, at + _WINDOW)
        if tags > _DENSE and source.count(b"</", at, at + _WINDOW) * 3 < tags:
            return True
    return False


def flatten(source: bytes) -> bytes:
    """The page's text, one paragraph for each stretch between two tags."""
    texts = (text.strip() for text in _ANY_TAG.split(_DROP.sub(b" ", source)))
    return b"<body>" + b"".join(b"<p>" + text.replace(b"<", b"&lt;") + b"</p>" for text in texts if text)

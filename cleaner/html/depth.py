"""A guard against pages nested so deeply that parsers take quadratic time: their tags go, their text stays."""

from __future__ import annotations

import re

#: Real pages nest some 60 levels; browsers themselves stop at 512.
MAX_DEPTH = 3_000
_FEW_TAGS = 2 * MAX_DEPTH
_TAG = re.compile(rb"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
# Void, or closed by what follows it: these do not add up however often their end tag is left out.
_FLAT = frozenset(
    b"area base br col embed hr img input link meta param source track wbr p li dt dd tr td th tbody thead tfoot "
    b"option optgroup rp rt html head body".split()
)
_DROP = re.compile(rb"<!--.*?(?:-->|\Z)|<(script|style|template)\b.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_ANY_TAG = re.compile(rb"</?[a-zA-Z!?][^>]*>?")


def is_too_deep(source: bytes) -> bool:
    """Whether elements nest deeper than any page does (an upper bound is counted; pages with few tags cost nothing)."""
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


def flatten(source: bytes) -> bytes:
    """The page's text, one paragraph for each stretch between two tags."""
    texts = (text.strip() for text in _ANY_TAG.split(_DROP.sub(b" ", source)))
    return b"<body>" + b"".join(b"<p>" + text.replace(b"<", b"&lt;") + b"</p>" for text in texts if text)

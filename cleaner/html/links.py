"""What a link says of the page that it leads to."""

from __future__ import annotations

import re

_WORD = re.compile(r"\w+")
_SIZES = (25, 200)
_WORDS = 8
_SHARE = 0.6


def is_headline(text: str, href: str) -> bool:
    """Whether the text of a link is the headline of the page it leads to: the address spells it out.

    Numbered items and sentences are none: they are part of the story that holds the link.
    """
    text = text.strip().lower()
    if not _SIZES[0] <= len(text) <= _SIZES[1] or text[0].isdigit() or text[-1] in ".,:;":
        return False
    words = [word for word in _WORD.findall(text) if len(word) > 2][:_WORDS]
    href = href.lower()
    return len(words) >= 3 and sum(word in href for word in words) > _SHARE * len(words)

"""Comments of readers that no name gives away: a heading that counts them, and a button to reply under each."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cleaner.packs.words import alternatives, words_of_all

_WHAT = rf"(?:{alternatives(words_of_all('comment-headings'))}|comments?|responses?|replies)"
_HEADING = re.compile(rf"(?:\d{{1,6}}\s+)?{_WHAT}(?:\s?[(:]?\s?\d{{1,6}}\s?\)?)?\s?:?", re.IGNORECASE)
#: What the buttons say, in the ways it is written.
_REPLIES = frozenset(
    way for word in (*words_of_all("comment-replies"), "reply") for way in (word, word.upper(), word.capitalize())
)
#: The heading is short; the first button stands within so many lines.
_SHORT = 30
_WITHIN = 15


def first_comment(lines: Sequence[str]) -> int:
    """The number of the line that opens the comments of a page, which go on to the end; ``len(lines)`` without any."""
    if _REPLIES.isdisjoint(lines):  # nearly all pages
        return len(lines)
    for number, line in enumerate(lines):
        if (
            len(line) <= _SHORT
            and _HEADING.fullmatch(line)
            and not _REPLIES.isdisjoint(lines[number + 1 : number + 1 + _WITHIN])
        ):
            return number
    return len(lines)

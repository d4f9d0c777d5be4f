"""The word that was meant by one that is not known."""

from __future__ import annotations

from collections.abc import Iterable

#: So like must two words be (share of letters in common): one slip in a word of four.
_LIKE = 0.7


def meant(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """A question that names the word nearest to an unknown one.

    Args:
        word: the unknown word.
        known: the words there are.
        otherwise: what to say where none is near; default: all that are known.

    >>> meant("byl1ne", ["byline", "dateline"])
    "did you mean 'byline'?"
    >>> meant("xyz", ["byline", "dateline"])
    'known: byline, dateline'
    """
    from difflib import get_close_matches

    words = {each.casefold(): each for each in known}
    close = get_close_matches(word.casefold(), words, 1, _LIKE)
    if close:
        return f"did you mean {words[close[0]]!r}?"
    return otherwise or f"known: {', '.join(words.values())}"

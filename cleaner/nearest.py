"""The word that was meant by one that is not known."""

from __future__ import annotations

from collections.abc import Iterable

#: So like must two words be (share of letters in common): one slip in a word of four.
_LIKE = 0.7


def nearest(word: str, known: Iterable[str], like: float = _LIKE) -> str | None:
    """The known word that is most like another one, whatever the case; ``None`` where none is near.

    Args:
        word: the other word.
        known: the words there are; of those that differ in case alone the first counts.
        like: the share of letters that must be in common.

    >>> nearest("byl1ne", ["Byline", "dateline"])
    'Byline'
    """
    from difflib import get_close_matches

    words: dict[str, str] = {}
    for each in known:
        words.setdefault(each.casefold(), each)
    close = get_close_matches(word.casefold(), words, 1, like)
    return words[close[0]] if close else None


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
    known = tuple(known)
    near = nearest(word, known)
    return f"did you mean {near!r}?" if near is not None else otherwise or f"known: {', '.join(known)}"

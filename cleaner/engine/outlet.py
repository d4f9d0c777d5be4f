"""The names that a host stands for, so that a rule may ask whether a line names the outlet it is from."""

from __future__ import annotations

import re
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+")
#: Labels that say nothing of an outlet's name.
_NO_NAME = frozenset("www m amp".split())
#: Second-level domains under which names are registered: ``kabar.co.id``.
_SECOND_LEVEL = frozenset("ac biz co com desa go mil my net or sch web".split())
#: What a domain may add to the name of its outlet: ``kabarkitanews.com`` calls itself Kabar Kita.
_ADDED = ("news", "online", "media", "portal", "indonesia", "tv", "id")
#: Code points a name has at least; shorter ones stand in too many words.
_MIN_NAME = 4
#: Code points that are left of a name at least when an ending is taken away.
_MIN_STEM = 5
#: More words than any outlet's name has.
_MAX_WORDS = 5


@lru_cache(maxsize=4096)
def names_of(host: str) -> frozenset[str]:
    """How an outlet may write its own name, in small letters and without blanks and signs.

    Args:
        host: the host of its page, in small letters; ``""`` has no names.

    >>> sorted(names_of("jogja.kabarkita-news.co.id"))
    ['jogjakabarkitanews', 'kabarkita', 'kabarkitanews', 'kabarkitanewscoid', 'kabarkitanewsjogja']
    """
    labels = [label for label in host.split(".") if label not in _NO_NAME]
    if len(labels) < 2:
        return frozenset()
    at = len(labels) - (3 if len(labels) > 2 and labels[-2] in _SECOND_LEVEL else 2)
    base = _plain(labels[at])
    below = _plain("".join(labels[:at]))
    found = {base, base + "".join(labels[at + 1 :])}
    found |= {base.removesuffix(end) for end in _ADDED if len(base.removesuffix(end)) >= _MIN_STEM}
    if below:
        found |= {below + base, base + below}
    return frozenset(name for name in found if len(name) >= _MIN_NAME)


@lru_cache(maxsize=16)  # several rules ask it of the same line
def may_name(text: str, host: str) -> bool:
    """Whether the letters of some name of a host's outlet stand in a text at all: a quick look before a regex.

    >>> may_name("SEMARANG, KABAR KITA - Harga", "kabarkita.id"), may_name("Harga naik", "kabarkita.id")
    (True, False)
    """
    names = names_of(host)
    if not names:
        return False
    letters = _plain(text.lower())
    return any(name in letters for name in names)


def names_outlet(text: str, host: str) -> bool:
    """Whether some words of a text, next to each other, are the name of a host's outlet.

    >>> names_outlet("Kabar Kita, Semarang", "kabarkita.id"), names_outlet("Semarang", "kabarkita.id")
    (True, False)
    """
    names = names_of(host)
    if not names:
        return False
    words = _WORD.findall(text.lower())
    for first in range(len(words)):
        run = ""
        for word in words[first : first + _MAX_WORDS]:
            run += word
            if run in names:
                return True
    return False


def _plain(label: str) -> str:
    return "".join(_WORD.findall(label))

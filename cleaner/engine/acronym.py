"""Whether a bracket at the end of a sentence holds the initials of the words before it.

``Koalisi Indonesia Bersatu (KIB)`` explains itself; ``kata dia. (KIB)`` is how a reporter signs.
"""

from __future__ import annotations

import re

_LETTERS = re.compile(r"\s*[(\[]\s?([A-Z][A-Za-z]{1,9})\s?[)\]]\.?\s*\Z")
_WORD = re.compile(r"[^\W\d_]+")
#: Words before the bracket that are looked at.
_REACH = 14


def is_acronym(text: str, a: int, b: int) -> bool:
    """Whether the part ``[a, b)`` of a line is an acronym in brackets behind its own words.

    >>> line = "Ia memimpin Koalisi Indonesia Bersatu (KIB)"
    >>> is_acronym(line, line.index("("), len(line))
    True
    >>> line = "Ia pulang ke rumah. (KIB)"
    >>> is_acronym(line, line.index("("), len(line))
    False
    """
    found = _LETTERS.match(text[a:b])
    if found is None:
        return False
    wanted = [letter.lower() for letter in found[1] if letter.isupper()]
    words = _WORD.findall(text[max(0, a - 200) : a])[-_REACH:]
    if len(wanted) < 2 or not words or text[:a].rstrip()[-1:] in '.!?…”"':
        return False
    # The last word gives the last letter, or one before it (Kementerian Dalam Negeri); small words may be passed over.
    for word in reversed(words):
        if word[0].lower() == wanted[-1]:
            wanted.pop()
        elif word[0].isupper():
            return False
        if not wanted:
            return True
    return False

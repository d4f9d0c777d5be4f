"""Where does prose begin behind a headline in title case, when no mark stands between them?

Given is the first small word that no headline holds. The capitalised word before it belongs to the sentence; whether
the sentence begins there or some words earlier is known when

- a word stands there that opens sentences (*Menurut*, *Namun*, *Sementara*, …),
- the word is a common one, which inside a sentence would be written small: then it is the first,
- the words are a name that the same text uses elsewhere, and the word before it can be no part of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cleaner.packs.words import alternatives, words_of_all

#: Words that stay small inside a title-case headline.
FUNCTION_WORDS = frozenset(words_of_all("headline-small"))

#: Words that open a sentence of prose; with a capital they stand rarely elsewhere, and hardly ever inside a headline.
OPENERS = frozenset(words_of_all("sentence-openers"))
#: Words that open sentences and stand inside headlines as well: they count when prose follows at once.
_WEAK_OPENERS = frozenset(words_of_all("sentence-openers-weak"))
#: Common words that often begin a sentence; inside one they are written small.
_COMMON = frozenset(words_of_all("sentence-common"))
#: A headline cannot end with one of these, so what follows is no beginning of a sentence.
_NEVER_LAST = frozenset(words_of_all("headline-never-last"))
#: What stands before a name and belongs to it: the sentence may begin with it, or the headline end with it.
_HEADS = frozenset(words_of_all("offices"))
#: What stands inside names and is never named alone: with a capital it opens the name.
_PARTICLES = frozenset(words_of_all("name-particles"))
#: The longest name, in words.
_NAME_WORDS = 4
#: A strong opener may be followed by so many words before prose goes on in small letters.
_OPENER_REACH = 8
#: A headline has at least this many words before the sentence that is told by its first words alone.
_LEAST_WORDS = 4
#: Openers that a headline may hold with capitalised words behind them: they count with small letters behind.
_DIRECT = frozenset(words_of_all("sentence-openers-direct"))
_MONTHS = frozenset(words_of_all("months"))
_WORD = re.compile(r"\S+")
_EDGES = "\"“”‘’'(),.:;!?&-–—[]"
#: Verbs that take an object, and nouns made of verbs and adjectives: no names.
_ACTIVE = re.compile(r"me(?:ng|n|m|ny)[a-z]{4,}(?<!nya)")
_ABSTRACT = re.compile(r"(?:ke|pen|pem|peng|per|pel)[a-z]{3,}an")
#: Verbs and adverbs: no name holds them, so a name that follows begins the sentence.
_NO_NAME = re.compile(
    rf"(?:(?:me|ber|ter|di)[a-z]{{4,}}|[a-z]{{3,}}(?:kan|nya)|[\d.,]+%?|{alternatives(words_of_all('no-names'))})"
)


def opens_sentence(word: str) -> bool:
    """Whether a word with a capital is one that opens sentences, rather than a name."""
    lower = word.lower()
    return lower in OPENERS or lower in _COMMON


def sentence_start(text: str, start: int, least: int, stop: int) -> int | None:
    """Where prose begins before ``stop``: the offset of the white space before its first word, ``None`` if unknown.

    Args:
        text: the line; its other parts tell which words are names.
        start: where the headline starts.
        least: the earliest offset that may be answered.
        stop: where the first small word of prose starts.
    """
    words = [(m.start(), m.group()) for m in _WORD.finditer(text, start, stop)]
    begins = _begins(words, text[:start], text[:start] + " | " + text[stop:])
    if begins is None or words[begins][0] <= least:
        return None
    at = words[begins][0]
    while text[at - 1].isspace():
        at -= 1
    return at


def _begins(words: list[tuple[int, str]], before: str, elsewhere: str) -> int | None:
    """Index of the word that begins the sentence."""
    cores = [word.strip(_EDGES) for _, word in words]
    lowers = [core.lower() for core in cores]
    count = len(words)
    for index in range(count - 1, max(_LEAST_WORDS - 2, count - 2 - _OPENER_REACH), -1):
        if lowers[index] in OPENERS and cores[index][:1].isupper():
            behind = words[index + 1][1] if index + 1 < count else ""
            if lowers[index] in _DIRECT and behind[:1].isupper() and not words[index][1].endswith(","):
                continue
            word, lower = words[index - 1][1], lowers[index - 1]
            return index if lower in _HEADS or _may_end(word, lower) else None
    last = count - 1
    while last > 0 and not cores[last][:1].isupper():
        last -= 1  # function words between the subject and its verb
    if last < _LEAST_WORDS or count - last > 3 or lowers[last] in _MONTHS:
        return None
    direct = last == count - 1
    if lowers[last] in _WEAK_OPENERS and direct:
        return last
    if direct and _is_common(cores[last], elsewhere):
        if lowers[last] not in _COMMON and _ABSTRACT.fullmatch(lowers[last - 1]):
            return None
        return last if _may_end(words[last - 1][1], lowers[last - 1]) else None
    return _name_begins(words, cores, lowers, last, before, elsewhere)


def _is_common(core: str, elsewhere: str) -> bool:
    """Whether a word would be written small inside a sentence."""
    lower = core.lower()
    if core != lower.capitalize():
        return False
    if lower in _COMMON or (len(lower) > 6 and lower.endswith("nya")) or _ACTIVE.fullmatch(lower):
        return True
    if lower in _HEADS or len(lower) < 4 or not core.isalpha():
        return False
    if _ABSTRACT.fullmatch(lower):
        return True
    if next(_whole(lower, elsewhere), None) is None:
        return False
    return not any(
        elsewhere[max(0, at - 2) : at - 1].islower() or elsewhere[at - 2 : at] == ", " for at in _whole(core, elsewhere)
    )


def _may_end(word: str, lower: str) -> bool:
    """Whether a headline can end with this word."""
    return not word.endswith((",", ":", ";", "-", "–", "&", "/")) and lower not in _NEVER_LAST and lower not in _HEADS


def _name_begins(
    words: list[tuple[int, str]], cores: list[str], lowers: list[str], last: int, before: str, elsewhere: str
) -> int | None:
    """Where a name begins that the text has introduced before, so that no office or first name stands before it."""
    first = None
    known = before
    if not _introduced(words[last][1].rstrip(",.:;"), before):
        known = elsewhere  # first named here: then the word before it must be known for another name, or be none
    for index in range(last, max(0, last - _NAME_WORDS), -1):
        if not cores[index][:1].isupper():
            break
        phrase = " ".join(word for _, word in words[index : last + 1]).rstrip(",.:;")
        if not _introduced(phrase, known) and (index == last or phrase not in elsewhere):
            break
        first = index
    if first is None or first < _LEAST_WORDS:
        return None
    while first > _LEAST_WORDS and lowers[first - 1] in _PARTICLES and cores[first - 1][:1].isupper():
        first -= 1
    word, lower = words[first - 1][1], lowers[first - 1]
    if cores[first - 1] in ("ini", "itu") and cores[first - 2][:1].isupper():
        return first - 2 if lowers[first - 2] in _WEAK_OPENERS else None  # Saat ini Budi …, but: Program ini Budi …
    if _ACTIVE.fullmatch(lower) and cores[first - 1][:1].isupper():
        return first - 1  # a verb with its object: no headline ends between them
    if cores[first - 1][:1].isupper() and lower not in ("ini", "itu") and lower in (OPENERS | _WEAK_OPENERS):
        return first - 1
    if not _may_end(word, lower):
        return None
    if _NO_NAME.fullmatch(lower):
        return first
    if known is elsewhere:
        return first if _introduced(cores[first - 1], elsewhere) else None
    place = any(elsewhere[:at].endswith((" di ", " ke ", " dari ", " asal ")) for at in _whole(cores[first], elsewhere))
    return None if place or _is_common(cores[first - 1], elsewhere) else first


def _introduced(phrase: str, text: str) -> bool:
    """Whether a name stands in a text, and not as a part of a longer one."""
    for at in _whole(phrase, text):
        end = at + len(phrase)
        if text[end : end + 1].isspace() and text[end + 1 : end + 2].isupper():
            continue
        previous = text[max(0, at - 24) : at].split()
        last = previous[-1] if previous else ""
        if not last[:1].isupper() or last[-1] in '.,:;?!”"' or last.lower() in OPENERS:
            return True
    return False


def _whole(phrase: str, text: str) -> Iterator[int]:
    """Offsets at which a phrase stands as whole words."""
    size = len(phrase)
    at = text.find(phrase) if phrase else -1
    while at >= 0:
        after = text[at + size : at + size + 1]
        if not (after.isalnum() or after == "_") and not (at and (text[at - 1].isalnum() or text[at - 1] == "_")):
            yield at
        at = text.find(phrase, at + size)

"""A title that is followed by prose in one line, as words: their case and marks, and what the text says of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple
from zlib import crc32

#: Words and code points that a title may have.
MAX_WORDS = 30
MAX_CHARS = 240
#: Words behind the longest title that are looked at.
_BEHIND = 8
#: Code points before the title that are not asked for names: the invitation itself.
_INVITATION = 12
#: Code points behind the start of the title that are not asked for names: the title may reach so far.
_WINDOW = 300

_TOKEN = re.compile(r"\S+")
#: Where a scrape has lost the white space: ``LagiMenurut``, ``Besok?Warga``, ``Cabai2. Kupas``.
_GLUE = re.compile(
    r"(?<=[a-z0-9)?!.”\"…])(?=[\"“‘]?[A-Z][a-z])|(?<=[a-z?!])(?=\d{1,2}\.)|(?<=[a-z]{2}[A-Z]{2})(?=[A-Z][a-z]{3})"
    r"|(?<=[A-Z]{2})(?=[A-Z][a-z]{2})|(?<=[?!])(?=[“\"])|(?<=[a-z])(?=“)"
)
EDGES = "\"“”‘’'(),.:;!?&-–—[]…"
_NUMBER = re.compile(r"[\d.,/:%-]+$")
_LIST_NUMBER = re.compile(r"\d{1,2}[.)]$")
CAPITALS = frozenset("CUXI")


class Lexicon(NamedTuple):
    """What a corpus tells of words: small words of headlines, use of words, cohesion of pairs with capitals.

    ``words``: key of a word → three digits: how often it has a capital inside sentences, how often it begins one, how
    common it is. ``pairs``: key of two words → how often they stand together, of the rarer one's places. ``titles``:
    key of a word → two digits: how many of its places in titles are the last, and how much more often it is in titles
    than in texts. Keys are what ``key_of`` makes of lower-cased words.
    """

    small: frozenset[str]
    words: Mapping[int, str]
    pairs: Mapping[int, str]
    titles: Mapping[int, str]


def key_of(phrase: str) -> int:
    """The key of a lower-cased word, or of two with a space between: 22 bits, so few share one."""
    return crc32(phrase.encode()) >> 10


class Word(NamedTuple):
    """One word of the line. ``glued``: no white space behind it. ``shape``: one letter, see ``_shape``."""

    start: int
    end: int
    glued: bool
    token: str
    core: str
    lower: str
    shape: str
    lead: str
    trail: str


def _shape(core: str, small: frozenset[str]) -> str:
    """The kind of a word, as one letter.

    p: no letters, d: number, m: begins with a digit, f: small word of headlines, l: other small word, U: capitals,
    I: one capital, C: capitalised, X: mixed, x: other.
    """
    if not core:
        return "p"
    if _NUMBER.match(core):
        return "d"
    if core[0].isdigit():
        return "m"
    if core.islower():
        return "f" if core in small else "l"
    if core.isupper():
        return "U" if len(core) > 1 else "I"
    if core[0].isupper():
        return "C" if core[1:].islower() or not core[1:].isalpha() else "X"
    return "x"


def _trail(token: str) -> str:
    if token.endswith(("...", "…")):
        return "e"
    return token[-1] if token[-1] in ".,:;?!)\"”'’]-–—" else ""


def words_of(line: str, start: int, small: frozenset[str]) -> list[Word]:
    """The words from the title's start on, glued ones taken apart; more than a title can have are left out."""
    found: list[Word] = []
    stop = min(len(line), start + MAX_CHARS + 60)
    for match in _TOKEN.finditer(line, start, stop):
        low = match.start()
        found += [Word(low + word.start, low + word.end, *word[2:]) for word in _taken_apart(match[0], small)]
        if len(found) >= MAX_WORDS + _BEHIND:
            break
    return found


@lru_cache(1 << 14)  # most words come again
def _taken_apart(token: str, small: frozenset[str]) -> tuple[Word, ...]:
    """The words of a run without white space, counted from its start."""
    size = len(token)
    cuts = [glue.start() for glue in _GLUE.finditer(token) if 0 < glue.start() < size]
    found = []
    for begin, end in zip([0, *cuts], [*cuts, size], strict=True):
        part = token[begin:end]
        core = part.strip(EDGES)
        lead = part[0] if part[0] in "\"“‘'([-–—•" else ""
        found.append(Word(begin, end, end < size, part, core, core.lower(), _shape(core, small), lead, _trail(part)))
    return tuple(found)


class Elsewhere:
    """What the text around says about words, the title's own surroundings left out."""

    def __init__(self, line: str, start: int) -> None:
        self._text = f"{line[: max(0, start - _INVITATION)]} | {line[start + _WINDOW :]} "
        self._lowered = self._text.lower()
        self._known: dict[str, tuple[bool, bool, bool]] = {}
        self._held: dict[str, bool] = {}

    def uses(self, core: str) -> tuple[bool, bool, bool]:
        """Whether a word is there inside a sentence, at the start of one, and behind a small word or a mark."""
        found = self._known.get(core) if core else (False, False, False)
        if found is None:
            found = self._known[core] = self._uses(core)
        return found

    def _uses(self, core: str) -> tuple[bool, bool, bool]:
        inside = opens = begins = False
        text, size = self._text, len(core)
        at = text.find(core)
        while at >= 0:
            if not text[at + size : at + size + 1].isalnum() and (at == 0 or not text[at - 1].isalnum()):
                before = text[max(0, at - 30) : at].split()
                previous = before[-1] if before else "."
                if previous[-1] in '.?!"”:|':
                    opens = True
                else:
                    inside = True
                    begins = begins or previous[0].islower() or previous[-1] == ","
                if inside and opens and begins:
                    break
            at = text.find(core, at + size)
        return inside, opens, begins

    def holds(self, phrase: str) -> bool:
        """Whether a word or phrase is there as such."""
        found = self._held.get(phrase)
        if found is None:
            found = self._held[phrase] = _holds(self._text, phrase)
        return found

    def joins(self, phrase: str) -> bool:
        """Whether a phrase in small letters is there, with capitals or without."""
        return _holds(self._lowered, phrase)


def _holds(text: str, phrase: str) -> bool:
    size = len(phrase)
    at = text.find(phrase) if phrase else -1
    while at >= 0:
        if not text[at + size : at + size + 1].isalnum() and (at == 0 or not text[at - 1].isalnum()):
            return True
        at = text.find(phrase, at + size)
    return False


def _style(words: list[Word]) -> str:
    """T: headline case, t: nearly, s: sentence case, by the first words."""
    small = sum(word.shape == "l" for word in words[1:6])
    capitals = sum(word.shape == "U" for word in words[:6])
    return "A" if capitals > 3 else "Tts"[min(2, small)]


class Scene:
    """One question: the words behind an invitation, and what is known about them."""

    def __init__(self, line: str, start: int, lexicon: Lexicon) -> None:
        self.line = line
        self.words = words_of(line, start, lexicon.small)
        self.start = start
        self.lexicon = lexicon
        self.elsewhere = Elsewhere(line, start)
        self.before = line[: max(0, start - _INVITATION)]
        self.style = _style(self.words)
        self._uses: dict[str, str] = {}
        self._titled: dict[str, str] = {}
        #: By the start of the left word: the right one is always its neighbour.
        self._paired: dict[int, str] = {}
        self._joined: dict[int, str] = {}
        #: A long text with hardly a comma has lost its marks: its full stops say little.
        self.bare = len(line) > 400 and 8 * line.count(", ") < line.count(". ")
        self.whole = not self.words or self.words[-1].end >= len(line.rstrip())
        shapes = [word.shape for word in self.words]
        #: The first word that no headline holds, and how many of them stand before each word or at it.
        self.first_small = next((at for at, shape in enumerate(shapes) if shape == "l"), None)
        self.smalls: list[int] = []
        self.quotes: list[int] = []
        #: Full stops inside words before each word or at it.
        self.stops: list[int] = []
        smalls = quotes = stops = 0
        for word in self.words:
            smalls += word.shape == "l"
            quotes ^= word.token.count('"') & 1
            stops += word.trail == "."
            self.stops.append(min(3, stops))
            self.smalls.append(smalls)
            self.quotes.append(quotes)
        self.numbered = [
            at >= 3
            and _LIST_NUMBER.match(word.token) is not None
            and self.words[at + 1 : at + 2] != []
            and self.words[at + 1].core[:1].isupper()
            for at, word in enumerate(self.words)
        ]

    def use(self, word: Word) -> str:
        """The lexicon's three digits for a word with a capital or a small one, ``-`` for other things."""
        if word.shape not in "CUlX":
            return "---"
        found = self._uses.get(word.lower)
        if found is None:
            found = self._uses[word.lower] = self.lexicon.words.get(key_of(word.lower), "???")
        return found

    def in_titles(self, word: Word) -> str:
        """The lexicon's two digits for a word in titles."""
        found = self._titled.get(word.lower)
        if found is None:
            found = self._titled[word.lower] = self.lexicon.titles.get(key_of(word.lower), "??")
        return found

    def recency(self, word: Word) -> int:
        """How close before the invitation a word stands: 0 not at all, 1 far, 2 near, 3 in the last sentence or two."""
        at = self.before.rfind(word.core) if word.core else -1
        distance = len(self.before) - at
        return 0 if at < 0 else 3 if distance < 220 else 2 if distance < 600 else 1

    def cohesion(self, left: Word, right: Word) -> str:
        """How closely two words belong together: a digit, n: hardly ever seen, p: parted by a mark."""
        if left.trail:
            return "p"
        found = self._paired.get(left.start)
        if found is None:
            found = self.lexicon.pairs.get(key_of(f"{left.lower} {right.lower}"), "n")
            self._paired[left.start] = found
        return found

    def joined(self, left: Word, right: Word) -> str:
        """Whether two words stand together elsewhere in the text; ``p`` when a mark parts them here."""
        if left.trail:
            return "p"
        found = self._joined.get(left.start)
        if found is None:
            found = self._joined[left.start] = str(int(self.elsewhere.joins(f"{left.lower} {right.lower}")))
        return found

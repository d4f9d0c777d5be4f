"""What can be seen of a title that is followed by prose in the same line, as hashed features.

A title may end behind each of its words at which a sentence could begin. Each such gap has features of its own (case
on either side, marks, how the words behind open a sentence, which of them the text knows elsewhere), and each word
before it has features as a word of a title. Features are numbers below ``2 ** BITS``: CRC-32 of a short text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple
from zlib import crc32

BITS = 17
_MASK = (1 << BITS) - 1

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
_CAPITALS = frozenset("CUXI")
#: Where the hashes of features of words and of gaps start from.
_WORD_SIDE = crc32(b"D")
_GAP_SIDE = crc32(b"B")


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
    token: str
    core: str
    lower: str
    shape: str
    lead: str
    trail: str
    glued: bool


class Seen(NamedTuple):
    """Features of one question.

    ``words``: for each word its features as part of the title. ``gaps``: for each possible end the features of the gap.
    ``ends``: for each possible end its offset in the line. ``counts``: for each possible end the words before it.
    ``bare``: the text has lost its commas, so that its full stops say little.
    """

    words: list[list[int]]
    gaps: list[list[int]]
    ends: list[int]
    counts: list[int]
    bare: bool


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
        low, high = match.span()
        cuts = [glue.start() for glue in _GLUE.finditer(line, low, high) if low < glue.start() < high]
        for begin, end in zip([low, *cuts], [*cuts, high], strict=True):
            token = line[begin:end]
            core = token.strip(EDGES)
            lead = token[0] if token[0] in "\"“‘'([-–—•" else ""
            shape = _shape(core, small)
            found.append(Word(begin, end, token, core, core.lower(), shape, lead, _trail(token), end < high))
        if len(found) >= MAX_WORDS + _BEHIND:
            break
    return found


class Elsewhere:
    """What the text around says about words, the title's own surroundings left out."""

    def __init__(self, line: str, start: int) -> None:
        self._text = f"{line[: max(0, start - _INVITATION)]} | {line[start + _WINDOW :]} "
        self._lowered = self._text.lower()
        self._known: dict[str, tuple[bool, bool, bool]] = {}

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
        return _holds(self._text, phrase)

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


def _hashed(side: int, features: list[str]) -> list[int]:
    return [crc32(feature.encode(), side) & _MASK for feature in features]


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


def see(line: str, start: int, lexicon: Lexicon) -> Seen:
    """All features of the question where the title ends that starts at ``start``.

    Args:
        line: the line with the invitation; the rest of it tells which words are names.
        start: code point offset of the title.
        lexicon: what a corpus tells of words.
    """
    scene = Scene(line, start, lexicon)
    words = [_hashed(_WORD_SIDE, _word_features(scene, at)) for at in range(len(scene.words))]
    gaps, ends, counts = [], [], []
    total = len(scene.words)
    for count in range(min(3, total), min(total, MAX_WORDS) + 1):
        left = scene.words[count - 1] if count else None
        if left is None or left.end - start > MAX_CHARS or (count == total and not scene.whole):
            break
        if scene.numbered[count - 1]:
            continue  # the number belongs to what is behind it
        if count < total and count != scene.first_small and not may_begin(left, scene.words[count]):
            continue
        gaps.append(_hashed(_GAP_SIDE, _gap_features(scene, count)))
        ends.append(left.end)
        counts.append(count)
    return Seen(words, gaps, ends, counts, scene.bare)


def may_begin(left: Word, right: Word) -> bool:
    """Whether prose can begin between two words: a word in small letters begins it only behind a mark."""
    return right.shape not in "fl" or bool(right.lead) or left.trail in tuple('.?!e"”)')


def _word_features(scene: Scene, at: int) -> list[str]:
    word, style = scene.words[at], scene.style
    before = scene.words[at - 1].shape if at else "^"
    found = [
        "w" + word.lower,
        f"s{word.shape}{style}",
        f"xc{scene.use(word)[0]}{word.shape}{style}",
        f"z{scene.in_titles(word)[1]}{word.shape}{style}",
        f"ss{before}{word.shape}{style}",
        "x" + word.lower[-3:],
        "p" + word.lower[:3],
    ]
    if at:
        found.append(f"d{scene.cohesion(scene.words[at - 1], word)}{before}{word.shape}{style}")
    if word.shape == "C":
        inside, _, _ = scene.elsewhere.uses(word.core)
        found.append(f"n{inside:d}{scene.elsewhere.holds(word.lower):d}")
    if word.trail:
        found.append(f"t{word.trail}{scene.bare:d}")
    return found


def _gap_features(scene: Scene, count: int) -> list[str]:
    """Features of the gap behind ``count`` words."""
    return [*_marks(scene, count), *_sides(scene, count), *_opening(scene, count), *_names(scene, count)]


def _marks(scene: Scene, count: int) -> list[str]:
    """Marks at the gap, and where in the line it is."""
    words, style = scene.words, scene.style
    left = words[count - 1]
    earlier = words[count - 2] if count > 1 else left
    right = words[count] if count < len(words) else None
    shape, lower = (right.shape, right.lower) if right else ("$", "$")
    lead = right.lead if right else ""
    found = [
        "b",
        f"g{left.glued:d}",
        f"lt{left.trail}{shape}{scene.bare:d}",
        f"ltw{left.trail}{lower}",
        f"lb{scene.bare:d}{left.trail}{earlier.trail}{shape}{scene.stops[count - 1]}",
        f"rl{lead}{shape}",
        f"k{min(count, 25)}{style}",
        f"c{(left.end - scene.start) // 12}",
        f"sm{min(3, scene.smalls[count - 1])}{style}",
        f"q{scene.quotes[count - 1]}{lead}",
        f"ni{any(scene.numbered[3:count]):d}",
        f"nk{right is not None and scene.numbered[count]:d}",
    ]
    if left.glued and right is not None:
        whole = scene.elsewhere.holds(left.token + right.token)
        found += [f"gl{left.shape}{shape}", f"glt{left.trail}", f"glw{lower}", f"gn{whole:d}"]
    if right is None:
        found += [f"eol{left.trail}", f"eo{style}{min(3, scene.smalls[count - 1])}", f"eok{min(count, 12)}"]
    return found


def _sides(scene: Scene, count: int) -> list[str]:
    """The words on either side: as such, by shape, by how a corpus uses them."""
    words, style = scene.words, scene.style
    left = words[count - 1]
    earlier = words[count - 2] if count > 1 else left
    right = words[count] if count < len(words) else None
    lower, shape, trail = (right.lower, right.shape, right.trail) if right else ("$", "$", "")
    shapes = "".join(word.shape for word in words[count : count + 4]).ljust(4, "$")
    second = words[count + 1].lower if count + 1 < len(words) else "$"
    distance = "N"
    if scene.first_small is not None:
        distance = str(max(-6, min(3, count - scene.first_small)))
    over = scene.cohesion(left, right) if right else "$"
    back = scene.cohesion(earlier, left)
    third = words[count + 1] if count + 1 < len(words) else None
    on = scene.cohesion(right, third) if right and third else "$"
    use_left, use_right = scene.use(left), scene.use(right) if right else "---"
    two = shapes[:2]
    small = scene.lexicon.small
    weak_left, weak_right = left.lower in small, lower in small
    last, fit = scene.in_titles(left), scene.in_titles(right) if right else "$$"
    return [
        f"zl{last[0]}{left.shape}{shape}",
        f"zr{last[0]}{fit}{two}",
        f"zd{last[0]}{distance}",
        f"zx{last}{use_left[0]}{use_right[0]}{over}",
        f"zf{fit[1]}{use_right[:2]}{shape}",
        f"wk{weak_left:d}{weak_right:d}{left.shape}{shape}{style}",
        f"wt{weak_left:d}{left.trail}",
        f"we{earlier.lower in small:d}{weak_left:d}{use_left[0]}{shape}",
        f"xt{use_right[0]}{scene.use(third)[0] if third else '-'}{two}{over}{on}",
        f"ls{left.shape}{shape}{style}",
        f"lw{left.lower}",
        f"lws{left.lower}{shape}",
        f"l2{earlier.lower} {left.lower}",
        f"lx{left.lower[-3:]}{left.shape}",
        f"lp{left.lower[:3]}{left.shape}",
        f"rw{lower}{shape}",
        f"rws{lower}{two}",
        f"r2{lower} {second}",
        f"r4{shapes}",
        f"rx{lower[-3:]}{shape}",
        f"rp{lower[:3]}{shape}",
        f"rpp{lower[:2]}{two}",
        f"rt{trail}{lower}",
        f"rt2{trail}{shape}",
        f"lr{earlier.shape}{left.shape}{two}",
        f"ds{distance}{style}",
        f"dsr{distance}{two}",
        f"pa{over}{two}",
        f"pb{back}{over}{on}",
        f"pc{back}{over}{left.shape}{shape}{style}",
        f"pd{over}{on}{use_left[0]}{use_right[0]}",
        f"xr{use_right[0]}{two}",
        f"xs{use_right[1]}{two}",
        f"xsc{use_right}{two}",
        f"xl{use_left[0]}{left.shape}{shape}{style}",
        f"xlr{use_left[0]}{use_right[0]}{left.shape}{two}",
        f"xlr2{use_left[0]}{use_right[:2]}{distance}",
    ]


def _opening(scene: Scene, count: int) -> list[str]:
    """The words with capitals behind the gap, up to the first word of prose."""
    words = scene.words
    if count >= len(words):
        return []
    right = words[count]
    stop = count
    while stop < len(words) and stop < count + 8 and words[stop].shape != "l":
        stop += 1
    run = stop - count
    use = scene.use(right)[0]
    pairs = [
        (words[at], words[at + 1])
        for at in range(count, stop - 1)
        if words[at].shape in _CAPITALS and words[at + 1].shape in _CAPITALS
    ]
    loosest = min((scene.cohesion(a, b) for a, b in pairs), default="9", key="pn0123456789".index)
    together = all(scene.joined(a, b) == "1" for a, b in pairs)
    found = [f"fl{run}", f"flc{run}{loosest}{together:d}", f"flx{run}{use}{right.shape}"]
    if stop < len(words):
        verb = words[stop].lower
        found += [f"fv{run}{verb}", f"fw{verb}{right.shape}", f"fx{run}{verb[-3:]}{right.shape}", f"fp{run}{verb[:3]}"]
        found.append(f"ft{run}{words[stop - 1].trail if run else ''}{words[stop - 1].shape}")
    return found


def _names(scene: Scene, count: int) -> list[str]:
    """What the rest of the text knows of the words around the gap."""
    words = scene.words
    if count >= len(words) or words[count].shape not in "CUXI":
        return []
    left, right = words[count - 1], words[count]
    earlier = words[count - 2] if count > 1 else left
    follower = words[count + 1] if count + 1 < len(words) else None
    two = right.shape + (follower.shape if follower else "$")
    distance = "N"
    if scene.first_small is not None:
        distance = str(max(-6, min(3, count - scene.first_small)))
    look = scene.elsewhere
    inside, opens, begins = look.uses(right.core)
    small = look.holds(right.lower)
    over = scene.joined(left, right)
    on = scene.joined(right, follower) if follower else "p"
    back = scene.joined(earlier, left)
    left_inside = look.uses(left.core)[0] if left.shape in "CUXI" else False
    left_small = look.holds(left.lower) if left.core else False
    close = scene.cohesion(left, right)
    close_on = scene.cohesion(right, follower) if follower else "p"
    use = scene.use(right)[0]
    tail = scene.line[right.end : right.end + 300].lower()
    head = right.lower + (f" {follower.lower}" if follower else "")
    again = 2 if head in tail else int(len(right.core) > 3 and right.lower in tail)
    last = f"{earlier.lower} {left.lower}"
    ahead = scene.line[left.end : left.end + 300].lower()
    left_again = 2 if last in ahead else int(len(left.core) > 3 and left.lower in ahead)
    recent, recent_left = scene.recency(right), scene.recency(left)
    return [
        f"re{recent}{two}{distance}",
        f"rl{recent}{recent_left}{over}",
        f"rc{recent}{use}{on}",
        f"m{inside:d}{small:d}{opens:d}",
        f"mr{inside:d}{small:d}{opens:d}{two}{distance}",
        f"co{close}{use}",
        f"cor{close}{close_on}{two}",
        f"st{begins:d}{inside:d}{over}{two}",
        f"st2{begins:d}{inside:d}{small:d}{use}",
        f"bll{back}{over}{begins:d}",
        f"stb{begins:d}{on}{close}",
        f"bl{over}",
        f"br{on}{two}",
        f"blbr{over}{on}{inside:d}",
        f"ln{left_inside:d}{left_small:d}{inside:d}{left.shape}",
        f"lnb{over}{left.shape}{left_inside:d}{inside:d}",
        f"ag{again}{two}{distance}",
        f"la{left_again}{left.shape}{right.shape}",
        f"al{again}{left_again}{inside:d}{left_inside:d}",
    ]

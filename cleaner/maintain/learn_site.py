"""What recurs on one site: candidates with the facts by which they are judged."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import combinations

import msgspec

from cleaner.engine.document import PROSE_CHARS
from cleaner.maintain.counting import SAME
from cleaner.maintain.keys import is_mark, pattern_of
from cleaner.maintain.learn_units import Kind, Page, Unit

#: Documents that share this part of their long sentences are one document that was kept twice.
_NEAR = 0.6
#: A sentence that more documents have says nothing about whether two are the same.
_COMMON = 50
#: Pairs of documents that are compared to tell how alike they are.
_PAIRS = 150
#: Of more documents than this only some pairs are looked at.
_MOST_PAIRED = 60
#: A word in more than this share of the site's documents does not tell what they are about.
_COMMON_WORD = 0.25
#: Two documents of a site with nothing in common count as this alike, so that rare words alone make no topic.
_LEAST_ALIKE = 0.005
_ENDED = re.compile(r"[.!?…)\]\"”»]$|^\d*$")
_WORD = re.compile(r"[^\W\d_]{4,}")
_FEW_DOCS = 40


class Candidate(msgspec.Struct, frozen=True):
    """A key that recurs on a site. Shares are from 0 to 1.

    ``docs`` and ``share`` count near-duplicates once. ``whole``: the share of its occurrences that are a line;
    ``edged``: of all places where its words stand in the site's texts, those where they are a unit; ``behind`` and
    ``before``: the share that stand behind, or before, all of the story. ``from_start`` and ``from_end``: the farthest
    line from either end of the text that it was seen in, from 1. ``lift``: how much more alike the documents with it
    are than any two of the site. ``inside``: of a tail, the share of its occurrences that do not stand behind the end
    of a sentence; ``loose``: of these, those behind the commonest word; ``closed``: the share that end like a sentence.
    """

    site: str
    kind: Kind
    key: str
    docs: int
    share: float
    hits: int
    whole: float
    edged: float
    behind: float
    before: float
    from_start: int
    from_end: int
    quoted: float
    inside: float
    loose: float
    closed: float
    lift: float
    samples: tuple[str, ...]


def fewest_docs(documents: int) -> int:
    """So many documents of a site must have a key."""
    return 3 if documents < _FEW_DOCS else max(4, -(-documents // 100))


class Site:
    """The pages of one site and what recurs in them."""

    def __init__(self, name: str, pages: Sequence[Page]) -> None:
        self.name = name
        self.pages = pages
        self.original = _originals(pages)
        self.documents = len(set(self.original))
        self.least = fewest_docs(self.documents)
        holders: dict[tuple[str, str], set[int]] = {}
        for place, page in enumerate(pages):
            for unit in page.units:
                if unit.key:
                    holders.setdefault((_group(unit.kind), unit.key), set()).add(self.original[place])
        self.holders = {name: docs for name, docs in holders.items() if len(docs) >= self.least}

    def candidates(self) -> list[Candidate]:
        """All keys that recur, those left out that nearly always are a part of a longer one."""
        hits: dict[tuple[str, str], list[tuple[int, Unit]]] = {}
        for place, page in enumerate(self.pages):
            for unit in page.units:
                name = (_group(unit.kind), unit.key)
                if name in self.holders:
                    hits.setdefault(name, []).append((place, unit))
        return [self._candidate(name, hits[name]) for name in sorted(hits) if not self._is_part(hits, name)]

    def prose(self) -> Iterable[str]:
        """Sentences that do not recur."""
        for page in self.pages:
            for unit in page.units:
                if self._is_story(unit) and len(unit.text) <= 4 * PROSE_CHARS and not unit.quoted:
                    yield unit.text

    def _is_part(self, hits: Mapping[tuple[str, str], list[tuple[int, Unit]]], name: tuple[str, str]) -> bool:
        """Whether most of a key's occurrences lie inside one longer unit that recurs."""
        if name[0] in ("tail", "label"):
            return name in self._shorter
        around: Counter[str] = Counter()
        for place, unit in hits[name]:
            for other in self._long.get((place, unit.first), ()):
                if other.key != unit.key and other.first <= unit.first and unit.last <= other.last:
                    around[other.key] += 1
        return any(count >= SAME * len(hits[name]) for count in around.values())

    @cached_property
    def _shorter(self) -> set[tuple[str, str]]:
        """Beginnings and ends that nearly always are part of a longer one, or of all of a line or sentence."""
        found: set[tuple[str, str]] = set()
        for (group, key), docs in self.holders.items():
            tokens = key.split()
            if group not in ("tail", "label"):
                shorter = [("tail", tokens[at:]) for at in range(len(tokens))]
                shorter += [("label", tokens[:at]) for at in range(len(tokens))]
            else:
                shorter = [(group, tokens[at:] if group == "tail" else tokens[:-at]) for at in range(1, len(tokens))]
            for kind, part in shorter:
                name = (kind, " ".join(part))
                if name in self.holders and len(docs) >= SAME * len(self.holders[name]):
                    found.add(name)
        return found

    @cached_property
    def _long(self) -> dict[tuple[int, int], list[Unit]]:
        """Recurring units of several sentences, by page and each sentence in them."""
        found: dict[tuple[int, int], list[Unit]] = {}
        for place, page in enumerate(self.pages):
            for unit in page.units:
                if unit.last > unit.first and (_group(unit.kind), unit.key) in self.holders:
                    for sentence in range(unit.first, unit.last + 1):
                        found.setdefault((place, sentence), []).append(unit)
        return found

    def _is_story(self, unit: Unit) -> bool:
        return (
            _is_sentence(unit) and len(unit.text) >= PROSE_CHARS and (_group(unit.kind), unit.key) not in self.holders
        )

    @cached_property
    def _stories(self) -> list[tuple[int, int]]:
        """The first and last sentence of each page's story, its sentences being those that do not recur."""
        found = []
        for page in self.pages:
            places = [unit.first for unit in page.units if self._is_story(unit)]
            found.append((min(places), max(places)) if places else (page.sentences, -1))
        return found

    def _candidate(self, name: tuple[str, str], hits: Sequence[tuple[int, Unit]]) -> Candidate:
        size = len(hits)
        docs = self.holders[name]
        stories = self._stories
        kinds = [unit.kind for _, unit in hits]
        loose = Counter(unit.before for _, unit in hits if not _ENDED.search(unit.before))
        return Candidate(
            site=self.name,
            kind="part" if len(set(kinds)) > 1 else kinds[0],
            key=name[1],
            docs=len(docs),
            share=len(docs) / self.documents,
            hits=size,
            whole=kinds.count("line") / size,
            edged=size / max(size, self._places(name[1])) if name[0] == "text" else 1.0,
            behind=sum(unit.first > stories[place][1] and stories[place][1] >= 0 for place, unit in hits) / size,
            before=sum(unit.last < stories[place][0] for place, unit in hits) / size,
            from_start=max(unit.line for _, unit in hits) + 1,
            from_end=max(self.pages[place].lines - unit.line for place, unit in hits),
            quoted=sum(unit.quoted for _, unit in hits) / size,
            inside=sum(loose.values()) / size,
            loose=max(loose.values(), default=0) / size,
            closed=sum(_ENDED.search(unit.text) is not None for _, unit in hits) / size,
            lift=self._lift(docs),
            samples=tuple(dict.fromkeys(unit.text for _, unit in hits))[:6],
        )

    @cached_property
    def _texts(self) -> list[str]:
        """The sentences of each page, once each, in small letters."""
        return [
            "\n".join(" ".join(unit.text.split()) for unit in page.units if _is_sentence(unit)).lower()
            for page in self.pages
        ]

    def _places(self, key: str) -> int:
        """How often the words of a key, without the mark at its end, stand anywhere in the site's sentences."""
        tokens = key.split()
        while len(tokens) > 1 and is_mark(tokens[-1]):
            tokens.pop()
        words = max(tokens, key=lambda token: 0 if token.startswith("<") else len(token))
        pattern = re.compile(rf"(?<!\w){pattern_of(tokens)}(?!\w)", re.IGNORECASE)
        return sum(sum(1 for _ in pattern.finditer(text)) for text in self._texts if words in text)

    @cached_property
    def _topics(self) -> dict[int, frozenset[str]]:
        """The words that tell what a document is about, of each original."""
        words: dict[int, set[str]] = {}
        for place, page in enumerate(self.pages):
            if self.original[place] == place:
                its = words.setdefault(place, set())
                for unit in page.units:
                    if self._is_story(unit):
                        its.update(_WORD.findall(unit.text.lower()))
        known = Counter(word for its in words.values() for word in its)
        most = max(3, _COMMON_WORD * len(words))
        return {place: frozenset(word for word in its if 2 <= known[word] <= most) for place, its in words.items()}

    def _alike(self, docs: Iterable[int]) -> float:
        """Mean likeness of pairs of documents, 0 to 1; the same pairs each time."""
        topics = [self._topics[place] for place in sorted(docs)]
        pairs = list(combinations(range(len(topics)), 2)) if len(topics) <= _MOST_PAIRED else _spread(len(topics))
        chosen = pairs[:: max(1, len(pairs) // _PAIRS)]
        likeness = [
            len(topics[a] & topics[b]) / (len(topics[a]) * len(topics[b])) ** 0.5
            for a, b in chosen
            if topics[a] and topics[b]
        ]
        return sum(likeness) / len(likeness) if likeness else 0.0

    @cached_property
    def _alike_on_site(self) -> float:
        return self._alike(self._topics)

    def _lift(self, docs: set[int]) -> float:
        return (self._alike(docs) + _LEAST_ALIKE) / (self._alike_on_site + _LEAST_ALIKE)


def _group(kind: Kind) -> str:
    """A line and a part of a line with the same words are one key; datelines are keys of their own."""
    return "text" if kind in ("line", "part") else kind


def _is_sentence(unit: Unit) -> bool:
    return unit.first == unit.last and unit.kind in ("line", "part")


def _spread(count: int) -> list[tuple[int, int]]:
    """Pairs of numbers below ``count``, spread over all of them."""
    pairs = [(number % count, (number * 7 + 3 + number // count) % count) for number in range(2 * count)]
    return [(a, b) for a, b in pairs if a != b]


def _originals(pages: Sequence[Page]) -> list[int]:
    """For each page the place of the first that is nearly the same; its own place when there is none."""
    seen: dict[str, list[int]] = {}
    original: list[int] = []
    for place, page in enumerate(pages):
        long = {unit.key or unit.text for unit in page.units if _is_sentence(unit) and len(unit.text) >= PROSE_CHARS}
        shared: Counter[int] = Counter()
        for name in long:
            before = seen.setdefault(name, [])
            if len(before) < _COMMON:
                shared.update(before)
        count, other = max(((count, -other) for other, count in shared.items()), default=(0, 0))
        found = -other if count and count >= _NEAR * len(long) else place
        original.append(original[found] if found != place else place)
        if found == place:
            for name in long:
                if len(seen[name]) < _COMMON:
                    seen[name].append(place)
    return original

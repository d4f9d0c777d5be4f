"""How a corpus uses words: with capitals or without, at starts of sentences, side by side. Counted from clean texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from cleaner.engine.title_scene import Lexicon, key_of

_EDGES = "\"“”‘’'(),.:;!?&-–—[]…"
#: A line with fewer words is no running text.
_LEAST_WORDS = 8
_LONGEST_WORD = 24

#: Upper bounds of all digits but the last: share of capitals inside sentences, share of sentence starts, commonness.
_CAPITAL_STEPS = (0.03, 0.15, 0.4, 0.7, 0.93)
_START_STEPS = (0.005, 0.02, 0.06, 0.15, 0.35, 0.6)
_COMMON_STEPS = (9, 55, 400)
_LAST_STEPS = (0.01, 0.03, 0.07, 0.15, 0.3)
_TITLE_STEPS = (0.1, 0.3, 0.7, 1.5, 4)
#: An address with fewer words spells out no title; a word seen less often in titles tells nothing of its place there.
_LEAST_TITLE = 4
_LEAST_PLACES = 4
_COHESION_STEPS = (0.03, 0.08, 0.2, 0.5)


class WordCounts:
    """Counts over texts; those of several sites add up."""

    def __init__(self) -> None:
        self.starts: Counter[str] = Counter()
        self.capitals: Counter[str] = Counter()
        self.smalls: Counter[str] = Counter()
        self.pairs: Counter[str] = Counter()
        self.texts: Counter[str] = Counter()
        self.pair_texts: Counter[str] = Counter()
        self.last: Counter[str] = Counter()
        self.titled: Counter[str] = Counter()

    def merge(self, other: WordCounts) -> None:
        """Add other counts to these."""
        for name, counter in vars(other).items():
            getattr(self, name).update(counter)

    def add(self, text: str) -> None:
        """Count one clean text."""
        words: set[str] = set()
        pairs: set[str] = set()
        for line in text.split("\n"):
            tokens = line.split()
            if len(tokens) >= _LEAST_WORDS:
                self._add_line(tokens, words, pairs)
        self.texts.update(words)
        self.pair_texts.update(pairs)

    def add_address(self, url: str) -> None:
        """Count the words of the title that an address spells out."""
        words = max((slug.split("-") for slug in url.split("?", maxsplit=1)[0].split("/")[3:]), key=len, default=[])
        words = [word for word in words if word.isalpha() and word.islower()]
        if len(words) >= _LEAST_TITLE:
            self.titled.update(words)
            self.last[words[-1]] += 1

    def _add_line(self, tokens: Iterable[str], words: set[str], pairs: set[str]) -> None:
        opens, previous = True, ""
        for token in tokens:
            core = token.strip(_EDGES)
            if not core.isalpha() or len(core) > _LONGEST_WORD:
                previous = ""
            else:
                lower = core.lower()
                words.add(lower)
                if core[0].islower():
                    self.smalls[lower] += 1
                elif opens or token[0] in '"“':
                    self.starts[lower] += 1
                else:
                    self.capitals[lower] += 1
                if previous and token[0] not in '"“(':
                    pair = f"{previous} {lower}"
                    self.pairs[pair] += 1
                    pairs.add(pair)
                previous = lower if token[-1].isalnum() else ""
            opens = token[-1] in '.?!"”:'

    def lexicon(self, small: frozenset[str], word_texts: int, pair_texts: int) -> Lexicon:
        """The lexicon of these counts.

        Args:
            small: the words that stay small in headlines.
            word_texts: a word must be in so many texts.
            pair_texts: a pair must be in so many texts.
        """
        words = {}
        for word in sorted(word for word, texts in self.texts.items() if texts >= word_texts):
            starts, capitals, smalls = self.starts[word], self.capitals[word], self.smalls[word]
            total = starts + capitals + smalls
            words[key_of(word)] = (
                f"{_step((capitals + 0.5) / (capitals + smalls + 1), _CAPITAL_STEPS)}"
                f"{_step((starts + 0.3) / (total + 1), _START_STEPS)}{_step(total, _COMMON_STEPS)}"
            )
        pairs = {}
        for pair in sorted(pair for pair, texts in self.pair_texts.items() if texts >= pair_texts):
            left, right = pair.split(" ")
            cohesion = _step(self.pairs[pair] / min(self._total(left), self._total(right)), _COHESION_STEPS)
            if cohesion:
                pairs[key_of(pair)] = str(cohesion)
        return Lexicon(small, words, pairs, self._titles(word_texts))

    def _titles(self, least: int) -> dict[int, str]:
        """How words are used in titles, of those that are in enough of them or in many texts."""
        share = sum(self.titled.values()) / max(1, sum(map(self._total, self.texts)))
        found = {}
        for word in sorted(word for word, texts in self.texts.items() if texts >= least):
            titled, expected = self.titled[word], self._total(word) * share
            if titled + expected >= _LEAST_PLACES:
                ends = _step(self.last[word] / titled, _LAST_STEPS) if titled >= _LEAST_PLACES else "?"
                found[key_of(word)] = f"{ends}{_step((titled + 1) / (expected + 1), _TITLE_STEPS)}"
        return found

    def _total(self, word: str) -> int:
        return self.starts[word] + self.capitals[word] + self.smalls[word]


def _step(value: float, steps: tuple[float, ...]) -> int:
    return sum(value > step for step in steps)

"""Which lines of a page are in a text that a person took for its body: labels for training from that text.

The truth of a benchmark is a text, not a choice of lines. Long lines are found in it first; they tell where in the
truth the lines between them must stand, so that a headline in a menu is not taken for the one above the story. No
stretch of the truth is given to two lines.
"""

from __future__ import annotations

import re

#: Lines of so many words stand where they are found.
ANCHOR = 12
#: Shorter lines than this are looked for beside their neighbours only.
SHORT = 5
_GRAM = 4
_WORD = re.compile(r"\w+")


def words_of(text: str) -> list[str]:
    """The words of a text in small letters."""
    return _WORD.findall(text.lower())


class _Truth:
    """The words of the truth as one string, and which part of it is given away."""

    def __init__(self, text: str) -> None:
        self.words = words_of(text)
        self.text = f" {' '.join(self.words)} "
        self.used = bytearray(len(self.text))

    def take(self, words: list[str], start: int, end: int) -> tuple[int, int] | None:
        """Give away the first free place of these words between two offsets."""
        wanted = f" {' '.join(words)} "
        at = self.text.find(wanted, start, end)
        while at >= 0:
            stop = at + len(wanted) - 1
            if not any(self.used[at + 1 : stop]):
                self.used[at + 1 : stop] = b"\1" * (stop - at - 1)
                return at, stop
            at = self.text.find(wanted, at + 1, end)
        return None

    def share(self, words: list[str]) -> float:
        """How much of a line is in the truth, by runs of words that nothing else has; they are given away."""
        grams = [f" {' '.join(words[at : at + _GRAM])} " for at in range(len(words) - _GRAM + 1)]
        places = [(at, at + len(gram) - 1) for gram in grams if (at := self.text.find(gram)) >= 0]
        free = [place for place in places if not any(self.used[place[0] + 1 : place[1]])]
        if len(places) * 2 < len(grams) or len(free) * 2 < len(places):
            return 0.0
        for start, end in free:
            self.used[start + 1 : end] = b"\1" * (end - start - 1)
        return len(places) / len(grams)


def shares(lines: list[str], truth: str) -> list[float]:
    """The share of each line's words that stand in the truth, from 0 to 1."""
    text = _Truth(truth)
    words = [words_of(line) for line in lines]
    found = [0.0] * len(lines)
    places: dict[int, tuple[int, int]] = {}
    for number in sorted(range(len(lines)), key=lambda number: -len(words[number])):
        if len(words[number]) < ANCHOR:
            break
        place = text.take(words[number], 0, len(text.text))
        if place is not None:
            places[number] = place
            found[number] = 1.0
    for number, line in enumerate(words):
        if len(line) >= ANCHOR and number not in places:
            found[number] = text.share(line)
    _between(words, places, text, found)
    for number, line in enumerate(words):
        if SHORT <= len(line) < ANCHOR and number not in places and text.take(line, 0, len(text.text)):
            found[number] = 1.0
    return found


def _between(words: list[list[str]], places: dict[int, tuple[int, int]], text: _Truth, found: list[float]) -> None:
    """Find the lines around anchors where their neighbours say that they must be."""
    anchors = sorted(places)
    first = anchors[0] if anchors else len(words)
    last_end = len(text.text)
    # what stands before the first anchor is looked for backwards from it: the headline, not its copy in a menu
    end = places[first][0] + 1 if anchors else last_end
    for number in range(first - 1, -1, -1):
        if 0 < len(words[number]) < ANCHOR:
            place = text.take(words[number], 0, end)
            if place is not None:
                places[number], found[number] = place, 1.0
                end = place[0] + 1
    for at, anchor in enumerate(anchors):
        following = anchors[at + 1] if at + 1 < len(anchors) else None
        start = places[anchor][1]
        end = places[following][0] + 1 if following is not None else last_end
        for number in range(anchor + 1, following if following is not None else len(words)):
            if start < end and 0 < len(words[number]) < ANCHOR:
                place = text.take(words[number], start, end)
                if place is not None:
                    places[number], found[number] = place, 1.0
                    start = place[1]

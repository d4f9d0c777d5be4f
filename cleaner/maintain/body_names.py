"""What class names and ids speak for: learned from how much of the text below them is body, each site one voice."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable

from cleaner.html.body_model import name_tokens
from cleaner.maintain.body_data import Example

#: A name that fewer sites use says nothing.
LEAST_SITES = 4
#: Sites that a name is given of the mean opinion.
_PRIOR = 1.0
#: A score is a log-odds, in tenths.
_SCALE = 10
_LEAST_SCORE = 3
_MOST_SCORE = 50


class NameTable:
    """Voices of sites on names: how much of the text below elements of a name is body."""

    def __init__(self, examples: Iterable[Example]) -> None:
        """Count."""
        self.sites: dict[str, dict[str, float]] = {}
        texts: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(lambda: [0.0, 0.0]))
        for one in examples:
            found = texts[one.site]
            for name, (text, body) in _below(one).items():
                found[name][0] += text
                found[name][1] += body
        self.votes: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
        for site, names in texts.items():
            voice = self.sites[site] = {name: body / text for name, (text, body) in names.items() if text}
            for name, share in voice.items():
                self.votes[name][0] += 1
                self.votes[name][1] += share
        sites = sum(count for count, _ in self.votes.values()) or 1.0
        self.base = sum(share for _, share in self.votes.values()) / sites

    def table(self) -> dict[str, int]:
        """The score of every name that has one."""
        return {name: score for name, (count, share) in self.votes.items() if (score := self._score(count, share))}

    def without(self, site: str, table: dict[str, int]) -> dict[str, int]:
        """A table as if one site had not been seen: no page may know its own answer."""
        voice = self.sites.get(site, {})
        found = dict(table)
        for name, own in voice.items():
            count, share = self.votes[name]
            score = self._score(count - 1, share - own)
            if score:
                found[name] = score
            else:
                found.pop(name, None)
        return found

    def _score(self, count: float, share: float) -> int:
        """The score of a name; 0 where it says nothing."""
        if count < LEAST_SITES:
            return 0
        mean = (share + _PRIOR * self.base) / (count + _PRIOR)
        mean = min(max(mean, 1e-3), 1 - 1e-3)
        odds = math.log(mean / (1 - mean)) - math.log(self.base / (1 - self.base))
        score = max(-_MOST_SCORE, min(_MOST_SCORE, round(_SCALE * odds)))
        return score if abs(score) >= _LEAST_SCORE else 0


def _below(one: Example) -> dict[str, tuple[float, float]]:
    """Text, and body text, below the elements of every name of a page."""
    page = one.page
    text = [0.0] * len(page.above)
    body = [0.0] * len(page.above)
    for line, owner, share, neutral in zip(page.lines, page.owners, one.shares, one.neutral, strict=True):
        if not neutral:
            text[owner] += len(line)
            body[owner] += len(line) * share
    for number in range(len(page.above) - 1, 0, -1):
        text[page.above[number]] += text[number]
        body[page.above[number]] += body[number]
    found: dict[str, tuple[float, float]] = {}
    for number, names in enumerate(page.names):
        if names and text[number]:
            for name in set(name_tokens(names)):
                before = found.get(name, (0.0, 0.0))
                found[name] = before[0] + text[number], before[1] + body[number]
    return found

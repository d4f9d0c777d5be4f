"""Chains of optional parts: without a loop, and exponential all the same.

``a?a?a?…`` takes one text in as many ways as there are choices of parts that take a letter, and so does ``[ab]{0,3}``
written fourteen times. The ways are counted on the automaton, for texts of one or two letters repeated.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from re import _constants as op  # type: ignore[attr-defined]
from typing import Any

from cleaner.regex.automaton import Automaton
from cleaner.regex.charset import sample

#: Fewer optional parts than this have few ways.
FEWEST = 8
#: Letters that are tried, and how long the texts are, in code points.
_LETTERS, _LENGTH = 5, 64


def optional_parts(tree: Any) -> int:
    """How many parts of a parsed regex may be taken or left, or taken so or so often."""
    found = 0
    for kind, value in tree:
        if kind in (op.MAX_REPEAT, op.MIN_REPEAT):
            low, high, body = value
            found += (high - low if high < _LENGTH else 1) + optional_parts(body)
        elif kind is op.SUBPATTERN:
            found += optional_parts(value[3])
        elif kind is op.BRANCH:
            found += sum(optional_parts(branch) for branch in value[1])
    return found


def most_ways(automaton: Automaton, limit: int, most: float) -> tuple[float, str]:
    """The most ways in which a text can be taken, begun or finished, and the letters that it repeats.

    Args:
        automaton: the regex.
        limit: the most code points of a text.
        most: counting stops beyond so many.
    """
    worst, pump = 0.0, ""
    for letters in _pumps(automaton):
        found = _ways_of(automaton, letters, min(limit, _LENGTH), most)
        if found > worst:
            worst, pump = found, letters
        if worst > most:
            break
    return worst, pump


def _pumps(automaton: Automaton) -> Iterator[str]:
    """Texts to repeat: letters that many states take, and pairs of them."""
    counts: dict[str, int] = {}
    for mask in automaton.masks:
        letter = sample(mask)
        counts[letter] = counts.get(letter, 0) + 1
    letters = sorted(filter(None, counts), key=lambda letter: (-counts[letter], letter))[:_LETTERS]
    yield from letters
    yield from (a + b for a, b in product(letters, repeat=2) if a != b)


def _ways_of(automaton: Automaton, letters: str, length: int, most: float) -> float:
    bits = [
        {state for state, mask in enumerate(automaton.masks) if mask & automaton.mask_of(letter)} for letter in letters
    ]
    now: dict[int, float] = {state: 1.0 for state in automaton.start if state in bits[0]}
    total = sum(now.values())
    for at in range(1, length):
        fitting = bits[at % len(bits)]
        following: dict[int, float] = {}
        for state, count in now.items():
            for target, number in automaton.edges[state].items():
                if target in fitting:
                    following[target] = following.get(target, 0.0) + count * number
        total += sum(following.values())
        if not following or total > most:
            break
        now = following
    return total

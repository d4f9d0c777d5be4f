"""Texts made to be slow for a regex: what leads to a loop, what the loop takes many times, what it cannot end with."""

from __future__ import annotations

from collections.abc import Sequence

from cleaner.regex.automaton import build, parse
from cleaner.regex.backtracking import analyse, prefix_to
from cleaner.regex.charset import sample

#: Code points of an attack on a regex that sees lines without limit: quadratic time shows, linear does not.
LONGEST = 20_000
_MOST = 60
_ENDS = ("\x00", "")
_PLAIN = (" ", "a", "A", "1", ".", "a ", "A ", "A.", "1 ")

#: Prefix, what is repeated, how often, suffix.
Attack = tuple[str, str, int, str]


def attacks(pattern: str, limit: int, searched: bool, examples: Sequence[str] = ()) -> list[Attack]:
    """Attacks on one regex.

    Args:
        pattern: the regex.
        limit: the most code points it is ever tried on.
        searched: it may match anywhere.
        examples: texts it matches.
    """
    automaton = build(parse(pattern))
    length = min(limit, LONGEST)
    recipes: list[tuple[str, str]] = []
    weak = analyse(pattern, limit, searched)
    if weak is not None:
        recipes.append((weak.prefix, weak.pump))
    loops = automaton.outer_loops()
    for number, loop in enumerate(loops):
        following = loops[number + 1] if number + 1 < len(loops) else None
        prefix = prefix_to(automaton, loop)
        masks = automaton.masks[loop.first : loop.last]
        pumps = ["".join(sample(mask) for mask in masks[:8])] if len(masks) > 1 else []
        pumps += [sample(mask) for mask in masks[:3]]
        if following is not None:
            pumps += [sample(both) for mask in masks[:4] if (both := mask & automaton.masks[following.first])]
        recipes += [(prefix, pump) for pump in pumps]
    recipes += [("", pump) for pump in _PLAIN]
    for example in examples[:2]:
        recipes += [("", example), (example[: len(example) // 2], " "), (example, " ")]
    found = []
    for prefix, pump in dict.fromkeys(recipes):
        if pump:
            times = max(1, (length - len(prefix) - 1) // len(pump))
            found += [(prefix, pump, times, end) for end in _ENDS]
    return found[:_MOST]

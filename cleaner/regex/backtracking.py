r"""How often a regex may try the same text in different ways before it gives up.

Python's engine walks back through every way to match a text. Two things make these ways many:

* a loop whose turns can be split in more than one way (``(a+)+``, ``(a|ab|b)*``): exponentially many;
* two loops one after the other that both take the same text (``\s*\s*``, ``.*x.*``): one more factor of the text's
  length for each such pair.

Both are questions to the position automaton, with known answers (A. Weber and H. Seidl, "On the degree of ambiguity of
finite automata", 1991): a loop is exponential when a pair of different states can be reached from one state and
lead back to it over the same text; loops P and Q multiply when one text leads from P to P, from P to Q and from Q to Q.
A regex that is searched for, not matched at the start, has one more loop in front: the place where the search stands.

A chain of optional parts (``a?a?a?…``) has no loop and exponentially many ways nonetheless: ``cleaner.regex.chain``.

The automaton takes more texts than the regex does, so a finding may be a false alarm; a missing one may not, except for
the cost of looking ahead from inside a loop, which the timed attacks (``cleaner.regex.attack``) look at.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import comb, factorial
from typing import Any, TypeVar

from cleaner.regex.automaton import ENDLESS, Automaton, Loop, build, parse
from cleaner.regex.chain import FEWEST, most_ways, optional_parts
from cleaner.regex.charset import ANY, sample

#: Steps beyond which a regex is refused: seconds on one line.
TOO_MANY_STEPS = 2 * 10**8
#: Steps beyond which it is worth a look: some tenths of a second on one line.
MANY_STEPS = 3 * 10**7
#: A loop with more pairs of states than this is not proved harmless.
_MAX_PAIRS = 200_000
#: An ambiguous loop of so many turns is as bad as one without limit.
_ENDLESS_TURNS = 60
#: With more pairs of states than this, two loops are taken to overlap when some path looks like it.
_MAX_STARTS = 400
_State = TypeVar("_State")


@dataclass(frozen=True, slots=True)
class Weakness:
    """What is wrong, the most steps it can come to (``inf``: exponential), and a text that shows it.

    ``prefix`` followed by ``pump`` many times is that text.
    """

    exponential: bool
    steps: float
    prefix: str
    pump: str


def analyse(pattern: str, limit: int, searched: bool) -> Weakness | None:
    """The worst that a regex can do, or ``None`` when it stays linear.

    Args:
        pattern: the regex, used with ``re.IGNORECASE``.
        limit: the most code points of the texts it is tried on.
        searched: it may match anywhere (``re.search``), not only at the start.

    Raises:
        re.error: it does not compile.
    """
    todo = [(parse(pattern), True, searched)]
    worst: Weakness | None = None
    while todo:
        tree, fold, anywhere = todo.pop()
        automaton = build(tree, fold)
        found = (
            _exponential(automaton, limit)
            or _chained(automaton, limit, tree)
            or _polynomial(automaton, limit, anywhere, tree.getwidth()[1])
        )
        if found is not None and (worst is None or found.steps > worst.steps):
            worst = found
        # A look-around is tried where it stands, and not tried again once it has an answer.
        todo += [(body, its_fold, False) for body, its_fold in automaton.assertions]
    return worst


def _exponential(automaton: Automaton, limit: int) -> Weakness | None:
    """The worst loop that can be split into turns in more than one way."""
    worst: Weakness | None = None
    for loop in automaton.loops:
        pump = _ambiguous(automaton, loop)
        if pump is None:
            continue
        ways = float("inf")
        if loop.turns < min(limit, _ENDLESS_TURNS):
            # Where the turns end, or which way each turn goes, whichever is more.
            ends = comb(min(limit, loop.bound), loop.turns - 1)
            ways = float(max(ends, _branches(automaton, loop) ** loop.turns))
        if worst is None or ways > worst.steps:
            worst = Weakness(ways > TOO_MANY_STEPS, ways, prefix_to(automaton, loop), pump)
    return worst if worst is not None and worst.steps > MANY_STEPS else None


def _chained(automaton: Automaton, limit: int, tree: Any) -> Weakness | None:
    """A chain of optional parts that take the same letters in too many ways."""
    if optional_parts(tree) < FEWEST:
        return None
    found, pump = most_ways(automaton, limit, TOO_MANY_STEPS)
    return Weakness(True, found, "", pump) if found > TOO_MANY_STEPS else None


def _branches(automaton: Automaton, loop: Loop) -> int:
    """In how many ways one character can be taken inside a loop, at most."""
    most = 1
    for targets in loop.inner.values():
        for after in targets:
            mask = automaton.masks[after]
            most = max(most, sum(ways for other, ways in targets.items() if automaton.masks[other] & mask))
    return most


def _ambiguous(automaton: Automaton, loop: Loop) -> str | None:
    """A text that leads from a state of the loop back to it in two ways."""
    masks, edges = automaton.masks, loop.inner
    for state, targets in edges.items():
        for after, ways in targets.items():
            if ways > 1:
                return sample(masks[after]) + _word(masks, edges, after, {state})
    if loop.last - loop.first < 2:
        return None

    def pairs(pair: tuple[int, int]) -> Iterable[tuple[tuple[int, int], int]]:
        for left in edges[pair[0]]:
            for right in edges[pair[1]]:
                mask = masks[left] & masks[right]
                if mask:
                    yield (left, right), mask

    split, _ = _walk([(state, state) for state in edges], pairs, lambda pair: pair[0] != pair[1])
    tried: set[tuple[int, int]] = set()
    for pair, word in split:
        if pair in tried:
            continue
        home, seen = _walk([pair], pairs, lambda found: found[0] == found[1], first_only=True)
        tried |= seen
        if home:
            return word + home[0][1]
        if len(tried) > _MAX_PAIRS:
            return word
    return None


def _walk(
    starts: Iterable[_State],
    follow: Callable[[_State], Iterable[tuple[_State, int]]],
    wanted: Callable[[_State], bool],
    first_only: bool = False,
) -> tuple[list[tuple[_State, str]], set[_State]]:
    """All wanted states that can be reached, nearest first, each with a text that leads there; and all states seen.

    A wanted state is not passed through.
    """
    before: dict[_State, tuple[_State | None, int]] = dict.fromkeys(starts, (None, 0))
    queue = deque(before)
    found = []
    while queue:
        state = queue.popleft()
        for after, mask in follow(state):
            if after in before:
                continue
            before[after] = (state, mask)
            if wanted(after):
                found.append((after, _spelled(before, after)))
                if first_only:
                    return found, set(before)
            else:
                queue.append(after)
    return found, set(before)


def _spelled(before: dict[_State, tuple[_State | None, int]], state: _State) -> str:
    letters = []
    at: _State | None = state
    while at is not None:
        previous, mask = before[at]
        if previous is not None:
            letters.append(sample(mask))
        at = previous
    return "".join(reversed(letters))


def _word(masks: list[int], edges: dict[int, dict[int, int]], start: int, goals: set[int]) -> str:
    """A text that leads from a state to one of others; empty when it is one of them."""
    if start in goals:
        return ""
    found, _ = _walk(
        [start], lambda state: [(after, masks[after]) for after in edges[state]], goals.__contains__, first_only=True
    )
    return found[0][1] if found else ""


def prefix_to(automaton: Automaton, loop: Loop) -> str:
    """A text that leads from the start to just inside a loop."""
    begin = -1

    def follow(state: int) -> Iterable[tuple[int, int]]:
        targets: Iterable[int] = automaton.start if state == begin else automaton.edges[state]
        return [(after, automaton.masks[after]) for after in targets]

    found, _ = _walk([begin], follow, lambda state: loop.first <= state < loop.last, first_only=True)
    return found[0][1] if found else ""


def _polynomial(automaton: Automaton, limit: int, searched: bool, width: int) -> Weakness | None:
    """Loops that take the same text one after the other, and the steps that all of them together can come to."""
    loops = [loop for loop in automaton.outer_loops() if not loop.atomic]
    if searched:
        loops = _with_search(automaton, loops)
    if not loops:
        return None
    most: list[tuple[float, int]] = []  # the product of the factors so far, and their number
    shown: list[tuple[Loop, str] | None] = []
    reaches = [_reachable(automaton, loop) for loop in loops]
    for number, loop in enumerate(loops):
        best, show = (1.0, 0), None
        for earlier in range(number):
            if loop.first not in reaches[earlier]:
                continue
            pump = _overlap(automaton, loops[earlier], loop, reaches[earlier])
            steps, pairs = most[earlier]
            if pump is not None:
                steps, pairs = steps * min(loops[earlier].bound, loop.bound, limit), pairs + 1
            if steps > best[0]:
                best, show = (steps, pairs), (loops[earlier], pump) if pump is not None else shown[earlier]
        most.append(best)
        shown.append(show)
    worst = max(range(len(loops)), key=most.__getitem__)
    found = shown[worst]
    if found is None:
        return None
    steps, pairs = most[worst]
    # Places to split a text at come in order, so n of them are chosen in about length ** n / n! ways.
    steps *= (limit if searched else min(limit, width)) / factorial(pairs + 1)
    loop, pump = found
    return Weakness(False, steps, prefix_to(automaton, loop), pump) if steps > MANY_STEPS else None


def _with_search(automaton: Automaton, loops: list[Loop]) -> list[Loop]:
    """Put the loop of a search in front: any text, then the start."""
    number = len(automaton.masks)
    automaton.masks.append(ANY)
    automaton.edges.append({number: 1, **dict.fromkeys(automaton.start, 1)})
    automaton.start = (number, *automaton.start)
    return [Loop(number, number + 1, ENDLESS, 1, {number: {number: 1}}), *loops]


def _reachable(automaton: Automaton, loop: Loop) -> set[int]:
    seen = set(range(loop.first, loop.last))
    todo = list(seen)
    while todo:
        for after in automaton.edges[todo.pop()]:
            if after not in seen:
                seen.add(after)
                todo.append(after)
    return seen


def _overlap(automaton: Automaton, left: Loop, right: Loop, reachable: set[int]) -> str | None:
    """A text that the left loop takes, the right loop takes, and that leads from one to the other."""
    masks, edges = automaton.masks, automaton.edges
    between = {state for state in reachable if state < right.last or state == left.first}

    def follow(triple: tuple[int, int, int]) -> Iterable[tuple[tuple[int, int, int], int]]:
        one, middle, other = triple
        for a in left.inner[one]:
            for c in right.inner[other]:
                both = masks[a] & masks[c]
                if not both:
                    continue
                for b in edges[middle]:
                    if b in between and both & masks[b]:
                        yield (a, b, c), both & masks[b]

    starts = [(p, p, q) for p in left.inner for q in right.inner]
    found, _ = _walk(starts, follow, lambda triple: triple[1] == triple[2], first_only=True)
    if not found or len(starts) > _MAX_STARTS:
        return found[0][1] if found else None
    # So far the loops may have ended in other states than they began with: ask again, state by state.
    for p, _, q in starts:
        found, _ = _walk([(p, p, q)], follow, (p, q, q).__eq__, first_only=True)
        if found:
            return found[0][1]
    return None

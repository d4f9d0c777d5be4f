r"""A regex as a position automaton (Glushkov): one state a character of the pattern, edges where the next may stand.

It accepts at least what the regex matches: assertions are taken as met, a back reference as any text. Assertions are
kept apart, for they are regexes of their own.

A repetition of up to ``UNROLLED`` turns is written out. A longer one becomes a loop, and the loop knows how many code
points it can take, so that ``\s{0,60}`` is not taken for as bad as ``\s*``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

from cleaner.regex.charset import ANY, class_mask, letter_mask

UNROLLED = 3
#: More than any line has; stands for "without limit".
ENDLESS = 10**9


@dataclass(frozen=True, slots=True)
class Loop:
    """A repetition: the states ``first`` to ``last`` (exclusive), the most turns, and the most code points of a turn.

    ``inner``: edges inside the body with the number of ways to take each, as they stood when this loop was closed.
    """

    first: int
    last: int
    turns: int
    width: int
    inner: dict[int, dict[int, int]]
    #: once it has matched, it is never tried again with less (atomic group, possessive quantifier)
    atomic: bool = False

    @property
    def bound(self) -> int:
        """The most code points it takes."""
        return min(self.turns * max(self.width, 1), ENDLESS)


@dataclass(slots=True)
class Automaton:
    """States, edges and loops of one regex.

    Attributes:
        masks: what each state matches.
        edges: next states of each state, with the number of ways to get there.
        start: states that can come first.
        loops: all repetitions, inner ones before the outer ones that hold them.
        assertions: the parsed bodies of look-arounds, with the flag for case.
    """

    masks: list[int] = field(default_factory=list)
    edges: list[dict[int, int]] = field(default_factory=list)
    start: tuple[int, ...] = ()
    loops: list[Loop] = field(default_factory=list)
    assertions: list[tuple[Any, bool]] = field(default_factory=list)

    @staticmethod
    def mask_of(letter: str) -> int:
        """The set of one character, as it stands."""
        return letter_mask(ord(letter), False)

    def outer_loops(self) -> list[Loop]:
        """The loops that no other loop holds, in order."""
        found: list[Loop] = []
        for loop in reversed(self.loops):  # an outer loop is closed after the ones it holds
            if not any(other.first <= loop.first and loop.last <= other.last for other in found):
                found.append(loop)
        return sorted(found, key=lambda loop: loop.first)

    def contains(self, text: str) -> bool:
        """Whether some match may hold this text somewhere, in some case."""
        current = set(range(len(self.masks)))
        for number, letter in enumerate(text):
            mask = letter_mask(ord(letter), True)
            if number:
                current = {after for state in current for after in self.edges[state]}
            current = {state for state in current if self.masks[state] & mask}
            if not current:
                return False
        return True


@dataclass(slots=True)
class _Part:
    """A built piece.

    States it can begin and end with, each as often as there are ways to; in how many ways it can be empty (up to two,
    which is as bad as more); its most code points.
    """

    first: list[int]
    last: list[int]
    empty: int
    width: int


def parse(pattern: str) -> Any:
    """The standard library's parse tree, case ignored.

    Raises:
        re.error: it does not compile.
    """
    return parser.parse(pattern, re.IGNORECASE)


def build(tree: Any, ignore_case: bool = True) -> Automaton:
    """The automaton of a parsed regex."""
    builder = _Builder()
    part = builder.sequence(tree, ignore_case)
    builder.automaton.start = tuple(dict.fromkeys(part.first))
    return builder.automaton


class _Builder:
    def __init__(self) -> None:
        self.automaton = Automaton()
        self.atomic = 0

    def sequence(self, items: Sequence[Any], fold: bool) -> _Part:
        part = _Part([], [], 1, 0)
        for kind, value in items:
            part = self._then(part, self._item(kind, value, fold))
        return part

    def _then(self, before: _Part, after: _Part) -> _Part:
        self._connect(before.last, after.first)
        return _Part(
            before.first + after.first * before.empty,
            after.last + before.last * after.empty,
            min(before.empty * after.empty, 2),
            min(before.width + after.width, ENDLESS),
        )

    def _connect(self, sources: list[int], targets: list[int]) -> None:
        for source in sources:
            edges = self.automaton.edges[source]
            for target in targets:
                edges[target] = edges.get(target, 0) + 1

    def _state(self, mask: int) -> _Part:
        number = len(self.automaton.masks)
        self.automaton.masks.append(mask)
        self.automaton.edges.append({})
        return _Part([number], [number], 0, 1)

    def _item(self, kind: Any, value: Any, fold: bool) -> _Part:
        if kind is op.LITERAL:
            return self._state(letter_mask(value, fold))
        if kind is op.NOT_LITERAL:
            return self._state(class_mask([(op.NEGATE, None), (op.LITERAL, value)], fold))
        if kind is op.ANY:
            return self._state(ANY)
        if kind is op.IN:
            return self._state(class_mask(value, fold))
        if kind is op.AT:
            return _Part([], [], 1, 0)
        if kind in (op.ASSERT, op.ASSERT_NOT):
            self.automaton.assertions.append((value[1], fold))
            return _Part([], [], 1, 0)
        if kind is op.SUBPATTERN:
            _, added, removed, body = value
            return self.sequence(body, (fold or bool(added & re.IGNORECASE)) and not removed & re.IGNORECASE)
        if kind is op.ATOMIC_GROUP:
            self.atomic += 1
            part = self.sequence(value, fold)
            self.atomic -= 1
            return part
        if kind is op.BRANCH:
            return self._either([self.sequence(branch, fold) for branch in value[1]])
        if kind is op.GROUPREF_EXISTS:
            _, yes, no = value
            return self._either([self.sequence(yes, fold), self.sequence(no or (), fold)])
        if kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
            possessive = kind is op.POSSESSIVE_REPEAT
            self.atomic += possessive
            part = self._repeat(value[0], min(int(value[1]), ENDLESS), value[2], fold)
            self.atomic -= possessive
            return part
        return self._repeat(0, ENDLESS, [(op.ANY, None)], fold)  # a back reference: any text

    def _either(self, parts: list[_Part]) -> _Part:
        return _Part(
            [state for part in parts for state in part.first],
            [state for part in parts for state in part.last],
            min(sum(part.empty for part in parts), 2),
            max(part.width for part in parts),
        )

    def _repeat(self, low: int, high: int, body: Any, fold: bool) -> _Part:
        if high == 0:
            return _Part([], [], 1, 0)
        if high > UNROLLED:
            return self._loop(low, high, body, fold)
        turns = [self.sequence(body, fold) for _ in range(high)]
        part = turns[0]
        last, empty, width = list(part.last), min(part.empty + (low == 0), 2), part.width
        first, ends = list(part.first), part.last
        for number, turn in enumerate(turns[1:], 2):
            # One turn after another, never one left out: "x{0,3}" is "(x(x(x)?)?)?".
            self._connect(ends, turn.first)
            if part.empty:
                first += turn.first
            ends = turn.last + (ends if turn.empty else [])
            last = list(ends) if number <= low and not turn.empty else list(dict.fromkeys(last + ends))
            width = min(width + turn.width, ENDLESS)
        return _Part(first, last, empty, width)

    def _loop(self, low: int, high: int, body: Any, fold: bool) -> _Part:
        begin = len(self.automaton.masks)
        part = self.sequence(body, fold)
        self._connect(part.last, part.first)
        end = len(self.automaton.masks)
        inner = {
            state: {after: ways for after, ways in self.automaton.edges[state].items() if begin <= after < end}
            for state in range(begin, end)
        }
        self.automaton.loops.append(Loop(begin, end, high, part.width, inner, self.atomic > 0))
        return _Part(part.first, part.last, min(part.empty + (low == 0), 2), min(high * part.width, ENDLESS))

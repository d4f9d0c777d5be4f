"""From claims to decisions: who owns a line, what a guard withholds, and the document as it then stands.

Only here do rules meet: a line is owned by the claim with the smallest reach, then by the pack nearest to the site,
then by rule id, so the order of rules in a file never matters. Overlapping parts are united before anything is cut.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Protocol

from cleaner.engine.document import Document, is_prose
from cleaner.engine.propose import Claim, Told

#: Below this share of the standing text, what is left must read like prose, or the cuts are withheld.
MIN_SHARE = 0.25
#: Even with prose left, at least this share of the standing text has to stay.
MIN_SHARE_WITH_PROSE = 0.03


class Owner(Protocol):
    """Who took a piece of text: a rule, or a decision made on the page before the rules ran."""

    @property
    def rule(self) -> str:
        """Full rule id."""

    @property
    def category(self) -> str:
        """One of the closed list."""

    @property
    def scope(self) -> str:
        """Scope of the rule."""

    @property
    def path(self) -> str | None:
        """Node path, for pages."""


@dataclass(slots=True)
class Taken:
    """A raw range and its owner; ranges of one ``group`` were cut for one reason.

    ``told``: what a model said of where the range ends, if one was asked.
    """

    start: int
    end: int
    owner: Owner
    group: int
    told: Told | None = None


@dataclass(slots=True)
class Decision:
    """One round: which claim owns which line, which parts go, what was withheld and why."""

    lines: dict[int, Claim] = field(default_factory=dict)
    parts: dict[int, list[Claim]] = field(default_factory=dict)
    withheld: list[tuple[Claim, str]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.lines or self.parts)


def _order(claim: Claim) -> tuple[bool, tuple[int, str], int, int]:
    return claim.last > claim.first, claim.matcher.rank, claim.first, claim.a


def decide(doc: Document, claims: list[Claim], protected: set[int], *, guarded: bool = True) -> Decision:
    """Settle overlaps, keep rules, hit limits and the document guard for one round of claims."""
    decision = Decision()
    ready = []
    hits: Counter[int] = Counter()
    for claim in claims:
        if claim.why is not None:
            decision.withheld.append((claim, claim.why))
        else:
            ready.append(claim)
            hits[id(claim.matcher)] += 1
    ready.sort(key=_order)
    for claim in ready:
        limit = claim.matcher.max_hits
        if limit is not None and hits[id(claim.matcher)] > limit:
            decision.withheld.append((claim, "max_hits"))
        elif claim.a >= 0:
            if claim.first in protected:
                decision.withheld.append((claim, "keep"))
            else:
                decision.parts.setdefault(claim.first, []).append(claim)
        else:
            for line in (claim.first,) if claim.first == claim.last else _standing_between(doc, claim):
                if line in protected:
                    decision.withheld.append((claim, "keep"))
                elif line not in decision.lines:
                    decision.lines[line] = claim
    for line in decision.lines:
        decision.parts.pop(line, None)
    if guarded and decision:
        _guard_body(doc, decision)
    return decision


def _standing_between(doc: Document, claim: Claim) -> list[int]:
    standing = doc.standing()
    return standing[doc.rank_of(claim.first) : doc.rank_of(claim.last) + 1]


def _guard_body(doc: Document, decision: Decision) -> None:
    """Withhold cuts that would leave no body: first those of wide reach, then all."""
    if _leaves_body(doc, decision):
        return
    wide = {id(c): c for c in decision.lines.values() if c.last > c.first}
    if wide:
        decision.withheld += [(claim, "no_body") for claim in wide.values()]
        decision.lines = {line: c for line, c in decision.lines.items() if id(c) not in wide}
        if _leaves_body(doc, decision):
            return
    rest = {id(c): c for c in decision.lines.values()}
    rest.update({id(c): c for claims in decision.parts.values() for c in claims})
    decision.withheld += [(claim, "no_body") for claim in rest.values()]
    decision.lines.clear()
    decision.parts.clear()


def _leaves_body(doc: Document, decision: Decision) -> bool:
    total = doc.chars()
    cut = sum(len(doc.bare[line]) for line in decision.lines)
    cut += sum(_size(claims) for claims in decision.parts.values())
    left = total - cut
    if left <= 0 or left < MIN_SHARE_WITH_PROSE * total:
        return False
    if left >= MIN_SHARE * total:
        return True
    for line in doc.standing():
        if line in decision.lines:
            continue
        text = doc.bare[line]
        # What stands of a line that loses a part: its size is what counts.
        parts = decision.parts.get(line)
        text = text[: max(0, len(text) - _size(parts))] if parts else text
        if is_prose(text) or (line in decision.parts and len(text) >= 60):
            return True
    return False


def _size(parts: list[Claim]) -> int:
    """Code points that parts of one line take together, overlaps counted once."""
    size = at = 0
    for claim in sorted(parts, key=lambda c: c.a) if len(parts) > 1 else parts:
        size += max(0, claim.b - max(claim.a, at))
        at = max(at, claim.b)
    return size


def apply(doc: Document, decision: Decision, taken: list[Taken], owners: dict[int, tuple[Owner, int]]) -> list[int]:
    """Carry a decision out on the document's state.

    Args:
        doc: the document; its lines, pieces and dead set change.
        decision: what to cut.
        taken: grows by the raw ranges of the cut parts.
        owners: line → (owner, group) of whole lines cut, grows.

    Returns:
        The lines that were changed and still stand, ascending.
    """
    changed: list[int] = []
    groups = {id(claim): -1 for claim in decision.lines.values()}
    base = len(taken) + len(owners)
    for number, key in enumerate(groups):
        groups[key] = base + number
    for line, claim in decision.lines.items():
        doc.drop(line)
        owners[line] = (claim.matcher, groups[id(claim)])
    group = base + len(groups)
    for line, claims in sorted(decision.parts.items()):
        at = 0
        parts: list[tuple[Claim, int, int]] = []
        for claim in sorted(claims, key=lambda c: (c.a, c.matcher.rank, -c.b)):
            a = max(claim.a, at)
            if a < claim.b:
                parts.append((claim, a, claim.b))
                at = claim.b
        for (claim, _, _), ranges in zip(parts, doc.take(line, [(a, b) for _, a, b in parts]), strict=True):
            taken += [Taken(start, end, claim.matcher, group, claim.told) for start, end in ranges]
            group += 1
        if doc.bare[line]:
            changed.append(line)
        else:
            doc.drop(line)
            owners[line] = (taken[-1].owner, taken[-1].group)
    return changed

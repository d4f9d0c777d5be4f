"""Rounds of proposing and deciding until no rule has anything left to cut."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec

from cleaner.engine.cuts import in_raw, removals_of, united, without
from cleaner.engine.decide import Decision, Owner, Taken, apply, decide
from cleaner.engine.dispatch import Program
from cleaner.engine.document import Document
from cleaner.engine.matcher import Matcher
from cleaner.engine.propose import Claim, propose
from cleaner.model import Credits, PreCut, Removal, Withheld

#: More rounds than any real text needs (three are many); text built to need more is flagged, not looped on.
MAX_ROUNDS = 16
_CREDIT_GROUPS = ("author", "editor", "source", "place")


@dataclass(slots=True)
class Outcome:
    """What the rounds came to for one document."""

    removals: tuple[Removal, ...] = ()
    withheld: tuple[Withheld, ...] = ()
    credits: Credits = field(default_factory=dict)
    finished: bool = True


def cut_in_rounds(doc: Document, program: Program, precuts: Sequence[PreCut] = (), *, guarded: bool = True) -> Outcome:
    """Cut all that the program's rules want and the guards allow.

    Args:
        doc: the text, as lines that nobody has changed.
        program: the rules that apply.
        precuts: runs of whole lines that are cut already (page furniture), sorted and disjoint.
        guarded: ``False`` lets a cut leave nothing, for running a rule's own examples.
    """
    owners: dict[int, tuple[Owner, int]] = {}
    ends = _take_precuts(doc, precuts, owners) if precuts else {}
    candidates = program.candidates(doc)
    markup = program.markup if doc.reading is not None and doc.reading.markup else ()
    if not candidates and not owners and not markup:
        return Outcome()
    taken: list[Taken] = []
    credits: Credits = {}
    spared: list[tuple[Claim, str]] = []  # lines that a keep rule protects in a claim that was carried out
    rounds = 0
    refused: set[tuple[int, Matcher]] = set()
    while True:
        proposal = propose(doc, candidates, guarded=guarded)
        decision = decide(doc, proposal.claims, proposal.protected, guarded=guarded)
        if not decision:
            break
        rounds += 1
        if rounds > MAX_ROUNDS:
            break
        _collect_credits(decision, credits)
        changed = apply(doc, decision, taken, owners)
        spared += [(claim, why) for claim, why in decision.withheld if why == "keep" and claim.first in doc.dead]
        gone = doc.dead.union(changed)
        candidates = [candidate for candidate in proposal.live if candidate[0] not in gone]
        refused |= proposal.refused
        refused = {(line, matcher) for line, matcher in refused if line not in gone}
        candidates += program.candidates(doc, changed, refused)
    removals = removals_of(doc, taken, owners, ends, markup) if taken or owners or markup else ()
    return Outcome(removals, _withheld(doc, spared + decision.withheld), credits, rounds <= MAX_ROUNDS)


def then(raw: str, first: Outcome, second: Outcome) -> Outcome:
    """What two cleanings came to, the second one of what the first one left of a raw text."""
    text = without(raw, first.removals)
    withheld = {*first.withheld}
    for held in second.withheld:
        ranges = in_raw(first.removals, text, held.start, held.end)
        if ranges:
            withheld.add(msgspec.structs.replace(held, start=ranges[0][0], end=ranges[-1][1]))
    return Outcome(
        united(raw, text, first.removals, second.removals),
        tuple(sorted(withheld, key=lambda w: (w.start, w.end, w.rule, w.why))),
        joined(first.credits, second.credits),
        first.finished and second.finished,
    )


def joined(credits: Credits, more: Credits) -> Credits:
    """The names of two sources by role, each once, those of the first source first."""
    found = {role: list(names) for role, names in credits.items()}
    for role, names in more.items():
        known = found.setdefault(role, [])
        known += [name for name in names if name not in known]
    return found


def _take_precuts(doc: Document, precuts: Sequence[PreCut], owners: dict[int, tuple[Owner, int]]) -> dict[int, int]:
    """Drop the lines of the cuts; the first line of each block, which owns it, and the line behind its last."""
    starts = doc.starts
    line = 0
    ends: dict[int, int] = {}
    for group, cut in enumerate(precuts, 1):
        first = bisect_left(starts, cut.start, line)
        line = bisect_left(starts, cut.end, first)
        if first < line:
            ends[first] = line
            owners[first] = (cut, -group)
    doc.drop_first(ends.items())
    return ends


def _collect_credits(decision: Decision, credits: Credits) -> None:
    claims = {id(c): c for c in decision.lines.values() if c.matcher.has_groups}
    claims.update({id(c): c for part in decision.parts.values() for c in part if c.matcher.has_groups})
    for claim in claims.values():
        if claim.found is None:
            continue
        for name, value in claim.found.groupdict().items():
            role = name.rstrip("0123456789")
            if value is None or role not in _CREDIT_GROUPS:
                continue
            value = " ".join(value.split()).strip(" .,;:|/-–—()[]")
            known = credits.setdefault(role, [])
            if value and value not in known:
                known.append(value)


def _withheld(doc: Document, found: list[tuple[Claim, str]]) -> tuple[Withheld, ...]:
    records = set()
    for claim, why in found:
        if claim.a >= 0:
            ranges = doc.raw_ranges(claim.first, claim.a, claim.b)
            start, end = ranges[0][0], ranges[-1][1]
        else:
            start = doc.raw_ranges(claim.first, 0, len(doc.text[claim.first]))[0][0]
            end = doc.raw_ranges(claim.last, 0, len(doc.text[claim.last]))[-1][1]
        told = (claim.told.evidence, claim.told.confidence) if claim.told is not None else ()
        records.add(Withheld(start, end, claim.matcher.category, claim.matcher.rule, why, *told))
    return tuple(sorted(records, key=lambda w: (w.start, w.end, w.rule, w.why)))

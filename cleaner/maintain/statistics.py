"""What each rule does on a corpus: hits, documents, sites, characters, withheld; which are dead, which shadowed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from cleaner.applied import Applied, Programs
from cleaner.audit import Record
from cleaner.engine.document import Document
from cleaner.engine.propose import propose
from cleaner.maintain.reading import Doc, site_of
from cleaner.model import Cleaned
from cleaner.packs.cascade import Cascade
from cleaner.packs.schema import Pack
from cleaner.terminal import counted


class RuleStats(msgspec.Struct):
    """One rule.

    ``chars`` are code points cut; ``withheld`` counts withheld cuts by guard; ``owners`` counts claims that another
    rule carried out, by that rule (known only when a corpus is cleaned).
    """

    rule: str
    category: str = ""
    hits: int = 0
    documents: int = 0
    chars: int = 0
    sites: set[str] = msgspec.field(default_factory=set)
    withheld: Counter[str] = msgspec.field(default_factory=Counter)
    owners: Counter[str] = msgspec.field(default_factory=Counter)


class Stats:
    """Counts over a corpus, one entry a rule; memory grows with rules and sites, not with documents."""

    def __init__(self, packs: Sequence[Pack]) -> None:
        """Start counting.

        Args:
            packs: all packs at hand, so that rules without a hit are known.
        """
        self.documents = 0
        self.failed = 0
        self.sites: set[str] = set()
        self.rules: dict[str, RuleStats] = {}
        self._applied: Counter[str] = Counter()
        self._packs = packs
        self._shadows: _Shadows | None = None

    def add_record(self, record: Record) -> None:
        """Count one audit record."""
        if record.status in ("error", "timeout"):
            self.failed += 1
            return
        self._add(record, site_of(record.site, record.url))

    def add_doc(self, doc: Doc) -> None:
        """Count one cleaned document, and which rules wanted what another one cut."""
        self._add(doc.cleaned, doc.site)
        if self._shadows is None:
            self._shadows = _Shadows(self._packs)
        for rule, owner in self._shadows.claims(doc.cleaned):
            self._entry(rule).owners[owner] += 1

    def _add(self, found: Record | Cleaned, site: str) -> None:
        self.documents += 1
        self.sites.add(site)
        self._applied.update(found.packs.keys())
        for removal in found.removals:
            entry = self._entry(removal.rule)
            entry.category = removal.category
            entry.hits += 1
            entry.chars += removal.end - removal.start
        for name in {removal.rule for removal in found.removals}:
            self.rules[name].documents += 1
            self.rules[name].sites.add(site)
        for withheld in found.withheld:
            entry = self._entry(withheld.rule)
            entry.category = withheld.category
            entry.withheld[withheld.why] += 1

    def _entry(self, rule: str) -> RuleStats:
        found = self.rules.get(rule)
        if found is None:
            found = self.rules[rule] = RuleStats(rule)
        return found

    def shadowed(self) -> list[RuleStats]:
        """Rules without a hit of their own whose claims another rule carried out, those most often first."""
        found = [entry for entry in self.rules.values() if entry.owners and not entry.hits]
        return sorted(found, key=lambda entry: (-entry.owners.total(), entry.rule))

    def dead(self) -> list[str]:
        """Active rules of packs that applied to some document, with no hit, nothing withheld and no claim."""
        return [
            rule.id
            for pack in self._packs
            if self._applied[pack.name]
            for rule in pack.rules
            if rule.kind == "rule" and rule.status == "active" and rule.id not in self.rules
        ]

    def idle(self) -> list[str]:
        """Packs with rules that applied to no document, so that the corpus tells nothing about them."""
        return [pack.name for pack in self._packs if pack.rules and not self._applied[pack.name]]


class _Shadows:
    """Asks all rules for their claims on the untouched text, and who carried them out instead."""

    def __init__(self, packs: Sequence[Pack]) -> None:
        self._programs = Programs(Cascade(packs))

    def claims(self, cleaned: Cleaned) -> Iterator[tuple[str, str]]:
        """Rule and owner of each claim that another rule carried out."""
        if not cleaned.removals:
            return
        applied = self._for(cleaned)
        own = {matcher.rule for matcher in applied.program.matchers}
        doc = Document(cleaned.raw)
        for removal in cleaned.removals:  # what the page reader cut, no text rule has seen
            if removal.rule not in own:
                _drop(doc, removal.start, removal.end)
        claims = propose(doc, applied.program.candidates(doc)).claims
        for claim in claims:
            if claim.why is not None:
                continue
            if claim.a >= 0:
                ranges = doc.raw_ranges(claim.first, claim.a, claim.b)
                start, end = ranges[0][0], ranges[-1][1]
            else:
                start = doc.starts[claim.first]
                end = doc.starts[claim.last] + len(doc.text[claim.last])
            rule = claim.matcher.rule
            owners = [r.rule for r in cleaned.removals if r.start < end and r.end > start]
            if owners and rule not in owners:
                yield rule, owners[0]

    def _for(self, cleaned: Cleaned) -> Applied:
        cascade = self._programs.cascade
        site = cascade.named(cleaned.site) if cleaned.site else None
        packs = [pack for name in cleaned.packs if (pack := cascade.by_name.get(name)) is not None]
        return self._programs.of(site, tuple(packs))


def _drop(doc: Document, start: int, end: int) -> None:
    for line, at in enumerate(doc.starts):
        if start <= at < end:
            doc.drop(line)


class Precision(msgspec.Struct, frozen=True):
    """The share of a rule's judged cuts that is right, and its interval of 95 %."""

    right: int
    judged: int
    low: float
    high: float


def table(stats: Stats, top: int, *, claims: bool, precision: Mapping[str, Precision] | None = None) -> Iterator[str]:
    """The counts as lines for a terminal.

    Args:
        stats: the counts.
        top: so many rules are told.
        claims: shadows are known.
        precision: of each rule, from verdicts of reviewers.
    """
    failed = f", {stats.failed:,} failed in the run" if stats.failed else ""
    yield f"{counted(stats.documents, 'document')}, {counted(len(stats.sites - {''}), 'site')}{failed}"
    yield ""
    yield f"{'hits':>8} {'docs':>8} {'sites':>6} {'chars':>10} {'withheld':>9}  category    rule"
    order = sorted(stats.rules.values(), key=lambda e: (-e.hits, -e.withheld.total(), e.rule))
    shown = [entry for entry in order if entry.hits or entry.withheld]
    for entry in shown[:top]:
        whys = ", ".join(f"{why} {count}" for why, count in sorted(entry.withheld.items()))
        yield (
            f"{entry.hits:>8,} {entry.documents:>8,} {len(entry.sites):>6} {entry.chars:>10,} "
            f"{entry.withheld.total():>9,}  {entry.category:<11} {entry.rule}"
            + (f"  (withheld: {whys})" if whys else "")
            + _told((precision or {}).get(entry.rule))
        )
    if len(shown) > top:
        yield f"{'…':>8} and {len(shown) - top:,} more (--top)"
    dead, idle = stats.dead(), stats.idle()
    if claims:
        shadowed = stats.shadowed()
        yield ""
        yield f"shadowed: {len(shadowed)} rules without a cut of their own, for another rule cut what they wanted"
        for entry in shadowed:
            owners = ", ".join(f"{owner} {count}" for owner, count in entry.owners.most_common(3))
            yield f"  {entry.rule}  (cut by {owners})"
    yield ""
    yield f"dead: {len(dead)} rules of packs that applied, with nothing cut, withheld or claimed"
    yield from (f"  {rule}" for rule in dead)
    yield ""
    yield f"not reached: {len(idle)} packs that applied to no document"


def _told(found: Precision | None) -> str:
    if found is None:
        return ""
    share = found.right / found.judged
    return f"  (precision {share:.1%}, {found.low:.1%} to {found.high:.1%}, {found.judged:,} judged)"


def as_json(stats: Stats, *, claims: bool, precision: Mapping[str, Precision] | None = None) -> dict[str, Any]:
    """The counts as data."""
    known = precision or {}
    return {
        "documents": stats.documents,
        "failed": stats.failed,
        "sites": len(stats.sites - {""}),
        "rules": [
            {
                "rule": entry.rule,
                "category": entry.category,
                "hits": entry.hits,
                "documents": entry.documents,
                "sites": len(entry.sites),
                "chars": entry.chars,
                "withheld": _sorted(entry.withheld),
                **({"precision": msgspec.to_builtins(known[entry.rule])} if entry.rule in known else {}),
            }
            for entry in sorted(stats.rules.values(), key=lambda e: e.rule)
            if entry.hits or entry.withheld
        ],
        "shadowed": {entry.rule: _sorted(entry.owners) for entry in stats.shadowed()} if claims else None,
        "dead": stats.dead(),
        "not_reached": stats.idle(),
    }


def _sorted(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items()))


def over_records(stats: Stats, records: Iterable[Record]) -> None:
    """Count the records of an audit."""
    for record in records:
        stats.add_record(record)

"""The questions that the review asks an index: rules, queues within a rule, single cuts, documents, missed clutter."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import Any

import msgspec

from cleaner.model import Cleaned, CleanerError, Removal
from cleaner.review.build import SAMPLE, missed_group, unpacked
from cleaner.review.index import Index
from cleaner.review.judged import JOIN, OPEN, VERDICT, Counts, Judged, as_hex
from cleaner.review.precision import Estimate
from cleaner.review.risk import SIGNS
from cleaner.review.rows import Piece, pieces_of

#: Code points shown on both sides of a cut.
NEAR = 80
#: Queue → what it holds, in the order in which they are shown.
QUEUES = {"longest": "all cuts, longest first", **SIGNS, "sample": "random sample, for the precision"}
#: Columns that the rules can be sorted by, with the order that is asked for most.
SORTS = {
    "rule": "name",
    "category": "category",
    "cuts": "cuts DESC",
    "documents": "documents DESC",
    "sites": "sites DESC",
    "once": "1.0 * once / max(cuts, 1) DESC",
    "median": "median DESC",
    "longest": "longest DESC",
    "withheld": "withheld DESC",
    "doubt": "doubt DESC",
    "mid": "mid DESC",
    "small": "small DESC",
}


class RuleRow(msgspec.Struct, frozen=True):
    """A rule in the table of rules. ``other``: its cuts in the run that this one is compared with."""

    name: str
    category: str
    scope: str
    cuts: int
    documents: int
    sites: int
    chars: int
    median: int
    longest: int
    withheld: int
    once: int
    doubt: int
    mid: int
    small: int
    marks: int
    counts: Counts = msgspec.field(default_factory=Counts)
    estimate: Estimate | None = None
    other: int | None = None


class Card(msgspec.Struct, frozen=True):
    """A cut to judge, with what stands around it. ``before``, ``after``: pieces, cut ones among them."""

    cut: int
    doc: int
    id: Any
    name: str
    url: str | None
    site: str
    rule: str
    category: str
    scope: str
    start: int
    end: int
    text: str
    group: int
    group_cuts: int
    group_sites: int
    doubt: str | None
    confidence: float | None
    evidence: str | None
    verdict: str | None
    before: tuple[Piece, ...] = ()
    after: tuple[Piece, ...] = ()

    @property
    def fingerprint(self) -> str:
        """Identity of rule and text."""
        return as_hex(self.group)


class Missing(msgspec.Struct, frozen=True):
    """A text that was left standing in many documents of a site, and where: document, start, end."""

    number: int
    site: str
    text: str
    documents: int
    site_documents: int
    places: tuple[tuple[int, int, int], ...]
    verdict: str | None = None

    @property
    def fingerprint(self) -> str:
        """Identity of site and text."""
        return as_hex(missed_group(self.site, self.text))


class Views:
    """Answers about one run."""

    def __init__(self, index: Index, judged: Judged, other: Index | None = None) -> None:
        self.index = index
        self.judged = judged
        self._other: dict[str, int] | None = (
            {str(name): int(cuts) for name, cuts, *_ in other.rows("SELECT name, cuts FROM rule")}
            if other is not None
            else None
        )

    @property
    def compares(self) -> bool:
        """Whether another run is at hand."""
        return self._other is not None

    def rules(self, sort: str = "cuts", search: str = "") -> list[RuleRow]:
        """The rules of the run, those whose name or category holds the search."""
        query = (
            "SELECT name, category, scope, cuts, documents, sites, chars, median, longest, withheld, once, doubt, mid, "
            "small, marks FROM rule WHERE instr(lower(name || ' ' || category), lower(?)) ORDER BY "
        )
        rows = [
            self._rule(row) for row in self.index.rows(query + SORTS.get(sort, SORTS["cuts"]) + ", name", (search,))
        ]
        if sort == "precision":
            rows.sort(key=lambda row: (row.estimate is None, row.estimate.interval[0] if row.estimate else 1.0))
        elif sort == "change":
            rows.sort(key=lambda row: -abs(row.cuts - (row.other or 0)))
        return rows

    def rule(self, name: str) -> RuleRow:
        """One rule.

        Raises:
            CleanerError: the run has no cut of it.
        """
        for row in self.rules(search=name):
            if row.name == name:
                return row
        raise CleanerError(f"no rule {name} in this run")

    def _rule(self, row: Sequence[Any]) -> RuleRow:
        other = self._other.get(row[0], 0) if self._other is not None else None
        values: tuple[Any, ...] = (*row, self.judged.counts(row[0]), self.judged.estimate(row[0]), other)
        return RuleRow(*values)

    def judged_in(self, rule: str) -> dict[str, int]:
        """How many cuts of each queue of a rule are judged."""
        name = "(SELECT rule FROM rule WHERE name = ?)"
        found = self.index.row(
            "SELECT count(*), total(once), count(doubt), total(mid), total(small), total(marks) FROM ("  # nosec B608
            f"SELECT cut.* FROM judged JOIN cut USING (cut) WHERE cut.rule = {name} UNION "
            f"SELECT cut.* FROM judged_group JOIN cut USING (grp) WHERE cut.rule = {name})",
            (rule, rule),
        )
        sample = self.index.row(
            f"SELECT count(*) FROM sample JOIN cut ON cut.cut = sample.cut {JOIN} "  # nosec B608
            f"WHERE sample.rule = (SELECT rule FROM rule WHERE name = ?) AND NOT ({OPEN})",
            (rule,),
        )
        values = [int(value) for value in found or (0,) * 6]
        return dict(zip(("longest", *SIGNS), values, strict=True)) | {"sample": int(sample[0]) if sample else 0}

    def sizes(self, row: RuleRow) -> dict[str, int]:
        """How many cuts each queue of a rule holds."""
        sizes = {name: int(getattr(row, name)) for name in SIGNS}
        return {"longest": row.cuts, **sizes, "sample": min(row.cuts, SAMPLE)}

    def groups(self, rule: str, limit: int = 50) -> list[tuple[int, str, int, int, str | None]]:
        """The texts that a rule cut most often: a cut of it, the text, cuts, sites, verdict."""
        return self.index.rows(
            "SELECT (SELECT cut FROM cut WHERE cut.grp = grp.grp LIMIT 1), text, cuts, sites, judged_group.verdict "
            "FROM grp LEFT JOIN judged_group USING (grp) WHERE rule = (SELECT rule FROM rule WHERE name = ?) "
            "ORDER BY cuts DESC, text LIMIT ?",
            (rule, limit),
        )

    def next_cut(self, rule: str, queue: str, leased: Collection[int] = ()) -> int | None:
        """The next cut of a queue that nobody has judged, nor looks at just now.

        Raises:
            CleanerError: no such queue.
        """
        if queue not in QUEUES:
            raise CleanerError(f"no queue {queue}; there are {', '.join(QUEUES)}")
        taken = f"AND cut.cut NOT IN ({', '.join(str(int(cut)) for cut in leased)})" if leased else ""
        if queue == "sample":
            source, order, own = "sample JOIN cut ON cut.cut = sample.cut", "sample.rank", "sample.rule"
        else:
            name = "cut_long" if queue == "longest" else f"cut_{queue}"
            source, order, own = f"cut INDEXED BY {name}", "chars DESC, cut.cut", "cut.rule"
        sign = {"longest": "", "sample": "", "doubt": "AND cut.doubt IS NOT NULL"}.get(queue, f"AND cut.{queue}")
        found = self.index.row(
            f"SELECT cut.cut FROM {source} {JOIN} WHERE {own} = (SELECT rule FROM rule WHERE name = ?) "  # nosec B608
            f"AND {OPEN} {sign} {taken} ORDER BY {order} LIMIT 1",
            (rule,),
        )
        return int(found[0]) if found else None

    def card(self, cut: int) -> Card:
        """A cut with what stands around it.

        Raises:
            CleanerError: no such cut.
        """
        row = self.index.row(
            "SELECT cut.cut, cut.doc, doc.id, doc.name, doc.url, site.name, rule.name, cut.category, cut.scope, start, "  # nosec B608
            f'"end", grp.text, cut.grp, grp.cuts, grp.sites, cut.doubt, confidence, evidence, {VERDICT} '
            "FROM cut JOIN doc USING (doc) JOIN site ON site.site = cut.site JOIN rule ON rule.rule = cut.rule "
            f"JOIN grp ON grp.grp = cut.grp {JOIN} WHERE cut.cut = ?",
            (cut,),
        )
        if row is None:
            raise CleanerError(f"no cut {cut} in this run")
        card = Card(row[0], row[1], json.loads(row[2]), *row[3:])
        cleaned = self.cleaned(card.doc)
        if cleaned is None:
            return card
        text = cleaned.raw[card.start : card.end]
        before, after = _around(cleaned, card.start, card.end)
        return msgspec.structs.replace(card, text=text, before=before, after=after)

    def cleaned(self, doc: int) -> Cleaned | None:
        """A document as the run left it; ``None`` where its text is not at hand."""
        data = self.index.row("SELECT raw FROM text WHERE doc = ?", (doc,))
        facts = self.index.row("SELECT status, flags, site.name FROM doc JOIN site USING (site) WHERE doc = ?", (doc,))
        if data is None or facts is None:
            return None
        raw = unpacked(data[0])
        cuts = self.index.rows(
            'SELECT start, "end", cut.category, rule.name, cut.scope FROM cut JOIN rule USING (rule) WHERE doc = ? '
            "ORDER BY start, cut",
            (doc,),
        )
        removals = tuple(Removal(start, end, raw[start:end], *others) for start, end, *others in cuts)
        text = "".join(piece.text for piece in pieces_of(Cleaned("", raw, removals)) if piece.cut < 0)
        return Cleaned(text, raw, removals, flags=tuple(facts[1].split()), status=facts[0], site=facts[2] or None)

    def cuts_of(self, doc: int) -> list[int]:
        """The cuts of a document, in their order."""
        return [cut for (cut,) in self.index.rows("SELECT cut FROM cut WHERE doc = ? ORDER BY start, cut", (doc,))]

    def document(self, doc: int) -> dict[str, Any]:
        """What is known of a document.

        Raises:
            CleanerError: no such document.
        """
        names = ("doc", "id", "name", "url", "site", "status", "flags", "raw_chars", "clean_chars", "cuts", "problem")
        row = self.index.row(
            "SELECT doc, id, doc.name, url, site.name, status, flags, doc.raw_chars, doc.clean_chars, cuts, problem "
            "FROM doc JOIN site USING (site) WHERE doc = ?",
            (doc,),
        )
        if row is None:
            raise CleanerError(f"no document {doc} in this run")
        found = dict(zip(names, row, strict=True))
        found["id"] = json.loads(found["id"])
        return found

    def missed(self, search: str = "", limit: int = 200) -> list[Missing]:
        """What was left standing most often, of sites or texts that hold the search."""
        return self._missing(
            "instr(lower(site.name || ' ' || text), lower(?)) ORDER BY missed LIMIT ?", (search, limit)
        )

    def missing(self, number: int) -> Missing:
        """A text left standing, by number.

        Raises:
            CleanerError: there is none.
        """
        found = self._missing("missed = ?", (number,))
        if not found:
            raise CleanerError(f"no text {number} was left standing in this run")
        return found[0]

    def next_missed(self, leased: Collection[int] = ()) -> Missing | None:
        """The next text left standing that nobody has judged, nor looks at just now."""
        taken = f"AND missed NOT IN ({', '.join(str(int(one)) for one in leased)})" if leased else ""
        return next(iter(self._missing(f"judged_missed.verdict IS NULL {taken} ORDER BY missed LIMIT 1", ())), None)

    def _missing(self, condition: str, values: Sequence[Any]) -> list[Missing]:
        rows = self.index.rows(
            "SELECT missed, site.name, text, missed.documents, site.documents, places, judged_missed.verdict "  # nosec B608
            "FROM missed JOIN site USING (site) LEFT JOIN judged_missed ON judged_missed.grp = missed.grp "
            f"WHERE {condition}",
            values,
        )
        return [Missing(n, site, text, docs, of, tuple(json.loads(p)), v) for n, site, text, docs, of, p, v in rows]


def _around(cleaned: Cleaned, start: int, end: int) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """The pieces of so many code points before and after a span."""
    low, high = max(0, start - NEAR), min(len(cleaned.raw), end + NEAR)
    before: list[Piece] = []
    after: list[Piece] = []
    at = 0
    for piece in pieces_of(cleaned):
        last = at + len(piece.text)
        for found, first, stop in ((before, low, start), (after, end, high)):
            a, b = max(at, first), min(last, stop)
            if a < b:
                found.append(Piece(cleaned.raw[a:b], piece.cut))
        at = last
        if at >= high:
            break
    return tuple(before), tuple(after)

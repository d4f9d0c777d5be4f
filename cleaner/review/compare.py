"""Two runs over the same documents, cut by cut: what is new, lost, moved, or has another owner.

Documents are matched by id and raw text, so neither their order nor the number of workers matters.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from cleaner.model import Cleaned, Removal
from cleaner.review.build import unpacked
from cleaner.review.index import Index
from cleaner.terminal import counted, visible

#: Kinds of difference: of cuts, then of documents.
CUT_KINDS = ("new", "lost", "moved", "owner")
KINDS = (*CUT_KINDS, "status", "only-a", "only-b")
#: Code points shown on both sides of a cut.
NEAR = 80


class Side(msgspec.Struct, frozen=True, omit_defaults=True):
    """A cut in one of the runs."""

    start: int
    end: int
    text: str
    rule: str
    category: str


class Difference(msgspec.Struct, frozen=True, omit_defaults=True):
    """One difference. ``before`` and ``after`` are the raw text around both cuts; empty where it is not at hand."""

    kind: str
    document: Any
    site: str
    a: Side | None = None
    b: Side | None = None
    before: str = ""
    after: str = ""
    note: str = ""

    @property
    def rule(self) -> str:
        """The rule it is counted under: that of the second run, if it cuts there."""
        side = self.b or self.a
        return side.rule if side is not None else ""


class Comparison:
    """The differences of two runs as they are found, counted by kind, rule and site."""

    def __init__(self) -> None:
        self.documents = 0
        self.kinds: Counter[str] = Counter()
        self.rules: dict[str, Counter[str]] = {}
        self.sites: dict[str, Counter[str]] = {}

    def counted(self, found: Iterable[Difference]) -> Iterator[Difference]:
        """Pass differences on and count them."""
        for one in found:
            self.kinds[one.kind] += 1
            self.sites.setdefault(one.site, Counter())[one.kind] += 1
            if one.rule:
                self.rules.setdefault(one.rule, Counter())[one.kind] += 1
            yield one

    def fails(self, kinds: Sequence[str]) -> bool:
        """Whether there is a difference of one of these kinds; of any kind where none is named."""
        return any(self.kinds[kind] for kind in (kinds or KINDS))


def differing_cuts(a: Sequence[Removal], b: Sequence[Removal]) -> Iterator[tuple[str, Removal | None, Removal | None]]:
    """What became of each cut: ``owner`` (same bounds, another rule or category), ``moved``, ``lost`` or ``new``.

    Args:
        a: the cuts of a document in one run, in order.
        b: its cuts in another run, in order.
    """
    others = {(cut.start, cut.end): cut for cut in b}
    left: list[Removal] = []
    for cut in a:
        same = others.pop((cut.start, cut.end), None)
        if same is None:
            left.append(cut)
        elif (same.rule, same.category) != (cut.rule, cut.category):
            yield "owner", cut, same
    free = sorted(others.values(), key=lambda cut: cut.start)
    yield from _paired(left, free)


def _paired(a: Sequence[Removal], b: Sequence[Removal]) -> Iterator[tuple[str, Removal | None, Removal | None]]:
    """Each cut with the first one that overlaps it, from the left; both sides are in order and do not overlap."""
    one = other = 0
    while one < len(a) and other < len(b):
        if a[one].end <= b[other].start:
            yield "lost", a[one], None
            one += 1
        elif b[other].end <= a[one].start:
            yield "new", None, b[other]
            other += 1
        else:
            yield "moved", a[one], b[other]
            one, other = one + 1, other + 1
    for cut in a[one:]:
        yield "lost", cut, None
    for cut in b[other:]:
        yield "new", None, cut


def of_document(id: Any, site: str, a: Cleaned, b: Cleaned) -> Iterator[Difference]:
    """The differences of two results for one document."""
    for kind, one, other in differing_cuts(a.removals, b.removals):
        yield _difference(kind, id, site, one, other, a.raw)
    if (a.status, sorted(a.flags)) != (b.status, sorted(b.flags)):
        yield Difference("status", id, site, note=f"{_state(a.status, a.flags)} → {_state(b.status, b.flags)}")


def _difference(kind: str, id: Any, site: str, a: Removal | None, b: Removal | None, raw: str) -> Difference:
    sides = [cut for cut in (a, b) if cut is not None]
    start, end = min(cut.start for cut in sides), max(cut.end for cut in sides)
    return Difference(
        kind, id, site, _side(a, raw), _side(b, raw), raw[max(0, start - NEAR) : start], raw[end : end + NEAR]
    )


def _side(cut: Removal | None, raw: str) -> Side | None:
    if cut is None:
        return None
    return Side(cut.start, cut.end, raw[cut.start : cut.end] or cut.text, cut.rule, cut.category)


def _state(status: str, flags: Iterable[str]) -> str:
    return f"{status} ({', '.join(sorted(flags))})" if flags else status


_NUMBERED = (
    "SELECT doc, key, print, status, flags, "
    "row_number() OVER (PARTITION BY key ORDER BY print, status, flags, doc) AS nth FROM {}doc"
)


def of_runs(a: Index, b: Index, comparison: Comparison) -> Iterator[Difference]:
    """The differences of two runs, those of one document together.

    Args:
        a: the index of one run.
        b: the index of the other.
        comparison: takes the counts.
    """
    a.attach(b, "other")
    with a.writing() as db:
        for name, schema in (("left", "main."), ("right", "other.")):
            db.execute(f"CREATE TEMP TABLE {name}_side AS {_NUMBERED.format(schema)}")
            db.execute(f"CREATE UNIQUE INDEX temp.{name}_key ON {name}_side (key, nth)")
    comparison.documents = int((a.row("SELECT count(*) FROM left_side JOIN right_side USING (key, nth)") or (0,))[0])
    yield from comparison.counted(_found(a, b))


def _found(a: Index, b: Index) -> Iterator[Difference]:
    changed = a.rows(
        "SELECT l.doc, r.doc FROM left_side l JOIN right_side r USING (key, nth) "
        "WHERE l.print <> r.print OR l.status <> r.status OR l.flags <> r.flags ORDER BY l.doc"
    )
    for doc, other in changed:
        id, site, one = _result(a, doc)
        yield from of_document(id, site, one, _result(b, other)[2])
    for kind, index, own, theirs in (("only-a", a, "left", "right"), ("only-b", b, "right", "left")):
        for (doc,) in a.rows(
            f"SELECT l.doc FROM {own}_side l LEFT JOIN {theirs}_side r USING (key, nth) "  # nosec B608
            "WHERE r.doc IS NULL ORDER BY l.doc"
        ):
            id, site, _ = _result(index, doc)
            yield Difference(kind, id, site, note="no document of this id and raw text in the other run")


def _result(index: Index, doc: int) -> tuple[Any, str, Cleaned]:
    """Id, site and result of a document; without its text the cuts hold theirs."""
    facts = index.row(
        "SELECT id, status, flags, site.name FROM doc JOIN site USING (site) WHERE doc = ?",
        (doc,),
    )
    data = index.row("SELECT raw FROM text WHERE doc = ?", (doc,))
    cuts = index.rows(
        'SELECT start, "end", grp.text, cut.category, rule.name, cut.scope FROM cut JOIN grp ON grp.grp = cut.grp '
        "JOIN rule ON rule.rule = cut.rule WHERE doc = ? ORDER BY start, cut",
        (doc,),
    )
    id, status, flags, site = facts or ("null", "", "", "")
    raw = unpacked(data[0]) if data is not None else ""
    return (
        json.loads(id),
        site,
        Cleaned("", raw, tuple(Removal(*cut) for cut in cuts), flags=tuple(flags.split()), status=status),
    )


def lines(comparison: Comparison, found: Sequence[Difference], examples: int) -> Iterator[str]:
    """The comparison as a table, with so many examples of each kind and rule."""
    total = sum(comparison.kinds.values())
    kinds = ", ".join(f"{comparison.kinds[kind]:,} {kind}" for kind in KINDS if comparison.kinds[kind])
    yield f"{counted(comparison.documents, 'document')} compared: {kinds if total else 'no difference'}"
    for title, table in (("rule", comparison.rules), ("site", comparison.sites)):
        if not table:
            continue
        width = max(len(title), *(len(name or "(not known)") for name in table)) + 2
        yield ""
        yield f"{title:<{width}}" + "".join(f"{kind:>8}" for kind in CUT_KINDS)
        for name, counts in sorted(table.items(), key=lambda item: (-item[1].total(), item[0])):
            yield f"{name or '(not known)':<{width}}" + "".join(f"{counts[kind]:>8,}" for kind in CUT_KINDS)
    shown: Counter[tuple[str, str]] = Counter()
    for one in found:
        shown[one.kind, one.rule] += 1
        if shown[one.kind, one.rule] <= examples:
            yield ""
            yield from _example(one)


def _example(one: Difference) -> Iterator[str]:
    yield f"{one.kind}  {one.document}" + (f"  {one.rule}" if one.rule else "") + (f"  {one.note}" if one.note else "")
    for sign, side in (("-", one.a), ("+", one.b)):
        if side is not None:
            owner = f"  ({side.rule})" if one.kind == "owner" else ""
            yield f"  {sign} {_flat(one.before)}[-{_flat(side.text)}-]{_flat(one.after)}{owner}"


def _flat(text: str) -> str:
    return visible(text.replace("\r\n", "⏎").replace("\n", "⏎"))


def as_json(comparison: Comparison, found: Iterable[Difference]) -> dict[str, Any]:
    """The comparison as data."""
    return {
        "documents": comparison.documents,
        "kinds": {kind: comparison.kinds[kind] for kind in KINDS},
        "rules": {name: dict(sorted(counts.items())) for name, counts in sorted(comparison.rules.items())},
        "sites": {name: dict(sorted(counts.items())) for name, counts in sorted(comparison.sites.items())},
        "differences": [msgspec.to_builtins(one) for one in found],
    }

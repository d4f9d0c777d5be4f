"""Which cuts of a run are judged, kept in step with the file of decisions."""

from __future__ import annotations

from collections.abc import Iterable
from threading import RLock

import msgspec

from cleaner.review.build import id_text
from cleaner.review.index import Index
from cleaner.review.precision import Estimate, of_prefix
from cleaner.review.verdicts import Decision, DecisionFile, Undo, standing

_TABLES = """
CREATE TEMP TABLE IF NOT EXISTS judged (cut INTEGER PRIMARY KEY, verdict TEXT);
CREATE TEMP TABLE IF NOT EXISTS judged_group (grp INTEGER PRIMARY KEY, verdict TEXT);
CREATE TEMP TABLE IF NOT EXISTS judged_missed (grp INTEGER PRIMARY KEY, verdict TEXT);
DELETE FROM judged; DELETE FROM judged_group; DELETE FROM judged_missed;
"""
#: Joins and tells the verdict of a cut: its own one goes before that of all equal texts.
JOIN = "LEFT JOIN judged ON judged.cut = cut.cut LEFT JOIN judged_group ON judged_group.grp = cut.grp"
VERDICT = "coalesce(judged.verdict, judged_group.verdict)"
OPEN = "judged.cut IS NULL AND judged_group.grp IS NULL"
#: Decisions beyond this are put into the tables in one go.
_FEW = 50


def signed(fingerprint: str) -> int:
    """A fingerprint as the index keeps it."""
    return int.from_bytes(bytes.fromhex(fingerprint), signed=True)


def as_hex(group: int) -> str:
    """A fingerprint as a decision holds it."""
    return group.to_bytes(8, signed=True).hex()


class Counts(msgspec.Struct):
    """Verdicts of a rule's cuts, one a decision."""

    right: int = 0
    wrong: int = 0
    bounds: int = 0
    skip: int = 0


class Judged:
    """The decisions of a file, laid over the index of a run."""

    def __init__(self, index: Index, file: DecisionFile) -> None:
        self.index = index
        self.file = file
        self._lock = RLock()
        self._lines: list[Decision | Undo] = []
        self._standing: list[Decision] = []
        self._counts: dict[str, Counts] = {}
        self._estimates: dict[str, Estimate] = {}
        with index.writing() as db:
            db.executescript(_TABLES)
        self.refresh()

    def refresh(self) -> None:
        """Take in what was added to the file since, by anyone."""
        with self._lock:
            added = self.file.unread()
            if not added:
                return
            self._lines += added
            self._standing = standing(self._lines)
            if len(added) > _FEW or any(isinstance(one, Undo) for one in added):
                self._fill(self._standing)
            else:
                self._put([one for one in added if isinstance(one, Decision)])
            self._count()

    @property
    def decisions(self) -> list[Decision]:
        """The decisions that count."""
        return self._standing

    def last_of(self, reviewer: str) -> Decision | None:
        """The last decision of a reviewer that is not undone."""
        return next((one for one in reversed(self._standing) if one.reviewer == reviewer), None)

    def counts(self, rule: str) -> Counts:
        """Verdicts about a rule."""
        return self._counts.get(rule, Counts())

    def estimate(self, rule: str) -> Estimate | None:
        """The precision of a rule: from its random sample where that was judged, else from all its verdicts."""
        return self._estimates.get(rule)

    def _fill(self, decisions: Iterable[Decision]) -> None:
        with self.index.writing() as db:
            db.executescript(_TABLES)
        self._put(decisions)

    def _put(self, decisions: Iterable[Decision]) -> None:
        cuts, groups, missed = [], [], []
        for one in decisions:
            group = signed(one.fingerprint)
            if one.kind == "missed":
                missed.append((group, one.verdict))
            elif one.every:
                groups.append((group, one.verdict))
            else:
                cuts += [(cut, one.verdict) for cut in self._cuts_of(one, group)]
        with self.index.writing() as db:
            db.executemany("INSERT OR REPLACE INTO judged VALUES (?, ?)", cuts)
            db.executemany("INSERT OR REPLACE INTO judged_group VALUES (?, ?)", groups)
            db.executemany("INSERT OR REPLACE INTO judged_missed VALUES (?, ?)", missed)

    def cut_of(self, decision: Decision) -> int | None:
        """The cut of this run that a decision is about."""
        return next(iter(self._cuts_of(decision, signed(decision.fingerprint))), None)

    def _cuts_of(self, decision: Decision, group: int) -> list[int]:
        """The cut that a decision is about; in another run it may lie at another offset of the document."""
        found = self.index.rows(
            "SELECT cut, start FROM cut JOIN doc USING (doc) WHERE grp = ? AND doc.id = ?",
            (group, id_text(decision.document)),
        )
        exact = [cut for cut, start in found if start == decision.start]
        return exact or [cut for cut, _ in found][:1]

    def _count(self) -> None:
        self._counts = {}
        for one in self._standing:
            if one.kind == "cut":
                counts = self._counts.setdefault(one.rule, Counts())
                setattr(counts, one.verdict, getattr(counts, one.verdict) + 1)
        self._estimates = {}
        sampled = {one.rule for one in self._standing if one.queue == "sample"}
        for rule, counts in self._counts.items():
            estimate = self._sample_of(rule) if rule in sampled else Estimate(0, 0)
            judged = counts.right + counts.wrong + counts.bounds
            if not estimate.judged and judged:
                estimate = Estimate(counts.right, judged)
            if estimate.judged:
                self._estimates[rule] = estimate

    def _sample_of(self, rule: str) -> Estimate:
        found = self.index.each(
            f"SELECT {VERDICT} FROM sample JOIN cut ON cut.cut = sample.cut {JOIN} "  # nosec B608
            "WHERE sample.rule = (SELECT rule FROM rule WHERE name = ?) ORDER BY rank",
            (rule,),
        )
        return of_prefix(verdict for (verdict,) in found)

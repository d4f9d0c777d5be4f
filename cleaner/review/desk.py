"""What a reviewer does: look at the next thing, judge it, take it back. The web application only shows this."""

from __future__ import annotations

import re
import time
from collections.abc import Collection
from threading import Lock
from typing import Any

from cleaner.model import CATEGORIES, CleanerError
from cleaner.review.book import Book
from cleaner.review.judged import Judged
from cleaner.review.queues import Card, Missing, Views
from cleaner.review.rows import is_furniture
from cleaner.review.verdicts import (
    CUT_VERDICTS,
    MISSED_VERDICTS,
    Decision,
    Span,
    Undo,
    context_of,
    new_id,
    now,
)

#: Seconds for which what one reviewer looks at is not shown to another.
LEASE = 180
#: So far around a cut its right bounds are looked for, in code points.
_REACH = 2_000
_BLANKS = re.compile(r"\s+")


class Desk:
    """The work of all reviewers of one run."""

    def __init__(self, views: Views, judged: Judged, book: Book) -> None:
        self.views = views
        self.judged = judged
        self.book = book
        self._packs: dict[str, list[str]] = views.index.fact("packs") or {}
        self._leases: dict[tuple[str, int], tuple[str, float]] = {}
        self._lock = Lock()

    def next_cut(self, rule: str, queue: str, reviewer: str) -> Card | None:
        """The next cut of a queue for this reviewer; nobody else is shown it for some minutes."""
        with self._lock:
            found = self.views.next_cut(rule, queue, self._taken("cut", reviewer))
            if found is None:
                return None
            self._lease("cut", found, reviewer)
        return self.views.card(found)

    def next_missed(self, reviewer: str) -> Missing | None:
        """The next text left standing for this reviewer."""
        with self._lock:
            found = self.views.next_missed(self._taken("missed", reviewer))
            if found is not None:
                self._lease("missed", found.number, reviewer)
        return found

    def _taken(self, kind: str, reviewer: str) -> Collection[int]:
        at = time.monotonic()
        self._leases = {key: lease for key, lease in self._leases.items() if lease[1] > at}
        return [number for (own, number), (by, _) in self._leases.items() if own == kind and by != reviewer]

    def _lease(self, kind: str, number: int, reviewer: str) -> None:
        """Give it to this reviewer, and give back what the reviewer looked at before."""
        others = {key: lease for key, lease in self._leases.items() if key[0] != kind or lease[0] != reviewer}
        self._leases = {**others, (kind, number): (reviewer, time.monotonic() + LEASE)}

    def judge(
        self, cut: int, verdict: str, reviewer: str, *, queue: str = "", every: bool = False, right: str = ""
    ) -> Decision:
        """Save a verdict about a cut; it is on the disk when this returns.

        Args:
            cut: the cut.
            verdict: ``right``, ``wrong``, ``bounds`` or ``skip``.
            reviewer: who judges.
            queue: the queue that it stood in.
            every: for all cuts of the same text by the same rule.
            right: for ``bounds``, the text that should have been cut.

        Raises:
            CleanerError: no such cut or verdict; the right text is not found there; the verdict cannot be saved.
        """
        if verdict not in CUT_VERDICTS:
            raise CleanerError(f"unknown verdict {verdict!r}; there are {', '.join(CUT_VERDICTS)}")
        card = self.views.card(cut)
        context, at = self._context(card.doc, card.start, card.end, card.text)
        bounds = found_bounds(context, at, right) if verdict == "bounds" else None
        decision = Decision(
            id=new_id(),
            kind="cut",
            verdict=verdict,
            rule=card.rule,
            category=card.category,
            fingerprint=card.fingerprint,
            text=card.text,
            document=card.id,
            url=card.url,
            site=card.site,
            start=card.start,
            context=context,
            at=at,
            bounds=bounds,
            every=every and verdict != "bounds",
            page=self._is_furniture(card),
            queue=queue,
            reviewer=reviewer,
            time=now(),
            pack=self._pack_hash(card.rule),
        )
        self._save(decision)
        return decision

    def judge_missed(self, number: int, verdict: str, reviewer: str, *, category: str, rule: str = "") -> Decision:
        """Save a verdict about a text left standing.

        Raises:
            CleanerError: no such text, verdict, category or rule; the verdict cannot be saved.
        """
        if verdict not in MISSED_VERDICTS:
            raise CleanerError(f"unknown verdict {verdict!r}; there are {', '.join(MISSED_VERDICTS)}")
        if category not in CATEGORIES:
            raise CleanerError(f"unknown category {category!r}; there are {', '.join(CATEGORIES)}")
        if rule and self.book.block(rule) is None:
            raise CleanerError(f"no rule {rule!r} in the packs")
        one = self.views.missing(number)
        doc, start, end = one.places[0]
        facts = self.views.document(doc)
        context, at = self._context(doc, start, end, one.text)
        decision = Decision(
            id=new_id(),
            kind="missed",
            verdict=verdict,
            rule=rule,
            category=category,
            fingerprint=one.fingerprint,
            text=one.text,
            document=facts["id"],
            url=facts["url"],
            site=one.site,
            start=start,
            context=context,
            at=at,
            every=True,
            queue="missed",
            reviewer=reviewer,
            time=now(),
        )
        self._save(decision)
        return decision

    def undo(self, reviewer: str) -> Decision | None:
        """Take back a reviewer's last verdict; ``None`` where there is none left."""
        self.judged.refresh()
        last = self.judged.last_of(reviewer)
        if last is not None:
            self.judged.file.append(Undo(undo=last.id, reviewer=reviewer, time=now()))
            self.judged.refresh()
        return last

    def _save(self, decision: Decision) -> None:
        self.judged.file.append(decision)
        self.judged.refresh()

    def _context(self, doc: int, start: int, end: int, text: str) -> tuple[str, Span]:
        cleaned = self.views.cleaned(doc)
        return (text, (0, len(text))) if cleaned is None else context_of(cleaned, start, end)

    def _is_furniture(self, card: Card) -> bool:
        cleaned = self.views.cleaned(card.doc)
        cuts = cleaned.removals if cleaned is not None else ()
        return any(is_furniture(cut) for cut in cuts if cut.start == card.start)

    def _pack_hash(self, rule: str) -> str:
        hashes = self._packs.get(rule.partition("#")[0], [])
        return hashes[0] if len(hashes) == 1 else ""

    def progress(self) -> dict[str, Any]:
        """Verdicts so far, by reviewer and in all."""
        by: dict[str, int] = {}
        for decision in self.judged.decisions:
            by[decision.reviewer] = by.get(decision.reviewer, 0) + 1
        cuts = sum(decision.kind == "cut" for decision in self.judged.decisions)
        return {"by": by, "cuts": cuts, "missed": len(self.judged.decisions) - cuts}

    def pack_changed(self, rule: str) -> bool:
        """Whether the pack of a rule is another one today than in the run."""
        was = self._pack_hash(rule)
        return bool(was) and was != self.book.hash_of(rule.partition("#")[0])


def found_bounds(context: str, at: Span, right: str) -> Span:
    """Where the text that should have been cut stands, next to the cut; white space may differ.

    Raises:
        CleanerError: it is empty, does not stand near the cut, or is the cut itself.
    """
    words = _BLANKS.split(right.strip())
    if not words[0]:
        raise CleanerError("mark the text that should have been cut; for none of it, the verdict is wrong")
    pattern = re.compile(r"\s+".join(re.escape(word) for word in words))
    low = max(0, at[0] - _REACH)
    near = context[low : at[1] + _REACH]
    spans = [(found.start() + low, found.end() + low) for found in pattern.finditer(near)]
    if not spans:
        raise CleanerError("the text that should have been cut does not stand near the cut; copy it as it is")

    def fit(span: Span) -> tuple[int, int]:
        overlap = min(span[1], at[1]) - max(span[0], at[0])
        return overlap, -abs(span[0] - at[0])

    best = max(spans, key=fit)
    if context[best[0] : best[1]] == context[at[0] : at[1]].strip():
        raise CleanerError("these are the bounds of the cut itself; the verdict is right")
    return best

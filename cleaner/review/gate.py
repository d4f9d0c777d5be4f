"""Replays verdicts against the packs of today, so that what was judged once stays as it was judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec

from cleaner.core import Cleaner
from cleaner.model import Cleaned, CleanerError
from cleaner.review.spans import cut_of, visible
from cleaner.review.verdicts import Decision

#: ``held``: the packs do what the verdict says. ``broken``: they do not. ``open``: missed clutter that still stands.
#: ``apart``: it cannot be replayed, or says nothing.
State = Literal["held", "broken", "open", "apart"]


class Outcome(msgspec.Struct, frozen=True):
    """What became of a verdict, and why."""

    decision: Decision
    state: State
    why: str


def replay(decisions: Iterable[Decision], cleaner: Cleaner) -> Iterator[Outcome]:
    """Hold each verdict against what the cleaner does with its text.

    Args:
        decisions: those that count.
        cleaner: with the packs of today.
    """
    for decision in decisions:
        yield _outcome(decision, cleaner)


def _outcome(decision: Decision, cleaner: Cleaner) -> Outcome:
    if decision.verdict == "skip":
        return Outcome(decision, "apart", "skipped")
    if decision.page:
        return Outcome(decision, "apart", "decided by the structure of a page, of which the text tells nothing")
    cleaned = _cleaned(decision, cleaner)
    own = visible(decision.context, decision.at)
    if not own:
        return Outcome(decision, "apart", "holds no letters")
    cut = cut_of(cleaned.removals, own)
    if decision.verdict == "right":
        return _judged(decision, cut == own, "is cut", f"{len(own - cut)} of {len(own)} letters are no longer cut")
    if decision.verdict == "clutter":
        return Outcome(decision, "held", "is cut now") if cut == own else Outcome(decision, "open", "still stands")
    if decision.verdict == "bounds" and decision.bounds is not None:
        wanted = visible(decision.context, decision.bounds)
        cut = cut_of(cleaned.removals, own | wanted)
        short, over = len(wanted - cut), len(cut - wanted)
        return _judged(decision, cut == wanted, "is cut as marked", f"cuts {over} letters too many, {short} too few")
    return _judged(decision, not cut, "is left", f"{len(cut)} of {len(own)} letters are cut{_by(decision, cleaned)}")


def _judged(decision: Decision, good: bool, well: str, ill: str) -> Outcome:
    return Outcome(decision, "held", well) if good else Outcome(decision, "broken", ill)


def _by(decision: Decision, cleaned: Cleaned) -> str:
    start, end = decision.at
    rules = sorted({cut.rule for cut in cleaned.removals if cut.start < end and cut.end > start})
    return f" by {', '.join(rules)}" if rules else ""


def _cleaned(decision: Decision, cleaner: Cleaner) -> Cleaned:
    """The text of a verdict, cleaned as its document was; a site without a pack is none."""
    if decision.url is None and decision.site:
        try:
            return cleaner.clean_text(decision.context, site=decision.site)
        except CleanerError:
            pass
    return cleaner.clean_text(decision.context, url=decision.url)


def lines(outcomes: Iterable[Outcome], every: bool) -> Iterator[str]:
    """What does not hold, or with ``every`` all verdicts, and the totals."""
    totals: Counter[str] = Counter()
    for outcome in outcomes:
        totals[outcome.state] += 1
        if every or outcome.state == "broken":
            one = outcome.decision
            text = " ".join(one.text.split())[:80]
            about = f"{one.rule or one.site}: {text!r} {outcome.why} ({one.document})"
            yield f"{outcome.state:<7} {one.verdict:<7} {about}"
    yield ", ".join(f"{totals[name]:,} {name}" for name in ("held", "broken", "open", "apart"))


def as_json(outcomes: Iterable[Outcome]) -> list[dict[str, object]]:
    """The outcomes as data, without the texts around."""
    names = "id", "kind", "verdict", "rule", "category", "text", "document", "url", "site", "reviewer", "time"
    return [
        {"state": one.state, "why": one.why, **{name: getattr(one.decision, name) for name in names}}
        for one in outcomes
    ]

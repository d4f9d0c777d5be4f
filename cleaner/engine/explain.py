"""Why each line stayed or went: the same decisions as cleaning, told line by line."""

from __future__ import annotations

import msgspec

from cleaner.engine.dispatch import Program
from cleaner.engine.document import Document
from cleaner.engine.propose import evaluate
from cleaner.model import Cleaned, Removal, Withheld


class LineReport(msgspec.Struct, frozen=True):
    """One line of the raw text: its range, what became of it, and by which rules.

    ``verdict`` is ``kept``, ``cut``, ``part`` (something of it was cut) or ``blank``. ``close`` names rules that were
    tried and did not apply, with the guard that stopped them (``match``: the pattern itself).
    """

    start: int
    end: int
    text: str
    verdict: str
    removals: tuple[Removal, ...] = ()
    withheld: tuple[Withheld, ...] = ()
    close: tuple[tuple[str, str], ...] = ()


def explain_lines(cleaned: Cleaned, program: Program, host: str = "") -> list[LineReport]:
    """The report of each line of ``cleaned.raw``, blank ones included.

    Args:
        cleaned: what became of the text.
        program: the rules that ran.
        host: the host of its page, if that is known.
    """
    doc = Document(cleaned.raw, host=host)
    close: dict[int, dict[str, str]] = {}
    for number, matcher, hit in program.candidates(doc):
        outcome = evaluate(doc, number, matcher, hit)
        if isinstance(outcome, str):
            close.setdefault(number, {})[matcher.rule] = outcome
    reports = []
    first_removal = 0
    for number, start in enumerate(doc.starts):
        end = doc.end_of(number)
        text = cleaned.raw[start:end]
        while first_removal < len(cleaned.removals) and cleaned.removals[first_removal].end <= start:
            first_removal += 1
        removals = []
        for removal in cleaned.removals[first_removal:]:
            if removal.start >= end:
                break
            removals.append(removal)
        withheld = tuple(w for w in cleaned.withheld if w.start < end and w.end > start)
        hit_by = {r.rule for r in removals} | {w.rule for w in withheld}
        missed = tuple(sorted((rule, why) for rule, why in close.get(number, {}).items() if rule not in hit_by))
        reports.append(LineReport(start, end, text, _verdict(text, start, removals), tuple(removals), withheld, missed))
    return reports


def _verdict(text: str, start: int, removals: list[Removal]) -> str:
    if not text or text.isspace():
        return "blank"
    left = list(text)
    for removal in removals:
        low, high = max(0, removal.start - start), min(len(text), removal.end - start)
        left[low:high] = " " * (high - low)
    if not "".join(left).strip():
        return "cut"
    return "part" if "".join(left).strip() != text.strip() else "kept"

"""What the engine did to a document, as the result that its caller gets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cleaner.applied import HASH_DIGITS, Applied
from cleaner.engine.cuts import without
from cleaner.engine.doubt import with_doubts
from cleaner.engine.rounds import Outcome, joined
from cleaner.engine.title_end import MODEL_RULE
from cleaner.engine.title_weights import title_model
from cleaner.model import Cleaned, Credits, PreCut

#: A text that loses more than this share of its code points is flagged.
LARGE_CUT = 0.4
#: Reasons of a withheld cut that are a rule's own business and no warning about the document.
_QUIET = frozenset({"trial", "keep"})


def cleaned_of(
    raw: str,
    outcome: Outcome,
    applied: Applied | None = None,
    signature: str | None = None,
    meta: Mapping[str, str] | None = None,
    precuts: Sequence[PreCut] = (),
    credits: Credits | None = None,
    flags: Sequence[str] = (),
    hashes: Mapping[str, str] | None = None,
    models: Mapping[str, str] | None = None,
) -> Cleaned:
    """The result of a text or page, with its warnings and its status.

    Args:
        raw: the text, or the visible lines of the page.
        outcome: what was cut and withheld.
        applied: the packs that applied.
        signature: the rule that told the site of a text without URL.
        meta: facts of the input.
        precuts: page furniture; what it takes does not count as a large cut.
        credits: names that the page gives.
        flags: warnings that came up before.
        hashes: the hashes of packs, if others than those of ``applied`` had a say.
        models: trained models that had a say, with their hashes.
    """
    text = without(raw, outcome.removals)
    removals = with_doubts(raw, outcome.removals)
    warned = list(flags)
    for withheld in outcome.withheld:
        if withheld.why not in _QUIET and f"withheld:{withheld.why}" not in warned:
            warned.append(f"withheld:{withheld.why}")
    before = len(raw) - sum(cut.end - cut.start for cut in precuts)
    if len(text) < (1 - LARGE_CUT) * before:
        warned.append("large_cut")
    if not outcome.finished:
        warned.append("not_settled")
    if any(removal.doubt for removal in removals):
        warned.append("doubtful")
    return Cleaned(
        text=text,
        raw=raw,
        removals=removals,
        withheld=outcome.withheld,
        credits=joined(outcome.credits, credits) if credits else outcome.credits,
        flags=tuple(warned),
        status="flagged" if warned else "ok" if outcome.removals else "untouched",
        site=applied.site if applied else None,
        signature=signature,
        packs=_with_models(hashes if hashes is not None else applied.hashes if applied else {}, outcome, models),
        meta=meta or {},
    )


def _with_models(hashes: Mapping[str, str], outcome: Outcome, models: Mapping[str, str] | None) -> Mapping[str, str]:
    """The hashes of the packs, and those of the models that had a say."""
    said = dict(models or {})
    if any(cut.evidence for cut in outcome.removals) or any(cut.evidence for cut in outcome.withheld):
        said[MODEL_RULE] = title_model().sha256
    if not said:
        return hashes
    return {**hashes, **{name: sha256[:HASH_DIGITS] for name, sha256 in said.items()}}

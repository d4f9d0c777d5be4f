"""Run the examples of rules: alone, and together with all rules that would apply.

Outcomes of one text, in the terms that ast-grep made common:

* ``validated``: cut, or left, as the pack says;
* ``noisy``: a counter-example that the rule cuts;
* ``missing``: an example that is not cut, or of which something else than ``out`` remains;
* ``blocked``: an example that the rule cuts alone but not together with the others (a keep rule, a withheld cut);
* ``promote``: a ``known_miss`` that is cut by now, and so is an example;
* ``crossed`` (a warning): a counter-example that some rule of a pack for all documents cuts. That can be right, for
  a counter-example only says what *this* rule must leave, but it is how rules that cut too much are noticed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import msgspec

from cleaner.applied import Programs
from cleaner.engine.cuts import without
from cleaner.engine.dispatch import Program
from cleaner.engine.document import Document
from cleaner.engine.matcher import Matcher
from cleaner.engine.propose import propose
from cleaner.engine.rounds import Outcome, cut_in_rounds
from cleaner.lint.finding import Finding, Source
from cleaner.packs.cascade import Cascade
from cleaner.packs.schema import Example, Pack, Rule

_MENDS = {
    "noisy": "narrow the rule, or drop the counter-example",
    "missing": "mend the rule or the example",
    "blocked": "see what protects or withholds it with `cleaner explain`",
    "promote": "move it from known_miss to example",
    "crossed": "narrow that rule, unless the text is clutter",
}
_SHOWN = 70


@dataclass(slots=True)
class Totals:
    """What was run and what came out."""

    packs: int = 0
    rules: int = 0
    examples: int = 0
    counters: int = 0
    outcomes: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(("validated", "noisy", "missing", "blocked", "promote", "crossed"), 0)
    )


def run_all(sources: Sequence[Source], paths: set[str]) -> tuple[list[Finding], Totals]:
    """Run the examples of the packs with these paths.

    Args:
        sources: all packs, since they apply together.
        paths: files of the packs to test.
    """
    totals = Totals()
    findings: list[Finding] = []
    together = Together([source.pack for source in sources])
    for source in sources:
        if source.path not in paths:
            continue
        totals.packs += 1
        for rule in source.pack.rules:
            if rule.kind == "signature":
                continue
            cases = source.cases_of(rule)
            totals.rules += 1
            totals.examples += len(cases.example)
            totals.counters += len(cases.counter)
            own = list(alone(source, rule))
            if not own and rule.status == "active":
                own += together.check(source, rule)
            findings += own
            bad = sum(finding.code in ("noisy", "missing", "blocked") for finding in own)
            totals.outcomes["validated"] += len(cases.example) + len(cases.counter) - bad
            for finding in own:
                totals.outcomes[finding.code] += 1
    return findings, totals


def alone(source: Source, rule: Rule) -> Iterator[Finding]:
    """What a rule makes of its own examples and counter-examples, no other rule around."""
    cases = source.cases_of(rule)
    program = program_for([(rule, source.pack.layer)])
    for example in cases.example:
        message = _example_fault(program, rule, example)
        if message:
            yield source.about(rule, "missing", message, _MENDS["missing"])
    for counter in cases.counter:
        if touched(program, rule, counter.text, counter.host):
            what = "is protected" if rule.kind == "keep" else "is cut"
            left = "" if rule.kind == "keep" else f" (left: {_short(splice_all(program, counter.text, counter.host))})"
            yield source.about(rule, "noisy", f"counter {_short(counter.text)} {what}{left}", _MENDS["noisy"])
    for text in cases.known_miss:
        if touched(program, rule, text):
            yield source.about(rule, "promote", f"known_miss {_short(text)} is cut now", _MENDS["promote"])


def _example_fault(program: Program, rule: Rule, example: Example) -> str | None:
    if not touched(program, rule, example.text, example.host):
        return f"example {_short(example.text)} is not {'protected' if rule.kind == 'keep' else 'cut'}"
    if example.out is not None and rule.kind != "keep":
        left = splice_all(program, example.text, example.host)
        if left != example.out:
            return f"example {_short(example.text)} leaves {_short(left)}, not {_short(example.out)}"
    return None


def program_for(rules: Iterable[tuple[Rule, str]]) -> Program:
    """A program of rules with the layer of each, those on trial or out of use included."""
    return Program([Matcher(msgspec.structs.replace(rule, status="active"), layer) for rule, layer in rules])


def touched(program: Program, rule: Rule, text: str, host: str = "") -> bool:
    """Whether a rule, alone, cuts something from a text or, if it is a keep rule, protects a line of it."""
    if rule.kind == "keep":
        doc = Document(text, host=host)
        return bool(propose(doc, program.candidates(doc)).protected)
    return bool(run(program, text, host).removals)


def run(program: Program, text: str, host: str = "") -> Outcome:
    """Clean an example: the guards for whole documents are off, since it holds little but what is cut."""
    return cut_in_rounds(Document(text, host=host), program, guarded=False)


def splice_all(program: Program, text: str, host: str = "") -> str:
    """What remains of an example."""
    return without(text, run(program, text, host).removals)


class Together:
    """All packs, to run an example under those that would apply to it."""

    def __init__(self, packs: Sequence[Pack]) -> None:
        active = [
            msgspec.structs.replace(pack, rules=tuple(rule for rule in pack.rules if rule.status == "active"))
            for pack in packs
        ]
        self._programs = Programs(Cascade(active))
        self._base = self._programs.base.program

    def _program_of(self, pack: Pack) -> Program:
        pack = self._programs.cascade.by_name[pack.name]
        if pack.layer in ("generic", "language"):
            return self._base
        if pack.site is not None and pack.layer != "network":
            return self._programs.of(pack).program
        return self._programs.of(None, (pack,)).program

    def check(self, source: Source, rule: Rule) -> Iterator[Finding]:
        """Whether a rule's examples and counter-examples fare as they should among all rules that apply.

        Every code point that the rule cuts alone must be cut together with the others, by whichever rule.
        """
        cases = source.cases_of(rule)
        own = program_for([(rule, source.pack.layer)])
        everything = self._program_of(source.pack)
        for example in cases.example if rule.kind == "rule" else ():
            wanted = _visible(example.text, run(own, example.text, example.host))
            outcome = run(everything, example.text, example.host)
            lost = wanted - _visible(example.text, outcome)
            if lost:
                at = min(lost)
                why = next((f" ({w.why}, {w.rule})" for w in outcome.withheld if w.start <= at < w.end), "")
                message = f"example {_short(example.text)} is not cut when all packs apply{why}"
                yield source.about(rule, "blocked", message, _MENDS["blocked"])
        for counter in cases.counter:
            for name in sorted({removal.rule for removal in run(self._base, counter.text, counter.host).removals}):
                message = f"counter {_short(counter.text)} is cut by {name}"
                yield source.about(rule, "crossed", message, _MENDS["crossed"], severity="warning")


def _visible(text: str, outcome: Outcome) -> set[int]:
    """Offsets of what is cut, white space apart: which blanks go depends on the neighbours."""
    return {at for cut in outcome.removals for at in range(cut.start, cut.end) if not text[at].isspace()}


def _short(text: str) -> str:
    return repr(text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…")

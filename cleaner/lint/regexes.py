"""Checks of a rule's regexes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cleaner.lint.examples import program_for, run
from cleaner.lint.finding import Finding, Source
from cleaner.lint.limits import uses
from cleaner.packs.schema import Rule, regexes
from cleaner.packs.words import words_of_all
from cleaner.regex.automaton import parse
from cleaner.regex.backtracking import TOO_MANY_STEPS, analyse
from cleaner.regex.tree import anchored, ends_anchored

#: A match of fewer code points than this says too little about a line to cut it.
SHORTEST_MATCH = 4
#: A ``$`` at the very end that is no alternative of its own (``(?:\.|$)`` means what it says).
_WRITTEN_END = re.compile(r"[^\\|(]\$\)*\s*$")
_MAY_BE_EMPTY = ("guard prev", "guard next", "guard item")


def neutral_sentences() -> tuple[str, ...]:
    """Sentences and sub-headings that belong to articles, many of them look-alikes of clutter."""
    return words_of_all("neutral-sentences")


def compiles(source: Source, rule: Rule) -> Iterator[Finding]:
    """P001: every regex of the rule compiles."""
    for key, pattern in regexes(rule):
        try:
            re.compile(pattern, re.IGNORECASE)
        except (re.error, OverflowError, RecursionError) as error:
            where = f" at offset {error.pos}" if isinstance(error, re.error) and error.pos is not None else ""
            what = error.msg if isinstance(error, re.error) else error
            yield source.about(
                rule, "P001", f"{key} is no regular expression: {what}{where}", "mend the pattern", key=key
            )


def matches_nothing(source: Source, rule: Rule) -> Iterator[Finding]:
    """P002: no regex matches the empty text, except where an empty neighbour may be meant."""
    for key, pattern in regexes(rule):
        if key not in _MAY_BE_EMPTY and re.search(pattern, "", re.IGNORECASE):
            yield source.about(rule, "P002", f"{key} matches an empty text", "ask for at least one character", key=key)


def cuts_prose(source: Source, rule: Rule) -> Iterator[Finding]:
    """P003: a rule for all documents leaves neutral sentences alone."""
    if not source.everywhere or rule.kind != "rule":
        return
    program = program_for([(rule, source.pack.layer)])
    for sentence in neutral_sentences():
        if run(program, sentence).removals:
            yield source.about(
                rule, "P003", f"cuts the neutral sentence {sentence!r}", "narrow match, or add a guard", key="match"
            )


def anchored_in_part(source: Source, rule: Rule) -> Iterator[Finding]:
    """P004: where ``^`` or ``$`` is written, every alternative has it."""
    tree = parse(rule.match)
    start, end = anchored(tree, "start"), anchored(tree, "end")
    if rule.anchor != "start" and end == "some" and _WRITTEN_END.search(rule.match):
        yield source.about(
            rule, "P004", "only some alternatives end with $", "put the alternatives in (?:…)$", key="match"
        )
    elif rule.anchor == "any" and start == "some":
        yield source.about(
            rule, "P004", "only some alternatives start with ^", "put the alternatives in ^(?:…)", key="match"
        )


def backtracks(source: Source, rule: Rule) -> Iterator[Finding]:
    """P005, P006: no regex has exponentially many, or too many, ways to match one text."""
    for use in uses(rule, source.pack.layer):
        found = analyse(use.pattern, use.limit, use.searched)
        if found is None:
            continue
        shown = f"{found.prefix[-30:]!r} and then {found.pump!r} many times"
        if found.exponential:
            yield source.about(
                rule,
                "P005",
                f"{use.key} backtracks exponentially on a text such as {shown}",
                "let the turns of the loop begin with something that the turn before cannot end with",
                key=use.key,
            )
        else:
            yield source.about(
                rule,
                "P006",
                f"{use.key} may take some {found.steps:.0e} steps on a text such as {shown}",
                r"bound the repetitions (\s{0,3}), or let neighbours match different characters",
                severity="error" if found.steps > TOO_MANY_STEPS else "warning",
                key=use.key,
            )


def too_short(source: Source, rule: Rule) -> Iterator[Finding]:
    """P010: what a rule for all documents matches is long enough to tell clutter from prose."""
    if not source.everywhere or rule.kind != "rule" or ends_anchored(rule.match):
        return
    shortest = parse(rule.match).getwidth()[0]
    if shortest < SHORTEST_MATCH:
        message = f"a match can be as short as {shortest} characters, whatever follows"
        yield source.about(rule, "P010", message, "end it with $ or ask for more of the line", severity="warning")


def tried_everywhere(source: Source, rule: Rule) -> Iterator[Finding]:
    """P019: something narrows down the lines a rule is tried on."""
    if rule.kind == "signature" or not program_for([(rule, source.pack.layer)]).slow():
        return
    yield source.about(
        rule,
        "P019",
        "is tried on every line: neither its start, its end nor keywords narrow it down",
        "start match with literal words, or add keywords",
        severity="error" if source.everywhere else "warning",
    )

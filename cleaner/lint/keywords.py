"""Checks of a rule's keywords, which decide where it is tried at all. Their case does not count."""

from __future__ import annotations

from collections.abc import Iterator

from cleaner.lint.finding import Finding, Source
from cleaner.packs.schema import Rule
from cleaner.regex.automaton import build, parse


def impossible(source: Source, rule: Rule) -> Iterator[Finding]:
    """P008: some match can hold the keyword, or else an example does (around the match)."""
    if not rule.keywords:
        return
    automaton = build(parse(rule.match))
    texts = [example.text for example in source.cases_of(rule).example]
    for keyword in rule.keywords:
        if not any(_holds(text, keyword) for text in texts) and not automaton.contains(keyword):
            mend = "mend or drop it; it is compared character by character"
            yield source.about(rule, "P008", f"keyword {keyword!r} cannot be in a match", mend, key="keywords")


def missed(source: Source, rule: Rule) -> Iterator[Finding]:
    """P009: every example holds a keyword, or the rule would not be tried on it."""
    for example in source.cases_of(rule).example if rule.keywords else ():
        if not any(_holds(example.text, keyword) for keyword in rule.keywords):
            message = f"example {example.text[:60]!r} holds none of the keywords"
            yield source.about(rule, "P009", message, "add a literal that it holds to keywords", key="keywords")


def _holds(text: str, keyword: str) -> bool:
    return keyword.lower() in text.lower()

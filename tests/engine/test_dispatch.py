"""Dispatch refuses no line that a rule would match: its keys are read off the regex soundly."""

from __future__ import annotations

import re

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cleaner.applied import program_of
from cleaner.engine.document import Document
from cleaner.packs.load import load_packs
from cleaner.packs.schema import Rule

RULES = [
    (rule, pack.layer)
    for pack in load_packs()
    for rule in pack.rules
    if rule.anchor != "any" and rule.scope != "markup" and not rule.keywords
]


@given(st.sampled_from(RULES), st.data())
@settings(max_examples=300, deadline=None)
def test_a_line_that_matches_is_a_candidate(case: tuple[Rule, str], data: st.DataObject) -> None:
    rule, layer = case
    pattern = re.compile(rule.match, re.IGNORECASE)
    text = data.draw(st.from_regex(pattern, fullmatch=False)).strip()
    # The long s, the dotless i and the Kelvin sign match ASCII letters too; dispatch leaves them out on purpose, as it
    # does digits of other scripts.
    assume(re.search(r"\s{3}", text) is None and len(text) < 150 and not set(text) & set("ſİıK"))
    assume(all(letter.isascii() for letter in text if letter.isdigit()))
    found = (pattern.match if rule.anchor == "start" else pattern.search)(text)
    assume(found is not None and Document(text).bare[0] == text)
    program = program_of([(rule, layer)])
    assume(len(text) <= program.matchers[0].reach)  # longer lines are none of the rule's
    assert any(matcher.rule == rule.id for _, matcher, _ in program.candidates(Document(text)))

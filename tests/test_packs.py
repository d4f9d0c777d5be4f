"""The packs that come with the cleaner: every example holds, no rule is unsafe, none backtracks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cleaner.lint.checks import lint
from cleaner.lint.examples import alone, run_all
from cleaner.lint.finding import Finding, Source
from cleaner.lint.fuzz import Job, run_jobs, too_slow
from cleaner.lint.limits import uses
from cleaner.lint.reading import read_sources
from cleaner.packs.schema import Rule
from cleaner.regex.attack import attacks

SOURCES, BROKEN = read_sources()
RULES = [(source, rule) for source in SOURCES for rule in source.pack.rules]


def listed(findings: Iterator[Finding] | list[Finding]) -> str:
    return "\n".join(str(finding) for finding in findings if finding.severity == "error")


def test_all_packs_can_be_read() -> None:
    assert not BROKEN, listed(BROKEN)
    assert len(SOURCES) > 100


@pytest.mark.parametrize("source", SOURCES, ids=[source.pack.name for source in SOURCES])
def test_examples_hold(source: Source) -> None:
    for rule in source.pack.rules:
        if rule.kind != "signature":
            assert not listed(alone(source, rule)), listed(alone(source, rule))


def test_examples_hold_when_all_packs_apply() -> None:
    findings, totals = run_all(SOURCES, {source.path for source in SOURCES})
    assert not listed(findings), listed(findings)
    assert totals.outcomes["validated"] == totals.examples + totals.counters
    assert totals.counters >= 150


def test_there_is_nothing_to_mend() -> None:
    findings = lint(SOURCES, {source.path for source in SOURCES}, timed=False)
    assert not listed(findings), listed(findings)


def test_no_rule_is_slow_on_a_text_made_for_it() -> None:
    findings = list(too_slow(RULES))
    assert not listed(findings), listed(findings)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    pairs=st.lists(st.sampled_from(RULES), min_size=8, max_size=8, unique_by=lambda pair: pair[1].id),
    pump=st.text(st.sampled_from(' \u00a0aA1.,:-/|("“Ia'), min_size=1, max_size=4),
    end=st.sampled_from(["", "\x00", ".", " x", ")"]),
)
def test_no_rule_is_slow_on_odd_texts_behind_its_own_example(
    pairs: list[tuple[Source, Rule]], pump: str, end: str
) -> None:
    jobs = []
    for source, rule in pairs:
        for use in uses(rule, source.pack.layer):
            limit = min(use.limit, 20_000)
            texts = [example.text.splitlines()[0] for example in source.cases_of(rule).example] or [""]
            heads = {text[: len(text) * part // 4] for text in texts[:3] for part in range(5)}
            jobs.append(
                Job(use.pattern, use.searched, [(head, pump, max(1, limit // len(pump)), end) for head in heads])
            )
    assert [job.pattern for job, slow in zip(jobs, run_jobs(jobs), strict=True) if slow] == []


def test_attacks_are_made_for_every_regex() -> None:
    for source, rule in RULES:
        for use in uses(rule, source.pack.layer):
            assert len(attacks(use.pattern, use.limit, use.searched)) >= 10

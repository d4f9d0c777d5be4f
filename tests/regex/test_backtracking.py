"""The proof that a regex stays fast: known cases, and random regexes that it passes are fast under attack."""

from __future__ import annotations

import random

import pytest

from cleaner.lint.fuzz import Job, run_jobs
from cleaner.lint.limits import LONG_LINE
from cleaner.regex.attack import attacks
from cleaner.regex.automaton import build, parse
from cleaner.regex.backtracking import TOO_MANY_STEPS, analyse

EXPONENTIAL = [
    r"^(?:İa|ia)+x",  # one letter when case is ignored
    r"^(?:\db|٣b)+x",  # a digit of another script
    "a?" * 30 + "x",
    "(?:a|ab|b)?" * 30 + "x",
    "[ab]{0,3}" * 14 + "x",
    r"^(a+)+$",
    r"^(?:a*)*b",
    r"^(?:a|ab|b)*$",
    r"^(?:ab|ab?b?)+$",
    r"^(?:a?b?)*x",
    r"^(x+x+)+y",
    r"^(?:\w+\s?)*$",
    r"^(?:\S+\s*){3,24}\S*$",
    r"^(?:\s?\s?x){1,40}$",
    r"(?:\s*&nbsp;\s*)+$",
    r"^(?=(?:a+)+b)",
    r"^(a)(?:\1|a)*b",
    r"^(?:(?i:A)|a)+$",
]
POLYNOMIAL = [
    (r"^\s*\s*x", LONG_LINE, False),
    (r"^.*a.*b$", LONG_LINE, False),
    (r"^a*.{0,500}b", LONG_LINE, False),
    (r"\s*x", LONG_LINE, True),
    (r"^.*a.*b.*c.*d$", 300, False),
]
HARMLESS = [
    (r"^\s*\s*x", 300, False),
    (r"^(?:\S+\s+){3,24}\S*$", LONG_LINE, False),
    (r"^(?:\s+\w+)*$", LONG_LINE, False),
    (r"^(?:baca|lihat)\s+(?:juga|lagi)?\s*[:：]", 300, False),
    (r"^[^|]*\|[^|]*\|[^|]*$", LONG_LINE, False),
    (r"^(?:ab|cd)*$", LONG_LINE, False),
    (r"^a{0,3}a{0,3}b", LONG_LINE, False),
    (r"x\s*$", LONG_LINE, True),
    (r"^\d{1,2}\s\w{3,9}\s\d{4}$", LONG_LINE, False),
    (r"^(?-i:[A-Z]+)(?-i:[a-z]+)x", LONG_LINE, False),
]


@pytest.mark.parametrize("pattern", EXPONENTIAL)
def test_exponential(pattern: str) -> None:
    found = analyse(pattern, LONG_LINE, False)
    assert found is not None and found.exponential


@pytest.mark.parametrize(("pattern", "limit", "searched"), POLYNOMIAL)
def test_polynomial(pattern: str, limit: int, searched: bool) -> None:
    found = analyse(pattern, limit, searched)
    assert found is not None and not found.exponential and found.steps > TOO_MANY_STEPS


@pytest.mark.parametrize(("pattern", "limit", "searched"), HARMLESS)
def test_harmless(pattern: str, limit: int, searched: bool) -> None:
    assert analyse(pattern, limit, searched) is None


def test_case_decides_whether_neighbours_overlap() -> None:
    assert analyse(r"^[A-Z]*[a-z]*x", LONG_LINE, False) is not None
    assert analyse(r"^(?-i:[A-Z]*[a-z]*x)", LONG_LINE, False) is None


def test_what_a_match_can_contain() -> None:
    automaton = build(parse(r"^baca\s+juga\s*[:：]\s*(?:harga|beras)$"))
    for text in ("juga:", "JUGA :", "ca jug", "uga\u00a0:", ": Harga"):
        assert automaton.contains(text)
    for text in ("jugga", "juga;", "baca:", "harga beras"):
        assert not automaton.contains(text)


def some_regex(chance: random.Random, depth: int = 3) -> str:
    kind = chance.randrange(8) if depth else 0
    if kind < 2:
        return chance.choice(["a", "b", "[ab]", "[^b]", ".", r"\w", r"\s", " "])
    if kind < 5:
        return "".join(some_regex(chance, depth - 1) for _ in range(chance.randint(2, 3)))
    if kind == 5:
        return f"(?:{some_regex(chance, depth - 1)}|{some_regex(chance, depth - 1)})"
    return f"(?:{some_regex(chance, depth - 1)}){chance.choice(['*', '+', '?', '*?', '{0,2}', '{1,30}', '{2,}'])}"


def test_random_regexes_that_pass_are_fast_under_attack() -> None:
    chance = random.Random(20240619)
    passed, refused, jobs = 0, 0, []
    for _ in range(1200):
        pattern = f"^{some_regex(chance)}{chance.choice(['$', 'x', ''])}"
        if analyse(pattern, LONG_LINE, False) is None:
            passed += 1
            jobs.append(Job(pattern, False, attacks(pattern, LONG_LINE, False)[:24]))
        else:
            refused += 1
    assert passed > 200 and refused > 150  # else this tests little
    slow = [(job.pattern, found) for job, found in zip(jobs, run_jobs(jobs), strict=True) if found]
    assert slow == []


def test_an_attack_that_hangs_is_killed_and_the_rest_goes_on() -> None:
    bad, good = "^(?:a|aa)*$", "^a*$"
    jobs = [Job(p, False, [("", "a", 200, "x")]) for p in (good, bad, good, bad)]
    found = run_jobs(jobs, workers=2)
    assert [slow is None for slow in found] == [True, False, True, False]

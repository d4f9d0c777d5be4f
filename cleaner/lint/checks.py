"""All checks with their codes, and the run over packs. Codes are never used again for something else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from cleaner.lint import across, keywords, pages, regexes
from cleaner.lint.finding import Finding, Source, in_order
from cleaner.packs.schema import Rule

RuleCheck = Callable[[Source, Rule], Iterable[Finding]]
PackCheck = Callable[[Source], Iterable[Finding]]
AllCheck = Callable[[Sequence[Source]], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class Code:
    """A code and what it stands for."""

    code: str
    title: str


CODES = (
    Code("P000", "the pack cannot be loaded"),
    Code("P001", "a regex does not compile"),
    Code("P002", "a regex matches the empty text"),
    Code("P003", "a rule for all documents cuts a neutral sentence"),
    Code("P004", "only some alternatives are anchored"),
    Code("P005", "a regex backtracks exponentially"),
    Code("P006", "a regex may take very many steps"),
    Code("P007", "a regex was slow on a text made to be slow for it"),
    Code("P008", "a keyword cannot be in a match"),
    Code("P009", "an example holds no keyword"),
    Code("P010", "a match can be very short"),
    Code("P011", "a selector is no CSS"),
    Code("P012", "a selector rests on a class name that a build made up"),
    Code("P013", "a selector counts elements"),
    Code("P014", "another rule cuts all examples of a rule"),
    Code("P015", "two packs claim one domain"),
    Code("P016", "a network does not exist"),
    Code("P017", "a disabled rule does not exist"),
    Code("P018", "a pack does not say what it rests on"),
    Code("P019", "a rule is tried on every line"),
    Code("P020", "a domain is no host name"),
    Code("P021", "a pack is not laid out as `patterns fmt` does it"),
)
#: Run on each rule whose regexes compile.
OF_RULES: tuple[RuleCheck, ...] = (
    regexes.matches_nothing,
    regexes.cuts_prose,
    regexes.anchored_in_part,
    regexes.backtracks,
    keywords.impossible,
    keywords.missed,
    regexes.too_short,
    regexes.tried_everywhere,
)
OF_PACKS: tuple[PackCheck, ...] = (
    pages.bad_selectors,
    pages.built_names,
    pages.positions,
    across.without_source,
    across.bad_domains,
    across.laid_out_otherwise,
)
OF_ALL: tuple[AllCheck, ...] = (
    across.claimed_twice,
    across.unknown_networks,
    across.unknown_disabled,
)


def lint(sources: Sequence[Source], paths: set[str], *, timed: bool = True) -> list[Finding]:
    """All findings about the packs with these paths.

    Args:
        sources: all packs: some checks look at packs together.
        paths: files of the packs to check.
        timed: also time every regex on texts made to be slow for it.
    """
    findings: list[Finding] = []
    sound: list[tuple[Source, Rule]] = []
    broken: set[str] = set()
    for source in sources:
        if source.path in paths:
            for check in OF_PACKS:
                findings += check(source)
        for rule in source.pack.rules:
            faults = list(regexes.compiles(source, rule))
            if faults:
                broken.add(source.path)
                findings += faults if source.path in paths else ()
            elif source.path in paths:
                sound.append((source, rule))
    for source, rule in sound:
        for of_rule in OF_RULES:
            findings += of_rule(source, rule)
    whole = [source for source in sources if source.path not in broken]
    findings += across.shadowed(whole, paths)
    for of_all in OF_ALL:
        findings += [f for f in of_all(whole) if f.path in paths]
    if timed:
        from cleaner.lint.fuzz import too_slow

        findings += too_slow(sound)
    return in_order(findings)

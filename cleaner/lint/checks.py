"""All checks, and the run over packs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from cleaner.lint import across, keywords, pages, regexes
from cleaner.lint.finding import Finding, Source, in_order
from cleaner.packs.schema import Rule

RuleCheck = Callable[[Source, Rule], Iterable[Finding]]
PackCheck = Callable[[Source], Iterable[Finding]]
AllCheck = Callable[[Sequence[Source]], Iterable[Finding]]


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

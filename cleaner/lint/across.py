"""Checks of packs against each other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase

from cleaner.engine.dispatch import Program
from cleaner.engine.matcher import Matcher
from cleaner.engine.rounds import Outcome
from cleaner.lint.examples import run
from cleaner.lint.finding import Finding, Source
from cleaner.nearest import meant
from cleaner.packs.cascade import is_pattern
from cleaner.packs.layout import formatted
from cleaner.packs.schema import PackError, Rule

_HOST = re.compile(r"(?:\*\.)?[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+")
_CREDIT = re.compile(r"\(\?P<([a-z]+)\d*>")


def shadowed(sources: Sequence[Source], paths: set[str]) -> Iterator[Finding]:
    """P014: no rule whose examples are all cut by one other rule of the same category that applies wherever it does.

    Args:
        sources: all packs.
        paths: files of the packs whose rules are asked about; the others may only shadow them.
    """
    compiled = {source.path: _compiled(source) for source in sources if source.everywhere or source.path in paths}
    everywhere = [pair for source in sources if source.everywhere for pair in compiled[source.path]]
    common = _without(None, everywhere)
    # A rule that also gives a credit is not made needless by one that does not.
    credits = {rule.id: set(_CREDIT.findall(rule.match)) for source in sources for rule in source.pack.rules}
    for source in sources:
        if source.path not in paths:
            continue
        own = compiled[source.path]
        for rule, matcher in own:
            others = [_without(rule, everywhere if source.everywhere else own)]
            if not source.everywhere:
                others.append(common)
            # Each of the two is asked apart, so that neither hides what the other cuts.
            names = {name for program in others for name in _cut_by(source, rule, Program([matcher]), program)}
            names = {name for name in names - set(source.pack.disable) if credits[name] >= credits[rule.id]}
            if names:
                message = f"all its examples are cut by {', '.join(sorted(names))} too"
                mend = "drop one, or give an example that only this rule cuts"
                yield source.about(rule, "P014", message, mend, severity="warning")


def _compiled(source: Source) -> list[tuple[Rule, Matcher]]:
    return [
        (rule, Matcher(rule, source.pack.layer))
        for rule in source.pack.rules
        if rule.kind == "rule" and rule.status == "active"
    ]


def _without(left_out: Rule | None, rules: Sequence[tuple[Rule, Matcher]]) -> Program:
    return Program([matcher for rule, matcher in rules if rule is not left_out])


def _cut_by(source: Source, rule: Rule, alone: Program, program: Program) -> set[str]:
    """The rules of a program that cut all of a rule's examples as far as the rule itself does."""
    common: set[str] | None = None
    for example in source.cases_of(rule).example:
        wanted = _offsets(example.text, run(alone, example.text, example.host), None)
        outcome = run(program, example.text, example.host)
        names = {
            removal.rule
            for removal in outcome.removals
            if removal.category == rule.category and wanted <= _offsets(example.text, outcome, removal.rule)
        }
        common = names if common is None else common & names
        if not common:
            return set()
    return common or set()


def _offsets(text: str, outcome: Outcome, rule: str | None) -> set[int]:
    return {
        at
        for cut in outcome.removals
        if rule is None or cut.rule == rule
        for at in range(cut.start, cut.end)
        if not text[at].isspace()
    }


def claimed_twice(sources: Sequence[Source]) -> Iterator[Finding]:
    """P015: no domain belongs to two packs. A user's pack may add to a built-in one, a site's to a network's."""
    owners: dict[tuple[str, str], Source] = {}
    for source in sources:
        for domain in source.pack.site.domains if source.pack.site else ():
            first = owners.setdefault((source.pack.layer, domain), source)
            if first is not source:
                message = f"domain {domain!r} is also claimed by {first.pack.name}"
                yield source.at(domain, "P015", message, "leave it to one of them")


def unknown_networks(sources: Sequence[Source]) -> Iterator[Finding]:
    """P016: the network that a pack names exists."""
    known = {source.pack.name for source in sources}
    for source in sources:
        network = source.pack.site.network if source.pack.site else None
        if network and f"network/{network}" not in known:
            names = sorted(name.partition("/")[2] for name in known if name.startswith("network/"))
            yield source.at("network", "P016", f"no network {network!r}", meant(network, names))


def unknown_disabled(sources: Sequence[Source]) -> Iterator[Finding]:
    """P017: what a pack disables exists."""
    known = {rule.id for source in sources for rule in source.pack.rules}
    for source in sources:
        for rule in source.pack.disable:
            if rule not in known and not (is_pattern(rule) and any(fnmatchcase(each, rule) for each in known)):
                near = meant(rule, known)
                mend = near if "?" in near else "write a full rule id, pack#id, or a shell pattern of such ids"
                yield source.at(rule, "P017", f"disables {rule!r}, which no pack has", mend)


def without_source(source: Source) -> Iterator[Finding]:
    """P018: a pack for a site or network says what it rests on."""
    if source.pack.layer in ("site", "network") and not source.pack.source:
        yield source.at("pack", "P018", "source is missing", "say on what evidence the pack rests")


def bad_domains(source: Source) -> Iterator[Finding]:
    """P020: domains are host names in small letters, with ``*.`` in front at most."""
    site = source.pack.site
    for domain in (*site.domains, *site.not_domains) if site else ():
        if not _HOST.fullmatch(domain):
            yield source.at(domain, "P020", f"{domain!r} is no host name", 'such as "kompas.com" or "*.kompas.com"')


def laid_out_otherwise(source: Source) -> Iterator[Finding]:
    """P021: a pack of the cleaner has the layout of all packs. Those of one's own may look as one likes."""
    if source.pack.layer == "user":
        return
    try:
        if formatted(source.text, source.path) == source.text:
            return
        message = "is not laid out as the other packs are"
    except PackError as error:
        message = error.message
    yield source.at("schema", "P021", message, f"run `cleaner patterns fmt {source.pack.name}`")

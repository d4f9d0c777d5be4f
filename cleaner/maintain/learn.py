"""A corpus teaches its own packs: what recurs on a site, and is no prose, becomes rules of that site.

Two passes over what was read once: each site by itself, then all sites for the words that other outlets hold as well.
A result of cleaning still depends on the document, its URL and the packs alone: the packs are all that is learned.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from cleaner.maintain.keys import shown
from cleaner.maintain.learn_judge import Judge, Judged
from cleaner.maintain.learn_rules import Learned, learned
from cleaner.maintain.learn_site import Site, fewest_docs
from cleaner.maintain.learn_spool import Spool
from cleaner.maintain.learn_units import page_of
from cleaner.maintain.reading import Doc

#: Words that stand uncut on so many other sites are prose, or a convention that a language rule should know.
_OTHER_SITES = 2
_HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")
_TEXT_CHARS = 70


class Learning(msgspec.Struct, frozen=True):
    """Rules in the order of sites; documents of each site; documents of no known site; how many keys were prose.

    ``networks``: of sites that have no pack of their own, the network whose pack applied.
    """

    rules: tuple[Learned, ...]
    documents: dict[str, int]
    without_site: int
    prose: int
    networks: dict[str, str]


def learn(docs: Iterable[Doc], *, accept: bool = False, everything: bool = False) -> Learning:
    """Learn rules from cleaned documents.

    Args:
        docs: the documents of a corpus, cleaned with the packs at hand.
        accept: make the rules active that are beyond doubt.
        everything: with ``accept``, also those that a person should look at.

    Raises:
        CleanerError: no document could be read.
    """
    judge = Judge()
    without_site = prose = 0
    found: dict[str, list[Judged]] = {}
    networks: dict[str, str] = {}
    rules: list[Learned] = []
    with Spool() as spool:
        for doc in docs:
            site = doc.site if _HOST.fullmatch(doc.site) else doc.host
            if _HOST.fullmatch(site):
                if doc.site != site:
                    networks[site] = doc.site
                spool.add(page_of(doc.cleaned.text, doc.number, site))
            else:
                without_site += 1
        large = {site for site, count in spool.documents.items() if count >= fewest_docs(count)}
        for name, pages in spool.sites():
            if name not in large:
                continue
            judged = [judge.judged(one) for one in Site(name, pages).candidates()]
            prose += sum(one.verdict == "prose" for one in judged)
            kept = [one for one in judged if one.verdict != "prose"]
            if kept:
                found[name] = kept
        shared = _elsewhere(spool, found)
        for name, pages in spool.sites():
            own = [one for one in found.get(name, ()) if len(shared[one.candidate.key] - {name}) < _OTHER_SITES]
            prose += len(found.get(name, ())) - len(own)
            if own:
                rules += learned(_in_order(own), Site(name, pages).prose(), accept, everything)
        documents = dict(sorted(spool.documents.items()))
    rules.sort(key=lambda one: one.judged.candidate.site)
    return Learning(tuple(rules), documents, without_site, prose, networks)


def _in_order(found: Iterable[Judged]) -> list[Judged]:
    """What is beyond doubt first, then by documents."""
    return sorted(found, key=lambda one: (one.verdict, -one.candidate.docs, one.candidate.key))


def _elsewhere(spool: Spool, found: dict[str, list[Judged]]) -> dict[str, set[str]]:
    """The sites on which the key of a candidate stands uncut."""
    sites: dict[str, set[str]] = {one.candidate.key: set() for judged in found.values() for one in judged}
    for name, pages in spool.sites():
        for page in pages:
            for unit in page.units:
                known = sites.get(unit.key)
                if known is not None and len(known) <= _OTHER_SITES:
                    known.add(name)
    return sites


def table(learning: Learning) -> Iterator[str]:
    """What the rules would cut, as lines for a terminal."""
    total = sum(learning.documents.values())
    yield (
        f"{total:,} documents of {len(learning.documents):,} sites, {learning.without_site:,} of no known site; "
        f"{learning.prose:,} recurring keys are prose"
    )
    site = ""
    for rule in learning.rules:
        one = rule.judged.candidate
        if one.site != site:
            site = one.site
            yield ""
            yield f"{site}: {learning.documents[site]:,} documents"
            yield "   docs  share  status  category    text, and why"
        text = shown(one.key.split())
        text = text if len(text) <= _TEXT_CHARS else text[: _TEXT_CHARS - 1] + "…"
        look = "" if rule.judged.verdict == "accept" else "look: "
        yield (
            f"{one.docs:>7,} {one.share:>6.0%}  {rule.draft.status:<6}  {rule.draft.category:<10}  {text}"
            f"  ({look}{rule.judged.why})"
        )


def as_json(learning: Learning) -> dict[str, Any]:
    """The same as data."""
    return {
        "documents": learning.documents,
        "without_site": learning.without_site,
        "prose": learning.prose,
        "rules": [
            {
                "site": rule.judged.candidate.site,
                "id": rule.draft.id,
                "status": rule.draft.status,
                "category": rule.draft.category,
                "scope": rule.draft.scope,
                "docs": rule.judged.candidate.docs,
                "share": round(rule.judged.candidate.share, 4),
                "lift": round(rule.judged.candidate.lift, 2),
                "verdict": rule.judged.verdict,
                "why": rule.judged.why,
                "samples": list(rule.judged.candidate.samples),
            }
            for rule in learning.rules
        ],
    }

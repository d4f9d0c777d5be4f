"""The packs of one site as a program, and the programs of all sites: each rule compiled once, shared by all of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from cleaner.engine.dispatch import Program, Words
from cleaner.engine.document import Document
from cleaner.engine.matcher import Matcher
from cleaner.packs.cascade import Cascade, host_of
from cleaner.packs.schema import Pack, Rule

if TYPE_CHECKING:
    from cleaner.html.spec import PageSpec

#: Hexadecimal digits of a pack's hash in a result.
HASH_DIGITS = 16
#: Hosts whose program is remembered; a wide crawl sees millions of them.
_MAX_HOSTS = 4096


class Applied:
    """The packs that apply to one site, compiled: the program, and what goes into the record."""

    __slots__ = ("_spec", "hashes", "keep", "packs", "program", "site")

    def __init__(self, site: Pack | None, packs: tuple[Pack, ...], program: Program, keep: frozenset[str]) -> None:
        self.site = site.name.partition("/")[2] if site is not None else None
        self.packs = packs
        self.program = program
        self.keep = keep
        #: Enough of the hash to tell one version from another in every record; the manifest of a run holds it whole.
        self.hashes: Mapping[str, str] = {pack.name: pack.sha256[:HASH_DIGITS] for pack in packs}
        self._spec: PageSpec | None = None

    @property
    def spec(self) -> PageSpec:
        """What these packs say about a page."""
        if self._spec is None:
            from cleaner.html.spec import page_spec

            self._spec = page_spec(self.packs, self.keep)
        return self._spec


class Programs:
    """The programs of all sites, each made when first asked for, of matchers that they share."""

    def __init__(self, cascade: Cascade, keep: Iterable[str] = ()) -> None:
        """Make a matcher of each rule.

        Args:
            cascade: the packs that may apply.
            keep: categories whose rules are left out.
        """
        self.cascade = cascade
        self._keep = frozenset(keep)
        self._matchers: dict[str, tuple[Matcher, ...]] = {
            pack.name: tuple(Matcher(rule, pack.layer) for rule in pack.rules) for pack in cascade.packs
        }
        everything = [matcher for matchers in self._matchers.values() for matcher in matchers]
        self._words = Words(everything)
        self._signatures = Program([m for m in everything if m.kind == "signature"], self._words)
        self._known: dict[tuple[str, ...], Applied] = {}
        self._hosts: dict[str, Applied] = {}
        self.base = self.of(None)

    def of(self, site: Pack | None, extra: tuple[Pack, ...] = ()) -> Applied:
        """The packs of a site, or of none; ``extra``: packs detected on a page."""
        key = (site.name if site is not None else "", *(pack.name for pack in extra))
        found = self._known.get(key)
        if found is None:
            packs = self.cascade.applying(site, extra)
            off = self.cascade.switched_off(packs)
            matchers = [matcher for pack in packs for matcher in self._matchers[pack.name] if self._applies(matcher)]
            program = Program([matcher for matcher in matchers if matcher.rule not in off], self._words)
            found = self._known[key] = Applied(site, packs, program, self._keep)
        return found

    def of_url(self, url: str) -> Applied:
        """The packs of the site that a URL is of."""
        parts = url.split("/", 3)
        key = parts[2] if len(parts) > 2 and not parts[1] else url
        found = self._hosts.get(key)
        if found is None:
            if len(self._hosts) >= _MAX_HOSTS:
                self._hosts.clear()
            found = self._hosts[key] = self.of(self.cascade.site_of(host_of(url)))
        return found

    def of_text(self, doc: Document) -> tuple[Applied, str | None]:
        """The packs of the site that a text without a URL shows to be its own, and the signature it is known by."""
        signature = self._first_signature(doc)
        if signature is None:
            return self.base, None
        return self.of(self.cascade.by_name.get(signature.partition("#")[0])), signature

    def _first_signature(self, doc: Document) -> str | None:
        """Rule id of the first signature in the text: by line, sites before networks, then by rule id."""
        hits = [
            (line, matcher.rank, matcher.rule)
            for line, matcher, _ in self._signatures.candidates(doc)
            if (matcher.regex.match if matcher.anchored == "start" else matcher.regex.search)(doc.text[line].strip())
        ]
        return min(hits)[2] if hits else None

    def _applies(self, matcher: Matcher) -> bool:
        rule = matcher.source
        if rule.kind == "signature" or rule.status == "deprecated":
            return False
        return not (rule.kind == "rule" and rule.category in self._keep)


def program_of(rules: Iterable[tuple[Rule, str]]) -> Program:
    """A program of single rules, each with the layer of its pack (for running a rule's examples)."""
    return Program(Matcher(rule, layer) for rule, layer in rules if rule.status != "deprecated")

"""A rule ready to run: numbers resolved, regexes compiled on first use."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from cleaner.packs.schema import Rule
from cleaner.regex.prefixes import ends_anchored

if TYPE_CHECKING:
    from cleaner.engine.document import Document

#: A rule for no more than this many first lines needs no dispatch by its first characters.
MAX_OPENING = 8
#: Lines are put into buckets by this many first characters, before their prefixes are compared.
BUCKET_CHARS = 3
#: A rule of which little more is known than that it starts with one of so many letters is not dispatched by them.
MAX_FIRST_LETTERS = 6
#: How far before a keyword an unanchored match may start, in code points.
KEYWORD_REACH = 24
#: Code points before a cut at the line's end that its pattern may look at.
END_CONTEXT = 8
#: Code points behind the longest cut that a span from the line's start may look at.
LOOK_AHEAD = 64
_LAYER_RANK = {"user": 0, "site": 1, "network": 2, "language": 3, "generic": 4}
_DEFAULT_CHARS = {"line": 300, "span": 200, "inline": 220, "section": 300, "head": 300, "tail": 300}
_DEFAULT_LINES = {"section": 12, "head": 8, "tail": 40}
_DEFAULT_FRACTION = {"head": 0.3, "tail": 0.5, "section": 0.6}


class Matcher:
    """A rule ready to run: numbers resolved, regexes compiled on first use."""

    __slots__ = (
        "_item",
        "_next",
        "_prev",
        "_regex",
        "_stop",
        "_unless",
        "anchored",
        "category",
        "context",
        "contextual",
        "exact",
        "first_lines",
        "free",
        "has_groups",
        "keyed",
        "kind",
        "last_lines",
        "max_chars",
        "max_fraction",
        "max_hits",
        "max_item",
        "max_lines",
        "min_chars",
        "min_lines",
        "needs",
        "opening",
        "path",
        "rank",
        "reach",
        "rule",
        "scope",
        "source",
        "starts",
        "to_end",
        "trial",
        "window",
    )

    def __init__(self, rule: Rule, layer: str) -> None:
        guard = rule.guard
        self.source = rule
        self.starts = rule.starts
        #: literals of which the line holds at least one, in the form of ``Document.low``
        self.needs = tuple(word.encode() for word in rule.needs)
        self.rule = rule.id
        self.category = rule.category
        self.scope = rule.scope
        self.kind = rule.kind
        self.path: str | None = None
        self.trial = rule.status == "trial"
        self.rank = (_LAYER_RANK[layer], rule.id)
        self.anchored = rule.anchor
        self.max_chars = guard.max_chars or _DEFAULT_CHARS.get(rule.scope, 300)
        #: longest line worth trying: rules that take whole lines say so, parts and signatures may stand in any
        self.reach = sys.maxsize if rule.scope in ("span", "inline") or rule.kind == "signature" else self.max_chars
        #: code points of the line that a span from its start sees: on a huge line the search ends there
        self.window = sys.maxsize if ends_anchored(rule.match) else self.max_chars + LOOK_AHEAD
        self.min_chars = guard.min_chars or 0
        self.first_lines = guard.first_lines
        self.last_lines = guard.last_lines
        self.max_hits = guard.max_hits
        self.max_lines = guard.max_lines or _DEFAULT_LINES.get(rule.scope, 1)
        self.min_lines = guard.min_lines or 0
        self.max_item = guard.max_item or 160
        self.max_fraction = guard.max_fraction or _DEFAULT_FRACTION.get(rule.scope, 1.0)
        self.to_end = guard.to_end
        self.context = (
            guard.last_lines is not None or guard.prev is not None or guard.next is not None or guard.unless is not None
        )
        wide = not rule.starts or len(_first_letters(rule.starts)) > MAX_FIRST_LETTERS
        #: its start says little, its keywords say more
        self.keyed = bool(rule.keywords) and (wide or self.anchored != "start")
        #: a match begins where a keyword does: no need to look around it
        self.exact = self.keyed and self.anchored != "start" and _begin_with(rule.keywords, rule.starts)
        #: nothing tells where in a line its part may stand: its own pattern finds the places
        self.free = self.anchored == "any" and not self.keyed and rule.scope in ("span", "inline")
        #: little narrows its start, but it is for the first lines only: tried there, nowhere else
        self.opening = (
            self.anchored == "start" and wide and not rule.keywords and 0 < (guard.first_lines or 0) <= MAX_OPENING
        )
        #: the outcome depends on more than the line itself
        self.contextual = (
            self.context
            or guard.first_lines is not None
            or rule.kind == "keep"
            or rule.scope in ("section", "head", "tail")
        )
        self.has_groups = "(?P<" in rule.match
        self._regex: re.Pattern[str] | None = None
        self._prev: re.Pattern[str] | None = None
        self._next: re.Pattern[str] | None = None
        self._unless: re.Pattern[str] | None = None
        self._stop: re.Pattern[str] | None = None
        self._item: re.Pattern[str] | None = None

    def __reduce__(self) -> tuple[type[Matcher], tuple[Rule, str]]:
        layer = next(name for name, rank in _LAYER_RANK.items() if rank == self.rank[0])
        return Matcher, (self.source, layer)

    def words(self) -> set[bytes]:
        """Its keywords in the form of ``Document.low``."""
        return {word.encode().lower() for word in self.source.keywords}

    @property
    def regex(self) -> re.Pattern[str]:
        """The compiled ``match`` (compiling all rules at load would cost half a millisecond each)."""
        found = self._regex
        if found is None:
            found = self._regex = re.compile(self.source.match, re.IGNORECASE)
        return found

    def _guard(self, name: str) -> re.Pattern[str] | None:
        slot = "_" + name
        found: re.Pattern[str] | None = getattr(self, slot)
        if found is None:
            pattern = getattr(self.source.guard, name)
            if pattern is None:
                return None
            found = re.compile(pattern, re.IGNORECASE)
            setattr(self, slot, found)
        return found

    def context_miss(self, doc: Document, line: int, text: str) -> str | None:
        """The name of the first position or neighbour guard that this line does not meet, or ``None``."""
        unless = self._guard("unless")
        if unless is not None and unless.search(text):
            return "unless"
        if self.last_lines is not None and len(doc.standing()) - doc.rank_of(line) > self.last_lines:
            return "last_lines"
        prev = self._guard("prev")
        if prev is not None and not prev.search(doc.neighbour(line, -1)):
            return "prev"
        following = self._guard("next")
        if following is not None and not following.search(doc.neighbour(line, 1)):
            return "next"
        return None

    def ends_section(self, text: str) -> bool:
        """Whether a line stops a section of this rule."""
        stop = self._guard("stop")
        return stop is not None and stop.search(text) is not None

    def is_item(self, text: str) -> bool:
        """Whether a line belongs to a section of this rule."""
        if len(text) > self.max_item:
            return False
        item = self._guard("item")
        if item is not None:
            return item.search(text) is not None
        return not text.endswith((".", '."', ".”", ",", ";", ":")) or text.endswith(("...", "…"))


def _begin_with(keywords: tuple[str, ...], starts: tuple[str, ...]) -> bool:
    """Whether every match starts with a keyword and every keyword is a start, as far as the starts are known."""
    words = tuple(word.lower() for word in keywords)
    return (
        bool(starts)
        and all(word.startswith(starts) or starts_with(starts, word) for word in words)
        and all(start.startswith(words) or starts_with(words, start) for start in starts)
    )


def starts_with(starts: tuple[str, ...], word: str) -> bool:
    """Whether some prefix goes on where the word ends."""
    return any(start.startswith(word) for start in starts)


def bucket_of(prefix: str) -> str:
    """The key that a line with this prefix is found by: its first three characters, or its first one."""
    key = prefix[:BUCKET_CHARS]
    return key if len(key) == BUCKET_CHARS and " " not in key else key[0]


def _first_letters(starts: tuple[str, ...]) -> set[str]:
    return {key for prefix in starts if len(key := bucket_of(prefix)) == 1 and key.isalpha()}

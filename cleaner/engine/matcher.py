"""A rule ready to run: numbers resolved, regexes compiled on first use."""

from __future__ import annotations

import re
import sys
from enum import Enum, auto
from typing import TYPE_CHECKING

from cleaner.packs.schema import Rule

if TYPE_CHECKING:
    from cleaner.engine.document import Document

#: A rule for no more than this many first lines needs no dispatch by its first characters.
MAX_OPENING = 8
#: Scopes that take a part of a line.
PARTS = ("span", "inline")
#: Lines are put into buckets by this many first characters, before their prefixes are compared.
BUCKET_CHARS = 3
#: A rule of which little more is known than that it starts with one of so many letters is not dispatched by them.
MAX_FIRST_LETTERS = 6
#: How far before a keyword an unanchored match may start, in code points.
KEYWORD_REACH = 24
#: Code points around the part that a span cuts, where its pattern says more than it cuts.
CUT_CONTEXT = 200
#: Code points before a cut at the line's end that its pattern may look at.
END_CONTEXT = 8
#: Code points behind the longest cut that a span from the line's start may look at.
LOOK_AHEAD = 64
_LAYER_RANK = {"user": 0, "site": 1, "network": 2, "language": 3, "generic": 4}
_DEFAULT_CHARS = {"line": 300, "span": 200, "inline": 220, "section": 300, "head": 300, "tail": 300}
_DEFAULT_LINES = {"section": 12, "head": 8, "tail": 40}
_DEFAULT_FRACTION = {"head": 0.3, "tail": 0.5, "section": 0.6}


class Route(Enum):
    """How the lines are found that a rule is worth trying on."""

    #: the first lines of the text, whatever they say
    OPENING = auto()
    #: where one of its keywords stands
    KEYWORD = auto()
    #: lines that begin with one of its prefixes
    START = auto()
    #: lines that end with one of its characters
    END = auto()
    #: every line: nothing narrows them down
    EVERY = auto()
    #: the marks of disguised texts: a tag, a comment, an entity
    MARKUP = auto()
    #: every place on every line that its own pattern finds
    PLACES = auto()


class Matcher:
    """A rule ready to run: numbers resolved, regexes compiled on first use."""

    __slots__ = (
        "_patterns",
        "_regex",
        "anchored",
        "block",
        "by_host",
        "category",
        "context",
        "first_lines",
        "has_groups",
        "kind",
        "last_lines",
        "max_chars",
        "max_fraction",
        "max_hits",
        "max_item",
        "max_lines",
        "min_chars",
        "min_lines",
        "path",
        "rank",
        "reach",
        "route",
        "rule",
        "scope",
        "search_reach",
        "source",
        "to_end",
        "trial",
        "window",
    )

    def __init__(self, rule: Rule, layer: str) -> None:
        guard = rule.guard
        self.source = rule
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
        self.reach = sys.maxsize if rule.scope in PARTS or rule.kind == "signature" else self.max_chars
        #: code points of the line that a span from its start sees: on a huge line the search ends there
        self.window = sys.maxsize if rule.closed else self.max_chars + LOOK_AHEAD
        #: code points behind a keyword that a match may reach
        self.search_reach = KEYWORD_REACH + self.max_chars + (CUT_CONTEXT if "(?P<cut>" in rule.match else 0)
        self.min_chars = guard.min_chars or 0
        self.first_lines = guard.first_lines
        self.last_lines = guard.last_lines
        self.max_hits = guard.max_hits
        self.max_lines = guard.max_lines or _DEFAULT_LINES.get(rule.scope, 1)
        self.min_lines = guard.min_lines or 0
        self.max_item = guard.max_item or 160
        self.max_fraction = guard.max_fraction or _DEFAULT_FRACTION.get(rule.scope, 1.0)
        self.to_end = guard.to_end
        self.block = guard.block
        self.context = (
            guard.last_lines is not None or guard.prev is not None or guard.next is not None or guard.unless is not None
        )
        self.route = _route(rule)
        self.has_groups = "(?P<" in rule.match
        #: whether what a group matched has to name the outlet of the document's host
        self.by_host = "(?P<host>" in rule.match
        self._regex: re.Pattern[str] | None = None
        self._patterns: dict[str, re.Pattern[str]] = {}

    def __reduce__(self) -> tuple[type[Matcher], tuple[Rule, str]]:
        layer = next(name for name, rank in _LAYER_RANK.items() if rank == self.rank[0])
        return Matcher, (self.source, layer)

    def words(self) -> set[bytes]:
        """Its keywords in the form that texts are searched in: UTF-8, ASCII letters small."""
        return {word.encode().lower() for word in self.source.keywords}

    def lacks_marks(self, text: str) -> bool:
        """Whether a line cannot match, since it has none of the marks of which every match holds one."""
        marks = self.source.marks
        for mark in marks:
            if text.find(mark, 0, self.window) >= 0:
                return False
        return marks != ""

    @property
    def regex(self) -> re.Pattern[str]:
        """The compiled ``match`` (compiling all rules at load would cost half a millisecond each)."""
        if self._regex is None:
            self._regex = re.compile(self.source.match, re.IGNORECASE)
        return self._regex

    def _guard(self, name: str) -> re.Pattern[str] | None:
        found = self._patterns.get(name)
        if found is None:
            pattern: str | None = getattr(self.source.guard, name)
            if pattern is not None:
                found = self._patterns[name] = re.compile(pattern, re.IGNORECASE)
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

    def is_item(self, text: str, *, first: bool = True) -> bool:
        """Whether a line belongs to a section of this rule, as its first line or as a further one."""
        if len(text) > self.max_item:
            return False
        further = None if first else self._guard("further")
        if further is not None and further.search(text) is None:
            return False
        item = self._guard("item")
        if item is not None:
            return item.search(text) is not None
        return not text.endswith((".", '."', ".”", ",", ";", ":")) or text.endswith(("...", "…"))


def _route(rule: Rule) -> Route:
    """How the lines are found that a rule is worth trying on."""
    if rule.scope == "markup":
        return Route.MARKUP
    from_start = rule.anchor == "start"
    wide = not rule.starts or len(_first_letters(rule.starts)) > MAX_FIRST_LETTERS
    if from_start and wide and not rule.keywords and 0 < (rule.guard.first_lines or 0) <= MAX_OPENING:
        return Route.OPENING
    if rule.keywords and (wide or not from_start):
        return Route.KEYWORD
    if from_start and rule.starts:
        return Route.START
    if rule.ends:
        return Route.END
    return Route.PLACES if rule.anchor == "any" and rule.scope in PARTS else Route.EVERY


def bucket_of(prefix: str) -> str:
    """The key that a line with this prefix is found by: its first three characters, or its first one."""
    key = prefix[:BUCKET_CHARS]
    return key if len(key) == BUCKET_CHARS and " " not in key else key[0]


def _first_letters(starts: tuple[str, ...]) -> set[str]:
    return {key for prefix in starts if len(key := bucket_of(prefix)) == 1 and key.isalpha()}

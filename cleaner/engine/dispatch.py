"""From lines to candidates: which rules are worth trying on which lines. The hot path.

Nearly all lines are prose and match nothing, so a line first has to pass a dispatch on its first three characters, on
its last character, or on a keyword found by one Aho-Corasick pass over the whole text. Only then a regex runs.
Measured on 2.7 kB articles: splitting 3 µs, first and last characters 5 µs, keywords 6 µs; one alternation of all
rules 290 µs.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence

from ahocorasick_rs import BytesAhoCorasick, Implementation, MatchKind

from cleaner.engine.document import Document
from cleaner.engine.matcher import BUCKET_CHARS, END_CONTEXT, MAX_OPENING, Matcher, Route, bucket_of
from cleaner.engine.ornament import ORNATE, unadorned
from cleaner.regex.prefixes import head_of


class Words:
    """Finds keywords in lower-cased texts: one pass of an automaton, however many there are.

    One set of words serves the programs of all sites: what it touches of the table of states then stays in the cache.
    """

    __slots__ = ("_searcher", "names")

    def __init__(self, matchers: Iterable[Matcher]) -> None:
        self.names = tuple(
            sorted({word for matcher in matchers if matcher.route is Route.KEYWORD for word in matcher.words()})
        )
        # The form with a table of all states: three times as fast as the compact one, a few MB of memory.
        self._searcher = (
            BytesAhoCorasick(self.names, matchkind=MatchKind.Standard, implementation=Implementation.DFA)
            if self.names
            else None
        )

    def find(self, low: bytes) -> list[tuple[int, int, int]]:
        """Each keyword found, overlapping ones too: its number in ``names``, start and end."""
        return self._searcher.find_matches_as_indexes(low, overlapping=True) if self._searcher is not None else []


#: A rule worth trying: the line, the rule, and where in the bare line (-1: as its anchor says).
Candidate = tuple[int, Matcher, int]
_Bucket = tuple[tuple[Matcher, int, tuple[str, ...]], ...]


class Program:
    """All rules that apply to a document, in the tables that dispatch a line to the few worth trying."""

    __slots__ = ("_buckets", "_ends", "_every", "_firsts", "_opening", "_waiting", "_words", "markup", "matchers")

    def __init__(self, matchers: Iterable[Matcher], words: Words | None = None) -> None:
        """Make the tables.

        Args:
            matchers: the rules.
            words: finds the keywords of these rules, and perhaps of others; ``None``: made here.
        """
        self.matchers = tuple(sorted(matchers, key=lambda m: m.rank))
        by_route: dict[Route, list[Matcher]] = {route: [] for route in Route}
        for matcher in self.matchers:
            by_route[matcher.route].append(matcher)
        #: for each of the first lines the rules that may be tried there, with the longest line worth trying
        self._opening = tuple(
            tuple((m, m.reach) for m in by_route[Route.OPENING] if rank < (m.first_lines or 0))
            for rank in range(MAX_OPENING)
        )
        #: the rules for the marks of disguised texts, which are on no line
        self.markup = tuple(by_route[Route.MARKUP])
        self._every = (*by_route[Route.EVERY], *by_route[Route.PLACES])
        self._buckets, self._firsts = _start_tables(by_route[Route.START])
        ends: dict[str, list[Matcher]] = {}
        for matcher in by_route[Route.END]:
            for key in matcher.source.ends:
                ends.setdefault(key, []).append(matcher)
        self._ends = {key: tuple(found) for key, found in ends.items()}
        self._words = words if words is not None else Words(by_route[Route.KEYWORD])
        waiting: dict[bytes, list[Matcher]] = {}
        for matcher in by_route[Route.KEYWORD]:
            for word in matcher.words():
                waiting.setdefault(word, []).append(matcher)
        #: the rules that wait for each of the words, by its number
        self._waiting = tuple(tuple(waiting.get(word, ())) for word in self._words.names)

    def __reduce__(self) -> tuple[type[Program], tuple[tuple[Matcher, ...]]]:
        return Program, (self.matchers,)

    def slow(self) -> tuple[Matcher, ...]:
        """The rules that nothing narrows down, so that they are tried on every line."""
        return self._every

    def candidates(
        self, doc: Document, lines: Sequence[int] | None = None, refused: Container[tuple[int, Matcher]] = ()
    ) -> list[Candidate]:
        """The rules worth trying on a document as it stands.

        Args:
            doc: the document.
            lines: numbers of the lines to look at, ascending; ``None``: all that stand.
            refused: first lines and rules for them that need no further try.
        """
        found: list[Candidate] = []
        buckets, firsts, ends, bare = self._buckets, self._firsts, self._ends, doc.bare
        # Comprehensions with a dict test cost a third of a loop with three look-ups; nearly no line passes them.
        here = [(number, bare[number]) for number in (doc.standing() if lines is None else lines)]
        hot = [
            (number, text, buckets[head]) for number, text in here if (head := text[:BUCKET_CHARS].lower()) in buckets
        ]
        if firsts:
            hot += [(number, text, firsts[text[0]]) for number, text in here if text[0] in firsts]
        for number, text, bucket in hot:
            _add(found, number, text, bucket)
        for number, text in here:
            if not text[0].isalpha() and (rest := unadorned(text, "related")):
                for bucket in (buckets.get(rest[:BUCKET_CHARS].lower(), ()), firsts.get(rest[0], ())):
                    _add(found, number, rest, tuple(entry for entry in bucket if entry[0].category in ORNATE))
        if ends:
            for number, text in here:
                if text[-1] in ends:
                    found += [(number, matcher, -1) for matcher in ends[text[-1]]]
        for matcher in self._every:
            for number, text in here:
                if matcher.route is Route.PLACES:
                    found += [(number, matcher, place.start()) for place in matcher.regex.finditer(text)]
                else:
                    found.append((number, matcher, -1))
        found += self._first_lines(doc, refused)
        waiting = self._waiting
        seen: set[tuple[int, int]] = set()
        for word, number, column in doc.hits(self._words, waiting, lines):
            if bare[number]:
                _add_keyed(found, number, bare[number], column, waiting[word], seen)
        return found

    def _first_lines(self, doc: Document, refused: Container[tuple[int, Matcher]]) -> list[Candidate]:
        """The first lines as they stand now, with the rules that are for first lines only."""
        bare = doc.bare
        return [
            (number, matcher, -1)
            for number, matchers in zip(doc.standing()[:MAX_OPENING], self._opening, strict=False)
            for matcher, reach in matchers
            if reach >= len(bare[number]) and (number, matcher) not in refused and not matcher.lacks_marks(bare[number])
        ]


def _start_tables(matchers: Iterable[Matcher]) -> tuple[dict[str, _Bucket], dict[str, _Bucket]]:
    """Rules by the first characters of their prefixes: by three of them, or by one."""
    buckets: dict[str, dict[Matcher, list[str]]] = {}
    firsts: dict[str, dict[Matcher, list[str]]] = {}
    for matcher in matchers:
        for prefix in matcher.source.starts:
            key = bucket_of(prefix)
            table = buckets if len(key) == BUCKET_CHARS else firsts
            for case in {key, key.upper()} if table is firsts else {key}:
                table.setdefault(case, {}).setdefault(matcher, []).append(prefix)
    by_three = {key: _bucket(found) for key, found in buckets.items()}
    return by_three, {key: _bucket(found) for key, found in firsts.items()}


def _bucket(found: dict[Matcher, list[str]]) -> _Bucket:
    """The rules of a bucket, each with the longest line worth trying and its prefixes in this bucket."""
    return tuple((matcher, matcher.reach, tuple(prefixes)) for matcher, prefixes in found.items())


def _add(found: list[Candidate], number: int, text: str, bucket: _Bucket) -> None:
    """Add the rules of a bucket whose prefixes the line has."""
    size = len(text)
    head = ""
    for matcher, reach, prefixes in bucket:
        if reach >= size:
            head = head or head_of(text)
            if head.startswith(prefixes) and not matcher.lacks_marks(text):
                found.append((number, matcher, -1))


def _add_keyed(
    found: list[Candidate],
    number: int,
    text: str,
    hit: int,
    matchers: tuple[Matcher, ...],
    seen: set[tuple[int, int]],
) -> None:
    """Add the rules that wait for a keyword at ``hit``, those bound to an edge of the line once and only if near it."""
    size = len(text)
    for matcher in matchers:
        if matcher.reach < size:
            continue
        if matcher.anchored == "any":
            found.append((number, matcher, hit))
            continue
        if (hit if matcher.anchored == "start" else size - hit - END_CONTEXT) > matcher.max_chars:
            continue
        key = (number, id(matcher))
        if key not in seen:
            seen.add(key)
            found.append((number, matcher, hit))

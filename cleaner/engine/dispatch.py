"""From lines to candidates: which rules are worth trying on which lines. The hot path.

Nearly all lines are prose and match nothing, so a line first has to pass a dispatch on its first three characters, on
its last character, or on a keyword found by one Aho-Corasick pass over the whole text, and to hold a literal that the
rule cannot do without. Only then a regex runs. Measured on 2.7 kB articles: splitting 3 µs, first and last characters
5 µs, keywords 6 µs; one alternation of all rules 290 µs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ahocorasick_rs import BytesAhoCorasick, Implementation, MatchKind

from cleaner.engine.document import Document
from cleaner.engine.matcher import BUCKET_CHARS, END_CONTEXT, MAX_OPENING, Matcher, bucket_of
from cleaner.regex.prefixes import head_of


class Words:
    """Finds keywords in lower-cased texts: one pass of an automaton, however many there are.

    One set of words serves the programs of all sites: what it touches of the table of states then stays in the cache.
    """

    __slots__ = ("_searcher", "names")

    def __init__(self, matchers: Iterable[Matcher]) -> None:
        self.names = tuple(sorted({word for matcher in matchers if matcher.keyed for word in matcher.words()}))
        # The form with a table of all states: three times as fast as the compact one, a few MB of memory.
        self._searcher = (
            BytesAhoCorasick(self.names, matchkind=MatchKind.Standard, implementation=Implementation.DFA)
            if self.names
            else None
        )

    def find(self, low: bytes) -> list[tuple[int, int, int]]:
        """Each keyword found, overlapping ones too: its number in ``names``, start and end."""
        return self._searcher.find_matches_as_indexes(low, overlapping=True) if self._searcher is not None else []


class Program:
    """All rules that apply to a document, in the tables that dispatch a line to the few worth trying."""

    __slots__ = ("_buckets", "_ends", "_every", "_firsts", "_opening", "_waiting", "_words", "matchers")

    def __init__(self, matchers: Sequence[Matcher], words: Words | None = None) -> None:
        """Make the tables.

        Args:
            matchers: the rules.
            words: finds the keywords of these rules, and perhaps of others; ``None``: made here.
        """
        self.matchers = tuple(sorted(matchers, key=lambda m: m.rank))
        buckets: dict[str, dict[Matcher, list[str]]] = {}
        firsts: dict[str, dict[Matcher, list[str]]] = {}
        ends: dict[str, list[Matcher]] = {}
        every: list[Matcher] = []
        opening: list[Matcher] = []
        keyed: list[Matcher] = []
        for matcher in self.matchers:
            rule = matcher.source
            if matcher.opening:
                opening.append(matcher)
            elif matcher.keyed:
                keyed.append(matcher)
            elif matcher.anchored == "start" and rule.starts:
                for prefix in rule.starts:
                    key = bucket_of(prefix)
                    table = buckets if len(key) == BUCKET_CHARS else firsts
                    for case in {key, key.upper()} if table is firsts else {key}:
                        table.setdefault(case, {}).setdefault(matcher, []).append(prefix)
            elif rule.ends:
                for key in rule.ends:
                    ends.setdefault(key, []).append(matcher)
            else:
                every.append(matcher)
        self._buckets = {key: _bucket_of(found) for key, found in buckets.items()}
        self._firsts = {key: _bucket_of(found) for key, found in firsts.items()}
        self._ends = {key: tuple(found) for key, found in ends.items()}
        self._every = tuple(every)
        self._opening = tuple(opening)
        self._words = words if words is not None else Words(keyed)
        waiting: dict[bytes, list[Matcher]] = {}
        for matcher in keyed:
            for word in matcher.words():
                waiting.setdefault(word, []).append(matcher)
        #: the rules that wait for each of the words, by its number
        self._waiting = tuple(tuple(waiting.get(word, ())) for word in self._words.names)

    def __reduce__(self) -> tuple[type[Program], tuple[tuple[Matcher, ...]]]:
        return Program, (self.matchers,)

    def slow(self) -> tuple[Matcher, ...]:
        """The rules that nothing narrows down, so that they are tried on every line."""
        return self._every

    def candidates(self, doc: Document) -> list[tuple[int, Matcher, int]]:
        """Line number, rule worth trying there, and keyword offset in the line (-1: none), for the whole document."""
        found: list[tuple[int, Matcher, int]] = []
        buckets, firsts, ends, bare = self._buckets, self._firsts, self._ends, doc.bare
        # Comprehensions with a dict test cost a third of a loop with three look-ups; nearly no line passes them.
        lines = [(number, bare[number]) for number in doc.standing()]
        hot = [(number, buckets[head]) for number, text in lines if (head := text[:BUCKET_CHARS].lower()) in buckets]
        if firsts:
            hot += [(number, firsts[text[0]]) for number, text in lines if text[0] in firsts]
        lows = doc.lows
        for number, bucket in hot:
            _add(found, number, bare[number], lows[number], bucket)
        if ends:
            closing = [(number, ends[text[-1]]) for number, text in lines if text[-1] in ends]
            for number, matchers in closing:
                low = lows[number]
                found += [(number, m, -1) for m in matchers if not m.needs or _holds(low, m.needs)]
        for matcher in self._every:
            for number, text in lines:
                if not matcher.needs or _holds(lows[number], matcher.needs):
                    found += _places(number, text, matcher)
        found += self.opening_candidates(doc)
        waiting = self._waiting
        hits = [(at, waiting[word]) for word, at, _ in doc.words(self._words) if waiting[word]]
        if hits:
            seen: set[tuple[int, int]] = set()
            for at, matchers in hits:
                number, column = doc.place_of(at)
                if bare[number]:
                    _add_keyed(found, number, bare[number], column, lows[number], matchers, seen)
        return found

    def opening_candidates(self, doc: Document) -> list[tuple[int, Matcher, int]]:
        """The first lines as they stand now, with the rules that are for first lines only."""
        return [
            (number, matcher, -1)
            for rank, number in enumerate(doc.standing()[:MAX_OPENING])
            for matcher in self._opening
            if rank < (matcher.first_lines or 0) and len(doc.bare[number]) <= matcher.reach
        ]

    def candidates_of(self, line: str, number: int) -> list[tuple[int, Matcher, int]]:
        """The same for one line that an earlier round has changed."""
        text = line.strip()
        found: list[tuple[int, Matcher, int]] = []
        if not text:
            return found
        low = text.encode().lower()
        _add(found, number, text, low, self._buckets.get(text[:BUCKET_CHARS].lower(), ()))
        _add(found, number, text, low, self._firsts.get(text[0], ()))
        for matcher in (*self._ends.get(text[-1], ()), *self._every):
            if not matcher.needs or _holds(low, matcher.needs):
                found += _places(number, text, matcher)
        seen: set[tuple[int, int]] = set()
        for word, at, _ in self._words.find(low):
            matchers = self._waiting[word]
            if matchers:
                _add_keyed(found, number, text, len(low[:at].decode()), low, matchers, seen)
        return found


def _places(number: int, text: str, matcher: Matcher) -> list[tuple[int, Matcher, int]]:
    """Where to try a rule that no word narrows down: once on the line, or wherever its own pattern finds something."""
    if not matcher.free:
        return [(number, matcher, -1)]
    return [(number, matcher, found.start()) for found in matcher.regex.finditer(text)]


def _holds(low: bytes, needs: tuple[bytes, ...]) -> bool:
    for literal in needs:  # noqa: SIM110 (a generator costs three times as much, for every candidate)
        if literal in low:
            return True
    return False


#: In a longer line, looking for a literal at every keyword costs more than the regex, which sees but a window of it.
_SEARCHED = 4_000


def _add_keyed(
    found: list[tuple[int, Matcher, int]],
    number: int,
    text: str,
    hit: int,
    low: bytes,
    matchers: tuple[Matcher, ...],
    seen: set[tuple[int, int]],
) -> None:
    """Add the rules that wait for a keyword at ``hit``, those bound to an edge of the line once and only if near it."""
    size = len(text)
    for matcher in matchers:
        if matcher.reach < size or (matcher.needs and size <= _SEARCHED and not _holds(low, matcher.needs)):
            continue
        if matcher.anchored == "any":
            found.append((number, matcher, hit))
            continue
        if (hit if matcher.anchored == "start" else size - hit - END_CONTEXT) > matcher.max_chars:
            continue
        key = (number, id(matcher))
        if matcher.exact or key not in seen:
            seen.add(key)
            found.append((number, matcher, hit))


_Bucket = tuple[tuple[Matcher, int, tuple[str, ...]], ...]


def _bucket_of(found: dict[Matcher, list[str]]) -> _Bucket:
    """The rules of a bucket, each with the longest line worth trying and its prefixes in this bucket."""
    return tuple((matcher, matcher.reach, tuple(prefixes)) for matcher, prefixes in found.items())


def _add(found: list[tuple[int, Matcher, int]], number: int, text: str, low: bytes, bucket: _Bucket) -> None:
    """Add the rules of a bucket whose prefixes the line has."""
    size = len(text)
    head = ""
    for matcher, reach, prefixes in bucket:
        if reach >= size:
            head = head or head_of(text)
            if head.startswith(prefixes) and (not matcher.needs or _holds(low, matcher.needs)):
                found.append((number, matcher, -1))

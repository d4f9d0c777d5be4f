"""From lines to claims: which lines and parts a rule wants to cut. The hot path.

Nearly all lines are prose and match nothing, so a line first has to pass a dispatch on its first three characters, on
its last character, or on a keyword found by one Aho-Corasick pass over the whole text, and to hold a literal that the
rule cannot do without. Only then a regex runs. Measured on 2.7 kB articles: splitting 3 µs, first and last characters
5 µs, keywords 6 µs; one alternation of all rules 290 µs.

Everything is evaluated against the *current* state of the document (what earlier rounds left standing), so the final
state is one in which no rule has anything left to cut: cleaning is idempotent by construction.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ahocorasick_rs import BytesAhoCorasick, Implementation, MatchKind

from cleaner.document import Document, is_prose
from cleaner.packs.dispatch import head_of
from cleaner.rules import BUCKET_CHARS, MAX_OPENING, Matcher, bucket_of
from cleaner.titles import closing_bracket, opening_bracket, title_end

#: How far before a keyword an unanchored match may start, in code points.
KEYWORD_REACH = 24
#: Code points before a cut at the line's end that its pattern may look at.
END_CONTEXT = 8
#: Code points before and after an invitation that tell where the title behind it ends.
TITLE_CONTEXT = 4_000


#: Reasons that nothing but a change of the line itself can alter.
_FINAL = frozenset(("match", "max_chars", "min_chars", "unless"))


class Claim:
    """What a rule wants to cut: whole lines ``first``..``last``, or the part ``[a, b)`` of line ``first``."""

    __slots__ = ("a", "b", "first", "found", "last", "matcher", "why")

    def __init__(
        self,
        matcher: Matcher,
        first: int,
        last: int,
        found: re.Match[str] | None,
        *,
        a: int = -1,
        b: int = -1,
        why: str | None = None,
    ) -> None:
        self.matcher = matcher
        self.first = first
        self.last = last
        self.a = a
        self.b = b
        self.found = found
        self.why = why


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


def _lead(line: str) -> int:
    """White space before a line, in code points."""
    return len(line) - len(line.lstrip())


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


def evaluate(doc: Document, number: int, matcher: Matcher, hit: int) -> Claim | str:
    """Try one rule on one line: what it claims, or the name of the reason why it does not apply."""
    text = doc.bare[number]
    scope = matcher.scope
    if matcher.first_lines is not None and doc.rank_of(number) >= matcher.first_lines:
        return "first_lines"  # cheaper than the regex, and most lines fail it
    if matcher.last_lines is not None and len(doc.standing()) - doc.rank_of(number) > matcher.last_lines:
        return "last_lines"
    if scope == "span" or scope == "inline":
        return _evaluate_part(doc, number, matcher, hit)
    if len(text) > matcher.max_chars:
        return "max_chars"
    if len(text) < matcher.min_chars:
        return "min_chars"
    found = matcher.regex.match(text) if matcher.anchored == "start" else matcher.regex.search(text)
    if found is None:
        return "match"
    if matcher.context:
        missed = matcher.context_miss(doc, number, text)
        if missed is not None:
            return missed
    if scope == "line":
        return Claim(matcher, number, number, found, why="trial" if matcher.trial else None)
    return _evaluate_run(doc, number, matcher, found)


def _evaluate_part(doc: Document, number: int, matcher: Matcher, hit: int) -> Claim | str:
    """Spans and inline invitations: the claim is a part of the line."""
    line, text = doc.text[number], doc.bare[number]
    lead = _lead(line)
    if matcher.anchored == "start":
        found = matcher.regex.match(text, 0, matcher.window)
    elif matcher.exact or matcher.free:
        found = matcher.regex.match(text, hit)
    elif matcher.anchored == "end":
        found = matcher.regex.search(text, max(0, len(text) - matcher.max_chars - END_CONTEXT))
    else:
        reach = KEYWORD_REACH if matcher.scope == "inline" else KEYWORD_REACH + matcher.max_chars
        found = matcher.regex.search(text, max(0, hit - KEYWORD_REACH), hit + reach)
    if found is None:
        return "match"
    if matcher.context:
        missed = matcher.context_miss(doc, number, text)
        if missed is not None:
            return missed
    why = "trial" if matcher.trial else None
    a, b = found.span("cut") if "cut" in matcher.regex.groupindex and found.group("cut") is not None else found.span()
    if matcher.scope == "inline":
        a, b, why = _invitation(text, a, b, matcher.max_chars, why)
    elif b - a > matcher.max_chars:
        return "max_chars"
    if a == b:
        return "match"
    a, b = _with_white_space(text, a, b)
    return Claim(matcher, number, number, found, a=a + lead, b=b + lead, why=why)


def _invitation(text: str, a: int, b: int, limit: int, why: str | None) -> tuple[int, int, str | None]:
    """The part that an invitation found at ``[a, b)`` takes, with the title behind it."""
    opened = a if text[a] in "([{" else opening_bracket(text, a)
    if opened is not None:
        closed = closing_bracket(text, opened, limit + (b - opened))
        if closed is not None and closed >= b:
            return opened, closed, why
    # The text around tells names from common words: of a line of megabytes, so much of it tells enough.
    first = max(0, b - TITLE_CONTEXT)
    near = text[first : b + TITLE_CONTEXT] if len(text) > 2 * TITLE_CONTEXT else text
    first = first if near is not text else 0
    end = title_end(near, b - first, limit)
    if end is None or end <= b - first:
        return a, b, "title_end"
    return a, end + first, why


def _with_white_space(text: str, a: int, b: int) -> tuple[int, int]:
    """Widen a part so that no doubled white space is left: behind it, or before it at the end of the line."""
    size = len(text)
    if b >= size:
        while a > 0 and text[a - 1].isspace():
            a -= 1
    elif a == 0 or text[a - 1].isspace():
        while b < size and text[b].isspace():
            b += 1
    return a, b


def _evaluate_run(doc: Document, number: int, matcher: Matcher, found: re.Match[str]) -> Claim | str:
    """Sections, heads and tails: the claim is a run of lines."""
    standing = doc.standing()
    rank = doc.rank_of(number)
    why = "trial" if matcher.trial else None
    if matcher.scope == "section":
        last = rank
        limit = min(len(standing), rank + 1 + matcher.max_lines)
        while last + 1 < limit:
            text = doc.bare[standing[last + 1]]
            if matcher.ends_section(text) or not matcher.is_item(text):
                break
            last += 1
        if last > rank and last + 1 < len(standing) and doc.bare[standing[last + 1]][0].islower():
            last -= 1  # what goes on in small letters on the next line is no title but a sentence, broken in two
        if last - rank < matcher.min_lines:
            return "min_lines"
        if matcher.to_end and last + 1 < len(standing):
            return "to_end"
        lines = standing[rank : last + 1]
    else:
        lines = standing[rank:] if matcher.scope == "tail" else standing[: rank + 1]
        if len(lines) > matcher.max_lines:
            why = "max_lines"
    if len(lines) > 1 and matcher.max_fraction < 1 and _takes_too_much(doc, lines, matcher.max_fraction):
        why = "max_fraction"
    return Claim(matcher, lines[0], lines[-1], found, why=why)


def _takes_too_much(doc: Document, lines: list[int], fraction: float) -> bool:
    """Whether a run holds too large a share of the document's prose, or leaves no prose in taking most of the text.

    A long list under a news flash is most of its characters and may go; what counts is the prose that would be lost.
    """
    size = prose = 0
    for line in lines:
        text = doc.bare[line]
        size += len(text)
        prose += len(text) if is_prose(text) else 0
    total, total_prose = doc.chars(), doc.prose()
    return prose > fraction * total_prose or (size > fraction * total and total_prose == prose)


def propose(
    doc: Document, candidates: Iterable[tuple[int, Matcher, int]], *, guarded: bool = True
) -> tuple[list[Claim], set[int], list[tuple[int, Matcher, int]]]:
    """Try all candidates on the current state.

    Returns:
        The claims, the lines that keep rules protect, and the candidates whose outcome depends on other lines, so that
        they have to be tried again when those have changed.
    """
    claims: list[Claim] = []
    protected: set[int] = set()
    again: list[tuple[int, Matcher, int]] = []
    seen: set[tuple[int, int, int]] = set()
    standing = doc.standing()
    count = len(standing)
    for candidate in candidates:
        number, matcher, hit = candidate
        last = matcher.last_lines
        if last is not None and last < count and number < standing[-last]:
            if not matcher.opening:
                again.append(candidate)
            continue  # what most candidates of such rules come to, without a call
        result = evaluate(doc, number, matcher, hit)
        if matcher.contextual and not matcher.opening and result not in _FINAL:
            again.append(candidate)
        if isinstance(result, str):
            continue
        if not guarded and result.why == "max_fraction":
            result.why = None  # a rule's own example holds little but what it cuts
        if matcher.kind == "keep":
            protected.add(number)
            continue
        if hit >= 0:  # two keywords may lead to the same match
            key = (id(matcher), number, result.a)
            if key in seen:
                continue
            seen.add(key)
        claims.append(result)
    return claims, protected, again

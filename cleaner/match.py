"""From lines to claims: which lines and parts a rule wants to cut. The hot path.

Nearly all lines are prose and match nothing, so a line first has to pass a dispatch on its first three characters, on
its last character, or on a keyword found by one Aho-Corasick pass over the whole text. Only then a regex runs. Measured
on 2.7 kB articles: splitting 3 µs, first and last characters 5 µs, keywords 9 µs; one alternation of all rules 290 µs.

Everything is evaluated against the *current* state of the document (what earlier rounds left standing), so the final
state is one in which no rule has anything left to cut: cleaning is idempotent by construction.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

from ahocorasick_rs import AhoCorasick, MatchKind

from cleaner.document import Document, is_prose
from cleaner.rules import MAX_OPENING, Matcher
from cleaner.titles import closing_bracket, opening_bracket, title_end

#: How far before a keyword an unanchored match may start, in code points.
KEYWORD_REACH = 24
_SMALL_IN_HEADLINES = frozenset(("dan", "di", "ke", "dari", "yang", "dengan", "untuk", "on", "to", "of"))


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


class Program:
    """All rules that apply to a document, in the tables that dispatch a line to the few worth trying."""

    __slots__ = ("_keyword_rules", "_searcher", "ends", "every", "matchers", "opening", "start1", "start3")

    def __init__(self, matchers: Sequence[Matcher]) -> None:
        self.matchers = tuple(sorted(matchers, key=lambda m: m.rank))
        start3: dict[str, list[Matcher]] = {}
        start1: dict[str, list[Matcher]] = {}
        ends: dict[str, list[Matcher]] = {}
        every: list[Matcher] = []
        opening: list[Matcher] = []
        keyed: dict[str, list[Matcher]] = {}
        for matcher in self.matchers:
            rule = matcher.source
            if matcher.anchored == "start" and rule.starts:
                for key in {k for k in rule.starts if len(k) == 3}:
                    start3.setdefault(key, []).append(matcher)
                for key in {letter for k in rule.starts if len(k) < 3 for letter in (k[0], k[0].upper())}:
                    start1.setdefault(key, []).append(matcher)
            elif matcher.anchored == "end" and rule.ends:
                for key in rule.ends:
                    ends.setdefault(key, []).append(matcher)
            elif matcher.opening:
                opening.append(matcher)
            elif rule.keywords:
                for keyword in rule.keywords:
                    for variant in _variants(keyword):
                        keyed.setdefault(variant, []).append(matcher)
            else:
                every.append(matcher)
        self.start3 = {key: tuple(found) for key, found in start3.items()}
        self.start1 = {key: tuple(found) for key, found in start1.items()}
        self.ends = {key: tuple(found) for key, found in ends.items()}
        self.every = tuple(every)
        self.opening = tuple(opening)
        # A longer keyword hides those it holds or overlaps: whoever waits for a hidden one is told by the longer one.
        names = sorted(keyed, key=lambda k: (-len(k), k))
        self._keyword_rules = tuple(
            tuple(dict.fromkeys(m for other in names if _hides(name, other) for m in keyed[other])) for name in names
        )
        self._searcher = AhoCorasick(names, matchkind=MatchKind.LeftmostFirst) if names else None

    def __reduce__(self) -> tuple[type[Program], tuple[tuple[Matcher, ...]]]:
        return Program, (self.matchers,)

    def candidates(self, doc: Document) -> list[tuple[int, Matcher, int]]:
        """Line number, rule worth trying there, and keyword offset in the line (-1: none), for the whole document."""
        found: list[tuple[int, Matcher, int]] = []
        start3, start1, ends, bare = self.start3, self.start1, self.ends, doc.bare
        # Comprehensions with a dict test cost a third of a loop with three look-ups; nearly no line passes them.
        heads = [text[:3].lower() for text in bare]
        hot = [(number, start3[head]) for number, head in enumerate(heads) if head in start3]
        if start1:
            hot += [(number, start1[text[:1]]) for number, text in enumerate(bare) if text[:1] in start1]
        if ends:
            hot += [(number, ends[text[-1:]]) for number, text in enumerate(bare) if text[-1:] in ends]
        if self.every:
            hot += [(number, self.every) for number, text in enumerate(bare) if text]
        for number, matchers in hot:
            found += [(number, matcher, -1) for matcher in matchers]
        found += self.opening_candidates(doc)
        if self._searcher is None:
            doc.raw.encode()  # a lone surrogate is refused here as the search would do
        else:
            hits = self._searcher.find_matches_as_indexes(doc.raw)
            starts = doc.starts if hits else []
            for index, begin, _ in hits:
                number = bisect_right(starts, begin) - 1
                if bare[number]:
                    found += [(number, m, begin - starts[number]) for m in self._keyword_rules[index]]
        return found

    def opening_candidates(self, doc: Document) -> list[tuple[int, Matcher, int]]:
        """The first lines as they stand now, with the rules that are for first lines only."""
        return [
            (number, matcher, -1)
            for rank, number in enumerate(doc.standing()[:MAX_OPENING])
            for matcher in self.opening
            if rank < (matcher.first_lines or 0)
        ]

    def candidates_of(self, line: str, number: int) -> Iterator[tuple[int, Matcher, int]]:
        """The same for one line that an earlier round has changed."""
        text = line.strip()
        if not text:
            return
        head = text[:3].lower()
        for table, key in ((self.start3, head), (self.start1, text[0]), (self.ends, text[-1])):
            for matcher in table.get(key, ()):
                yield number, matcher, -1
        for matcher in self.every:
            yield number, matcher, -1
        if self._searcher is not None:
            for index, begin, _ in self._searcher.find_matches_as_indexes(line):
                for matcher in self._keyword_rules[index]:
                    yield number, matcher, begin


def _variants(keyword: str) -> set[str]:
    """The spellings of a keyword that are searched for; odd mixtures of case are not worth a slower search."""
    headline = " ".join(w if w in _SMALL_IN_HEADLINES else w.capitalize() for w in keyword.lower().split(" "))
    return {keyword, keyword.lower(), keyword.upper(), keyword.capitalize(), keyword.title(), headline}


def _hides(longer: str, other: str) -> bool:
    """Whether a hit of ``longer`` can keep a non-overlapping search from reporting ``other``."""
    if other in longer:
        return True
    return any(longer.endswith(other[:size]) for size in range(1, len(other)))


def evaluate(doc: Document, number: int, matcher: Matcher, hit: int) -> Claim | str:
    """Try one rule on one line: what it claims, or the name of the reason why it does not apply."""
    text = doc.bare[number]
    scope = matcher.scope
    if matcher.first_lines is not None and doc.rank_of(number) >= matcher.first_lines:
        return "first_lines"  # cheaper than the regex, and most lines fail it
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
    lead = len(line) - len(line.lstrip())
    if matcher.anchored == "start":
        found = matcher.regex.match(text)
    elif matcher.anchored == "end":
        found = matcher.regex.search(text, max(0, len(text) - matcher.max_chars))
    else:
        at = hit - lead
        found = matcher.regex.search(text, max(0, at - KEYWORD_REACH), at + KEYWORD_REACH + 2 * matcher.max_chars)
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
    end = title_end(text, b, limit)
    if end is None or end <= b:
        return a, b, "title_end"
    return a, end, why


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
    for candidate in candidates:
        number, matcher, hit = candidate
        if matcher.contextual and not matcher.opening:
            again.append(candidate)
        result = evaluate(doc, number, matcher, hit)
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

"""From candidates to claims: a rule is tried on a line, its guards are asked, and what it wants to cut is a claim.

Everything is evaluated against the *current* state of the document (what earlier rounds left standing), so the final
state is one in which no rule has anything left to cut: cleaning is idempotent by construction.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from cleaner.engine.acronym import is_acronym
from cleaner.engine.dispatch import Candidate
from cleaner.engine.document import Document, is_prose
from cleaner.engine.matcher import END_CONTEXT, KEYWORD_REACH, PARTS, Matcher, Route
from cleaner.engine.ornament import ornament_before, unadorned
from cleaner.engine.outlet import may_name, names_outlet
from cleaner.engine.title_end import MODEL_RULE, closing_bracket, opening_bracket, title_end
from cleaner.engine.title_weights import ONE

#: Code points before and after an invitation that tell where the title behind it ends.
TITLE_CONTEXT = 4_000
#: Code points in which prose repeats the words of its sub-heading.
_REPEATS = 200
_WORD = re.compile(r"\w+")

#: Reasons that nothing but a change of the line itself can alter.
_FINAL = frozenset(("match", "max_chars", "min_chars", "unless", "host", "acronym"))


#: Code points of a line in which an outlet's name is looked for.
_NAME_WITHIN = 600
#: So many are asked about at least, so that most rules ask the same of a line, which is answered once.
_NAMES_HEAD = 400
#: A title that is withheld is asked for again in each round, and its answer depends on nothing but these.
_asked = lru_cache(maxsize=64)(title_end)


class Told(NamedTuple):
    """What a trained model said that told the end of a part.

    ``evidence``: its rule id. ``confidence``: how certain it was, from 0 to 1. ``doubt``: why the cut is doubtful, if
    it is.
    """

    evidence: str
    confidence: float
    doubt: str | None


class Claim:
    """What a rule wants to cut: whole lines ``first``..``last``, or the part ``[a, b)`` of line ``first``.

    ``told``: what a model said of the end, if one was asked.
    """

    __slots__ = ("a", "b", "first", "found", "last", "matcher", "told", "why")

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
        told: Told | None = None,
    ) -> None:
        self.matcher = matcher
        self.first = first
        self.last = last
        self.a = a
        self.b = b
        self.found = found
        self.why = why
        self.told = told


def evaluate(doc: Document, number: int, matcher: Matcher, hit: int) -> Claim | str:
    """Try one rule on one line: what it claims, or the name of the reason why it does not apply."""
    text = doc.bare[number]
    scope = matcher.scope
    first_lines = matcher.first_lines
    if first_lines is not None and matcher.route is not Route.OPENING and doc.rank_of(number) >= first_lines:
        return "first_lines"  # cheaper than the regex, and most lines fail it
    if matcher.last_lines is not None and len(doc.standing()) - doc.rank_of(number) > matcher.last_lines:
        return "last_lines"
    if scope in PARTS:
        return _evaluate_part(doc, number, matcher, hit)
    if len(text) > matcher.max_chars:
        return "max_chars"
    if len(text) < matcher.min_chars:
        return "min_chars"
    found = matcher.regex.match(text) if matcher.anchored == "start" else matcher.regex.search(text)
    if found is None and (rest := unadorned(text, matcher.category)):
        found = matcher.regex.match(rest)
    if found is None:
        return "match"
    missed = _guard_missed(doc, number, matcher, found)
    if missed is not None:
        return missed
    if scope == "line":
        return Claim(matcher, number, number, found, why="trial" if matcher.trial else None)
    return _evaluate_run(doc, number, matcher, found)


def _lead(line: str) -> int:
    """White space before a line, in code points."""
    return len(line) - len(line.lstrip())


def _guard_missed(doc: Document, number: int, matcher: Matcher, found: re.Match[str]) -> str | None:
    """The name of the first guard of a rule that a line which it matches does not meet, or ``None``."""
    missed = matcher.context_miss(doc, number, doc.bare[number]) if matcher.context else None
    if missed is None and matcher.by_host and not names_outlet(found["host"] or "", doc.host):
        return "host"
    return missed


def _evaluate_part(doc: Document, number: int, matcher: Matcher, hit: int) -> Claim | str:
    """Spans and inline invitations: the claim is a part of the line."""
    text = doc.bare[number]
    if len(text) < matcher.min_chars:
        return "min_chars"
    if matcher.by_host and not may_name(text[: max(_NAMES_HEAD, min(matcher.window, _NAME_WITHIN))], doc.host):
        return "host"
    if matcher.anchored == "start":
        found = matcher.regex.match(text, 0, matcher.window)
    elif matcher.route is Route.PLACES:
        found = matcher.regex.match(text, hit)
    elif matcher.anchored == "end":
        found = matcher.regex.search(text, max(0, len(text) - matcher.max_chars - END_CONTEXT))
    else:
        reach = KEYWORD_REACH if matcher.scope == "inline" else matcher.search_reach
        found = _around(matcher.regex, text, hit, hit + reach)
    if found is None:
        return "match"
    missed = _guard_missed(doc, number, matcher, found)
    if missed is not None:
        return missed
    why = "trial" if matcher.trial else None
    a, b = found.span("cut") if "cut" in matcher.regex.groupindex and found.group("cut") is not None else found.span()
    told = None
    if matcher.scope == "inline":
        a, b, held, told = _invitation(text, a, b, matcher.max_chars)
        why = why or held
        a = ornament_before(text, a)
    elif b - a > matcher.max_chars:
        return "max_chars"
    elif matcher.max_fraction < 1 and b - a > matcher.max_fraction * doc.chars():
        return "max_fraction"
    elif matcher.category == "byline" and is_acronym(text, a, b):
        return "acronym"
    if a == b:
        return "match"
    a, b = _with_white_space(text, a, b)
    lead = _lead(doc.text[number])
    return Claim(matcher, number, number, found, a=a + lead, b=b + lead, why=why, told=told)


def _around(regex: re.Pattern[str], text: str, hit: int, stop: int) -> re.Match[str] | None:
    """The first match that reaches the keyword at ``hit``, and not one that ends before it."""
    found = regex.search(text, max(0, hit - KEYWORD_REACH), stop)
    while found is not None and found.end() <= hit:
        found = regex.search(text, found.start() + 1, stop)
    return found


def _invitation(text: str, a: int, b: int, limit: int) -> tuple[int, int, str | None, Told | None]:
    """The part that an invitation found at ``[a, b)`` takes, with the title behind it.

    Returns:
        Start and end of the part, why it is withheld if it is, and what a model said.
    """
    opened = a if text[a] in "([{" else opening_bracket(text, a)
    if opened is not None:
        closed = closing_bracket(text, opened, limit + (b - opened))
        if closed is not None and closed >= b:
            return opened, closed, None, None
    # The text around tells names from common words: of a line of megabytes, so much of it tells enough.
    first = max(0, b - TITLE_CONTEXT)
    near = text[first : b + TITLE_CONTEXT] if len(text) > 2 * TITLE_CONTEXT else text
    first = first if near is not text else 0
    found = _asked(near, b - first, limit)
    if found is None:
        return a, b, "title_end", None
    why = None if found.sure else "title_end"
    if found.why != "model":
        return a, found.end + first, why, None
    return a, found.end + first, why, Told(MODEL_RULE, found.certainty / ONE, "title_end" if found.doubtful else None)


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
            if matcher.ends_section(text) or not matcher.is_item(text, first=last == rank):
                break
            last += 1
        if last > rank and last + 1 < len(standing) and doc.bare[standing[last + 1]][0].islower():
            last -= 1  # what goes on in small letters on the next line is no title but a sentence, broken in two
        elif last - rank >= 2 and last + 1 < len(standing) and _heads(doc, standing[last], standing[last + 1]):
            last -= 1
        if last - rank < matcher.min_lines:
            return "min_lines"
        if matcher.block and not _is_block(doc, standing[rank + 1 : last + 1]):
            return "block"
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


def _heads(doc: Document, line: int, following: int) -> bool:
    """Whether a line is a sub-heading: the prose behind it repeats nearly all of its words at once."""
    text = doc.bare[following]
    if not is_prose(text):
        return False
    words = {word for word in _WORD.findall(doc.bare[line].lower()) if len(word) > 3}
    repeated = words & set(_WORD.findall(text[:_REPEATS].lower()))
    return len(repeated) >= 2 and 4 * len(repeated) >= 3 * len(words)


def _is_block(doc: Document, lines: list[int]) -> bool:
    """Whether lines follow each other in the text, with a blank line behind the last."""
    if not lines or lines[-1] - lines[0] != len(lines) - 1:
        return False
    behind = lines[-1] + 1
    return behind < len(doc.text) and behind not in doc.dead and not doc.bare[behind]


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


@dataclass(slots=True)
class Proposal:
    """One round of claims.

    ``protected`` are the lines of keep rules; ``live`` the candidates that may come to something else in a later
    round: all but those that the line itself refused for good, and those of rules for first lines, which are looked at
    anew in each round; ``refused`` are the latter's lines and rules where the line refused for good.
    """

    claims: list[Claim] = field(default_factory=list)
    protected: set[int] = field(default_factory=set)
    live: list[Candidate] = field(default_factory=list)
    refused: set[tuple[int, Matcher]] = field(default_factory=set)


def propose(doc: Document, candidates: Iterable[Candidate], *, guarded: bool = True) -> Proposal:
    """Try all candidates on the current state of a document.

    Args:
        doc: the document.
        candidates: lines, and rules worth trying there.
        guarded: ``False`` takes no heed of the share that a rule may cut: an example holds little but what it cuts.
    """
    proposal = Proposal()
    seen: set[tuple[int, int, int]] = set()  # two keywords may lead to the same match
    standing = doc.standing()
    count = len(standing)
    for candidate in candidates:
        number, matcher, hit = candidate
        last = matcher.last_lines
        if last is not None and last < count and number < standing[-last]:
            proposal.live.append(candidate)
            continue  # what most candidates of such rules come to, without a call
        result = evaluate(doc, number, matcher, hit)
        opening = matcher.route is Route.OPENING
        if result in _FINAL:
            if opening:
                proposal.refused.add((number, matcher))
            continue
        if not opening:
            proposal.live.append(candidate)
        if isinstance(result, str):
            continue
        if not guarded and result.why == "max_fraction":
            result.why = None
        if matcher.kind == "keep":
            proposal.protected.add(number)
            continue
        key = (id(matcher), number, result.a)
        if key not in seen:
            seen.add(key)
            proposal.claims.append(result)
    return proposal

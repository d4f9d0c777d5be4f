"""Where does the title end that an invitation in running text points to?

Flattened scrapes hold ``… kata dia. Baca juga: Harga Beras Naik Lagi Menurut Budi, harga …`` in one line. Some ends are
marked: by a wide gap, a square bracket, the next invitation or credit. All others are told by a trained model, which
says how certain it is; where it is not certain enough, the caller must not cut. How the model is made:
:mod:`cleaner.maintain.title_training`.
"""

from __future__ import annotations

import re
from itertools import accumulate
from typing import NamedTuple

from cleaner.engine.title_features import Seen, see
from cleaner.engine.title_scene import EDGES, MAX_CHARS
from cleaner.engine.title_weights import ONE, TitleModel, title_model
from cleaner.packs.words import words_of_all

#: The rule id that evidence from the model carries.
MODEL_RULE = "model/id/title-end"


def _clutter(entry: str) -> str:
    """A regex for how clutter begins; a colon at its end may stand apart."""
    words = r"\s+".join(map(re.escape, entry.rstrip(":").split()))
    return words + (r"\s*[:：]" if entry.endswith(":") else r"\b" if entry[-1].isalnum() else "")


#: An answer leaves a doubt where earlier ends together have so much of ``ONE``: 17 of 22 answers that took words of the
#: story are so, and 18 % of the right ones, from sites that the models asked had not seen (``docs/audit.md``).
DOUBTFUL = 6
_CLOSERS = {"(": ")", "[": "]", "{": "}"}
#: What no headline holds, and what parts it from the text behind it.
_GAP = re.compile(r"(?<![,:])[ \u00a0\u2002-\u200a\u3000]{2,}(?=[^\sa-z])|\s*[\t\v\f\r\n]\s*|\s+(?=\[)")
#: What never belongs to a headline, and never stands in prose without the end of a sentence before it.
_NEXT = re.compile("|".join(_clutter(entry) for entry in words_of_all("clutter-openings")), re.I)
#: A number in a list: what follows it is a heading of the story.
_LISTED = re.compile(r"\s\d{1,2}[.)]\s+[A-Z]")
_SENTENCE = re.compile(r"[a-z0-9)\"”]{2}[.]\s+[A-Z\"“]|[.,:;]\s*$")
#: Where a title may end for good within capitals: a sub-heading may follow.
_CLOSED = re.compile(r"[?!]\s")
#: A title in front of a mark has at most so many code points: more is prose that the mark happens to follow.
_MARKED_TITLE = 160
_LEAST_WORDS = 3
#: Code points behind a title in which its last words must not come again, and how long these are.
_AHEAD = 120
_LONG_ENOUGH = 12
#: Code points that a title has at least.
_SHORTEST = 10


class TitleEnd(NamedTuple):
    """Where a title ends.

    ``certainty``: of ``ONE``. ``why``: ``gap``, ``next``, ``end`` (of the text) or ``model``. ``sure``: may be cut.
    ``doubtful``: an earlier end is not unlikely enough, so that the cut may hold words of the story.
    """

    end: int
    certainty: int
    why: str
    sure: bool
    doubtful: bool = False


def opening_bracket(text: str, start: int) -> int | None:
    """Index of a bracket that opens directly before ``start`` (white space between is allowed), else ``None``."""
    at = start - 1
    while at >= 0 and start - at <= 3 and text[at].isspace():
        at -= 1
    return at if at >= 0 and text[at] in _CLOSERS else None


def closing_bracket(text: str, opened: int, limit: int) -> int | None:
    """Index just after the bracket that closes ``text[opened]``, or ``None`` within ``limit`` code points."""
    opener, closer = text[opened], _CLOSERS[text[opened]]
    depth = 0
    for at in range(opened, min(len(text), opened + limit)):
        if text[at] == opener:
            depth += 1
        elif text[at] == closer:
            depth -= 1
            if depth == 0:
                return at + 1
    return None


def title_end(text: str, start: int, limit: int = MAX_CHARS) -> TitleEnd | None:
    """End of the headline that starts at ``start`` in one line of text.

    Args:
        text: one line without white space at its end; the rest of it tells which words are names.
        start: code point offset where the headline starts (white space before it is passed over).
        limit: most code points the headline may have.

    Returns:
        The likeliest end (a code point offset) with how certain it is; ``None`` when there is no title at all.
    """
    while start < len(text) and text[start].isspace():
        start += 1
    if start >= len(text):
        return None
    model = title_model()
    small = model.lexicon.small
    mark = _mark(text, start, min(len(text), start + limit), small)
    if mark is not None and _is_headline(text[start : mark.end], small) and not _CLOSED.search(text, start, mark.end):
        return mark  # no prose stands before it: the model could but leave a rest of the title
    seen = see(text, start, model.lexicon)
    said = guess(model, seen)
    if mark is not None:
        # A sure end before the mark counts, unless it is not quite certain and no prose stands between them.
        certain = said is not None and said.end < mark.end and said.certainty >= model.limits.certain
        prose = said is not None and said.sure and _has_small_words(text[said.end : mark.end], small)
        if not certain and not prose:
            return mark
    if said is None:
        return None
    title = text[start : said.end]
    if len(title) > limit or _goes_on(title, text[said.end :]) or (not seen.bare and _SENTENCE.search(title)):
        return said._replace(sure=False)
    return said


def _goes_on(title: str, behind: str) -> bool:
    """Whether the last words come again right behind: then they are a sub-heading of the story, or its first words."""
    words = title.lower().split()
    ahead = behind[:_AHEAD].lower()
    two, three = " ".join(words[-2:]), " ".join(words[-3:])
    return ahead.lstrip().startswith(two) or (len(three) >= _LONG_ENOUGH and three in ahead)


def _mark(text: str, start: int, window: int, small: frozenset[str]) -> TitleEnd | None:
    """The end that a mark shows which needs no model; ``small``: the words that are small in headlines."""
    ends = []
    gap = _GAP.search(text, start + 1, window + 1)
    if gap is not None:
        ends.append((gap.start(), "gap"))
    following = _next_clutter(text, start, window)
    if following is not None:
        ends.append((following, "next"))
    if not ends and window == len(text) and _is_headline(text[start:], small):
        ends.append((window, "end"))
    if not ends:
        return None
    end, why = min(ends)
    title = text[start:end]
    if len(title) > _MARKED_TITLE or len(title.split()) < _LEAST_WORDS or _SENTENCE.search(title):
        return None
    if _LISTED.search(title):
        return None
    return TitleEnd(end, ONE, why, True)


def _is_headline(title: str, small: frozenset[str]) -> bool:
    """Whether all words have capitals but those that are small in headlines, and enough of them have.

    A script that knows no capitals is none of a headline's: verses stand in stories.
    """
    heads = [word.strip(EDGES)[:1] for word in title.split()]
    if any(head.isalpha() and head.upper() == head.lower() for head in heads):
        return False
    return sum(map(str.isupper, heads)) > _LEAST_WORDS and not _has_small_words(title, small)


def _has_small_words(text: str, small: frozenset[str]) -> bool:
    """Whether there is a word in small letters that no headline in title case holds."""
    return any(core.islower() and core not in small for core in (word.strip(EDGES) for word in text.split()))


def _next_clutter(text: str, start: int, window: int) -> int | None:
    """Where the next invitation or credit line begins, white space before it left out."""
    found = _NEXT.search(text, start + _SHORTEST, window)
    if found is None:
        return None
    at = found.start()
    while text[at - 1].isspace():
        at -= 1
    return at


def guess(model: TitleModel, seen: Seen) -> TitleEnd | None:
    """The likeliest end by a model; ``None`` when there is nothing to choose from."""
    weight_of = model.weights.__getitem__
    before = list(accumulate([sum(map(weight_of, features)) for features in seen.words], initial=0))
    scores = [
        before[count] + sum(map(weight_of, features)) for features, count in zip(seen.gaps, seen.counts, strict=True)
    ]
    if not scores:
        return None
    best = max(range(len(scores)), key=scores.__getitem__)
    certainty, earlier = model.shares(scores, best)
    return TitleEnd(seen.ends[best], certainty, "model", model.takes(certainty, earlier), earlier >= DOUBTFUL)

"""From a recurring key to the draft of a rule, with examples it cuts and look-alikes it leaves.

A draft is for a person to accept. It is only made when it holds on its own examples; it is on trial, so that it cuts
nothing until somebody says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from cleaner.applied import program_of
from cleaner.core import clean_with
from cleaner.maintain.counting import Counted
from cleaner.maintain.keys import is_mark, pattern_of, shown
from cleaner.maintain.ranking import Ranked
from cleaner.model import CleanerError
from cleaner.packs.parse import check_patterns, parse_pack
from cleaner.packs.words import alternatives, words_of_all
from cleaner.packs.write import Draft, rule_lines

#: A label that stands in lines of its own this often is a rule for lines.
MOSTLY = 0.5
_MOST_EXAMPLES = 3
_MOST_COUNTERS = 2
_MAX_CHARS = 300


def _words(category: str) -> str:
    """A regex for the words by which a category is guessed; empty if no language has a list of them."""
    try:
        return rf"\b{alternatives(words_of_all(f'clutter-{category}'), space=' ')}\b"
    except KeyError:
        return ""


#: First match names the category.
_CATEGORIES = tuple(
    (category, re.compile(f"{pattern}|{_words(category)}" if _words(category) else pattern))
    for category, pattern in (
        ("embed", r"view this post|a post shared|gambas|pic\.twitter|<url>|instagram.*<handle>"),
        ("ad", r"\badvertisement|scroll to|continue with content"),
        ("social", r"google\s*news|whatsapp|telegram|\bfollow|\bshare\b|<handle>"),
        ("legal", r"copyright|©|disclaimer|all rights"),
        ("comments", r"\bcomments?\b"),
        ("promo", r"download|newsletter"),
        ("navigation", r"\bpage \d|\bnext page\b"),
        ("caption", r"\bphoto\b"),
        ("related", r"\bread also\b|\brelated\b"),
        ("tags", r"\btags?\b|^#"),
        ("byline", r"editor|reporter|<sign>|<time>"),
    )
)
_INVITES = re.compile(rf"\b{alternatives(words_of_all('invitations'))}\b")


def guess_category(one: Counted) -> str:
    """What kind of clutter a key may be; ``other`` when its words do not tell."""
    text = shown(one.key)
    if one.kind == "prefix" and one.key[-1] == "-" and one.edge >= MOSTLY:
        return "dateline"
    return category_of(text)


def category_of(text: str) -> str:
    """What kind of clutter the words of a text speak of; ``other`` when they do not tell."""
    return next((category for category, words in _CATEGORIES if words.search(text)), "other")


def draft_of(
    ranked: Ranked, samples: Sequence[str], look_alikes: Sequence[str], taken: Iterable[str], comment: str
) -> Draft | None:
    """A rule for a key, or ``None`` when none holds on the samples.

    Args:
        ranked: the key and its counts.
        samples: pieces with this key; some become examples.
        look_alikes: prose that begins or ends alike; some become counter-examples.
        taken: ids in use.
        comment: what the person is told about it.
    """
    one = ranked.counted
    pattern = pattern_of(one.key)
    words = longest_words(one.key)
    category = guess_category(one)
    longest = min(_MAX_CHARS, max((len(text) for text in samples), default=0) + 40)
    keywords: tuple[str, ...] = ()
    guard: list[tuple[str, int | str]] = []
    if one.kind == "line":
        scope, match = "line", f"^{pattern}$"
        guard.append(("max_chars", longest))
    elif one.kind == "suffix":
        scope, match = "span", rf"{pattern}\s*$"
    elif one.key[-1] == "-":
        scope, match = "span", rf"^{pattern}\s*"
        guard.append(("first_lines", 3))
    elif one.lined >= MOSTLY:
        scope, match = "line", f"^{pattern}"
        guard.append(("max_chars", longest))
    elif words and len(words) >= 5:
        scope, match = ("inline" if _INVITES.search(words) else "span"), pattern
        keywords = (words,)
    else:
        return None
    draft = Draft(
        id=new_id(one.key, taken),
        category=category,
        scope=scope,
        match=match,
        keywords=keywords,
        guard=tuple(guard),
        example=tuple(samples),
        counter=(*look_alikes, *made_up(one.key, one.kind)),
        comment=comment,
    )
    return proven(draft)


def proven(draft: Draft, most: int = _MOST_EXAMPLES) -> Draft | None:
    """The draft with the examples that it cuts and the counter-examples that it leaves; ``None`` without either.

    Args:
        draft: with all texts that may become its examples.
        most: so many examples are kept.
    """
    try:
        cut = [bool(cut_offsets(draft, text)) for text in draft.example]
        left = [not cut_offsets(draft, text) for text in draft.counter]
    except CleanerError:
        return None
    example = tuple(dict.fromkeys(t for t, good in zip(draft.example, cut, strict=True) if good))[:most]
    counter = tuple(dict.fromkeys(t for t, good in zip(draft.counter, left, strict=True) if good))[:_MOST_COUNTERS]
    if not example or not counter:
        return None
    return Draft(
        draft.id,
        draft.category,
        draft.scope,
        draft.match,
        example,
        counter,
        draft.keywords,
        draft.guard,
        draft.status,
        draft.comment,
    )


def cut_offsets(draft: Draft, text: str) -> set[int]:
    """Where a draft cuts a text, were it active: white space apart, which goes with its neighbours.

    Raises:
        CleanerError: the draft is no rule.
    """
    lines = ["schema = 1", 'pack = "user/draft"', *rule_lines(_active(draft, text))]
    data = "\n".join(lines).encode()
    pack, cases = parse_pack(data, "draft", "user")
    check_patterns(pack, cases, data, "draft")
    found = clean_with(text, program_of([(rule, "user") for rule in pack.rules]), guarded=False)
    return {at for cut in found.removals for at in range(cut.start, cut.end) if not text[at].isspace()}


def _active(draft: Draft, text: str) -> Draft:
    return Draft(
        draft.id, draft.category, draft.scope, draft.match, (text,), (text,), draft.keywords, draft.guard, "active"
    )


def made_up(key: tuple[str, ...], kind: str) -> Iterable[str]:
    """Sentences that speak of the words of a key without being what it stands for."""
    own = [token for token in key if not is_mark(token) and not token.startswith("<")] or ["x"]
    words = " ".join(own[:4])
    for shape in words_of_all("draft-counters-end" if kind == "suffix" else "draft-counters"):
        filled = shape.replace("{Words}", words[:1].upper() + words[1:]).replace("{words}", words)
        yield filled.replace("{each}", ", ".join(own[:4]))


def longest_words(key: tuple[str, ...]) -> str:
    """The longest run of plain words in a key, as a keyword to search for."""
    runs: list[list[str]] = [[]]
    for token in key:
        if is_mark(token) or token.startswith("<"):
            runs.append([])
        else:
            runs[-1].append(token)
    return max((" ".join(run) for run in runs), key=len)


def new_id(key: tuple[str, ...], taken: Iterable[str]) -> str:
    """A rule id of the words of a key that is not taken yet."""
    words = [re.sub(r"[^a-z0-9]+", "-", token.strip("<>")).strip("-") for token in key if not is_mark(token)]
    name = "-".join(word for word in words[:5] if word) or "mark"
    used = set(taken)
    if name not in used:
        return name
    return next(f"{name}-{number}" for number in range(2, len(used) + 3) if f"{name}-{number}" not in used)

"""Whole pages pasted as text: the menus above a story and the lists and footers below it.

A page copied from a browser holds scores of short lines around its story, many of them entries that nearly all pages
have (``Beranda``, ``Terpopuler``, ``Pedoman Media Siber``). In a text of that shape, and in no other, the menus before
the story go, and what follows the first such entry behind it. Lists and tables of a story hold no such entries. It is a
step of its own before the rules, with a rule id of its own; rules then look at what is left.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from cleaner.engine.document import Document, is_prose
from cleaner.model import PreCut
from cleaner.packs.words import words_of_all

#: The step's name in the audit.
RULE = "engine/pasted#page"
#: Fewer standing lines than this are an article.
_MIN_LINES = 40
#: The share of standing lines that are short, at least.
_MIN_SHORT = 0.55
#: Code points of a menu's entry at most.
_SHORT = 48
#: Short lines in a row that part furniture from story, at least.
_MIN_RUN = 12
#: Paragraphs of the story, at least, and their share of the text's code points.
_MIN_PROSE = 3
_MIN_PROSE_SHARE = 0.15
#: Lines before the story that stay: headline, deck, caption and credits are left to the rules.
_MARGIN = 6
#: Different entries of menus that the whole text has at least, and a run before or behind the story.
_MIN_ENTRIES = 8
_MIN_RUN_ENTRIES = 4
#: The share of the lines of a run that may be longer than a menu's entry: teasers among links.
_MAX_LONG = 0.6


def page_furniture(doc: Document) -> tuple[PreCut, ...]:
    """The blocks of lines around the story of a pasted page; empty for every text that is not shaped like one.

    Args:
        doc: the text, of which nothing is cut yet.
    """
    lines = doc.standing()
    if len(lines) < _MIN_LINES:
        return ()
    texts = [doc.bare[line] for line in lines]
    if sum(len(text) <= _SHORT for text in texts) < _MIN_SHORT * len(texts):
        return ()
    prose = [at for at, text in enumerate(texts) if is_prose(text)]
    if len(prose) < _MIN_PROSE or sum(len(texts[at]) for at in prose) < _MIN_PROSE_SHARE * doc.chars():
        return ()
    if len(_entries(texts)) < _MIN_ENTRIES:
        return ()
    first, last = _story(prose, texts)
    found = []
    known = _known()
    top = max(0, first - _MARGIN)
    while top < first and _plain(texts[top]) in known:
        top += 1
    if _is_menu(texts[:top]):
        found.append((lines[0], lines[top - 1]))
    below = next((at for at in range(last + 1, len(texts)) if _plain(texts[at]) in known), len(texts))
    if _is_menu(texts[below:]):
        found.append((lines[below], lines[-1]))
    return tuple(
        PreCut(doc.starts[a], doc.starts[b + 1] if b + 1 < len(doc.starts) else doc.stop, "navigation", RULE, "section")
        for a, b in found
    )


def _story(prose: Sequence[int], texts: Sequence[str]) -> tuple[int, int]:
    """First and last line of the story: of the groups of paragraphs, the one with most text."""
    groups = [[prose[0]]]
    for at in prose[1:]:
        near = at - groups[-1][-1] <= _MIN_RUN
        if near:
            groups[-1].append(at)
        else:
            groups.append([at])
    best = max(groups, key=lambda group: sum(len(texts[at]) for at in group))
    return best[0], best[-1]


def _is_menu(texts: Sequence[str]) -> bool:
    """Whether a run of lines is made of a page's short entries, with a teaser here and there."""
    if len(texts) < _MIN_RUN:
        return False
    if len(_entries(texts)) < _MIN_RUN_ENTRIES:
        return False
    long = sum(len(text) > _SHORT for text in texts)
    return long <= _MAX_LONG * len(texts) and not any(is_prose(text) and len(text) > 240 for text in texts)


@cache
def _known() -> frozenset[str]:
    """The entries that menus, boxes and footers of pages have."""
    return frozenset(words_of_all("page-entries"))


def _entries(texts: Sequence[str]) -> frozenset[str]:
    """The different entries among lines."""
    return _known().intersection(map(_plain, texts))


def _plain(text: str) -> str:
    return text.lower().strip(" :»›>|#•-")

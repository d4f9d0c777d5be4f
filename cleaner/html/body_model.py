"""The trained choice of a page's body: weights from a file, a chance for every line, and the lines that are worth it.

The file holds whole numbers only, and nothing here depends on how a machine rounds: equal pages give equal bytes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache

from cleaner.html.block_features import FEATURES, Row, rows_of
from cleaner.html.block_sums import Stated
from cleaner.html.blocks import TABLE, Blocks
from cleaner.html.body_file import CERTAIN, Weights, body_file
from cleaner.html.page_features import PAGE_FEATURES, page_row
from cleaner.html.trees import Tree, compiled
from cleaner.model import CleanerError

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_NAMES = re.compile(r"[^\s]+")
_LONGEST_NAME = 60
_MAX_KNOWN = 8_192
#: A line beside the choice that is built like this many of its lines is taken from this chance on, in thousandths …
_SEVERAL = 2
_SLIGHT = 100
#: … and prose of this length from this one on.
_FAIR = 250
#: A heading of these kinds before a line of the choice, with another one so many lines before it, is the story's.
_SUBHEADINGS = frozenset({"h2", "h3", "h4"})
_BEFORE = 3
#: So many like elements with a linked headline and at most so much text are a row of other stories.
_ROW = 4
_TEASER = 400
_TEASERS = FEATURES.index("teasers")
_TEASER_LENGTH = FEATURES.index("teaser_length")
_PROSE = 50
#: An item of a numbered series.
_ITEM = re.compile(r"(\d{1,3})[.)]\s+[^\W\d]")
#: So much of a small table was chosen that all of it is.
_NEARLY = 0.8


@dataclass(slots=True)
class Choice:
    """Which lines of a page are its body.

    ``chances``: of each line, in thousandths. ``confidence``: the word F1 that the choice may expect, in thousandths.
    ``article``: the chance of the page to be an article, in thousandths. ``listed``: how much of the choice lies in
    rows of like elements that each hold a linked headline.
    """

    kept: list[bool]
    chances: list[int]
    confidence: int
    article: int
    listed: float


@dataclass(slots=True)
class BodyModel:
    """A model of the body, ready to use."""

    weights: Weights
    _score: Callable[[Sequence[Row]], list[int]] = field(init=False)
    _score_page: Callable[[Sequence[Row]], list[int]] = field(init=False)
    _known: dict[str, tuple[int, int]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Make the trees ready.

        Raises:
            CleanerError: the weights are for other features, or a tree is malformed.
        """
        if self.weights.features != FEATURES or self.weights.page_features not in ((), PAGE_FEATURES):
            raise CleanerError("the model of the body is for other features than this version of the cleaner has")
        trees: list[Tree] = [tuple(tree) for tree in self.weights.trees]
        try:
            self._score = compiled(trees, len(FEATURES), self.weights.stops)
            self._score_page = compiled(self.weights.page_trees, len(PAGE_FEATURES))
        except ValueError as error:
            raise CleanerError(f"the model of the body is damaged: {error}") from error

    def name_score(self, names: str) -> tuple[int, int]:
        """How much a class attribute and id speak against a body, and for one."""
        found = self._known.get(names)
        if found is None:
            table = self.weights.names
            scores = [score for token in name_tokens(names) if (score := table.get(token)) is not None]
            found = (min(0, *scores), max(0, *scores)) if scores else (0, 0)
            if len(self._known) >= _MAX_KNOWN:
                self._known.clear()
            self._known[names] = found
        return found

    def choose(self, page: Blocks, stated: Stated) -> Choice:
        """Choose the lines of a page that are its body."""
        if not page.lines:
            return Choice([], [], 0, 0, 0.0)
        rows = rows_of(page, self.name_score, stated)
        chances = self._chances_of(self._score(rows))
        kept, confidence = best_choice([line.count(" ") + 1 for line in page.lines], chances)
        kept = with_neighbours(page, kept, chances)
        article = self._chances_of(self._score_page([page_row(page, kept, stated)]))[0]
        return Choice(kept, chances, confidence, article, _listed(page, kept, rows))

    def _chances_of(self, scores: list[int]) -> list[int]:
        curve, step = self.weights.curve, self.weights.step
        half, last = len(curve) // 2, len(curve) - 1
        return [curve[min(max(score // step + half, 0), last)] for score in scores]


def _listed(page: Blocks, kept: list[bool], rows: list[Row]) -> float:
    """The share of a choice in rows of other stories' headlines, each with little text."""
    sizes = [
        (len(line), row[_TEASERS] >= _ROW and row[_TEASER_LENGTH] <= _TEASER)
        for line, is_kept, row in zip(page.lines, kept, rows, strict=True)
        if is_kept
    ]
    return sum(size for size, is_teaser in sizes if is_teaser) / max(1, sum(size for size, _ in sizes))


@lru_cache(maxsize=32_768)
def name_tokens(names: str) -> tuple[str, ...]:
    """What a class attribute and id say: every name of theirs, and every word in it, in small letters."""
    found: list[str] = []
    for name in _NAMES.findall(names):
        if len(name) <= _LONGEST_NAME:
            words = [word.lower() for word in _WORDS.findall(name)]
            found += [word for word in words if len(word) > 1]
            if len(words) > 1:
                found.append("-".join(words))
    return tuple(found)


def with_neighbours(page: Blocks, kept: list[bool], chances: list[int]) -> list[bool]:
    """A choice with the lines right beside it that may well belong to it.

    These are lines built like several of the choice's own, those of the next list among them, and not quite without a
    chance; prose with a fair chance; and the heading of lines that were chosen, between others that were. A short last
    paragraph, or a lead in an element of its own, costs next to no F1 and is a loss all the same.
    """
    owners, tags = page.owners, page.tags
    maybe = [number for number, chance in enumerate(chances) if chance >= _SLIGHT and not kept[number]]
    if not maybe:
        return _whole_series(page, _whole_tables(page, kept))
    chosen = Counter(_build(page, owner) for owner, is_kept in zip(owners, kept, strict=True) if is_kept)
    worth = [False] * len(kept)
    found = list(kept)
    for number in maybe:
        owner, link, length = owners[number], page.linked[number], len(page.lines[number])
        alike = chosen[_build(page, owner)] >= _SEVERAL and link * 2 < length
        worth[number] = alike or (chances[number] >= _FAIR and length >= _PROSE and link * 3 < length)
        if tags[owner] in _SUBHEADINGS and not link and any(kept[number + 1 : number + 2]):
            found[number] = any(kept[max(0, number - _BEFORE) : number])
    for order in (range(len(kept)), range(len(kept) - 1, -1, -1)):
        beside = False
        for number in order:
            beside = found[number] = found[number] or (beside and worth[number])
    return _whole_series(page, _whole_tables(page, found))


def _whole_tables(page: Blocks, kept: list[bool]) -> list[bool]:
    """A choice with what it left out of small tables that it took nearly all of: a price list has headings."""
    tables: dict[int, list[int]] = {}
    for number, owner in enumerate(page.owners):
        if page.kinds[owner] & TABLE:
            while page.tags[owner] != "table" and owner:
                owner = page.above[owner]
            tables.setdefault(owner, []).append(number)
    for rows in tables.values():
        taken = sum(kept[number] for number in rows)
        if len(rows) > taken >= _NEARLY * len(rows) and not any(
            page.linked[number] or len(page.lines[number]) >= _PROSE for number in rows
        ):
            kept = list(kept)
            for number in rows:
                kept[number] = True
    return kept


def _whole_series(page: Blocks, kept: list[bool]) -> list[bool]:
    """A choice with the numbered items that it left out of a series: built like those it took, and next in number.

    Stories of pictures have little but their items, one a picture; the last ones stand far from all that was chosen.
    """
    items = [
        (number, int(found[1]))
        for number, line in enumerate(page.lines)
        if line[0].isdigit() and (found := _ITEM.match(line)) is not None
    ]
    looks = [(page.tags[owner], page.names[owner]) for owner in page.owners] if len(items) > _SEVERAL else []
    taken = Counter(looks[number] for number, _ in items if looks and kept[number])
    if not taken:
        return kept
    found_all = list(kept)
    last = 0
    for number, place in items:
        if found_all[number]:
            last = place
        elif last and place == last + 1 and taken[looks[number]] >= _SEVERAL and not page.linked[number]:
            found_all[number] = True
            last = place
    return found_all


def _build(page: Blocks, owner: int) -> tuple[int, str, str, str, str]:
    """What elements of one kind have in common: what stands around their parent, its build, and their own."""
    up = page.above[owner]
    return page.above[up], page.tags[up], page.names[up], page.tags[owner], page.names[owner]


def best_choice(words: list[int], chances: list[int]) -> tuple[list[bool], int]:
    """The lines that together may expect the best word F1.

    These are always the most likely ones down to some chance: lines are taken in that order, and the best place to stop
    is kept.

    Args:
        words: how many words each line has.
        chances: of each line to be body, in thousandths.

    Returns:
        Whether each line is chosen; and the F1 expected, in thousandths.
    """
    body = sum(count * chance for count, chance in zip(words, chances, strict=True))
    best, limit = (0, 1), CERTAIN + 1
    taken = hit = 0
    totals: dict[int, int] = {}
    for count, chance in zip(words, chances, strict=True):
        totals[chance] = totals.get(chance, 0) + count
    for chance in sorted(totals, reverse=True):
        count = totals[chance]
        taken += count
        hit += count * chance
        now = (2 * hit, CERTAIN * taken + body)
        if now[0] * best[1] > best[0] * now[1]:
            best, limit = now, chance
    return [chance >= limit for chance in chances], best[0] * CERTAIN // best[1]


@cache
def body_model() -> BodyModel:
    """The model that comes with the cleaner, made ready once.

    Raises:
        CleanerError: its file is missing or damaged.
    """
    return BodyModel(body_file().weights)

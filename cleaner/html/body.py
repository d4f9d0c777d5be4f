"""Which elements of a page are the body: the candidates, and one choice with its reason.

Two sources name candidates: the selectors of the packs that apply, and the generic extractor. The selectors are
believed unless they find nothing, find far less than the page holds, or were never seen on a page and the extractor
disagrees.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from selectolax.lexbor import LexborNode

from cleaner.html import data, layout, visible
from cleaner.html.blocks import Blocks
from cleaner.html.body_choice import open_blocks, stated_by
from cleaner.html.body_file import BODY_RULE
from cleaner.html.body_lines import lines_of
from cleaner.html.body_model import body_model
from cleaner.html.kind import NOT_ARTICLE, Doubts
from cleaner.html.layout import PageLines, Region
from cleaner.html.meta import Facts
from cleaner.html.parts import parts_beside
from cleaner.html.regions import PROSE, SMALL, Read, hold_back, read_regions
from cleaner.html.select import select_bodies
from cleaner.html.source import OpenPage
from cleaner.html.spec import PageSpec
from cleaner.html.visible import Visible
from cleaner.model import Extractor

#: The reasons of a choice, as ``meta.body`` of the record tells them.
SELECTOR = "selector"  # a selector of the packs
SELECTOR_AGREED = "selector-agreed"  # one that nobody had seen on a page, and the extractor means the same text
MODEL = "model"  # no pack names the body, and the trained model chose it
EXTRACTOR = "extractor"  # … and trafilatura chose it
#: Behind the last two, why the selectors of the packs did not serve.
MISSED = "-selector-missed"  # they find nothing
SHORT = "-selector-short"  # they find far less than the page holds
UNVERIFIED = "-selector-unverified"  # nobody had seen them on a page, and the choice is another
DATA = "data"  # the visible page lacks the story, its data holds it
EMPTY = "empty"  # nothing to choose from

NOT_MAIN = "html#not-main-content"
#: rule id for the visible lines of a page whose story is in its data
NOT_DATA = "html#body-from-data"
NO_BODY = "no-main-content"
#: A site body with less than this share of what JSON-LD or the generic extractor holds is short.
_SHORT = 0.5
#: Selector and extractor mean the same text when their sizes differ by less than a fifth.
_ALIKE = (0.8, 1.25)
#: Two choices are the same when they share so much of their text.
_SAME = 0.8
#: A choice that may expect so much, in thousandths, is not shown to trafilatura: that would take longer than all else,
#: and add as much clutter as body. Measured on WCXB and labelled pages.
_TRUSTED = 600
#: Without a line of this length and chance, in thousandths, there is no story.
_LIKELY = 500
_LINE = 60
#: A page of a smaller chance than this, in thousandths, is no article: page structure does not cut in it.
_ARTICLE = 200
#: A page of fewer lines is too small to say so, unless this share of its body is a row of other stories' headlines.
_FEW = 40
_INDEX = 0.8


@dataclass(frozen=True, slots=True)
class Candidate:
    """Elements that may be the body. ``rule`` takes what lies outside them, ``left_out`` goes inside them."""

    elements: list[LexborNode]
    rule: str
    reason: str
    left_out: list[Region]
    flags: tuple[str, ...] = ()
    #: the elements inside each, where they are known already
    inside: list[list[LexborNode]] | None = None


@dataclass(frozen=True, slots=True)
class Body:
    """The choice: the page in lines, the elements from the body up to the root, why, and what a person should know."""

    lines: PageLines
    around: list[LexborNode]
    reason: str
    flags: tuple[str, ...] = ()
    #: what the model's choice may expect, in thousandths; ``None`` when another made it
    confidence: int | None = None
    #: what trafilatura says of it, where it was asked
    second: str = ""


def choose_body(
    page: OpenPage,
    spec: PageSpec,
    facts: Facts,
    *,
    doubts: Doubts | None = None,
    paths: bool = False,
    extractor: Extractor = "model",
) -> Body:
    """Choose the body of a page and read the page into lines around it. Changes the page's tree.

    Args:
        page: the page; it may be parsed a second time.
        spec: what the packs say; an empty one leaves the choice to the generic extractor.
        facts: what the page says about itself.
        doubts: what speaks against its being an article.
        paths: whether every line gets its node path (slow).
        extractor: who chooses where the packs do not: the trained model, or trafilatura.

    Raises:
        SpoofedMarkError: the page smuggles in a character that stands for a mark here.
    """
    doubts = doubts or Doubts()
    body = _visible_body(page, spec, facts, paths, extractor, doubts.allow_data())
    kept = body.lines.chars(None)
    if doubts.allow_data() and (kept < SMALL or kept < _SHORT * len(facts.article_body)):
        told = _from_data(page, body, spec, facts, paths)
        if told is not None:
            return told
        if kept < SMALL and b"<noscript" in page.source:  # forums keep all their posts there, no one of them the story
            page.reopen()
            body = _visible_body(page, spec, facts, paths, extractor, with_data=False)
            kept = body.lines.chars(None)
    if not kept and NO_BODY not in body.flags:
        body = replace(body, flags=(*body.flags, NO_BODY))
    named = body.reason == SELECTOR and kept > 0
    if NOT_ARTICLE in body.flags or doubts.is_article(
        body.lines.count(None, PROSE), found=NO_BODY not in body.flags, named=named
    ):
        return body
    return replace(body, flags=(*body.flags, NOT_ARTICLE))


def withheld(body: Body, root: LexborNode) -> Body:
    """A body of which nothing is kept: the page is no article, and only articles are wanted."""
    owner = Region(body.around[-1] if body.around else root, layout.OUTSIDE, "other", f"html#{NOT_ARTICLE}")
    return replace(body, lines=layout.taken_by(body.lines, owner, lambda _: False))


def _visible_body(
    page: OpenPage, spec: PageSpec, facts: Facts, paths: bool, extractor: Extractor, with_data: bool
) -> Body:
    """The choice among what a reader sees."""
    generic = _Generic(page, spec, facts, paths, extractor, with_data)
    known = bool(spec.body) and not spec.unverified
    if not known:
        return generic.unverified() if spec.body else generic.read("")
    seen = visible.visible(page.tree, coarse=True)
    if seen is None:
        return Body(PageLines([], []), [], EMPTY)
    selected = _selected(seen, spec)
    if selected is None:
        return generic.read(MISSED, "body-selector-missed")
    mine = _read(seen, selected, spec, paths)
    if not _looks_short(mine.lines, facts):
        return mine
    page.reopen()
    theirs = generic.read(SHORT, *mine.flags, "body-selector-short")
    return mine if mine.lines.chars(None) >= _SHORT * theirs.lines.chars(None) else theirs


def _from_data(page: OpenPage, body: Body, spec: PageSpec, facts: Facts, paths: bool) -> Body | None:
    """The story that a page holds in its data: its lines follow the visible ones, which are cut. ``None`` without one.

    Prose of the visible body that the data lack stays.
    """
    if not facts.article_body and not data.may_hold_story(page.source):
        return None
    page.reopen()
    story = data.story_in_data(page.tree, facts.article_body, facts.title)
    tree = visible.parse(visible.without_controls(f"<body>{story}".encode("utf-8", "replace"))) if story else None
    seen = visible.visible(tree) if tree is not None else None
    if seen is None:
        return None
    read = read_regions(seen, [seen.root], spec, NOT_DATA, paths=paths)
    size = read.lines.chars(None)
    if size < SMALL or body.lines.chars(None) >= _SHORT * size:
        return None
    told = "".join("".join(read.lines.lines).split())
    owner = Region(body.around[-1] if body.around else seen.root, layout.OUTSIDE, "navigation", NOT_DATA)
    shown = layout.taken_by(body.lines, owner, lambda line: len(line) >= PROSE and "".join(line.split()) not in told)
    flags = tuple(flag for flag in (*body.flags, *read.flags) if flag != NO_BODY)
    return Body(layout.joined(shown, read.lines), body.around, DATA, (*flags, "body-from-data"))


def _selected(page: Visible, spec: PageSpec) -> Candidate | None:
    """What the packs' selectors find; ``None`` when that is nothing."""
    bodies = select_bodies(page.root, spec.body)
    if not bodies:
        return None
    inside = [visible.refine(page, body) for body in bodies]
    return Candidate(bodies, spec.body_rule, SELECTOR, [], (), inside)


@dataclass(frozen=True, slots=True)
class _Generic:
    """The choice of the body of a page where the packs do not make it."""

    page: OpenPage
    spec: PageSpec
    facts: Facts
    paths: bool
    extractor: Extractor
    #: whether a story that the page does not show is looked for in its data, ``noscript`` among them
    with_data: bool

    def read(self, why: str, *flags: str) -> Body:
        """The page around the choice; ``why`` no selector served, and ``flags`` that come first."""
        if self.extractor == "model":
            seen = visible.visible(self.page.tree, coarse=True)
            source = b"" if self.with_data else self.page.source
            blocks = open_blocks(self.page.tree, source) if seen is not None else None
            if seen is None or (blocks is not None and not blocks.lines):
                return Body(PageLines([], []), [], EMPTY, flags)
            if blocks is not None:
                return self._modelled(blocks, why, flags if blocks.scripted else (*flags, "body-from-data"))
        return self._extracted(why, flags)

    def _extracted(self, why: str, flags: tuple[str, ...]) -> Body:
        """What trafilatura chooses."""
        from cleaner.html import extract  # half a second, which no page needs whose body is known or sure

        seen = visible.visible(self.page.tree)
        if seen is None:
            return Body(PageLines([], []), [], EMPTY, flags)
        choice = extract.choose(seen.root, self.facts.article_body)
        candidate = Candidate([choice.node], NOT_MAIN, EXTRACTOR + why, choice.regions, (*flags, *choice.flags))
        return _read(seen, candidate, self.spec, self.paths)

    def _modelled(self, blocks: Blocks, why: str, flags: tuple[str, ...]) -> Body:
        """What the trained model chooses, with trafilatura's opinion where that may help an article."""
        model = body_model()
        choice = model.choose(blocks, stated_by(self.facts))
        if not any(
            chance >= _LIKELY and len(line) >= _LINE for chance, line in zip(choice.chances, blocks.lines, strict=True)
        ):
            flags = (*flags, NO_BODY)
        is_article = choice.article >= _ARTICLE or (len(blocks.lines) < _FEW and choice.listed < _INDEX)
        if not is_article and choice.listed >= _INDEX:
            flags = (*flags, NOT_ARTICLE)
        mine = self._around(
            blocks, choice.kept, choice.chances, is_article, Body(PageLines([], []), [], MODEL + why, flags)
        )
        mine = replace(mine, confidence=choice.confidence)
        if choice.confidence >= (_TRUSTED if is_article else model.weights.unsure):
            return mine
        if not is_article:
            return replace(mine, flags=(*mine.flags, "unsure-body"))
        self.page.reopen()
        theirs = self._extracted(why, ()).lines
        # a story that one of the two sees is not lost: what either takes stays
        more = set(_standing(theirs))
        kept = [is_kept or line in more for is_kept, line in zip(choice.kept, blocks.lines, strict=True)]
        both = replace(
            self._around(blocks, kept, choice.chances, is_article, replace(mine, flags=flags)), second="agrees"
        )
        if _overlap(mine.lines, theirs) >= _SAME:
            return both
        return replace(both, second="differs", flags=(*both.flags, "unsure-body"))

    def _around(self, blocks: Blocks, kept: list[bool], chances: list[int], is_article: bool, body: Body) -> Body:
        """A body read into lines around some of them."""
        lines = lines_of(blocks, kept, self.spec, BODY_RULE, chances=chances, hints=is_article, paths=self.paths)
        return replace(body, lines=lines, around=[blocks.nodes[0]], flags=(*body.flags, *hold_back(lines)))

    def unverified(self) -> Body:
        """The generic choice, unless selectors that nobody has seen on a page mean the same text."""
        found = self.read(UNVERIFIED, "body-selector-unverified")
        self.page.reopen()
        seen = visible.visible(self.page.tree)
        bodies = select_bodies(seen.root, self.spec.body) if seen is not None else []
        if seen is None or len(bodies) != 1 or not _agree(bodies[0], found.lines):
            return found
        flags = tuple(flag for flag in found.flags if flag != "body-selector-unverified")
        candidate = Candidate(bodies, self.spec.body_rule, SELECTOR_AGREED, [], flags)
        return _read(seen, candidate, self.spec, self.paths)


def _overlap(mine: PageLines, other: PageLines) -> float:
    """How much of the text of two choices is the same, of the larger one."""
    ours, theirs = Counter(_standing(mine)), Counter(_standing(other))
    size = max(sum(map(len, ours.elements())), sum(map(len, theirs.elements())))
    return sum(map(len, (ours & theirs).elements())) / size if size else 1.0


def _standing(lines: PageLines) -> list[str]:
    return [line for start, end, owner in lines.spans if owner is None for line in lines.lines[start:end]]


def _read(page: Visible, candidate: Candidate, spec: PageSpec, paths: bool) -> Body:
    elements, inside = candidate.elements, candidate.inside
    parts = _parts(page, elements)
    if parts:
        elements = [*elements, *parts]
        inside = None if inside is None else [*inside, *(visible.refine(page, part) for part in parts)]
    read: Read = read_regions(
        page, elements, spec, candidate.rule, left_out=candidate.left_out, inside=inside, paths=paths
    )
    return Body(read.lines, read.around, candidate.reason, (*candidate.flags, *read.flags))


def _parts(page: Visible, elements: list[LexborNode]) -> list[LexborNode]:
    """Parts of the story that wait hidden behind its visible part, other than those that were found already."""
    known = {element.mem_id for element in elements}
    return [part for part in parts_beside(elements[-1], page.root) if part.mem_id not in known]


def _looks_short(lines: PageLines, facts: Facts) -> bool:
    """Whether a site's body selector seems to have missed the story (cheap: no extractor runs)."""
    kept = lines.chars(None)
    if len(facts.article_body) > SMALL and kept < _SHORT * len(facts.article_body):
        return True
    return kept < SMALL and lines.paragraphs(layout.OUTSIDE, PROSE) > 3 * kept + SMALL


def _agree(body: LexborNode, chosen: PageLines) -> bool:
    """Whether an unverified selector and the generic choice mean the same text, give or take a fifth."""
    mine = "".join(body.text().split())
    inner = [span for span in chosen.spans if span[2] is None or span[2].kind != layout.OUTSIDE]
    theirs = ["".join(line.split()) for start, end, _ in inner for line in chosen.lines[start:end]]
    size = sum(map(len, theirs))
    inside = sum(len(line) for line in theirs if line in mine)
    return bool(mine) and inside > _SAME * size and _ALIKE[0] <= size / len(mine) <= _ALIKE[1]

"""Which elements of a page are the body: the candidates, and one choice with its reason.

Two sources name candidates: the selectors of the packs that apply, and the generic extractor. The selectors are
believed unless they find nothing, find far less than the page holds, or were never seen on a page and the extractor
disagrees.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from selectolax.lexbor import LexborNode

from cleaner.html import data, extract, layout, visible
from cleaner.html.kind import NOT_ARTICLE, Doubts
from cleaner.html.layout import PageLines, Region
from cleaner.html.meta import Facts
from cleaner.html.parts import parts_beside
from cleaner.html.regions import PROSE, SMALL, Read, read_regions
from cleaner.html.select import select_bodies
from cleaner.html.source import OpenPage
from cleaner.html.spec import PageSpec
from cleaner.html.visible import Visible

#: The reasons of a choice, as ``meta.body`` of the record tells them.
SELECTOR = "selector"  # a selector of the packs
SELECTOR_AGREED = "selector-agreed"  # one that nobody had seen on a page, and the extractor means the same text
EXTRACTOR = "extractor"  # no pack names the body
EXTRACTOR_MISSED = "extractor-selector-missed"  # the selectors of the packs find nothing
EXTRACTOR_SHORT = "extractor-selector-short"  # they find far less than the page holds
EXTRACTOR_UNVERIFIED = "extractor-selector-unverified"  # nobody had seen them on a page, and the extractor disagrees
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


def choose_body(
    page: OpenPage, spec: PageSpec, facts: Facts, *, doubts: Doubts | None = None, paths: bool = False
) -> Body:
    """Choose the body of a page and read the page into lines around it. Changes the page's tree.

    Args:
        page: the page; it may be parsed a second time.
        spec: what the packs say; an empty one leaves the choice to the generic extractor.
        facts: what the page says about itself.
        doubts: what speaks against its being an article.
        paths: whether every line gets its node path (slow).

    Raises:
        SpoofedMarkError: the page smuggles in a character that stands for a mark here.
    """
    body = _visible_body(page, spec, facts, paths)
    doubts = doubts or Doubts()
    kept = body.lines.chars(None)
    if doubts.allow_data() and (kept < SMALL or kept < _SHORT * len(facts.article_body)):
        told = _from_data(page, body, spec, facts, paths)
        if told is not None:
            return told
    if not kept and NO_BODY not in body.flags:
        body = replace(body, flags=(*body.flags, NO_BODY))
    named = body.reason == SELECTOR and kept > 0
    if doubts.is_article(body.lines.count(None, PROSE), found=NO_BODY not in body.flags, named=named):
        return body
    return replace(body, flags=(*body.flags, NOT_ARTICLE))


def withheld(body: Body, root: LexborNode) -> Body:
    """A body of which nothing is kept: the page is no article, and only articles are wanted."""
    owner = Region(body.around[-1] if body.around else root, layout.OUTSIDE, "other", f"html#{NOT_ARTICLE}")
    return replace(body, lines=layout.taken_by(body.lines, owner, lambda _: False))


def _visible_body(page: OpenPage, spec: PageSpec, facts: Facts, paths: bool) -> Body:
    """The choice among what a reader sees."""
    known = bool(spec.body) and not spec.unverified
    seen = visible.visible(page.tree, coarse=known)
    if seen is None:
        return Body(PageLines([], []), [], EMPTY)
    if not known:
        return _read(seen, _unseen(seen, spec, facts), spec, paths)
    selected = _selected(seen, spec)
    if selected is None:
        visible.refine(seen, seen.root)
        return _read(seen, _extracted(seen, facts, EXTRACTOR_MISSED, "body-selector-missed"), spec, paths)
    mine = _read(seen, selected, spec, paths)
    if not _looks_short(mine.lines, facts):
        return mine
    page.reopen()
    other = visible.visible(page.tree)
    if other is None:
        return mine
    found = _extracted(other, facts, EXTRACTOR_SHORT, *mine.flags, "body-selector-short")
    theirs = _read(other, found, spec, paths)
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


def _extracted(page: Visible, facts: Facts, reason: str, *flags: str) -> Candidate:
    """What the generic extractor finds; ``flags`` come before its own."""
    choice = extract.choose(page.root, facts.article_body)
    return Candidate([choice.node], NOT_MAIN, reason, choice.regions, (*flags, *choice.flags))


def _unseen(page: Visible, spec: PageSpec, facts: Facts) -> Candidate:
    """The extractor's choice, unless there are selectors nobody has seen on a page and both mean the same text."""
    extracted = _extracted(page, facts, EXTRACTOR)
    if not spec.body:
        return extracted
    bodies = select_bodies(page.root, spec.body)
    if len(bodies) == 1 and _agree(bodies[0], extracted.elements[0]):
        return Candidate(bodies, spec.body_rule, SELECTOR_AGREED, [], extracted.flags)
    flags = (*extracted.flags, "body-selector-unverified")
    return Candidate(extracted.elements, NOT_MAIN, EXTRACTOR_UNVERIFIED, extracted.left_out, flags)


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


def _agree(body: LexborNode, chosen: LexborNode) -> bool:
    """Whether an unverified selector and the extractor mean the same text, give or take a fifth."""
    mine = len("".join(body.text().split()))
    theirs = len("".join(chosen.text().split()))
    if not _within(body, chosen) and not _within(chosen, body):
        return False
    return mine > 0 and _ALIKE[0] <= theirs / mine <= _ALIKE[1]


def _within(node: LexborNode, outer: LexborNode) -> bool:
    target = outer.mem_id
    at: LexborNode | None = node
    while at is not None:
        if at.mem_id == target:
            return True
        at = at.parent
    return False

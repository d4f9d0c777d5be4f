"""The face of this room: a page and the packs' page rules in, visible lines and whole-line cuts out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from selectolax.lexbor import LexborHTMLParser, LexborNode

from cleaner.html import clutter, extract, layout, visible
from cleaner.html.decode import Decoded, decode
from cleaner.html.depth import flatten, is_too_deep, without_attribute_floods
from cleaner.html.layout import Layout, Region
from cleaner.html.meta import Facts, read_facts
from cleaner.html.select import compiled, detect, elements, select, select_bodies
from cleaner.html.visible import Visible
from cleaner.model import Credits, PreCut

Drop = tuple[str, str, str]  # CSS selector, category, full rule id
Detail = Literal["lines", "blocks"]

OUTSIDE_BODY = "html#outside-body"
NOT_MAIN = "html#not-main-content"
#: A body of fewer code points than this may be a stub of a redesigned page.
_STUB = 300
#: A site body with less than this share of what JSON-LD or the generic extractor holds is short.
_SHORT = 0.5
#: Structure may not take more than this share of a body.
_MAX_HINTS = 0.6
#: A line of this length is taken for prose.
_PROSE = 100
_MAX_LEVELS = 64


@dataclass(frozen=True, slots=True)
class PageSpec:
    """The page rules of the packs that apply, compiled."""

    body: tuple[str, ...] = ()
    title: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    published: tuple[str, ...] = ()
    drop: tuple[Drop, ...] = ()
    keep: tuple[str, ...] = ()
    #: rule id for what lies outside the body
    body_rule: str = OUTSIDE_BODY
    #: selectors that nobody has seen on a page: used only where the generic extractor agrees
    unverified: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """A page as lines. ``raw`` is the coordinate system of all offsets; ``precuts`` are sorted and disjoint.

    ``raw`` is the ``lines`` joined with line breaks; no line holds one, or white space around it.
    """

    raw: str
    precuts: tuple[PreCut, ...] = ()
    flags: tuple[str, ...] = ()
    meta: dict[str, str] = field(default_factory=dict)
    credits: Credits = field(default_factory=dict)
    lines: Sequence[str] = ()


class OpenPage:
    """A decoded and parsed page that nobody has read yet. Reading changes the tree: read it once."""

    __slots__ = ("decoded", "flags", "source", "tree")

    def __init__(self, source: bytes, decoded: Decoded) -> None:
        self.flags: tuple[str, ...] = ()
        source = without_attribute_floods(source)
        if is_too_deep(source):
            source = flatten(source)
            self.flags = ("too-deep",)
        self.source = source
        self.decoded = decoded
        self.tree: LexborHTMLParser = visible.parse(source)

    def matches(self, selectors: tuple[str, ...]) -> bool:
        """Whether any selector matches the page (``detect`` of network and CMS packs)."""
        return detect(self.tree, selectors)

    def reopen(self) -> None:
        """Parse again, for another reading."""
        self.tree = visible.parse(self.source)


def open_page(html: str | bytes, charset: str | None = None) -> OpenPage:
    """Decode and parse a page."""
    if isinstance(html, str):
        text = html.removeprefix("\ufeff")
        return OpenPage(text.encode("utf-8", "replace"), Decoded(text, "str", "given"))
    decoded = decode(html, charset)
    if decoded.encoding == "utf-8" and not decoded.undecodable and decoded.source != "bom":
        return OpenPage(html, decoded)
    return OpenPage(decoded.text.encode("utf-8", "replace"), decoded)


def read_page(
    html: str | bytes | OpenPage, spec: PageSpec, *, charset: str | None = None, detail: Detail = "blocks"
) -> Page:
    """Read a page: visible lines, and which of them are not the article.

    Args:
        html: the page; bytes are decoded by mark, charset, ``<meta>``, detection.
        spec: what the packs know about the page; an empty one leaves the choice to the generic extractor.
        charset: the charset of the HTTP header, if there was one.
        detail: ``lines`` for one cut and node path a line, ``blocks`` for one a run.

    Returns:
        The page. Body lines and cut lines together are all visible lines. Never raises for bad input.
    """
    page = html if isinstance(html, OpenPage) else open_page(html, charset)
    facts = read_facts(page.tree, spec.title, spec.author, spec.published)
    flags = list(page.flags)
    try:
        lines, precuts = _read(page, spec, facts, flags, detail)
    except visible.SpoofedMarkError:
        page.source = visible.without_control_references(page.source)
        page.reopen()
        flags = list(page.flags)
        lines, precuts = _read(page, spec, facts, flags, detail)
    if page.decoded.undecodable:
        flags.append("undecodable-bytes")
    return Page("\n".join(lines), precuts, tuple(flags), _meta(facts, page.decoded), facts.credits, lines)


def _read(
    page: OpenPage, spec: PageSpec, facts: Facts, flags: list[str], detail: Detail
) -> tuple[list[str], tuple[PreCut, ...]]:
    each = detail == "lines"
    known = bool(spec.body) and not spec.unverified
    seen = visible.visible(page.tree, coarse=known)
    if seen is None:
        return [], ()
    root = seen.root
    if known:
        bodies = select_bodies(root, spec.body)
        if not bodies:
            flags.append("body-selector-missed")
            visible.refine(seen, root)
        else:
            inside = [visible.refine(seen, body) for body in bodies]
            view, ancestors = _lay_out(seen, bodies, spec, [], spec.body_rule, flags, paths=each, inside=inside)
            if not _looks_short(view, facts):
                return view.lines, layout.cuts_of(view, ancestors, each_line=each)
            page.reopen()
            other = visible.visible(page.tree)
            if other is None:
                return [], ()
            choice = extract.choose(other.root, facts.article_body)
            better, above = _lay_out(other, [choice.node], spec, choice.regions, NOT_MAIN, flags, paths=each)
            if view.chars(None) >= _SHORT * better.chars(None):
                return view.lines, layout.cuts_of(view, ancestors, each_line=each)
            flags.append("body-selector-short")
            flags += choice.flags
            return better.lines, layout.cuts_of(better, above, each_line=each)
    choice = extract.choose(root, facts.article_body)
    flags += choice.flags
    nodes, regions, rule = [choice.node], choice.regions, NOT_MAIN
    if spec.body and spec.unverified:
        bodies = select_bodies(root, spec.body)
        if len(bodies) == 1 and _agree(bodies[0], choice.node):
            nodes, regions, rule = bodies, [], spec.body_rule
        else:
            flags.append("body-selector-unverified")
    view, ancestors = _lay_out(seen, nodes, spec, regions, rule, flags, paths=each)
    return view.lines, layout.cuts_of(view, ancestors, each_line=each)


def _lay_out(
    page: Visible,
    bodies: list[LexborNode],
    spec: PageSpec,
    more: list[Region],
    rule: str,
    flags: list[str],
    *,
    paths: bool = False,
    inside: list[list[LexborNode]] | None = None,
) -> tuple[Layout, list[LexborNode]]:
    """Regions of a page with known body elements, read into lines; and the elements around the body.

    ``inside``: the elements of each body, where they are known already.
    """
    root = page.root
    regions: list[Region] = []
    way = [bodies[0]]
    if bodies[0].mem_id != root.mem_id:
        regions += [Region(body, layout.BODY) for body in bodies]
        way = _surroundings(root, bodies, regions, rule)
    taken = {body.mem_id for body in bodies}
    for at, body in enumerate(bodies):
        nodes = elements(body.css("*") if inside is None else inside[at], body)
        if spec.drop:
            for key, (node, number) in compiled(spec.drop).find(body, nodes).items():
                taken.add(key)
                _, category, rule_id = spec.drop[number]
                regions.append(Region(node, layout.DROP, category, rule_id))
        for selector in spec.keep:
            regions += [Region(node, layout.KEEP) for node in select(body, selector)]
        for node, category, name in clutter.hints_inside(nodes):
            if node.mem_id not in taken:
                regions.append(Region(node, layout.HINT, category, f"html/drop#{name}"))
    regions += more
    rest = Region(root, layout.OUTSIDE, "navigation", rule, len(way) - 1)
    view = layout.lay_out(page, regions, rest, paths=paths)
    _hold_back(view, flags)
    return view, way


def _surroundings(root: LexborNode, bodies: list[LexborNode], regions: list[Region], rule: str) -> list[LexborNode]:
    """Mark the subtrees that hang beside the way from the body up to the root; give that way back."""
    node = bodies[0]
    way = [node]
    end = root.mem_id
    here = node.mem_id
    apart = {body.mem_id for body in bodies}
    while here != end and len(way) <= _MAX_LEVELS:
        parent = node.parent
        if parent is None:
            break
        level = len(way)
        region: Region | None = None
        for child in parent.iter():
            key = child.mem_id
            if key == here or key in apart:
                region = None
            elif child.first_child is not None:
                category = clutter.outside_category(child)
                if region is not None and region.category == category:
                    region.last = child
                else:
                    region = Region(child, layout.OUTSIDE, category, rule, level)
                    regions.append(region)
        way.append(parent)
        node = parent
        here = node.mem_id
    return way


def _hold_back(view: Layout, flags: list[str]) -> None:
    """Structure and names may not take most of a body: then they are wrong about this site, and give way."""
    hinted = view.chars(layout.HINT, _PROSE)
    if not hinted:
        return
    kept = view.chars(None)
    if not kept or (hinted > _STUB and hinted > _MAX_HINTS * (hinted + kept)):
        view.release(layout.HINT)
        flags.append("page-hints-withheld")


def _looks_short(view: Layout, facts: Facts) -> bool:
    """Whether a site's body selector seems to have missed the story (cheap: no extractor runs)."""
    kept = view.chars(None)
    if len(facts.article_body) > _STUB and kept < _SHORT * len(facts.article_body):
        return True
    return kept < _STUB and view.paragraphs(layout.OUTSIDE, _PROSE) > 3 * kept + _STUB


def _agree(body: LexborNode, chosen: LexborNode) -> bool:
    """Whether an unverified selector and the extractor mean the same text, give or take a fifth."""
    mine = len("".join(body.text().split()))
    theirs = len("".join(chosen.text().split()))
    if not _within(body, chosen) and not _within(chosen, body):
        return False
    return mine > 0 and 0.8 <= theirs / mine <= 1.25


def _within(node: LexborNode, outer: LexborNode) -> bool:
    target = outer.mem_id
    at: LexborNode | None = node
    while at is not None:
        if at.mem_id == target:
            return True
        at = at.parent
    return False


def _meta(facts: Facts, decoded: Decoded) -> dict[str, str]:
    meta = {"encoding": decoded.encoding, "encoding_source": decoded.source}
    if decoded.undecodable:
        meta["undecodable"] = str(decoded.undecodable)
    if facts.title:
        meta["title"] = facts.title
    if facts.published:
        meta["published"] = facts.published
    return meta

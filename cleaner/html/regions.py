"""The regions of a page whose body is known: what lies around the body, and what is furniture inside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from cleaner.html import clutter, layout
from cleaner.html.headings import headings_of
from cleaner.html.layout import PageLines, Region
from cleaner.html.select import compiled, elements, select
from cleaner.html.spec import PageSpec
from cleaner.html.visible import Visible

HEADING = "html/drop#heading"
#: A body or a piece of furniture of fewer code points than this is small.
SMALL = 300
#: A line of this length is taken for prose.
PROSE = 100
#: Structure may not take more than this share of a body.
_MAX_HINTS = 0.6
_MAX_LEVELS = 64
#: More pieces of furniture than this are no furniture: each costs marks in the tree.
_MAX_PIECES = 20_000
_LONG = frozenset({"embed", "comments"})


@dataclass(frozen=True, slots=True)
class Read:
    """A page in lines with their owners, and the elements from the body up to the root."""

    lines: PageLines
    around: list[LexborNode]
    flags: tuple[str, ...] = ()


def read_regions(
    page: Visible,
    bodies: Sequence[LexborNode],
    spec: PageSpec,
    rule: str,
    *,
    left_out: Sequence[Region] = (),
    inside: Sequence[list[LexborNode]] | None = None,
    paths: bool = False,
) -> Read:
    """Read a page with known body elements into lines with owners. Changes the tree.

    Args:
        page: the visible tree.
        bodies: the elements of the body, in document order, at least one.
        spec: what packs drop and keep inside the body.
        rule: rule id for what lies outside the body.
        left_out: regions inside the body that whoever chose it leaves out.
        inside: the elements of each body, where they are known already.
        paths: whether every line gets its node path (slow).
    """
    root = page.root
    regions: list[Region] = []
    around = [bodies[0]]
    if bodies[0].mem_id != root.mem_id:
        regions += [Region(body, layout.BODY) for body in bodies]
        around = _surroundings(root, bodies, regions, rule)
    taken = {body.mem_id for body in bodies}
    pieces: list[Region] = []
    for number, body in enumerate(bodies):
        found = body.css("*") if inside is None else inside[number]
        pieces += furniture(body, found, spec, taken)
    flags: tuple[str, ...] = ()
    if len(pieces) > _MAX_PIECES:
        pieces, flags = [], ("page-hints-withheld",)
    rest = Region(root, layout.OUTSIDE, "navigation", rule, len(around) - 1)
    lines = layout.lay_out(page, [*regions, *pieces, *left_out], rest, paths=paths)
    return Read(lines, around, flags or hold_back(lines))


def furniture(body: LexborNode, found: list[LexborNode], spec: PageSpec, taken: set[int]) -> list[Region]:
    """What packs drop and keep inside a body, and what structure gives away; ``taken`` grows by the dropped nodes."""
    regions: list[Region] = []
    nodes = elements(found, body)
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
    cut = {region.node.mem_id: region.category for region in regions if region.kind != layout.KEEP}
    regions += [Region(node, layout.HINT, category, HEADING) for node, category in headings_of(body, cut)]
    return regions


def _surroundings(root: LexborNode, bodies: Sequence[LexborNode], regions: list[Region], rule: str) -> list[LexborNode]:
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


def hold_back(lines: PageLines) -> tuple[str, ...]:
    """Structure and names may not take most of a body: then they are wrong about this site, and give way.

    Embedded posts and comments are known by their own markup. They may well be longer than the story.
    """
    hints = [span for span in lines.spans if span[2] is not None and span[2].kind == layout.HINT]
    doubtful = [span for span in hints if span[2] is not None and span[2].category not in _LONG]
    sizes = [len(line) for start, end, _ in doubtful for line in lines.lines[start:end]]
    hinted = sum(size for size in sizes if size >= PROSE)
    if not hinted:
        return ()
    kept = lines.chars(None)
    if kept and (hinted <= SMALL or hinted <= _MAX_HINTS * (hinted + kept)):
        return ()
    back = {id(span[2]) for span in (doubtful if kept else hints)}
    lines.spans = [(start, end, None if id(owner) in back else owner) for start, end, owner in lines.spans]
    return ("page-hints-withheld",)

"""From a tree with regions marked to lines with owners, and from those to whole-line cuts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate, groupby

import msgspec
from selectolax.lexbor import LexborNode

from cleaner.html import visible
from cleaner.html.visible import Visible
from cleaner.model import PreCut

BODY = "body"
DROP = "drop"  # a pack says so
HINT = "hint"  # page structure says so; gives way to KEEP, and to the guard
KEEP = "keep"
OUTSIDE = "outside"


class Region(msgspec.Struct, eq=False, gc=False):
    """A subtree of the page with a meaning, or a row of sibling subtrees up to ``last``.

    ``level``: for OUTSIDE, how far the parent is above the body.
    """

    node: LexborNode
    kind: str
    category: str = ""
    rule: str = ""
    level: int = 0
    last: LexborNode | None = None


@dataclass(slots=True)
class PageLines:
    """Lines of a page, and runs of them: first line, line after the last, region that takes them (``None``: body)."""

    lines: list[str]
    spans: list[tuple[int, int, Region | None]]
    paths: list[str] | None = None

    def chars(self, kind: str | None, at_least: int = 0) -> int:
        """Code points of lines of one kind of owner (``None``: those that stand), of at least a length."""
        found = 0
        for start, end, owner in self.spans:
            if (owner.kind if owner is not None else None) == kind:
                sizes = map(len, self.lines[start:end])
                found += sum(size for size in sizes if size >= at_least) if at_least else sum(sizes)
        return found

    def count(self, kind: str | None, at_least: int) -> int:
        """How many lines of one kind of owner have at least a length."""
        return sum(
            sum(len(line) >= at_least for line in self.lines[start:end])
            for start, end, owner in self.spans
            if (owner.kind if owner is not None else None) == kind
        )

    def paragraphs(self, kind: str, at_least: int) -> int:
        """Code points of lines of one kind of owner that are long and stand beside another long one.

        Paragraphs of a story stand together; the teasers of other stories have headlines between them.
        """
        found = 0
        for start, end, owner in self.spans:
            if owner is None or owner.kind != kind:
                continue
            before = False
            for line in self.lines[start:end]:
                long = len(line) >= at_least
                found += len(line) if long and before else 0
                before = long
        return found


def taken_by(page: PageLines, owner: Region, stays: Callable[[str], bool]) -> PageLines:
    """The lines of a page whose body goes to an owner, but for the lines that stay."""
    spans: list[tuple[int, int, Region | None]] = []
    for start, end, before in page.spans:
        if before is not None:
            spans.append((start, end, before))
            continue
        for stay, numbers in groupby(range(start, end), lambda number: stays(page.lines[number])):
            run = list(numbers)
            spans.append((run[0], run[-1] + 1, None if stay else owner))
    return PageLines(page.lines, spans, page.paths)


def joined(first: PageLines, second: PageLines) -> PageLines:
    """The lines of two documents, one after the other."""
    offset = len(first.lines)
    paths = first.paths + second.paths if first.paths is not None and second.paths is not None else None
    return PageLines(
        first.lines + second.lines,
        first.spans + [(start + offset, end + offset, owner) for start, end, owner in second.spans],
        paths,
    )


def lay_out(page: Visible, regions: list[Region], rest: Region, *, paths: bool = False) -> PageLines:
    """Mark the regions, dissolve the tree into blocks, and read lines with their owners.

    ``rest`` owns what no region covers. Without a BODY region the whole page is body.
    """
    for number, region in enumerate(regions):
        visible.mark(region.node, region.last or region.node, number)
    whole = not any(region.kind == BODY for region in regions)
    texts: list[str] = []
    stack: list[Region] = []
    spans: list[tuple[int, int, Region | None]] = []
    start = 0
    before = None if whole else rest
    pieces = visible.read(page, 2 * len(regions))
    texts += visible.split(pieces[0])
    for piece in pieces[1:]:
        label, _, text = piece.partition(visible.SEP)
        if label:
            stack.append(regions[int(label)])
        elif stack:
            stack.pop()
        if not text.strip(visible.BLANK):
            continue
        owner = _owner(stack, rest, whole)
        if owner is not before:
            if start < len(texts):
                spans.append((start, len(texts), before))
            start, before = len(texts), owner
        texts += visible.split(text)
    if start < len(texts):
        spans.append((start, len(texts), before))
    read = PageLines(texts, spans)
    if paths:
        read.paths = _paths(page.root, len(texts))
    return read


def _owner(stack: list[Region], rest: Region, whole: bool) -> Region | None:
    """Who takes the lines at this place: the outermost drop inside the body, or furniture outside it."""
    inside = whole
    outside = rest
    hint: Region | None = None
    keep = False
    for region in stack:
        kind = region.kind
        if kind == BODY:
            inside = True
        elif kind == OUTSIDE:
            outside = region
        elif kind == KEEP:
            keep = True
        elif inside:
            if kind == DROP:
                return region
            if hint is None:
                hint = region
    if not inside:
        return outside
    return None if keep else hint


def _paths(root: LexborNode, count: int) -> list[str] | None:
    """The node path of every line (slow, one Python step a text node)."""
    found: list[str] = []
    known: dict[int, str] = {}
    steps: dict[int, str] = {}
    for node in root.traverse(include_text=True, skip_empty=True):
        if not node.is_text_node:
            continue
        number = visible.blocks_in(node.text_content or "")
        if number:
            parent = node.parent
            key = parent.mem_id if parent is not None else 0
            path = known.get(key)
            if path is None:
                path = known[key] = visible.path_of(parent, steps)
            found += [path] * number
    return found if len(found) == count else None


def starts_of(lines: list[str]) -> list[int]:
    """Where each line starts in the lines joined with line breaks, and where the text ends."""
    starts = list(accumulate(map((1).__add__, map(len, lines)), initial=0))
    if lines:
        starts[-1] -= 1
    return starts


def _span_starts(page: PageLines) -> dict[int, int]:
    """Where the first line of each span starts, and where the text ends, by line number."""
    starts = {0: 0}
    at = 0
    for start, end, _ in page.spans:
        at += sum(map(len, page.lines[start:end])) + end - start
        starts[end] = at
    starts[len(page.lines)] = at - 1
    return starts


def cuts_of(page: PageLines, ancestors: list[LexborNode], *, each_line: bool = False) -> tuple[PreCut, ...]:
    """Whole-line cuts: one for each run of lines with one reason, or one for each line.

    Furniture outside the body that stands together and has one category is one run; its path is then the element that
    holds it all.
    """
    found: list[PreCut] = []
    known: dict[int, str] = {}
    spans = page.spans
    total = len(spans)
    starts = starts_of(page.lines) if each_line else _span_starts(page)
    at = 0
    while at < total:
        first, end, owner = spans[at]
        at += 1
        if owner is None:
            continue
        level = owner.level
        merged = owner.last is not None
        outside = owner.kind == OUTSIDE
        while outside and not each_line and at < total:
            _, after, other = spans[at]
            if other is None or other.kind != OUTSIDE or other.category != owner.category:
                break
            level = max(level, other.level)
            merged = True
            end = after
            at += 1
        node = ancestors[level] if merged and level < len(ancestors) else owner.node
        scope = "page" if outside else "block"
        path = visible.path_of(node, known)
        if not each_line:
            found.append(PreCut(starts[first], starts[end], owner.category, owner.rule, scope, path))
            continue
        paths = page.paths
        for line in range(first, end):
            where = paths[line] if paths is not None else path
            found.append(PreCut(starts[line], starts[line + 1], owner.category, owner.rule, scope, where))
    return tuple(found)

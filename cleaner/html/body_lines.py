"""From the lines of a page that were chosen as its body to lines with owners.

What was not chosen goes by the model's rule; inside the choice, packs and page structure cut as they do in any body.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from selectolax.lexbor import LexborNode

from cleaner.html import clutter, layout, visible
from cleaner.html.blocks import Blocks
from cleaner.html.captions import captions_in
from cleaner.html.comments import first_comment
from cleaner.html.layout import PageLines, Region
from cleaner.html.outline import GALLERY_NAME, GALLERY_PICTURES, NO_GALLERY
from cleaner.html.regions import furniture
from cleaner.html.spec import PageSpec
from cleaner.packs.words import alternatives, words_of_all

#: A run of lines with more than this share of link text is a list of other pages.
_LINKED = 0.5
LINKS = "html#link-list"
GALLERY = "html#gallery"
CAPTION = "html/drop#picture-text"
COMMENTS = "html#comments"
#: A gallery is none beside a story of fewer code points, nor are captions or comments.
_STORY = 300
#: So many lines in a row that are nothing but links, and no sentences, are a list of other stories.
_ROW = 3
_ONLY_LINKS = 0.8
_SENTENCE = frozenset('.!?…”":;')
#: A headline that was cut short.
_GOES_ON = frozenset({"...", " …"})
#: A line above a list of other stories.
_INVITES = re.compile(
    rf"(?:{alternatives(words_of_all('list-headings'))}|read also|see also"
    r"|related (?:articles?|posts?|stories))\s?:?",
    re.IGNORECASE,
)
#: What is hidden is furniture on any page.
_HIDDEN = "html/drop#hidden"
#: … but for a part of the story of at least so many code points.
_PART = 150
#: A line that begins like one that shows is a copy.
_START = 60
#: Prose of this length and chance, in thousandths, is story; what is mostly such prose is no furniture, unless its
#: markup says so beyond doubt.
_PROSE = 60
_SURE = 850
_MOSTLY = 0.7
_CERTAIN = frozenset({"embed", "caption", "comments"})


def lines_of(
    blocks: Blocks,
    kept: list[bool],
    spec: PageSpec,
    rule: str,
    *,
    chances: Sequence[int] = (),
    hints: bool = True,
    paths: bool = False,
) -> PageLines:
    """The lines of a page with their owners.

    Args:
        blocks: the page.
        kept: whether each line was chosen.
        spec: what packs drop and keep inside the body.
        rule: rule id for the lines that were not chosen.
        chances: of each line to be body, in thousandths: a name does not take prose that is sure to be story.
        hints: whether page structure cuts inside the choice what is not hidden. It knows articles: on other pages
            lists of links may be what the page is for.
        paths: whether every line gets its node path.
    """
    inside = _inside(blocks, kept, spec, hints)
    if chances:
        _spare_sure(blocks, chances, inside)
    if hints:
        _link_lists(blocks, kept, inside)
        _galleries(blocks, kept, inside)
        _captions(blocks, kept, inside)
        _comments(blocks, kept, inside)
    spans: list[tuple[int, int, Region | None]] = []
    known: dict[int, str] = {}
    start, count = 0, len(kept)
    while start < count:
        end = start + 1
        if not kept[start]:
            while end < count and not kept[end]:
                end += 1
            spans += _left_out(blocks, start, end, rule, known)
        else:
            owner = inside.get(start)
            while end < count and kept[end] and inside.get(end) is owner:
                end += 1
            spans.append((start, end, owner))
        start = end
    found = PageLines(blocks.lines, spans)
    if paths:
        steps: dict[int, str] = {}
        found.paths = [visible.path_of(blocks.nodes[owner], steps) for owner in blocks.owners]
    return found


def container_of(blocks: Blocks, kept: list[bool]) -> int:
    """The innermost element that holds every line chosen; 0 for none."""
    return _common(blocks, {owner for owner, is_kept in zip(blocks.owners, kept, strict=True) if is_kept})


def _common(blocks: Blocks, elements: set[int]) -> int:
    """The innermost element around some elements."""
    above, depths = blocks.above, blocks.depths
    found = -1
    for element in elements:
        if found < 0:
            found = element
        while element != found:
            if depths[element] > depths[found]:
                element = above[element]
            elif depths[element] < depths[found]:
                found = above[found]
            else:
                element, found = above[element], above[found]
    return max(found, 0)


def _left_out(
    blocks: Blocks, start: int, end: int, rule: str, known: dict[int, str]
) -> list[tuple[int, int, Region | None]]:
    """A run of lines outside the body, parted where what it is changes; ``known`` remembers that by element."""
    owners = blocks.owners
    found: list[tuple[int, int, Region | None]] = []
    at, owner = start, owners[start]
    category = following = _category(blocks, owner, known)
    while at < end:
        stop = at + 1
        while stop < end:
            if owners[stop] != owner:
                owner = owners[stop]
                following = _category(blocks, owner, known)
                if following != category:
                    break
            stop += 1
        around = blocks.nodes[_common(blocks, {owners[at], owners[stop - 1]})]
        named = category or ("related" if _share(blocks, at, stop) > _LINKED else "navigation")
        found.append((at, stop, Region(around, layout.OUTSIDE, named, rule)))
        at, category = stop, following
    return found


def _category(blocks: Blocks, element: int, known: dict[int, str]) -> str:
    """What the nearest name around an element says that it is; empty where none says anything."""
    way = []
    found = ""
    while element > 0:
        told = known.get(element)
        if told is not None:
            found = told
            break
        way.append(element)
        found = clutter.stated_category(blocks.tags[element], blocks.names[element])
        if found:
            break
        element = blocks.above[element]
    for passed in way:
        known[passed] = found
    return found


def _share(blocks: Blocks, start: int, end: int) -> float:
    """The share of link text in a run of lines."""
    return sum(blocks.linked[start:end]) / max(1, sum(map(len, blocks.lines[start:end])))


def _inside(blocks: Blocks, kept: list[bool], spec: PageSpec, hints: bool) -> dict[int, Region]:
    """The lines chosen that packs or page structure cut, each with the region that takes it."""
    container = container_of(blocks, kept)
    body = blocks.nodes[container]
    regions = furniture(body, body.css("*"), spec, {body.mem_id})
    if not regions:
        return {}
    marks: dict[str, dict[int, Region]] = {layout.DROP: {}, layout.HINT: {}, layout.KEEP: {}}
    single: list[tuple[int, Region]] = []
    for region in regions:
        number = blocks.numbers.get(region.node.mem_id)
        if number is None or (region.kind == layout.HINT and not hints and region.rule != _HIDDEN):
            continue
        number = -1 - number if number < 0 else number
        if blocks.nodes[number].mem_id == region.node.mem_id:
            marks[region.kind].setdefault(number, region)
        else:
            single.append((number, region))
    owner = _inherited(blocks, container, marks)
    found = {
        number: taker
        for number, (element, is_kept) in enumerate(zip(blocks.owners, kept, strict=True))
        if is_kept and (taker := owner.get(element)) is not None
    }
    _spare_hidden(blocks, kept, found)
    for element, region in single:
        if region.kind == layout.KEEP:
            continue
        text = _text(region.node)
        for number, line in enumerate(blocks.lines):
            if kept[number] and blocks.owners[number] == element and line == text:
                found.setdefault(number, region)
    return found


def _spare_hidden(blocks: Blocks, kept: list[bool], found: dict[int, Region]) -> None:
    """Leave hidden lines that were chosen and copy nothing that shows: parts of a story that wait for the reader."""
    hidden = [number for number, region in found.items() if region.rule == _HIDDEN]
    if not hidden:
        return
    lines = blocks.lines
    shown = "\n".join(line for number, line in enumerate(lines) if kept[number] and number not in found)
    own = [number for number in hidden if lines[number][:_START] not in shown]
    if sum(len(lines[number]) for number in own) >= _PART:
        for number in own:
            del found[number]


def _spare_sure(blocks: Blocks, chances: Sequence[int], found: dict[int, Region]) -> None:
    """Leave what a name would take where nearly all of it is prose that the choice is sure of.

    Sites call the pages of a story after the buttons between them.
    """
    text: dict[int, list[int]] = {}
    for number, region in found.items():
        if region.kind == layout.HINT and region.category not in _CERTAIN and region.rule != _HIDDEN:
            size = len(blocks.lines[number])
            sizes = text.setdefault(id(region), [0, 0])
            sizes[0] += size
            sizes[1] += size if chances[number] >= _SURE and size >= _PROSE else 0
    spared = {key for key, (size, sure) in text.items() if sure >= _PART and sure >= _MOSTLY * size}
    for number in [number for number, region in found.items() if id(region) in spared]:
        del found[number]


def _link_lists(blocks: Blocks, kept: list[bool], inside: dict[int, Region]) -> None:
    """Take rows of lines that are nothing but links out of what was chosen; below an invitation one is a row."""
    row: list[int] = []
    least = _ROW
    for number, (line, link) in enumerate(zip(blocks.lines, blocks.linked, strict=True)):
        if kept[number] and link >= _ONLY_LINKS * len(line) and (line[-1] not in _SENTENCE or line[-3:] in _GOES_ON):
            if not row:
                least = 1 if number and _INVITES.fullmatch(blocks.lines[number - 1]) else _ROW
            row.append(number)
            continue
        if row:
            _take(blocks, row, inside, least)
            row = []
    _take(blocks, row, inside, least)


def _galleries(blocks: Blocks, kept: list[bool], inside: dict[int, Region]) -> None:
    """Take galleries that hold more than the story beside them out of what was chosen."""
    gallery_names = {names for names in set(blocks.names) if names and _names_gallery(names)}
    if not gallery_names:
        return
    galleries = {number for number, n in enumerate(blocks.names) if n in gallery_names and _is_gallery(blocks, number)}
    around: dict[int, int] = {}
    for number in range(1, len(blocks.above)):
        outer = around.get(blocks.above[number])
        if outer is not None:
            around[number] = outer
        elif number in galleries:
            around[number] = number
    if not around:
        return
    found: dict[int, list[int]] = {}
    beside = 0
    for number, (is_kept, owner) in enumerate(zip(kept, blocks.owners, strict=True)):
        if is_kept and number not in inside:
            if owner in around:
                found.setdefault(around[owner], []).append(number)
            else:
                beside += len(blocks.lines[number])
    size = sum(len(blocks.lines[number]) for numbers in found.values() for number in numbers)
    if beside < _STORY or size <= beside:
        return
    for gallery, numbers in found.items():
        region = Region(blocks.nodes[gallery], layout.DROP, "caption", GALLERY)
        inside.update((number, region) for number in numbers)


def _captions(blocks: Blocks, kept: list[bool], inside: dict[int, Region]) -> None:
    """Take lines that repeat what a picture says of itself out of what was chosen, unless they are what there is."""
    if not any(kept):
        return
    found = captions_in(blocks, kept, blocks.nodes[container_of(blocks, kept)])
    beside = (number for number, is_kept in enumerate(kept) if is_kept and number not in inside and number not in found)
    if not found or sum(len(blocks.lines[number]) for number in beside) < _STORY:
        return
    for number, owner in found.items():
        inside.setdefault(number, Region(blocks.nodes[owner], layout.HINT, "caption", CAPTION))


def _comments(blocks: Blocks, kept: list[bool], inside: dict[int, Region]) -> None:
    """Take the comments behind a story out of what was chosen."""
    start = first_comment(blocks.lines)
    found = [number for number in range(start, len(kept)) if kept[number] and number not in inside]
    story = (len(line) for number, line in enumerate(blocks.lines[:start]) if kept[number] and number not in inside)
    if found and sum(story) >= _STORY:
        around = blocks.nodes[_common(blocks, {blocks.owners[number] for number in found})]
        inside.update(dict.fromkeys(found, Region(around, layout.DROP, "comments", COMMENTS)))


@lru_cache(maxsize=16_384)
def _names_gallery(names: str) -> bool:
    return GALLERY_NAME.search(names) is not None


def _is_gallery(blocks: Blocks, number: int) -> bool:
    """Whether pictures and tag of an element that is called a gallery are those of one."""
    if not number or blocks.tags[number] in NO_GALLERY:
        return False
    return len(blocks.nodes[number].css("img,amp-img,picture")) >= GALLERY_PICTURES


def _take(blocks: Blocks, row: list[int], inside: dict[int, Region], least: int) -> None:
    if row and len(row) >= least:
        around = blocks.nodes[_common(blocks, {blocks.owners[number] for number in row})]
        region = Region(around, layout.DROP, "related", LINKS)
        for number in row:
            inside.setdefault(number, region)


def _inherited(blocks: Blocks, container: int, marks: Mapping[str, dict[int, Region]]) -> dict[int, Region]:
    """What takes each element inside the body: the outermost drop, else the outermost hint that no keep forbids."""
    drops, hints, keeps = (dict(marks[kind]) for kind in (layout.DROP, layout.HINT, layout.KEEP))
    above = blocks.above
    for number in range(container + 1, len(above)):
        if blocks.depths[number] <= blocks.depths[container]:
            break
        up = above[number]
        for found in (drops, hints, keeps):
            outer = found.get(up)
            if outer is not None:
                found[number] = outer
    return {number: region for number, region in hints.items() if number not in keeps} | drops


def _text(node: LexborNode) -> str:
    """The text of an inline element as it stands in a line."""
    return " ".join(visible.plain(node.text()).split())

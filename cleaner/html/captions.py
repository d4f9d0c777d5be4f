"""Captions that bear no name: a line that repeats what a picture of the body says of itself.

Content systems print a caption below a picture and give it to the picture as well, as ``alt`` or for the viewer that
opens on a click. Headings of a list's items do the same above their pictures, and some systems fill ``alt`` with the
lead: so a line without a credit must stand right below the picture, be short, read like a sentence and be no heading.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from cleaner.html import layout
from cleaner.html.blocks import HEADING, LIST, TABLE, Blocks
from cleaner.html.layout import PageLines
from cleaner.packs.words import alternatives, words_of_all

#: The flag of a page whose captions, which are cut, hold most of its story.
MOSTLY_CAPTIONS = "mostly-captions"

#: Elements that show a picture, or hold one with what its viewer shows.
_PICTURES = "img[alt],img[title],amp-img,[data-caption],[data-description]"
_TELLING = ("alt", "title", "data-caption", "data-description")
#: More pictures than this are a gallery, or an attack.
_MOST = 60
#: A caption with a credit may be as short as a name; one without has words enough to be no coincidence.
_SHORT, _WORDS, _START = 24, 4, 12
#: A longer line without a credit is prose until something else says that it is not.
_LONG, _LONGEST = 160, 600
#: It tells of something, in so many words without a capital that are longer than function words.
_TELL, _FUNCTION = 3, 3
#: So many lines below a picture are looked at: what its viewer's buttons say comes first.
_BELOW = 2
_NAMES = rf"(?:{alternatives(words_of_all('picture-credits'))}|photo|source|credit|courtesy|via)"
_CREDIT = re.compile(
    rf"[(\[/|]\s?{_NAMES}\b|[©®]|\(c\)|\b{_NAMES}\s?[.:/]|[(\[][^()\[\]]{{2,40}}/[^()\[\]]{{2,40}}[)\]]\s*$"
    r"|\b(?:reuters|afp|getty|shutterstock|freepik|pixabay|unsplash|pexels)\b",
    re.IGNORECASE,
)
#: What may stand behind a caption in one of its two copies: the credit, or the button that shows all of it.
_REST = re.compile(rf"\W*(?:(?:[©®(\[/|–—-]|{_NAMES}\b|by\b).{{0,80}}|\.{{3}}\s?\w{{3,15}}|)", re.IGNORECASE)
_PICTURE_STORY = re.compile(
    rf"\W{{0,3}}(?:{alternatives(words_of_all('title-pictures'))}|photos?|gallery|in pictures?)\s?[:|]", re.IGNORECASE
)
#: A story told in pictures has an introduction of fewer code points.
_INTRODUCTION = 600
_TAG = re.compile(r"<[^<>]{1,200}>")


def captions_in(blocks: Blocks, kept: list[bool], body: LexborNode) -> dict[int, int]:
    """The lines chosen that are captions of the body's pictures.

    Args:
        blocks: the page.
        kept: whether each line was chosen.
        body: the element around the choice.

    Returns:
        The element of each such line, by the line's number.
    """
    told: dict[str, list[tuple[str, int]]] = {}
    for text, number in _texts(blocks, body):
        told.setdefault(text[:_START], []).append((text, number))
    if not told:
        return {}
    owners, kinds = blocks.owners, blocks.kinds
    found: dict[int, int] = {}
    first = kept.index(True)
    for number, (line, is_kept) in enumerate(zip(blocks.lines, kept, strict=True)):
        if not is_kept or len(line) > _LONGEST or kinds[owners[number]] & HEADING:
            continue
        plain = line.casefold()
        for text, picture in told.get(plain[:_START], ()):
            if _same(plain, text) and (
                _CREDIT.search(text)
                or _CREDIT.search(line)
                or ((number > first or line[-1] not in ".!?") and _bare(blocks, number, picture))
            ):
                found[number] = owners[number]
                break
    return found


def told_in_captions(lines: PageLines, title: str) -> bool:
    """Whether captions that are cut tell more of a story than what is kept of it.

    So it is where those inside the body are the longer part, and where the title promises pictures and little stands
    beside them: their captions may lie outside the body that a pack names.
    """
    kept = lines.chars(None)
    if kept < _INTRODUCTION and _PICTURE_STORY.match(title):
        return True
    cut = sum(
        sum(map(len, lines.lines[start:end]))
        for start, end, owner in lines.spans
        if owner is not None and owner.category == "caption" and owner.kind in (layout.DROP, layout.HINT)
    )
    return kept < cut


def _texts(blocks: Blocks, body: LexborNode) -> Iterator[tuple[str, int]]:
    """What the pictures in an element say of themselves, each with the number of the element that holds the picture."""
    for node in body.css(_PICTURES)[:_MOST]:
        number = blocks.numbers.get(node.mem_id)
        if number is None:
            continue
        attributes = node.attributes
        for key in _TELLING:
            value = attributes.get(key)
            if value and len(value) >= _START and (key[0] == "d" or node.tag in ("img", "amp-img")):
                text = _TAG.sub(" ", html.unescape(value)) if "<" in value or "&" in value else value
                yield " ".join(text.split()).casefold(), number if number >= 0 else -1 - number


def _same(line: str, text: str) -> bool:
    """Whether a line and the text of a picture are one caption, but for a credit behind it in one of them."""
    longer, shorter = (line, text) if len(line) >= len(text) else (text, line)
    if not longer.startswith(shorter):
        return False
    return longer == shorter or (len(shorter.split()) >= _WORDS and _REST.fullmatch(longer[len(shorter) :]) is not None)


def _bare(blocks: Blocks, number: int, picture: int) -> bool:
    """Whether a line without a credit stands right below its picture, and looks like nothing else."""
    line, owner = blocks.lines[number], blocks.owners[number]
    if not _SHORT <= len(line) <= _LONG or len(line.split()) < _WORDS or blocks.kinds[owner] & (LIST | TABLE):
        return False
    if sum(word[0].islower() and len(word) > _FUNCTION for word in line.split()) < _TELL:
        return False  # the name of a thing that is listed
    if line[0].isdigit() or _is_strong(blocks.nodes[owner], line):
        return False
    if owner == picture:
        return blocks.owners.count(owner) <= _BELOW
    first = next((at for at, holder in enumerate(blocks.owners) if holder > picture), number)
    return owner > picture and number - first < _BELOW


def _is_strong(node: LexborNode, line: str) -> bool:
    """Whether a line is set in bold from its first word to its last, as sub-headings are."""
    strong = node.css_first("strong,b")
    return strong is not None and " ".join(strong.text().split()) == line

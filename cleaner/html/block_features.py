"""What the model of the body is told of every line of a page: whole numbers, the same on every machine.

Shares are parts of a thousand. A line is judged by itself, by the elements around it, by its neighbours, and by how
often the page has elements like its own.
"""

from __future__ import annotations

from collections.abc import Callable

from cleaner.html.block_sums import (
    NEAR_PROSE,
    Signs,
    Stated,
    Sums,
    alike_in,
    in_best,
    levels_from,
    signs_of,
    summed,
    teasers_around,
)
from cleaner.html.blocks import (
    ASIDE,
    FIGURE,
    FOOTER,
    FORM,
    HEADING,
    HIDDEN,
    LIST,
    MAIN,
    MENU,
    PARAGRAPH,
    TABLE,
    Blocks,
)

#: The score of a class attribute and id: how much it speaks against a body (at most 0), and for one (at least 0).
NameScore = Callable[[str], tuple[int, int]]

_TAGS = {
    name: number
    for number, name in enumerate(
        "div p li span a h1 h2 h3 h4 h5 h6 td th tr dt dd blockquote pre section article main header footer nav aside "
        "figure figcaption form label center body ul ol table tbody".split(),
        1,
    )
}
_FAR = 40
_AROUND = 5
_ENDS = frozenset(".!?…:;")

LINE = ("length", "words", "link_share", "ends", "commas")
ELEMENT = tuple(
    "tag paragraph list heading main footer menu aside form hidden figure table depth "
    "name_against name_for above_against above_for path_sum path_against path_for "
    "like_count like_length like_links in_best teasers teaser_length teaser_share above_like above_2_like "
    "up1_share up1_links up1_prose up2_share up2_links up2_prose up2_lines up3_share up3_links up3_prose up3_lines "
    "up5_share up5_links up5_lines up1_topic up2_topic up3_topic lead_levels h1_levels".split()
)
PLACE = tuple(
    "place place_text before since_h1 since_heading prose_before repeated "
    "previous_length next_length previous_links next_links previous_like next_like near_prose near_links "
    "topic in_data since_lead".split()
)
PAGE = tuple("page_length page_links page_lines page_prose page_paragraphs page_articles page_kind".split())
#: Names of the numbers of a row, in order.
FEATURES = LINE + ELEMENT + PLACE + PAGE

Row = tuple[int, ...]


def rows_of(page: Blocks, score: NameScore, stated: Stated) -> list[Row]:
    """The numbers of every line, in the order of :data:`FEATURES`.

    Args:
        page: the page; it has lines.
        score: what class and id of an element speak for.
        stated: what the page says of itself.
    """
    lengths = [len(line) for line in page.lines]
    linked = [link if link < length else length for link, length in zip(page.linked, lengths, strict=True)]
    signs = signs_of(page, lengths, stated)
    sums = summed(page, lengths, linked, signs.topic)
    total = sums.total[0]
    alike = alike_in(page, sums)
    elements = _elements(page, sums, alike, score, lengths, linked, signs)
    tags = page.tags
    count = len(lengths)
    last = (
        total,
        1000 * sums.linked[0] // total,
        count,
        1000 * sums.prose[0] // total,
        1000 * tags.count("p") // (1 + count),
        tags.count("article"),
        stated.kind,
    )
    return _rows(page, lengths, linked, alike, elements, signs, last)


def _names(page: Blocks, sums: Sums, score: NameScore) -> list[tuple[int, int, int, int, int]]:
    """What class and id speak for: of every element itself, and of all around it (a sum that fades, least, most)."""
    above, names, lines = page.above, page.names, sums.lines
    found = [(0, 0, 0, 0, 0)] * len(above)
    for number in range(1, len(above)):
        if not lines[number]:
            continue
        _, _, faded, least, most = found[above[number]]
        faded = faded * 4 // 5
        name = names[number]
        if name:
            against, speaks = score(name)
            found[number] = (
                against,
                speaks,
                faded + (against if -against > speaks else speaks),
                against if against < least else least,
                speaks if speaks > most else most,
            )
        else:
            found[number] = (0, 0, faded, least, most)
    return found


def _elements(
    page: Blocks,
    sums: Sums,
    alike: list[int],
    score: NameScore,
    lengths: list[int],
    linked: list[int],
    signs: Signs,
) -> dict[int, Row]:
    """The numbers of every element that holds a line itself."""
    above, kinds, tags, depths, owners = page.above, page.kinds, page.tags, page.depths, page.owners
    size = max(alike) + 1
    count, length, links = [0] * size, [0] * size, [0] * size
    for owner, here, link in zip(owners, lengths, linked, strict=True):
        group = alike[owner]
        count[group] += 1
        length[group] += here
        links[group] += link
    elements = [0] * size
    for group in alike:
        elements[group] += 1
    names = _names(page, sums, score)
    teasers = teasers_around(page, sums, alike)
    inside = in_best(page, sums)
    lead, first = levels_from(page, signs.lead), levels_from(page, signs.first)
    around: dict[int, Row] = {}
    found: dict[int, Row] = {}
    tag = _TAGS.get
    for owner in set(owners):
        up = above[owner]
        outer = around.get(up)
        if outer is None:
            outer = around[up] = _around(up, above, sums, alike, elements)
        kind = kinds[owner]
        against, speaks, faded, least, most = names[owner]
        over = names[up]
        group = alike[owner]
        found[owner] = (
            tag(tags[owner], 0),
            kind & PARAGRAPH,
            kind & LIST,
            kind & HEADING,
            kind & MAIN,
            kind & FOOTER,
            kind & MENU,
            kind & ASIDE,
            kind & FORM,
            kind & HIDDEN,
            kind & FIGURE,
            kind & TABLE,
            depths[owner],
            against,
            speaks,
            over[0],
            over[1],
            faded,
            least,
            most,
            count[group],
            length[group] // count[group],
            1000 * links[group] // length[group],
            1 if inside[owner] else 0,
            *teasers[owner],
            *outer,
            lead[owner],
            first[owner],
        )
    return found


def _around(up: int, above: list[int], sums: Sums, alike: list[int], elements: list[int]) -> Row:
    """The numbers of what stands around an element: of its parent and those above that."""
    totals, linked, prose, lines = sums.total, sums.linked, sums.prose, sums.lines
    text = totals[0]
    story = prose[0] or 1
    topic = sums.topic
    about = topic[0] or 1
    up2 = above[up]
    up3 = above[up2]
    up5 = above[above[up3]]
    of, of2, of3, of5 = totals[up], totals[up2], totals[up3], totals[up5]
    return (
        elements[alike[up]],
        elements[alike[up2]],
        1000 * of // text,
        1000 * linked[up] // of,
        1000 * prose[up] // story,
        1000 * of2 // text,
        1000 * linked[up2] // of2,
        1000 * prose[up2] // story,
        lines[up2],
        1000 * of3 // text,
        1000 * linked[up3] // of3,
        1000 * prose[up3] // story,
        lines[up3],
        1000 * of5 // text,
        1000 * linked[up5] // of5,
        lines[up5],
        1000 * topic[up] // about,
        1000 * topic[up2] // about,
        1000 * topic[up3] // about,
    )


def _rows(
    page: Blocks,
    lengths: list[int],
    linked: list[int],
    alike: list[int],
    elements: dict[int, Row],
    signs: Signs,
    last: Row,
) -> list[Row]:
    owners, lines = page.owners, page.lines
    topic, in_data, lead, first = signs.topic, signs.in_data, signs.lead, signs.first
    count = len(lines)
    shares = [1000 * link // length for link, length in zip(linked, lengths, strict=True)]
    groups = [alike[owner] for owner in owners]
    prose, links, text = _running(lengths, linked)
    all_prose, all_text = prose[count] or 1, text[count]
    heading = -_FAR
    seen: set[str] = set()
    found: list[Row] = []
    before = (-1, -1, -1)
    lengths.append(-1)
    shares.append(-1)
    groups.append(-2)
    heading_at = LINE_HEADING
    for number in range(count):
        line = lines[number]
        element = elements[owners[number]]
        length = lengths[number]
        share = shares[number]
        if element[heading_at]:
            heading = number
        repeated = 0
        if length >= 20:
            if line in seen:
                repeated = 1
            else:
                seen.add(line)
        start = number - _AROUND if number > _AROUND else 0
        end = number + _AROUND + 1 if number + _AROUND + 1 < count else count
        at = text[number]
        after = number + 1
        group = groups[number]
        since = number - heading
        found.append(
            (
                length,
                line.count(" ") + 1,
                share,
                1 if line[-1] in _ENDS or line[-2:-1] in _ENDS else 0,
                line.count(","),
                *element,
                1000 * number // count,
                1000 * at // all_text,
                at,
                number - first if first >= 0 else -99,
                since if since < _FAR else _FAR,
                1000 * prose[number] // all_prose,
                repeated,
                before[0],
                lengths[after],
                before[1],
                shares[after],
                1 if group == before[2] else 0,
                1 if group == groups[after] else 0,
                (prose[end] - prose[start]) // (end - start),
                1000 * (links[end] - links[start]) // ((text[end] - text[start]) or 1),
                topic[number],
                in_data[number],
                number - lead if lead >= 0 else -99,
                *last,
            )
        )
        before = (length, share, group)
    return found


#: Where an element's numbers tell that it is a heading.
LINE_HEADING = ELEMENT.index("heading")


def _running(lengths: list[int], linked: list[int]) -> tuple[list[int], list[int], list[int]]:
    """Prose, link text and text before every line, and before the end."""
    prose, links, text = [0], [0], [0]
    all_prose = all_links = all_text = 0
    for length, link in zip(lengths, linked, strict=True):
        all_text += length
        all_links += link
        if length >= NEAR_PROSE and link * 2 < length:
            all_prose += length - link
        prose.append(all_prose)
        links.append(all_links)
        text.append(all_text)
    return prose, links, text

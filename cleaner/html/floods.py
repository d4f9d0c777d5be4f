"""Guards against short pages that parsers blow up: tags with thousands of attributes, formatting that is never closed.

A parser compares each attribute of a tag with all before it. And it opens every formatting element that was left open
again in each block that follows, with its attributes: 65 kB of these become gigabytes. The attributes, or the
formatting tags, go; the text stays.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import product, repeat

from ahocorasick_rs import BytesAhoCorasick

from cleaner.html.tokens import SPACE, TOKEN, tags

_STRETCH = 8_192
_MAX_ATTRIBUTES = 1_000
_LONG_TAG = re.compile(rb"<([a-zA-Z][a-zA-Z0-9]*)([^<>]{8000,})(?:>|\Z)")

#: The elements that the HTML standard calls formatting; links come first, for at most one of them is open at a time.
_FORMATTING = tuple("a b big code em font i nobr s small strike strong tt u".split())
_LINK = b"a"
_NAMES = frozenset(name.encode() for name in _FORMATTING)
#: So many like elements stay open at once, by the standard.
_ALIKE = 3
#: What an element (in the parser and here), an attribute, and a byte in it take, in bytes of memory.
_ELEMENT = 1_000
_ATTRIBUTE = 130
_BYTE = 3
#: What elements opened again may take, in bytes of memory.
_ALLOWED = 80_000_000
#: A block that opens them again takes so many bytes of the page at the least.
_BLOCK = 4
#: A link of a few attributes of common size, and what it takes at the most.
_COMMON_LINK = re.compile(rb"""<[aA][^>"']{0,60}+(?:"[^"]{0,250}+"[^>"']{0,40}+){0,6}+>""")
_COMMON_COST = 5_000
#: A start tag that its own end tag follows with text and inline tags between: it is never left open.
_CLOSED = re.compile(
    rb"""
    <([a-zA-Z]++) (?:[^<>"']++|"[^"<>]*+"|'[^'<>]*+')*+>
    (?:[^<]++
      | </?(?!\1[\t\n\x0c\r />]) (?:a|b|big|br|code|em|font|i|img|s|small|span|strike|strong|sup|u)(?=[\t\n\x0c\r />])
        (?:[^<>"']++|"[^"<>]*+"|'[^'<>]*+')*+>
    ){0,40}+
    </\1[\t\n\x0c\r />]
    """,
    re.IGNORECASE | re.VERBOSE,
)
#: A start tag, or more than it, whatever is quoted in it.
_START = re.compile(rb"""<(?:[^>"']++|"[^"]*+"?|'[^']*+'?)*+""")
_NAME = re.compile(rb"""[^\t\n\x0c\r /="']+""")


def without_attribute_floods(source: bytes) -> bytes:
    """The page with the attributes taken off tags that have thousands: a parser compares each with all before it.

    Samples tell whether there is a stretch without the end of a tag that is long enough; a page that hides one behind
    quoted ``>`` costs time, no more.
    """
    for at in range(0, len(source) - _STRETCH, _STRETCH):
        if source.find(b">", at, at + _STRETCH) < 0 and _inside_a_tag(source, at):
            return _LONG_TAG.sub(_bare_tag, source)
    return source


def _inside_a_tag(source: bytes, at: int) -> bool:
    """Whether a stretch without ``>`` lies within one tag that began shortly before it; only code has brackets."""
    end = at + _STRETCH
    if source.find(b"(", at, end) >= 0:
        return False
    start = source.rfind(b"<", max(0, at - _STRETCH), end)
    return start >= 0 and source.find(b">", start, at) < 0 and source[start + 1 : start + 2].isalpha()


def _bare_tag(found: re.Match[bytes]) -> bytes:
    return found[0] if len(found[2].split(None, _MAX_ATTRIBUTES)) <= _MAX_ATTRIBUTES else b"<" + found[1] + b">"


def without_formatting_floods(source: bytes, count: int) -> bytes | None:
    """The page without its formatting tags, where leaving them open would cost too much memory; ``None`` elsewhere.

    Most pages close what they open, and pay for one search of literals. What is left open is counted exactly only where
    its size times the number of tags could matter. ``count``: how often the page has a ``<``.
    """
    size = _size_left_open(source)
    if size * (len(source) // _BLOCK) <= _ALLOWED or size * count <= _ALLOWED:
        return None
    return _without_formatting(source) if _is_opened_again(source) else None


@cache
def _starts() -> tuple[BytesAhoCorasick, int]:
    """A search for the start of formatting tags in any case, and how many of its patterns (the first) are of links."""
    patterns = [
        f"<{''.join(letters)}{end}".encode()
        for name in _FORMATTING
        for letters in product(*((letter, letter.upper()) for letter in name))
        for end in (">", "/", *SPACE)
    ]
    return BytesAhoCorasick(patterns), sum(pattern[1:2] in b"aA" for pattern in patterns)


def _size_left_open(source: bytes) -> int:
    """Memory that the formatting elements open at one time take at the most, in bytes."""
    search, links = _starts()
    found = search.find_matches_as_indexes(source)
    size = 0
    if starts := [start for number, start, _ in found if number < links]:
        size = _COMMON_COST
        common = list(map(_COMMON_LINK.match, repeat(source), starts))
        if None in common:
            odd = (start for start, match in zip(starts, common, strict=True) if match is None)
            size = max(size, *(_cost_at(source, start) for start in odd))
    for number, start, _ in found:
        if number >= links and _CLOSED.match(source, start) is None:
            size += _cost_at(source, start)
    return size


def _cost_at(source: bytes, start: int) -> int:
    """Memory of the element whose start tag begins at an offset."""
    tag = TOKEN.match(source, start)
    return _cost(tag["attributes"]) if tag is not None else 0


def _cost(attributes: bytes) -> int:
    """Memory of an element with these attributes, roughly, rather too much."""
    return _ELEMENT + _BYTE * len(attributes) + _ATTRIBUTE * len(_NAME.findall(attributes))


def _is_opened_again(source: bytes) -> bool:
    """Whether elements opened again take more memory than is allowed: an upper bound, tag by tag."""
    open_now: dict[tuple[bytes, bytes], int] = {}
    order: list[tuple[bytes, bytes]] = []
    size = taken = 0
    for tag in tags(source):
        if tag.name not in _NAMES:
            taken += size
            if taken > _ALLOWED:
                return True
            continue
        if tag.closing or tag.name == _LINK:
            at = next((n for n in range(len(order) - 1, -1, -1) if order[n][0] == tag.name), -1)
            if at >= 0:
                size -= _cost(order[at][1])
                open_now[order.pop(at)] -= 1
        if not tag.closing:
            key = (tag.name, tag.attributes)
            if open_now.get(key, 0) < _ALIKE:
                open_now[key] = open_now.get(key, 0) + 1
                order.append(key)
                size += _cost(tag.attributes)
    return False


def _without_formatting(source: bytes) -> bytes:
    """The page without formatting tags."""
    parts = []
    at = 0
    for tag in tags(source):
        if tag.name in _NAMES:
            parts.append(source[at : tag.start])
            at = tag.end
    parts.append(source[at:])
    return b"".join(parts)

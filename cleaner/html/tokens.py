"""The tags of a page in its source, as the tokenizer of the HTML standard finds them, without a tree.

For pages that cannot be parsed as they are: what a browser takes for text, for a comment or for the inside of a script
must not be guessed there, or text is lost behind ``<!-->``, ``</style x>`` or a tag in an attribute.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

#: White space inside a tag, by the standard.
SPACE = "\t\n\x0c\r "
#: A tag or a comment, matched where one begins.
TOKEN = re.compile(
    rb"""
      <!--(?:-?> | .*?(?:--!?> | \Z))                                   # a comment; <!--> and <!---> are whole
    | <(?P<slash>/?)(?P<name>[a-zA-Z][^\t\n\x0c\r />]*+)(?P<attributes>
        (?: [\t\n\x0c\r /]++
          | (?: =[^\t\n\x0c\r />=]*+ | [^\t\n\x0c\r />=]++ )            # a name, which may begin with =
            (?: [\t\n\x0c\r ]*+=[\t\n\x0c\r ]*+                         # and a value
              (?: "[^"]*+(?:"|\Z) | '[^']*+(?:'|\Z) | [^\t\n\x0c\r >"'][^\t\n\x0c\r >]*+ )?+
            )?+
        )*+)(?:>|\Z)
    | <[!?][^>]*+(?:>|\Z) | </[^a-zA-Z>][^>]*+(?:>|\Z) | </>            # comments of other kinds
    """,
    re.DOTALL | re.VERBOSE,
)
#: Elements whose inside is text to the parser, up to their own end tag (``noscript``: for a browser with scripts on).
_RAW = frozenset(b"script style xmp iframe noembed noframes noscript textarea title".split())
#: Those of them whose text a reader sees, and those in which character references mean nothing.
_SHOWN = frozenset({b"xmp", b"plaintext"})
_LITERAL = _RAW - {b"textarea", b"title"} | _SHOWN
_ENDS = {name: re.compile(rb"</" + name + rb"(?=[\t\n\x0c\r />])", re.IGNORECASE) for name in _RAW}
#: What matters in a script: it may hold comments, and in these other scripts.
_SCRIPT = re.compile(rb"<!--(?P<whole>-*>)?|(?P<close>-->)|<(?P<slash>/?)script(?=[\t\n\x0c\r />])", re.IGNORECASE)
_DATA, _ESCAPED, _TWICE = range(3)


@dataclass(frozen=True, slots=True)
class Tag:
    """A start or end tag. ``start`` and ``end`` are byte offsets, ``text`` is the text before it, since the last tag.

    The last one of a page has no name: it carries the text at the end. ``raw``: the text is the inside of an element
    in which nothing is a tag or a character reference; ``shown``: a reader sees it.
    """

    name: bytes
    closing: bool
    start: int
    end: int
    attributes: bytes
    text: bytes
    raw: bool = False
    shown: bool = True


def tags(source: bytes) -> Iterator[Tag]:
    """All tags of a page in order, each with the text before it; takes linear time on any input."""
    at = 0
    parts: list[bytes] = []
    total = len(source)
    while (found := TOKEN.search(source, at)) is not None:
        parts.append(source[at : found.start()])
        at = found.end()
        name = found["name"]
        if name is None:
            continue
        if at == total and source[-1:] != b">":
            parts.append(b"")  # the page ends within a tag: the standard drops it
            break
        name = name.lower()
        closing = bool(found["slash"])
        yield Tag(name, closing, found.start(), at, found["attributes"], b"".join(parts))
        parts = []
        if closing or (name not in _RAW and name != b"plaintext"):
            continue
        end = total if name == b"plaintext" else _raw_end(source, name, at)
        inside = source[at:end]
        at = end
        after = TOKEN.match(source, at) if end < total else None
        if after is None:
            yield Tag(b"", True, total, total, b"", inside, name in _LITERAL, name in _SHOWN)
            return
        at = after.end()
        yield Tag(name, True, after.start(), at, b"", inside, name in _LITERAL, name in _SHOWN)
    parts.append(source[at:] if at < total else b"")
    yield Tag(b"", True, total, total, b"", b"".join(parts))


def _raw_end(source: bytes, name: bytes, at: int) -> int:
    """Where the end tag of an element that holds raw text begins; the end of the page without one."""
    if name != b"script":
        found = _ENDS[name].search(source, at)
        return found.start() if found else len(source)
    state = _DATA
    for found in _SCRIPT.finditer(source, at):
        if found["close"]:
            state = _DATA
        elif found["slash"] is None:
            state = state or (_DATA if found["whole"] else _ESCAPED)
        elif found["slash"]:
            if state != _TWICE:
                return found.start()
            state = _ESCAPED
        elif state == _ESCAPED:
            state = _TWICE
    return len(source)

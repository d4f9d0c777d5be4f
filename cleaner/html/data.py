"""A story that a page holds in data and does not show.

Pages made by scripts send their text as JSON-LD, as the state of the script, for readers without scripts, or as the
template of a shadow root. It is looked for only where the visible page lacks the story.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import msgspec
from selectolax.lexbor import LexborHTMLParser, LexborNode

#: A story holds so many code points at the least, and so many sentences.
LEAST = 300
_SENTENCES = 3
_MAX_SCRIPT = 8_000_000
_MAX_VALUES = 200_000
#: A piece of text in a list of them is under one of these keys.
_PIECES = ("text", "content", "value", "html", "body", "paragraph", "data")
_ASSIGNED = re.compile(r"\b(?:window|self|globalThis)(?:\.|\[['\"])\w+(?:['\"]\])?\s*=\s*(?=[\[{])")
_TAG = re.compile(r"<[^<>]*>")
_MARKUP = re.compile(r"<(?:p|br|div|h[1-6]|li|ul|ol|blockquote|figure|section|span|strong)\b", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?][\"”’)]?(?:\s|$)")
_HINTS = (b"application/json", b"shadowrootmode", b"_STATE", b"__NUXT", b"_DATA__")
_NO_SCRIPT = re.compile(rb"<noscript[^>]*>\s*<(?:p|div|article)")
_WHITE = re.compile(r"\s+")


def may_hold_story(source: bytes) -> bool:
    """Whether a page has any place where data could stand (fast)."""
    return any(hint in source for hint in _HINTS) or _NO_SCRIPT.search(source) is not None


def story_in_data(tree: LexborHTMLParser, article_body: str, title: str) -> str:
    """The story in a page's data, as HTML; empty when there is none.

    Args:
        tree: the page, scripts and all.
        article_body: the text of the article as JSON-LD has it.
        title: the page's title: of several texts in the data, one that stands beside it is the story.
    """
    found = [(True, size, text) for text in (article_body,) if (size := _prose(text)) >= LEAST]
    if not found and tree.root is not None:
        wanted = _plain(title)
        found += (candidate for value in _values(tree.root) for candidate in _texts(value, wanted))
        found += ((False, size, text) for text in _markup(tree.root) if (size := _prose(text)) >= LEAST)
    if not found:
        return ""
    text = max(found, key=lambda candidate: candidate[:2])[2]
    if _MARKUP.search(text):
        return text
    escaped = text.replace("&", "&amp;").replace("<", "&lt;") if "<" in text else text
    return "".join(f"<p>{line}</p>" for line in escaped.splitlines())


def _prose(text: str) -> int:
    """Size of a text, without markup and white space at its ends; 0 when it is no running text."""
    if len(text) < LEAST:
        return 0
    plain = _TAG.sub(" ", text).strip()
    if plain[:1] in "{[" or plain.count(" ") * 12 < len(plain):
        return 0
    return len(plain) if len(_SENTENCE_END.findall(plain)) >= _SENTENCES else 0


def _plain(text: str) -> str:
    return _WHITE.sub(" ", text).strip().casefold()


def _markup(root: LexborNode) -> Iterator[str]:
    """Markup that is there for readers without scripts, or for a shadow root."""
    for node in root.css("noscript,template"):
        inside = node.inner_html if node.tag == "noscript" else (node.html or "").partition(">")[2]
        if inside and len(inside) <= _MAX_SCRIPT:
            yield inside


def _values(root: LexborNode) -> Iterator[Any]:
    """What the page's scripts hold in JSON."""
    for node in root.css("script"):
        source = node.text()
        if not LEAST <= len(source) <= _MAX_SCRIPT:
            continue
        kind = (node.attributes.get("type") or "").lower()
        if "json" in kind:
            yield from _decoded(source)
        elif not kind or "javascript" in kind or kind == "module":
            for start in _ASSIGNED.finditer(source):
                yield from _assigned(source, start.end())


def _decoded(source: str) -> Iterator[Any]:
    try:
        yield msgspec.json.decode(source)
    except (msgspec.DecodeError, RecursionError):
        return


def _assigned(source: str, at: int) -> Iterator[Any]:
    try:
        yield json.JSONDecoder().raw_decode(source, at)[0]
    except (ValueError, RecursionError):
        return


def _texts(value: Any, title: str) -> Iterator[tuple[bool, int, str]]:
    """Running texts in a value: whether the page's title stands beside it, size, text. Without recursion."""
    todo: list[tuple[Any, bool]] = [(value, False)]
    seen = 0
    while todo and seen < _MAX_VALUES:
        seen += 1
        item, near = todo.pop()
        if isinstance(item, str):
            if size := _prose(item):
                yield near, size, item
        elif isinstance(item, dict):
            near = near or any(isinstance(v, str) and len(v) < LEAST and _plain(v) == title for v in item.values())
            todo += ((child, near) for child in item.values() if isinstance(child, dict | list | str))
        elif isinstance(item, list):
            pieces = [piece for child in item if (piece := _piece(child))]
            if len(pieces) > 1 and (size := _prose(joined := "".join(f"<p>{piece}</p>" for piece in pieces))):
                yield near, size, joined
            todo += ((child, near) for child in item if isinstance(child, dict | list | str))


def _piece(value: Any) -> str:
    """The text of one part of a story in a list of them; empty without one."""
    if isinstance(value, dict):
        value = next((value[key] for key in _PIECES if isinstance(value.get(key), str | dict)), "")
        if isinstance(value, dict):
            value = next((value[key] for key in _PIECES if isinstance(value.get(key), str)), "")
    return value if isinstance(value, str) and " " in value else ""

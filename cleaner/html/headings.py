"""Headings of what is cut: a heading goes with a box of links, a form or a video when nothing else stands under it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from selectolax.lexbor import LexborNode

_HEADINGS = "h2,h3,h4,h5,h6"
#: What has a heading of its own. Captions and embedded posts have none: above them stand items of the story's list.
_BOXES = frozenset({"related", "promo", "social", "comments", "navigation", "tags"})
#: An empty element of such a name holds a video; the story's own headings say more than that there is one.
_VIDEO = re.compile(r"(?<![a-z])(?:video|vidio|player|youtube)(?![a-z])", re.IGNORECASE)
_VIDEO_HEADING = re.compile(r"(?!\d).{0,25}\bvideo\b.{0,25}", re.IGNORECASE | re.DOTALL)
_NEIGHBOURS = 12


def headings_of(body: LexborNode, cut: Mapping[int, str]) -> list[tuple[LexborNode, str]]:
    """Headings with nothing under them, up to the end of the element around both, but what is cut.

    Args:
        body: the element of a body.
        cut: the category of each element that is cut, by ``mem_id``.

    Returns:
        The headings, each with the category of what it stands above.
    """
    return [
        (node, category) for node in body.css(_HEADINGS) if node.mem_id not in cut and (category := _heads(node, cut))
    ]


def _heads(heading: LexborNode, cut: Mapping[int, str]) -> str:
    """The category of the box that a heading stands above; empty for a heading of the story."""
    found = ""
    other = heading.next
    for _ in range(_NEIGHBOURS):
        if other is None:
            return found
        if other.is_element_node:
            if other.text(skip_empty=True).strip():
                found = cut.get(other.mem_id, "")
                if found not in _BOXES:
                    return ""
            elif not found and _is_video(heading, other):
                found = "embed"
        elif other.is_text_node and not other.is_empty_text_node:
            return ""
        other = other.next
    return ""


def _is_video(heading: LexborNode, other: LexborNode) -> bool:
    names = other.attributes.get("class")
    return bool(names and _VIDEO.search(names)) and _VIDEO_HEADING.fullmatch(heading.text().strip()) is not None

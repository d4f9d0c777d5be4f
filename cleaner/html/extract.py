"""Main content of pages that no pack knows."""

from __future__ import annotations

from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from cleaner.html.layout import Region


@dataclass(slots=True)
class Choice:
    """The element that holds the story, and what to leave out inside it."""

    node: LexborNode
    regions: list[Region] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)


def choose(root: LexborNode, article_body: str = "") -> Choice:
    """Choose."""
    return Choice(root)

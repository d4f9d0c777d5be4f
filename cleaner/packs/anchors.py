"""Where a regex of a pack is anchored, and where a rule must be."""

from __future__ import annotations

import re

from cleaner.packs.table import Table
from cleaner.regex.prefixes import end_keys, start_keys
from cleaner.regex.tree import begins_with_text, ends_anchored, starts_anchored

_RUNS = ("section", "head", "tail")
_UNANCHORED_EVERYWHERE = ("embed", "other", "ad")
#: How a match begins that tells behind what it may stand: the end of a sentence, say.
_BEHIND = ("(?<=[", "(?:(?<=[")


def anchor_of(pattern: str) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """Where a pattern is anchored (``start``, ``end`` or ``any``), and the literals it starts and ends with."""
    if starts_anchored(pattern):
        return "start", start_keys(pattern) or (), (end_keys(pattern) or ()) if ends_anchored(pattern) else ()
    # Keys of a start that is not at the line's start tell where to match only if nothing comes before them.
    starts = (start_keys(pattern) or ()) if begins_with_text(pattern) else ()
    return ("end", starts, end_keys(pattern) or ()) if ends_anchored(pattern) else ("any", starts, ())


def not_a_regex(pattern: str) -> str:
    """Why a pattern does not compile; empty when it does."""
    try:
        re.compile(pattern, re.IGNORECASE)
    except re.error as error:
        return error.msg + (f" at offset {error.pos}" if error.pos is not None else "")
    except (OverflowError, RecursionError) as error:
        return str(error)
    return ""


def check_anchors(table: Table, layer: str, category: str, scope: str, match: str, keywords: tuple[str, ...]) -> None:
    """Note when a rule may match anywhere though its scope, layer or category asks for an anchor or keywords."""
    fault = _fault(table.name, layer, category, scope, match, keywords)
    if fault is None:
        return
    broken = not_a_regex(match)  # then nothing is known of its anchors
    message, mend = (f"match is no regular expression: {broken}", "mend the pattern") if broken else fault
    table.wrong(message, mend, "match")


def _fault(
    kind: str, layer: str, category: str, scope: str, match: str, keywords: tuple[str, ...]
) -> tuple[str, str] | None:
    start, end = starts_anchored(match), ends_anchored(match)
    everywhere = layer in ("generic", "language")
    if kind == "keep":
        return (
            None if start or keywords else ("neither anchored nor with keywords", "start match with ^, or add keywords")
        )
    if scope in ("line", "markup", *_RUNS) and not start:
        return f"scope {scope!r} needs a match that starts with ^", "anchor it"
    if scope in ("head", "tail") and everywhere:
        return f"scope {scope!r} in a {layer} pack", "head and tail rules name a site or network"
    if scope == "inline" and not keywords:
        return "an inline rule needs keywords", "add the literal words of the invitation"
    if scope == "span" and not start and not end:
        if not keywords and layer not in ("site", "user"):
            mend = "anchor it with ^ or $, add keywords, or move it to a site pack"
            return "an unanchored span needs keywords", mend
        if everywhere and category not in _UNANCHORED_EVERYWHERE and not match.startswith(_BEHIND):
            return (
                f"an unanchored span of category {category!r} in a {layer} pack",
                "anchor it, let it start with (?<=[…]) for what must stand before it, or move it to a site pack",
            )
    return None

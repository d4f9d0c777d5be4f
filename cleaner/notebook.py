"""A marked text as a piece of HTML for notebooks: escaped, with its styles inside, without scripts or addresses."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from cleaner.terminal import visible

#: Longer texts are shown up to here, so that one cell does not make a notebook of megabytes.
MOST_SHOWN = 100_000
_BOX = (
    "white-space:pre-wrap;overflow-wrap:anywhere;max-height:36em;overflow:auto;padding:.6em .8em;"
    "border:1px solid rgba(128,128,128,.4);border-radius:4px;line-height:1.45"
)
_CUT = "background:rgba(215,58,73,.16);text-decoration:line-through;text-decoration-color:rgba(215,58,73,.9)"
_NAME = "font-size:.72em;opacity:.75;margin-left:.25em;text-decoration:none"


def marked_page(title: str, raw: str, cuts: Iterable[tuple[int, int, str, str]]) -> str:
    """A text with its cuts struck through, each with its category beside it and its rule as a tooltip.

    Control characters, and marks that turn the direction of writing, are shown and not sent.

    Args:
        title: a line above the text.
        raw: the text.
        cuts: start, end, category and rule of each cut, in order.
    """
    shown = raw[:MOST_SHOWN]
    parts: list[str] = []
    at = 0
    for start, end, category, rule in cuts:
        if start >= len(shown):
            break
        parts.append(_text(shown[at:start]))
        cut = shown[start:end]
        bare = cut.strip()
        if bare:
            before = cut.index(bare)
            parts.append(_text(cut[:before]))
            parts.append(f'<del style="{_CUT}" title="{escape(visible(rule))}">{_text(bare)}</del>')
            parts.append(f'<span style="{_NAME}">{escape(category)}</span>')
            parts.append(_text(cut[before + len(bare) :]))
        else:
            parts.append(_text(cut))
        at = min(end, len(shown))
    parts.append(_text(shown[at:]))
    rest = len(raw) - len(shown)
    more = f"<div>… {rest:,} more characters</div>" if rest else ""
    return f'<div><div><b>{_text(title)}</b></div><div style="{_BOX}">{"".join(parts)}</div>{more}</div>'


def _text(text: str) -> str:
    return escape(visible(text), quote=False)

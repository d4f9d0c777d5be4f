"""Small plots as SVG: horizontal bars, with a mark for the value before. Numbers stand beside them, as text."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape

_ROW, _BAR = 24, 14
_LABEL, _WIDTH, _VALUE = 190, 420, 130


def bars(title: str, rows: Sequence[tuple[str, float, str, float | None, str]]) -> Markup:
    """Horizontal bars.

    Args:
        title: what they show, told by screen readers.
        rows: label, value, the value as text, the value before if there is one, and a class for the colour.
    """
    most = max([1e-12, *(value for _, value, _, _, _ in rows), *(before or 0 for _, _, _, before, _ in rows)])
    height = _ROW * len(rows) + 6
    parts = [
        f'<svg role="img" aria-label="{escape(title)}" viewBox="0 0 {_LABEL + _WIDTH + _VALUE} {height}" '
        f'width="{_LABEL + _WIDTH + _VALUE}" height="{height}" xmlns="http://www.w3.org/2000/svg">',
        f'<line class="axis" x1="{_LABEL}" y1="0" x2="{_LABEL}" y2="{height}"/>',
    ]
    for number, (label, value, shown, before, kind) in enumerate(rows):
        y = _ROW * number + 5
        size = max(1.0, _WIDTH * value / most) if value else 0.0
        parts.append(
            f'<text x="{_LABEL - 8}" y="{y + _BAR - 3}" text-anchor="end">{escape(_short(label))}</text>'
            f'<rect class="mark {escape(kind)}" x="{_LABEL}" y="{y}" width="{size:.1f}" height="{_BAR}"/>'
            f'<text x="{_LABEL + size + 6:.1f}" y="{y + _BAR - 3}">{escape(shown)}</text>'
        )
        if before is not None:
            at = _LABEL + _WIDTH * before / most
            parts.append(f'<rect class="before" x="{at - 1:.1f}" y="{y - 3}" width="3" height="{_BAR + 6}"/>')
    return Markup("".join([*parts, "</svg>"]))  # nosec B704


def _short(label: str) -> str:
    return label if len(label) <= 30 else f"…{label[-29:]}"

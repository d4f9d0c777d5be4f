"""HTML out of templates, every text escaped: what stands in a page or a text is hostile."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cleaner.extras import install
from cleaner.model import CATEGORIES, CleanerError

if TYPE_CHECKING:
    from jinja2 import Environment

_ROOM = Path(__file__).resolve().parent
STATIC = _ROOM / "static"
_CONTROLS = {n: 0x2400 + n for n in range(32) if n not in (9, 10)} | {0x7F: 0x2421}
_CONTROLS |= dict.fromkeys(range(0x80, 0xA0), 0x2426)
#: Marks that turn the direction of what follows; each becomes one visible character, so that offsets stay.
_CONTROLS |= dict.fromkeys([0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)], 0x21C4)


def missing(what: str) -> CleanerError:
    """The error that something needs the extra for review."""
    return CleanerError(f"{what} needs Jinja2 and what goes with it, which is not installed: {install('review')}")


def visible(text: object) -> str:
    """A text whose control and direction characters can be seen, code point for code point."""
    return str(text).replace("\r\n", "\n").translate(_CONTROLS)


def count(value: float | None) -> str:
    """A number with commas."""
    return "–" if value is None else f"{value:,.0f}"


def percent(value: float) -> str:
    """A share as a percentage."""
    return f"{value:.1%}" if value < 0.9995 or value == 1 else "99.9%"


def link(url: object) -> str | None:
    """An address that may be followed; ``None`` for any other kind."""
    text = str(url or "")
    return text if text.lower().startswith(("http://", "https://")) else None


@cache
def environment() -> Environment:
    """The templates.

    Raises:
        CleanerError: the extra ``review`` is not installed.
    """
    try:
        from jinja2 import Environment, FileSystemLoader, StrictUndefined
    except ImportError:
        raise missing("this") from None
    found = Environment(
        loader=FileSystemLoader(_ROOM / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    found.filters |= {"visible": visible, "count": count, "percent": percent, "link": link}
    found.globals |= {"CATEGORIES": CATEGORIES}
    return found


def inlined(*names: str) -> tuple[str, str]:
    """Static files as one text, and the hash by which a Content-Security-Policy allows it."""
    text = "".join((STATIC / name).read_text("utf-8") for name in names)
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return text, f"'sha256-{digest}'"


def alone(script: str) -> dict[str, Any]:
    """What the template of a page that stands alone needs: style, script, and the policy that allows just these.

    Args:
        script: name of the script, or nothing.
    """
    style, style_hash = inlined("style.css")
    code, code_hash = inlined(script) if script else ("", "'none'")
    policy = f"default-src 'none'; style-src {style_hash}; script-src {code_hash}; base-uri 'none'; form-action 'none'"
    return {"style": style, "script": code, "policy": policy}

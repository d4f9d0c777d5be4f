"""Checks of what a pack says about pages: its CSS selectors."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cleaner.lint.finding import Finding, Source

_STUB = "<html><head><title>x</title><meta name=a content=b></head><body><div id=a class=b><p>x</p></div></body></html>"
#: Class names that a build made: css-1x2y3z, jsx-2871293, sc-bdVaJa, h1t4jafr.
_NAMES = re.compile(r"[.#]([A-Za-z_-][\w-]*)|\[\s*class[~^$*|]?=\s*[\"']?([\w -]+)")
_BUILT = re.compile(r"(?:css|jsx|emotion|sc|styled)-(?=[a-z]*\d|[a-z]*[A-Z])\w{5,}")
_MIXED = re.compile(r"(?=(?:[A-Za-z]*\d){2})(?=(?:\d*[A-Za-z]){3})[A-Za-z][A-Za-z0-9]{6,}")
_POSITION = re.compile(r":(?:nth-(?:last-)?(?:child|of-type)|(?:first|last|only)-(?:child|of-type))\b")


def selectors(source: Source) -> Iterator[tuple[str, str]]:
    """All selectors of a pack with the key each stands under."""
    html = source.pack.html
    if html is None:
        return
    for key in ("body", "keep", "title", "author", "published", "detect"):
        yield from ((key, selector) for selector in getattr(html, key))
    yield from (("drop", drop.select) for drop in html.drop)


def bad_selectors(source: Source) -> Iterator[Finding]:
    """P011: every selector can be parsed."""
    found = list(selectors(source))
    if not found:
        return
    from selectolax.lexbor import LexborHTMLParser, SelectolaxError

    root = LexborHTMLParser(_STUB)
    for key, selector in found:
        try:
            root.css(selector)
        except (SelectolaxError, ValueError, UnicodeError):
            yield source.at(selector, "P011", f"html {key}: {selector!r} is no CSS selector", "mend it")


def built_names(source: Source) -> Iterator[Finding]:
    """P012: no selector rests on a class name that a build made up."""
    for key, selector in selectors(source):
        for name in _NAMES.findall(selector):
            for word in "".join(name).split():
                if _BUILT.fullmatch(word) or _MIXED.fullmatch(word):
                    message = f"html {key}: class {word!r} looks like one that a build made up"
                    mend = "use a name that a person gave"
                    yield source.at(selector, "P012", message, mend, severity="warning")


def positions(source: Source) -> Iterator[Finding]:
    """P013: no selector counts elements."""
    for key, selector in selectors(source):
        found = _POSITION.search(selector)
        if found:
            message = f"html {key}: {selector!r} counts elements, so one more of them breaks it"
            yield source.at(selector, "P013", message, "name the element by class or attribute", severity="warning")

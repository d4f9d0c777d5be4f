"""A page on its way in: decoded, guarded against what hurts parsers, and parsed."""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser

from cleaner.html import visible
from cleaner.html.decode import Decoded, decode
from cleaner.html.depth import flatten, is_too_deep, is_too_large
from cleaner.html.floods import without_attribute_floods, without_formatting_floods


class OpenPage:
    """A decoded and parsed page that nobody has read yet. Reading changes the tree: read it once."""

    __slots__ = ("decoded", "flags", "source", "tree")

    def __init__(self, source: bytes, decoded: Decoded) -> None:
        self.source, self.flags = _guarded(visible.without_controls(source))
        self.decoded = decoded
        self.tree: LexborHTMLParser = visible.parse(self.source)

    def reopen(self) -> None:
        """Parse again, for another reading."""
        self.tree = visible.parse(self.source)


def _guarded(source: bytes) -> tuple[bytes, tuple[str, ...]]:
    """The page in a form that parsers can take, and what had to be done to it."""
    source = without_attribute_floods(source)
    count = source.count(b"<")
    if is_too_deep(source, count):
        return flatten(source, visible.SEP), ("too-deep",)
    if is_too_large(source, count):
        return flatten(source, visible.SEP), ("too-many-elements",)
    plain = without_formatting_floods(source, count)
    return (source, ()) if plain is None else (plain, ("formatting-left-open",))


def open_page(html: str | bytes, charset: str | None = None) -> OpenPage:
    """Decode and parse a page.

    Args:
        html: the page; bytes are decoded by mark, charset, ``<meta>``, detection.
        charset: the charset of the HTTP header, if there was one.
    """
    if isinstance(html, str):
        text = html.removeprefix("\ufeff")
        return OpenPage(text.encode("utf-8", "replace"), Decoded(text, "str", "given"))
    decoded = decode(html, charset)
    if decoded.encoding == "utf-8" and not decoded.undecodable and decoded.source != "bom":
        return OpenPage(html, decoded)
    return OpenPage(decoded.text.encode("utf-8", "replace"), decoded)

"""Bytes to text: byte-order mark, HTTP charset, ``<meta>``, then detection. Never raises."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from functools import lru_cache

#: How much of a page detection looks at: enough for every prose page, bounded for a 40 MB one.
_SAMPLE = 65_536
_META_WINDOW = 8_192
_BOMS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What browsers do with labels that promise less than the bytes hold (WHATWG encoding standard), and Python codecs that
# are no character encodings or that a hostile page could use to waste memory.
_ALIASES = {
    "ascii": "windows-1252",
    "us-ascii": "windows-1252",
    "iso-8859-1": "windows-1252",
    "iso8859-1": "windows-1252",
    "latin-1": "windows-1252",
    "latin1": "windows-1252",
    "iso-8859-9": "windows-1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "tis-620": "cp874",
    "utf8": "utf-8",
    "unicode": "utf-8",
    "utf-8-sig": "utf-8",
    "utf-7": "utf-8",
    **{f"cp125{n}": f"windows-125{n}" for n in range(9)},
}
#: What detection may answer; on short or odd input it names encodings that no news page was ever written in.
_PLAUSIBLE = re.compile(r"utf-8|windows-125\d|iso8859-\d+|gb18030|big5|cp9(?:32|49|50)|euc[-_]jp|koi8-[ru]|cp874")
_NOT_TEXT = re.compile(r"base64|hex|quopri|rot|uu|zip|zlib|bz2|idna|punycode|escape|undefined|mbcs|oem", re.IGNORECASE)
#: What a page or an XML file declares of itself in its first kilobytes.
_META = re.compile(rb"<\s*meta\b[^>]*?\bcharset\s*=\s*[\"']?\s*([^\s\"'/>;]+)", re.IGNORECASE)
_XML = re.compile(rb"\s*<\?xml\b[^>]*?\bencoding\s*=\s*[\"']([^\"'>]+)")
_MULTIBYTE = re.compile(rb"[\xc2-\xf4][\x80-\xbf]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text, and how it came from bytes. ``source``: given, bom, http, meta, valid-utf-8, detected, fallback."""

    text: str
    encoding: str
    source: str
    undecodable: int = 0


def decode(data: bytes, charset: str | None = None) -> Decoded:
    """Decode a page.

    A byte-order mark wins. A declared charset (HTTP first, then ``<meta>``) comes next, except that bytes which are
    valid UTF-8 with multi-byte characters are UTF-8 whatever a stale declaration says: stores of scraped pages often
    re-encode and leave the declaration as it was, and no real text in another encoding passes that test by accident.
    """
    for mark, name in _BOMS:
        if data.startswith(mark):
            return _replace(data[len(mark) :], name, "bom")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_other(data, charset)
    for source, label in (("http", _codec(charset)), ("meta", _codec(_declared(data)))):
        if label is None:
            continue
        if label == "utf-8" or not text.isascii():
            return Decoded(text, "utf-8", source if label == "utf-8" else "valid-utf-8")
        if label.startswith(("utf-16", "utf-32")):
            continue  # a declaration that could be read at all was not written in it
        return _replace(data, label, source)
    if b"\x00" in data[:512]:
        wide = _wide(data)
        if wide is not None:
            return _replace(data, wide, "detected")
    return Decoded(text, "utf-8", "valid-utf-8")


def _decode_other(data: bytes, charset: str | None) -> Decoded:
    """Bytes that are not valid UTF-8."""
    wide = _wide(data)
    if wide is not None:
        return _replace(data, wide, "detected")
    for source, label in (("http", _codec(charset)), ("meta", _codec(_declared(data)))):
        if label is None or label.startswith(("utf-16", "utf-32")):
            continue
        found = _replace(data, label, source)
        if label != "utf-8" or _mostly_utf8(data, found.undecodable):
            return found
    sample = data[:_SAMPLE]
    if _mostly_utf8(sample, _replace(sample, "utf-8", "detected").undecodable):
        return _replace(data, "utf-8", "detected")
    guess = _codec(_guess(data))
    if guess and _PLAUSIBLE.fullmatch(guess):
        return _replace(data, guess, "detected")
    return _replace(data, "windows-1252", "fallback")


def _mostly_utf8(data: bytes, bad: int) -> bool:
    """Whether damaged bytes are still UTF-8: more characters that are well formed than bytes that are not."""
    return bad == 0 or len(_MULTIBYTE.findall(data)) > bad


def _replace(data: bytes, encoding: str, source: str) -> Decoded:
    try:
        return Decoded(data.decode(encoding), encoding, source)
    except (UnicodeError, ValueError, LookupError):
        pass
    try:
        text = data.decode(encoding, "replace")
    except (UnicodeError, ValueError, LookupError):
        encoding, source = "utf-8", "fallback"
        text = data.decode(encoding, "replace")
    own = data.count(b"\xef\xbf\xbd") if encoding == "utf-8" else 0
    return Decoded(text, encoding, source, max(0, text.count("\ufffd") - own))


@lru_cache(maxsize=256)
def _codec(label: str | None) -> str | None:
    """The codec for a charset label, ``None`` when there is none or it is no character encoding."""
    if not label or len(label) > 40:
        return None
    name = label.strip().strip("\"'").lower().replace("_", "-") if label.isascii() else ""
    name = _ALIASES.get(name, _ALIASES.get(name.replace("-", "_"), name))
    if not name or _NOT_TEXT.search(name):
        return None
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError):
        return None
    return _ALIASES.get(found.name, found.name)


def _declared(data: bytes) -> str | None:
    head = data[:_META_WINDOW]
    found = _XML.match(head) or _META.search(head)
    return found[1].decode("ascii", "replace") if found else None


def _wide(data: bytes) -> str | None:
    """UTF-16 without a mark: every other byte of mostly Latin text is zero."""
    head = data[:512]
    if head.count(0) < len(head) // 4 or not head:
        return None
    even, odd = head[::2].count(0), head[1::2].count(0)
    if odd > 8 * (even + 1):
        return "utf-16-le"
    return "utf-16-be" if even > 8 * (odd + 1) else None


def _guess(data: bytes) -> str | None:
    """Detection over the part of the page that holds bytes outside ASCII."""
    from bs4.dammit import UnicodeDammit  # loads lxml with it, and few files come this far

    found = re.search(rb"[\x80-\xff]", data)
    start = max(0, found.start() - 1_024) if found else 0
    try:
        return UnicodeDammit(data[start : start + _SAMPLE], is_html=False).original_encoding
    except Exception:  # detection libraries vary; no page may stop here
        return None

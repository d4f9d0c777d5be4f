r"""What stands between a text and its reader: entities, tags, Markdown, escapes, invisible characters, mojibake.

Only single marks are known here; :mod:`cleaner.engine.normal` puts the lines together that a reader would see.
"""

from __future__ import annotations

import re
from html.entities import html5

#: Characters that no reader sees: soft hyphen, zero-width and bidirectional marks, joiners, byte order mark.
_INVISIBLE = "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe0e\ufe0f\ufeff"
_INVISIBLE_LETTERS = (
    "\u200b", "\ufeff", "\u00ad", "\u200e", "\u200f", "\u200c", "\u200d", "\u2060", "\u202a", "\u202b", "\u202c",
    "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069", "\u061c", "\u180e", "\u2061", "\u2062", "\u2063",
    "\u2064",
)  # fmt: skip
#: Punctuation whose UTF-8 bytes were read as Windows-1252 or Latin-1, and what it was.
MOJIBAKE = {
    broken: letter
    for letter in "–—‘’“”•…\u00a0·"
    for broken in (
        letter.encode().decode("cp1252", "replace"),
        letter.encode().decode("latin-1"),
        letter.encode().decode("cp1252", "replace").replace("\ufffd", bytes([letter.encode()[-1]]).decode("latin-1")),
    )
    if "\ufffd" not in broken
}
#: Dashes that stand for the common ones; as many code points, so offsets stay.
DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2212\ufe58\ufe63\uff0d", "-") | {"\u2015": "—"})
_SEEN_AS_OTHERS = (*_INVISIBLE_LETTERS, *map(chr, DASHES))
#: Elements that begin a line of their own, or part two lines.
BLOCKS = frozenset(
    "address article aside blockquote center dd div dl dt figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr li"
    " main nav ol p pre section table tbody td tfoot th thead tr ul".split()
)
_INLINES = (
    "a abbr amp-ad amp-img b big cite code em font i iframe img ins del mark noscript o:p q s small source span strike"
    " strong sub sup time u video audio script style label input button picture object param embed"
)
_NAMES = "|".join(sorted({*BLOCKS, *_INLINES.split(), "br"}, key=lambda name: (-len(name), name)))

# A mark is found by its first character, which the regex engine looks for without trying the rest of the pattern.
_FIRST = rf"[\n\r\u2028\u2029&<\[\]*_~\#\\{_INVISIBLE}{''.join(sorted({key[0] for key in MOJIBAKE}))}"
_BROKEN = "|".join(f"(?<={key[0]}){re.escape(key[1:])}" for key in sorted(MOJIBAKE, key=len, reverse=True))
_MARKS = rf"""
    (?: (?P<break> (?<=\r)\n? | (?<=[\n\u2028\u2029]) )
    | (?P<entity> (?<=&) (?:amp;)* (?: \#\d{{1,7}} | \#[xX][0-9A-Fa-f]{{1,6}} | [A-Za-z]{{2,8}}\d? ) ; )
    | (?P<invisible> (?<=[{_INVISIBLE}]) [{_INVISIBLE}]* )
    | (?P<element> (?<=<) (?: !-- (?: (?!-->)[\s\S] )*+ -->
        | (?i:(?P<name>script|style)\b[^<>]*+> (?: (?!</(?P=name))[\s\S] )*+ </(?P=name)\s*+>) ) )
    | (?P<tag> (?<=<) /?+ (?i:{_NAMES}) (?= [\s/>] ) [^<>]{{0,1000}}+ > )
    | (?P<mojibake> {_BROKEN} )
    | (?P<opening> (?<=\[) (?= [^\[\]\n]{{1,300}}+ \]\( ) )
    | (?P<closing> (?<=\]) \( (?: https?:// | www\. | [/\#] ) [^()\s]{{0,800}}+
        (?: \([^()\s]{{0,100}}+\) [^()\s]{{0,200}}+ )? (?: \s"[^"\n]{{0,200}}+" )? \) )
    | (?P<emphasis> (?<=\*)(?<!\*\*)\*{{0,2}}(?!\*) | (?<=_)(?<!__)_{{0,2}}(?!_) | (?<=~)(?<!~~)~(?!~) )
    | (?P<escaped> (?<=\\) (?=[\[\]]) )
    | (?P<heading> (?<=\#)(?<![^\n]\#) \#{{0,5}} [\ \t]++ (?=\S) )
"""
#: One mark of any kind. The groups name the kind.
TOKEN = re.compile(f"{_FIRST}]{_MARKS})", re.VERBOSE)
#: The same in a text that writes characters as escapes: a printed list, a line of JSON, an export of a database.
TOKEN_WITH_ESCAPES = re.compile(
    rf"{_FIRST}\\]{_MARKS} | (?P<escape> (?<=\\) (?: r\\n | [nrt'\"\\/] | x[0-9A-Fa-f]{{2}} | u[0-9A-Fa-f]{{4}} ) ) )",
    re.VERBOSE,
)
_ESCAPED = re.compile(r"\\(?:[nrt'\"]|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4})")
_HINTS = (
    ("&", re.compile(r"&(?:amp;)*(?:#|[a-z]{2,8}\d?;)", re.IGNORECASE)),
    ("<", re.compile(r"<[a-z/!]", re.IGNORECASE)),
    ("*", re.compile(r"(?<![\w*])\*{1,3}(?=[^\s*])")),
    ("_", re.compile(r"(?<![\w_])_{1,3}(?=[^\s_])")),
    ("~", re.compile(r"(?<!~)~~(?=[^\s~])")),
    ("\\[", re.compile(r"\\\[[^\[\]\n]+\]")),
    ("](", re.compile(r"\]\((?:https?:|www\.|[/#])")),
    ("#", re.compile(r"^#{1,6}\s", re.MULTILINE)),
    ("\\", _ESCAPED),
)
_ITEM = r"""(?:'[^'\\]*+(?:\\.[^'\\]*+)*+'|"[^"\\]*+(?:\\.[^"\\]*+)*+")"""
#: A list of strings as Python or JSON prints it, and one of its items.
PRINTED_LIST = re.compile(rf"\s*+\[\s*+{_ITEM}(?:\s*+,\s*+{_ITEM})*+\s*+,?\s*+\]\s*+", re.DOTALL)
LIST_ITEM = re.compile(_ITEM, re.DOTALL)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "r\\n": "\n"}


def is_disguised(raw: str) -> bool:
    """Whether a text holds anything that a reader would not see as it stands; nearly always told by a few searches."""
    if (raw.startswith("[") and raw[1:2] in "'\"") or (raw[:1].isspace() and raw.lstrip()[:2] in ("['", '["')):
        return True
    for literal, pattern in _HINTS:
        if literal in raw and pattern.search(raw):
            return True
    if raw.isascii():
        return False
    if "â" in raw or "Â" in raw or "\ufffd" in raw:
        return True
    return any(letter in raw for letter in _SEEN_AS_OTHERS)


def has_escapes(raw: str) -> bool:
    r"""Whether a text writes line breaks or other characters as escapes (``\n`` as two characters)."""
    return "\\" in raw and _ESCAPED.search(raw) is not None


def is_list(raw: str) -> bool:
    """Whether a text is a printed list of strings, and nothing else."""
    return PRINTED_LIST.fullmatch(raw) is not None


def decoded(entity: str) -> str | None:
    """The one character that an entity stands for, escaped again or not; ``None`` when it stands for none.

    >>> decoded("&amp;ndash;"), decoded("&#8211;"), decoded("&unknown;")
    ('–', '–', None)
    """
    name = entity[1:]
    while name[:4].lower() == "amp;" and len(name) > 4:
        name = name[4:]
    if name.startswith("#"):
        digits = name[1:-1]
        code = int(digits[1:], 16) if digits[0] in "xX" else int(digits)
        letter = chr(code) if 31 < code < 0x110000 and not 0xD800 <= code < 0xE000 else None
    else:
        letter = html5.get(name) or html5.get(name.lower())
    return letter if letter is not None and len(letter) == 1 else None


def unescaped(escape: str) -> str:
    r"""The character that an escape such as ``\n`` or ``\u2013`` stands for."""
    code = escape[1:]
    if code in _ESCAPES:
        return _ESCAPES[code]
    if code[0] in "xu" and len(code) > 1:
        return chr(int(code[1:], 16))
    return code


def is_invisible(letter: str) -> bool:
    """Whether a character is one that no reader sees."""
    return letter in _INVISIBLE_LETTERS


def is_block(tag: str) -> bool:
    """Whether a tag begins or ends a line."""
    return tag_name(tag) in BLOCKS


def tag_name(tag: str) -> str:
    """The name of a tag's element, in small letters."""
    found = re.match(r"</?([a-z][a-z0-9:-]*)", tag, re.IGNORECASE)
    return found[1].lower() if found else ""

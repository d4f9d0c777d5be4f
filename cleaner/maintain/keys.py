"""From a line to the key it is counted under: numbers, dates, names and addresses give way to placeholders.

A key is a tuple of tokens, words in small letters and marks one by one, so that `Baca Juga:` and `BACA JUGA :` meet.
The way back, from a key to a regular expression, is here as well: both have to speak of the same things.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from cleaner.packs.words import alternatives, words_of_all

_DAYS = f"{alternatives(words_of_all('days'))}|monday|tuesday|wednesday|thursday|friday|saturday|sunday"
_MONTHS = (
    f"{alternatives((*words_of_all('months'), *words_of_all('months-short')))}|january|february|march|may"
    "|june|july|august|october|december|aug|oct|dec"
)
_GAP = r"\s{0,2}"
_DATE = (
    rf"(?:(?:{_DAYS}){_GAP},?{_GAP})?\(?\b\d{{1,2}}{_GAP}[-/ ]{_GAP}(?:\d{{1,2}}|{_MONTHS})\b"
    rf"(?:{_GAP}[-/, ]{_GAP}(?:19|20)?\d\d\b)?\)?"
)
_ZONES = f"(?:{alternatives(words_of_all('time-zones'))}|gmt)"
_TIME = rf"\b\d{{1,2}}[:.]\d{{2}}(?!\d)(?:[:.]\d{{2}}(?!\d))?(?:\s{{0,2}}{_ZONES}\b)?"
_NAME = rf"(?-i:[A-Z][\w.'’]*(?:\s+(?:[A-Z][\w.'’]*|{alternatives(words_of_all('name-links'))}|de|van)){{0,4}})"
_PLACE = r"(?-i:[A-Z][A-Z.'’]{2,}(?:[\s/]+[A-Z.'’]{2,}){0,3})"

#: Placeholder → what it stands for in a rule. A name with a point in it is an outlet, not a person.
PLACEHOLDERS = {
    "<url>": r"(?:https?://|www\.)\S+",
    "<handle>": r"@\w[\w.]*",
    "<date>": _DATE,
    "<time>": _TIME,
    "<num>": r"\d[\d.,]*",
    "<sign>": r"[\w*.]{1,12}(?:\s*[-/\\|&,;]\s*[\w*.]{1,12}){0,3}",
    "<place>": _PLACE,
    "<name>": _NAME,
}
_MARKED = {"-": "[-–—]", ":": "[:：]", '"': '["“”]', "'": "['‘’]"}
_SAME = str.maketrans({"–": "-", "—": "-", "−": "-", "：": ":", "“": '"', "”": '"', "‘": "'", "’": "'", "\u200b": " "})
_MASKS = tuple(
    (re.compile(pattern, flags), put)
    for pattern, flags, put in (
        (PLACEHOLDERS["<url>"], re.IGNORECASE, "<url>"),
        (r"(?<!\w)@\w[\w.]{2,}", 0, "<handle>"),
        (r"(?<=[(\[])\s*[A-Za-z]{2,12}(?:\s*[/\\|&;-]\s*[A-Za-z]{2,12}){0,3}\s*(?=[)\]]\**$)", 0, "<sign>"),
        (_DATE, re.IGNORECASE, "<date>"),
        (_TIME, re.IGNORECASE, "<time>"),
        (r"\b(rp|us\$|idr)(?=\d)", re.IGNORECASE, r"\1 "),
        (r"(?<![\w.,])(?<![A-Za-z]-)\d[\d.,]*(?<=\d)", 0, "<num>"),
    )
)
_NUMBER = re.compile(r"(?<![\w.,])(?<![A-Za-z]-)\d[\d.,]*(?<=\d)(?!\w)")
_BEFORE_DASH = re.compile(
    r"^(?:[A-Z][A-Z.']{2,}(?:[ /]+[A-Z.']{2,}){0,3}|[A-Z][a-z']+(?: [A-Z][a-z'.]*){0,3})(?=\s*[-,(/]\s*(?:[A-Z(<]|$))"
)
_AFTER_LABEL = re.compile(r"(?<=[:|/,(-])\s*(?:[A-Z][a-z'.]+)(?: [A-Z][a-z'.]*){1,4}(?=\s*(?:[|/,)\]-]|$))")
_TOKEN = re.compile(r"<[a-z]+>|\w+(?:[.'&-]\w+)*|[^\w\s]")
_WORD = re.compile(r"\w|<[a-z]+>")


def tokens(text: str) -> tuple[str, ...]:
    """The key of a line, or of the first or last part of one.

    >>> tokens("Baca Juga : 5 Cara Merawat Ban")[:4]
    ('baca', 'juga', ':', '<num>')
    >>> tokens("SOLO, Contohnews.id - Senin (3/2/2025)")
    ('<place>', ',', 'contohnews.id', '-', '<date>')
    """
    text = " ".join(text.translate(_SAME).split())
    found = _BEFORE_DASH.match(text)
    if found is not None and "." not in found[0].rstrip("."):
        text = ("<place>" if found[0].isupper() else "<name>") + text[found.end() :]
    text = _AFTER_LABEL.sub(" <name>", text)
    for pattern, put in _MASKS:
        text = pattern.sub(put, text)
    return tuple(_TOKEN.findall(text.lower()))


def fixed_tokens(text: str) -> tuple[str, ...]:
    """The key of a text that recurs as it is: only its numbers are put aside.

    >>> fixed_tokens("Ikuti 3 saluran Contohnews.id!")
    ('ikuti', '<num>', 'saluran', 'contohnews.id', '!')
    """
    return tuple(_TOKEN.findall(_NUMBER.sub("<num>", text.translate(_SAME)).lower()))


def pattern_of(key: Sequence[str]) -> str:
    """A regular expression (case ignored) for the lines, or parts of lines, with this key; no anchors."""
    parts: list[str] = []
    before = ""
    for token in key:
        if parts:
            apart = _WORD.match(before) and _WORD.match(token) and token != "<num>"  # nosec B105
            parts.append(r"\s+" if apart else r"\s*")
        parts.append(PLACEHOLDERS.get(token) or _MARKED.get(token) or _escaped(token))
        before = token
    return "".join(parts)


def _escaped(token: str) -> str:
    return re.sub(r"([.^$*+?{}\[\]\\|()])", r"\\\1", token).replace("'", "['‘’]")


def is_mark(token: str) -> bool:
    """Whether a token is a punctuation mark."""
    return not _WORD.match(token)


def shown(key: Sequence[str]) -> str:
    """A key as people read it."""
    return re.sub(r"\s+(?=[:,.;)\]!?])|(?<=[(\[])\s+", "", " ".join(key))

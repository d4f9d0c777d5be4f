"""Invitations whose title's end is known, for training: they stand on a line of their own.

``Baca juga: <title>`` on a line ends where the line ends. Put into the running text around it, as scrapes do that
lose their line breaks, it is an example of what the model is asked, with the answer. Items of a printed list
(``['…', '…']``) are lines, too.
"""

from __future__ import annotations

import ast
import random
import re
import warnings
from collections.abc import Iterator, Sequence

import msgspec

from cleaner.model import Cleaned

#: An invitation at the start of a line, up to its title.
_INVITATION = re.compile(
    r"\W{0,4}(?:baca|lihat|simak|tonton|saksikan)\s+(?:juga|pula|lagi)\s*(?:berita\s*|artikel\s*|video\s*)?[:：]", re.I
)
#: The same with nothing behind it: the title stands on the next line.
_HEADER = re.compile(r"\W{0,4}(?:baca|lihat|simak)\s+(?:juga|pula)\W{0,3}$", re.I)
_SPACE = re.compile(r"\s+")
_SENTENCES = re.compile(r"(?<=[.?!”\"])\s+(?=[\"“]?[A-Z])")
#: What may follow an invitation: prose or a sub-heading, but nothing that goes on in small letters.
_BEGINS = re.compile(r"[\"“‘'(]?[A-Z0-9]")
#: A credit or the legend of a picture behind an invitation is clutter that the rules at hand have left.
_CREDIT = re.compile(
    r"(?:\S+\s){0,3}\S*(?:/|[A-Z]+\.com|PIXABAY|SHUTTERSTOCK|Dok\.|DOK\.|Istimewa|Lihat Foto|Foto)", re.I
)
_STOP_INSIDE = re.compile(r"[.][\"”]?\s")

_SMALL_WORD = re.compile(r"(?<=[a-z\"”,] )[a-z]{3,}")
_SAID = re.compile(r"(?<= )(?:kata|ujar|jelas|tutur|ungkap|ucap|imbuh|kata|terang|lanjut|tegas) (?=[a-zA-Z])")
_BEFORE_MARK = re.compile(r"\w[,.](?=\s|$)")

#: Code points of a document that an example keeps on either side.
AROUND = 4_000
_LONGEST_TITLE = 200
_MOST_WORDS = 26


class Example(msgspec.Struct, frozen=True, gc=False):
    """One title with the running text around it, white space made single.

    ``site``: where the title is from. ``other``: the site of the text around it, where that is another.
    ``gap``: what stands between the title and ``after``.
    """

    site: str
    id: str
    before: str
    title: str
    after: str
    other: str = ""
    weight: float = 1.0
    gap: str = " "

    def line(self) -> tuple[str, int, int]:
        """The example as one line, with the offsets of the title's start and end."""
        head = f"{self.before} Baca juga: " if self.before else "Baca juga: "
        text = head + self.title + (self.gap + self.after if self.after else "")
        return text, len(head), len(head) + len(self.title)


def lines_of(text: str) -> str:
    """The items of a printed list as lines; any other text as it is."""
    if not text.startswith(("['", '["')):
        return text
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            items = ast.literal_eval(text.strip())
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return text
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        return text
    return "\n".join(items)


def _plain(text: str) -> str:
    return _SPACE.sub(" ", text).strip()


def _left(cleaned: Cleaned) -> list[tuple[str, str, bool]]:
    """Each line as it was, what is left of it, and whether a rule for other stories cut all of it."""
    found = []
    at = number = 0
    removals = cleaned.removals
    for line in cleaned.raw.split("\n"):
        end = at + len(line)
        parts, related, low = [], False, at
        while number < len(removals) and removals[number].end <= at:
            number += 1
        for removal in removals[number:]:
            if removal.start >= end:
                break
            parts.append(cleaned.raw[low : max(low, removal.start)])
            low = min(end, removal.end)
            related = related or removal.category == "related"
        parts.append(cleaned.raw[low:end])
        left = _plain(" ".join(parts))
        found.append((line, left, related and not left))
        at = end + 1
    return found


def examples_of(cleaned: Cleaned, site: str, id: str) -> Iterator[Example]:
    """The invitations of one cleaned text that stand on lines of their own."""
    if "\n" not in cleaned.raw or not cleaned.removals:
        return
    lines = _left(cleaned)
    for number, (line, _, related) in enumerate(lines):
        if not related or not line.strip():
            continue
        found = _INVITATION.match(line.lstrip())
        if found is not None:
            title = _plain(line.lstrip()[found.end() :])
        elif number and _is_header(lines, number):
            title = _plain(line)
        else:
            continue
        if not _is_title(title):
            continue
        before = " ".join(left for _, left, _ in lines[:number] if left)[-AROUND:]
        after = " ".join(left for _, left, _ in lines[number + 1 :] if left)[:AROUND]
        if after and (not _BEGINS.match(after) or _CREDIT.match(after[:60])):
            continue
        yield Example(site, id, before, title, after)


def _is_header(lines: Sequence[tuple[str, str, bool]], number: int) -> bool:
    """Whether the last line before this one that is not blank is a lone invitation, and cut."""
    for line, _, related in reversed(lines[max(0, number - 4) : number]):
        if line.strip():
            return related and _HEADER.match(line.strip()) is not None
    return False


def _is_title(title: str) -> bool:
    words = title.split()
    return (
        3 <= len(words) <= _MOST_WORDS
        and len(title) <= _LONGEST_TITLE
        and title[-1] not in ".,:;"
        and not _STOP_INSIDE.search(title)
        and not _INVITATION.search(title)
    )


def sentences_of(text: str) -> list[str]:
    """The whole sentences of a text in order; what stands between them is left out."""
    return [sentence for sentence in _SENTENCES.split(text) if _is_sentence(sentence)]


def _is_sentence(text: str) -> bool:
    whole = len(text.split()) > 6 and _BEGINS.match(text) is not None and text[-1] in '.”"?!'
    return whole and _INVITATION.search(text) is None


def placed(title: str, sentences: Sequence[str], chance: random.Random) -> tuple[str, str, str, str]:
    """A title somewhere between the sentences of a text: what stands before it, the title, the gap, what follows.

    Some of what scrapes do to texts is done to a few: the white space behind the title is lost, the text ends with the
    title or breaks off in mid-sentence, the invitation stands inside a sentence, or the last letter before each comma
    and stop is gone. So the model learns what such marks are worth.
    """
    at = chance.randrange(1, len(sentences) - 1)
    before = " ".join(sentences[max(0, at - 12) : at])
    after = " ".join(sentences[at : at + 6])
    kind = chance.random()
    if kind < 0.03:
        return before, title, " ", ""
    if kind < 0.10:
        return before, title, "", after
    if kind < 0.15:
        return before, title, " ", after[: chance.randrange(15, min(len(after), 160))].rstrip(' .,!?"”')
    if kind < 0.19:
        inside = [found.start() for found in _SAID.finditer(after)] if kind < 0.17 else []
        inside = inside or [found.start() for found in _SMALL_WORD.finditer(after, 0, 300)]
        if inside:
            split = inside[chance.randrange(len(inside))]
            return f"{before} {after[:split]}".rstrip(), title, " ", after[split:]
    if kind < 0.28:
        return _garbled(before), _garbled(title + ",").rstrip(), " ", _garbled(after)
    return before, title, " ", after


def _garbled(text: str) -> str:
    """A text in which commas and stops have swallowed the letter before them."""
    return _BEFORE_MARK.sub(".", text)

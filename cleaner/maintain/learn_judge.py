"""Which candidates may cut without a person's look, which a person must look at, and which are prose."""

from __future__ import annotations

import re
from typing import Literal

import msgspec

from cleaner.engine.outlet import names_outlet
from cleaner.maintain.keys import pattern_of
from cleaner.maintain.learn_site import Candidate
from cleaner.packs.template import library
from cleaner.packs.words import alternatives, words_of_all

#: ``accept``: beyond doubt; ``person``: clutter or story; ``prose``: none of both.
Verdict = Literal["accept", "person", "prose"]

#: Of the places where a key's words stand, so many are a unit of their own.
_EDGED = 0.9
#: Documents with a key that are so much more alike than any two of the site share a topic.
MOST_LIFT = 2.5
#: The same for what cannot but speak of its outlet: a column has its own plugs.
SURE_LIFT = 4.0
_MANY_PLUGS = 4
#: Words from which on a text must name its outlet or its channels.
_LONG = 10
#: A text that says nothing about itself must stand at the end of this share of the site's documents.
_FIXED = 0.3
#: One that names its outlet or a channel may stand anywhere if so many documents have it.
_OFTEN = 0.15
#: What of a key's occurrences counts as always.
_ALWAYS = 0.9
#: A tail with one word before it this often, and no end of a sentence there, is not all that recurs.
_LOOSE = 0.5
#: Letters in a key, numbers aside, at least.
_LETTERS = 6
_WORD = re.compile(r"\w+(?:[.'&-]\w+)*")
_QUOTES = re.compile('["“”«»]')
_LABEL = re.compile(r"^[^:]{2,40}:(?:\s|$)")
_CLOSED = re.compile(r"[.!?…]$")


class Judged(msgspec.Struct, frozen=True):
    """A candidate, what becomes of it, and why."""

    candidate: Candidate
    verdict: Verdict
    why: str


class Judge:
    """Judges candidates by their words and by the facts counted of them."""

    def __init__(self) -> None:
        speaking = [regex for name, regex in library().patterns.items() if name.endswith("/speaking")]
        self._speaking = re.compile("|".join(speaking), re.IGNORECASE)
        self._plugs = re.compile(rf"\b{alternatives(words_of_all('plug-words'), space=' ')}\b", re.IGNORECASE)
        self._wishes = re.compile(rf"^\W*{alternatives(words_of_all('closing-wishes'), space=' ')}\b", re.IGNORECASE)

    def judged(self, one: Candidate) -> Judged:
        """The verdict on a candidate, from what stands in its own site."""
        prose = self._is_prose(one)
        if prose:
            return Judged(one, "prose", prose)
        doubt = self._doubt(one)
        return Judged(one, "person" if doubt else "accept", doubt or self._reason(one))

    def _is_prose(self, one: Candidate) -> str:
        text = _own_words(one)
        letters = [char for char in text if char.isalpha()]
        if len(letters) < _LETTERS:
            return "says too little"
        if one.edged < _EDGED:
            return "stands inside sentences, too"
        if one.quoted > 1 - _ALWAYS or _QUOTES.search(text):
            return "is a quotation"
        if self._speaking.search(text):
            return "reports speech"
        if letters[0].islower():
            return "goes on a sentence"
        if one.kind == "label" and (one.closed > 1 - _ALWAYS or not self._speaks(one, text)):
            return "lines that begin alike"
        return ""

    def _speaks(self, one: Candidate, text: str) -> bool:
        """Whether a text speaks of the outlet or its channels."""
        return names_outlet(text, one.site) or self._plugs.search(text) is not None

    def _doubt(self, one: Candidate) -> str:
        """Why a person must look; empty when the candidate is clutter beyond doubt."""
        text = _own_words(one)
        named = names_outlet(text, one.site)
        plugs = len({found[0].lower() for found in self._plugs.finditer(text)})
        if one.kind == "head":
            return "" if named else "a beginning that does not name the outlet"
        if one.kind == "part" and len(_WORD.findall(text)) < 2:
            return "a single word"
        if one.lift > (SURE_LIFT if (named and plugs >= 2) or plugs >= _MANY_PLUGS else MOST_LIFT):
            return f"the documents with it share a topic (alike {one.lift:.1f} times as much as others)"
        if self._wishes.match(text):
            return "a closing wish or word of the author"
        if one.kind == "label":
            return self._doubt_of_label(one, named, plugs)
        if one.kind == "tail":
            return self._doubt_of_tail(one, named, plugs)
        if len(_WORD.findall(text)) >= _LONG and not named and plugs < 2:
            return "long, and names neither the outlet nor its channels"
        outside = one.behind >= _ALWAYS or one.before >= _ALWAYS
        if plugs >= 2 or (named and plugs):
            return ""
        if named or plugs:
            sure = outside or one.share >= _OFTEN or (named and not _CLOSED.search(text))
            return "" if sure else "may be a sentence of the story"
        return self._doubt_of_silent(one, text)

    def _doubt_of_label(self, one: Candidate, named: bool, plugs: int) -> str:
        """The doubt about lines that begin alike."""
        if not (named and plugs) and not (one.behind >= _ALWAYS and (named or plugs)):
            return "lines that begin alike"
        return ""

    def _doubt_of_tail(self, one: Candidate, named: bool, plugs: int) -> str:
        """The doubt about last words that need not be a sentence."""
        certain = plugs >= 2 or (plugs and _LABEL.match(one.samples[0]))
        if one.inside > 1 - _ALWAYS and (not certain or one.loose > _LOOSE):
            return "may begin too early, or too late"
        return "" if named or plugs or one.share >= _FIXED else "an end that speaks of no outlet and no channel"

    def _doubt_of_silent(self, one: Candidate, text: str) -> str:
        """The doubt about words that speak of no outlet and no channel."""
        if _LABEL.match(text):
            return "a label"
        if one.behind < _ALWAYS:
            return "a sub-heading, or the beginning of a series"
        if one.share < _FIXED:
            return "at the end of few documents only"
        return ""

    def _reason(self, one: Candidate) -> str:
        text = _own_words(one)
        if names_outlet(text, one.site):
            return "names the outlet"
        return "speaks of the outlet's channels or rights" if self._speaks(one, text) else "stands behind the story"


def _own_words(one: Candidate) -> str:
    """The words that recur, as one document has them."""
    if one.kind != "label":
        return one.samples[0]
    found = re.match(pattern_of(one.key.split()), one.samples[0], re.IGNORECASE)
    return found[0] if found is not None else ""

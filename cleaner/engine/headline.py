"""Where does the title end that an invitation in running text points to?

Flattened scrapes hold ``… kata dia. Baca juga: Harga Beras Naik Lagi Menurut Budi, harga …`` in one line. The end of
``Harga Beras Naik Lagi`` is known when something marks it: a closing bracket, a doubled space, the next invitation or
credit line, words glued together (``LagiMenurut``), a question or exclamation mark, or how the next sentence opens.
Headlines of Indonesian portals are in title case with small function words, prose is not: the first word that is
neither ends the search, and the capitalised word before it belongs to the sentence. How many words before that do, too,
is told by :mod:`cleaner.engine.sentence`. Where nothing marks the end, the answer is ``None``: the caller must not cut.
"""

from __future__ import annotations

import re

from cleaner.engine.sentence import FUNCTION_WORDS, OPENERS, opens_sentence, sentence_start
from cleaner.packs.words import alternatives, words_of_all


def _any(name: str) -> str:
    """A regex for any entry of a word list."""
    return alternatives(words_of_all(name), space=" ")


def _clutter(entry: str) -> str:
    """A regex for how clutter begins; a colon at its end may stand apart."""
    words = r"\s+".join(map(re.escape, entry.rstrip(":").split()))
    return words + (r"\s*[:：]" if entry.endswith(":") else r"\b" if entry[-1].isalnum() else "")


_SPACE = r"[ \t\u00a0\u2002-\u200a\u3000]"
_SENTENCE_END = re.compile(r"(?<![.\d])[.?!][\"'”’)]?(?:\s|$)|[a-z]{2}\.[\"”’*(]|\S\s{2,}\S|[a-z],[\"”]")
#: A word in small letters throughout; headlines hold such only when it is a function word.
_SMALL = re.compile(r"(?<=\s)[a-z][a-z'’-]*(?!\w)")
_END_MARK = re.compile(rf"[?!][\"'”’)]?(?=\s)(?!\s{_any('headline-goes-on')}\b)")
#: A question, and one word of the next sentence before its quotation.
_MARK_BEFORE_QUOTE = re.compile(r"[?!](?=\s[A-Z][a-z]+\s?(?:[\"“‘«]|&(?:amp;)?[lr]?dquo;|&(?:amp;)?quot;))")
#: What ends a headline wherever it stands: a wide gap, a square bracket, a quotation that goes on in small letters.
_HARD_END = re.compile(
    rf"(?<![,:]){_SPACE}{{2,}}|[\t\v\f]|\s(?=\[)|\s?(?=&(?:amp;)?[lr]?dquo;|&(?:amp;)?quot;)"
    r"|\s(?=\d{1,2}\s?\.\s[A-Z])"
    r"|\s(?=[\"“‘'«][A-Z]\w*,?\s(?!(?:dan|di|ke|yang)\s)[a-z]+\s)"
)
#: How a sentence opens, with its comma; in a headline the words behind the first would have capitals.
_OPENING = re.compile(rf"\s(?=(?:{_any('opening-phrases')}|{_any('opening-words')}(?=, [a-z])),\s)")
#: A quotation that is glued to the headline: ``Tetap Penting di Mata Slot"Saya tidak tahu``.
_GLUED_QUOTE = re.compile(r"(?<=[a-z0-9])(?=[\"“][A-Z][a-z]*,?\s)")
#: Two words glued where the scrape lost a line break: ``LagiMenurut``, ``2024Sementara``.
_GLUE = re.compile(r"[a-z0-9](?=([A-Z][a-z]{2,})(?!\w))")
_BEFORE_GLUE = re.compile(r"(?:^|[\W_])((?:[A-Z][a-z’'-]*[a-z]{2}|[a-z]{4,}|(?:19|20)\d\d|Covid-19))$")
#: Names that are written like that.
_CAMEL = re.compile(rf"{_any('name-beginnings')}[A-Z]")
#: What never belongs to a headline, and never stands in prose without the end of a sentence before it.
_NEXT_CLUTTER = re.compile("|".join(map(_clutter, words_of_all("clutter-openings"))))
_CLUTTER_WORDS = tuple(dict.fromkeys(entry.rstrip(":") for entry in words_of_all("clutter-openings")))
_FULL_STOP = re.compile(r"\.[\"”’]?(?:\s+(?=[A-Z0-9\"“])|(?=[A-Z][a-z])|$)")
#: What begins a sentence even where an end is marked behind it.
_SURE_OPENER = re.compile(rf"\s(?={_any('sentence-openers-sure')}\s)")
_CAPITAL = re.compile(r"[A-Z][a-z]+(?=,?\s)")
#: Letters that no headline holds: a prayer or a verse.
_OTHER_SCRIPT = re.compile("[\u0600-\u06ff]")
_SMALL_HEADLINE_WORDS = 5
_THREE_WORDS = re.compile(r"\s*(?:\S+\s+){2}\S+")
_CLOSERS = {"(": ")", "[": "]", "{": "}"}
_LONG_HEADLINE = 140
#: A mark counts when at most so many words stand between it and the first word of prose.
_MARK_REACH = 5

#: Code points an inline title may have; the longest headlines seen on news portals stay under 200.
MAX_TITLE = 220


def opening_bracket(text: str, start: int) -> int | None:
    """Index of a bracket that opens directly before ``start`` (white space between is allowed), else ``None``."""
    at = start - 1
    while at >= 0 and start - at <= 3 and text[at].isspace():
        at -= 1
    return at if at >= 0 and text[at] in _CLOSERS else None


def closing_bracket(text: str, opened: int, limit: int) -> int | None:
    """Index just after the bracket that closes ``text[opened]``, or ``None`` within ``limit`` code points."""
    opener, closer = text[opened], _CLOSERS[text[opened]]
    depth = 0
    for at in range(opened, min(len(text), opened + limit)):
        if text[at] == opener:
            depth += 1
        elif text[at] == closer:
            depth -= 1
            if depth == 0:
                return at + 1
    return None


def title_end(text: str, start: int, limit: int = MAX_TITLE) -> int | None:
    """End (code point offset) of the headline that starts at ``start`` in one line of text, or ``None`` if unknown.

    Args:
        text: one line without white space at its end; the rest of it tells which words are names.
        start: where the headline starts (white space before it is passed over).
        limit: most code points the headline may have.
    """
    window = min(len(text), start + limit + 40)
    full_stop = _first_full_stop(text, start, window)
    clutter = _next_clutter(text, start, window if full_stop is None else full_stop)
    if len(text) - start <= limit and clutter is None:
        rest = text[start:]
        sentence = rest.endswith((".", '."', ".”", ":", ",")) or _SENTENCE_END.search(rest)
        if not sentence and "[" not in rest and not _OTHER_SCRIPT.search(rest):
            return len(text)  # the line holds nothing but the headline: prose would end its sentence
    words = _THREE_WORDS.match(text, start)
    if words is None:
        return clutter
    small = _first_small(text, start, window)
    stop = min(len(text), start + limit) if small is None else small
    if full_stop is not None and full_stop < stop:
        small, stop = None, full_stop
    hard = _HARD_END.search(text, words.end(), min(len(text), stop + 40))
    ends = [hard.start()] if hard is not None and hard.start() <= stop else []
    opening = _OPENING.search(text, words.end(), min(len(text), stop + 40))
    if opening is not None and opening.start() <= stop:
        ends.append(opening.start())
    if clutter is not None:
        ends.append(clutter)
    ends += [at for find in (_glued, _quoted) if (at := find(text, start, words.end(), stop)) is not None]
    if ends:
        end = min(ends)
        if opening is not None and end == opening.start():
            return end
        opened = _SURE_OPENER.search(text, words.end(), end)
        if opened is not None:
            return opened.start()
        marked = _MARK_BEFORE_QUOTE.search(text, words.end() - 1, end + 20)
        return marked.end() if marked is not None and marked.end() < end else end
    if small is None:
        return None
    if text.count(" ", start, stop) < _SMALL_HEADLINE_WORDS or text[start:stop].islower():
        return _opener_in_small(text, max(words.end(), stop), window if full_stop is None else full_stop)
    begins = sentence_start(text, start, words.end(), stop)
    marks = [found.end() for found in _END_MARK.finditer(text, words.end() - 1, stop)]
    if marks and text.count(" ", marks[-1] + 1, stop) <= _MARK_REACH and (begins is None or marks[-1] > begins):
        return marks[-1]
    return begins


def _first_full_stop(text: str, start: int, window: int) -> int | None:
    """Where a sentence ends, abbreviations of one letter apart."""
    for found in _FULL_STOP.finditer(text, start, window):
        at = found.start()
        before, earlier = text[at - 1], text[at - 2]
        if before.islower() or before.isdigit() or before in ')"”’%' or (before.isupper() and earlier.isupper()):
            return at
    return None


def _next_clutter(text: str, start: int, window: int) -> int | None:
    """Where the next invitation or credit line begins, unless something else than a headline stands before it."""
    lowered = text[start + 10 : window].lower()
    hits = [at for word in _CLUTTER_WORDS if (at := lowered.find(word)) >= 0 and _NEXT_CLUTTER.match(lowered, at)]
    if not hits or len(lowered) != len(text[start + 10 : window]):
        return None
    at = start + 10 + min(hits)
    while text[at - 1].isspace():
        at -= 1
    between = text[start:at].rstrip(' \u00a0"”')
    if len(between) > _LONG_HEADLINE or between.endswith((".", ":", ",")):
        return None
    return at


def _opener_in_small(text: str, start: int, window: int) -> int | None:
    """Where a sentence opens behind a headline in small letters."""
    for found in _CAPITAL.finditer(text, start, window):
        at = found.start()
        if found.group().lower() not in OPENERS:
            continue
        if text[at - 1].isspace():
            return at - 1
        if len(found.group()) > 2 and text[at - 3 : at].islower():
            return at
    return None


def _first_small(text: str, start: int, window: int) -> int | None:
    """Where the first word stands that no headline holds."""
    for found in _SMALL.finditer(text, start, window):
        if found.group() not in FUNCTION_WORDS:
            return found.start()
    return None


def _quoted(text: str, start: int, least: int, stop: int) -> int | None:
    """Where a quotation opens that does not close before prose goes on."""
    for opener, closer in (('"', '"'), ("“", "”")):
        at = text.rfind(opener, start, stop)
        opens = at > least and text[at - 1].isspace() and closer not in text[at + 1 : stop]
        if opens and (opener != closer or text.count(opener, start, at) % 2 == 0):
            return at - 1
    return None


def _glued(text: str, start: int, least: int, stop: int) -> int | None:
    """Where a word or a quotation is glued to the headline."""
    quote = _GLUED_QUOTE.search(text, least, stop)
    if quote is not None and text.count('"', start, quote.start()) % 2 == 0:
        return quote.start()
    for found in _GLUE.finditer(text, max(start, least - 3), stop):
        end = found.end()
        token = text.rfind(" ", 0, end) + 1
        left = _BEFORE_GLUE.search(text[token:end])
        if left is None or (_CAMEL.match(text, token + left.start(1)) and not opens_sentence(found[1])):
            continue
        whole = text[token:].split(None, 1)[0]
        if text.count(whole) == 1:  # a name would come again
            return end
    return None

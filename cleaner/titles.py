"""Where does the title end that an invitation in running text points to?

Flattened scrapes hold ``… kata dia. Baca juga: Harga Beras Naik Lagi Menurut Budi, harga …`` in one line. The end of
``Harga Beras Naik Lagi`` is known when something marks it: a closing bracket, a doubled space, a question or
exclamation mark, a sentence opener (*Menurut*, *Namun*, …) or a quotation that goes on in lower case. Headlines of
Indonesian portals are in title case with small function words, prose is not: the first word that is neither ends the
search. Where nothing marks the end, the answer is ``None`` and the caller must not cut.
"""

from __future__ import annotations

import re

#: Words that stay small inside a title-case headline.
FUNCTION_WORDS = frozenset(
    """
    a ada adalah agar akan aku alias and antar antara apa atas atau bagi bahwa bak bakal bareng baru bawah
    belum bisa buat bukan bagaimana by cara dalam dan dari daripada demi dengan di dia dll dong gegara gara-gara hingga
    hanya ini ia itu jadi jelang jika juga kala kalau karena ke kenapa kepada kok lagi lah lalu lain lebih lewat
    maka masih mau melalui mengapa menuju nya nih of oleh on pada pakai para paling per pun punya saat sama sambil
    sampai saja sang saksikan sebagai sebab sebelum sejak sekitar selain selama seperti serta setelah si siap soal sudah
    supaya tak tanpa tapi telah tentang terhadap terkait tetap the tidak to untuk usai vs via versus yakni yaitu yang yg
    """.split()
)

#: Words that open a sentence of prose; with a capital they stand rarely elsewhere, and hardly ever inside a name.
OPENERS = frozenset(
    """
    adapun akibatnya artinya awalnya bahkan bagi belakangan berdasarkan bersama dalam dari dengan demikian
    di dia diketahui hal hasilnya hingga ia ini itu jika kami karena kemudian kendati ketika
    kini lalu lantas lanjutnya maka mereka melansir mengutip menurut menurutnya meski meskipun misalnya
    namun nantinya oleh pada padahal pasalnya pihaknya saat sayangnya sebab sebagai sebagaimana sebelumnya
    sedangkan sehingga seiring sejak sejauh selain selama selanjutnya sementara seperti setelah setidaknya
    sesuai tetapi terpisah tidak untuk usai walau walaupun
    """.split()
)
#: An opener counts when prose in small letters follows within this many words (a name may stand between).
_OPENER_REACH = 4

_SPACE = r"[ \t\u00a0\u2002-\u200a\u3000]"
_SENTENCE_END = re.compile(r"(?<![.\d])[.?!][\"'”’)]?(?:\s|$)")
#: The first word that headlines do not hold: small letters throughout, and no function word.
_SMALL_WORD = re.compile(rf"(?<=\s)(?!(?:{'|'.join(sorted(FUNCTION_WORDS))})(?![\w-]))[a-z][a-z'’-]*(?!\w)")
_OPENER = re.compile(rf"\s(?=(?:{'|'.join(sorted(w.capitalize() for w in OPENERS))})(?!\w)(?!\sNegeri))")
_END_MARK = re.compile(r"[?!][\"'”’)]?(?=\s)")
#: What ends a headline wherever it stands: a wide gap, a square bracket, a quotation that goes on in small letters.
_HARD_END = re.compile(rf"{_SPACE}{{2,}}|[\t\v\f]|\s(?=\[)|\s(?=[\"“‘'«][A-Z]\w*,?\s(?!(?:dan|di|ke|yang)\s)[a-z]+\s)")
_THREE_WORDS = re.compile(r"\s*(?:\S+\s+){2}\S+")
_CLOSERS = {"(": ")", "[": "]", "{": "}"}

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
        text: one line without white space at its end.
        start: where the headline starts (white space before it is passed over).
        limit: most code points the headline may have.
    """
    if len(text) - start <= limit:
        rest = text[start:]
        if "[" not in rest and not _SENTENCE_END.search(rest):
            return len(text)  # the line holds nothing but the headline: prose would end its sentence
    words = _THREE_WORDS.match(text, start)
    if words is None:
        return None
    small = _SMALL_WORD.search(text, start, start + limit + 40)
    stop = small.start() if small else min(len(text), start + limit)
    hard = _HARD_END.search(text, words.end(), min(len(text), stop + 40))
    if hard is not None and hard.start() < stop:
        return hard.start()
    if small is None:
        return None
    marks = [found.end() for found in _END_MARK.finditer(text, words.end() - 1, stop)]
    openers = [at for found in _OPENER.finditer(text, words.end(), stop) if (at := found.start()) > words.end() - 1]
    if openers and text.count(" ", openers[-1] + 1, stop) <= _OPENER_REACH and openers[-1] >= max(marks, default=0):
        return openers[-1]
    return marks[-1] if marks else None

"""What stands before a phrase to catch the eye: bullets, arrows, emoji, numbers. It goes with the phrase.

A line that begins with an ornament is looked at as it stands and, for rules of a few categories, without it: a byline
or dateline behind a bullet or number may be an entry of a list that belongs to the story.
"""

from __future__ import annotations

import re

#: Categories of rules that look behind an ornament.
ORNATE = frozenset(("related", "social", "promo", "ad", "embed", "legal", "comments"))
_SIGNS = r"•·▪▫●○■□◆◇►▶▸▹➤➔→⇒⟶≫»›>|#*~\u2013\u2014\-\u2600-\u27bf\u2b00-\u2bff\U0001f300-\U0001faff\ufe0f"
#: Signs before the first word, or an opening quotation mark with a blank behind it.
_SIGN = re.compile(rf"""(?:[{_SIGNS}]{{1,4}}\s{{0,3}}|["“‘'']\s{{1,2}}){{1,2}}(?=\w)""")
#: The same, or a number as in a list.
_NUMBER = re.compile(rf"(?:[{_SIGNS}]{{1,4}}\s{{0,3}})?\d{{1,2}}\s?[.)]\s{{1,3}}(?=\w)")
#: Signs between the sentence before and a phrase in running text.
_BEFORE = re.compile(rf"(?<!\w)[{_SIGNS}]{{1,4}}\s{{0,3}}\Z")
#: A line that is quoted as a whole.
_QUOTED = re.compile(r"""["“'‘][^"“”]+["”'’]""")
_REACH = 8


def unadorned(text: str, category: str) -> str:
    """A bare line without its ornament, for a rule of a category; empty where no other look is taken.

    Numbers, and quotation marks around the whole line, are ornaments for invitations alone: other phrases are entries
    of a list when a number stands before them.

    >>> unadorned("➡ Baca juga: Harga Cabai", "related"), unadorned("2. Baca juga: Harga Cabai", "related")
    ('Baca juga: Harga Cabai', 'Baca juga: Harga Cabai')
    >>> unadorned("2. Instagram", "social"), unadorned("Harga naik", "related")
    ('', '')
    """
    if text[:1].isalpha() or category not in ORNATE:
        return ""
    if category == "related" and _QUOTED.fullmatch(text):
        return text[1:-1].strip()
    found = _SIGN.match(text) or (_NUMBER.match(text) if category == "related" else None)
    return text[found.end() :] if found is not None else ""


def ornament_before(text: str, at: int) -> int:
    """Where the signs begin that stand directly before an offset of a line; the offset itself when there are none.

    >>> ornament_before("Harga naik. ► Baca juga", 14)
    12
    """
    found = _BEFORE.search(text, max(0, at - _REACH), at)
    return found.start() if found is not None else at

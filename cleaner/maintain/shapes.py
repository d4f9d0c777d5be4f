"""One rule a shape: drafts that begin with the same words become one, and what another draft cuts needs none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

import msgspec

from cleaner.maintain.drafts import cut_offsets, proven
from cleaner.maintain.keys import is_mark, pattern_of
from cleaner.packs.write import Draft

#: Drafts are of one shape when they begin with so many tokens that are the same, two of them words of their own.
_SHARED = 3
_SHARED_WORDS = 2
#: Most wordings that one rule lists; with more of them a person has to find what they have in common.
_MOST_WORDINGS = 12
_FINAL = re.compile(r"(?<!\\)\$$")

Key = tuple[str, ...]


def one_a_shape(found: Sequence[tuple[Key, Draft]]) -> list[Draft]:
    """The drafts with those of one shape joined, in the order of the first of each.

    Args:
        found: each draft with the key it was made of.
    """
    families: list[list[tuple[Key, Draft]]] = []
    for key, draft in found:
        family = next((each for each in families if _of_one_shape(key, draft, each)), None)
        if family is None:
            families.append([(key, draft)])
        else:
            family.append((key, draft))
    drafts = [draft for family in families for draft in _joined(family)]
    kept: list[Draft] = []
    for number, draft in enumerate(drafts):
        others = [*kept, *drafts[number + 1 :]]
        if not any(_cuts_all_of(other, draft) for other in others):
            kept.append(draft)
    return kept


def _of_one_shape(key: Key, draft: Draft, family: Sequence[tuple[Key, Draft]]) -> bool:
    first_key, first = family[0]
    if not (draft.match.startswith("^") and first.match.startswith("^") and first.scope == "line"):
        return False
    common = _common([key, *(other for other, _ in family)])
    words = [token for token in common if not is_mark(token) and not token.startswith("<")]
    return (
        len(common) >= _SHARED
        and len(words) >= _SHARED_WORDS
        and 2 * len(common) >= min(len(key), len(first_key))
        and len(family) < _MOST_WORDINGS
    )


def _common(keys: Sequence[Key]) -> Key:
    """The tokens with which all keys begin."""
    return tuple(tokens[0] for tokens in takewhile(lambda tokens: len(set(tokens)) == 1, zip(*keys, strict=False)))


def _joined(family: Sequence[tuple[Key, Draft]]) -> list[Draft]:
    """One draft for all of a family; all of them where one does not hold on their examples."""
    drafts = [draft for _, draft in family]
    if len(family) == 1:
        return drafts
    first = drafts[0]
    common = pattern_of(_common([key for key, _ in family]))
    closed = all(_FINAL.search(draft.match) for draft in drafts)
    rests = list(dict.fromkeys(pattern_of(key).removeprefix(common) for key, _ in family))
    limits = [dict(draft.guard).get("max_chars", 0) for draft in drafts]
    longest = max((limit for limit in limits if isinstance(limit, int)), default=0)
    wordings = ", ".join(repr(draft.comment.split("'")[1]) for draft in drafts[1:] if draft.comment.count("'") >= 2)
    made = proven(
        msgspec.structs.replace(
            first,
            match=f"^{common}(?:{'|'.join(rests)})" + ("$" if closed else ""),
            guard=(("max_chars", longest),) if longest else (),
            # The first example of each comes first.
            example=tuple(draft.example[at] for at in range(3) for draft in drafts if at < len(draft.example)),
            comment=f"{first.comment}\nof the same shape: {wordings}" if wordings else first.comment,
        ),
        most=len(drafts) + 1,
    )
    return [made] if made is not None and all(_cuts_all_of(made, draft) for draft in drafts) else drafts


def _cuts_all_of(wide: Draft, draft: Draft) -> bool:
    """Whether a draft cuts all that another one cuts of its examples."""
    return wide is not draft and all(cut_offsets(draft, text) <= cut_offsets(wide, text) for text in draft.example)

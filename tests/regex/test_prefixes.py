"""Dispatch refuses no line that a rule would match: keys, literals and keywords are read off the regex soundly."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.engine.document import Document
from cleaner.packs.load import load_packs
from cleaner.regex.literals import needs

RULES = [rule for pack in load_packs() for rule in pack.rules]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (r"^baca\s+juga\s*[:：]", ("juga",)),
        (r"^(?:simak|lihat)\s+video", ("video",)),
        (r"^(?:foto|photo):", ("foto:", "photo:")),
        (r"copyright\s*©\s*antara", ("copyright",)),
        (r"^\w+$", ()),
        (r"^(?:abc|\d+)", ()),
        (r"^(?:halaman)?\s*berikutnya", ("berikutnya",)),
        (r"^di\s+ke", ()),
        (r"(?:kontan){2,3}", ("kontan",)),
        (r"^(?-i:BACA)", ("baca",)),
        (r"^colou?r", ("color", "colour")),
    ],
)
def test_needs(pattern: str, expected: tuple[str, ...]) -> None:
    assert needs(pattern) == expected


@given(st.sampled_from([rule for rule in RULES if rule.needs]), st.data())
@settings(max_examples=300, deadline=None)
def test_every_match_holds_a_literal_it_needs(rule: object, data: st.DataObject) -> None:
    pattern = re.compile(rule.match, re.IGNORECASE)  # type: ignore[attr-defined]
    text = data.draw(st.from_regex(pattern, fullmatch=False).filter(lambda s: pattern.search(s) is not None))
    low = text.encode("utf-8", "replace").lower()
    # The long s, the dotless i and the Kelvin sign match ASCII letters too; dispatch leaves them out on purpose.
    if not set(text) & set("ſİıK"):
        assert any(word.encode() in low for word in rule.needs)  # type: ignore[attr-defined]


@given(st.text(alphabet="aB \n\r\u2028é\U0001f336", max_size=40))
def test_places_in_the_lower_cased_text(text: str) -> None:
    doc = Document(text)
    low = doc.low
    for at in range(len(low) + 1):
        if at < len(low) and (low[at] & 0xC0) == 0x80:
            continue  # inside a character
        line, column = doc.place_of(at)
        lead = len(doc.text[line]) - len(doc.text[line].lstrip())
        assert len(low[:at].decode()) == doc.starts[line] + lead + column
    assert len(doc.lows) == len(doc.text)

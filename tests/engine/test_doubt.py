"""A cut that is doubtful by its own measure says so, and its document is flagged."""

from __future__ import annotations

import pytest

from cleaner import Cleaner, Removal
from cleaner.engine.doubt import with_doubts

TITLE = "Baca juga: Harga Cabai Turun di Pasar Induk"


def marked(before: str, cut: str, behind: str, scope: str, told: str | None = None) -> str | None:
    raw = before + cut + behind
    removal = Removal(len(before), len(before + cut), cut, "related", "x/y#z", scope, doubt=told)
    return with_doubts(raw, [removal])[0].doubt


@pytest.mark.parametrize(
    ("cut", "behind", "scope", "told", "doubt"),
    [
        (TITLE, " Panitia membuka pintu.", "inline", None, None),
        (TITLE, " Panitia membuka pintu.", "inline", "title_end", "title_end"),
        (TITLE + " Panitia", " membuka pintu.", "inline", None, "goes_on"),
        (TITLE + "\n", "membuka pintu.", "section", None, "goes_on"),
        (TITLE, " https://contoh.id/2", "inline", None, None),
        (TITLE + " dan" * 30, " Panitia membuka pintu.", "inline", None, "long"),
        (TITLE + " 2. Beras", " Panitia membuka pintu.", "inline", None, "numbered"),
        ("Artikel Terkait\n1. Harga Cabai\n", "Panitia membuka pintu.", "section", None, "numbered"),
        ("Artikel Terkait\nPanitia membuka" + " pintu" * 30 + ".\n", "Panitia pulang.", "section", None, "prose"),
        ("JAKARTA, KOMPAS.com - ", "panitia membuka pintu.", "span", None, None),
        (TITLE + "\n", "panitia membuka pintu.", "line", None, None),
    ],
)
def test_reasons(cut: str, behind: str, scope: str, told: str | None, doubt: str | None) -> None:
    assert marked("Harga beras naik. ", cut, behind, scope, told) == doubt


def test_a_doubtful_document_is_flagged(cleaner: Cleaner) -> None:
    prose = "Harga beras medium di pasar induk naik pada Senin pagi, kata pedagang setempat kepada wartawan. "
    text = prose + "[Baca juga: Harga Cabai Turun di Pasar Induk] menurut dia pasokan akan datang. " + prose
    result = cleaner.clean_text(text)
    assert [removal.doubt for removal in result.removals] == ["goes_on"]
    assert "doubtful" in result.flags
    assert result.status == "flagged"

"""A text without a URL finds its site by the signatures that packs declare."""

from __future__ import annotations

from cleaner import Cleaner

LONG = "Panitia menyiapkan dua panggung besar di alun-alun, dan warga datang sejak pagi bersama keluarga mereka. " * 12


def test_signature_in_a_line_of_any_length(cleaner: Cleaner) -> None:
    cleaned = cleaner.clean_text("KONTAN.CO.ID - " + LONG)
    assert (cleaned.site, cleaned.signature) == ("kontan.co.id", "site/kontan.co.id#signature-1")
    assert cleaned.text == LONG


def test_a_site_comes_before_its_network(cleaner: Cleaner) -> None:
    text = f"{LONG}\n(Tribunnews.com, Dinda Ayu)"
    assert cleaner.clean_text(text).site == "tribunnews.com"
    assert cleaner.clean_text(text.replace("Tribunnews.com", "TribunPadang.com")).site == "tribun"


def test_no_signature_in_the_middle_of_a_line(cleaner: Cleaner) -> None:
    cleaned = cleaner.clean_text("Laman KONTAN.CO.ID - menurut dia - ramai dikunjungi.")
    assert (cleaned.site, cleaned.signature) == (None, None)

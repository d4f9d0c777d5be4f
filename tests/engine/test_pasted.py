"""Whole pages pasted as text, and articles that only look like them."""

from __future__ import annotations

from cleaner import Cleaner, restore
from cleaner.engine.document import Document
from cleaner.engine.pasted import RULE, page_furniture

MENU = [
    "Beranda", "Nasional", "Politik", "Ekonomi", "Olahraga", "Hiburan", "Teknologi", "Otomotif", "Daerah", "Hukum",
    "Internasional", "Login", "Cari", "Indeks", "Video", "Foto", "Infografis", "Opini", "Wisata", "Kesehatan",
]  # fmt: skip
HEAD = ["Pasar Raya Ditata Lagi", "Ani Wijaya", "Senin, 3 Juni 2024 10:15 WIB", "Bagikan"]
STORY = [
    f"Wali kota meninjau pasar raya bersama kepala dinas perdagangan pada hari ke-{day} dan mencatat keluhan pedagang."
    for day in range(1, 9)
]
FOOTER = [
    "Terpopuler", "Harga Cabai Turun", "Jalan Layang Dibuka", "Petani Muda Makin Banyak", "Tags", "pasar", "beras",
    "Facebook", "Twitter", "Instagram", "YouTube", "Tentang Kami", "Redaksi", "Pedoman Media Siber", "Kode Etik",
    "Kontak Kami", "Disclaimer", "Karir", "© 2024 Kabar Kita",
]  # fmt: skip
TABLE = [f"{place}. Kota {place}\n{place} kasus" for place in range(1, 40)]


def test_menus_around_the_story_go() -> None:
    text = "\n".join(MENU + HEAD + STORY + FOOTER)
    result = Cleaner().clean_text(text)
    assert all(paragraph in result.text for paragraph in STORY)
    assert HEAD[0] in result.text
    assert "Internasional" not in result.text
    assert "Pedoman Media Siber" not in result.text
    assert RULE in {removal.rule for removal in result.removals}
    assert restore(result.text, result) == text


def test_a_story_with_a_long_table_is_no_page() -> None:
    text = "\n".join(HEAD + STORY + TABLE)
    assert page_furniture(Document(text)) == ()


def test_a_table_between_story_and_footer_stays() -> None:
    text = "\n".join(MENU + HEAD + STORY + TABLE + FOOTER)
    result = Cleaner().clean_text(text)
    assert all(part in result.text for row in TABLE for part in row.split("\n"))


def test_the_step_can_be_switched_off() -> None:
    text = "\n".join(MENU + HEAD + STORY + FOOTER)
    for cleaner in (Cleaner(disable=[RULE]), Cleaner(keep=["navigation"])):
        assert RULE not in {removal.rule for removal in cleaner.clean_text(text).removals}

from __future__ import annotations

import re

import pytest

from cleaner.maintain.keys import PLACEHOLDERS, pattern_of, shown, tokens

LINES = {
    "Baca Juga : 5 Cara Merawat Ban": "baca juga: <num> cara merawat ban",
    "BACA JUGA:\u00a0 12 Cara Merawat Ban": "baca juga: <num> cara merawat ban",
    "SOLO, Contohnews.id – Senin (3/2/2025)": "<place>, contohnews.id - <date>",
    "Penulis: Rani Wulandari | Editor: Bayu Aji": "penulis: <name> | editor: <name>",
    "Selasa, 3 Mei 2024 07:57 WIB": "<date> <time>",
    "Harga naik Rp1.250.000 (ran/bay)": "harga naik rp <num> (<sign>)",
    "Ikuti @contoh.news di https://contohnews.id/a?b=1": "ikuti <handle> di <url>",
    "Penanganan COVID-19": "penanganan covid-19",
    "Sejak 1998": "sejak <num>",
    "Ia lulus (cum laude).": "ia lulus (cum laude).",
}


@pytest.mark.parametrize(("line", "key"), LINES.items())
def test_variants_share_a_key(line: str, key: str) -> None:
    assert shown(tokens(line)) == key


@pytest.mark.parametrize("line", LINES)
def test_the_pattern_of_a_key_finds_its_line(line: str) -> None:
    assert re.fullmatch(pattern_of(tokens(line)), line, re.IGNORECASE)


@pytest.mark.parametrize("line", ["a.b*c+(d)?[e]{2}|^$\\", "“kutip” ‘satu’ — dua", "a\u200bb"])
def test_odd_marks_are_taken_literally(line: str) -> None:
    assert re.search(pattern_of(tokens(line)), line.replace("\u200b", " "), re.IGNORECASE)


def test_placeholders_are_sound() -> None:
    for pattern in PLACEHOLDERS.values():
        assert not re.compile(pattern, re.IGNORECASE).match("")

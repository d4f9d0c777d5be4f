"""What a line may call the outlet of a host, and acronyms that are no sign-offs."""

from __future__ import annotations

import pytest

from cleaner import Cleaner
from cleaner.engine.acronym import is_acronym
from cleaner.engine.outlet import names_outlet

TAIL = "Wali kota meninjau pasar raya bersama kepala dinas perdagangan."


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("Kabar Kita, Semarang", "www.kabarkita.co.id"),
        ("WARTA KOTA", "warta-kota.com"),
        ("Times Semarang", "semarang.times.co.id"),
        ("Kabarkita.com", "kabarkita.com"),
        ("Media Kabar", "mediakabarnews.id"),
    ],
)
def test_an_outlet_is_known_by_its_host(text: str, host: str) -> None:
    assert names_outlet(text, host)


@pytest.mark.parametrize("host", ["", "localhost", "kabar.id", "warta.com"])
def test_other_hosts_are_not_named(host: str) -> None:
    assert not names_outlet("Semarang", host)


def test_the_same_line_is_a_dateline_on_its_own_site_alone() -> None:
    cleaner = Cleaner()
    text = f"Kabar Kita – {TAIL}"
    assert cleaner.clean_text(text, url="https://www.kabarkita.id/1").text == TAIL
    assert cleaner.clean_text(text, url="https://www.warta.id/1").text == text
    assert cleaner.clean_text(text).text == text


@pytest.mark.parametrize(
    ("line", "is_one"),
    [
        ("Ia memimpin Koalisi Indonesia Bersatu (KIB)", True),
        ("Data itu dari Badan Pusat Statistik (BPS)", True),
        ("Ia pulang ke rumah. (KIB)", False),
        ("Ia pulang ke rumah (red)", False),
    ],
)
def test_an_acronym_explains_the_words_before_it(line: str, is_one: bool) -> None:
    assert is_acronym(line, line.index("("), len(line)) is is_one

"""The outlet's own name before the story and behind it, on sites that no pack knows."""

from __future__ import annotations

import pytest
from html_pages import LAST, LEAD, NEXT, page

from cleaner import Cleaner, restore
from cleaner.html.own_name import names_of

URL = "https://www.warta-pesisir.co.id/read/1/harga-beras-naik-lagi"
HEAD = '<meta property=og:site_name content="Warta Pesisir"><meta property=og:type content=article>'
CLEANER = Cleaner()

BEFORE = [
    "Warta Pesisir - ",
    "WARTA PESISIR – ",
    "warta-pesisir.co.id, Tuban - ",
    "Tuban, Warta Pesisir — ",
    "TUBAN (Warta Pesisir) - ",
    "Warta Pesisir, Tuban: ",
    "Warta-Pesisir.co.id: ",
    "Warta Pesisir, Tuban. ",
    "Warta Pesisir (6/5/2024) - ",
    "Warta Pesisir | ",
]
BEHIND = ["(rw/Warta Pesisir)", "(Sumber: warta-pesisir.co.id)", "[Warta Pesisir]", "(Warta Pesisir/Rani)"]
STAY = [
    "Warta Pesisir menulis bahwa ",
    "Warta Pesisir - koran itu - terbit lagi dan ",
    "Warta Pesisir Malam Ini: ",
    "Tuban - ",
    "Pengelola Warta Pesisir - ",
]


def clean(lines: list[str]) -> str:
    html = page("".join(f"<p>{line}</p>" for line in lines), HEAD)
    result = CLEANER.clean_html(html, url=URL)
    assert restore(result.text, result) == result.raw
    return result.text


@pytest.mark.parametrize("before", BEFORE)
def test_the_own_name_before_the_story_goes(before: str) -> None:
    assert clean([before + LEAD, NEXT, LAST]) == f"{LEAD}\n{NEXT}\n{LAST}"


@pytest.mark.parametrize("behind", BEHIND)
def test_the_own_name_behind_the_story_goes(behind: str) -> None:
    assert clean([LEAD, NEXT, f"{LAST} {behind}"]) == f"{LEAD}\n{NEXT}\n{LAST}"


@pytest.mark.parametrize("before", STAY[:-2])
def test_the_own_name_in_the_story_stays(before: str) -> None:
    start = LEAD if before.endswith(": ") else LEAD[:1].lower() + LEAD[1:]
    assert clean([before + start, NEXT, LAST]).startswith(before.strip())
    assert clean([LEAD, NEXT, f"{LAST[:-1]} menurut Warta Pesisir (koran setempat)."]).endswith("(koran setempat).")


def test_a_kept_category_stays() -> None:
    html = page(f"<p>Warta Pesisir - {LEAD}</p><p>{NEXT}</p><p>{LAST} [Warta Pesisir]</p>", HEAD)
    text = Cleaner(keep=["dateline", "byline"]).clean_html(html, url=URL).text
    assert text.startswith("Warta Pesisir - ")
    assert text.endswith("[Warta Pesisir]")


def test_names() -> None:
    assert names_of("m.warta-pesisir.co.id", ["Warta  Pesisir"]) == (
        "warta-pesisir.co.id",
        "warta pesisir",
        "warta-pesisir",
    )
    assert names_of("", ["x" * 80, "RI", "-- -"]) == ()
    assert names_of("localhost", []) == ()

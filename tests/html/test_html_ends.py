from __future__ import annotations

import pytest
from html_pages import LAST, LEAD, NEXT, check, kept, page

from cleaner.html.page import Page, read_page
from cleaner.html.spec import PageSpec

HEAD = (
    '<meta property=og:title content="Harga Beras Naik"><meta name=content_author content="Rani Wulandari">'
    '<meta name=content_editor content="Dimas Arya">'
)
PROSE = f"<p>{LEAD}</p><p>{NEXT}</p><p>{LAST}</p>"


def read(inside: str) -> Page:
    found = read_page(page(inside, HEAD), PageSpec(body=("div.read",)))
    check(found)
    return found


@pytest.mark.parametrize(
    ("inside", "rule"),
    [
        (f"{PROSE}<p>Rani Wulandari</p>", "html#credit"),
        (f"{PROSE}<p>(Rani Wulandari/Dimas Arya)</p>", "html#credit"),
        (f"{PROSE}<p>DIMAS ARYA</p><p>Rani Wulandari</p>", "html#credit"),
        (f"<p>Rani Wulandari</p>{PROSE}", "html#credit"),
        (
            f"{PROSE}<h4>Rani Wulandari</h4><p>Rani Wulandari meliput pangan sejak 2015, dan gemar memasak.</p>",
            "html#credit",
        ),
        (f"<p>Harga Beras Naik - Senin, 6 Mei 2024 10:15 WIB</p>{PROSE}", "html#title-line"),
        (f"<p>Harga Beras Naik | 06/05/2024</p><p>Dimas Arya</p>{PROSE}", "html#title-line"),
    ],
)
def test_lines_that_repeat_facts_go(inside: str, rule: str) -> None:
    found = read(inside)
    assert kept(found).split("\n") == [LEAD, NEXT, LAST]
    assert rule in {cut.rule for cut in found.precuts if cut.category == "byline"}


@pytest.mark.parametrize(
    "line",
    [
        "Rani Wulandari dan warga lain menunggu.",
        "Dimas",
        "Harga Beras Naik",
        "Harga Beras Naik 10 Persen pada 2024, Kata Kepala Dinas Perdagangan di Hadapan Para Pedagang Pasar",
        "Harga Beras Naik Lagi",
    ],
)
def test_lines_of_the_story_stay(line: str) -> None:
    assert line in kept(read(f"<p>{line}</p>{PROSE}"))
    assert line in kept(read(f"{PROSE}<p>{line}</p>"))


def test_a_person_of_the_story_named_twice_stays() -> None:
    lines = [LEAD, NEXT, LAST, "Dimas Arya menunggu.", "Dimas Arya lalu pulang."]
    assert kept(read("".join(f"<p>{line}</p>" for line in lines))).split("\n") == lines


def test_a_name_within_the_story_stays() -> None:
    lines = [LEAD, NEXT, "Rani Wulandari", LAST, LEAD[:60], NEXT[:60], LAST[:60]]
    assert kept(read("".join(f"<p>{line}</p>" for line in lines))).split("\n") == lines


def test_a_body_of_nothing_else_stays() -> None:
    assert kept(read("<p>Rani Wulandari</p>")) == "Rani Wulandari"

"""Stories in parts: what waits hidden is story when it is built like it, and furniture otherwise."""

from __future__ import annotations

import pytest
from html_pages import LAST, LEAD, NEXT, check, kept, page

from cleaner.html.page import read_page
from cleaner.html.spec import PageSpec

MORE = "Ketua kelompok tani setempat, Sari Wulandari, menyebut hasil panen musim ini turun seperempat dari tahun lalu."
END = "Ia berharap bantuan pupuk yang dijanjikan sejak awal tahun segera tiba sebelum musim tanam berikutnya dimulai."
SHOWN = f"<p>{LEAD}</p><p>{NEXT}</p>"
WAITS = f"<p>{LAST}</p><p>{MORE}</p><p>{END}</p>"
SPECS = {"known": PageSpec(body=("div.read",)), "unknown": PageSpec()}
PARTS = {
    "class and style": f"<div class=page>{SHOWN}</div><div class=page style='display:none'>{WAITS}</div>",
    "ids": f"<div id=page-1>{SHOWN}</div><div id=page-2 style='display: none;'>{WAITS}</div>",
    "ids of the language": f"<div id=halaman1>{SHOWN}</div><div id=halaman2 hidden>{WAITS}</div>",
    "an id alone": f"<div>{SHOWN}</div><div id=article_paging_content style='display:none'>{WAITS}</div>",
    "no name": f"<div>{SHOWN}</div><div style='display:none'>{WAITS}</div>",
    "numbered classes": f"<div class=isi-1>{SHOWN}</div><div class=isi-2 hidden>{WAITS}</div>",
    "a class that hides": f"<section>{SHOWN}</section><section class=d-none>{WAITS}</section>",
    "shown first, rest collapsed": f"<div class=teaser>{SHOWN}</div><div class=collapse id=more>{WAITS}</div>",
    "three parts": f"<div>{SHOWN}</div><div hidden>{WAITS}</div>"
    f"<div hidden><p>{MORE} {NEXT}</p><p>{LEAD} {END}</p></div>",
}


@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS)
@pytest.mark.parametrize("body", PARTS.values(), ids=PARTS)
def test_parts_that_wait_hidden_stay(body: str, spec: PageSpec) -> None:
    read = read_page(page(body), spec)
    check(read)
    for line in (LEAD, NEXT, LAST, MORE, END):
        assert line in kept(read)
    assert "Cabai" not in kept(read)


@pytest.mark.parametrize("name", ["halaman", "content", "part"])
def test_parts_beside_the_body_of_a_pack_stay(name: str) -> None:
    html = page(SHOWN).replace(
        "</div><div class='box", f"</div><div class='read {name}' hidden>{WAITS}</div><div class='box"
    )
    read = read_page(html, PageSpec(body=("div.read:not([hidden])",)))
    assert END in kept(read)


#: Visible text, long enough that structure may take the hidden text beside it.
FULL = SHOWN + "".join(f"<p>{LEAD[:-1]}, kata warga ke-{number}.</p>" for number in range(5))


def test_a_page_shown_below_the_first_stays() -> None:
    body = f"<div class=isi>{FULL}</div><p>2 dari 2</p><div class='isi' id=list-pagination>{WAITS}</div>"
    read = read_page(page(body), PageSpec(body=("div.isi:not([id])",)))
    assert END in kept(read)
    assert "2 dari 2" not in kept(read)


def test_a_hidden_page_with_invitations_stays() -> None:
    links = "<p><a href=/x>Harga Cabai Turun di Pasar Induk Menjelang Lebaran</a></p>" * 4
    read = read_page(page(f"<div class=page>{SHOWN}</div><div class=page hidden>{WAITS}{links}</div>"), SPECS["known"])
    assert END in kept(read)


FURNITURE = {
    "a copy": f"<div>{FULL}{WAITS}</div><div hidden>{WAITS}</div>",
    "a dialog": f"<div>{FULL}</div><div class=modal hidden>{WAITS}</div>",
    "a form": f"<div>{FULL}</div><div hidden>{WAITS}<form><input name=x></form></div>",
    "links": f"<div>{FULL}</div><div hidden>" + f"<p><a href=/x>{END}</a></p>" * 2 + "</div>",
    "words": f"<div>{FULL}</div><div hidden>" + "<p>Menu berita ekonomi</p>" * 12 + f"{END[:20]}</div>",
    "a paragraph": f"{FULL}<p hidden>{END} {MORE}</p>",
    "nothing like it": f"{FULL}<div style='display:none'>{WAITS}</div>",
}


@pytest.mark.parametrize("name", FURNITURE)
def test_hidden_furniture_goes(name: str) -> None:
    read = read_page(page(FURNITURE[name]), SPECS["known"])
    check(read)
    assert kept(read).count(END[:20]) == (name == "a copy")


@pytest.mark.parametrize("end", ["Sumber: Contoh Sport", "(Contoh/rni)", "Laporan Dewi Anggraini", "."])
def test_the_last_page_of_a_story_is_no_paging(end: str) -> None:
    body = f"<div>{SHOWN}</div><div class=box-paging><p>{LAST}</p><p>{MORE}</p><p>{end}</p></div>"
    assert MORE in kept(read_page(page(body), SPECS["known"]))
    links = (
        "<div class=box-paging>"
        + "".join(f"<a href=/x?page={n}>Halaman {n} dari berita</a> " for n in range(9))
        + "</div>"
    )
    assert "Halaman" not in kept(read_page(page(f"<div>{SHOWN}</div>{links}"), SPECS["known"]))


def slide(number: int, total: int) -> str:
    text = f"Suasana pasar pada pagi ke-{number}, ketika pedagang menata beras. Pembeli datang sejak subuh dari desa."
    return f"<div class=slide><img src={number}.jpg><h4>{number}/{total}</h4><p>{text}</p></div>"


@pytest.mark.parametrize("name", ["photo-gallery", "galeri", "article__slideshow", "carousel inner"])
@pytest.mark.parametrize("total", [8, 40])
def test_a_gallery_longer_than_the_story_is_not_the_story(name: str, total: int) -> None:
    slides = "".join(slide(number + 1, total) for number in range(total))
    body = f"<div class='{name}'>{slides}</div><div class=text>{SHOWN}{WAITS}</div>"
    read = read_page(page(body), PageSpec())
    check(read)
    for line in (LEAD, NEXT, LAST, MORE, END):
        assert line in kept(read)
    if total == 40:
        assert "Suasana pasar" not in kept(read)


def test_a_gallery_between_paragraphs_is_cut_as_one() -> None:
    slides = "".join(slide(number + 1, 40) for number in range(40))
    read = read_page(page(f"<p>{LEAD}</p><div class=photo-gallery>{slides}</div>{SHOWN}{WAITS}"), PageSpec())
    assert END in kept(read)
    assert [cut.category for cut in read.precuts if cut.rule == "html#gallery"] == ["caption"]


def test_a_page_that_is_a_gallery_keeps_it() -> None:
    slides = "".join(slide(number + 1, 40) for number in range(40))
    assert kept(read_page(page(f"<div class=photo-gallery>{slides}</div>"), PageSpec())).count("Suasana pasar") == 40

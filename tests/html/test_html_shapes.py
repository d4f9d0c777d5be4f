"""Shapes of stories and pages that sites really have, each with and without a site's selectors."""

from __future__ import annotations

import time

import pytest
from html_pages import LAST, LEAD, NEXT, check, kept, page, story

from cleaner import Cleaner, audit
from cleaner.html.floods import without_attribute_floods
from cleaner.html.page import read_page
from cleaner.html.spec import PageSpec

SPEC = PageSpec(body=("div.read",))
ROWS = [("Beras", "Rp 14.500"), ("Cabai", "Rp 52.000"), ("Gula", "Rp 17.250")]
TABLE = "<table>" + "".join(f"<tr><td>{name}</td><td>{price}</td></tr>" for name, price in ROWS) + "</table>"
ITEMS = "".join(f"<h2>{n}. Pasar {n}</h2><p>{text}</p>" for n, text in enumerate((LEAD, NEXT, LAST), 1))
ASKED = "".join(f"<p><strong>T: Kapan turun?</strong></p><p>J: {text}</p>" for text in (LEAD, NEXT, LAST))
LIVE = "".join(f"<div class=entry><h3>1{n}.00 WIB</h3><p>{text}</p></div>" for n, text in enumerate((LEAD, NEXT, LAST)))
PAGED = (
    f"<div class='part paging'><p>{LEAD}</p></div><div class='part paging' style='display:none'>"
    f"<h2 class=title-paging>Sebab</h2><p>{NEXT}</p><p>{NEXT[:-1]} besok.</p></div>"
)
SHAPES: dict[str, tuple[str, list[str]]] = {
    "paragraphs": (story(), [LEAD, NEXT, LAST]),
    "line breaks": (f"{LEAD}<br><br>{NEXT}<br/>{LAST}", [LEAD, NEXT, LAST]),
    "table": (story() + TABLE, [LEAD, *(cell for row in ROWS for cell in row)]),
    "list story": (ITEMS, [LEAD, NEXT, LAST, "1. Pasar 1", "3. Pasar 3"]),
    "questions": (ASKED, ["T: Kapan turun?", f"J: {LEAD}", f"J: {LAST}"]),
    "live blog": (LIVE, [LEAD, NEXT, LAST, "12.00 WIB"]),
    "hidden pages": (PAGED, [LEAD, NEXT, "Sebab"]),
    "quotation": (f"<p>{LEAD}</p><blockquote><p>{NEXT}</p></blockquote><p>{LAST}</p>", [LEAD, NEXT, LAST]),
    "amp": (
        f"<amp-layout><p>{LEAD}</p></amp-layout><amp-img src=x></amp-img><p>{NEXT}</p><p>{LAST}</p>",
        [LEAD, NEXT, LAST],
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("spec", [SPEC, PageSpec()], ids=["known", "unknown"])
def test_the_story_survives(shape: str, spec: PageSpec) -> None:
    body, wanted = SHAPES[shape]
    read = read_page(page(body), spec)
    check(read)
    lines = kept(read).split("\n")
    assert [line for line in wanted if line not in lines] == []
    assert "Petani Menunggu Musim Panen Raya" not in lines


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("detail", ["blocks", "lines"])
def test_body_and_cut_lines_are_all_visible_lines(shape: str, detail: str) -> None:
    cleaned = Cleaner().clean_html(page(SHAPES[shape][0]), detail=detail)  # type: ignore[arg-type]
    record = audit.decode(audit.encode(audit.record(cleaned)))
    assert audit.verify(record, cleaned.text, cleaned.raw) == []
    assert audit.restore(cleaned.text, record) == cleaned.raw
    if detail == "lines":
        whole = [removal for removal in cleaned.removals if removal.path]
        assert all(removal.text.strip("\n").count("\n") == 0 for removal in whole)


def test_a_hidden_copy_of_the_body_goes() -> None:
    body = f"<div class=page>{story()}</div><div class=page style='display:none'>{story()}</div>"
    read = read_page(page(body), SPEC)
    check(read)
    assert kept(read).count(LEAD) == 1


def test_a_hidden_dialogue_goes() -> None:
    body = story() + f"<div class=modal style='display:none'><p>Masuk untuk membaca. {NEXT} {LAST}</p></div>"
    assert "Masuk" not in kept(read_page(page(body), SPEC))


@pytest.mark.parametrize(
    ("link", "stays"),
    [
        ("<p><a href='/nasional/harga-cabai-turun-di-pasar-induk'>Harga Cabai Turun di Pasar Induk</a></p>", False),
        (
            "<p><strong><a href='/harga-cabai-turun-di-pasar-induk'>Harga Cabai Turun di Pasar Induk</a></strong></p>",
            False,
        ),
        ("<p><a href='/laporan/2024-01'>Harga Cabai Turun di Pasar Induk</a></p>", True),
        ("<p><a href='/1-harga-cabai-turun-di-pasar'>1. Harga Cabai Turun di Pasar</a></p>", True),
        ("<li><a href='/harga-cabai-turun-di-pasar-induk'>Harga Cabai Turun di Pasar Induk</a></li>", True),
        ("<h2><a href='/harga-cabai-turun-di-pasar-induk'>Harga Cabai Turun di Pasar Induk</a></h2>", True),
        ("<p>Kabar <a href='/harga-cabai-turun-di-pasar-induk'>Harga Cabai Turun di Pasar Induk</a> beredar</p>", True),
    ],
)
def test_a_link_that_is_a_headline(link: str, stays: bool) -> None:
    read = read_page(page(f"<p>{LEAD}</p>{link}<p>{NEXT}</p><p>{LAST}</p>"), SPEC)
    check(read)
    assert ("Harga Cabai Turun di Pasar" in kept(read)) is stays


def teaser(number: int) -> str:
    title, address = f"Pasar Murah Digelar di Kota {number}x", f"/berita/pasar-murah-digelar-di-kota-{number}x"
    return (
        f"<div class=item><h3><a href='{address}'>{title}</a></h3>"
        f"<p>Warga kota ke-{number} antre sejak pagi untuk membeli bahan pokok dengan harga murah.</p></div>"
    )


def test_an_index_is_no_article() -> None:
    index = "<html><body><h1>Indeks</h1><div class=list>" + "".join(map(teaser, range(12))) + "</div></body></html>"
    read = read_page(index, PageSpec())
    check(read)
    assert "not-an-article" in read.flags
    other = read_page(index, PageSpec(), extractor="trafilatura")
    check(other)
    assert "no-main-content" in other.flags
    assert "antre" not in kept(other)


def test_items_that_link_elsewhere_are_a_story() -> None:
    items = "".join(
        f"<div class=item><h3><a href='https://toko.example/p/{n}'>{n}. Beras Merek Nomor {n} Pilihan Warga</a></h3>"
        f"<p>Beras nomor {n} ini pulen, wangi, dan harganya terjangkau menurut para pembeli di pasar.</p></div>"
        for n in range(1, 9)
    )
    read = read_page(page(f"<p>{LEAD}</p>{items}"), PageSpec())
    assert kept(read).count("menurut para pembeli") == 8


def test_thousands_of_attributes_on_one_tag() -> None:
    flood = "<div " + " ".join(f"a{n}=1" for n in range(100_000)) + ">" + story()
    start = time.process_time()
    read = read_page(flood, PageSpec())
    assert time.process_time() - start < 5
    assert LEAD in read.raw


def test_long_tags_of_few_attributes_stay() -> None:
    source = b"<div data-state='" + b"x" * 50_000 + b"' class=read>" + story().encode() * 20
    assert without_attribute_floods(source) == source


def test_contradictory_charsets_and_undecodable_bytes() -> None:
    source = b"<meta charset=utf-16><meta charset=gb2312>" + (page(story()) + "café " * 5).encode() + b"\xff\xfe\x80"
    cleaned = Cleaner().clean_html(source)
    assert LEAD in cleaned.text
    assert "café" in cleaned.raw
    assert cleaned.meta["encoding"] == "utf-8"
    assert cleaned.meta["undecodable"] == "3"
    assert "undecodable-bytes" in cleaned.flags

"""Articles and other pages; stories that only the page's data hold."""

from __future__ import annotations

import json
import pickle

import pytest
from html_pages import LAST, LEAD, NEXT, check, kept, page, story

from cleaner import Cleaner, restore
from cleaner.adapters.portable import PortableCleaner
from cleaner.html import body
from cleaner.html.page import Page, read_page
from cleaner.html.spec import PageSpec

MORE = "Ketua kelompok tani setempat, Sari Wulandari, menyebut hasil panen musim ini turun seperempat dari tahun lalu."
TEXT = [LEAD, NEXT, LAST, MORE]
ARTICLE = '<meta property=og:type content=article><meta property=article:published_time content="2024-05-01">'


def linked(data: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(data)}</script>'


def teasers(count: int) -> str:
    return "".join(
        f"<div class=item><a href=/berita/harga-cabai-{n}-turun><h3>Harga Cabai {n} Turun</h3></a></div>"
        for n in range(count)
    )


def items(*kinds: str) -> str:
    return linked([{"@type": kind, "name": f"Contoh {n}", "headline": f"Judul {n}"} for n, kind in enumerate(kinds)])


#: Address, head and body of pages that are no articles.
OTHERS = {
    "front page": ("https://contoh.id/", "<meta property=og:url content=https://contoh.id/>", teasers(30)),
    "section": ("https://contoh.id/kategori/ekonomi", "<meta property=og:type content=website>", teasers(30)),
    "tag": ("https://contoh.id/tag/beras", "", teasers(30)),
    "list that calls each item an article": (
        "https://contoh.id/topik/beras",
        "<meta property=og:type content=article>" + items(*["NewsArticle"] * 8),
        teasers(8) + f"<p>{LEAD}</p>",
    ),
    "shop": ("https://toko.contoh.id/produk/beras-5-kg", items("Product"), f"<p>{LEAD}</p><p>{NEXT}</p>"),
    "forum": ("https://contoh.id/threads/beras.12", items("DiscussionForumPosting"), story() * 2),
    "login": ("https://contoh.id/masuk", "", "<form><input type=password></form>"),
    "error": (
        "https://contoh.id/berita/x",
        "<meta property=og:title content='Halaman tidak ditemukan'>",
        "<p>Maaf.</p>",
    ),
}
ARTICLES = {
    "plain": ("https://contoh.id/berita/harga-beras-naik-lagi", "", story()),
    "in a section": ("https://contoh.id/kategori/ekonomi/harga-beras-naik-lagi-di-pasar", ARTICLE, story()),
    "about a product": ("https://contoh.id/produk/ulasan-beras-organik-desa", ARTICLE + items("NewsArticle"), story()),
    "short": ("https://contoh.id/read/1/harga-beras-naik-lagi", ARTICLE, f"<p>{LEAD}</p>"),
    "among links": ("https://contoh.id/2024/05/harga-beras", items("NewsArticle"), story() + teasers(20)),
    "without address": (None, "", story()),
    "stored under the front page": ("https://contoh.id/", "", story() * 3),
}


@pytest.mark.parametrize("name", OTHERS)
def test_pages_that_are_no_articles_say_so(name: str) -> None:
    url, head, inside = OTHERS[name]
    cleaner = Cleaner(layers=["generic", "language"])
    result = cleaner.clean_html(page(inside, head), url=url)
    assert "not-an-article" in result.flags
    assert result.status == "flagged"
    only = Cleaner(layers=["generic", "language"], articles_only=True).clean_html(page(inside, head), url=url)
    assert only.text == ""
    assert restore(only.text, only) == only.raw == result.raw


@pytest.mark.parametrize("name", ARTICLES)
def test_articles_are_not_called_anything_else(name: str) -> None:
    url, head, inside = ARTICLES[name]
    read = read_page(page(inside, head), PageSpec(), url=url, articles_only=True)
    assert "not-an-article" not in read.flags
    assert LEAD in kept(read)


PARAGRAPHS = "".join(f"<p>{line}</p>" for line in TEXT)
OTHER = "Kisah lain di halaman yang sama. Isinya panjang juga. Tetapi ia bukan berita ini, kata penulisnya. " * 6


def state(data: object, name: str = "x") -> str:
    return f'<script id={name} type="application/json">{json.dumps(data)}</script>'


#: The data of pages that show a headline and an empty element, and where in the page they stand.
DATA = {
    "json-ld": linked({"@type": "NewsArticle", "headline": "Harga Beras Naik", "articleBody": "\n".join(TEXT)}),
    "json-ld with entities": linked({"@type": "NewsArticle", "articleBody": " ".join(TEXT) + " Rp5 < Rp6 &amp; naik."}),
    "state with markup": state({"p": {"body": PARAGRAPHS}}, "__NEXT_DATA__"),
    "state with paragraphs": state({"blocks": [{"type": "p", "data": {"text": line}} for line in TEXT]}),
    "state of another story": state(
        [{"title": "Lain", "isi": OTHER}, {"title": "Harga Beras Naik", "isi": PARAGRAPHS}]
    ),
    "flat state": state([1, "a", {"b": 3}, PARAGRAPHS], "__NUXT_DATA__"),
    "assignment": f"<script>window.__STATE__ = {json.dumps({'x': [{'html': PARAGRAPHS}]})};var y=1</script>",
    "amp state": f"<amp-state id=x>{state({'s': PARAGRAPHS})}</amp-state>",
    "noscript": f"<noscript>{PARAGRAPHS}</noscript>",
    "shadow root": f"<berita-isi><template shadowrootmode=open><div>{PARAGRAPHS}</div></template></berita-isi>",
}
HEAD = '<meta property=og:type content=article><meta property=og:title content="Harga Beras Naik">'


def check_data(read: Page) -> None:
    check(read)
    assert "body-from-data" in read.flags
    assert read.meta["body"] == body.DATA
    for line in TEXT:
        assert " ".join(kept(read).split()).count(line) == 1
    for furniture in ("Beranda", "Cabai", "Hak cipta", "Kisah lain"):
        assert furniture not in kept(read)
        assert furniture in read.raw or furniture == "Kisah lain"


@pytest.mark.parametrize("detail", ["blocks", "lines"])
@pytest.mark.parametrize("spec", [PageSpec(), PageSpec(body=("div.read",))], ids=["unknown", "known"])
@pytest.mark.parametrize("name", DATA)
def test_a_story_that_only_data_hold_is_found(name: str, spec: PageSpec, detail: str) -> None:
    check_data(read_page(page(DATA[name], HEAD), spec, detail=detail))  # type: ignore[arg-type]
    check_data(read_page(page(f"<p>{LEAD}</p>{DATA[name]}", HEAD), spec, detail=detail))  # type: ignore[arg-type]


def test_prose_that_the_data_lack_stays() -> None:
    own = "Redaksi menambahkan: angka pada berita ini diperbarui setelah badan statistik mengoreksi catatannya sendiri."
    read = read_page(page(f"<p>{own}</p>{DATA['json-ld']}", HEAD), PageSpec(body=("div.read",)))
    check_data(read)
    assert own in kept(read)


def test_a_page_for_browsers_without_scripts_is_read_where_nothing_else_is_there() -> None:
    lines = [line.rstrip(".").replace(". ", ", ") for line in TEXT]
    posts = "".join(
        f"<article class=post><h2>Warga {number}</h2><div class=post-body><p>{line}</p></div></article>"
        for number, line in enumerate((*lines, *lines))
    )
    read = read_page(f"<head><title>Harga Beras</title></head><body><noscript>{posts}</noscript></body>", PageSpec())
    check(read)
    assert "body-from-data" in read.flags
    for line in lines:
        assert line in kept(read)


@pytest.mark.parametrize("name", DATA)
def test_a_page_that_shows_its_story_needs_no_data(name: str) -> None:
    read = read_page(page(story() + f"<p>{MORE}</p>" + DATA[name], HEAD), PageSpec())
    assert read.flags == ()
    assert kept(read).split("\n") == TEXT


@pytest.mark.parametrize(
    "data",
    [
        linked({"@type": "NewsArticle", "articleBody": "Pendek saja."}),
        f"<script type='application/json'>{json.dumps({'css': '.a{color:red;}' * 60, 'id': 'x' * 900})}</script>",
        "<script type='application/json'>{not json" + LEAD * 5 + "</script>",
        f"<script>window.x = {{{LEAD * 5}</script>",
        '<script type="application/json">' + "[" * 5_000 + "</script>",
    ],
)
def test_data_without_a_story(data: str) -> None:
    read = read_page(page(data, HEAD), PageSpec(), url="https://contoh.id/x")
    check(read)
    assert "body-from-data" not in read.flags
    assert "no-main-content" in read.flags or "not-an-article" in read.flags


@pytest.mark.parametrize("spec", [PageSpec(), PageSpec(body=("div.read",))], ids=["unknown", "known"])
@pytest.mark.parametrize("inside", ["", "<img src=x>", "<div id=app></div>", "<div class=iklan>Beli sekarang</div>"])
def test_an_empty_body_is_never_passed_off_as_well(inside: str, spec: PageSpec) -> None:
    head = HEAD + '<meta property=article:published_time content="2024-05-01">'
    read = read_page(page(inside, head).replace("<h1>Harga Beras Naik</h1>", ""), spec, url="https://contoh.id/a-b-c-d")
    assert "no-main-content" in read.flags or kept(read)


def test_the_wish_for_articles_only_travels() -> None:
    cleaner = pickle.loads(pickle.dumps(Cleaner(articles_only=True)))
    portable = pickle.loads(pickle.dumps(PortableCleaner(cleaner))).get()
    url, head, inside = OTHERS["section"]
    assert cleaner.options == portable.options == ((), (), (), (), ("articles-only",))
    assert portable.clean_html(page(inside, head), url=url).text == ""
    assert Cleaner().options == ((), (), (), ())

from __future__ import annotations

import pickle

import pytest
from html_pages import LAST, LEAD, NEXT, check, kept, page, story
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.html import body
from cleaner.html.page import Page, read_page
from cleaner.html.select import detect
from cleaner.html.source import open_page
from cleaner.html.spec import PageSpec
from cleaner.model import CATEGORIES

SPEC = PageSpec(body=("div.missing", "div.read"), body_rule="site/x.id#html-body")


def read(html: str | bytes, spec: PageSpec = SPEC) -> Page:
    found = read_page(html, spec)
    check(found)
    return found


def test_body_and_furniture() -> None:
    found = read(page(story()))
    assert kept(found) == f"{LEAD}\n{NEXT}\n{LAST}"
    assert found.flags == ()
    assert {cut.rule for cut in found.precuts} == {"site/x.id#html-body"}
    by_text = {found.raw[cut.start : cut.end].split("\n")[0]: cut for cut in found.precuts}
    assert by_text["Berita Terkait"].category == "related"
    assert by_text["Hak cipta 2024 Contoh Media"].category == "legal"
    assert by_text["Hak cipta 2024 Contoh Media"].path == "body > footer"


def test_bytes_and_text_agree() -> None:
    html = page(story() + "<p>Kutipan “satu” – dua.</p>")
    assert read(html.encode()).raw == read(html).raw
    assert read(html.encode()).precuts == read(html).precuts


def test_one_cut_a_line_on_request() -> None:
    found = read_page(page(story()), SPEC, detail="lines")
    check(found)
    assert kept(found) == kept(read(page(story())))
    assert all("\n" not in found.raw[cut.start : cut.end].rstrip("\n") for cut in found.precuts)
    paths = {found.raw[cut.start : cut.end].strip(): cut.path for cut in found.precuts}
    assert paths["Harga Cabai Turun di Pasar Induk"].endswith("div.box > ul > li > a")


@pytest.mark.parametrize(
    ("inside", "category", "rule"),
    [
        ("<figure><img><figcaption>Beras (Foto: Ani)</figcaption></figure>", "caption", "html/drop#figure"),
        ("<aside><a href=x>Cabai Turun</a></aside>", "related", "html/drop#aside"),
        ("<div class='post-related x'>Cabai Turun</div>", "related", "html/drop#related"),
        ("<div class=baca-juga>Cabai Turun</div>", "related", "html/drop#related"),
        ("<div id=share-buttons>WA</div>", "social", "html/drop#share"),
        ("<ul class=tags><li>beras</ul>", "tags", "html/drop#tags"),
        ("<div class=pagination>1 2</div>", "navigation", "html/drop#navigation"),
        ("<div class=iklan>Beli</div>", "ad", "html/drop#ad"),
        ("<div id=div-gpt-ads-1>Beli</div>", "ad", "html/drop#ad"),
        ("<section id=comments>Bagus</section>", "comments", "html/drop#comments"),
        ("<blockquote class=twitter-tweet>Hore</blockquote>", "embed", "html/drop#embed"),
        ("<div style='color:red; display : none'>Rahasia</div>", "other", "html/drop#hidden"),
        ("<div style='display:none'>Rahasia</div>", "other", "html/drop#hidden"),
        ("<p hidden>Rahasia</p>", "other", "html/drop#hidden"),
        ("<p>x</p><span class=caption>Foto: Ani</span><p>y</p>", "caption", "html/drop#caption"),
        ("<img><span class=img-by>Ani (@ani)</span>", "caption", "html/drop#caption"),
    ],
)
def test_hints_inside(inside: str, category: str, rule: str) -> None:
    found = read(page(f"<p>{LEAD}</p>{inside}<p>{NEXT}</p>"))
    cuts = [cut for cut in found.precuts if cut.rule.startswith("html/drop")]
    assert [(cut.category, cut.rule) for cut in cuts] == [(category, rule)]
    assert category in CATEGORIES
    assert LEAD in kept(found)
    assert NEXT in kept(found)


@pytest.mark.parametrize(
    "inside",
    [
        "<div class=shareholder>Pemegang saham</div>",
        "<div class=headset>Isi</div>",
        "<div class=thread>Isi</div>",
        "<div class=readability>Isi</div>",
        "<p class=commentary>Isi</p>",
        "<aside>Tiga poin utama</aside>",
        "<figure><table><tr><td>Isi</table></figure>",
        "<figure class=quote><blockquote>Isi</blockquote></figure>",
        "<p>Menurut <span class=related>Ani</span>, harga naik.</p>",
        "<blockquote>Isi kutipan</blockquote>",
    ],
)
def test_innocent_names(inside: str) -> None:
    found = read(page(f"<p>{LEAD}</p>{inside}<p>{NEXT}</p>"))
    assert not [cut for cut in found.precuts if cut.rule.startswith("html/drop")]


def test_hints_give_way_when_they_would_take_the_story() -> None:
    found = read(page(f"<div class=related>{story() * 2}</div><p>Singkat saja.</p>"))
    assert LEAD in kept(found)
    assert "page-hints-withheld" in found.flags


def test_drop_keep_and_nesting() -> None:
    inside = (
        "<div class=x><p>A</p><div class=y>B</div></div><div class=baca-juga>C</div><div class=baca-juga id=k>D</div>"
    )
    drop = (("div.y", "ad", "t#y"), ("div.x, .none", "related", "t#x"), ("div[data-a", "ad", "t#broken"))
    found = read(page(story() + inside), PageSpec(body=("div.read",), drop=drop, keep=("#k",)))
    cuts = {found.raw[cut.start : cut.end]: cut.rule for cut in found.precuts}
    assert cuts["A\nB\n"] == "t#x"
    assert cuts["C\n"] == "html/drop#related"
    assert kept(found).endswith("\nD")


def test_hidden_furniture_is_still_accounted_for() -> None:
    found = read(page(story()).replace("<footer>", "<div hidden>Menu tersembunyi</div><footer>"))
    assert "Menu tersembunyi" in found.raw
    assert "Menu tersembunyi" not in kept(found)


def test_pages_joined_in_one_document_are_one_story() -> None:
    html = page(f"<p>{LEAD}</p></div><div class=ad>x</div><div class=read><p>{NEXT}</p>")
    assert kept(read(html)) == f"{LEAD}\n{NEXT}"


def test_the_next_story_of_an_endless_page_is_not() -> None:
    more = f"<article><h1>Judul Lain</h1><div class=read><p>{NEXT}</p></div></article>"
    html = page(f"<p>{LEAD}</p>").replace("<footer>", more + "<footer>")
    assert kept(read(html)) == LEAD


def test_missing_body_falls_back_and_says_so() -> None:
    found = read(page(story()), PageSpec(body=("div.gone",)))
    assert "body-selector-missed" in found.flags
    assert LEAD in kept(found)
    assert LAST in kept(found)


def test_short_body_falls_back_and_says_so() -> None:
    html = page("<p>Baca selengkapnya.</p>").replace("<footer>", f"<div class=isi>{story() * 3}</div><footer>")
    found = read(html)
    assert "body-selector-short" in found.flags
    assert LAST in kept(found)


def test_a_short_story_is_no_fallback() -> None:
    found = read(page("<p>Singkat.</p>"))
    assert found.flags == ()
    assert kept(found) == "Singkat."


def test_unverified_selectors_need_the_extractor_to_agree() -> None:
    html = page(story() * 2)
    agreed = read(html, PageSpec(body=("div.read",), unverified=True, body_rule="t#b"))
    assert "t#b" in {cut.rule for cut in agreed.precuts}
    other = read(html, PageSpec(body=("footer",), unverified=True, body_rule="t#b"))
    assert "body-selector-unverified" in other.flags
    assert LEAD in kept(other)


@pytest.mark.parametrize(
    "body",
    [
        story(),
        f"{LEAD}<br><br>{NEXT}<br><br>{LAST}",
        f"<div>{LEAD}</div><div>{NEXT}</div><div>{LAST}</div>",
        "".join(f"<section class=p><p>{part}</p></section>" for part in (LEAD, NEXT, LAST)),
        f"<p>{LEAD}</p><h2>Sub Judul</h2><p>{NEXT}</p><ul><li>satu</li><li>dua</li></ul><p>{LAST}</p>",
        f"{LEAD}<div><br>{NEXT}<br>{LAST}</div>",
    ],
)
def test_unknown_page_shapes(body: str) -> None:
    found = read(page(body), PageSpec())
    text = kept(found)
    for part in (LEAD, NEXT, LAST):
        assert part in text
    for furniture in ("Beranda", "Cabai", "Hak cipta"):
        assert furniture not in text
    if "<h2>" in body:
        assert "Sub Judul\n" in text
        assert "satu\ndua\n" in text


def test_link_lists_in_an_unknown_page_go() -> None:
    links = "".join(f"<li><a href={n}>Judul berita lain nomor {n} yang panjang</a></li>" for n in range(5))
    found = read(page(f"<p>{LEAD}</p><p>{NEXT}</p><ul>{links}</ul><p>{LAST}</p>"), PageSpec())
    assert "Judul berita lain" not in kept(found)
    assert LAST in kept(found)


def test_facts() -> None:
    head = (
        '<script type="application/ld+json">{"@graph":[{"@type":["NewsArticle"],"headline":"Beras &amp; Cabai",'
        '"datePublished":"2024-05-01T10:00:00+07:00",'
        '"author":[{"@type":"Person","name":"Ani Budi"},{"name":"Contoh Media"}],'
        '"editor":{"name":"Citra"},"publisher":{"name":"Contoh Media"}}]}</script>'
    )
    found = read(page(story(), head))
    assert found.meta["title"] == "Beras & Cabai"
    assert found.meta["published"] == "2024-05-01T10:00:00+07:00"
    assert found.credits == {"author": ["Ani Budi"], "editor": ["Citra"]}


def test_facts_from_selectors_and_meta() -> None:
    head = '<meta name="content_author" content="Dewi"><meta property="article:published_time" content="2024-05-02">'
    html = page("<b class=by>Penulis: Ani Budi</b>" + story(), head)
    found = read(html, PageSpec(body=("div.read",), title=("h1",), author=("b.by",), published=("i",)))
    assert found.meta["title"] == "Harga Beras Naik"
    assert found.meta["published"] == "2024-05-02"
    assert found.credits == {"author": ["Ani Budi"]}
    assert read(html).credits == {"author": ["Dewi"]}


def test_undecodable_bytes_are_reported() -> None:
    found = read(page(story()).encode() + b"\xff\xff" + "é".encode() * 3)
    assert found.meta["undecodable"] == "2"
    assert "undecodable-bytes" in found.flags


def test_detection_of_a_cms() -> None:
    opened = open_page(page(story(), '<meta name="generator" content="WordPress 6.4">'))
    assert detect(opened.tree, ('meta[name=generator][content^="WordPress"]',))
    assert not detect(opened.tree, ("meta[name=generator][content^=Blogger]", "div[broken"))
    assert kept(read_page(opened, SPEC)) == f"{LEAD}\n{NEXT}\n{LAST}"


def test_values_pickle_and_repeat() -> None:
    html = page(story())
    one, two = read(html), read(html)
    assert one == two
    assert pickle.loads(pickle.dumps(one)) == one
    assert pickle.loads(pickle.dumps(SPEC)) == SPEC


SHORT = page("<p>Baca selengkapnya.</p>").replace("<footer>", f"<div class=isi>{story() * 3}</div><footer>")


@pytest.mark.parametrize(
    ("html", "spec", "reason"),
    [
        (page(story()), SPEC, body.SELECTOR),
        (page(story()), PageSpec(), body.MODEL),
        (page(story()), PageSpec(body=("div.gone",)), body.MODEL + body.MISSED),
        (SHORT, SPEC, body.MODEL + body.SHORT),
        (page("<p>Singkat.</p>"), SPEC, body.SELECTOR),
        (page(story() * 2), PageSpec(body=("div.read",), unverified=True), body.SELECTOR_AGREED),
        (page(story() * 2), PageSpec(body=("footer",), unverified=True), body.MODEL + body.UNVERIFIED),
    ],
)
def test_the_record_says_why_this_is_the_body(html: str, spec: PageSpec, reason: str) -> None:
    assert read(html, spec).meta["body"] == reason


_TAGS = st.sampled_from(
    [
        "p",
        "div",
        "span",
        "a",
        "b",
        "ul",
        "li",
        "table",
        "tr",
        "td",
        "script",
        "br",
        "h1",
        "figure",
        "aside",
        "svg",
        "select",
    ]
)
_CLASSES = st.sampled_from(
    ["", " class=read", " class='x related'", " id=comments", " hidden", " style='display:none'"]
)
_PIECES = st.one_of(
    st.builds(lambda tag, names: f"<{tag}{names}>", _TAGS, _CLASSES),
    st.builds(lambda tag: f"</{tag}>", _TAGS),
    st.sampled_from([LEAD, "kata ", " ", "&nbsp;", "&#3;", "<!-- x -->", "\x02", "é“"]),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(_PIECES, max_size=30).map("".join), st.sampled_from(["lines", "blocks"]))
def test_every_visible_line_is_body_or_cut(html: str, detail: str) -> None:
    drop = (("div.x", "related", "t#x"), ("ul li", "ad", "t#li"))
    for spec in (PageSpec(), PageSpec(body=("div.read", "p"), drop=drop, keep=("b",))):
        check(read_page(html, spec, detail=detail))  # type: ignore[arg-type]

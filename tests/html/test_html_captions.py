from __future__ import annotations

import pytest
from html_pages import LAST, LEAD, NEXT, kept, page, story

from cleaner.html.captions import MOSTLY_CAPTIONS
from cleaner.html.page import read_page
from cleaner.html.spec import PageSpec

SAYS = "Pedagang menata karung beras di kiosnya di Pasar Raya Contoh"
CREDIT = f"{SAYS} (Kabarkita.com/Ani Wijaya)"
UNKNOWN = PageSpec()


def between(inside: str) -> str:
    """A page without a pack with something between two paragraphs of its story."""
    return page(f"<p>{LEAD}</p><p>{NEXT}</p>{inside}<p>{LAST}</p><p>{NEXT} {LAST}</p>")


@pytest.mark.parametrize(
    "inside",
    [
        f"<p><img src=a.jpg alt='{SAYS}'></p><p>{SAYS}</p>",
        f"<div><img src=a.jpg alt='{SAYS}'>{SAYS}</div>",
        f"<p><img src=a.jpg title='{SAYS}'></p><div><a>Perbesar</a></div><p>{SAYS}</p>",
        # one of the two copies has the credit, or a button
        f"<p><img src=a.jpg alt='{SAYS}'></p><p>{CREDIT}</p>",
        f"<p><img src=a.jpg alt='{CREDIT}'></p><p>{SAYS}</p>",
        f"<p><img src=a.jpg alt='{CREDIT}'></p><p>{CREDIT} ... Selengkapnya</p>",
        # what a viewer would show, escaped once more
        f"<div data-description='&lt;p&gt;{SAYS}&lt;/p&gt;'><img src=a.jpg><div><span>{SAYS}</span></div></div>",
        # with its credit a caption may stand anywhere
        f"<p>{CREDIT}</p><p><img src=a.jpg alt='{CREDIT}'></p>",
    ],
)
def test_a_line_that_repeats_what_a_picture_says_is_its_caption(inside: str) -> None:
    read = read_page(between(inside), UNKNOWN)
    assert SAYS not in kept(read)
    assert all(line in kept(read) for line in (LEAD, NEXT, LAST))


@pytest.mark.parametrize(
    "inside",
    [
        # headings of a list's items
        f"<h3>{SAYS}</h3><p><img src=a.jpg alt='{SAYS}'></p>",
        f"<p><img src=a.jpg alt='{SAYS}'></p><h3>{SAYS}</h3>",
        f"<p><img src=a.jpg alt='{SAYS}'></p><p><strong>{SAYS}</strong></p>",
        f"<p><img src=a.jpg alt='1. {SAYS}'></p><p>1. {SAYS}</p>",
        f"<p>{SAYS}</p><p><img src=a.jpg alt='{SAYS}'></p>",
        # a sentence that goes on
        f"<p><img src=a.jpg alt='{SAYS}'></p><p>{SAYS} sejak pagi, sebab pembeli sudah menunggu di depan kiosnya.</p>",
        # names are no captions
        "<p><img src=a.jpg alt='Nasi Seri 20 Pasar Raya Contoh'></p><p>Nasi Seri 20 Pasar Raya Contoh</p>",
        "<p><img src=a.jpg alt='Pasar Raya Contoh'></p><p>Pasar Raya Contoh</p>",
    ],
)
def test_headings_and_sentences_beside_a_picture_stay(inside: str) -> None:
    read = read_page(between(inside), UNKNOWN)
    assert kept(read).count("Pasar Raya Contoh") == 1


def test_the_lead_stays_where_a_picture_bears_it() -> None:
    short = "Harga beras naik lagi di semua pasar, kata wali kota."
    for lead in (LEAD, short):
        read = read_page(page(f"<img src=a.jpg alt='{lead}'><p>{lead}</p><p>{NEXT}</p><p>{LAST}</p>"), UNKNOWN)
        assert lead in kept(read)


def test_captions_stay_where_there_is_nothing_else() -> None:
    pictures = "".join(
        f"<p><img src={n}.jpg alt='{SAYS} nomor {n} pada Senin pagi'></p><p>{SAYS} nomor {n} pada Senin pagi</p>"
        for n in range(6)
    )
    read = read_page(page(pictures), UNKNOWN)
    assert "nomor 3 pada" in kept(read)


CAPTIONS = "".join(f"<figure><img src={n}.jpg><figcaption>{LEAD} {n}</figcaption></figure>" for n in range(2))


@pytest.mark.parametrize(
    ("title", "body", "flagged"),
    [
        ("Harga Beras", f"<p>{LEAD} {NEXT} {LAST}</p>", False),
        ("Harga Beras", f"<p>{LEAD} {NEXT} {LAST}</p>{CAPTIONS}", False),
        ("Harga Beras", f"<p>{LEAD}</p><div class=photo>{NEXT}</div><div class=photo>{LAST}</div>", True),
        ("FOTO: Harga Beras", f"<p>{LEAD}</p>", True),
        ("Foto | Harga Beras", f"<p>{LEAD}</p>", True),
        ("Foto Harga Beras Beredar", f"<p>{LEAD}</p>", False),
        ("FOTO: Harga Beras", f"<p>{LEAD} {NEXT} {LAST} {LEAD} {NEXT} {LAST}</p>", False),
    ],
)
def test_a_story_told_in_captions_is_flagged(title: str, body: str, flagged: bool) -> None:
    spec = PageSpec(body=("div.read",), drop=(("div.photo", "caption", "site/x#html-drop-1"),))
    read = read_page(page(body, f"<meta property=og:title content='{title}'>"), spec)
    assert (MOSTLY_CAPTIONS in read.flags) == flagged
    assert LEAD in kept(read)


def test_a_page_without_pictures_keeps_its_story() -> None:
    assert LAST in kept(read_page(page(story()), UNKNOWN))

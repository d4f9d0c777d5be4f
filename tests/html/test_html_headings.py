from __future__ import annotations

import pytest
from html_pages import LAST, LEAD, kept, story

from cleaner.html.page import read_page
from cleaner.html.spec import PageSpec

SPEC = PageSpec(body=("div.read",))
LIST = "<ul class=related-list><li><a href=/a>Harga Cabai Turun</a></li><li><a href=/b>Panen Raya Tiba</a></li></ul>"


@pytest.mark.parametrize(
    ("inside", "heading", "stays"),
    [
        (f"<div class=box><h4>Pilihan Redaksi</h4>{LIST}</div>", "Pilihan Redaksi", False),
        (f"<h3>Pilihan Redaksi</h3><!-- x --><span></span>{LIST}", "Pilihan Redaksi", False),
        (
            "<div class=item><h2>Video</h2><div class='article-video'><iframe src=x></iframe></div></div>",
            "Video",
            False,
        ),
        # something of the story stands below
        (
            f"<div class=box><h4>Pilihan Redaksi</h4>{LIST}<p>Warga menunggu kabar itu.</p></div>",
            "Pilihan Redaksi",
            True,
        ),
        (f"<div class=box><h4>Pilihan Redaksi</h4>Kata warga.{LIST}</div>", "Pilihan Redaksi", True),
        # items of the story's own list
        (
            "<div class=item><h2>1. Video Pasar Pagi</h2><div class='article-video'></div></div>",
            "Video Pasar Pagi",
            True,
        ),
        ("<div class=item><h2>Pasar Pagi</h2><div class='article-video'></div></div>", "Pasar Pagi", True),
        (
            "<div class=item><h2>Pasar Pagi</h2><figure><figcaption>Pasar</figcaption></figure></div>",
            "Pasar Pagi",
            True,
        ),
        # an empty slot tells nothing
        ("<div class=item><h2>Klasemen</h2><div class=article-ad></div></div>", "Klasemen", True),
    ],
)
def test_a_heading_goes_with_its_box(inside: str, heading: str, stays: bool) -> None:
    read = read_page(f"<body><div class=read>{story()}{inside}</div></body>", SPEC)
    assert (heading in kept(read)) == stays
    assert LEAD in kept(read)
    assert LAST in kept(read)


def test_a_button_for_more_goes_and_what_it_shows_stays() -> None:
    button = "<div class='body__load-more'>Lanjutkan Membaca</div>"
    rest = f"<div class='show-more'>{LAST}</div>"
    read = read_page(f"<body><div class=read>{story()}{button}{rest}</div></body>", SPEC)
    assert "Lanjutkan" not in kept(read)
    assert kept(read).count(LAST) == 2

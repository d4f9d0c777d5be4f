from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.html import visible
from cleaner.html.blocks import FOOTER, HEADING, HIDDEN, LIST, MAIN, MENU, Blocks, read_blocks
from cleaner.html.body_choice import open_blocks

TAGS = ("p", "div", "span", "b", "a", "br", "ul", "li", "h2", "script", "svg", "td", "noscript", "textarea", "x-y")


def blocks(html: str) -> Blocks:
    found = read_blocks(visible.parse(html.encode()))
    assert found is not None
    return found


def lines_of_the_tree(html: str) -> list[str]:
    page = visible.visible(visible.parse(html.encode()))
    return [] if page is None else visible.split(visible.read(page, 0)[0])


@pytest.mark.parametrize(
    "html",
    [
        "<p>Satu <b>dua</b> <i>tiga</i>.</p>lepas<br>baris",
        "<div>satu<p>dua</p>tiga<!-- x -->empat</div>",
        "<p>a<script>b</script>c<svg><title>d</title></svg><select><option>e</select></p>",
        "<p>a<a href=1>b<div>c</div>d</a>e</p>",
        "<table><tr><td>a<td>b<tr><td>c</table><ul><li>a<ul><li>c</ul></ul>",
        "<p>a\n\t  b\xa0 c\u2028d</p><p>\u200b</p><p>a\u200bb\ufeff \u200e</p>",
    ],
)
def test_lines_are_those_of_the_tree(html: str) -> None:
    assert blocks(html).lines == lines_of_the_tree(html)


@given(st.lists(st.one_of(st.sampled_from(TAGS), st.sampled_from(["/", "teks ", "kata", " ", "\n"])), max_size=40))
def test_lines_of_any_page(parts: list[str]) -> None:
    open_tags: list[str] = []
    html = ""
    for part in parts:
        if part in TAGS:
            html += f"<{part}>"
            open_tags.append(part)
        elif part == "/":
            html += f"</{open_tags.pop()}>" if open_tags else "</p>"
        else:
            html += part
    found = read_blocks(visible.parse(html.encode()))
    assert (found.lines if found else []) == lines_of_the_tree(html)
    if found:
        assert len(found.lines) == len(found.owners) == len(found.linked)
        assert all(up < number for number, up in enumerate(found.above) if number)


def test_what_stands_around_a_line() -> None:
    page = blocks(
        "<nav class='top menu'><ul><li><a href=1>Beranda</a></ul></nav>"
        "<main id=isi><h1>Judul <a href=2>tautan</a></h1></main><footer role=banner><p hidden>Hak cipta</footer>"
    )
    assert page.lines == ["Beranda", "Judul tautan", "Hak cipta"]
    kinds = [page.kinds[owner] for owner in page.owners]
    assert kinds[0] & MENU and kinds[0] & LIST and not kinds[0] & MAIN
    assert kinds[1] & MAIN and kinds[1] & HEADING and not kinds[1] & HIDDEN
    assert kinds[2] & FOOTER and kinds[2] & HIDDEN
    assert page.linked == [7, 6, 0]
    assert page.names[page.above[page.above[page.owners[0]]]] == "top menu"
    assert page.names[page.above[page.owners[1]]] == "isi"


def test_hidden_words_are_lines_of_their_own() -> None:
    assert blocks("<p>Kirim<span hidden>Mengirim</span>lagi</p>").lines == ["Kirim", "Mengirim", "lagi"]


def test_a_mark_in_the_page_is_refused() -> None:
    assert blocks("<p>a&#2;b</p>").lines == ["a", "b"]
    with pytest.raises(visible.SpoofedMarkError):
        blocks("<p>a&#3;b</p>")


def test_a_page_that_shows_nothing_without_scripts() -> None:
    story = "".join(f"<p>Kalimat nomor {number} menceritakan kejadian di pasar kemarin.</p>" for number in range(40))
    for shown, lines in (("<p>Aktifkan JavaScript</p>", 41), (story.replace("nomor", "lain"), 40)):
        source = f"<body>{shown}<noscript>{story}</noscript></body>".encode()
        page = open_blocks(visible.parse(source), source)
        assert page is not None
        assert len(page.lines) == lines

from __future__ import annotations

import pytest
from html_pages import check
from hypothesis import given
from hypothesis import strategies as st

from cleaner.html import visible
from cleaner.html.page import read_page
from cleaner.html.spec import PageSpec

WHOLE = PageSpec(body=("body",))


def raw(html: str | bytes) -> list[str]:
    return read_page(html, WHOLE).raw.split("\n")


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>Satu <b>dua</b> <i>tiga</i>.</p>", ["Satu dua tiga."]),
        ("<p>Kom<b>pas</b></p><p>TV</p>", ["Kompas", "TV"]),
        ("<div>satu<br>dua<br/><br>tiga</div>", ["satu", "dua", "tiga"]),
        ("<p>satu<span></span> dua<a name=x></a> tiga<wbr>empat</p>", ["satu dua tigaempat"]),
        ("<div>depan<p>tengah</p>belakang</div>", ["depan", "tengah", "belakang"]),
        ("<table><tr><td>a<td>b<tr><td>c</table>", ["a", "b", "c"]),
        ("<ul><li>a<li>b<ul><li>c</ul></ul>", ["a", "b", "c"]),
        ("<p>a\n\t  b\xa0 c\u2028d</p>", ["a b c d"]),
        ("<p>a\u200bb\ufeff \u200e</p><p>\u200b</p>", ["ab"]),
        ("<p>a<!-- b --></p><script>c</script><style>d</style><template>e</template><noscript>f</noscript>", ["a"]),
        ("<p>a<svg><title>b</title><text>c</text></svg></p><iframe>d</iframe><textarea>e</textarea>", ["a"]),
        ("<select><option>a<option>b</select><p>c</p>", ["c"]),
        ("<p title=a data-x=b alt=c>d<img alt=e></p>", ["d"]),
        ("<head><title>a</title></head><p>b", ["b"]),
        ("<p>&lt;b&gt; &amp;amp; &quot;</p>", ['<b> &amp; "']),
        ("<p>a</p><frameset></frameset>", ["a"]),
        ("tanpa tanda", ["tanpa tanda"]),
    ],
)
def test_blocks(html: str, expected: list[str]) -> None:
    assert raw(html) == expected


def test_marks_in_the_page_are_harmless() -> None:
    html = "<div class=b><p>a\x02\x03b &#2;&#3;0&#2; &#x03;&#x0002;c</p></div><p>d &#3;</p>"
    read = read_page(html, PageSpec(body=("div.b",)))
    check(read)
    assert "\x02" not in read.raw
    assert "\x03" not in read.raw
    assert [cut.rule for cut in read.precuts] == ["html#outside-body"]


def test_path() -> None:
    tree = visible.parse(b"<div id=a><section class='b c'><p>x")
    assert visible.path_of(tree.css_first("p")) == "body > div#a > section.b > p"
    assert visible.path_of(None) == "html"


@given(st.text(alphabet="ab <>/pdivbrs&;#2\n\x02\x03\xa0\u200b", max_size=200))
def test_lines_are_clean_whatever_the_page(html: str) -> None:
    check(read_page(html, WHOLE))
    check(read_page(html, PageSpec(body=("p", "div"), drop=(("i, b", "other", "t#x"),))))

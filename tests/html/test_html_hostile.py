from __future__ import annotations

import random
import subprocess
import sys
import time

import pytest
from html_pages import LEAD, check, kept, story

from cleaner.html import outline
from cleaner.html.depth import MAX_DEPTH, flatten, is_too_deep
from cleaner.html.floods import without_formatting_floods
from cleaner.html.page import read_page
from cleaner.html.spec import PageSpec

SPEC = PageSpec(body=("div.read", "article"), drop=(("div.x p", "related", "t#x"), ("div div a", "ad", "t#y")))
OPEN = "<div class=read>" + story()
PAGES: dict[str, str | bytes] = {
    "deep": "<div class=read>" * 100_000 + story(),
    "deep and closed": "<div>" * 100_000 + story() + "</div>" * 100_000,
    "deep formatting": "<b><font>" * 50_000 + story(),
    "deep links": "<a><b>" * 20_000 + story(),
    "deep lists": "<ul><li>" * 50_000 + story(),
    "deep tables": "<table><tr><td>" * 10_000 + story(),
    "deep svg": "<svg><g>" * 50_000 + story(),
    "empty tags": OPEN + "<i></i>" * 100_000,
    "line breaks": OPEN + "x<br>" * 50_000,
    "entities": OPEN + "&amp;&lt;&#x41;&nbsp;" * 200_000,
    "open brackets": OPEN + "<" * 500_000,
    "comments": OPEN + "<!--" * 100_000,
    "long attribute": OPEN + "<p class='" + "x " * 500_000 + "'>y",
    "white space": OPEN + "<p>" + " " * 2_000_000 + "x",
    "controls": OPEN + "\x00\x01\x02\x03\x04\x1b\x1e\x7f\x85" * 500,
    "surrogates": OPEN + "\ud800\udfff",
    "binary": random.Random(7).randbytes(300_000),
    "truncated": OPEN.encode()[:-3] + b"<p class='a",
    "two charsets": b"<meta charset=utf-16><meta charset=iso-8859-1>" + OPEN.encode() + "é–".encode(),
    "bad json": OPEN + '<script type="application/ld+json">{"@type":"NewsArticle",</script>',
    "deep json": OPEN + '<script type="application/ld+json">{"@type":"NewsArticle","x":' + "[" * 100_000 + "</script>",
    "wrong types": OPEN + '<script type="application/ld+json">[{"@type":{"Article":1},"author":5},7,null,{"@type":'
    '"NewsArticle","author":[[1]],"headline":["x"],"publisher":[{}],"articleBody":3,"@graph":[[[]]]}]</script>',
    "hidden flood": OPEN + "".join(f"<i class='related-{n}' style='display:none'>x</i>" for n in range(20_000)),
    "no body": "<frameset><frame src=x></frameset>",
    "nothing": "",
}


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("spec", [SPEC, PageSpec()], ids=["known", "unknown"])
def test_hostile_pages(name: str, spec: PageSpec) -> None:
    start = time.process_time()
    read = read_page(PAGES[name], spec)
    assert time.process_time() - start < 8
    check(read)
    if name not in ("no body", "nothing", "binary"):
        assert LEAD in read.raw


def test_deep_pages_are_flattened_not_lost() -> None:
    read = read_page(PAGES["deep"], SPEC)
    assert "too-deep" in read.flags
    assert read.raw.count("\n") == 2


def test_depth_counts_what_nests() -> None:
    many = 5 * MAX_DEPTH
    for flat in (
        b"<p>a</p><br><li>x" * many,
        b"<div>a</div>" * many,
        b"<script>" + b"'<div>'" * many + b"</script>",
    ):
        assert not is_too_deep(flat, flat.count(b"<"))
    for deep in (
        b"<div>" * many,
        b"<div></b>" * many,  # an end tag that ends nothing
        b"<div><!--</div>-->" * many,
        b"<div title='</div>'>" * many,
    ):
        assert is_too_deep(deep, deep.count(b"<"))


@pytest.mark.parametrize("tag", ["<div>", "<ul><li>", "<a><div>", "<div></b>", "<div>x", "<section><!--</section>-->"])
def test_depth_that_hides_between_other_text_costs_no_seconds(tag: str) -> None:
    stretch = 11_000 // len(tag)
    page = ("x" * 1_100 + tag * stretch) * 40
    start = time.process_time()
    read = read_page(page, SPEC)
    assert time.process_time() - start < 2
    assert "too-deep" in read.flags


def test_flatten_keeps_the_text() -> None:
    flat = flatten(b"<div class='a'>satu<script>x<b></script><b>dua</b> &amp; 1 < 2<!-- y --></div>", "|")
    assert flat == b"<body><plaintext>satu|dua| & 1 < 2"


def test_a_page_of_a_million_nodes_is_kept_whole() -> None:
    start = time.process_time()
    read = read_page(OPEN + "<div>x</div>" * (outline.MAX_NODES + 1), PageSpec())
    assert time.process_time() - start < 8
    assert "too-many-elements" in read.flags
    assert kept(read) == read.raw


def test_the_extractor_is_spared_a_page_of_many_lines() -> None:
    html = "".join(f"<p>{n}</p>" for n in range(40_000)) + story() + "<div><a href=x>Beranda</a></div>"
    read = read_page(html, PageSpec(), extractor="trafilatura")
    assert read.flags == ("too-large-to-extract",)
    assert LEAD in kept(read)
    start = time.process_time()
    check(read_page(html, PageSpec()))
    assert time.process_time() - start < 8


ATTRIBUTES = " ".join(f"a{number}" for number in range(900))
FORMATTING = "".join(f"<{name}>" * 3 for name in "b big code em font i nobr s small strike strong tt u".split())
#: What blows a parser up, as the page's beginning and what is repeated up to its size (``{}``: a running number).
BOMBS: dict[str, tuple[str, str]] = {
    "formatting left open in lists": ("<ul>", "<li><u id={}>t"),
    "formatting left open in paragraphs": ("", "<p><font color={} size=1>t"),
    "formatting left open, then blocks": (f"<div>{FORMATTING}</div>", "<p>t"),
    "formatting in capitals": (f"<div>{FORMATTING.upper()}</div>", "<P>t"),
    "one link of many attributes": (f"<div><a {ATTRIBUTES}></div>", "<p>t"),
    "one link of many attributes behind a quoted bracket": (f"<div><a z='>' {ATTRIBUTES}></div>", "<p>t"),
    "one long attribute": (f"<div><b id='{'x' * 5_000}'></div>", "<p>t"),
    "hidden end tags": ("", "<p><u id={} title='</u>'>t<!-- </u> -->"),
    "end tags that close nothing": ("", "<p><u id={}></b></x>t"),
    "paragraphs": ("", "<p>t"),
    "line breaks": ("", "x<br>"),
    "attributes": ("", "<p a b c d e f g h i j k>t"),
    "hidden": ("", "<p hidden>t"),
}
_MEASURE = """
import resource, sys, time
from cleaner import Cleaner
cleaner = Cleaner()
cleaner.clean_html("<p>x")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
html = sys.stdin.buffer.read()
limit = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize() + 200_000_000 + 50 * len(html)
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
start = time.process_time()
result = cleaner.clean_html(html)
seconds = time.process_time() - start
assert seconds < 2 + 2 * len(html) / 1e6, f"{seconds:.1f} s"
assert "Harga beras" in result.text
print(",".join(result.flags))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="limits of memory are those of Linux")
@pytest.mark.parametrize("size", [65_000, 1_200_000])
@pytest.mark.parametrize("name", BOMBS)
def test_memory_and_time_grow_with_the_page_alone(name: str, size: int) -> None:
    """50 bytes of memory for each byte and 200 MB besides, 2 seconds for each megabyte (and two for a busy machine)."""
    start, again = BOMBS[name]
    html = f"<body><p>{LEAD}</p>{start}"
    count = (size - len(html)) // len(again)
    html += "".join(again.format(number) for number in range(count))
    done = subprocess.run([sys.executable, "-c", _MEASURE], input=html.encode(), capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()[-500:]


def test_formatting_goes_only_where_it_must() -> None:
    closed = "".join(f"<p><b id={n}>satu</b> <a href='/{n}' title='>'>dua <i>tiga</i></a></p>" for n in range(5_000))
    assert without_formatting_floods(closed.encode(), closed.count("<")) is None
    left_open = "".join(f"<p><b>satu <font color='#{n % 7}'>dua</p>" for n in range(500))
    assert without_formatting_floods(left_open.encode(), left_open.count("<")) is None
    flood = "".join(f"<p><u id={n}>satu <a href=x>dua</a></p>" for n in range(5_000))
    assert without_formatting_floods(flood.encode(), flood.count("<")) == b"<p>satu dua</p>" * 5_000

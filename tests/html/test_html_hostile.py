from __future__ import annotations

import random
import time

import pytest
from html_pages import LEAD, check, kept, story

from cleaner.html import outline
from cleaner.html.depth import MAX_DEPTH, flatten, is_too_deep
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
    assert not is_too_deep(b"<p>a</p><br><li>x" * MAX_DEPTH * 2)
    assert not is_too_deep(b"<div>a</div>" * MAX_DEPTH * 2)
    assert not is_too_deep(b"<script>" + b"'<div>'" * MAX_DEPTH * 3 + b"</script>")
    assert is_too_deep(b"<div>" * MAX_DEPTH * 2)


def test_flatten_keeps_the_text() -> None:
    flat = flatten(b"<div class='a'>satu<script>x<b></script><b>dua</b> &amp; 1 < 2<!-- y --></div>")
    assert flat == b"<body><p>satu</p><p>dua</p><p>&amp; 1 &lt; 2</p>"


def test_a_page_of_a_million_nodes_is_kept_whole() -> None:
    start = time.process_time()
    read = read_page(OPEN + "<div>x</div>" * (outline.MAX_NODES + 1), PageSpec())
    assert time.process_time() - start < 8
    assert read.flags == ("too-large-to-extract", "no-main-content")
    assert kept(read) == read.raw


def test_the_extractor_is_spared_a_page_of_many_lines() -> None:
    read = read_page(
        "".join(f"<p>{n}</p>" for n in range(40_000)) + story() + "<div><a href=x>Beranda</a></div>", PageSpec()
    )
    assert read.flags == ("too-large-to-extract",)
    assert LEAD in kept(read)

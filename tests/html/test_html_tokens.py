from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cleaner.html import visible
from cleaner.html.depth import MAX_DEPTH
from cleaner.html.page import read_page
from cleaner.html.spec import PageSpec
from cleaner.html.tokens import tags

#: What the tokenizer of the HTML standard makes of these: the text that a reader sees, tags as bars.
SEEN = {
    "a<!-->b": "ab",
    "a<!--->b": "ab",
    "a<!----!>b": "ab",
    "a<!-- x --!>b": "ab",
    "a<!-- x ->b": "a",
    "a<!-- x": "a",
    "a<!-- <!-- x -->b": "ab",
    "a<!doctype x>b<?xml y>c</ z>d</>e": "abcde",
    "a<img alt='<script>'>b": "a|b",
    "a<img alt=x'y>b'c>d": "a|b'c>d",
    "a<img alt = '>' = =>b": "a|b",
    "a<p/b/c>d": "a|d",
    "a<b c='": "a",
    "a < b <3 c": "a < b <3 c",
    "a<style>x</style x>b": "a||b",
    "a<style>x</styles></style/>b": "a||b",
    "a<SCRIPT>x</script/>b": "a||b",
    "a<script>x<!-- <script> </script> x</script>b": "a||b",
    "a<script>x<!-- <script> --> </script>b": "a||b",
    "a<script>x<!--></script>b": "a||b",
    "a<script>x": "a|",
    "a<title><b>x</title>b": "a||b",
    "a<xmp><b>x</xmp>b": "a|<b>x|b",
    "a<plaintext><b>x</plaintext>": "a|<b>x</plaintext>",
}


def seen(html: str) -> str:
    return "|".join((tag.text if tag.shown else b"").decode() for tag in tags(html.encode()))


@pytest.mark.parametrize("html", SEEN)
def test_tags_are_those_of_the_standard(html: str) -> None:
    assert seen(html) == SEEN[html]


@pytest.mark.parametrize("html", SEEN)
def test_a_page_too_deep_to_parse_keeps_its_text(html: str) -> None:
    read = read_page("<div>" * 5 * MAX_DEPTH + "<p>sebelum</p>" + html, PageSpec())
    assert read.flags[0] == "too-deep"
    assert read.lines == ["sebelum", *(" ".join(line.split()) for line in SEEN[html].split("|") if line.strip())]


_PIECES = st.sampled_from(
    "<p> </p> <i> <div/> <!-- --> --!> <!--> - -- > <script> </script> </script/> <style> </style\tx> <script \" ' = "
    '<p\ta= <i\tb="> </ <! <? < / x y'.replace(" ", "\0").split("\0")
)


@settings(max_examples=400, deadline=None)
@given(st.lists(_PIECES, max_size=25).map("".join))
@example("<script><!--<script></script>x")
def test_the_parser_sees_the_same_text(html: str) -> None:
    """Lexbor follows the standard; pieces are such as its tree leaves in place."""
    tree = visible.parse(("<body>" + html).encode())
    root = tree.body
    assert root is not None
    for node in root.css("script,style"):
        node.decompose()
    ours = "".join(tag.text.decode() for tag in tags(html.encode()) if tag.shown)
    assert "".join(root.text().split()) == "".join(ours.split())

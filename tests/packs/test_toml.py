"""Files that are no TOML: the line where it began, and what to write, in words that need no knowledge of a parser."""

from __future__ import annotations

import pytest

from cleaner.packs.schema import PackError
from cleaner.packs.toml import read_toml

#: The text, the line, and parts of message and mend.
BROKEN = [
    ("schema = 1\npack = user/mine", 2, "a value is missing or has no quotes", 'title = "…"'),
    ('schema = 1\npack = "user/mine', 2, "a text has no closing quote", "close it on its line"),
    ("match = '^it's'", 1, "something stands behind a value", "three single quotes"),
    ('match = "^\\d+$"', 1, "a backslash in double quotes", r"single quotes: match = '^\d+$'"),
    ("a = 1\nexample = ['x',\n'y'\n\n", 2, "a list is not closed, or lacks a comma", '["…", "…"]'),
    ("a = 1\nexample = ['x' 'y']", 2, "a list is not closed, or lacks a comma", '["…", "…"]'),
    ("guard = { max_chars = 5\nx = 1", 1, "a table in braces is not closed", "in one line"),
    ("schema 1", 1, "a key has no = behind it", 'key = "…"'),
    ("[site]\n[site]", 2, "a table stands twice", "under one header"),
    ("schema = 1\nschema = 1", 2, "a key or table stands twice", "keep one"),
    ("[[rule]\nid = 1", 1, "a table's header is not closed", "[[rule]]"),
    ("<html>", 1, "a key is missing", "begins with #"),
    ("pack = “user/mine”", 1, "quotes of print", "straight quotes"),
    ("pack = 'a\x00b'", 1, "an invisible character", "take it out"),
    ("pack = 'a\nb'", 1, "a text has no closing quote", "close it on its line"),
]


@pytest.mark.parametrize(("text", "line", "message", "mend"), BROKEN)
def test_what_is_no_toml_is_told_in_words(text: str, line: int, message: str, mend: str) -> None:
    with pytest.raises(PackError) as caught:
        read_toml(text.encode(), "mine.toml")
    assert caught.value.line == line
    assert caught.value.message.startswith(f"not TOML: {message}")
    assert mend in caught.value.mend
    assert "(at " not in str(caught.value)

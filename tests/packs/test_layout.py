"""The layout of packs: what they say and their comments are kept, and a second time changes nothing."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.packs.layout import basic, drawn, formatted, literal
from cleaner.packs.template import template_files

ROOT = Path(__file__).resolve().parents[2]

WRITTEN = """# about the pack
pack = 'site/x.id'
schema=1 # the version

[[rule]] # first
match = "^\\\\d+ 'x'"
id = "a"
# why so
scope = "line"
example = ["a",
  "b\\u00a0c"]
counter = [ # with a reason
  "c",
]
# --- keep rules ---

[html]
title = ["h1"]
body = ['div[id="x"]']
[[keep]]
id = "b"
# the end
"""
#: A comment goes with the key below it. A regex that ends with a single quote can stand in none.
LAID_OUT = """schema = 1  # the version
# about the pack
pack   = "site/x.id"

[[rule]]  # first
id      = "a"
# why so
scope   = "line"
match   = "^\\\\d+ 'x'"
example = ["a", "b\\u00a0c"]
counter = [ # with a reason
  "c",
]

# --- keep rules ---

[html]
body  = ['div[id="x"]']
title = ["h1"]

[[keep]]
id = "b"

# the end
"""


def test_layout() -> None:
    made = formatted(WRITTEN)
    assert made == LAID_OUT
    assert formatted(made) == made


@pytest.mark.parametrize("path", template_files(), ids=lambda path: path.stem)
def test_templates_are_laid_out(path: Path) -> None:
    assert formatted(path.read_text("utf-8"), str(path)) == path.read_text("utf-8")


_TEXTS = st.text(st.sampled_from("ab'\"\\ \n\t\u00a0\u200b#[]{},=é"), max_size=12)
_VALUES = st.recursive(
    st.one_of(_TEXTS, st.integers(-5, 10**6), st.booleans()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from("abc"), inner, max_size=2)),
    max_leaves=5,
)


@given(st.sampled_from(["match", "example", "x"]), _VALUES)
def test_a_drawn_value_reads_as_itself(key: str, value: object) -> None:
    assert tomllib.loads(f"x = {drawn(key, value)}") == {"x": value}


@given(st.lists(st.tuples(st.sampled_from(["[site]", "[[rule]]", "# note", "", "a", "b"]), _VALUES), max_size=8))
def test_any_file_keeps_what_it_says(parts: list[tuple[str, object]]) -> None:
    lines, seen = [], set()
    for number, (kind, value) in enumerate(parts):
        if kind == "[site]" and kind in seen:
            continue
        seen.add(kind)
        lines.append(f"{kind}{number} = {drawn('x', value)}  # {number}" if kind in ("a", "b") else kind)
    text = "\n".join(lines)
    made = formatted(text)
    assert tomllib.loads(made) == tomllib.loads(text)
    assert formatted(made) == made


@given(_TEXTS)
def test_quoted_texts_read_as_themselves(text: str) -> None:
    assert tomllib.loads(f"x = {basic(text)}") == tomllib.loads(f"x = {literal(text)}") == {"x": text}


def test_the_line_that_tells_editors_the_schema_stays_the_first() -> None:
    text = '#:schema ./pack.schema.json\nschema = 1\npack = "user/a"\n'
    assert formatted(text).startswith("#:schema ./pack.schema.json\nschema")

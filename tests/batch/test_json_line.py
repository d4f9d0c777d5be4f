"""Members of a JSON line: found where they are, replaced without touching the rest."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.batch.json_line import check_object, members, rewrite, values
from cleaner.model import CleanerError

VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
NAME = st.text(max_size=6) | st.sampled_from(["text", "id", 'a"b', "\\", "{", "é"])
OBJECT = st.dictionaries(NAME, VALUE, max_size=6)
STYLE = st.sampled_from([(", ", ": "), (",", ":"), (" ,\t", " :\r\n ")])


def line_of(found: dict[str, object], style: tuple[str, str], ascii_only: bool) -> bytes:
    return json.dumps(found, separators=style, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass") + b"\n"


@given(OBJECT, STYLE, st.booleans())
def test_members_are_found_where_they_are(found: dict[str, object], style: tuple[str, str], ascii_only: bool) -> None:
    line = line_of(found, style, ascii_only)
    place = members(line)
    assert [m.name for m in place] == list(found)
    for member, (name, value) in zip(place, found.items(), strict=True):
        assert repr(json.loads(line[member.value_start : member.end])) == repr(value)
        written, _ = json.JSONDecoder().raw_decode(line[member.start :].decode("utf-8", "surrogatepass"))
        assert written == name
    assert list(values(line, place)) == list(found)


@given(OBJECT, STYLE, st.booleans(), st.dictionaries(NAME, st.none() | st.text(), max_size=4))
def test_rewriting_changes_what_it_should_and_nothing_else(
    found: dict[str, object], style: tuple[str, str], ascii_only: bool, change: dict[str, str | None]
) -> None:
    line = line_of(found, style, ascii_only)
    place = members(line)
    encoded = {name: None if new is None else json.dumps(new).encode() for name, new in change.items()}
    written = rewrite(line, place, encoded)
    expected = {**found, **{name: new for name, new in change.items() if new is not None}}
    expected = {name: value for name, value in expected.items() if name not in change or change[name] is not None}
    assert repr(json.loads(written)) == repr(expected)
    assert written.endswith(b"\n")
    before = {name: bytes(value) for name, value in values(line, place).items()}
    after = {name: bytes(value) for name, value in values(written, members(written)).items()}
    assert all(after[name] == before[name] for name in after if name not in change)
    if not change:
        assert written == line


@pytest.mark.parametrize(
    ("line", "change", "expected"),
    [
        (b'{"a":1,"b":2,"c":3}', {"b": None}, b'{"a":1,"c":3}\n'),
        (b'{ "a" : 1 , "b" : 2 }', {"a": None}, b'{ "b" : 2 }\n'),
        (b'{"a":1}', {"a": None}, b"{}\n"),
        (b'{"a":1,"a":2}', {"a": b"3"}, b'{"a":1,"a":3}\n'),
        (b'{"a":1,"b":0,"a":2}', {"a": None}, b'{"b":0}\n'),
        (b"{}", {"a": b"1"}, b'{"a":1}\n'),
        (b'{"a":1}\r\n', {"b": b"1"}, b'{"a":1,"b":1}\r\n'),
        (b"not json at all", {"a": b"1"}, b'{"a":1}\n'),
    ],
)
def test_rewriting_by_example(line: bytes, change: dict[str, bytes | None], expected: bytes) -> None:
    assert rewrite(line, members(line), change) == expected


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b'{"a": 1', "not JSON: Expecting ',' delimiter at column 8"),
        (b'"a"', "not a JSON object but a string"),
        (b" 17 ", "not a JSON object but a number"),
        (b"null", "not a JSON object but null"),
        (b"[" * 200_000, "not JSON that can be read: nested too deeply"),
        (b'{"a": "\t"}', "not JSON: Invalid control character at column 8"),
    ],
)
def test_what_is_no_object_is_told(line: bytes, message: str) -> None:
    with pytest.raises(CleanerError) as caught:
        check_object(line)
    assert str(caught.value) == message

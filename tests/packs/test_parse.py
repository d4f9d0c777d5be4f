"""Packs that are refused: all faults at once, and never a traceback."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.model import CleanerError
from cleaner.packs.load import all_files, load_packs, read_files
from cleaner.packs.parse import check_patterns, parse_pack
from cleaner.packs.schema import PackError

GOOD = """schema = 1
pack = "user/mine"
[[rule]]
id = "x"
category = "ad"
scope = "line"
match = '^Iklan$'
example = ["Iklan"]
counter = ["Iklan rokok"]
"""


def faults(text: str) -> list[tuple[int, str, str]]:
    with pytest.raises(PackError) as caught:
        parse_pack(text.encode(), "mine.toml", "user")
    assert str(caught.value).splitlines() == [str(one) for one in caught.value.each()]
    return [(one.line, one.rule, one.message) for one in caught.value.each()]


def test_all_faults_are_told_in_the_order_of_their_lines() -> None:
    text = GOOD.replace('"ad"', '"adv"').replace('"line"', '"lines"') + (
        '[[rule]]\nid = "y"\ncategory = "ad"\nscope = "line"\nmatch = "x"\nexample = ["x"]\ncounter = [5]\ncolour = 1\n'
    )
    assert faults(text) == [
        (5, "user/mine#x", "unknown category 'adv'"),
        (6, "user/mine#x", "unknown scope 'lines'"),
        (14, "user/mine#y", "scope 'line' needs a match that starts with ^"),
        (16, "user/mine#y", "counter holds 5"),
        (17, "user/mine#y", "unknown key 'colour'"),
    ]


def test_all_regexes_that_do_not_compile_are_told() -> None:
    data = GOOD.encode() + b"guard = { next = '[a', prev = ')' }\n"
    pack, cases = parse_pack(data, "mine.toml", "user")
    with pytest.raises(PackError) as caught:
        check_patterns(pack, cases, data, "mine.toml")
    assert [(one.line, one.message.partition(" is no")[0]) for one in caught.value.each()] == [
        (10, "guard prev"),
        (10, "guard next"),
    ]


def test_nested_arrays_are_refused_with_their_line() -> None:
    ((line, _, message),) = faults(f'schema = 1\npack = "user/mine"\ndisable = {"[" * 5000}{"]" * 5000}\n')
    assert (line, message) == (3, "nested too deep")


_VALUES: st.SearchStrategy[Any] = st.sampled_from(
    ["5", "-1", '"x"', "true", "[]", "[5]", "[[]]", '["x"]', "{}", "{ x = 1 }", "1979-05-27", "1.5", "nan", '""']
)
_KEYS = (
    "id category scope match keywords guard example counter known_miss note status pack schema title disable".split()
)
_KEYS += "site html rule keep domains templates names signatures body drop unverified max_chars prev x".split()


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["", "[site]\n", "[html]\n", "[[rule]]\n", "[[keep]]\n"]), st.sampled_from(_KEYS), _VALUES
        ),
        min_size=1,
        max_size=6,
    )
)
def test_values_of_any_kind_in_any_place_are_refused_with_a_line(entries: list[tuple[str, str, str]]) -> None:
    text = 'schema = 1\npack = "user/mine"\n' + "".join(f"{header}{key} = {value}\n" for header, key, value in entries)
    try:
        pack, _ = parse_pack(text.encode(), "mine.toml", "user")
    except PackError as error:
        assert all(1 <= one.line <= text.count("\n") + 1 and one.message for one in error.each())
    else:
        assert pack.name == "user/mine"


def test_a_pipe_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "mine.toml")
    with pytest.raises(PackError, match=r"mine\.toml:1: no file"):
        read_files(all_files([tmp_path]))


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.toml").write_text(GOOD, "utf-8")
    folder = tmp_path / "packs"
    folder.mkdir()
    (folder / "mine.toml").symlink_to("../secret.toml")
    with pytest.raises(PackError, match="a link that leads out of the folder"):
        all_files([folder])
    (folder / "mine.toml").unlink()
    (folder / "own.toml").write_text(GOOD, "utf-8")
    (folder / "mine.toml").symlink_to("own.toml")
    assert len([path for path, layer in all_files([folder]) if layer == "user"]) == 2


def test_faults_of_all_packs_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLEANER_CACHE_DIR", "")
    (tmp_path / "a.toml").write_text(GOOD.replace('"ad"', '"adv"'), "utf-8")
    (tmp_path / "b.toml").write_text("schema = 2\n", "utf-8")
    with pytest.raises(CleanerError) as caught:
        load_packs([tmp_path])
    assert [Path(line.split(":")[0]).name for line in str(caught.value).splitlines()] == ["a.toml", "b.toml"]


@pytest.mark.parametrize("value", ["5", "-1", '"x"', "true", "[5]", "{ x = 1 }", "1979-05-27", "1.5", '""'])
@pytest.mark.parametrize(
    ("table", "keys"),
    [
        ("[site]", "domains not_domains names network signatures unverified templates"),
        ("[html]", "body keep title author published detect drop"),
        ("[[rule]]\nid = 'x'", "category scope match keywords guard example counter known_miss note status"),
        ("[[rule]]\nid = 'x'\n[rule.guard]", "max_chars prev to_end max_fraction block stop max_hits"),
    ],
)
def test_messages_are_in_words_of_packs(table: str, keys: str, value: str) -> None:
    for key in keys.split():
        try:
            parse_pack(f'schema = 1\npack = "user/mine"\n{table}\n{key} = {value}\n'.encode(), "mine.toml", "user")
        except PackError as error:
            for one in error.each():
                assert not re.search(r"Expected `|msgspec|`\w+`|NoneType|\bobject\b|Struct|\bstr\b|\bdict\b", str(one))

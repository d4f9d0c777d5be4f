"""Disguised texts are read as a reader would, and lose what the plain text loses: no more, and no half of a pair."""

from __future__ import annotations

import ast
import html
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner import Cleaner, restore
from cleaner.engine.disguise import is_list
from cleaner.engine.document import Document
from cleaner.engine.normal import read

CASES = tomllib.loads((Path(__file__).parent / "normal.toml").read_text("utf-8"))["case"]
TEXTS = sorted(Path(__file__).parents[2].glob("fixtures/*/*/raw.txt"))
CLEANER = Cleaner()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.get("note") or case["raw"][:40])
def test_case(case: dict[str, Any]) -> None:
    raw = case["raw"]
    reading = read(raw)
    if "lines" not in case:
        assert reading is None or not reading.items
        return
    doc = Document(raw)
    assert doc.text == case["lines"]
    if "out" in case:
        result = CLEANER.clean_text(raw)
        assert result.text == case["out"]
        assert restore(result.text, result) == raw
        assert CLEANER.clean_text(result.text).text == result.text


def plain_lines(path: Path) -> list[str]:
    """The lines of a fixture that are no disguise themselves."""
    lines = [line.strip() for line in path.read_bytes().decode().splitlines()]
    return [line for line in lines if line and read(line) is None]


def cleaned(text: str) -> str:
    result = CLEANER.clean_text(text)
    assert restore(result.text, result) == text
    return result.text


@given(st.sampled_from(TEXTS))
@settings(max_examples=60, deadline=None)
def test_a_printed_list_is_cleaned_like_its_lines(path: Path) -> None:
    lines = plain_lines(path)
    left = cleaned(repr(lines))
    assert is_list(left)
    assert [item.strip() for item in ast.literal_eval(left)] == [
        line.strip() for line in cleaned("\n".join(lines)).splitlines()
    ]


@given(st.sampled_from(TEXTS))
@settings(max_examples=60, deadline=None)
def test_written_line_breaks_are_line_breaks(path: Path) -> None:
    lines = plain_lines(path)
    assert cleaned("\\n".join(lines)).split("\\n") == cleaned("\n".join(lines)).split("\n")


@given(st.sampled_from(TEXTS), st.data())
@settings(max_examples=60, deadline=None)
def test_invisible_characters_change_nothing(path: Path, data: st.DataObject) -> None:
    text = "\n".join(plain_lines(path))
    places = data.draw(st.sets(st.integers(0, len(text)), max_size=12))
    mark = data.draw(st.sampled_from("\u200b\ufeff\u00ad\u200e"))
    disguised = "".join(mark * (at in places) + letter for at, letter in enumerate(text))
    assert cleaned(disguised).replace(mark, "") == cleaned(text)


@given(st.sampled_from(TEXTS), st.sampled_from(["&ndash;", "&amp;ndash;", "&#8211;", "â€“"]))
@settings(max_examples=60, deadline=None)
def test_dashes_in_disguise(path: Path, dash: str) -> None:
    text = "\n".join(plain_lines(path)).replace("—", "–")
    left = cleaned(text.replace("–", dash))
    assert html.unescape(html.unescape(left)).replace("â€“", "–") == html.unescape(html.unescape(cleaned(text)))


@given(st.sampled_from(TEXTS), st.sampled_from(["**", "_", "***", "~~"]), st.data())
@settings(max_examples=80, deadline=None)
def test_emphasis_goes_with_what_it_holds(path: Path, mark: str, data: st.DataObject) -> None:
    lines = [line for line in plain_lines(path) if not set(line) & set("*_~")]
    bold = data.draw(st.sets(st.sampled_from(range(len(lines))), max_size=6)) if lines else set()
    disguised = "\n".join(f"{mark}{line}{mark}" if at in bold else line for at, line in enumerate(lines))
    left = cleaned(disguised)
    assert left.replace(mark, "") == cleaned("\n".join(lines))
    assert all(line.count(mark) % 2 == 0 for line in left.split("\n"))


@given(st.sampled_from(TEXTS), st.text(alphabet="*_[]()<>b/&;\\n'\" \n#", max_size=30), st.integers(0, 4000))
@settings(max_examples=150, deadline=None)
def test_any_marks_restore_and_settle(path: Path, marks: str, at: int) -> None:
    text = path.read_bytes().decode()[:3000]
    raw = text[:at] + marks + text[at:]
    result = CLEANER.clean_text(raw)
    assert restore(result.text, result) == raw
    assert CLEANER.clean_text(result.text, site=result.site).text == result.text or result.flags

"""The library as its callers meet it: wrong arguments are named, results show themselves, many texts stay in order."""

from __future__ import annotations

import datetime
import multiprocessing
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner import Cleaned, Cleaner, CleanerError, Removal, clean_html, clean_many, clean_text, restore
from cleaner.notebook import MOST_SHOWN, marked_page

URL = "https://www.kontan.co.id/news/1"
TEXT = "KONTAN.CO.ID - Harga beras naik tajam pada pekan ini, kata pedagang.\nBaca Juga: Harga Cabai Turun"
CLEAN = "Harga beras naik tajam pada pekan ini, kata pedagang."

#: What is called, and what it says.
WRONG: list[tuple[Callable[[], Any], str]] = [
    (
        lambda: Cleaner(packs="nope"),
        "packs must be a list of folders (str or Path), not str ('nope'); write packs=['nope']",
    ),
    (lambda: Cleaner(packs=Path("nope")), "packs must be a list of folders"),  # type: ignore[arg-type]
    (lambda: Cleaner(packs=[3]), "packs[0] must be one of its folders (str or Path), not int (3)"),  # type: ignore[list-item]
    (lambda: Cleaner(packs=5), "packs must be a list of folders (str or Path), not int (5)"),  # type: ignore[arg-type]
    (lambda: Cleaner(packs=["nope"]), "nope: no such folder of packs"),
    (lambda: Cleaner(keep="caption"), "keep must be a list of strings, not str ('caption'); write keep=['caption']"),
    (lambda: Cleaner(keep=["captoin"]), "unknown category 'captoin'; did you mean 'caption'?"),
    (lambda: Cleaner(keep=["ad", None]), "keep[1] must be one of its strings, not None"),  # type: ignore[list-item]
    (lambda: Cleaner(keep={"ad": 1}), "keep must be a list of strings, not dict"),
    (lambda: Cleaner(disable="site/x"), "disable must be a list of strings"),
    (lambda: Cleaner(disable=["site/kontan.id"]), "disable: 'site/kontan.id'; did you mean 'site/kontan.co.id'?"),
    (lambda: Cleaner(disable=["site/kontan.co.id#datline"]), "did you mean 'site/kontan.co.id#dateline'?"),
    (lambda: Cleaner(layers=["sites"]), "unknown layer 'sites'; did you mean 'site'?"),
    (lambda: Cleaner(articles_only="yes"), "articles_only must be True or False, not str ('yes')"),  # type: ignore[arg-type]
    (lambda: Cleaner(extractor=4), "extractor must be a string, not int (4)"),  # type: ignore[arg-type]
    (lambda: Cleaner(extractor="modle"), "unknown extractor 'modle'; did you mean 'model'?"),  # type: ignore[arg-type]
    (lambda: clean_text(b"x"), "text must be a string, not bytes (b'x'); decode it first"),  # type: ignore[arg-type]
    (lambda: clean_text(None), "text must be a string, not None"),  # type: ignore[arg-type]
    (lambda: clean_text(Path("a")), "text.read_text('utf-8') reads it"),  # type: ignore[arg-type]
    (lambda: clean_text(["a"]), "text must be a string, not list; clean_many takes several"),  # type: ignore[arg-type]
    (lambda: clean_text("x", 123), "url must be a string or None, not int (123)"),  # type: ignore[arg-type]
    (lambda: clean_text("x", float("nan")), "not float (nan); a missing one is None"),  # type: ignore[arg-type]
    (lambda: clean_text("x", b"http://a"), "url must be a string or None, not bytes"),  # type: ignore[arg-type]
    (lambda: clean_text("x", site=4), "site must be a string or None, not int (4)"),  # type: ignore[arg-type]
    (lambda: clean_text("x", site="kontan.co.di"), "unknown site 'kontan.co.di'; did you mean 'kontan.co.id'?"),
    (lambda: clean_text("x", site="q" * 20), "see `cleaner patterns list`"),
    (lambda: clean_text("x", date=datetime.date(2026, 1, 2)), "write date.isoformat()"),  # type: ignore[arg-type]
    (lambda: clean_html(None), "html must be str or bytes, not None"),  # type: ignore[arg-type]
    (lambda: clean_html(Path("a")), "html.read_bytes() reads it"),  # type: ignore[arg-type]
    (lambda: clean_html(bytearray(b"a")), "html must be str or bytes, not bytearray; write bytes(html)"),  # type: ignore[arg-type]
    (lambda: clean_html("<p>x", 4), "url must be a string or None, not int (4)"),  # type: ignore[arg-type]
    (lambda: Cleaner().clean_html("<p>x", charset=b"utf-8"), "charset must be a string or None"),  # type: ignore[arg-type]
    (lambda: Cleaner().clean_html("<p>x", detail="line"), "unknown detail 'line'; did you mean 'lines'?"),  # type: ignore[arg-type]
    (lambda: restore(4, []), "text must be a string, not int (4)"),  # type: ignore[arg-type]
    (lambda: restore("x", None), "audit must be an audit record, a Cleaned, or a list of removals, not None"),  # type: ignore[arg-type]
    (lambda: restore("x", ["a"]), "audit must be an audit record"),  # type: ignore[list-item]
    (
        lambda: clean_many("abc"),
        "texts must be a list or column of strings, not str ('abc'); clean_text takes one text",
    ),
    (lambda: clean_many(4), "texts must be a list or column of strings, not int (4)"),  # type: ignore[arg-type]
    (lambda: clean_many({"a": "b"}), "texts must be a list or column of strings, not dict"),
    (lambda: clean_many(pa.table({"a": ["b"]})), 'texts must be one column, not Table; such as frame["text"]'),
    (lambda: clean_many(["a"], urls=4), "urls must be a list or column of strings, not int (4)"),  # type: ignore[arg-type]
    (lambda: clean_many(["a", "b"], urls=["c"]), "urls has 1 values and texts 2; give one URL for each text"),
    (lambda: clean_many([], jobs=0), "jobs must be a whole number from 1 on, not int (0)"),
    (lambda: clean_many([], on_error="x"), "on_error must be a function"),  # type: ignore[arg-type]
    (lambda: list(clean_many(iter(["a", "b"]), iter([URL]))), "urls has 1 values and texts more"),
    (lambda: list(clean_many(iter(["a"]), iter([URL, URL]))), "texts has 1 values and urls more"),
    (lambda: list(clean_many(["a", 5])), "texts[1]: text must be a string, not int (5)"),  # type: ignore[list-item]
    (lambda: list(clean_many(["a", "\ud800"])), "texts[1]: text holds a lone surrogate (U+D800) at offset 0"),
]


@pytest.mark.parametrize(("call", "message"), WRONG, ids=[message[:40] for _, message in WRONG])
def test_a_wrong_argument_is_named(call: Callable[[], Any], message: str) -> None:
    with pytest.raises(CleanerError) as raised:
        call()
    assert message in str(raised.value)


def test_what_is_a_string_of_another_class_is_taken() -> None:
    class Markup(str):
        __slots__ = ()

    assert clean_text(Markup(TEXT), Markup(URL)).text == CLEAN
    assert [found.text for found in clean_many(np.array([TEXT]), np.array([URL])) if found] == [CLEAN]


def test_a_pattern_of_what_to_disable_may_name_nothing() -> None:
    assert Cleaner(disable=["site/nowhere*"]).clean_text(TEXT, URL).text == CLEAN


def test_a_result_shows_itself_in_a_line() -> None:
    counts = f"2 cuts, {len(TEXT) - len(CLEAN)} of {len(TEXT)} characters"
    assert repr(clean_text(TEXT, URL)) == f"<Cleaned {CLEAN!r}: {counts}, flagged (large_cut), site kontan.co.id>"
    assert repr(clean_text("Warga pulang.")) == "<Cleaned 'Warga pulang.': 0 cuts, 0 of 13 characters, untouched>"
    assert len(repr(clean_text("Warga pulang. " * 9999))) < 140


class _Reading(HTMLParser):
    """Text and struck-through text of a page, and what would act: scripts, addresses, handlers."""

    def __init__(self) -> None:
        super().__init__()
        self.cut: list[str] = []
        self.acts: list[str] = []
        self.text = ""
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside.append(tag)
        self.acts += [tag] if tag not in ("div", "b", "del", "span") else []
        self.acts += [name for name, value in attrs if name not in ("style", "title") or "url(" in (value or "")]
        if tag == "del":
            self.cut.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self._inside.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._inside[-1:] != ["b"] and self._inside[-1:] != ["span"]:
            self.text += data
        if self._inside[-1:] == ["del"]:
            self.cut[-1] += data


def reading(page: str) -> _Reading:
    found = _Reading()
    found.feed(page)
    found.close()
    return found


def test_a_result_shows_itself_in_a_notebook() -> None:
    raw = TEXT + " <script>alert(1)</script>\nKata “A & B” \x1b[2J\u202e\n"
    page = clean_text(raw, URL)._repr_html_()
    found = reading(page)
    assert not found.acts
    assert found.text == raw.replace("\x1b", "␛").replace("\u202e", "\\u202e")
    assert found.cut == ["KONTAN.CO.ID -", "Baca Juga: Harga Cabai Turun <script>alert(1)</script>"]
    assert 'title="site/kontan.co.id#' in page
    assert ">dateline</span>" in page


@given(st.text(alphabet=st.sampled_from("ab <&\n\"'"), max_size=40), st.data())
def test_a_marked_page_holds_the_text_whatever_is_cut(raw: str, data: st.DataObject) -> None:
    at = sorted(data.draw(st.sets(st.integers(0, len(raw)), max_size=6)))
    cuts = list(zip(at[::2], at[1::2], strict=False))
    found = reading(marked_page("t", raw, [(start, end, "ad", "x#<y>") for start, end in cuts]))
    assert found.text == raw
    assert found.cut == [raw[start:end].strip() for start, end in cuts if raw[start:end].strip()]


def test_a_very_long_text_is_shown_in_part() -> None:
    raw = "a" * (MOST_SHOWN + 5)
    found = Cleaned(text="", raw=raw, removals=(Removal(10, len(raw), raw[10:], "ad", "x#y", "line"),))._repr_html_()
    assert "… 5 more characters" in found
    assert len(found) < MOST_SHOWN + 2000


def texts_of(found: Iterator[Cleaned | None]) -> list[str | None]:
    return [each.text if each is not None else None for each in found]


@pytest.mark.parametrize(
    "column",
    [
        [TEXT, None, "Warga pulang."],
        (text for text in (TEXT, None, "Warga pulang.")),
        np.array([TEXT, float("nan"), "Warga pulang."], dtype=object),
        pa.array([TEXT, None, "Warga pulang."]),
        pa.chunked_array([[TEXT, None], ["Warga pulang."]]),
    ],
    ids=["list", "generator", "NaN", "Arrow array", "Arrow chunks"],
)
def test_columns_of_any_kind_keep_order_and_gaps(column: Any) -> None:
    assert texts_of(clean_many(column, URL)) == [CLEAN, None, "Warga pulang."]


def test_each_text_has_its_url() -> None:
    text = "Warga pulang."
    found = list(clean_many([text, text, text], [URL, None, float("nan")]))  # type: ignore[list-item]
    assert [each.site for each in found if each] == ["kontan.co.id", None, None]


def test_texts_are_read_as_results_are_asked_for() -> None:
    read: list[int] = []

    def texts() -> Iterator[str]:
        for number in range(1000):
            read.append(number)
            yield "Warga pulang."

    found = clean_many(texts())
    assert not read
    next(found)
    assert read == [0]


def test_one_that_cannot_be_cleaned_costs_only_itself() -> None:
    told: list[str] = []
    given: list[Any] = ["Warga pulang.", 5, "\udc80", None, TEXT]
    found = texts_of(clean_many(given, URL, on_error=lambda position, error: told.append(f"{position} {error}")))
    assert found == ["Warga pulang.", None, None, None, CLEAN]
    assert [line[:12] for line in told] == ["1 texts[1]: ", "2 texts[2]: "]


@pytest.fixture(params=[each for each in ("fork", "spawn") if each in multiprocessing.get_all_start_methods()])
def start_method(request: pytest.FixtureRequest) -> Iterator[str]:
    """Processes start as they do on Linux, or on Windows and macOS."""
    before = multiprocessing.get_start_method(allow_none=True)
    multiprocessing.set_start_method(request.param, force=True)
    yield request.param
    multiprocessing.set_start_method(before, force=True)


@pytest.mark.usefixtures("start_method")
def test_processes_give_the_same_in_order() -> None:
    cleaner = Cleaner(keep=["related"])
    texts: list[Any] = [f"{TEXT} {number}" if number % 7 else None for number in range(300)]
    texts[200] = 5
    told: list[int] = []
    alone = list(cleaner.clean_many(texts, URL, on_error=lambda position, _: told.append(position)))
    several = list(cleaner.clean_many(texts, URL, jobs=2, on_error=lambda position, _: told.append(position)))
    assert several == alone
    assert told == [200, 200]
    assert alone[1] is not None
    assert "Baca Juga" in alone[1].text


def test_what_was_read_before_a_reader_fails_is_not_lost() -> None:
    def texts() -> Iterator[str]:
        yield from [TEXT] * 70
        raise OSError("the disk is gone")

    found: list[Cleaned | None] = []
    with pytest.raises(OSError, match="the disk is gone"):
        found.extend(clean_many(texts(), URL, jobs=2))
    assert texts_of(iter(found)) == [CLEAN] * 70

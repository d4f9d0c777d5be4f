"""One record: its values are of any type, and what is wrong with it is told by field."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner import Cleaned, Cleaner, CleanerError
from cleaner.fields import Fields, Unreadable, clean_fields

TEXT = "Harga beras naik di pasar induk sejak awal pekan ini, kata pedagang.\nBaca Juga: Harga Cabai Turun"
NAMES = Fields(text="isi", html="laman", url="tautan", date="terbit")
ANYTHING = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.binary(), st.dates(), st.datetimes(),
    st.lists(st.text(), max_size=2), st.dictionaries(st.text(), st.text(), max_size=1), st.just("\ud800"),
    st.just(Unreadable("no")), st.sampled_from([TEXT, f"<p>{TEXT}</p>", "https://www.kontan.co.id/1", object()]),
)  # fmt: skip


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({}, 'field "isi" is missing'),
        ({"text": ""}, 'field "isi" is empty'),
        ({"text": 3}, 'field "isi" is a number, not a string'),
        ({"text": True}, 'field "isi" is true or false, not a string'),
        ({"text": ["a"]}, 'field "isi" is a list, not a string'),
        ({"text": {}}, 'field "isi" is a mapping, not a string'),
        ({"text": b"a"}, 'field "isi" is bytes, not a string'),
        ({"text": object()}, 'field "isi" is of type object, not a string'),
        ({"text": Unreadable("no such block")}, 'field "isi" cannot be read: no such block'),
        ({"text": "a\ud800"}, 'field "isi": text holds a lone surrogate (U+D800) at offset 1; '),
        ({"text": "a", "url": 7}, 'field "tautan" is a number, not a string'),
        ({"text": "a", "url": "\ud800"}, 'field "tautan" holds a lone surrogate'),
        ({"text": "a", "date": 20240101}, 'field "terbit" is a number, not a string'),
        ({"html": ""}, 'field "laman" is empty'),
        ({"html": b"", "text": "a"}, 'field "laman" is empty'),
        ({"html": 5}, 'field "laman" is a number, not a string'),
        ({"html": "\ud800"}, 'field "laman" holds a lone surrogate'),
        ({"text": "a", "site": "nowhere.example"}, "unknown site 'nowhere.example'"),
    ],
)
def test_what_is_wrong_is_told_by_field(cleaner: Cleaner, values: dict[str, object], message: str) -> None:
    with pytest.raises(CleanerError) as caught:
        clean_fields(cleaner, names=NAMES, **values)  # type: ignore[arg-type]
    assert str(caught.value).startswith(message)


def test_the_result_is_that_of_the_cleaner(cleaner: Cleaner) -> None:
    url = "https://www.kontan.co.id/1"
    assert clean_fields(cleaner, text=TEXT, url=url) == cleaner.clean_text(TEXT, url=url)
    page = f"<html><body><article><p>{TEXT}</p></article></body></html>"
    assert clean_fields(cleaner, html=page, text="not used", url=url) == cleaner.clean_html(page, url=url)
    assert clean_fields(cleaner, html=page.encode("utf-16"), charset="utf-16").text
    assert clean_fields(cleaner, text="Iklan", site="kontan.co.id").site == "kontan.co.id"


def test_dates_are_written_as_iso_8601(cleaner: Cleaner) -> None:
    for date in (datetime.date(2024, 6, 19), "2024-06-19"):
        assert clean_fields(cleaner, text="a", date=date).meta == {"date": "2024-06-19"}
    moment = datetime.datetime(2024, 6, 19, 7, 57, tzinfo=datetime.timezone(datetime.timedelta(hours=7)))
    assert clean_fields(cleaner, text="a", date=moment).meta == {"date": "2024-06-19T07:57:00+07:00"}


def test_a_subclass_of_str_is_a_string(cleaner: Cleaner) -> None:
    class Markup(str):
        def __str__(self) -> str:
            return "".join(self)

    assert clean_fields(cleaner, text=Markup(TEXT)).raw == TEXT


def test_a_crash_in_the_engine_is_a_message() -> None:
    class Crashing:
        def clean_text(self, text: str, **_: object) -> None:
            raise ZeroDivisionError("oops")

    with pytest.raises(CleanerError, match=r"^failed: ZeroDivisionError: oops$"):
        clean_fields(Crashing(), text="a")  # type: ignore[arg-type]


@given(ANYTHING, ANYTHING, ANYTHING, ANYTHING)
@settings(max_examples=300, deadline=None)
def test_any_values_give_a_result_or_a_message(
    cleaner: Cleaner, text: object, html: object, url: object, date: object
) -> None:
    try:
        found = clean_fields(cleaner, text=text, html=html, url=url, date=date)
    except CleanerError as error:
        assert str(error).startswith("field ")
    else:
        assert isinstance(found, Cleaned)

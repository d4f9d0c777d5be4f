"""pandas and Polars: the same frame with clean texts, whatever its cells hold."""

from __future__ import annotations

import pickle

import pandas as pd
import polars as pl
import pytest

from cleaner import Cleaner, CleanerError, clean_many, restore
from cleaner.adapters import pandas as for_pandas
from cleaner.adapters import polars as for_polars

PROSE = "Harga beras naik tajam pada pekan ini, kata para pedagang di pasar induk kepada wartawan."
TEXT = f"KONTAN.CO.ID - {PROSE}\nBaca Juga: Harga Cabai Turun\n{PROSE}"
URL = "https://www.kontan.co.id/news/1"
PAGE = f"<html><head><title>Beras</title></head><body><article><p>{PROSE}</p><p>{PROSE}</p></article></body></html>"
ADDED = ["status", "error", "flags", "credits", "raw_sha256", "removals", "withheld"]


@pytest.mark.parametrize(
    "column",
    [
        pd.Series([TEXT, None], dtype=object),
        pd.Series([TEXT, float("nan")], dtype=object),
        pd.Series([TEXT, pd.NaT], dtype=object),
        pd.Series([TEXT, pd.NA], dtype="string"),
        pd.Series([TEXT, None], dtype="str", index=[7, 3]),
        pl.Series([TEXT, None]),
    ],
)
def test_columns(cleaner: Cleaner, column: object) -> None:
    found = list(clean_many(column, [URL, None]))  # type: ignore[arg-type]
    assert found == [cleaner.clean_text(TEXT, url=URL), None]


@pytest.mark.parametrize("frame", [pd.DataFrame({"text": [TEXT]}), pl.DataFrame({"text": [TEXT]})])
def test_a_frame_is_no_column(frame: object) -> None:
    with pytest.raises(CleanerError, match=r'texts must be one column, not DataFrame; such as frame\["text"\]'):
        clean_many(frame)  # type: ignore[arg-type]


def test_pandas(cleaner: Cleaner) -> None:
    frame = pd.DataFrame(
        {"url": [URL, None, None, None, None], "text": [TEXT, None, float("nan"), 3, ""], "x": [[1], {}, "a", None, 2]},
        index=list("abcba"),
        dtype=object,
    )
    before = frame.copy(deep=True)
    found = for_pandas.clean_frame(frame, cleaner)
    pd.testing.assert_frame_equal(frame, before)
    assert list(found.columns) == ["url", "text", "x", *ADDED]
    assert list(found.index) == list("abcba")
    pd.testing.assert_series_equal(found["x"], frame["x"])
    row = found.iloc[0]
    assert row["text"] == cleaner.clean_text(TEXT, url=URL).text
    assert restore(row["text"], {"removals": row["removals"]}) == TEXT
    assert list(found["status"]) == [row["status"], "error", "error", "error", "error"]
    assert list(found["error"])[1:] == [
        'field "text" is missing',
        'field "text" is missing',
        'field "text" is a number, not a string',
        'field "text" is empty',
    ]
    assert found["text"].isna().tolist() == [False, True, True, True, True]


@pytest.mark.parametrize("kind", ["object", "string", "str"])
def test_pandas_string_types(cleaner: Cleaner, kind: str) -> None:
    frame = pd.DataFrame({"text": pd.Series([TEXT, None], dtype=kind)})
    found = for_pandas.clean_frame(frame, cleaner, audit=False)
    assert list(found["status"]) == [cleaner.clean_text(TEXT).status, "error"]
    assert found["text"][0] == cleaner.clean_text(TEXT).text


def test_pandas_dates_and_pages(cleaner: Cleaner) -> None:
    frame = pd.DataFrame({"html": [PAGE, None], "day": pd.to_datetime(["2024-06-19", None])})
    found = for_pandas.clean_frame(frame, cleaner, date_field="day", audit="record", keep_html=False)
    assert list(found.columns) == ["day", "text", "title", "status", "audit"]
    assert '"date":"2024-06-19T00:00:00"' in found["audit"][0]
    assert found["title"][0] == "Beras"
    assert for_pandas.clean_frame(frame.iloc[:0], cleaner).empty


def test_pandas_in_pieces_by_apply(cleaner: Cleaner) -> None:
    """The step pickles, so frames may be cleaned in other processes (Dask, multiprocessing)."""
    frame = pd.DataFrame({"text": [TEXT, PROSE]})
    clean = pickle.loads(pickle.dumps(for_pandas.FrameCleaner(cleaner)))
    pd.testing.assert_frame_equal(clean(frame), for_pandas.clean_frame(frame, cleaner))


def test_polars(cleaner: Cleaner) -> None:
    frame = pl.DataFrame(
        {
            "url": [URL, None, None],
            "text": [TEXT, None, ""],
            "group": pl.Series(["a", "b", "a"], dtype=pl.Enum(["a", "b"])),
            "thing": pl.Series([object(), object(), object()], dtype=pl.Object),
        }
    )
    found = for_polars.clean_frame(frame, cleaner)
    assert found.columns == [*frame.columns, *ADDED]
    assert found.schema["text"] == pl.String
    assert found["group"].dtype == frame["group"].dtype
    row = found.drop("thing").row(0, named=True)
    assert row["text"] == cleaner.clean_text(TEXT, url=URL).text
    assert restore(row["text"], {"removals": row["removals"]}) == TEXT
    assert found["text"].to_list()[1:] == [None, None]
    assert found["error"].to_list() == [None, 'field "text" is missing', 'field "text" is empty']


def test_polars_lazily_and_in_batches(cleaner: Cleaner) -> None:
    frame = pl.DataFrame({"id": range(50), "text": [TEXT, PROSE] * 25})
    clean = pickle.loads(pickle.dumps(for_polars.FrameCleaner(cleaner)))
    lazy = frame.lazy()
    schema = clean.schema(lazy.collect_schema())
    mapped = lazy.map_batches(clean, schema=schema, streamable=True)
    assert mapped.collect_schema() == schema
    assert mapped.collect().equals(clean(frame))
    assert mapped.filter(pl.col("status") != "untouched").select("id").collect()["id"].to_list() == list(
        range(0, 50, 2)
    )


def test_polars_pages_as_bytes(cleaner: Cleaner) -> None:
    frame = pl.DataFrame({"html": [PAGE.encode(), None]})
    found = for_polars.clean_frame(frame, cleaner, keep_html=False, audit=False)
    assert found.columns == ["text", "title", "status"]
    assert found.row(0) == (f"{PROSE}\n{PROSE}", "Beras", found["status"][0])
    assert for_polars.clean_frame(frame.clear(), cleaner).is_empty()


def test_frames_that_do_not_fit_are_refused(cleaner: Cleaner) -> None:
    for clean, frame in ((for_pandas.clean_frame, pd.DataFrame), (for_polars.clean_frame, pl.DataFrame)):
        with pytest.raises(CleanerError, match='no column "text" or "html"; there are: isi'):
            clean(frame({"isi": ["a"]}), cleaner)
        with pytest.raises(CleanerError, match='there is a column "flags" already'):
            clean(frame({"text": ["a"], "flags": [1]}), cleaner)

"""The table of cuts: three formats, one content; and the questions of the page on reviewing are answered by it."""

from __future__ import annotations

import csv
import re
import sqlite3
from pathlib import Path

import pytest
from reviewing import command

from cleaner import CleanerError
from cleaner.review.runs import open_run
from cleaner.review.tables import COLUMNS, export, rows

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "review.md"
QUESTIONS = re.findall(r"```sql\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)


def test_the_three_formats_hold_every_cut(place: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    pytest.importorskip("pyarrow")
    out = str(place / "out")
    found = list(rows(open_run(out)))
    assert len(found) == sum(len(one.record.removals) for one in open_run(out).documents())
    for row in found:
        values = dict(zip(COLUMNS, row, strict=True))
        assert values["end"] - values["start"] == values["chars"] == len(values["text"])
    for suffix in ("parquet", "csv", "db"):
        command("audit", "export", out, "-o", place / f"cuts.{suffix}")
    with sqlite3.connect(place / "cuts.db") as db:
        assert db.execute("SELECT * FROM cuts").fetchall() == found
    assert duckdb.sql(f"SELECT * FROM '{place}/cuts.parquet'").fetchall() == found
    with (place / "cuts.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == [list(COLUMNS), *(["" if v is None else str(v) for v in row] for row in found)]


@pytest.mark.parametrize("question", QUESTIONS, ids=range(len(QUESTIONS)))
def test_the_questions_of_the_page_are_answered(place: Path, question: str, monkeypatch: pytest.MonkeyPatch) -> None:
    duckdb = pytest.importorskip("duckdb")
    pytest.importorskip("pyarrow")
    command("audit", "export", place / "out", "-o", place / "cuts.parquet")
    monkeypatch.chdir(place)
    assert duckdb.sql(question).columns
    duckdb.sql(question).fetchall()


def test_the_page_answers_ten_questions() -> None:
    assert len(QUESTIONS) == 10


def test_what_cannot_be_written_leaves_nothing(place: Path) -> None:
    assert "name the format with --to" in command("audit", "export", place / "out", "-o", place / "x", status=2).stderr
    with pytest.raises(CleanerError, match="cannot write"):
        export(open_run(str(place / "out")), "csv", place / "none" / "cuts.csv")
    audit = place / "out" / "audit.jsonl"
    audit.write_bytes(audit.read_bytes() + b"{\n")
    with pytest.raises(CleanerError, match="not an audit record"):
        export(open_run(str(place / "out")), "csv", place / "cuts.csv")
    assert not list(place.glob("*cuts.csv*"))
    assert not list(place.glob(".cuts*"))

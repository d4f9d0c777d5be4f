"""Spark on two local workers: the same rows as the Arrow step gives, whichever worker cleans them."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pytest

from cleaner import Cleaner, CleanerError, restore
from cleaner.adapters.arrow import clean_batch
from cleaner.adapters.spark import clean_dataframe

PROSE = "Harga beras naik tajam pada pekan ini, kata para pedagang di pasar induk kepada wartawan."
TEXT = f"KONTAN.CO.ID - {PROSE}\nBaca Juga: Harga Cabai Turun\n{PROSE}"
URL = "https://www.kontan.co.id/news/1"


@pytest.fixture(scope="module")
def spark(jvm: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    os.environ |= {"PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"}
    from pyspark.sql import SparkSession

    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.warehouse.dir", str(tmp_path_factory.mktemp("warehouse")))
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", "3")
        .getOrCreate()
    )
    yield session
    session.stop()


def test_rows_of_two_workers(spark: Any, cleaner: Cleaner, tmp_path: Any) -> None:
    rows = [(n, URL if n % 2 else None, (TEXT, PROSE, None, "")[n % 4]) for n in range(20)]
    frame = spark.createDataFrame(rows, "id long, url string, text string").repartition(4)
    found = clean_dataframe(frame)
    found.write.parquet(str(tmp_path / "clean"))
    stored = spark.read.parquet(str(tmp_path / "clean")).orderBy("id").collect()
    batch = pa.RecordBatch.from_pylist([dict(zip(("id", "url", "text"), row, strict=True)) for row in rows])
    expected = clean_batch(batch, cleaner).to_pylist()
    assert [row.asDict(recursive=True) for row in stored] == expected
    assert restore(expected[0]["text"], {"removals": expected[0]["removals"]}) == TEXT


def test_packs_travel_to_the_workers(spark: Any, tmp_path: Any) -> None:
    pack = tmp_path / "mine.toml"
    pack.write_text(
        'schema = 1\npack = "user/mine"\ntitle = "Mine"\nsource = "test"\n[[rule]]\nid = "marker"\ncategory = "other"\n'
        'scope = "line"\nmatch = "^XYZZY$"\nexample = ["XYZZY"]\ncounter = ["XYZZY ada di sini."]\n'
    )
    frame = spark.createDataFrame([(f"{PROSE}\nXYZZY",)], "text string")
    found = clean_dataframe(frame, Cleaner(packs=[tmp_path], keep=["related"]), audit=False)
    pack.unlink()
    assert [row.text for row in found.collect()] == [PROSE]


def test_pages_and_no_rows(spark: Any) -> None:
    page = f"<html><body><article><p>{PROSE}</p><p>{PROSE}</p></article></body></html>"
    frame = spark.createDataFrame([(bytearray(page.encode()),)], "html binary")
    assert [row.text for row in clean_dataframe(frame, keep_html=False).collect()] == [f"{PROSE}\n{PROSE}"]
    assert clean_dataframe(frame.limit(0)).collect() == []


def test_a_frame_that_does_not_fit_is_refused_at_once(spark: Any) -> None:
    with pytest.raises(CleanerError, match='no column "text" or "html"; there are: isi'):
        clean_dataframe(spark.createDataFrame([("a",)], "isi string"))

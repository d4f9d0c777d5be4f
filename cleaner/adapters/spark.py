"""Spark: a data frame through ``mapInArrow``. See ``docs/pipelines/spark.md``."""

from __future__ import annotations

from typing import Any

from cleaner.adapters import needs
from cleaner.adapters.arrow import BatchCleaner
from cleaner.core import Cleaner

with needs("spark"):
    from pyspark.sql.pandas.types import from_arrow_schema, to_arrow_schema


def clean_dataframe(frame: Any, cleaner: Cleaner | None = None, **options: Any) -> Any:
    """A data frame with clean texts; evaluated lazily, as all of Spark is.

    The packs travel with the task as values; every Python worker builds the cleaner once and keeps it. The workers need
    this package with the extra ``arrow``.

    Args:
        frame: a Spark data frame.
        cleaner: cleans each row; by default one with the built-in packs.
        options: those of ``BatchCleaner``.

    Raises:
        CleanerError: as ``BatchCleaner``, at once, from the frame's schema.
    """
    step = BatchCleaner(cleaner, **options)
    return frame.mapInArrow(step.stream, from_arrow_schema(step.schema(to_arrow_schema(frame.schema))))

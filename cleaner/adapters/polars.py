"""Polars: a frame in, the same frame with clean texts out, eager or lazy. See ``docs/pipelines/pandas-polars.md``."""

from __future__ import annotations

from typing import Any

from cleaner.adapters import needs
from cleaner.adapters.arrow import BatchCleaner
from cleaner.core import Cleaner

with needs("polars"):
    import polars as pl


class FrameCleaner:
    """Cleans data frames, for ``LazyFrame.map_batches`` as well; picklable. All other columns are not touched."""

    def __init__(self, cleaner: Cleaner | None = None, **options: Any) -> None:
        """Set up the step; ``options`` are those of ``BatchCleaner``."""
        self.batches = BatchCleaner(cleaner, **options)

    def __call__(self, frame: Any) -> Any:
        """A new frame: the text column replaced, the columns of the audit added.

        Raises:
            CleanerError: as ``BatchCleaner``; a row that cannot be cleaned raises nothing, its status is ``error``.
        """
        roles = self.batches.reads(frame.columns)
        columns = {role: frame[name].to_list() for role, name in roles.items()}
        found = self.batches.columns(columns, len(frame), frame.columns)
        html = roles.get("html")
        if html and not self.batches.keep_html and html != self.batches.names.text:
            frame = frame.drop(html)
        return frame.with_columns([pl.from_arrow(array).alias(name) for name, array in found.items()])

    def schema(self, schema: Any) -> Any:
        """The schema of the result: ``frames.map_batches(clean, schema=clean.schema(frames.collect_schema()))``."""
        return self(pl.DataFrame(schema=schema)).schema


def clean_frame(frame: Any, cleaner: Cleaner | None = None, **options: Any) -> Any:
    """Clean one data frame; ``options`` are those of ``BatchCleaner``.

    Raises:
        CleanerError: as ``BatchCleaner``.
    """
    return FrameCleaner(cleaner, **options)(frame)

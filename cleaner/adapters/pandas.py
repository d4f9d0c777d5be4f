"""pandas: a data frame in, the same frame with clean texts out. See ``docs/pipelines/pandas-polars.md``."""

from __future__ import annotations

from typing import Any

from cleaner.adapters import needs
from cleaner.adapters.arrow import BatchCleaner
from cleaner.core import Cleaner

with needs("pandas"):
    import pandas as pd


class FrameCleaner:
    """Cleans data frames; picklable. Rows keep their order and index, all other columns are not touched."""

    def __init__(self, cleaner: Cleaner | None = None, **options: Any) -> None:
        """Set up the step; ``options`` are those of ``BatchCleaner``."""
        self.batches = BatchCleaner(cleaner, **options)

    def __call__(self, frame: Any) -> Any:
        """A new frame: the text column replaced, the columns of the audit added (lists of dicts where nested).

        Raises:
            CleanerError: as ``BatchCleaner``; a row that cannot be cleaned raises nothing, its status is ``error``.
        """
        roles = self.batches.reads(list(frame.columns))
        columns = {role: [_value(one) for one in frame[name]] for role, name in roles.items()}
        found = self.batches.columns(columns, len(frame), list(frame.columns))
        added = {name: pd.Series(array.to_pylist(), frame.index, dtype=_dtype(array)) for name, array in found.items()}
        html = roles.get("html")
        if html and not self.batches.keep_html and html != self.batches.names.text:
            frame = frame.drop(columns=html)
        return frame.assign(**added)


def clean_frame(frame: Any, cleaner: Cleaner | None = None, **options: Any) -> Any:
    """Clean one data frame; ``options`` are those of ``BatchCleaner``.

    Raises:
        CleanerError: as ``BatchCleaner``.
    """
    return FrameCleaner(cleaner, **options)(frame)


def _value(value: Any) -> Any:
    """A cell as a plain value, with ``None`` for what pandas takes for missing (``NaN``, ``NaT``, ``NA``)."""
    if isinstance(value, str | bytes):
        return value
    return None if pd.api.types.is_scalar(value) and pd.isna(value) else value


def _dtype(array: Any) -> Any:
    return object if array.type.num_fields else None  # nested values stay Python lists

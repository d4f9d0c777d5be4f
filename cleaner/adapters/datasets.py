"""Hugging Face ``datasets``: a function for ``Dataset.map``. See ``docs/pipelines/huggingface-datasets.md``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cleaner.adapters import needs
from cleaner.adapters.arrow import BatchCleaner

with needs("datasets"):
    import datasets
    import pyarrow as pa


class DatasetCleaner(BatchCleaner):
    """Cleans the batches that ``map`` hands out, as Arrow tables (``with_format("arrow")``) or as lists of values.

    Takes the options of ``BatchCleaner``. Its pickled form depends on the packs, the options and the version alone, so
    ``datasets`` finds a result in its cache again, and not after a pack was changed.
    """

    def __call__(self, batch: Any) -> Any:
        """The cleaned table; or, for lists, the lists that ``map`` adds to the batch or replaces in it.

        Raises:
            CleanerError: as ``BatchCleaner``.
        """
        if not isinstance(batch, Mapping):
            return super().__call__(batch)
        roles = self.reads(list(batch))
        columns = {role: batch[name] for role, name in roles.items()}
        size = len(next(iter(columns.values())))
        return {name: array.to_pylist() for name, array in self.columns(columns, size, list(batch)).items()}

    def features(self, features: Any) -> Any:
        """The features of the result, for ``map(..., features=...)``.

        Needed when batches are lists: ``map`` would guess their types from the first rows, where nothing may be cut.

        Args:
            features: those of the input.
        """
        schema = self.schema(features.arrow_schema)
        found = datasets.Features.from_arrow_schema(pa.schema(list(schema)))
        return datasets.Features({**found, **{name: features[name] for name in features if name != self.names.text}})

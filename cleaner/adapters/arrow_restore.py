"""The way back: from clean batches to the raw texts, exactly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cleaner import audit
from cleaner.adapters import needs
from cleaner.adapters.arrow_columns import DETAIL, text_array
from cleaner.model import CleanerError, Removal

with needs("arrow"):
    import pyarrow as pa


def restore_batch(batch: Any, *, text_field: str = "text", prefix: str = "") -> Any:
    """Put what was cut back into the texts and drop the added columns; rows with an error keep a null text.

    For rows that were pages the restored text is the page's visible lines, as everywhere.

    Args:
        batch: a ``RecordBatch`` or ``Table`` that a ``BatchCleaner`` returned with ``audit`` not off.
        text_field: the column with the clean text.
        prefix: what goes before the names of the added columns.

    Raises:
        CleanerError: the columns are not there, or do not fit the text; the message names the row.
    """
    names = batch.schema.names
    record, removals = f"{prefix}audit", f"{prefix}removals"
    as_records = record in names and removals not in names
    source = record if as_records else removals
    for name in (text_field, source):
        if names.count(name) != 1:
            raise CleanerError(f'no column "{name}" to restore from; there are: {", ".join(names)}')
    dropped = {f"{prefix}status", *((record,) if as_records else (prefix + name for name in DETAIL))}
    kept = [number for number, name in enumerate(names) if name not in dropped]
    schema = pa.schema([batch.schema.field(number) for number in kept], metadata=batch.schema.metadata)
    parts = batch.to_batches() if isinstance(batch, pa.Table) else [batch]
    restored = []
    for part in parts:
        arrays = [part.column(number) for number in kept]
        texts = part.column(names.index(text_field))
        cuts = part.column(names.index(source)).to_pylist()
        hashes = _hashes(part, f"{prefix}raw_sha256")
        raw = [_restored(row, *of) for row, of in enumerate(zip(texts.to_pylist(), cuts, hashes, strict=True))]
        arrays[kept.index(names.index(text_field))] = text_array(raw, texts.type)
        restored.append(pa.RecordBatch.from_arrays(arrays, schema=schema))
    return pa.Table.from_batches(restored, schema=schema) if isinstance(batch, pa.Table) else restored[0]


def _hashes(batch: Any, name: str) -> list[str | None]:
    number = batch.schema.get_field_index(name)
    found: list[str | None] = batch.column(number).to_pylist() if number >= 0 else [None] * batch.num_rows
    return found


def _restored(row: int, text: str | None, cuts: Any, sha256: str | None) -> str | None:
    if text is None:
        return None
    try:
        removals: Sequence[Removal]
        if isinstance(cuts, str):  # an audit record
            record = audit.decode(cuts)
            removals = record.removals
            sha256 = record.raw.sha256 if record.raw is not None else None
        else:
            removals = [Removal(**cut) for cut in cuts]
        raw = audit.restore(text, removals)
        if sha256 is not None and audit.fingerprint(raw).sha256 != sha256:
            raise CleanerError("text and removals together do not give the recorded raw text")
    except (CleanerError, TypeError) as error:
        raise CleanerError(f"row {row}: {error}") from None
    return raw

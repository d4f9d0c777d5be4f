"""Arrow columns as Python values: text for the cleaner, JSON for other formats. Import it only where pyarrow is."""

from __future__ import annotations

from typing import Any

from cleaner.batch.encoding import decode_text
from cleaner.batch.formats import rows


class Block:
    """A batch of rows and the row group that it came from. Its JSON form is built once, when first asked for."""

    __slots__ = ("_members", "batch", "group")

    def __init__(self, batch: Any, group: int) -> None:
        self.batch, self.group = batch, group
        self._members: list[list[Any]] | None = None

    def members(self, index: int) -> list[tuple[str, bytes]]:
        """All fields of a row in order, each with its value as JSON."""
        if self._members is None:
            self._members = [as_values(column) for column in self.batch.columns]
        names = self.batch.schema.names
        return [(name, rows.encode(values[index])) for name, values in zip(names, self._members, strict=True)]


class BlockRow:
    """A row: its batch, and its place there."""

    __slots__ = ("block", "index")

    def __init__(self, block: Block, index: int) -> None:
        self.block, self.index = block, index

    def members(self) -> list[tuple[str, bytes]]:
        """All fields of the record in order, each with its value as JSON."""
        return self.block.members(self.index)


def is_text(kind: Any) -> bool:
    """Whether a type holds text (a column of nulls may)."""
    import pyarrow.types as t

    if t.is_dictionary(kind):
        kind = kind.value_type
    return bool(t.is_string(kind) or t.is_large_string(kind) or t.is_string_view(kind) or t.is_null(kind))


def is_binary(kind: Any) -> bool:
    """Whether a type holds bytes of any length."""
    import pyarrow.types as t

    return bool(t.is_binary(kind) or t.is_large_binary(kind) or t.is_binary_view(kind))


def as_strings(column: Any, metas: dict[int, dict[str, str]] | None = None) -> list[Any]:
    """The values of a column; text that is not UTF-8 is decoded by what it looks like.

    Args:
        column: an Arrow array.
        metas: takes, by row, how such a text was decoded.
    """
    if not is_text(column.type):
        return as_values(column)
    try:
        return list(column.to_pylist())
    except UnicodeDecodeError:
        pass
    import pyarrow as pa

    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    wide = pa.types.is_large_string(column.type)
    texts: list[str | None] = []
    for row, data in enumerate(column.cast(pa.large_binary() if wide else pa.binary()).to_pylist()):
        if data is None:
            texts.append(None)
            continue
        decoded = decode_text(data)
        texts.append(decoded.text)
        if metas is not None and decoded.meta:
            metas[row] = decoded.meta
    return texts


def as_values(column: Any) -> list[Any]:
    """The values of a column as Python objects that JSON has words for, or that have a text.

    Times with nanoseconds come as their text; inside lists and structs they are cut to microseconds.
    """
    import pyarrow as pa

    if is_text(column.type):
        return as_strings(column)
    if pa.types.is_timestamp(column.type) and column.type.unit == "ns":
        return list(column.cast(pa.string()).to_pylist())
    coarse = _coarse(column.type)
    if coarse != column.type:
        column = column.cast(coarse, safe=False)
    return list(column.to_pylist())


def _coarse(kind: Any) -> Any:
    """A type with microseconds for nanoseconds: Python's times know no smaller ones."""
    import pyarrow as pa

    t = pa.types
    if t.is_timestamp(kind) and kind.unit == "ns":
        return pa.timestamp("us", kind.tz)
    if t.is_duration(kind) and kind.unit == "ns":
        return pa.duration("us")
    if t.is_time64(kind) and kind.unit == "ns":
        return pa.time64("us")
    if t.is_struct(kind):
        return pa.struct([each.with_type(_coarse(each.type)) for each in kind])
    if t.is_map(kind):
        return pa.map_(_coarse(kind.key_type), _coarse(kind.item_type))
    if t.is_large_list(kind):
        return pa.large_list(kind.value_field.with_type(_coarse(kind.value_type)))
    if t.is_list(kind):
        return pa.list_(kind.value_field.with_type(_coarse(kind.value_type)))
    return kind

"""Results as Arrow columns: their types, and how they are filled without building an object for every cut."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from cleaner.adapters import needs
from cleaner.audit import fingerprint
from cleaner.model import Cleaned, CleanerError, Credits, Removal, Withheld

with needs("arrow"):
    import pyarrow as pa
    import pyarrow.types as kinds

#: Columns that tell what was cut, in order; ``removals`` and the text together are the raw text.
DETAIL = ("error", "flags", "credits", "raw_sha256", "removals", "withheld")


def removals_type(*, large: bool) -> Any:
    """The type of the column ``removals``; offsets count code points of the raw text.

    Args:
        large: strings with 64-bit offsets, as the text column has them: then the cuts of a batch fit wherever its
            texts did.
    """
    name, text = pa.string(), pa.large_string() if large else pa.string()
    return pa.list_(
        pa.struct(
            [
                ("start", pa.int64()),
                ("end", pa.int64()),
                ("text", text),
                ("category", name),
                ("rule", name),
                ("scope", name),
                ("path", name),
                ("evidence", name),
                ("confidence", pa.float64()),
                ("doubt", pa.string()),
            ]
        )
    )


def detail_types(*, large: bool) -> dict[str, Any]:
    """The types of the columns named in ``DETAIL``."""
    name = pa.string()
    credit = pa.struct([("role", name), ("name", name)])
    held = pa.struct(
        [
            ("start", pa.int64()),
            ("end", pa.int64()),
            ("category", name),
            ("rule", name),
            ("why", name),
            ("evidence", name),
            ("confidence", pa.float64()),
        ]
    )
    return {
        "error": name,
        "flags": pa.list_(name),
        "credits": pa.list_(credit),
        "raw_sha256": name,
        "removals": removals_type(large=large),
        "withheld": pa.list_(held),
    }


def is_text(kind: Any) -> bool:
    """Whether a column of this type holds strings, dictionary-encoded ones included."""
    if kinds.is_dictionary(kind):
        kind = kind.value_type
    return bool(kinds.is_string(kind) or kinds.is_large_string(kind) or kinds.is_string_view(kind))


def is_large(kind: Any) -> bool:
    """Whether one column of this type may hold more than 2 GiB of text."""
    if kinds.is_dictionary(kind):
        return True  # a value counts as often as it is referred to
    return bool(
        kinds.is_large_string(kind)
        or kinds.is_string_view(kind)
        or kinds.is_large_binary(kind)
        or kinds.is_binary_view(kind)
    )


def text_array(texts: Sequence[str | None], kind: Any) -> Any:
    """Texts as a column of a string type, dictionary-encoded if the type is.

    Raises:
        CleanerError: the texts do not fit the type.
    """
    if not kinds.is_dictionary(kind):
        return filled(texts, kind)
    encoded = filled(texts, pa.large_string()).dictionary_encode()
    try:
        indices = encoded.indices.cast(kind.index_type)
        values = encoded.dictionary.cast(kind.value_type)
    except pa.ArrowInvalid as error:
        raise CleanerError(
            f"the clean texts of this batch do not fit {kind}: {error}; cast the column to a string type first"
        ) from None
    return pa.DictionaryArray.from_arrays(indices, values, ordered=kind.ordered)


def filled(values: Sequence[Any], kind: Any) -> Any:
    """Values as one array.

    Raises:
        CleanerError: more text than one array of this type holds.
    """
    array = pa.array(values, kind)
    if isinstance(array, pa.ChunkedArray):
        raise CleanerError(f"a batch holds more text than one {kind} column can; clean smaller batches")
    return array


def detail_columns(results: Sequence[Cleaned | str], types: dict[str, Any]) -> dict[str, Any]:
    """The columns of ``DETAIL`` for results, or messages for rows that could not be cleaned."""
    done = [result if isinstance(result, Cleaned) else None for result in results]
    credits = [credit_pairs(result.credits) if result else () for result in done]
    return {
        "error": filled([None if isinstance(result, Cleaned) else result for result in results], types["error"]),
        "flags": filled([result.flags if result else () for result in done], types["flags"]),
        "credits": _structs(credits, types["credits"]),
        "raw_sha256": filled([fingerprint(result.raw).sha256 if result else None for result in done], pa.string()),
        "removals": _structs([_fields(result.removals) if result else () for result in done], types["removals"]),
        "withheld": _structs([_fields(result.withheld) if result else () for result in done], types["withheld"]),
    }


def credit_pairs(credits: Credits) -> list[tuple[str, str]]:
    """Credits as pairs of role and name, in the order they were found."""
    return [(role, name) for role, names in credits.items() for name in names]


def _fields(found: Iterable[Removal | Withheld]) -> list[tuple[Any, ...]]:
    return [tuple(getattr(one, name) for name in one.__struct_fields__) for one in found]


def _structs(rows: Sequence[Sequence[tuple[Any, ...]]], kind: Any) -> Any:
    """Lists of tuples as a list column of structs, built column by column."""
    offsets = [0]
    for row in rows:
        offsets.append(offsets[-1] + len(row))
    inner = kind.value_type
    flat = [item for row in rows for item in row]
    columns = list(zip(*flat, strict=True)) if flat else [()] * inner.num_fields
    fields = [inner.field(number) for number in range(inner.num_fields)]
    arrays = [filled(column, field.type) for column, field in zip(columns, fields, strict=True)]
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), pa.StructArray.from_arrays(arrays, fields=fields))

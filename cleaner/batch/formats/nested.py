"""Arrow columns inside others: found by their names, taken out, put back. Import it only where pyarrow is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

#: Where a column is: its number, then that of the field in it, and so on.
Place = tuple[int, ...]


def _fields(kind: Any) -> list[Any]:
    """The fields of a schema or of a struct type; none of any other type."""
    import pyarrow as pa

    if not isinstance(kind, pa.Schema) and not pa.types.is_struct(kind):
        return []
    return [kind.field(number) for number in range(len(kind) if isinstance(kind, pa.Schema) else kind.num_fields)]


def find_column(kind: Any, name: str) -> Place | None:
    """Where a column is: that of this name, else ``a.b`` is field ``b`` of column ``a``.

    Args:
        kind: a schema, or a struct type.
        name: a name, or names parted by dots.
    """
    fields = _fields(kind)
    names = [field.name for field in fields]
    if name in names:
        return (names.index(name),)
    at = name.find(".")
    while at >= 0:
        if name[:at] in names:
            number = names.index(name[:at])
            inner = find_column(fields[number].type, name[at + 1 :])
            if inner is not None:
                return (number, *inner)
        at = name.find(".", at + 1)
    return None


def column_names(kind: Any) -> Iterator[str]:
    """All columns, those inside others after them with dotted names."""
    for field in _fields(kind):
        yield field.name
        yield from (f"{field.name}.{name}" for name in column_names(field.type))


def type_at(schema: Any, place: Place) -> Any:
    """The type of a column."""
    kind = schema.field(place[0]).type
    for number in place[1:]:
        kind = kind.field(number).type
    return kind


def column_at(batch: Any, place: Place) -> Any:
    """The values of a column; null where the column around it is."""
    import pyarrow.compute as pc

    column = batch.column(place[0])
    return pc.struct_field(column, list(place[1:])) if len(place) > 1 else column


def field_with(field: Any, inside: Place, kind: Any) -> Any:
    """A field with another type, which may be null, for what lies inside it; without that for ``None``."""
    import pyarrow as pa

    if not inside:
        return field.with_type(kind).with_nullable(True)
    children = _fields(field.type)
    if kind is None and len(inside) == 1:
        del children[inside[0]]
    else:
        children[inside[0]] = field_with(children[inside[0]], inside[1:], kind)
    return field.with_type(pa.struct(children))


def column_with(column: Any, inside: Place, new: Any, field: Any) -> Any:
    """A column with other values for what lies inside it; without that for ``None``.

    Args:
        column: the column.
        inside: where in it.
        new: the values.
        field: what ``field_with`` made of its field.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    if not inside:
        return new
    children = [column.field(number) for number in range(column.type.num_fields)]
    fields = _fields(field.type)
    if new is None and len(inside) == 1:
        del children[inside[0]]
    else:
        at = inside[0]
        children[at] = column_with(children[at], inside[1:], new, fields[at])
    absent = column.is_null()
    if new is not None:
        absent = pc.and_(absent, new.is_null())  # a value makes a place for itself
    return pa.StructArray.from_arrays(children, fields=fields, mask=absent)

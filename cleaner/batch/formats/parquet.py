"""Parquet: batches of rows in, the same columns out with another text column and a column for errors.

Only the columns in use become Python values. All others are handed from the reader's batch to the writer's table as
they are, with their types and metadata.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

import msgspec

from cleaner.batch.formats import rows
from cleaner.batch.formats.arrow import Block, BlockRow, as_strings, is_binary, is_text
from cleaner.batch.formats.base import Item, Part, Reader, ReadError, Result, Writer
from cleaner.batch.formats.nested import Place, column_at, column_names, column_with, field_with, find_column, type_at
from cleaner.batch.formats.wanted import no_column
from cleaner.batch.store import open_read
from cleaner.extras import install
from cleaner.fields import Fields
from cleaner.model import CleanerError

_BATCH_BYTES = 4 << 20  # about so much of a file is decoded at once
_BATCH_ROWS = 4096
_GROUP_BYTES = 16 << 20  # a row group is written when so much waits
_CODEC = "zstd"
_PLAIN = (str, int, type(None))


def _pyarrow() -> tuple[Any, Any]:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise CleanerError(f"Parquet files need pyarrow, which is not installed: {install('parquet')}") from None
    return pyarrow, pyarrow.parquet


class TableLayout(msgspec.Struct, frozen=True):
    """What a writer needs to know of the input: the Arrow schema, and each column's compression by its path."""

    schema: Any
    codecs: dict[str, str]


class ParquetReader:
    """Reads the rows of a file, or of some of its row groups."""

    passed_over = 0

    def __init__(self, stream: BinaryIO, name: str, fields: Fields, part: Part | None = None) -> None:
        """Read the footer.

        Raises:
            ReadError: there is none, or the columns in use are missing or of the wrong type.
        """
        self._pa, pq = _pyarrow()
        self._name, self._fields = name, fields
        try:
            self._file = pq.ParquetFile(stream, buffer_size=1 << 20, pre_buffer=False)
            schema = self._file.schema_arrow
        except (self._pa.ArrowException, OSError, ValueError) as error:
            raise ReadError(f"not a Parquet file that can be read: {_first_line(error)}") from None
        groups = self._file.metadata.num_row_groups
        self._groups = range(part.start, min(part.stop, groups)) if part else range(groups)
        self.layout: object = TableLayout(schema, _codecs(self._file.metadata))
        self._places = self._find(schema)

    def _find(self, schema: Any) -> dict[str, Place]:
        """Where the columns in use are, by their role."""
        found: dict[str, Place] = {}
        for role in self._fields.__struct_fields__:
            name = getattr(self._fields, role)
            place = find_column(schema, name) if name else None
            if place is None:
                continue
            found[role] = place
            kind = type_at(schema, place)
            if role in ("text", "url") and not is_text(kind):
                raise ReadError(f'column "{name}" is of type {kind}, not text')
            if role == "html" and not (is_text(kind) or is_binary(kind)):
                raise ReadError(f'column "{name}" is of type {kind}, not text or binary')
        if "text" not in found and "html" not in found:
            raise no_column(self._fields, list(column_names(schema)))
        return found

    def __iter__(self) -> Iterator[Item]:
        """The documents in order.

        Raises:
            ReadError: the file cannot be read on.
        """
        number = sum(self._file.metadata.row_group(g).num_rows for g in range(self._groups.start))
        for group in self._groups:
            meta = self._file.metadata.row_group(group)
            size = max(1, min(_BATCH_ROWS, _BATCH_BYTES * meta.num_rows // max(1, meta.total_byte_size)))
            try:
                batches = self._file.iter_batches(size, row_groups=[group], use_threads=False)
                for batch in batches:
                    yield from self._items(Block(batch, group), number)
                    number += batch.num_rows
            except (self._pa.ArrowException, OSError) as error:
                raise ReadError(f"cannot read on after row {number}: {_first_line(error)}") from None

    def _items(self, block: Block, number: int) -> Iterator[Item]:
        values: dict[str, list[Any]] = {}
        metas: dict[int, dict[str, str]] = {}
        for role, place in self._places.items():
            values[role] = as_strings(column_at(block.batch, place), metas if role == "text" else None)
        nothing = [None] * block.batch.num_rows
        ids, urls = values.get("id", nothing), values.get("url", nothing)
        ids = [each if isinstance(each, _PLAIN) else msgspec.Raw(rows.encode(each)) for each in ids]
        texts, pages = values.get("text", nothing), values.get("html", nothing)
        titles, dates = values.get("title", nothing), values.get("date", nothing)
        prefix = f"{self._name}: row "
        for index in range(block.batch.num_rows):
            item = Item(
                f"{prefix}{number + index + 1}",
                ids[index],
                urls[index],
                date=_worded(dates[index]),
                title=_worded(titles[index]),
                row=BlockRow(block, index),
            )
            page = pages[index]
            if page is not None:
                item.html = page
                if not page:
                    item.error = f'column "{self._fields.html}" is empty'
            else:
                text = item.text = texts[index]
                if not text:
                    what = "empty" if text is not None else "null"
                    item.error = f'column "{self._fields.text if "text" in values else self._fields.html}" is {what}'
                if metas:
                    item.meta = metas.get(index, {})
            yield item


def _worded(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else rows.as_text(value)


def _codecs(meta: Any) -> dict[str, str]:
    if not meta.num_row_groups:
        return {}
    group = meta.row_group(0)
    columns = (group.column(n) for n in range(group.num_columns))
    return {each.path_in_schema: "NONE" if each.compression == "UNCOMPRESSED" else each.compression for each in columns}


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0].removesuffix(".")


class BlockWriter:
    """Writes results to rows of the input's schema: a batch that came in whole goes out whole."""

    def __init__(self, stream: BinaryIO, fields: Fields, layout: TableLayout, keep_pages: bool) -> None:
        """Start the file.

        Raises:
            CleanerError: this version of pyarrow cannot write a column's type.
        """
        self._pa, pq = _pyarrow()
        schema = layout.schema
        string = self._pa.string()
        self._text_name = fields.text or "text"
        names = list(schema.names)
        self._text = find_column(schema, self._text_name)
        page = find_column(schema, fields.html) if fields.html else None
        has_title = not fields.title or find_column(schema, fields.title) is not None
        self._title_name = "" if has_title or page is None else fields.title
        self._dropped = page if page is not None and not keep_pages and page != self._text else None
        error = names.index(rows.ERROR_COLUMN) if rows.ERROR_COLUMN in names else None
        self._kept = [n for n in range(len(names)) if n != error and (n,) != self._dropped]
        self._text_type = string if self._text is None else self._text_kind(type_at(schema, self._text))
        out = [self._field(schema, n) for n in self._kept]
        if self._text is None:
            out.append(self._pa.field(self._text_name, string))
        if self._title_name:
            out.append(self._pa.field(self._title_name, string))
        out.append(self._pa.field(rows.ERROR_COLUMN, string))
        self._schema = self._pa.schema(out, schema.metadata)
        try:
            self._writer = pq.ParquetWriter(stream, self._schema, compression=_compression(layout.codecs, self._schema))
        except self._pa.ArrowException as error:
            raise CleanerError(f"these columns cannot be written as Parquet: {_first_line(error)}") from None
        self._block: Block | None = None
        self._rows: list[int] = []
        self._texts: list[str | None] = []
        self._titles: list[str | None] = []
        self._errors: list[str | None] = []
        self._changed = False
        self._waiting: list[Any] = []
        self._size = 0
        self._group: int | None = None

    def _field(self, schema: Any, number: int) -> Any:
        """A column of the output."""
        field = schema.field(number)
        if self._text is not None and self._text[0] == number:
            field = field_with(field, self._text[1:], self._text_type)
        if self._dropped is not None and self._dropped[0] == number:
            field = field_with(field, self._dropped[1:], None)
        return field

    def _column(self, batch: Any, number: int) -> Any:
        """The values of a column of the output; what lies inside it is put in before a page goes, which shifts it."""
        column, field = batch.column(number), batch.schema.field(number)
        if self._text is not None and self._text[0] == number:
            field = field_with(field, self._text[1:], self._text_type)
            column = column_with(column, self._text[1:], self._built(column_at(batch, self._text)), field)
        if self._dropped is not None and self._dropped[0] == number:
            field = field_with(field, self._dropped[1:], None)
            column = column_with(column, self._dropped[1:], None, field)
        return column

    def write(self, item: Item, result: Result) -> None:
        """One row.

        Raises:
            CleanerError: the document is of another format.
        """
        row = item.row
        if not isinstance(row, BlockRow):
            raise CleanerError("a document of another format cannot go into this Parquet file")
        if row.block is not self._block:
            self._finish_block()
            self._block = row.block
        text = result.text
        self._rows.append(row.index)
        self._texts.append(text)
        self._errors.append(None if text is not None else result.error or result.status)
        if self._title_name:
            self._titles.append(result.title)
        if text is None or text != item.text or item.meta:
            self._changed = True

    def _finish_block(self) -> None:
        """Turn the results of one batch into a table."""
        block = self._block
        if block is None:
            return
        batch = block.batch
        if self._rows != list(range(batch.num_rows)):
            batch = batch.take(self._pa.array(self._rows, self._pa.int64()))
        string = self._pa.string()
        columns = [self._column(batch, number) for number in self._kept]
        if self._text is None:
            columns.append(self._pa.array(self._texts, string))
        if self._title_name:
            columns.append(self._pa.array(self._titles, string))
        columns.append(self._pa.array(self._errors, string))
        table = self._pa.Table.from_arrays(columns, schema=self._schema)
        if self._waiting and (block.group != self._group or self._size >= _GROUP_BYTES):
            self._finish_group()
        self._waiting.append(table)
        self._size += _size(table)
        self._group, self._block, self._changed = block.group, None, False
        for each in (self._rows, self._texts, self._titles, self._errors):
            each.clear()

    def _text_kind(self, kind: Any) -> Any:
        """The type of the text column: the input's, with room for more texts if it numbers few of them."""
        if self._pa.types.is_dictionary(kind) and kind.index_type.bit_width < 32:
            return self._pa.dictionary(self._pa.int32(), kind.value_type)
        return kind

    def _built(self, before: Any) -> Any:
        """The text column of a batch; the one that came in if nothing was cut from any text."""
        kind = self._text_type
        if not self._changed:
            return before if before.type == kind else before.cast(kind)
        if self._pa.types.is_dictionary(kind):
            built = self._pa.array(self._texts, kind.value_type).dictionary_encode()
            return built if built.type == kind else built.cast(kind)
        return self._pa.array(self._texts, kind)

    def _finish_group(self) -> None:
        table = self._pa.concat_tables(self._waiting)
        self._writer.write_table(table, row_group_size=max(1, table.num_rows))
        self._waiting, self._size = [], 0

    def close(self) -> None:
        """Write what waits, and the footer."""
        self._finish_block()
        if self._waiting:
            self._finish_group()
        self._writer.close()


def _size(table: Any) -> int:
    """Bytes in memory, about."""
    try:
        return int(table.nbytes)
    except TypeError:  # pyarrow 22 cannot measure string views in this way
        return int(table.get_total_buffer_size())


def _compression(codecs: dict[str, str], schema: Any) -> str | dict[str, str]:
    """The input's codec of each column; columns that are new get the one that most of the others have."""
    if not codecs:
        return _CODEC
    kinds = list(codecs.values())
    common = max(sorted(set(kinds)), key=kinds.count)
    if set(kinds) == {common}:
        return common
    return {**dict.fromkeys(schema.names, common), **codecs}


class TableWriter:
    """Writes results from other formats: the columns are ``rows.COLUMNS``, all of them strings."""

    def __init__(self, stream: BinaryIO, fields: Fields, keep_pages: bool) -> None:
        self._pa, pq = _pyarrow()
        self._fields, self._keep_pages = fields, keep_pages
        self._schema = self._pa.schema([(name, self._pa.string()) for name in rows.COLUMNS])
        self._writer = pq.ParquetWriter(stream, self._schema, compression=_CODEC)
        self._rows: list[tuple[str | None, ...]] = []
        self._size = 0

    def write(self, item: Item, result: Result) -> None:
        """One row."""
        row = rows.flat(item, result, self._fields, self._keep_pages)
        self._rows.append(row)
        self._size += len(row[4] or "") + len(row[7] or "")
        if self._size >= _GROUP_BYTES:
            self._flush()

    def _flush(self) -> None:
        columns = [self._pa.array(column, self._pa.string()) for column in zip(*self._rows, strict=True)]
        self._writer.write_table(self._pa.Table.from_arrays(columns, schema=self._schema))
        self._rows, self._size = [], 0

    def close(self) -> None:
        """Write what waits, and the footer."""
        if self._rows:
            self._flush()
        self._writer.close()


def split_parquet(place: str, size: int) -> list[Part]:
    """The parts of a file: runs of row groups of about ``size`` compressed bytes together.

    Raises:
        ReadError: the file cannot be read.
    """
    pa, pq = _pyarrow()
    parts: list[Part] = []
    with open_read(place, None) as stream:
        try:
            meta = pq.ParquetFile(stream).metadata
        except (pa.ArrowException, OSError, ValueError) as error:
            raise ReadError(f"not a Parquet file that can be read: {_first_line(error)}") from None
        total = stream.seek(0, 2)
        start = held = begin = 0
        for number in range(meta.num_row_groups):
            group = meta.row_group(number)
            held += sum(group.column(n).total_compressed_size for n in range(group.num_columns))
            if held >= size and number + 1 < meta.num_row_groups:
                end = max(begin, _offset(meta.row_group(number + 1)))
                parts.append(Part(start, number + 1, span=(begin, end)))
                start, held, begin = number + 1, 0, end
        parts.append(Part(start, meta.num_row_groups, span=(begin, total)))
    return parts


def _offset(group: Any) -> int:
    """Where in the file a row group begins."""
    columns = (group.column(n) for n in range(group.num_columns))
    return min((each.dictionary_page_offset or each.data_page_offset for each in columns), default=0)


def open_parquet_reader(stream: BinaryIO, name: str, fields: Fields, part: Part | None = None) -> Reader:
    """A reader of Parquet. The stream must seek."""
    return ParquetReader(stream, name, fields, part)


def open_parquet_writer(stream: BinaryIO, fields: Fields, layout: object | None, keep_pages: bool) -> Writer:
    """A writer of Parquet: like the input if that is Parquet too, else a table of strings."""
    if isinstance(layout, TableLayout):
        return BlockWriter(stream, fields, layout, keep_pages)
    return TableWriter(stream, fields, keep_pages)

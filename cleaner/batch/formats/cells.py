"""Records of delimited text: what a reader hands on, and the writer that splices a new text into it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import BinaryIO

import msgspec

from cleaner.batch.encoding import decode_text
from cleaner.batch.formats import rows
from cleaner.batch.formats.base import Item, Result
from cleaner.batch.formats.dialect import Dialect
from cleaner.fields import Fields


class CellLayout(msgspec.Struct, frozen=True):
    """What a writer needs to know of the input: the header as it stands, its cells, the dialect, how lines end.

    ``preamble`` is the line before the header that tells the separator.
    """

    header: str
    columns: tuple[str, ...]
    dialect: Dialect = Dialect()
    ending: str = "\n"
    bom: bool = False
    preamble: str = ""


class CellRow:
    """The cells of a record. ``raw`` is the record as it stands in the file, ``None`` if it is broken.

    ``literal`` marks a record of a TSV whose quotes are plain characters.
    """

    __slots__ = ("cells", "columns", "literal", "raw")

    def __init__(self, cells: list[str], columns: tuple[str, ...], raw: str | None, literal: bool = False) -> None:
        self.cells, self.columns, self.raw, self.literal = cells, columns, raw, literal

    def members(self) -> list[tuple[str, bytes]]:
        """All cells in order, each as a JSON string."""
        return [(name, rows.encode(sound(cell)[0])) for name, cell in zip(self.columns, self.cells, strict=False)]


def is_utf8(text: str) -> bool:
    """Whether a text came from UTF-8 whole."""
    if text.isascii():
        return True
    try:
        text.encode()
        return True
    except UnicodeEncodeError:
        return False


def sound(cell: str) -> tuple[str, Mapping[str, str]]:
    """A cell decoded by what its bytes look like, if they are not UTF-8, and how."""
    if is_utf8(cell):
        return cell, {}
    decoded = decode_text(cell.encode("utf-8", "surrogateescape"))
    return decoded.text, decoded.meta


class DelimitedWriter:
    """Writes results below the input's header, or as a table of its own if they come from another format."""

    def __init__(
        self, stream: BinaryIO, fields: Fields, layout: object | None, keep_pages: bool, delimiter: str
    ) -> None:
        self._stream, self._fields, self._keep_pages = stream, fields, keep_pages
        self._layout = layout if isinstance(layout, CellLayout) else None
        self._dialect = self._layout.dialect if self._layout else Dialect(delimiter)
        self._delimiter = self._dialect.delimiter
        self._cell = re.compile(self._dialect.cell()).match
        self._bare_cell = re.compile(self._dialect.cell(literal=True)).match
        self._special = re.compile(rf'[{re.escape(self._delimiter)}"\r\n]').search
        self._ending = "\n"
        if self._layout is None:
            self._put(self._delimiter.join(rows.COLUMNS) + self._ending)
            return
        columns = self._layout.columns
        self._ending, text = self._layout.ending, fields.text or "text"
        self._text = columns.index(text) if text in columns else None
        page = columns.index(fields.html) if fields.html and fields.html in columns else None
        self._title = bool(fields.title) and page is not None and fields.title not in columns
        self._page = None if keep_pages or page == self._text else page
        self._error = columns.index(rows.ERROR_COLUMN) if rows.ERROR_COLUMN in columns else None
        more = [text] if self._text is None else []
        more += [fields.title] if self._title else []
        more += [rows.ERROR_COLUMN] if self._error is None else []
        head = self._spliced(self._layout.header, {self._page: None} if self._page is not None else {}, more, False)
        self._put(("\ufeff" if self._layout.bom else "") + self._layout.preamble + head)

    def write(self, item: Item, result: Result) -> None:
        """One record."""
        if self._layout is None or not isinstance(item.row, CellRow):
            table = rows.flat(item, result, self._fields, self._keep_pages)
            self._put(self._delimiter.join(map(self._quoted, table)) + self._ending)
            return
        row = item.row
        change: dict[int, str | None] = {}
        more: list[str] = []
        text, error = result.text, result.error if result.text is None else None
        if self._text is None:
            more.append(text or "")
        elif text is None or item.html is not None or text != item.text:
            change[self._text] = text or ""
        if self._title:
            more.append(result.title or "")
        if self._error is None:
            more.append(error or "")
        elif error or row.cells[self._error : self._error + 1] != [""]:
            change[self._error] = error or ""
        if self._page is not None:
            change[self._page] = None
        if row.raw is not None:
            self._put(self._spliced(row.raw, change, more, row.literal))
            return
        width = len(self._layout.columns)  # what can be read of a broken record, in the columns there are
        cells = [*row.cells[:width], *[""] * (width - len(row.cells))]
        out = [new for n, cell in enumerate(cells) if (new := change.get(n, cell)) is not None]
        self._put(self._delimiter.join(map(self._quoted, [*out, *more])) + self._ending)

    def _spliced(self, raw: str, change: Mapping[int, str | None], more: list[str], literal: bool) -> str:
        """A record with some cells replaced or dropped (``None``), and more at its end."""
        body = raw.rstrip("\r\n")
        if self._dialect.escapes and body.endswith("\\") and len(body) < len(raw):
            body = raw[: len(body) + 1]  # an escaped line break is no end
        ending = raw[len(body) :] or self._ending
        put: Callable[[str], str] = self._plain if literal else self._quoted
        if change:
            body = self._delimiter.join(self._changed(body, change, literal, put))
        return self._delimiter.join([body, *map(put, more)]) + ending

    def _changed(
        self, body: str, change: Mapping[int, str | None], literal: bool, put: Callable[[str], str]
    ) -> Iterator[str]:
        last, at = max(change), 0
        for number in range(last + 1):
            end = self._end(body, at, literal)
            if number not in change:
                yield body[at:end]
            elif (new := change[number]) is not None and self._dialect.escapes:
                yield self._dialect.written(new, body[at:end], literal=literal)
            elif new is not None:
                quoted = not literal and body.startswith('"', at)
                yield '"' + new.replace('"', '""') + '"' if quoted else put(new)
            at = end + 1
        if at <= len(body):
            yield body[at:]

    def _end(self, body: str, at: int, literal: bool) -> int:
        found = (self._bare_cell if literal else self._cell)(body, at)
        return found.end() if found else len(body)

    def _plain(self, cell: str) -> str:
        return self._dialect.written(cell, literal=True) if self._dialect.escapes else cell

    def _quoted(self, cell: str | None) -> str:
        if cell is None:
            return ""
        if self._dialect.escapes:
            return self._dialect.written(cell)
        return '"' + cell.replace('"', '""') + '"' if self._special(cell) else cell

    def _put(self, text: str) -> None:
        self._stream.write(text.encode("utf-8", "surrogateescape"))

    def close(self) -> None:
        """Nothing is left to write."""

"""CSV and TSV: a record in, the same record out with another text and a column more for what went wrong.

The standard library's parser finds the cells. The record's own characters are kept beside them, and the new text is
spliced in, so that all other cells keep their quotes. Bytes that are not UTF-8 travel as surrogates until the record is
whole, and are then decoded by what they look like.
"""

from __future__ import annotations

import csv
import io
import re
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from typing import BinaryIO

from cleaner.batch.encoding import BOM, WIDE, Peeked
from cleaner.batch.formats.base import MAX_RECORD, Item, Part, Reader, ReadError, Writer
from cleaner.batch.formats.cells import CellLayout, CellRow, DelimitedWriter, is_utf8, sound
from cleaner.batch.formats.content import text_stream
from cleaner.batch.formats.dialect import Dialect, delimiter_of, dialect_of, preamble_of
from cleaner.batch.formats.wanted import no_column
from cleaner.fields import Fields

_PROBE = 1 << 23  # a record of this length is suspect: do the lines in it look like records of their own?
_PROBE_LINES = 16
_STEP = 1 << 20
_AHEAD, _AHEAD_LINES = 1 << 20, 256  # characters and lines that tell the dialect
_BROKEN_QUOTES = "broken quoting"


class _TooLong(Exception):
    pass


class _LongLine(str):
    """Stands for a line of more than ``MAX_RECORD`` code points, which is not kept."""

    __slots__ = ()


class DelimitedReader:
    """Reads the records below the header."""

    passed_over = 0

    def __init__(self, stream: BinaryIO, name: str, fields: Fields) -> None:
        """Read the header.

        Raises:
            ReadError: there is none, or it lacks the columns in use.
        """
        csv.field_size_limit(max(csv.field_size_limit(), MAX_RECORD))
        self._name, self._fields = name, fields
        self._text, bom = _decoded(stream)
        self._number = 0  # lines read so far
        self._taken: list[str] = []  # lines of the record at hand
        self._waiting: deque[str] = deque()  # lines to be read again
        self._length = 0
        self._ahead: deque[str] = deque()  # lines that were looked at before their time
        self._trouble: Exception | None = None  # what stopped that
        self._columns: tuple[str, ...] = ()
        self._dialect = Dialect()
        preamble, header, cells = self._header()
        self._look_ahead()
        self._dialect = dialect_of(self._dialect.delimiter, list(self._ahead), len(cells))
        body = header.rstrip("\r\n")
        ending = header[len(body) :] or "\n"
        self.layout: object = CellLayout(body, tuple(cells), self._dialect, ending, bom, preamble)
        self._columns = tuple(cells)
        self._places = {
            role: cells.index(name)
            for role in fields.__struct_fields__
            if (name := getattr(fields, role)) and name in cells  # a column may have no name
        }
        if "text" not in self._places and "html" not in self._places:
            raise no_column(fields, cells)

    def _header(self) -> tuple[str, str, list[str]]:
        """The line that tells the separator, if there is one; the header; its cells."""
        preamble = ""
        try:
            lines = self._lines()
            first = next(lines, "")
            while first and not first.strip():
                first = next(lines, "")
            told = preamble_of(first)
            if told is not None:
                preamble, first = first, next(lines, "")
            self._dialect = Dialect(told or delimiter_of(first))
            self._taken, self._length = [], 0
            self._waiting.append(first)
            self._number -= 1
            cells = next(self._parser(), [])
        except csv.Error as error:
            raise ReadError(f"line {self._number}: {_BROKEN_QUOTES} in the header: {error}") from None
        except _TooLong:
            raise ReadError(f"the header is longer than {MAX_RECORD} characters") from None
        except OSError as error:
            raise ReadError(f"cannot read it: {error.strerror or error}") from None
        if not cells:
            raise ReadError("no header: the first line must name the columns")
        header = "".join(self._taken)
        self._taken = []
        return preamble, header, [sound(cell)[0] for cell in cells]

    def _look_ahead(self) -> None:
        """Read the lines that tell the dialect."""
        size = 0
        try:
            while len(self._ahead) < _AHEAD_LINES and size < _AHEAD and (line := self._line()):
                self._ahead.append(line)
                size += len(line)
        except (OSError, ReadError) as error:
            self._trouble = error  # the lines before it count

    def _lines(self) -> Iterator[str]:
        """Feeds the parser, and keeps what it takes."""
        while True:
            line = self._waiting.popleft() if self._waiting else self._following()
            if not line:
                return
            self._number += 1
            self._taken.append(line)
            if isinstance(line, _LongLine):
                raise _TooLong
            if len(self._taken) > 1:
                before = self._length
                self._length += len(line)
                if self._length > MAX_RECORD or (before < _PROBE <= self._length and self._swallowed()):
                    raise _TooLong
            else:
                self._length = len(line)
            yield line

    def _following(self) -> str:
        if self._ahead:
            return self._ahead.popleft()
        if self._trouble is not None:
            raise self._trouble
        return self._line()

    def _line(self) -> str:
        line = self._text.readline(MAX_RECORD + 1)
        if len(line) <= MAX_RECORD:
            return line
        while (piece := self._text.readline(_STEP)) and not piece.endswith(("\n", "\r")):
            pass
        return _LongLine("\n")

    def _swallowed(self) -> bool:
        """Whether the record at hand has run on into others, by the look of its lines."""
        lines = self._taken[1 : 1 + _PROBE_LINES]
        return len(lines) == _PROBE_LINES and len(self._columns) > 1 and all(self._fit([each]) for each in lines)

    def _parser(self) -> Iterator[list[str]]:
        return csv.reader(self._lines(), **self._dialect.options)

    def __iter__(self) -> Iterator[Item]:
        """The documents in order; blank lines are passed over.

        Raises:
            ReadError: the file cannot be read on.
        """
        try:
            yield from self._items()
        except OSError as error:
            raise ReadError(f"cannot read on after line {self._number}: {error.strerror or error}") from None
        finally:
            with suppress(ValueError):
                self._text.detach()  # the stream is not ours to close

    def _items(self) -> Iterator[Item]:
        columns = self._columns
        width = len(columns)
        parser = self._parser()
        while True:
            try:
                cells = next(parser)
            except StopIteration:
                return
            except (csv.Error, _TooLong) as error:
                yield self._broken(error)
                parser = self._parser()
                continue
            lines, self._taken = self._taken, []
            if len(cells) == width:
                raw = lines[0] if len(lines) == 1 else "".join(lines)
                if self._dialect.escapes:
                    cells = self._dialect.cells(raw)
                yield self._item(CellRow(cells, columns, raw), self._number - len(lines) + 1)
            elif cells:
                if len(lines) > 1 and self._fit(lines[1:]):
                    self._taken = lines  # the quote that opens in the first line belongs to no other
                    yield self._broken(None)
                    parser = self._parser()
                    continue
                first = self._number - len(lines) + 1
                yield Item(
                    self._where(first),
                    error=f"{len(cells)} cells in this record, {width} in the header",
                    row=CellRow(cells, columns, None),
                )

    def _fit(self, lines: list[str]) -> bool:
        """Whether lines are sound records by themselves, with no quote inside a cell that has none around it."""
        width = len(self._columns)
        mark = re.escape(self._dialect.delimiter)
        if self._dialect.escapes:
            cell = rf'(?s:"[^"\\]*+(?:(?:""|\\.)[^"\\]*+)*+"|(?:[^{mark}"\r\n\\]|\\.)*+)'
        else:
            cell = rf'(?:"[^"]*+(?:""[^"]*+)*+"|[^{mark}"\r\n]*+)'
        if not re.fullmatch(rf"(?:{cell}(?:{mark}|\r?\n|\r))*+{cell}", "".join(lines)):
            return False
        try:
            return all(len(cells) == width for cells in csv.reader(lines, **self._dialect.options))
        except csv.Error:
            return False

    def _broken(self, error: Exception | None) -> Item:
        """The first of the lines at hand as a broken record; the others are read again."""
        lines, self._taken = self._taken, []
        first, rest = lines[0], lines[1:]
        self._waiting.extendleft(reversed(rest))
        self._number -= len(rest)
        columns, number = self._columns, self._number
        if isinstance(first, _LongLine):
            why = f"the line is longer than {MAX_RECORD} characters"
            return Item(self._where(number), error=why, row=CellRow([], columns, None))
        if self._dialect.delimiter == "\t":  # many a TSV knows no quotes
            cells = self._literal(first)
            if len(cells) == len(columns):
                return self._item(CellRow(cells, columns, first, literal=True), number)
        try:
            cells = next(csv.reader([first], delimiter=self._dialect.delimiter), [])
            cells = self._dialect.cells(first) if self._dialect.escapes else cells
        except csv.Error:
            why = f"a cell is longer than {MAX_RECORD} characters"
            return Item(self._where(number), error=why, row=CellRow([], columns, None))
        if isinstance(error, _TooLong):
            why = "a quote that opens here is not closed in reach"
        elif error is None or "end of data" in str(error):
            why = "a quote that opens here is not closed"
        else:
            why = f"{error} (a quote inside a quoted cell must be doubled)"
        return Item(self._where(number), error=f"{_BROKEN_QUOTES}: {why}", row=CellRow(cells, columns, None))

    def _again(self, row: CellRow) -> list[str]:
        """The cells of a record that was decoded in another way."""
        raw = row.raw or ""
        if row.literal:
            return self._literal(raw)
        if self._dialect.escapes:
            return self._dialect.cells(raw)
        try:
            return next(csv.reader(io.StringIO(raw, newline=""), **self._dialect.options), [])
        except csv.Error:
            return []

    def _literal(self, raw: str) -> list[str]:
        """The cells of a record whose quotes are plain characters."""
        if self._dialect.escapes:
            return self._dialect.cells(raw, literal=True)
        return raw.rstrip("\r\n").split(self._dialect.delimiter)

    def _where(self, number: int) -> str:
        return f"{self._name}:{number}"

    def _item(self, row: CellRow, number: int) -> Item:
        item = Item(self._where(number), row=row)
        if row.raw is not None and not is_utf8(row.raw):
            row.raw, item.meta = sound(row.raw)
            row.cells = self._again(row)
        cells, places = row.cells, self._places
        if len(cells) != len(self._columns):
            item.error, row.raw = "not UTF-8, and no record when read in another encoding", None
            return item
        for role in ("id", "url", "title", "date"):
            if role in places:
                setattr(item, role, cells[places[role]] or None)
        for role in ("html", "text"):
            if role in places and cells[places[role]]:
                setattr(item, role, cells[places[role]])
                return item
        item.error = f'column "{self._fields.text if "text" in places else self._fields.html}" is empty'
        return item


def _decoded(stream: BinaryIO) -> tuple[io.TextIOWrapper, bool]:
    """The stream as text, and whether a byte order mark was on it."""
    try:
        stream = text_stream(stream)
        head = stream.read(3)
    except OSError as error:
        raise ReadError(f"cannot read it: {error.strerror or error}") from None
    bom = head == BOM
    encoding = WIDE.get(head[:2], "utf-8")
    source = io.BufferedReader(Peeked(b"" if bom else head, stream), 1 << 16)
    if encoding != "utf-8":
        return io.TextIOWrapper(source, encoding, "replace", newline=""), True
    return io.TextIOWrapper(source, encoding, "surrogateescape", newline=""), bom


def open_csv_reader(stream: BinaryIO, name: str, fields: Fields, part: Part | None = None) -> Reader:
    """A reader of CSV and TSV, whatever separates its cells: comma, semicolon or tab, as the header says."""
    return DelimitedReader(stream, name, fields)


def open_csv_writer(stream: BinaryIO, fields: Fields, layout: object | None, keep_pages: bool) -> Writer:
    """A writer of CSV."""
    return DelimitedWriter(stream, fields, layout, keep_pages, ",")


def open_tsv_writer(stream: BinaryIO, fields: Fields, layout: object | None, keep_pages: bool) -> Writer:
    """A writer of TSV."""
    return DelimitedWriter(stream, fields, layout, keep_pages, "\t")

"""JSONL: a record a line, and the same line out with another text in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import BinaryIO

import msgspec

from cleaner.batch.encoding import WIDE
from cleaner.batch.formats import rows
from cleaner.batch.formats.base import Item, Part, Reader, ReadError, Result, Writer
from cleaner.batch.formats.json_record import JsonLine, JsonRecords, place_of
from cleaner.batch.json_line import members, reach, rewrite, values
from cleaner.batch.lines import numbered_lines
from cleaner.batch.store import open_read
from cleaner.fields import Fields

_ENCODE = msgspec.json.Encoder().encode
_BLOCK = 1 << 20


class JsonlReader(JsonRecords):
    """Reads the records of a stream, or of the part of it that lies between two line breaks."""

    layout: object = None
    passed_over = 0

    def __init__(self, stream: BinaryIO, name: str, fields: Fields, part: Part | None = None) -> None:
        super().__init__(name + ":", fields)
        self._stream, self._part = stream, part

    def __iter__(self) -> Iterator[Item]:
        """The documents in order; blank lines are passed over.

        Raises:
            ReadError: the file cannot be read on.
        """
        return self.items(numbered_lines(self._stream, self._part))

    def items(self, lines: Iterable[tuple[int, bytes]]) -> Iterator[Item]:
        """The documents on lines that were read already, each with its number."""
        for number, line in lines:
            yield self.item(number, line)


def _is(value: msgspec.Raw | None, data: bytes) -> bool:
    return value is not None and bytes(value) == data


class JsonlWriter:
    """Writes a record a line: the one that came in with another text, or a new one for a document of another format."""

    def __init__(self, stream: BinaryIO, fields: Fields, keep_pages: bool) -> None:
        self._stream, self._fields, self._keep_pages = stream, fields, keep_pages

    def write(self, item: Item, result: Result) -> None:
        """One line."""
        self._stream.write(self.line(item, result))

    def line(self, item: Item, result: Result) -> bytes:
        """The line of a result, with its line break."""
        row = item.row
        if not isinstance(row, JsonLine):
            line = rows.record(item, result, self._fields, self._keep_pages)
        elif result.text is None:
            line = self._failed(row, result)
        elif item.html is not None:
            line = self._page(row, result)
        else:
            line = row.line if result.text == item.text else self._text(row, result.text)
        return line if line.endswith(b"\n") else line + b"\n"

    def _text(self, row: JsonLine, text: str) -> bytes:
        value = row.text
        if value is not None and (at := place_of(row.line, value)) >= 0:
            return row.line[:at] + _ENCODE(text) + row.line[at + memoryview(value).nbytes :]
        return rewrite(row.line, row.places(), {self._fields.text: _ENCODE(text)})

    def _page(self, row: JsonLine, result: Result) -> bytes:
        names = self._fields
        change: dict[str, bytes | None] = {names.text: _ENCODE(result.text)}
        if self._keep_pages or row.around is None:
            line, found = row.line, row.places()
        else:
            line, found = row.around, members(row.around)
        if names.title and result.title and reach(values(line, found), names.title) is None:
            change[names.title] = _ENCODE(result.title)
        if not self._keep_pages and names.html != names.text:
            change[names.html] = None
        return rewrite(line, found, change)

    def _failed(self, row: JsonLine, result: Result) -> bytes:
        """The line with ``null`` for the text and the error; as it is, if there is no error or it says so already."""
        found, text = row.places(), self._fields.text
        if result.error is None:
            return row.line
        message = _ENCODE(result.error)
        held = values(row.line, found)
        if _is(reach(held, text), rows.NULL) and any(_is(held.get(name), message) for name in rows.ERROR_FIELDS):
            return row.line
        change: dict[str, bytes | None] = {text: rows.NULL, rows.error_field(held): message}
        if self._fields.id and reach(held, self._fields.id) is None:
            change = {self._fields.id: rows.NULL, **change}
        return rewrite(row.line, found, change)

    def close(self) -> None:
        """Nothing is left to write."""


def split_jsonl(place: str, size: int) -> list[Part]:
    """The parts of an uncompressed file: from line break to line break, about ``size`` bytes each.

    The whole file is read once, to number the lines.

    Raises:
        ReadError: it cannot be read.
    """
    parts: list[Part] = []
    start = place_now = 0
    line = first = 1
    try:
        with open_read(place, None) as stream:
            while block := stream.read(_BLOCK):
                if place_now == 0 and block[:2] in WIDE:
                    return [Part(0, 1 << 62)]
                at = 0
                while (cut := block.find(b"\n", max(at, start + size - 1 - place_now)) + 1) > 0:
                    line += block.count(b"\n", at, cut)
                    parts.append(Part(start, place_now + cut, first, (start, place_now + cut)))
                    start, first, at = place_now + cut, line, cut
                line += block.count(b"\n", at)
                place_now += len(block)
    except OSError as error:
        raise ReadError(f"cannot read it: {error.strerror or error}") from None
    if place_now > start or not parts:
        parts.append(Part(start, place_now, first, (start, place_now)))
    return parts


def open_jsonl_reader(stream: BinaryIO, name: str, fields: Fields, part: Part | None = None) -> Reader:
    """A reader of JSONL."""
    return JsonlReader(stream, name, fields, part)


def open_jsonl_writer(stream: BinaryIO, fields: Fields, layout: object | None, keep_pages: bool) -> Writer:
    """A writer of JSONL."""
    return JsonlWriter(stream, fields, keep_pages)

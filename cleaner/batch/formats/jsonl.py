"""JSONL as documents: for results that leave it for another format, or come to it from one.

JSONL that stays JSONL takes a way of its own (``cleaner.batch.jsonl``), on which a line keeps its bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import BinaryIO

import msgspec

from cleaner.batch.formats import rows
from cleaner.batch.formats.base import Item, Part, Reader, ReadError, Result, Writer
from cleaner.batch.json_line import check_object, kind_of, members, values
from cleaner.batch.lines import TOO_LONG, LongLine, numbered_lines
from cleaner.batch.sources import as_utf8
from cleaner.batch.store import open_read
from cleaner.fields import Fields
from cleaner.model import CleanerError

_STRING = msgspec.json.Decoder(str).decode
_OBJECT = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_BLOCK = 1 << 20
_WIDE = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


class JsonRow:
    """The members of a line, undecoded. Of doubled names the last one counts, as JSON readers take it."""

    __slots__ = ("_values",)

    def __init__(self, found: dict[str, msgspec.Raw]) -> None:
        self._values = found

    def members(self) -> list[tuple[str, bytes]]:
        """All fields of the record in order, each with its value as it stands on the line."""
        return [(name, bytes(value)) for name, value in self._values.items()]


class JsonlReader:
    """Reads the records of a stream, or of the part of it that lies between two line breaks."""

    layout: object = None

    def __init__(self, stream: BinaryIO, name: str, fields: Fields, part: Part | None = None) -> None:
        self._stream, self._name, self._fields, self._part = stream, name, fields, part

    def __iter__(self) -> Iterator[Item]:
        """The documents in order; blank lines are passed over.

        Raises:
            ReadError: the file cannot be read on.
        """
        for number, line in numbered_lines(self._stream, self._part):
            yield self._item(line, f"{self._name}:{number}")

    def _item(self, line: bytes, where: str) -> Item:
        meta: dict[str, str] = {}
        if isinstance(line, LongLine):
            return Item(where, error=TOO_LONG, row=JsonRow({}))
        if not line.isascii():  # the decoder below does not look into values that it passes on
            line, meta = as_utf8(line)
        try:
            found = _OBJECT(line)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            try:
                check_object(line)
                found = values(line, members(line))
            except CleanerError as error:
                return Item(where, error=str(error), meta=meta)
        item = Item(where, row=JsonRow(found), meta=meta)
        names = self._fields
        item.id = _sound(found.get(names.id)) if names.id else None
        try:
            item.url = _optional(found, names.url)
            item.date = _optional(found, names.date)
            html = found.get(names.html) if names.html else None
            if html is not None and bytes(html) != rows.NULL:
                item.html = _filled(html, names.html)
            elif names.text in found:
                item.text = _filled(found[names.text], names.text)
            else:
                item.error = f'field "{names.text}" is missing'
        except CleanerError as error:
            item.error = str(error)
        title = found.get(names.title) if names.title else None
        if title is not None:
            try:
                item.title = _STRING(title)
            except (msgspec.MsgspecError, UnicodeDecodeError):
                item.title = None  # it passes through as it is
        return item


def _string(value: msgspec.Raw, name: str) -> str:
    try:
        return _STRING(value)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raw = bytes(value)
    if not raw.startswith(b'"'):
        raise CleanerError(f'field "{name}" is {kind_of(raw)}, not a string')
    text = str(json.loads(raw, strict=False))
    try:
        text.encode()
    except UnicodeEncodeError:
        raise CleanerError(f'field "{name}" holds a lone surrogate') from None
    return text


def _filled(value: msgspec.Raw, name: str) -> str:
    text = _string(value, name)
    if not text:
        raise CleanerError(f'field "{name}" is empty')
    return text


def _optional(found: dict[str, msgspec.Raw], name: str) -> str | None:
    value = found.get(name) if name else None
    return None if value is None or bytes(value) == rows.NULL else _string(value, name)


def _sound(value: msgspec.Raw | None) -> msgspec.Raw | None:
    """An id that may stand in an audit record: any JSON value, but no ``NaN`` and no lone surrogate."""
    try:
        return None if value is None or msgspec.json.decode(value) is None else value
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None


class JsonlWriter:
    """Writes a record a line."""

    def __init__(self, stream: BinaryIO, fields: Fields, keep_pages: bool) -> None:
        self._stream, self._fields, self._keep_pages = stream, fields, keep_pages

    def write(self, item: Item, result: Result) -> None:
        """One line."""
        self._stream.write(rows.record(item, result, self._fields, self._keep_pages))

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
                if place_now == 0 and block[:2] in _WIDE:
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

"""JSON: an array of records, a record alone, or records one after the other, read as a stream.

The standard library's scanner finds where a record ends, and the record is then read as a line of JSONL: a library that
hands out parsed values would not leave the others as they stand.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from typing import BinaryIO, cast

from cleaner.batch.encoding import BOM, WIDE, Peeked
from cleaner.batch.formats.base import MAX_RECORD, Item, Part, Reader, ReadError, Result, Writer
from cleaner.batch.formats.content import text_stream
from cleaner.batch.formats.json_record import JsonRecords
from cleaner.batch.formats.jsonl import JsonlReader, JsonlWriter
from cleaner.batch.json_line import check_object
from cleaner.fields import Fields
from cleaner.model import CleanerError

_STEP = 1 << 16
_MARGIN = 16  # an error so near the end of what was read may be the end's
_BLANK = re.compile(r"[ \t\r\n]*")
_BREAK = re.compile(r"[\r\n]\s*")
#: Layouts of a file, for the writer.
ARRAY, LINES = "array", "lines"


class JsonReader(JsonRecords):
    """Reads the records of an array, or of values that follow one another."""

    passed_over = 0

    def __init__(self, stream: BinaryIO, name: str, fields: Fields) -> None:
        """Look at the first record.

        Raises:
            ReadError: it cannot be read, or is no text.
        """
        super().__init__(f"{name}: record ", fields)
        try:
            source = text_stream(stream)
            head = source.peek(2)[:2] if isinstance(source, io.BufferedReader) else b""
            taken = b""
            while (byte := source.read(1)) and (byte.isspace() or byte in BOM):
                taken += byte
            taken += byte
            if byte == b"{":
                taken += source.readline(MAX_RECORD + 1)
        except OSError as error:
            raise ReadError(f"cannot read it: {error.strerror or error}") from None
        self.layout: object = ARRAY if byte == b"[" else LINES
        self._lines: JsonlReader | None = None
        whole = io.BufferedReader(Peeked(taken, source), _STEP)
        if head in WIDE:
            self._text = _Window(io.TextIOWrapper(whole, WIDE[head], "replace", newline=""))
            self.layout = ARRAY if self._text.following() == "[" else LINES
        elif byte == b"{" and _is_record(taken):
            self._lines = JsonlReader(cast(BinaryIO, whole), name, fields)
        else:
            whole = io.BufferedReader(Peeked(taken.removeprefix(BOM), source), _STEP)
            self._text = _Window(io.TextIOWrapper(whole, "utf-8", "surrogateescape", newline=""))

    def __iter__(self) -> Iterator[Item]:
        """The documents in order.

        Raises:
            ReadError: the file cannot be read on.
        """
        if self._lines is not None:
            yield from self._lines
            return
        try:
            values = self._text.elements() if self.layout == ARRAY else self._text.sequence()
            for number, value in enumerate(values, 1):
                line = _BREAK.sub("", value) if "\n" in value or "\r" in value else value  # none stands in a string
                yield self.item(number, line.encode("utf-8", "surrogateescape"))
        except OSError as error:
            raise ReadError(f"cannot read on: {error.strerror or error}") from None
        finally:
            self._text.release()


def _is_record(line: bytes) -> bool:
    """Whether a line is a record by itself: then the file holds a record a line."""
    try:
        check_object(line.strip().removeprefix(BOM))
    except CleanerError:
        return False
    return True


class _Window:
    """The part of a text that is at hand, and how far it was read."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self._held, self._at, self._ended = "", 0, False
        self._line = 1  # the number of the line that what is at hand begins in
        # Numbers of any length are none of our business.
        self._scan = json.JSONDecoder(parse_int=str, parse_float=str).raw_decode

    def release(self) -> None:
        """Let go of the stream, which is not ours to close."""
        self._text.detach()

    def following(self) -> str:
        """The next character that is not blank; empty at the end."""
        while True:
            match = _BLANK.match(self._held, self._at)
            self._at = match.end() if match else self._at
            if self._at < len(self._held) or not self._more():
                return self._held[self._at : self._at + 1]

    def _more(self) -> bool:
        """Read on; ``False`` at the end, where all stays as it is."""
        piece = "" if self._ended else self._text.read(max(_STEP, len(self._held) - self._at))
        self._ended = not piece
        if piece:
            self._line += self._held.count("\n", 0, self._at)
            self._held, self._at = self._held[self._at :] + piece, 0
        return bool(piece)

    def elements(self) -> Iterator[str]:
        """The elements of an array, each as it stands."""
        self.following()
        self._at += 1
        count = 0
        if self.following() != "]":
            while True:
                yield self._value(f"in the array after record {count}")
                count += 1
                mark = self.following()
                if mark == "]":
                    break
                if mark != ",":
                    raise self._wrong("a comma or the end of the array", f"in the array after record {count}")
                self._at += 1
                self.following()
        self._at += 1
        if self.following():
            raise ReadError(f"line {self._here()}: something follows the end of the array")

    def sequence(self) -> Iterator[str]:
        """Values that follow one another, each as it stands."""
        count = 0
        while self.following():
            yield self._value(f"in record {count + 1}")
            count += 1

    def _value(self, where: str) -> str:
        while True:
            try:
                _, end = self._scan(self._held, self._at)
            except json.JSONDecodeError as error:
                near = error.pos >= len(self._held) - _MARGIN or error.msg.startswith("Unterminated string")
                if near and len(self._held) - self._at > MAX_RECORD:
                    raise ReadError(f"line {self._here()}: a record is longer than {MAX_RECORD} characters") from None
                if near and self._more():
                    continue
                if near and self._ended:
                    raise ReadError(f"cut off {where}") from None
                self._at = error.pos
                raise ReadError(f"line {self._here()}: not JSON: {error.msg.removesuffix(' at')}") from None
            except RecursionError:
                raise ReadError(f"line {self._here()}: not JSON that can be read: nested too deeply") from None
            if end > len(self._held) - _MARGIN and self._held[end - 1] not in '}]"' and self._more():
                continue  # a number may go on
            value = self._held[self._at : end]
            self._at = end
            return value

    def _wrong(self, expected: str, where: str) -> ReadError:
        if not self.following():
            return ReadError(f"cut off {where}")
        return ReadError(f"line {self._here()}: not JSON: expecting {expected}")

    def _here(self) -> int:
        return self._line + self._held.count("\n", 0, self._at)


class JsonWriter:
    """Writes an array with a record a line; records that stood one after the other stay so."""

    def __init__(self, stream: BinaryIO, fields: Fields, layout: object | None, keep_pages: bool) -> None:
        self._stream = stream
        self._lines = JsonlWriter(stream, fields, keep_pages)
        self._array = layout != LINES
        self._before = b"[\n"

    def write(self, item: Item, result: Result) -> None:
        """One record."""
        if not self._array:
            self._lines.write(item, result)
            return
        self._stream.write(self._before + self._lines.line(item, result).rstrip(b"\r\n"))
        self._before = b",\n"

    def close(self) -> None:
        """End the array."""
        if self._array:
            self._stream.write(b"[]\n" if self._before == b"[\n" else b"\n]\n")


def open_json_reader(stream: BinaryIO, name: str, fields: Fields, part: Part | None = None) -> Reader:
    """A reader of JSON."""
    return JsonReader(stream, name, fields)


def open_json_writer(stream: BinaryIO, fields: Fields, layout: object | None, keep_pages: bool) -> Writer:
    """A writer of JSON."""
    return JsonWriter(stream, fields, layout, keep_pages)

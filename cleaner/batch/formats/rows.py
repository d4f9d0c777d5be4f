"""Records on their way from one format to another: their fields as JSON, in order, whatever format they came from."""

from __future__ import annotations

import base64
import json
from collections.abc import Container
from typing import Any, Protocol

import msgspec

from cleaner.batch.formats.base import Item, Result
from cleaner.batch.json_line import members as json_members
from cleaner.batch.json_line import rewrite
from cleaner.fields import Fields

#: Columns of a table that is written from another format.
COLUMNS = ("id", "url", "title", "date", "text", "status", "error", "extra")
ERROR_COLUMN = "cleaner_error"
#: Fields of a JSON record for the reason why it could not be cleaned: the first one that is free is taken.
ERROR_FIELDS = ("error", ERROR_COLUMN)
NULL = b"null"


class Row(Protocol):
    """What an ``Item`` carries as ``row``."""

    def members(self) -> list[tuple[str, bytes]]:
        """All fields of the record in order, each with its value as JSON."""


class Identity:
    """The row of an input that cannot be read (on): nothing but its id."""

    __slots__ = ("_id", "_name")

    def __init__(self, name: str, id: str) -> None:
        self._name, self._id = name, id

    def members(self) -> list[tuple[str, bytes]]:
        """The id."""
        return [(self._name, encode(self._id))]


def error_field(names: Container[str]) -> str:
    """The field that takes an error in a record with these fields."""
    return next((name for name in ERROR_FIELDS if name not in names), ERROR_FIELDS[-1])


def _other(value: Any) -> Any:
    """What JSON has no word for: bytes as base64, the rest (times, paths, …) as their text."""
    if isinstance(value, bytes | bytearray | memoryview):
        return base64.b64encode(value).decode()
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


encode = msgspec.json.Encoder(enc_hook=_other).encode


def record(item: Item, result: Result, fields: Fields, keep_pages: bool) -> bytes:
    """The JSON object of a result: the input's fields with the clean text in its place, or an error."""
    text_name, change = fields.text or "text", {}
    if item.row is None:
        title = item.title if item.title is not None else result.title
        members = [
            (fields.id or "id", encode(item.id)),
            (fields.url or "url", encode(item.url)),
            (fields.date or "date", encode(item.date)),
            (fields.title or "title", encode(title)),
        ]
    else:
        row: Row = item.row
        members = row.members()
    names = {name for name, _ in members}
    change[text_name] = encode(result.text) if result.text is not None else NULL
    if fields.title and result.title and item.html is not None and fields.title not in names:
        change[fields.title] = encode(result.title)
    if result.text is None:
        change[error_field(names)] = encode(result.error or result.status)
        if fields.id and fields.id not in names:
            members = [(fields.id, NULL), *members]
    dropped = fields.html if not keep_pages and fields.html != text_name else ""
    if any("." in name and name not in names for name in (*change, dropped)):
        line = _object(members)
        return rewrite(line, json_members(line), {**change, dropped: None} if dropped else change)
    parts = [
        encode(name) + b":" + change.pop(name, value) for name, value in members if not (dropped and name == dropped)
    ]
    parts += [encode(name) + b":" + value for name, value in change.items()]
    return b"{" + b",".join(parts) + b"}\n"


def _object(members: list[tuple[str, bytes]]) -> bytes:
    return b"{" + b",".join(encode(name) + b":" + value for name, value in members) + b"}"


def flat(item: Item, result: Result, fields: Fields, keep_pages: bool) -> tuple[str | None, ...]:
    """The values of ``COLUMNS`` for a result; fields that have no column of their own are in ``extra``, as JSON."""
    title = item.title if item.title is not None else result.title
    return (
        as_text(item.id),
        _string(item.url),
        title,
        _string(item.date),
        result.text,
        result.status,
        result.error,
        _extra(item, fields, keep_pages),
    )


def _extra(item: Item, fields: Fields, keep_pages: bool) -> str:
    if item.row is None:
        return "{}"
    row: Row = item.row
    held = {fields.id: item.id, fields.url: _string(item.url), fields.title: item.title}
    held |= {fields.date: _string(item.date), fields.text: _string(item.text) if item.html is None else None}
    left: list[tuple[str, bytes]] = []
    members = row.members()
    for name, value in members:
        if name and name == fields.html and not keep_pages:
            continue
        if name and name in held and (held[name] is not None or value == NULL):
            continue  # it has a column; a value that has not (a date that is a number) stays here
        left.append((name, value))
    line, names = _object(left), {name for name, _ in members}
    inside = [name for name, value in held.items() if value is not None] + ([] if keep_pages else [fields.html])
    inside = [name for name in inside if "." in name and name not in names]
    if inside:
        line = rewrite(line, json_members(line), dict.fromkeys(inside)).removesuffix(b"\n")
    return line.decode("utf-8", "replace")


def _string(value: Any) -> str | None:
    """A value that can be stored as text: a string, with no lone surrogate in it."""
    if not isinstance(value, str):
        return None
    try:
        value.encode()
    except UnicodeEncodeError:
        return None
    return value


def as_text(value: Any) -> str | None:
    """An id as text: a string as it is, anything else as JSON."""
    if isinstance(value, str) or value is None:
        return value
    if isinstance(value, msgspec.Raw):
        raw = bytes(value)
        if raw.startswith(b'"'):
            return str(json.loads(raw))
        return None if raw == NULL else raw.decode()
    return encode(value).decode()

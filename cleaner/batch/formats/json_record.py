"""A record in JSON: its line, the fields in use, and what is wrong with it.

The way of a sound line is short on purpose: only the fields in use are decoded, and the clean text is spliced into the
line, so that all other bytes stay as they were. Every odd line takes the careful way, which comes to the same.
"""

from __future__ import annotations

import json
from functools import partial
from typing import Any, TypeGuard

import msgspec

from cleaner.batch.encoding import as_utf8
from cleaner.batch.formats import rows
from cleaner.batch.formats.base import Item
from cleaner.batch.json_line import Member, check_object, kind_of, members, reach, values
from cleaner.batch.lines import TOO_LONG, LongLine
from cleaner.fields import Fields, OfKind, storable_id
from cleaner.model import CleanerError

_STRING = msgspec.json.Decoder(str).decode
_OPTIONAL = msgspec.json.Decoder(str | None).decode
_MEMBERS = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_HEAD = 64  # so many bytes of a value find its place on the line


class JsonLine:
    """A line as it is written out again.

    Attributes:
        line: the line, in UTF-8.
        text: the undecoded text, where the short way has found it.
        around: the line with an empty string in place of its page, where the short way has found that.
    """

    __slots__ = ("_found", "around", "line", "text")

    def __init__(
        self,
        line: bytes,
        found: list[Member] | None = None,
        text: msgspec.Raw | None = None,
        around: bytes | None = None,
    ) -> None:
        self.line, self.text, self.around = line, text, around
        self._found = found

    def places(self) -> list[Member]:
        """Where the members of the line are; none in a line that holds no record."""
        if self._found is None:
            self._found = members(self.line)
        return self._found

    def members(self) -> list[tuple[str, bytes]]:
        """All fields of the record in order, each with its value as it stands; of doubled names the last counts."""
        line, found = self.line, self.places()
        if not line.isascii() and found:
            line, _ = as_utf8(line)  # the short way does not look into values that it passes on
            found = members(line)
        return [(name, bytes(value)) for name, value in values(line, found).items()]


class _Absent:
    """What a field that is turned off says: nothing."""

    __slots__ = ()
    id = url = text = html = title = date = None


class JsonRecords:
    """Makes documents of records."""

    def __init__(self, prefix: str, fields: Fields) -> None:
        """Prepare.

        Args:
            prefix: what stands before a record's number in messages, ``news.jsonl:``.
            fields: the fields in use; a name with dots that no member has leads to a member of a member.
        """
        self._prefix = prefix
        roles = {role: name for role in fields.__struct_fields__ if (name := getattr(fields, role))}
        self._roles = roles
        # A decoder for just these fields: everything else on the line is passed over without building it. A field may
        # play two roles (``--id-field url``), a struct field only one: then all lines take the careful way.
        self._decode = None
        if len(set(roles.values())) == len(roles):
            used = [(role, msgspec.Raw, msgspec.field(name=name, default=None)) for role, name in roles.items()]
            shape = msgspec.defstruct("Shape", used, bases=(_Absent,), gc=False)
            self._decode = msgspec.json.Decoder(shape).decode
            if any("." in name for name in roles.values()):
                self._decode = partial(self._reached, shape)

    def _reached(self, shape: Any, line: Any) -> Any:
        """The fields in use where some lie inside others."""
        held = _MEMBERS(line)
        return shape(**{role: value for role, name in self._roles.items() if (value := reach(held, name)) is not None})

    def item(self, number: int, line: bytes) -> Item:
        """The document on one line."""
        where = f"{self._prefix}{number}"
        size = len(line)
        item: Item | None = None
        if self._decode is not None:
            try:
                item = self._shortly(line, where, self._decode(line))
            except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, CleanerError):
                item = None  # the careful way finds the words for it
        item = item or self._carefully(line, where)
        item.size = size
        return item

    def _shortly(self, line: bytes, where: str, read: Any) -> Item | None:
        """The short way; ``None`` if this line has to take the careful one."""
        if _is_given(read.html):
            return self._page(line, where, read.html)
        text = _STRING(read.text) if read.text is not None else ""
        if not text:
            return None
        return Item(
            where,
            None if read.id is None else storable_id(read.id),
            None if read.url is None else _OPTIONAL(read.url),
            text,
            date=None if read.date is None else _OPTIONAL(read.date),
            title=None if read.title is None else _worded(read.title),
            row=JsonLine(line, text=read.text),
        )

    def _page(self, line: bytes, where: str, value: msgspec.Raw) -> Item | None:
        """The page is decoded once, and the careful look is at the rest of the line alone."""
        at = place_of(line, value)
        if at < 0:
            return None
        page = _STRING(value)
        around = line[:at] + b'""' + line[at + memoryview(value).nbytes :]
        check_object(around)
        found = members(around)
        item = self._item(where, values(around, found), JsonLine(line, around=around))
        item.html = page
        return item

    def _carefully(self, line: bytes, where: str) -> Item:
        if isinstance(line, LongLine):
            return Item(where, error=TOO_LONG, row=JsonLine(b"", []))
        line, meta = as_utf8(line)
        try:
            check_object(line)
        except CleanerError as error:
            return Item(where, error=str(error), meta=meta, row=JsonLine(line, []))
        found = members(line)
        item = self._item(where, values(line, found), JsonLine(line, found))
        item.meta = meta
        return item

    def _item(self, where: str, by_name: dict[str, msgspec.Raw], row: JsonLine) -> Item:
        """The fields in use, of whatever type they are."""
        raw = {role: reach(by_name, name) for role, name in self._roles.items()}
        id, title, text = raw.get("id"), raw.get("title"), raw.get("text")
        page = _value(raw.get("html"))
        return Item(
            where,
            None if id is None else storable_id(id),
            _value(raw.get("url")),
            html=page,
            # Absent and null are two things to tell, though neither is a text.
            text=None
            if text is None or page is not None
            else OfKind("null")
            if bytes(text) == rows.NULL
            else _value(text),
            date=_value(raw.get("date")),
            title=None if title is None else _worded(title),
            row=row,
        )


def _is_given(value: msgspec.Raw | None) -> TypeGuard[msgspec.Raw]:
    """Whether a field is there and not ``null`` (asked without copying a page)."""
    return value is not None and bytes(memoryview(value)[:5]) != rows.NULL


def _value(value: msgspec.Raw | None) -> Any:
    """A field's value if it is a string, ``None`` if it is null, else what it is."""
    raw = b"" if value is None else bytes(value)
    if not raw or raw == rows.NULL:
        return None
    return json.loads(raw) if raw.startswith(b'"') else OfKind(kind_of(raw))


def _text(value: msgspec.Raw | None) -> Any:
    """A text: absent and null are two things to tell, though neither is one."""
    found = _value(value)
    return OfKind("null") if found is None and value is not None else found


def _worded(value: msgspec.Raw) -> str | None:
    """A title, if it is one; else it passes through as it is."""
    try:
        return _STRING(value)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None


def place_of(line: bytes, value: msgspec.Raw) -> int:
    """Where a value stands on its line; -1 if something else on the line begins like it."""
    head = bytes(memoryview(value)[:_HEAD])
    at = line.find(head)
    return at if line.find(head, at + 1) < 0 else -1

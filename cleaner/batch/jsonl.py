"""JSONL records: one line in, one line and one audit record out, whatever the line holds.

The way of a sound line is short on purpose: only the fields in use are decoded, and the cleaned text is spliced into
the line, so that all other bytes stay as they were. Every odd line takes the slow way, which finds the words for it.
"""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any, Literal, TypeGuard

import msgspec

from cleaner import audit
from cleaner.audit import Record
from cleaner.batch.json_line import Member, check_object, kind_of, members, rewrite, values
from cleaner.batch.lines import TOO_LONG, LongLine
from cleaner.batch.pool import Failure
from cleaner.batch.sources import as_utf8
from cleaner.core import Cleaner
from cleaner.fields import Fields
from cleaner.model import Cleaned, CleanerError

_STRING = msgspec.json.Decoder(str).decode
_OPTIONAL = msgspec.json.Decoder(str | None).decode
_ENCODE = msgspec.json.Encoder().encode
_HEAD = 64  # so many bytes of a value find its place on the line
_ERROR_FIELDS = ("error", "cleaner_error")


class Options(msgspec.Struct, frozen=True):
    """How documents are read: field names, a site for all, whether pages stay in the records, detail of the audit."""

    fields: Fields = Fields()
    site: str | None = None
    keep_html: bool = False
    detail: Literal["lines", "blocks"] = "blocks"


class Read(msgspec.Struct, gc=False):
    """What a line says: the undecoded values of the fields in use, by their role."""

    id: msgspec.Raw | None = None
    url: msgspec.Raw | None = None
    text: msgspec.Raw | None = None
    html: msgspec.Raw | None = None
    date: msgspec.Raw | None = None


class Absent:
    """What a field that is turned off says: nothing."""

    __slots__ = ()
    id = url = text = html = date = None


class LineCleaner:
    """Cleans the records of a JSONL stream, one line at a time."""

    def __init__(self, cleaner: Cleaner, options: Options) -> None:
        self.cleaner = cleaner
        self.options = options
        names = options.fields
        roles = {role: name for role in Read.__struct_fields__ if (name := getattr(names, role))}
        self._roles = roles
        # A decoder for just these fields: everything else on the line is passed over without building it. A field may
        # play two roles (``--id-field url``), a struct field only one: then all lines take the slow way.
        self._decode = None
        if len(set(roles.values())) == len(roles):
            used = [(role, msgspec.Raw, msgspec.field(name=name, default=None)) for role, name in roles.items()]
            shape = msgspec.defstruct("Shape", used, bases=(Absent,), gc=False)
            self._decode = msgspec.json.Decoder(shape).decode

    def __call__(self, line: bytes, prefix: str, number: int) -> tuple[bytes, Record]:
        """Clean one line.

        Args:
            line: the line, with or without its line break.
            prefix: the file, for the message of a bad record.
            number: the line in that file.

        Returns:
            The output line and the audit record.
        """
        if self._decode is not None:
            try:
                read: Any = self._decode(line)
                done = self._page(line, read) if _is_given(read.html) else self._text(line, read)
                if done is not None:
                    return done
            except Exception:  # whatever it is, the slow way finds the words for it  # nosec B110
                pass
        return self._slowly(line, f"{prefix}{number}")

    def _text(self, line: bytes, read: Any) -> tuple[bytes, Record] | None:
        """The short way of a text; ``None`` if this line has to take the slow one."""
        text = _STRING(read.text) if read.text is not None else ""
        if not text:
            return None
        url = _OPTIONAL(read.url) if read.url is not None else None
        date = _OPTIONAL(read.date) if read.date is not None else None
        cleaned = self.cleaner.clean_text(text, url, self.options.site, date)
        found = audit.record(cleaned, read.id, url)
        if not cleaned.removals:
            return _ended(line), found
        value = memoryview(read.text)
        at = _place(line, value)
        if at < 0:
            return None
        return _ended(line[:at] + _ENCODE(cleaned.text) + line[at + value.nbytes :]), found

    def _page(self, line: bytes, read: Any) -> tuple[bytes, Record] | None:
        """The short way of a page: the page is decoded once, and the careful look is at the rest of the line alone."""
        value = memoryview(read.html)
        at = _place(line, value)
        if at < 0:
            return None
        page = _STRING(read.html)
        rest = line[:at] + b'""' + line[at + value.nbytes :]
        found, around, by_name = self._parse(rest)
        cleaned, url, change = self._clean(around, by_name, page)
        if self.options.keep_html:
            change[self.options.fields.html] = bytes(value)
        return rewrite(rest, found, change), audit.record(cleaned, _sound(read.id), url)

    def passed_over(self, line: bytes, where: str, failure: Failure) -> tuple[bytes, Record]:
        """A line that is not cleaned, because its document hung or killed a worker.

        Args:
            line: the line.
            where: its file and number, for the message.
            failure: what happened.
        """
        found: list[Member] = []
        read: Read | None = None
        with suppress(CleanerError):
            line, _ = as_utf8(line)
            found, read, _ = self._parse(line)
        return self._failed(line, found, read, f"{where}: {failure.message}", failure.status)

    def _slowly(self, line: bytes, where: str) -> tuple[bytes, Record]:
        found: list[Member] = []
        meta: dict[str, str] = {}
        read: Read | None = None
        try:
            if isinstance(line, LongLine):
                raise CleanerError(TOO_LONG)
            line, meta = as_utf8(line)
            found, read, by_name = self._parse(line)
            cleaned, url, change = self._clean(read, by_name)
            record = audit.record(cleaned, _sound(read.id), url)
            if meta:
                record = msgspec.structs.replace(record, meta={**record.meta, **meta})
            return (rewrite(line, found, change) if change else _ended(line)), record
        except CleanerError as error:
            message = str(error)
        except Exception as error:  # one record must not stop a run
            message = f"failed: {type(error).__name__}: {error}"
        return self._failed(line, found, read, f"{where}: {message}")

    def _parse(self, line: bytes) -> tuple[list[Member], Read, dict[str, msgspec.Raw]]:
        """The members of a line, the fields in use, and all values by name.

        Raises:
            CleanerError: it does not hold one JSON object.
        """
        check_object(line)
        found = members(line)
        by_name = values(line, found)
        return found, Read(**{role: by_name.get(name) for role, name in self._roles.items()}), by_name

    def look(self, line: bytes) -> tuple[object, str | None, Cleaned]:
        """Clean one line to look at the result: id, URL, and what was cut.

        Raises:
            CleanerError: the line or its record is broken.
        """
        if isinstance(line, LongLine):
            raise CleanerError(TOO_LONG)
        line, _ = as_utf8(line)
        _, read, by_name = self._parse(line)
        cleaned, url, _ = self._clean(read, by_name)
        known = _sound(read.id)
        return (None if known is None else msgspec.json.decode(known)), url, cleaned

    def _clean(
        self, read: Read, by_name: dict[str, msgspec.Raw], page: str | None = None
    ) -> tuple[Cleaned, str | None, dict[str, bytes | None]]:
        """The result, the URL, and what changes on the line. ``page``: the value of the page's field, if known."""
        names, site = self.options.fields, self.options.site
        url = _optional(read.url, names.url)
        date = _optional(read.date, names.date)
        if _is_given(read.html):
            if page is None:
                page = _storable(_string(read.html, names.html), names.html)
            if not page:
                raise CleanerError(f'field "{names.html}" is empty')
            cleaned = self.cleaner.clean_html(page, url=url, site=site, date=date, detail=self.options.detail)
            change: dict[str, bytes | None] = {names.text: _ENCODE(cleaned.text)}
            title = cleaned.meta.get("title")
            if names.title and title and names.title not in by_name:
                change[names.title] = _ENCODE(title)
            if not self.options.keep_html and names.html != names.text:
                change[names.html] = None
            return cleaned, url, change
        if read.text is None:
            raise CleanerError(f'field "{names.text}" is missing')
        text = _string(read.text, names.text)
        if not text:
            raise CleanerError(f'field "{names.text}" is empty')
        try:
            cleaned = self.cleaner.clean_text(text, url=url, site=site, date=date)
        except CleanerError as error:
            raise CleanerError(f'field "{names.text}": {error}') from None
        return cleaned, url, {names.text: _ENCODE(cleaned.text)} if cleaned.removals else {}

    def _failed(
        self, line: bytes, found: list[Member], read: Read | None, message: str, status: str = "error"
    ) -> tuple[bytes, Record]:
        """An output line that keeps what could be read, with ``null`` for the text, and an error record."""
        names = self.options.fields
        taken = {member.name for member in found}
        field = next((name for name in _ERROR_FIELDS if name not in taken), _ERROR_FIELDS[-1])
        change: dict[str, bytes | None] = {names.text: b"null", field: _ENCODE(message)}
        if names.id and names.id not in taken:
            change = {names.id: b"null", **change}
        record_id: Any = read.id if read is not None else None
        url = None
        if read is not None and read.url is not None:
            try:
                url = _STRING(read.url)
            except (msgspec.MsgspecError, UnicodeDecodeError):
                url = None
        return rewrite(line, found, change), audit.error_record(_sound(record_id), url, message, status)


def _ended(line: bytes) -> bytes:
    """The line with a line break, its own or one that the last line of a file may lack."""
    return line if line.endswith(b"\n") else line + b"\n"


def _place(line: bytes, value: memoryview) -> int:
    """Where a value stands on its line; -1 if something else on the line begins like it."""
    head = bytes(value[:_HEAD])
    at = line.find(head)
    return at if line.find(head, at + 1) < 0 else -1


def _is_given(value: msgspec.Raw | None) -> TypeGuard[msgspec.Raw]:
    """Whether a field is there and not ``null`` (asked without copying a page)."""
    return value is not None and bytes(memoryview(value)[:5]) != b"null"


def _string(value: msgspec.Raw, name: str) -> str:
    raw = bytes(value)
    if not raw.startswith(b'"'):
        raise CleanerError(f'field "{name}" is {kind_of(raw)}, not a string')
    return str(json.loads(raw))


def _storable(value: str | None, name: str) -> str | None:
    try:
        (value or "").encode()
    except UnicodeEncodeError:
        raise CleanerError(f'field "{name}" holds a lone surrogate') from None
    return value


def _optional(value: msgspec.Raw | None, name: str) -> str | None:
    return _storable(_string(value, name), name) if _is_given(value) else None


def _sound(value: msgspec.Raw | None) -> msgspec.Raw | None:
    """An id that may stand in an audit record: any JSON value, but no ``NaN`` and no lone surrogate."""
    try:
        if value is not None:
            msgspec.json.decode(value)
        return value
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None

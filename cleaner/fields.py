"""One record in, one result or one message out: what every reader of records and every adapter does with its values.

No I/O, no format: the values come as Python objects of whatever type the source holds.
"""

from __future__ import annotations

import datetime
import re
from typing import Any, Literal

import msgspec

from cleaner import audit
from cleaner.audit import Record
from cleaner.core import Cleaner, check_text
from cleaner.model import Cleaned, CleanerError

_KINDS: dict[type, str] = {
    bool: "true or false",
    int: "a number",
    float: "a number",
    list: "a list",
    tuple: "a list",
    dict: "a mapping",
    bytes: "bytes",
}


class Fields(msgspec.Struct, frozen=True):
    """The names of a record's fields; an empty name turns a field off."""

    id: str = "id"
    url: str = "url"
    text: str = "text"
    html: str = "html"
    title: str = "title"
    date: str = "date"


class Values(msgspec.Struct, frozen=True, gc=False):
    """The values of a record that can be cleaned: a text or a page, and what goes with it."""

    text: str | None
    html: str | bytes | None
    url: str | None
    date: str | None


class Unreadable(msgspec.Struct, frozen=True):
    """A value that its source could not hand out, and why (bytes in a column of strings that are no UTF-8)."""

    why: str


class OfKind(msgspec.Struct, frozen=True):
    """A value that is no string, by the word that its source has for it (in JSON ``an array``, or ``null``)."""

    kind: str


_NAMES = Fields()
_ENCODE = msgspec.json.Encoder().encode
_PLAIN_ID = re.compile(rb'-?[0-9]{1,18}|"[^"\\\x00-\x1f\x80-\xff]*"|null|true|false').fullmatch
_MAX_ID_DEPTH = 100


def clean_fields(
    cleaner: Cleaner,
    *,
    text: object = None,
    html: object = None,
    url: object = None,
    date: object = None,
    site: str | None = None,
    charset: str | None = None,
    names: Fields = _NAMES,
    detail: Literal["lines", "blocks"] = "blocks",
) -> Cleaned:
    """Clean one record. Where it holds a page, the page is cleaned, otherwise its text.

    Args:
        cleaner: cleans it.
        text: its text, a string; ``None``: it has none.
        html: its page, a string or bytes; ``None``: it has none.
        url: where it is from, a string or ``None``.
        date: publication date: a string, a ``date`` or ``datetime`` (written as ISO 8601), or ``None``.
        site: the site's name, instead of or before the URL.
        charset: the charset that came with a page in bytes.
        names: what the fields are called in messages.
        detail: how the furniture of a page is recorded, see ``Cleaner.clean_html``.

    Raises:
        CleanerError: it cannot be cleaned; the message names the field, or begins with ``failed:`` when the fault is
            not the record's. Nothing else is raised, whatever the values are.
    """
    try:
        found = checked(text=text, html=html, url=url, date=date, names=names)
        address, day = found.url, found.date
        if found.html is not None:
            return cleaner.clean_html(found.html, url=address, site=site, date=day, charset=charset, detail=detail)
        plain = found.text or ""
        try:
            return cleaner.clean_text(plain, url=address, site=site, date=day)
        except CleanerError:
            try:
                check_text(plain)
            except CleanerError as error:
                raise CleanerError(f'field "{names.text}": {error}') from None
            raise
    except CleanerError:
        raise
    except Exception as error:  # one record must not stop a run
        raise CleanerError(f"failed: {type(error).__name__}: {error}") from error


def checked(
    *, text: object = None, html: object = None, url: object = None, date: object = None, names: Fields = _NAMES
) -> Values:
    """The values of one record, if they are what they should be; see ``clean_fields``.

    Raises:
        CleanerError: a value is missing, empty or of the wrong type; the message names the field.
    """
    address = _optional(url, names.url)
    if isinstance(date, datetime.date):  # a datetime is a date
        date = date.isoformat()
    day = _optional(date, names.date)
    if html is not None:
        page = html if isinstance(html, bytes) else _string(html, names.html)
        if not page:
            raise CleanerError(f'field "{names.html}" is empty')
        if isinstance(page, str):
            _check_storable(page, names.html)
        return Values(None, page, address, day)
    if text is None:
        raise CleanerError(f'field "{names.text}" is missing')
    plain = _string(text, names.text)
    if not plain:
        raise CleanerError(f'field "{names.text}" is empty')
    return Values(plain, None, address, day)


def _string(value: object, name: str) -> str:
    if type(value) is str:
        return value
    if isinstance(value, str):  # a subclass: markup, a NumPy string
        return str(value)
    if isinstance(value, Unreadable):
        raise CleanerError(f'field "{name}" cannot be read: {value.why}')
    raise CleanerError(f'field "{name}" is {kind_of(value)}, not a string')


def _optional(value: Any, name: str) -> str | None:
    if value is None:
        return None
    found = _string(value, name)
    _check_storable(found, name)
    return found


def _check_storable(value: str, name: str) -> None:
    try:
        value.encode()
    except UnicodeEncodeError:
        raise CleanerError(f'field "{name}" holds a lone surrogate') from None


def kind_of(value: object) -> str:
    """What a value is, in words for a message."""
    if isinstance(value, OfKind):
        return value.kind
    return next((words for kind, words in _KINDS.items() if isinstance(value, kind)), f"of type {type(value).__name__}")


def record_of(result: Cleaned | str, id: Any, url: Any, status: str = "error") -> Record:
    """The audit record of a result, or of a message.

    Args:
        result: what the cleaner returned, or why it could not.
        id: the document's id; what JSON does not know is written as ``str`` has it. One that is JSON already must have
            passed ``storable_id``.
        url: its URL; anything but a string is left out.
        status: the status that goes with a message.
    """
    url = url if isinstance(url, str) else None
    try:
        _ENCODE((id, url))
    except (TypeError, ValueError, OverflowError, RecursionError):  # no type of JSON, a lone surrogate, a huge number
        id = None if id is None else str(id).encode("utf-8", "replace").decode()
        url = None if url is None else url.encode("utf-8", "replace").decode()
    if isinstance(result, Cleaned):
        return audit.record(result, id, url)
    return audit.error_record(id, url, result, status)


def storable_id(value: msgspec.Raw) -> msgspec.Raw | None:
    """An id as it stands in a JSON document, if an audit record can hold it so that it can be read again.

    Python reads ``NaN``, ``1e999``, lone surrogates and any depth of brackets where other readers of JSON do not: such
    an id is ``None``, for one record must not make an audit unreadable.
    """
    data = bytes(value)
    if _PLAIN_ID(data):
        return value
    if data.count(b"[") + data.count(b"{") > _MAX_ID_DEPTH:
        return None
    try:
        msgspec.json.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
    return value

"""One JSON line as its members, so that what nobody changes stays as it was, byte for byte."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import msgspec

from cleaner.model import CleanerError

_TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[{}\[\],:]', re.DOTALL)
_BLANK = b" \t\r\n"


class Member(NamedTuple):
    """A member of a JSON object: its name and where name and value stand in the line."""

    name: str
    start: int
    value_start: int
    end: int


def check_object(line: bytes) -> None:
    """Refuse a line that does not hold one JSON object (``NaN`` and lone surrogates pass, as they do in Python).

    Raises:
        CleanerError: what is wrong, with the column.
    """
    try:
        # Decoded here, for ``json`` would guess an encoding; and numbers of any length are none of our business.
        found = json.loads(line.strip().decode("utf-8", "surrogatepass"), parse_int=str)
    except json.JSONDecodeError as error:
        raise CleanerError(f"not JSON: {error.msg.removesuffix(' at')} at column {error.colno}") from None
    except RecursionError:
        raise CleanerError("not JSON that can be read: nested too deeply") from None
    if not isinstance(found, dict):
        raise CleanerError(f"not a JSON object but {kind_of(line.strip())}")


def members(line: bytes) -> list[Member]:
    """The members of the object on a line, in order, doubled names included.

    The line must hold a JSON object (``check_object``).
    """
    found: list[Member] = []
    depth = 0
    name: str | None = None
    start = value_start = 0
    for token in _TOKEN.finditer(line):
        mark = line[token.start()]
        if depth == 1:
            if mark == 0x22 and name is None:
                name, start = json.loads(token[0]), token.start()
            elif mark == 0x3A:  # a colon
                value_start = token.end()
            elif mark in b",}" and name is not None:
                found.append(_member(line, name, start, value_start, token.start()))
                name = None
        if mark in b"{[":
            depth += 1
        elif mark in b"}]":
            depth -= 1
    return found


def _member(line: bytes, name: str, start: int, value_start: int, end: int) -> Member:
    while line[value_start] in _BLANK:
        value_start += 1
    while line[end - 1] in _BLANK:
        end -= 1
    return Member(name, start, value_start, end)


def values(line: bytes, found: list[Member]) -> dict[str, msgspec.Raw]:
    """The undecoded value of each member; of doubled names the last, as JSON readers take it."""
    return {member.name: msgspec.Raw(line[member.value_start : member.end]) for member in found}


def reach(held: Mapping[str, msgspec.Raw], name: str) -> msgspec.Raw | None:
    """The value that a name leads to: that of the member with this name, else ``a.b`` is member ``b`` of member ``a``.

    >>> bytes(reach({"a": msgspec.Raw(b'{"b.c": 1}')}, "a.b.c"))
    b'1'

    Args:
        held: the members of an object.
        name: a name, or names parted by dots.
    """
    found = held.get(name)
    if found is None and "." in name:
        for _, rest, inner in _ways(held, name):
            found = reach(inner, rest)
            if found is not None:
                break
    return found


def _ways(held: Mapping[str, msgspec.Raw], name: str) -> Iterator[tuple[str, str, dict[str, msgspec.Raw]]]:
    """The objects among the members whose names a dotted name begins with, and what is left of it."""
    at = name.find(".")
    while at >= 0:
        value = held.get(name[:at])
        if value is not None and (data := bytes(value)).startswith(b"{"):
            yield name[:at], name[at + 1 :], values(data, members(data))
        at = name.find(".", at + 1)


def rewrite(line: bytes, found: list[Member], change: Mapping[str, bytes | None]) -> bytes:
    """The line with some values replaced, or their members dropped (``None``); new members go to the end.

    Of doubled names the last is replaced, and all are dropped. A name with dots that no member has leads to a member of
    a member, as for ``reach``; where it leads nowhere the new member is put into the object that it begins with, if
    there is one. Everything else stays as it was.
    """
    whole = _changed(line, found, change)
    return whole if whole.endswith(b"\n") else whole + b"\n"


def _changed(line: bytes, found: list[Member], change: Mapping[str, bytes | None]) -> bytes:
    if any("." in name for name in change):
        change = _from_top(line, found, change)
    last = {member.name: number for number, member in enumerate(found)}
    parts: list[bytes] = []
    end = 0
    for number, member in enumerate(found):
        before, value = line[end : member.start], line[member.value_start : member.end]
        end = member.end
        if member.name in change:
            new = change[member.name]
            if new is None:
                continue
            value = new if last[member.name] == number else value
        parts.append((before if parts else b"") + line[member.start : member.value_start] + value)
    for name, new in change.items():
        if new is not None and name not in last:
            parts.append((b"," if parts else b"") + msgspec.json.encode(name) + b":" + new)
    head, tail = (line[: found[0].start], line[end:]) if found else (b"{", b"}")
    return head + b"".join(parts) + tail


def _from_top(line: bytes, found: list[Member], change: Mapping[str, bytes | None]) -> dict[str, bytes | None]:
    """The same change in members of the line itself."""
    held = values(line, found)
    top: dict[str, bytes | None] = {}
    inside: dict[str, dict[str, bytes | None]] = {}
    for name, new in change.items():
        ways = list(_ways(held, name)) if name not in held else []
        way = next((way for way in ways if reach(way[2], way[1]) is not None), ways[0] if ways else None)
        if way is None:
            top[name] = new
        else:
            inside.setdefault(way[0], {})[way[1]] = new
    for name, deeper in inside.items():
        value = bytes(held[name])
        top.setdefault(name, _changed(value, members(value), deeper))
    return top


def kind_of(value: bytes | msgspec.Raw) -> str:
    """What kind of JSON value this is, in words for a message."""
    first = bytes(value)[:1]
    words = {b'"': "a string", b"{": "an object", b"[": "an array", b"t": "true", b"f": "false", b"n": "null"}
    return words.get(first, "a number")

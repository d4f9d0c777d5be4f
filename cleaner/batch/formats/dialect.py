r"""How a table writes its cells: what parts them, and whether a backslash escapes (``\"``, ``\n``)."""

from __future__ import annotations

import csv
import re
from typing import Any

import msgspec

_SEP = re.compile(r'"?sep=([^\r\n])"?[\r\n]*', re.IGNORECASE)
_QUOTED = re.compile(r'"[^"]*"')
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_MEANING = {"n": "\n", "r": "\r", "t": "\t", "0": "\0", "b": "\b", "Z": "\x1a"}
_NAME = {"\n": "n", "\r": "r", "\t": "t", "\0": "0"}
#: What follows a backslash in a table that escapes line breaks and tabs.
_ESCAPED = frozenset('nrt0bZNfv\\"\t\n')
_NULL = "\\N"


class Dialect(msgspec.Struct, frozen=True):
    """What parts the cells, and whether a backslash takes away or gives the next character its meaning."""

    delimiter: str = ","
    escapes: bool = False

    @property
    def options(self) -> dict[str, Any]:
        """For the standard library's reader."""
        return {"delimiter": self.delimiter, "strict": True, "escapechar": "\\" if self.escapes else None}

    def cell(self, *, literal: bool = False) -> str:
        """A regex of a cell as it stands; ``literal``: quotes are characters like others."""
        mark = re.escape(self.delimiter)
        bare = rf"[^{mark}\r\n]*+" if not self.escapes else rf"(?:[^{mark}\r\n\\]|\\.)*+"
        if literal:
            return rf"(?s:{bare})"
        quoted = r'"[^"]*+(?:""[^"]*+)*+"' if not self.escapes else r'"[^"\\]*+(?:(?:""|\\.)[^"\\]*+)*+"'
        return rf"(?s:{quoted}|{bare})"

    def cells(self, record: str, *, literal: bool = False) -> list[str]:
        """The values of a record with escapes; ``literal``: quotes are characters like others."""
        body = record.rstrip("\r\n")
        if body.endswith("\\") and len(body) < len(record):
            body = record[: len(body) + 1]  # the line break is escaped
        match = re.compile(self.cell(literal=literal)).match
        found, at = [], 0
        while True:
            end = each.end() if (each := match(body, at)) else len(body)
            found.append(self.value(body[at:end], literal=literal))
            if end >= len(body):
                return found
            at = end + 1

    def value(self, cell: str, *, literal: bool = False) -> str:
        """What a cell with escapes stands for; ``NULL`` is empty."""
        if cell == _NULL:
            return ""
        if not literal and len(cell) > 1 and cell.startswith('"') and cell.endswith('"'):
            cell = cell[1:-1].replace('""', '"')
        return _ESCAPE.sub(lambda found: _MEANING.get(found[1], found[1]), cell) if "\\" in cell else cell

    def written(self, value: str, like: str = "", *, literal: bool = False) -> str:
        """A cell with escapes for a value, in the way of the cell that stood there."""
        quoted = like.startswith('"') and not literal
        if not like and not literal and self.delimiter != "\t":
            quoted = any(mark in value for mark in (self.delimiter, '"', "\n", "\r"))
        out = value.replace("\\", "\\\\")
        if quoted:
            out = out.replace('"', '""' if '""' in like[1:-1] and '\\"' not in like else '\\"')
        elif '\\"' in like or (out.startswith('"') and not literal):
            out = out.replace('"', '\\"')
        for mark, name in _NAME.items():
            if mark in out:
                out = out.replace(mark, "\\" + name if literal else self._escape(mark, name, like, quoted))
        if not quoted:
            out = out.replace(self.delimiter, "\\" + self.delimiter)
        return f'"{out}"' if quoted else out

    def _escape(self, mark: str, name: str, like: str, quoted: bool) -> str:
        """A line break or a tab as the cell has it."""
        if "\\" + name in like.replace("\\\\", ""):
            return "\\" + name
        if "\\" + mark in like:
            return "\\" + mark
        if quoted:
            return mark
        return mark if mark == "\t" != self.delimiter else "\\" + name


def preamble_of(line: str) -> str | None:
    """The separator that a line ``sep=;`` before the header tells; ``None`` for any other line.

    >>> preamble_of("sep=;")
    ';'
    """
    found = _SEP.fullmatch(line)
    return found[1] if found else None


def delimiter_of(header: str) -> str:
    """What parts the cells of a header: the mark that it holds most often outside quotes."""
    return max(",;\t", key=_QUOTED.sub("", header).count)


def dialect_of(delimiter: str, lines: list[str], width: int) -> Dialect:
    """The dialect of a table.

    Args:
        delimiter: what parts the cells.
        lines: the first lines below the header.
        width: how many cells a record has.
    """
    plain, escaping = Dialect(delimiter), Dialect(delimiter, escapes=True)
    sample = "".join(lines)
    if "\\" not in sample:
        return plain
    after = {found[1] for found in _ESCAPE.finditer(sample)}
    if delimiter == "\t" and after <= _ESCAPED and after & {"n", "t"}:
        return escaping
    if '"' in after and _faults(lines, escaping, width) < _faults(lines, plain, width):
        return escaping
    return plain


def _faults(lines: list[str], dialect: Dialect, width: int) -> int:
    """How many records are broken when lines are read so."""
    faults, at = 0, 0
    while at < len(lines):
        reader = csv.reader(lines[at:], **dialect.options)
        try:
            for cells in reader:
                faults += bool(cells) and len(cells) != width
            return faults
        except csv.Error as error:
            faults += 1
            if "end of data" in str(error):
                return faults
            at += max(1, reader.line_num)
    return faults

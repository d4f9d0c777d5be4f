"""A look at the first records before a run begins: a wrong field name, or a wrong format, must not cost a run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import TypeVar

import msgspec

from cleaner.batch.formats.base import Item
from cleaner.batch.formats.wanted import FieldError, hint, no_field
from cleaner.batch.json_line import members, values
from cleaner.batch.sources import Found, InputFile, open_source
from cleaner.fields import Fields
from cleaner.model import CleanerError

#: So many records are looked at in a file.
RECORDS = 100
_FILES = 20
_DEPTH = 3
_DEFAULTS = Fields()
Record = TypeVar("Record")


class RefusedError(CleanerError):
    """A run that would come to nothing; nothing was written yet."""


class FieldCheck:
    """Looks at records, one by one, for the fields in use.

    Attributes:
        settled: there is a record with a text or a page; nothing stands in the way of a run.
    """

    def __init__(self, fields: Fields, name: str, *, guessed: bool = False) -> None:
        """Prepare.

        Args:
            fields: the fields in use.
            name: the input's name in messages.
            guessed: nobody has said that the input is JSONL.
        """
        self._fields, self._name, self._guessed = fields, name, guessed
        self.settled = False
        self.looked_at = 0
        self._records = 0
        self._sizes: dict[str, int] = {}
        self._first: bytes | None = None
        self._refusal = ""
        self._is_json = False
        self._unmet = {
            role: name
            for role in fields.__struct_fields__
            if role != "text" and (name := getattr(fields, role)) not in ("", getattr(_DEFAULTS, role))
        }

    @property
    def is_done(self) -> bool:
        """Whether there is nothing left to learn."""
        return self.looked_at >= RECORDS or (self.settled and not self._unmet)

    def see(self, item: Item) -> None:
        """Look at a record."""
        self.looked_at += 1
        line = getattr(item.row, "line", None)
        if isinstance(line, bytes):
            self._first = line if self._first is None else self._first
            self._is_json = self._is_json or line.lstrip()[:1] == b"{"
        found = _sizes(item)
        if not found:
            return  # broken in itself
        self._records += 1
        for name, size in found.items():
            self._sizes[name] = max(size, self._sizes.get(name, 0))
        self.settled = self.settled or self._fields.text in found or self._fields.html in found
        self._unmet = {role: name for role, name in self._unmet.items() if name not in found}

    def refuse(self, error: FieldError) -> None:
        """A file that lacks the field as a whole."""
        self.looked_at += 1
        self._records += 1
        self._refusal = str(error)

    def end(self, report: Callable[[str], None]) -> None:
        """Come to a verdict.

        Raises:
            RefusedError: no record has the text, or the input is no JSONL.
        """
        if self._guessed and self._first is not None and not self._is_json:
            raise RefusedError(
                f"{self._name}: line 1 is no JSON record, and nobody has said what this is: "
                f"add --input-format {_format_of(self._first, self._fields)}"
            )
        if not self.settled and self._records:
            raise RefusedError(f"{self._name}: {self._refusal or no_field(self._fields, self._sizes)}")
        self.warn(report)

    def warn(self, report: Callable[[str], None]) -> None:
        """Tell which of the fields that were named are in none of the records."""
        if not self._records:
            return
        who = "no record has" if self.looked_at < RECORDS else f"none of the first {RECORDS} records has"
        for role, name in self._unmet.items():
            report(
                f'{self._name}: {who} a field "{name}" (--{role}-field){hint(role, self._fields, list(self._sizes))}'
            )
        self._unmet = {}


def checked(
    records: Iterator[Record],
    source: InputFile,
    fields: Fields,
    report: Callable[[str], None],
    item_of: Callable[[Record], Item],
) -> Iterator[Record]:
    """The records of a stream. None goes on before one with a text has come.

    Args:
        records: the records.
        source: where they come from; what can be read again was looked at before, by ``check_fields``.
        fields: the fields in use.
        report: told which of the fields that were named are in no record.
        item_of: makes a document of a record.

    Raises:
        RefusedError: no record has the text, or the stream is no JSONL.
    """
    if not source.stream or not _has_fields(source):
        yield from records
        return
    check = FieldCheck(fields, source.name, guessed=source.guessed)
    held: list[Record] = []
    for record in records:
        check.see(item_of(record))
        held.append(record)
        if check.settled:
            yield from held
            held.clear()
        if check.is_done:
            break
    check.end(report)
    yield from held
    yield from records


def check_fields(found: Found, fields: Fields, report: Callable[[str], None]) -> None:
    """Look at the first records of the inputs, as far as they can be read again.

    Args:
        found: the inputs.
        fields: the fields in use.
        report: told which of the fields that were named are in no record.

    Raises:
        RefusedError: no record has the text, or standard input is no JSONL.
    """
    sources = [source for source in found.sources if _has_fields(source)]
    if not sources or any(source.stream for source in sources):
        return
    checks: list[FieldCheck] = []
    for source in sources[:_FILES]:
        check = FieldCheck(fields, source.name, guessed=source.guessed)
        _look(source, check, fields)
        checks.append(check)
        if check.settled:
            check.warn(report)
            return
    if len(sources) == len(found.sources):
        for check in checks:
            check.end(report)


def _has_fields(source: InputFile) -> bool:
    """Whether a file holds records with fields: no text, page or crawl."""
    return not source.kind.format.document and not source.kind.format.pages


def _look(source: InputFile, check: FieldCheck, fields: Fields) -> None:
    try:
        with open_source(source) as stream:
            for item in islice(source.kind.format.reader(stream, source.name, fields), RECORDS):
                check.see(item)
                if check.is_done:
                    return
    except FieldError as error:
        check.refuse(error)
    except CleanerError:
        return  # what is wrong with it the run will tell


def _sizes(item: Item) -> dict[str, int]:
    """The fields of a record, those inside others with dotted names, and the length of each that is a string."""
    if item.row is None:
        return {}
    found: Mapping[str, bytes | msgspec.Raw] = dict(item.row.members())
    return dict(_flat(found, "", _DEPTH))


def _flat(held: Mapping[str, bytes | msgspec.Raw], above: str, depth: int) -> Iterator[tuple[str, int]]:
    for name, value in held.items():
        data = bytes(value)
        yield above + name, len(data) if data.startswith(b'"') else 0
        if depth > 1 and data.startswith(b"{"):
            yield from _flat(values(data, members(data)), f"{above}{name}.", depth - 1)


def _format_of(line: bytes, fields: Fields) -> str:
    """What a stream may be that begins with this line."""
    start = line.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"["):
        return "json"
    if start.startswith(b"<"):
        return "html"
    names = {fields.text.encode(), fields.html.encode()}
    for mark, format in ((b"\t", "tsv"), (b",", "csv"), (b";", "csv")):
        if names & {cell.strip(b' "\r\n') for cell in start.split(mark)} and mark in start:
            return format
    return "text (one text; or csv, html, json …)"

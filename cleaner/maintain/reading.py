"""The documents of a corpus, cleaned one by one, each with the name of its site."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence

import msgspec

from cleaner.batch.compress import BUFFER
from cleaner.batch.formats.base import Item, ReadError
from cleaner.batch.formats.registry import FORMATS, Kind, kind_of, named
from cleaner.batch.formats.rows import as_text
from cleaner.batch.names import readable
from cleaner.batch.store import listing, open_read
from cleaner.core import Cleaner
from cleaner.fields import Fields, checked
from cleaner.model import Cleaned, CleanerError
from cleaner.packs.cascade import host_of

Tell = Callable[[str], None]
STDIN = "-"


class Doc(msgspec.Struct, frozen=True, gc=False):
    """One document: its place in the corpus from 0, id, site (``""``: not known) and what the cleaner made of it.

    ``host`` is the host of its URL without ``www.``; a site may also be a network, which is no host.
    """

    number: int
    id: str
    site: str
    cleaned: Cleaned
    host: str = ""


def site_of(site: str | None, url: str | None) -> str:
    """The name that a document is counted under: the site whose pack applied, else the host of its URL."""
    return site or (host_of(url).removeprefix("www.") if url else "")


def items(inputs: Sequence[str], format: str | None, fields: Fields) -> Iterator[Item]:
    """The documents of the inputs as their files hold them; what cannot be read is an item with ``error``.

    Args:
        inputs: files, folders, globs, URLs of either, ``-`` for standard input.
        format: the format of the files, instead of going by their names.
        fields: the names of the fields in use.

    Raises:
        CleanerError: no such format, or a package is missing.
    """
    for name in inputs:
        if name == STDIN:
            kind = Kind(named(format or "jsonl"))
            with open(sys.stdin.fileno(), "rb", BUFFER, closefd=False) as stream:
                yield from _checked(kind.format.reader(stream, "stdin", fields), fields)
            continue
        listed = listing(name)
        for trouble in listed.troubles:
            yield Item(readable(trouble.place), error=trouble.message)
        for entry in listed.entries:
            found = kind_of(entry.place, format)
            if found is None and listed.is_folder:
                continue
            if entry.trouble is not None:
                yield Item(readable(entry.place), error=entry.trouble)
                continue
            yield from _of_file(entry.place, found or Kind(FORMATS["text"]), fields)


def _of_file(place: str, kind: Kind, fields: Fields) -> Iterator[Item]:
    name = readable(place)
    try:
        with open_read(place, None if kind.format.as_stored else kind.compression) as stream:
            yield from _checked(kind.format.reader(stream, name, fields), fields)
    except ReadError as error:
        yield Item(name, error=str(error))


def _checked(found: Iterable[Item], fields: Fields) -> Iterator[Item]:
    """Items with a word on what is wrong with their values."""
    for item in found:
        if item.error is None:
            try:
                checked(text=item.text, html=item.html, url=item.url, date=item.date, names=fields)
            except CleanerError as error:
                item.error = str(error)
        yield item


def told(item: Item) -> str:
    """What is wrong with an item, with its place."""
    error = item.error or ""
    return error if error.startswith(item.where) else f"{item.where}: {error}"


def clean(cleaner: Cleaner, item: Item) -> Cleaned:
    """Clean one item.

    Raises:
        CleanerError: it cannot be cleaned; the message names its place.
    """
    try:
        if item.html is not None:
            return cleaner.clean_html(item.html, url=item.url, date=item.date, charset=item.charset)
        return cleaner.clean_text(item.text or "", url=item.url, date=item.date)
    except CleanerError as error:
        raise CleanerError(f"{item.where}: {error}") from None


def read(
    inputs: Sequence[str], format: str | None, cleaner: Cleaner, fields: Fields, tell: Tell, only: str | None = None
) -> Iterator[Doc]:
    """Every document that can be cleaned, in order; the others are told.

    Args:
        inputs: files, folders, ``-`` for standard input.
        format: the format of the files, instead of going by their names.
        cleaner: the cleaner with all packs in question.
        fields: the names of the fields in use.
        tell: takes one message for each document that cannot be read.
        only: the one site to read; other documents are passed over.

    Raises:
        CleanerError: not a single document could be read.
    """
    number = failed = 0
    for item in items(inputs, format, fields):
        try:
            if item.error is not None:
                raise CleanerError(told(item))
            cleaned = clean(cleaner, item)
        except CleanerError as error:
            failed += 1
            tell(str(error))
            continue
        site = site_of(cleaned.site, item.url)
        if only is None or only == site:
            yield Doc(number, as_text(item.id) or item.where, site, cleaned, site_of(None, item.url))
        number += 1
    if not number:
        raise CleanerError(f"no document could be read ({failed} failed)" if failed else "the inputs hold no document")

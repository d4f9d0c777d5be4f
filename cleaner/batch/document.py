"""One document: from what a reader found to a result and a record, whatever it holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from cleaner.audit import Record
from cleaner.batch.formats.base import Item, Result
from cleaner.batch.library_log import library_log
from cleaner.batch.pool import Failure
from cleaner.core import Cleaner
from cleaner.fields import Fields, clean_fields, record_of
from cleaner.model import Cleaned, CleanerError


class Options(msgspec.Struct, frozen=True):
    """How documents are read, and which.

    Attributes:
        fields: the names of fields.
        site: the site of all documents.
        keep_html: whether pages stay in the records.
        detail: of the audit, for the furniture of pages.
        url: the URL of all documents that have none; for one text or page.
        limit: only the first so many documents; 0: all.
        sample: only so many documents, drawn at random; 0: all.
        seed: draws the sample.
    """

    fields: Fields = Fields()
    site: str | None = None
    keep_html: bool = False
    detail: Literal["lines", "blocks"] = "blocks"
    url: str | None = None
    limit: int = 0
    sample: int = 0
    seed: int = 0


class DocumentCleaner:
    """Cleans documents, one by one."""

    def __init__(self, cleaner: Cleaner, options: Options) -> None:
        """Prepare.

        Args:
            cleaner: cleans a text or page.
            options: how documents are read.
        """
        self.cleaner, self.options = cleaner, options
        self._log = library_log()

    def __call__(self, item: Item, failure: Failure | None = None) -> tuple[Result, Record]:
        """Clean a document.

        Args:
            item: the document.
            failure: why it is passed over, if it is.

        Returns:
            What goes to the output, and the audit record. Nothing is raised, whatever the document holds.
        """
        self.complete(item)
        if failure is not None:
            return _failed(item, failure.message, failure.status)
        try:
            cleaned = self.cleaned(item)
        except CleanerError as error:
            return _failed(item, str(error))
        return (
            Result(cleaned.text, cleaned.status, title=cleaned.meta.get("title")),
            record_of(cleaned, item.id, item.url),
        )

    def complete(self, item: Item) -> None:
        """Give a document without a URL the one of the options."""
        if item.url is None:
            item.url = self.options.url

    def cleaned(self, item: Item) -> Cleaned:
        """Clean a document, with the facts of its input in ``meta``.

        Raises:
            CleanerError: it cannot be cleaned.
        """
        if item.error is not None:
            raise CleanerError(item.error)
        self._log.where = item.where
        options = self.options
        found = clean_fields(
            self.cleaner,
            text=item.text,
            html=item.html,
            url=item.url,
            date=item.date,
            site=options.site,
            charset=item.charset,
            names=options.fields,
            detail=options.detail,
        )
        return _with_facts(found, {**item.meta, **item.ref}) if item.meta or item.ref else found


def _with_facts(cleaned: Cleaned, facts: Mapping[str, str]) -> Cleaned:
    """A result with facts of its input in ``meta``; bytes that could not be decoded are flagged."""
    if "undecodable" in facts and "undecodable-bytes" not in cleaned.flags:
        cleaned = msgspec.structs.replace(cleaned, status="flagged", flags=(*cleaned.flags, "undecodable-bytes"))
    return msgspec.structs.replace(cleaned, meta={**cleaned.meta, **facts})


def _failed(item: Item, message: str, status: str = "error") -> tuple[Result, Record]:
    text = message if message.startswith(item.where) else f"{item.where}: {message}"
    record = record_of(text, item.id, item.url, status)
    if item.ref:
        record = msgspec.structs.replace(record, meta=dict(item.ref))
    return Result(None, status, text), record

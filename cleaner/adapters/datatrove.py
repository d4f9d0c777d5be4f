"""datatrove: a pipeline step, and a writer for its audit. See ``docs/pipelines/datatrove.md``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from typing import IO, Any, Literal

import msgspec

from cleaner.adapters import needs
from cleaner.adapters.portable import PortableCleaner
from cleaner.audit import Record
from cleaner.core import Cleaner
from cleaner.fields import Fields, clean_fields, record_of
from cleaner.model import Cleaned, CleanerError

with needs("datatrove"):
    from datatrove.data import Document
    from datatrove.pipeline.base import PipelineStep
    from datatrove.pipeline.writers.disk_base import DiskWriter

#: Metadata that the step adds to every document.
STATUS, ERROR = "cleaner_status", "cleaner_error"


class AuditWriter(DiskWriter):  # type: ignore[misc]
    """Writes audit records as JSON lines, the format of ``docs/audit.md``, one file a task."""

    default_output_filename = "${rank}.jsonl"
    type = "WRITER"
    name = "cleaner audit"

    def __init__(self, output_folder: Any, output_filename: str | None = None, compression: str | None = None) -> None:
        """Set up the writer.

        Args:
            output_folder: a path, or anything else that datatrove takes for a folder.
            output_filename: the name of a task's file; ``${rank}`` is its number.
            compression: ``gzip``, ``zstd`` or none.
        """
        super().__init__(output_folder, output_filename, compression, mode="wb")

    def _default_adapter(self, document: Any) -> dict[str, Any]:
        return dict(document.metadata)

    def _write(self, document: dict[str, Any], file_handler: IO[bytes], filename: str) -> None:
        file_handler.write(msgspec.json.encode(document) + b"\n")


class CleanStep(PipelineStep):  # type: ignore[misc]
    """Cleans the text of every document; none is dropped.

    The text becomes the clean text, or an empty one where it could not be cleaned. ``metadata`` gets
    ``cleaner_status``, and ``cleaner_error`` where there is one. Cleaning texts does not import trafilatura.
    """

    type = "CLEAN"
    name = "cleaner"

    def __init__(
        self,
        cleaner: Cleaner | None = None,
        *,
        kind: Literal["text", "html"] = "text",
        url_key: str = "url",
        date_key: str = "date",
        site: str | None = None,
        audit_writer: Any = None,
    ) -> None:
        """Set up the step.

        Args:
            cleaner: cleans each document; by default one with the built-in packs.
            kind: what ``Document.text`` holds: a text, or a page (as after ``WarcReader``).
            url_key: the metadata with the URL, which picks the site's pack.
            date_key: the metadata with the publication date, kept in the audit.
            site: the site of all documents.
            audit_writer: an ``AuditWriter``, or any ``DiskWriter``, which gets the record as a document's metadata.

        Raises:
            CleanerError: an unknown kind or site.
        """
        super().__init__()
        if kind not in ("text", "html"):
            raise CleanerError(f"kind is {kind!r}; known: 'text', 'html'")
        self.kind = kind
        self.site = site
        self.audit_writer = audit_writer
        self._names = Fields(text="text", html="text", url=url_key, date=date_key)
        self._portable = PortableCleaner(cleaner)
        if site:
            self._portable.get().clean_text("", site=site)

    def run(self, data: Any, rank: int = 0, world_size: int = 1) -> Iterator[Any]:
        """Clean the documents of one task."""
        cleaner = self._portable.get()
        with self.audit_writer or nullcontext() as writer:
            for document in data or ():
                with self.track_time():
                    result = self._result(cleaner, document)
                    record = record_of(result, document.id, document.metadata.get(self._names.url))
                    if writer is not None:
                        writer.write(Document("", document.id, metadata=msgspec.to_builtins(record)), rank)
                    self._change(document, result)
                    self._count(record, result)
                    self.update_doc_stats(document)
                yield document

    def _result(self, cleaner: Cleaner, document: Any) -> Cleaned | str:
        metadata = document.metadata
        url = metadata.get(self._names.url) if self._names.url else None
        date = metadata.get(self._names.date) if self._names.date else None
        text, page = (document.text, None) if self.kind == "text" else (None, document.text)
        try:
            return clean_fields(cleaner, text=text, html=page, url=url, date=date, site=self.site, names=self._names)
        except CleanerError as error:
            return str(error)

    def _change(self, document: Any, result: Cleaned | str) -> None:
        if isinstance(result, str):
            document.text = ""
            document.metadata |= {STATUS: "error", ERROR: result}
            return
        document.text = result.text
        document.metadata[STATUS] = result.status
        title = result.meta.get("title")
        if self.kind == "html" and title:
            document.metadata.setdefault("title", title)

    def _count(self, record: Record, result: Cleaned | str) -> None:
        self.stat_update("total", record.status)
        if isinstance(result, str):
            return
        self.stat_update("chars", value=len(result.raw))
        self.stat_update("chars_cut", value=len(result.raw) - len(result.text))
        for removal in result.removals:
            self.stat_update(f"chars_cut_{removal.category}", value=removal.end - removal.start, unit="cut")
        self.stat_update(*(f"flag_{flag}" for flag in record.flags))

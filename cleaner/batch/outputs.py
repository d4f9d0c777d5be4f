"""Files of results, one open at a time: the ways out of a run and of its way back."""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO

from cleaner.batch.compress import compressing
from cleaner.batch.formats.base import Writer
from cleaner.batch.formats.registry import Kind
from cleaner.fields import Fields


class OutputFiles:
    """Writers of results, by the name of their file. Results of one file come one after the other."""

    def __init__(
        self, opened: Callable[[str], BinaryIO], fields: Fields, *, keep_pages: bool = False, owns: bool = True
    ) -> None:
        """Prepare.

        Args:
            opened: opens a file by its name.
            fields: the fields in use.
            keep_pages: whether pages stay in the records.
            owns: close a file when it is complete; else whoever opened it does.
        """
        self._opened, self._fields, self._keep_pages, self._owns = opened, fields, keep_pages, owns
        self._name: str | None = None
        self._stream: BinaryIO | None = None
        self._packer: BinaryIO | None = None
        self._writer: Writer | None = None
        #: The files so far, in the order in which they were begun.
        self.names: list[str] = []

    def writer(self, name: str, kind: Kind, layout: object) -> Writer:
        """The writer of a file; the one before is completed.

        Args:
            name: the file.
            kind: its format and compression.
            layout: that of the reader, if the results have its format (else ``None``).

        Raises:
            OSError: a file cannot be written.
            CleanerError: the results cannot be written in this format.
        """
        if self._writer is not None and name == self._name:
            return self._writer
        self.close()
        self._stream = self._opened(name)
        self._name = name
        self.names.append(name)
        self._packer = compressing(self._stream, kind.compression) if kind.compression else None
        self._writer = kind.format.writer(self._packer or self._stream, self._fields, layout, self._keep_pages)
        return self._writer

    def close(self) -> None:
        """Complete the file that is open.

        Raises:
            OSError: it cannot be written.
        """
        writer, packer, stream = self._writer, self._packer, self._stream
        self._writer = self._packer = self._stream = self._name = None
        try:
            if writer is not None:
                writer.close()
            if packer is not None:
                packer.close()
        finally:
            if stream is not None and self._owns:
                stream.close()

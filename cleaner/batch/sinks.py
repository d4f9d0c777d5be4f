"""Where results go. Files are written aside and put in place when all is done, so none is ever there in half."""

from __future__ import annotations

import os
import secrets
import shutil
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Self

from cleaner.aside import Aside
from cleaner.batch.compress import BUFFER, compressing
from cleaner.batch.names import real
from cleaner.model import CleanerError
from cleaner.terminal import data_output


class StdoutSink:
    """Everything to standard output, one source after the other."""

    def __init__(self) -> None:
        self._out = data_output()

    def open(self, name: Path) -> BinaryIO:
        """Standard output."""
        return self._out

    def commit(self) -> None:
        """Hand on what is still in the buffer."""
        self._out.flush()

    def discard(self) -> None:
        """Nothing: what went out cannot be called back."""


class FileSink:
    """One file, written aside in its folder and renamed. Pipes and devices are written as they are."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._aside: Aside | None = None
        self._file: BinaryIO | None = None

    def open(self, name: Path | None = None) -> BinaryIO:
        """The file.

        Raises:
            CleanerError: it cannot be written.
        """
        try:
            mode = self._mode()
            if mode is not None and stat.S_ISDIR(mode):
                raise IsADirectoryError(None, "it is a folder")
            if mode is not None and not stat.S_ISREG(mode):
                self._file = self.path.open("wb", BUFFER)
            else:
                self.path = real(self.path)  # a link stays a link
                if mode is not None and not os.access(self.path, os.W_OK):
                    raise PermissionError(None, "permission denied")
                self._aside = Aside(self.path, durable=True)
                self._file = self._aside.file
        except OSError as error:
            raise CleanerError(f"{self.path}: cannot write: {error.strerror}") from None
        return self._file

    def _mode(self) -> int | None:
        """What is there already, ``None`` if nothing is."""
        try:
            return self.path.stat().st_mode
        except FileNotFoundError:
            return None

    def commit(self) -> None:
        """Put it in place.

        Raises:
            CleanerError: it cannot be written.
        """
        try:
            if self._aside is not None:
                self._aside.commit()
            elif self._file is not None:
                self._file.close()
        except OSError as error:
            raise CleanerError(f"{self.path}: cannot write: {error.strerror}") from None
        self._aside = self._file = None

    def discard(self) -> None:
        """Remove what was written."""
        with suppress(OSError):
            if self._file is not None:
                self._file.close()
        if self._aside is not None:
            self._aside.discard()
            self._aside = None


class OneResult:
    """All results in one file or on standard output, and their audit in another file; as a context.

    Files are put in place at the end. When who reads standard output has seen enough, the audit of what went out is put
    in place as well; any other failure leaves nothing.
    """

    def __init__(self, file: Path | None, audit_file: Path | None, compression: str | None = None) -> None:
        """Prepare.

        Args:
            file: for the results; ``None``: standard output.
            audit_file: for the audit; ``None``: there is none.
            compression: of what is written to ``out``.
        """
        self._result = FileSink(file) if file is not None else StdoutSink()
        self._audit = FileSink(audit_file) if audit_file is not None else None
        self._compression = compression
        self._left_out = False
        self.audit: BinaryIO | None = None

    def __enter__(self) -> Self:
        """Open both.

        Raises:
            CleanerError: one cannot be written.
        """
        self.audit = self._audit.open() if self._audit is not None else None
        try:
            self._raw = self._result.open(Path())
            self.out = compressing(self._raw, self._compression) if self._compression else self._raw
        except BaseException:
            self._discard()
            raise
        return self

    def append(self, folder: Path, results: Iterable[str], audit: str) -> None:
        """Add files of results, those that are there, and their audit."""
        if self.audit is not None:
            with (folder / audit).open("rb") as part:
                shutil.copyfileobj(part, self.audit, BUFFER)
        for name in results:
            path = folder / name
            if path.exists():
                with path.open("rb") as result:
                    shutil.copyfileobj(result, self.out, BUFFER)

    def leave_out(self) -> None:
        """Put no file of results in place."""
        self._left_out = True

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        """Put both in place, or remove what was written."""
        if kind is None:
            try:
                if self.out is not self._raw:
                    self.out.close()
                if self._left_out:
                    self._result.discard()
                else:
                    self._result.commit()
                if self._audit is not None:
                    self._audit.commit()
            except BaseException:
                self._discard()
                raise
        elif kind is BrokenPipeError:
            with suppress(OSError, CleanerError):
                if self._audit is not None:
                    self._audit.commit()
        else:
            self._discard()

    def _discard(self) -> None:
        self._result.discard()
        if self._audit is not None:
            self._audit.discard()


class FolderSink:
    """A folder that mirrors the inputs. All files are staged in a hidden folder inside it and moved at the end."""

    def __init__(self, folder: Path) -> None:
        """Make the folder.

        Raises:
            CleanerError: it cannot be made or written to.
        """
        self.folder = folder
        self._made: list[Path] = []
        self._staged: list[Path] = []
        try:
            missing = [p for p in (folder, *folder.parents) if not p.exists()]
            folder.mkdir(parents=True, exist_ok=True)
            self._made = missing
            self._stage = folder / f".part-{secrets.token_hex(4)}"
            self._stage.mkdir()
        except OSError as error:
            raise CleanerError(f"{folder}: cannot write to this folder: {error.strerror}") from None

    def open(self, name: Path) -> BinaryIO:
        """A file below the folder, staged."""
        path = self._stage / name
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("xb", BUFFER)
        self._staged.append(name)
        return file

    def commit(self) -> None:
        """Move everything into place.

        Raises:
            CleanerError: something cannot be moved.
        """
        for name in self._staged:
            target = self.folder / name
            try:
                target.parent.mkdir(parents=True, exist_ok=True)
                (self._stage / name).replace(target)
            except OSError as error:
                raise CleanerError(f"{target}: cannot write: {error.strerror}") from None
        shutil.rmtree(self._stage, ignore_errors=True)
        self._made = []

    def discard(self) -> None:
        """Remove the staged files, and the folder if this run made it."""
        shutil.rmtree(self._stage, ignore_errors=True)
        for path in self._made:
            with suppress(OSError):
                path.rmdir()

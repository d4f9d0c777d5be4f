"""Files written aside: a reader sees all of a file, or what was there before, whatever happens meanwhile.

The file is written under another name in the same folder and renamed. With ``durable`` its bytes are on the disk before
the rename, and the rename is before anything that is written later, so that a power cut changes nothing of this.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Collection, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from cleaner.system import sync_everything, sync_path

_BUFFER = 1 << 20
_FEW = 16  # more files than this are waited for together
_LONGEST = 40  # code points of a name that are kept in the name of the file aside


class Aside:
    """A file that is being written aside. Use ``file``, then ``commit`` or ``discard``."""

    def __init__(self, path: Path, *, durable: bool = False) -> None:
        """Open it.

        Args:
            path: the file's place once it is complete.
            durable: make sure that it survives a power cut, once ``commit`` has returned.

        Raises:
            OSError: it cannot be written there.
        """
        self.path, self._durable = path, durable
        self._aside = path.with_name(f".{path.name[:_LONGEST]}.part-{secrets.token_hex(4)}")
        self.file: BinaryIO = self._aside.open("xb", _BUFFER)

    def commit(self) -> None:
        """Put it in place.

        Raises:
            OSError: it cannot be written; nothing of it is left then.
        """
        try:
            self.file.flush()
            if self._durable:
                os.fsync(self.file.fileno())
            self.file.close()
            self._aside.replace(self.path)
        except OSError:
            self.discard()
            raise
        if self._durable:
            sync_folder(self.path.parent)

    def discard(self) -> None:
        """Remove what was written."""
        with suppress(OSError):
            self.file.close()
        with suppress(OSError):
            self._aside.unlink(missing_ok=True)


def write_aside(path: Path, data: bytes, *, durable: bool = False) -> None:
    """Write a small file whole or not at all; its folder is made if it is not there.

    Args:
        path: the file.
        data: its bytes.
        durable: see ``Aside``.

    Raises:
        OSError: it cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = Aside(path, durable=durable)
    try:
        aside.file.write(data)
    except OSError:
        aside.discard()
        raise
    aside.commit()


def sync_file(path: Path) -> None:
    """Wait until the bytes of a file are on the disk.

    Raises:
        OSError: they cannot be written.
    """
    sync_path(path)


def sync_files(paths: Sequence[Path]) -> None:
    """Wait until the bytes of files are on the disk: one by one, or all at once where they are many.

    Raises:
        OSError: they cannot be written.
    """
    if len(paths) > _FEW and sync_everything():
        return
    for path in paths:
        if path.exists():
            sync_file(path)


def sync_folder(path: Path) -> None:
    """Wait until the names in a folder are on the disk, where the system can be asked for that."""
    with suppress(OSError):  # some file systems cannot open or sync a folder; then they order renames by themselves
        sync_file(path)


def sync_folders(paths: Collection[Path]) -> None:
    """Wait until the names in folders are on the disk: one by one, or all at once where they are many."""
    if len(paths) > _FEW and sync_everything():
        return
    for path in sorted(paths):
        sync_folder(path)

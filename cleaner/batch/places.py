"""Where finished files go: a local folder, or one in a store that fsspec knows."""

from __future__ import annotations

import shutil
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from cleaner.aside import sync_folders, write_aside
from cleaner.batch.digest import FileRecord, digest_of
from cleaner.batch.names import link_in, unreadable
from cleaner.batch.store import file_system


class Place(Protocol):
    """Where finished files go. Names lie below it; whoever takes one from a file has checked that it does."""

    def has(self, name: str) -> bool:
        """Whether there is anything of that name."""

    def holds(self, file: FileRecord) -> bool:
        """Whether a file is there as it was written: by its hash, in a store by its size."""

    def link(self, name: str) -> str | None:
        """A symbolic link on the way to a name, if there is one."""

    def move(self, staged: Path, name: str) -> None:
        """Put a staged file there."""

    def settle(self, names: Collection[str]) -> None:
        """Wait until files that were moved there would survive a power cut."""

    def write(self, name: str, data: bytes) -> None:
        """Write a small file, whole or not at all."""

    def read(self, name: str) -> bytes | None:
        """A small file, ``None`` without one."""

    def open(self, name: str) -> BinaryIO:
        """A file there, to read."""

    def names(self, folder: str) -> list[str]:
        """The files and folders in a folder there."""

    def drop(self, name: str) -> None:
        """Remove a file, if it is there, and the folders that are empty then."""

    def drop_all(self, folder: str) -> None:
        """Remove a folder of the run's own state with all that is in it."""


class LocalPlace:
    """A folder of this machine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def has(self, name: str) -> bool:
        """Whether there is anything of that name."""
        path = self.folder / name
        return path.exists() or path.is_symlink()

    def holds(self, file: FileRecord) -> bool:
        """Whether a file is there as it was written."""
        path = self.folder / unreadable(file.name)
        try:
            if path.is_symlink() or not path.is_file() or path.stat().st_size != file.bytes:
                return False
            return digest_of(path) == (file.bytes, file.sha256)
        except OSError:
            return False

    def link(self, name: str) -> str | None:
        """A symbolic link on the way to a name, if there is one."""
        found = link_in(self.folder, name)
        return None if found is None else str(found)

    def move(self, staged: Path, name: str) -> None:
        """Put a staged file there."""
        target = self.folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        staged.replace(target)

    def settle(self, names: Collection[str]) -> None:
        """Wait until files that were moved there would survive a power cut."""
        sync_folders({folder for name in names for folder in self._above(name)})

    def _above(self, name: str) -> list[Path]:
        path = self.folder / name
        return [parent for parent in path.parents if parent == self.folder or self.folder in parent.parents]

    def write(self, name: str, data: bytes) -> None:
        """Write a small file, whole or not at all."""
        write_aside(self.folder / name, data, durable=True)

    def read(self, name: str) -> bytes | None:
        """A small file, ``None`` without one."""
        try:
            return (self.folder / name).read_bytes()
        except OSError:
            return None

    def open(self, name: str) -> BinaryIO:
        """A file there, to read."""
        return (self.folder / name).open("rb")

    def names(self, folder: str) -> list[str]:
        """The files and folders in a folder there."""
        path = self.folder / folder
        return sorted(each.name for each in path.iterdir()) if path.is_dir() else []

    def drop(self, name: str) -> None:
        """Remove a file, if it is there, and the folders that are empty then."""
        path = self.folder / name
        path.unlink(missing_ok=True)
        with suppress(OSError):
            while (path := path.parent) != self.folder:
                path.rmdir()

    def drop_all(self, folder: str) -> None:
        """Remove a folder of the run's own state with all that is in it."""
        shutil.rmtree(self.folder / folder, ignore_errors=True)


class StorePlace:
    """A folder in a store. There are no links there, and what is written is as durable as the store."""

    def __init__(self, url: str) -> None:
        self.system, path = file_system(url)
        self.base = path.rstrip("/")

    def _at(self, name: str) -> str:
        return f"{self.base}/{name}" if name else self.base

    def has(self, name: str) -> bool:
        """Whether there is anything of that name."""
        return bool(self.system.exists(self._at(name)))

    def holds(self, file: FileRecord) -> bool:
        """Whether a file of that size is there: reading all of it back would cost as much as the run."""
        at = self._at(unreadable(file.name))
        return bool(self.system.isfile(at)) and int(self.system.size(at) or 0) == file.bytes

    def link(self, name: str) -> str | None:
        """None."""
        return None

    def move(self, staged: Path, name: str) -> None:
        """Put a staged file there."""
        self.system.makedirs(self._at(name).rpartition("/")[0], exist_ok=True)
        self.system.put_file(str(staged), self._at(name))
        staged.unlink()

    def settle(self, names: Collection[str]) -> None:
        """Nothing: the store has taken them."""

    def write(self, name: str, data: bytes) -> None:
        """Write a small file, whole or not at all."""
        self.system.makedirs(self._at(name).rpartition("/")[0], exist_ok=True)
        self.system.pipe_file(self._at(name), data)

    def read(self, name: str) -> bytes | None:
        """A small file, ``None`` without one."""
        at = self._at(name)
        return bytes(self.system.cat_file(at)) if self.system.isfile(at) else None

    def open(self, name: str) -> BinaryIO:
        """A file there, to read."""
        return cast(BinaryIO, self.system.open(self._at(name), "rb"))

    def names(self, folder: str) -> list[str]:
        """The files and folders in a folder there."""
        at = self._at(folder)
        if not self.system.isdir(at):
            return []
        return sorted(str(each).rstrip("/").rpartition("/")[2] for each in self.system.ls(at, detail=False))

    def drop(self, name: str) -> None:
        """Remove a file, if it is there."""
        if self.system.isfile(self._at(name)):
            self.system.rm(self._at(name))

    def drop_all(self, folder: str) -> None:
        """Remove a folder of the run's own state with all that is in it."""
        if self.system.exists(self._at(folder)):
            self.system.rm(self._at(folder), recursive=True)

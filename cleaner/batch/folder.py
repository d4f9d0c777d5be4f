"""The output folder: what a run puts there, shard by shard, and what tells a later run which shards are done.

Files are written below ``.cleaner/stage`` and moved into place when their shard is complete; then a marker is written.
A run that was stopped in any way leaves whole shards with markers, and nothing else that the next run would read. When
all is done the markers become the manifest, and ``.cleaner`` goes. A folder in a store (a URL) works in the same way,
with the stage on the local disk.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, Protocol, cast

import msgspec

from cleaner.aside import write_aside
from cleaner.audit import Summary
from cleaner.batch.plan import MANIFEST_NAME, STATE_NAME, Plan, Work
from cleaner.batch.shard import Done, FileRecord, stage_of
from cleaner.batch.store import file_system, local_path, readable
from cleaner.model import CleanerError

_MARKS = f"{STATE_NAME}/done"
_PLAN = f"{STATE_NAME}/plan"
SCHEMA = 1


class _Manifest(msgspec.Struct):
    """The part of a manifest that a later run reads; its shards are decoded one by one."""

    plan: str
    shards: list[msgspec.Raw]


class Place(Protocol):
    """Where finished files go."""

    def size(self, name: str) -> int | None:
        """Bytes of a file there, ``None`` without one."""

    def move(self, staged: Path, name: str) -> None:
        """Put a staged file there."""

    def write(self, name: str, data: bytes) -> None:
        """Write a small file, whole or not at all."""

    def read(self, name: str) -> bytes | None:
        """A small file, ``None`` without one."""

    def open(self, name: str) -> BinaryIO:
        """A file there, to read."""

    def names(self, folder: str) -> list[str]:
        """The files of a folder there."""

    def drop(self, name: str) -> None:
        """Remove a file or folder, if it is there."""


class _LocalPlace:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def size(self, name: str) -> int | None:
        path = self.folder / name
        try:
            return path.stat().st_size if path.is_file() else None
        except OSError:
            return None

    def move(self, staged: Path, name: str) -> None:
        target = self.folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        staged.replace(target)

    def write(self, name: str, data: bytes) -> None:
        write_aside(self.folder / name, data)

    def read(self, name: str) -> bytes | None:
        try:
            return (self.folder / name).read_bytes()
        except OSError:
            return None

    def open(self, name: str) -> BinaryIO:
        return (self.folder / name).open("rb")

    def names(self, folder: str) -> list[str]:
        path = self.folder / folder
        return sorted(each.name for each in path.iterdir()) if path.is_dir() else []

    def drop(self, name: str) -> None:
        path = self.folder / name
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


class _RemotePlace:
    def __init__(self, url: str) -> None:
        self.system, path = file_system(url)
        self.base = path.rstrip("/")

    def _at(self, name: str) -> str:
        return f"{self.base}/{name}"

    def size(self, name: str) -> int | None:
        at = self._at(name)
        return int(self.system.size(at) or 0) if self.system.isfile(at) else None

    def move(self, staged: Path, name: str) -> None:
        self.system.makedirs(self._at(name).rpartition("/")[0], exist_ok=True)
        self.system.put_file(str(staged), self._at(name))
        staged.unlink()

    def write(self, name: str, data: bytes) -> None:
        self.system.makedirs(self._at(name).rpartition("/")[0], exist_ok=True)
        self.system.pipe_file(self._at(name), data)

    def read(self, name: str) -> bytes | None:
        at = self._at(name)
        return bytes(self.system.cat_file(at)) if self.system.isfile(at) else None

    def open(self, name: str) -> BinaryIO:
        return cast(BinaryIO, self.system.open(self._at(name), "rb"))

    def names(self, folder: str) -> list[str]:
        at = self._at(folder)
        if not self.system.isdir(at):
            return []
        return sorted(str(each).rpartition("/")[2] for each in self.system.ls(at, detail=False))

    def drop(self, name: str) -> None:
        if self.system.exists(self._at(name)):
            self.system.rm(self._at(name), recursive=True)


class OutputFolder:
    """The folder of one run, from lock to manifest."""

    def __init__(self, out: str) -> None:
        """Make the folder and lock it.

        Args:
            out: a local path or a URL.

        Raises:
            CleanerError: it cannot be made or written to, or another run writes to it.
        """
        self.name = out
        self._made: list[Path] = []
        self._lock: int | None = None
        self.local = local_path(out)
        self.place: Place
        try:
            if self.local is None:
                self.place = _RemotePlace(out)
                self.stage = Path(tempfile.mkdtemp(prefix="cleaner-"))
            else:
                self._made = [p for p in (self.local, *self.local.parents) if not p.exists()]
                self.local.mkdir(parents=True, exist_ok=True)
                self.place = _LocalPlace(self.local)
                self._lock = _locked(self.local, out)
                self.stage = self.local / STATE_NAME / "stage"
                shutil.rmtree(self.stage, ignore_errors=True)  # what a run that was killed has left
                self.stage.mkdir(parents=True)
        except OSError as error:
            raise CleanerError(f"{out}: cannot write to this folder: {error.strerror or error}") from None

    def resume(self, plan_id: str, plan: Plan) -> Iterator[tuple[int, Done]]:
        """The shards that an earlier run of the same plan has done; those of another plan are forgotten.

        Args:
            plan_id: identity of the plan.
            plan: the plan.

        Returns:
            Number of each shard and what it did, one by one: together they may be more than fits the memory.
        """
        works = {work.number: work for work in plan.works}
        manifest = self._manifest()
        if (self.place.read(_PLAN) or b"").decode() != plan_id:
            self.place.drop(_MARKS)
            if manifest is not None and manifest.plan == plan_id:
                for shard in manifest.shards:
                    self._put_mark(msgspec.json.decode(shard, type=Done))
            elif manifest is not None:
                self._forget(manifest, plan)
            self.place.write(_PLAN, plan_id.encode())
        for name in self.place.names(_MARKS):
            mark = _mark_of(self.place.read(f"{_MARKS}/{name}") or b"")
            if mark is not None and mark.number in works and self._has(works[mark.number], mark.files):
                yield mark.number, mark

    def _has(self, work: Work, files: list[FileRecord]) -> bool:
        """Whether the files of a shard are there. Names are stored as text: the plan knows their bytes."""
        names = {readable(piece.output): piece.output for piece in work.pieces}
        return all(self.place.size(names.get(file.name, file.name)) == file.bytes for file in files)

    def _manifest(self) -> _Manifest | None:
        try:
            found = msgspec.json.decode(self.place.read(MANIFEST_NAME) or b"", type=_Manifest)
        except msgspec.MsgspecError:
            return None
        return found if all(_mark_of(shard) is not None for shard in found.shards) else None

    def _forget(self, manifest: _Manifest, plan: Plan) -> None:
        """Drop the manifest of another plan, and its audit files that this plan does not write over."""
        audits = {work.audit for work in plan.works}
        for shard in manifest.shards:
            files = msgspec.json.decode(shard, type=Done).files
            if files and files[-1].name not in audits:
                self.place.drop(files[-1].name)
        self.place.drop(MANIFEST_NAME)

    def put(self, work: Work, done: Done) -> None:
        """Move the files of a shard into place, then mark it as done."""
        stage = stage_of(self.stage, work)
        for name in [*dict.fromkeys(piece.output for piece in work.pieces), work.audit]:
            if (stage / name).exists():
                self.place.move(stage / name, name)
        shutil.rmtree(stage, ignore_errors=True)
        self._put_mark(done)

    def _put_mark(self, mark: Done) -> None:
        data = bytes(_sorted(mark))
        self.place.write(_mark_name(mark.number), data)
        if self.local is None:  # reading thousands of small files back from a store takes minutes
            copy = self.stage / _mark_name(mark.number)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(data)

    def _read_mark(self, number: int) -> bytes:
        name = _mark_name(number)
        copy = self.stage / name
        return (copy.read_bytes() if copy.exists() else self.place.read(name)) or b"null"

    def finish(self, plan_id: str, facts: Mapping[str, Any], plan: Plan, totals: Summary) -> None:
        """Write the manifest, shard by shard from their markers, and clear the state away.

        Args:
            plan_id: identity of the plan.
            facts: version, options and packs of the run.
            plan: the plan, all of whose shards are done.
            totals: the counts of the whole run.
        """
        head = {"schema": SCHEMA, **facts, "plan": plan_id, "totals": _sorted(totals), "shards": []}
        staged = self.stage / MANIFEST_NAME
        with staged.open("wb") as out:
            out.write(msgspec.json.format(msgspec.json.encode(head), indent=1).removesuffix(b"]\n}"))
            between = b"\n  "
            for work in plan.works:
                mark = msgspec.json.format(self._read_mark(work.number), indent=1)
                out.write(between + mark.replace(b"\n", b"\n  "))
                between = b",\n  "
            out.write(b"\n ]\n}\n")
        self.place.move(staged, MANIFEST_NAME)
        self._clear()

    def abandon(self) -> None:
        """End a run that is not complete: whole shards and their markers stay, everything else goes."""
        with suppress(OSError):
            if self.place.names(_MARKS):
                shutil.rmtree(self.stage, ignore_errors=True)
                self._unlock()
            else:
                self._clear()
                for path in self._made:
                    path.rmdir()

    def _clear(self) -> None:
        shutil.rmtree(self.stage, ignore_errors=True)
        self.place.drop(STATE_NAME)
        self._unlock()

    def _unlock(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def _locked(folder: Path, shown: str) -> int:
    """A lock on the folder that ends with this process, however it ends."""
    path = folder / STATE_NAME / "lock"
    while True:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if path.exists() and os.fstat(lock).st_ino == path.stat().st_ino:  # not cleared away meanwhile
                os.ftruncate(lock, 0)
                os.write(lock, str(os.getpid()).encode())
                return lock
        except BlockingIOError:
            holder = os.read(lock, 20).decode("ascii", "replace")
            os.close(lock)
            raise CleanerError(f"{shown}: another run (process {holder}) is writing to this folder") from None
        except FileNotFoundError:
            pass
        os.close(lock)


def _mark_name(number: int) -> str:
    return f"{_MARKS}/{number:05}"


def _mark_of(data: bytes | msgspec.Raw) -> Done | None:
    """A marker as it is stored; ``None`` for one that is damaged."""
    try:
        return msgspec.json.decode(data, type=Done)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def _sorted(counts: Done | Summary) -> msgspec.Raw:
    """Counts as JSON, the same bytes in whatever order they were made."""
    return msgspec.Raw(msgspec.json.encode(counts, order="deterministic"))

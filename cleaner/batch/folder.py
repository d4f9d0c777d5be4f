"""The output folder: what a run puts there, shard by shard, and what tells a later run which shards are done.

Files are written below ``.cleaner/stage`` and moved into place when their shard is complete; then a marker is written.
A run that was stopped in any way leaves whole shards with markers, and nothing else that the next run would read. When
all is done the markers become the manifest, and ``.cleaner`` goes. A folder in a store (a URL) works in the same way,
with the stage on the local disk.

A folder belongs to one run. What lies in it (markers, manifest, links) is input: it is checked before it is believed.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import filelock
import msgspec

from cleaner.aside import sync_file
from cleaner.audit import Summary
from cleaner.batch.digest import FileRecord
from cleaner.batch.manifest import (
    Manifest,
    RunFacts,
    check_names,
    differences,
    read_done,
    read_manifest,
    write_manifest,
)
from cleaner.batch.names import unreadable
from cleaner.batch.places import LocalPlace, Place, StorePlace
from cleaner.batch.plan import MANIFEST_NAME, STATE_NAME, Plan, Work
from cleaner.batch.shard import Done, stage_of
from cleaner.batch.store import local_path
from cleaner.model import CleanerError

_DONE = f"{STATE_NAME}/done"
_MOVING = f"{STATE_NAME}/moving"  # what a shard is about to put in place: known, should the run be killed meanwhile
_PLAN = f"{STATE_NAME}/plan"
_LOCK = f"{STATE_NAME}/lock"
_HOLDER = f"{STATE_NAME}/process"
_STAGE = f"{STATE_NAME}/stage"
_STATE = (STATE_NAME, _DONE, _MOVING, _PLAN, _LOCK, _HOLDER, _STAGE, MANIFEST_NAME)
_SHOWN = 3  # so many files are named in a message


class _RunState(msgspec.Struct):
    """What a run in work is, as ``.cleaner/plan`` holds it."""

    plan: str
    facts: RunFacts | None = None


class OutputFolder:
    """The folder of one run, from lock to manifest."""

    def __init__(self, out: str) -> None:
        """Make the folder and lock it.

        Args:
            out: a local path or a URL.

        Raises:
            CleanerError: it cannot be made or written to, another run writes to it, it holds files that no run has put
                there, or links or a manifest that cannot be trusted.
        """
        self.name = out
        self._made: list[Path] = []
        self._lock: filelock.FileLock | None = None
        self.local = local_path(out)
        self.place: Place
        try:
            if self.local is None:
                self.place = StorePlace(out)
                self._check()
                self.stage = Path(tempfile.mkdtemp(prefix="cleaner-"))
            else:
                self._made = [p for p in (self.local, *self.local.parents) if not p.exists()]
                self.local.mkdir(parents=True, exist_ok=True)
                self.place = LocalPlace(self.local)
                self._check()
                self._lock = _locked(self.local, out)
                self.stage = self.local / _STAGE
                shutil.rmtree(self.stage, ignore_errors=True)  # what a run that was killed has left
                self.stage.mkdir(parents=True)
        except OSError as error:
            raise CleanerError(f"{out}: cannot write to this folder: {error.strerror or error}") from None

    def _check(self) -> None:
        """Refuse a folder that is not a run's: it is never written to, unless it is empty."""
        for name in _STATE:
            self._refuse_link(name)
        if self.place.has(MANIFEST_NAME) or self.place.has(_PLAN):
            return
        others = [name for name in self.place.names("") if name != STATE_NAME]
        state = [f"{STATE_NAME}/{name}" for name in self.place.names(STATE_NAME)]
        others += [name for name in state if name not in _STATE and ".part-" not in name]
        if others:
            raise CleanerError(
                f"{self.name}: holds files that no run of the cleaner has put there ({_some(others)}); "
                "choose an empty folder"
            )

    def _refuse_link(self, name: str) -> None:
        link = self.place.link(name)
        if link is not None:
            raise CleanerError(f"{link}: is a link; the output folder must not lead elsewhere")

    def resume(self, plan_id: str, plan: Plan, facts: RunFacts, *, force: bool = False) -> Iterator[tuple[int, Done]]:
        """The shards that an earlier run of the same plan has done.

        Args:
            plan_id: identity of the plan.
            plan: the plan.
            facts: what makes the run that run.
            force: replace the files of a run of another plan.

        Returns:
            Number of each shard and what it did, one by one: together they may be more than fits the memory.

        Raises:
            CleanerError: the folder holds another run, or files that this run would write over.
        """
        works = {work.number: work for work in plan.works}
        for name in _outputs(plan):
            self._refuse_link(name)
        manifest = self._manifest()
        state = self._state(manifest)
        if state is not None and state.plan != plan_id and not force:
            raise CleanerError(
                f"{self.name}: holds the results of another run: {differences(state.facts, facts)}. "
                "Choose another folder, or replace that run's files with --force"
            )
        if state is None or state.plan != plan_id:
            old = self._old_files(manifest)
            self._refuse_others(plan, {unreadable(file.name) for file in old})
            self._forget(old)
            self.place.write(_PLAN, msgspec.json.encode(_RunState(plan_id, facts)))
        elif manifest is not None and not self.place.has(_PLAN):
            for shard in manifest.shards:
                self._mark(shard)
            self.place.write(_PLAN, msgspec.json.encode(state))
        for name in markers(self.place, _DONE):
            done = read_done(self.place.read(f"{_DONE}/{name}") or b"")
            if done is not None and done.number in works and self._holds(works[done.number], done):
                yield done.number, done

    def _state(self, manifest: Manifest | None) -> _RunState | None:
        """Whose folder this is, if it is a run's."""
        data = self.place.read(_PLAN)
        if data is None:
            return None if manifest is None else _RunState(manifest.plan, manifest.facts)
        try:
            return msgspec.json.decode(data, type=_RunState)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return _RunState("")

    def _manifest(self) -> Manifest | None:
        data = self.place.read(MANIFEST_NAME)
        return None if data is None else read_manifest(data, f"{self.name}/{MANIFEST_NAME}")

    def _holds(self, work: Work, done: Done) -> bool:
        """Whether the files of a shard are there, and no others are named."""
        own = {*(piece.output for piece in work.pieces), work.audit}
        return bool(done.files) and all(unreadable(f.name) in own and self.place.holds(f) for f in done.files)

    def _old_files(self, manifest: Manifest | None) -> list[FileRecord]:
        """The files of the run that is to be replaced; refused unless they are as it left them."""
        found = {file.name: file for file in manifest.files()} if manifest is not None else {}
        for folder in (_DONE, _MOVING):
            for name in markers(self.place, folder):
                done = read_done(self.place.read(f"{folder}/{name}") or b"")
                if done is None:
                    raise CleanerError(f"{self.name}/{folder}/{name}: is damaged; remove this folder's files by hand")
                check_names(done.files, f"{self.name}/{folder}/{name}")
                found |= {file.name: file for file in done.files}
        files = [file for file in found.values() if self.place.has(unreadable(file.name))]
        for file in files:
            self._refuse_link(unreadable(file.name))
            if not self.place.holds(file):
                where = f"{self.name}/{file.name}"
                raise CleanerError(
                    f"{where}: is not as the earlier run left it; move it away, or choose another folder"
                )
        return files

    def _refuse_others(self, plan: Plan, old: set[str]) -> None:
        """Refuse to write over files that no run has put there."""
        met = [name for name in _outputs(plan) if name not in old and self.place.has(name)]
        if met:
            raise CleanerError(
                f"{self.name}: would write over files that no run of the cleaner has put there ({_some(met)})"
            )

    def _forget(self, files: list[FileRecord]) -> None:
        """Remove the run that is replaced: first what would tell that it is whole."""
        self.place.drop(MANIFEST_NAME)
        self.place.drop_all(_DONE)
        for file in files:
            self.place.drop(unreadable(file.name))
        self.place.drop_all(_MOVING)

    def put(self, work: Work, done: Done) -> None:
        """Move the files of a shard into place, then mark it as done."""
        stage = stage_of(self.stage, work)
        moving = f"{_MOVING}/{work.number:05}"
        names = [n for n in [*dict.fromkeys(p.output for p in work.pieces), work.audit] if (stage / n).exists()]
        self.place.write(moving, _encoded(done))
        for name in names:
            self.place.move(stage / name, name)
        self.place.settle(names)
        shutil.rmtree(stage, ignore_errors=True)
        self._mark(done)
        self.place.drop(moving)

    def _mark(self, done: Done) -> None:
        name, data = f"{_DONE}/{done.number:05}", _encoded(done)
        self.place.write(name, data)
        if self.local is None:  # reading thousands of small files back from a store takes minutes
            copy = self.stage / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(data)

    def _read_mark(self, number: int) -> bytes:
        name = f"{_DONE}/{number:05}"
        copy = self.stage / name
        return (copy.read_bytes() if copy.exists() else self.place.read(name)) or b"null"

    def finish(
        self, plan_id: str, facts: RunFacts, plan: Plan, totals: Summary, joined: FileRecord | None = None
    ) -> None:
        """Write the manifest, shard by shard from their markers, and clear the state away.

        Args:
            plan_id: identity of the plan.
            facts: what makes the run that run.
            plan: the plan, all of whose shards are done.
            totals: the counts of the whole run.
            joined: the whole audit in one file, if that lies in the folder too.
        """
        staged = self.stage / MANIFEST_NAME
        with staged.open("wb") as out:
            write_manifest(out, facts, plan_id, totals, (self._read_mark(work.number) for work in plan.works), joined)
        sync_file(staged)
        self.place.move(staged, MANIFEST_NAME)
        self.place.settle([MANIFEST_NAME])
        self._clear()

    def abandon(self) -> None:
        """End a run that is not complete: whole shards and their markers stay, everything else goes."""
        with suppress(OSError):
            shutil.rmtree(self.stage, ignore_errors=True)
            if self.place.names(_DONE) or self.place.names(_MOVING):
                self._unlock()
                return
            self._clear()
            for path in self._made:
                path.rmdir()

    def _clear(self) -> None:
        shutil.rmtree(self.stage, ignore_errors=True)
        self.place.drop_all(STATE_NAME)
        self._unlock()

    def _unlock(self) -> None:
        if self._lock is not None:
            self._lock.release()
            self._lock = None


def markers(place: Place, folder: str) -> list[str]:
    """The markers in a folder, without what a run that was killed has left beside them, written in half or in full."""
    return [name for name in place.names(folder) if name.isdigit()]


def _outputs(plan: Plan) -> dict[str, None]:
    """Every file that a plan puts into its folder, but for the manifest."""
    return dict.fromkeys(name for work in plan.works for name in (*(p.output for p in work.pieces), work.audit))


def _some(names: list[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def _encoded(done: Done) -> bytes:
    """What a shard did as JSON, the same bytes in whatever order its counts were made."""
    return msgspec.json.encode(done, order="deterministic")


def _locked(folder: Path, shown: str) -> filelock.FileLock:
    """A lock on the folder that ends with this process, however it ends."""
    path, holder = folder / _LOCK, folder / _HOLDER
    while True:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(path)
        try:
            lock.acquire(blocking=False)
        except filelock.Timeout:
            try:
                process = holder.read_bytes()[:20].decode("ascii", "replace")
            except OSError:
                process = "?"
            raise CleanerError(f"{shown}: another run (process {process}) is writing to this folder") from None
        with suppress(FileNotFoundError):  # another run has ended meanwhile, and cleared the lock away
            if path.exists():
                holder.write_bytes(str(os.getpid()).encode())
                return lock
        lock.release()

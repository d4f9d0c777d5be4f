"""The manifest of a run: what it was, what it read and wrote, and how one run differs from another.

A manifest lies in a folder that others may write to: it is input like any other. It is read with all its names checked,
and carries the hash of its own content.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from cleaner.audit import Summary
from cleaner.batch.digest import FileRecord
from cleaner.batch.document import Options
from cleaner.batch.names import is_inside
from cleaner.batch.plan import MANIFEST_NAME, STATE_NAME, Plan
from cleaner.batch.shard import Done
from cleaner.model import CleanerError

SCHEMA = 1
_END = b',\n "sha256": "'
_BROKEN = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
_CLEANING = ("pack folders", "keep", "disable", "layers")
_SHOWN = 3  # so many packs are named that differ


class Inputs(msgspec.Struct, frozen=True):
    """The inputs of a run: how many files, a hash of their names, and one of their names, sizes and times of change."""

    files: int
    names: str
    states: str


class RunFacts(msgspec.Struct, frozen=True):
    """What makes a run that run: version, options, packs with their hashes, inputs."""

    cleaner: str
    options: Any
    cleaning: Any
    shard_bytes: int
    packs: dict[str, str]
    inputs: Inputs


class Manifest(msgspec.Struct):
    """A manifest as it was read; ``audit``: the whole audit in one file, if that lies in the folder too."""

    schema: int
    facts: RunFacts
    plan: str
    totals: Summary
    shards: list[Done]
    audit: FileRecord | None = None
    whole: bool = True

    def files(self) -> Iterator[FileRecord]:
        """All files that the run wrote, but for the manifest itself."""
        for shard in self.shards:
            yield from shard.files
        if self.audit is not None:
            yield self.audit


class _Stored(msgspec.Struct):
    """The form of the file."""

    schema: int
    cleaner: str
    options: Any
    cleaning: Any
    shard_bytes: int
    packs: dict[str, str]
    inputs: Inputs
    plan: str
    totals: Summary
    shards: list[msgspec.Raw]
    audit: FileRecord | None = None
    sha256: str = ""


def inputs_of(plan: Plan) -> Inputs:
    """The inputs of a plan."""
    stamps = {p.source.name: p.stamp for work in plan.works for p in work.pieces}
    return Inputs(len(stamps), _hash(sorted(stamps)), _hash(sorted(stamps.items())))


def _hash(value: Any) -> str:
    return hashlib.sha256(msgspec.json.encode(value)).hexdigest()


def write_manifest(
    out: BinaryIO, facts: RunFacts, plan_id: str, totals: Summary, shards: Iterable[bytes], joined: FileRecord | None
) -> None:
    """Write a manifest, shard by shard: together they may be more than fits the memory.

    Args:
        out: where it goes.
        facts: what makes the run that run.
        plan_id: identity of its plan.
        totals: counts of the whole run.
        shards: what each shard did, as JSON.
        joined: the whole audit in one file, if that lies in the folder too.
    """
    digest = hashlib.sha256()

    def put(data: bytes) -> None:
        digest.update(data)
        out.write(data)

    head: dict[str, Any] = {"schema": SCHEMA, **msgspec.structs.asdict(facts), "plan": plan_id}
    head["totals"] = msgspec.Raw(msgspec.json.encode(totals, order="deterministic"))
    if joined is not None:
        head["audit"] = joined
    head["shards"] = []
    put(msgspec.json.format(msgspec.json.encode(head), indent=1).removesuffix(b"]\n}"))
    between = b"\n  "
    for shard in shards:
        put(between + msgspec.json.format(shard, indent=1).replace(b"\n", b"\n  "))
        between = b",\n  "
    put(b"\n ]")
    out.write(_END + digest.hexdigest().encode() + b'"\n}\n')


def read_manifest(data: bytes, name: str) -> Manifest:
    """A manifest, every name in it checked.

    Args:
        data: the file's bytes.
        name: what to call it in messages.

    Raises:
        CleanerError: it is none, or it names files outside its folder.
    """
    try:
        found = msgspec.json.decode(data, type=_Stored)
        shards = [msgspec.json.decode(shard, type=Done) for shard in found.shards]
    except _BROKEN as error:
        raise CleanerError(f"{name}: not a manifest of the cleaner that can be read: {error}") from None
    if found.schema != SCHEMA:
        raise CleanerError(f"{name}: a manifest of schema {found.schema}; this version reads schema {SCHEMA}")
    facts = RunFacts(found.cleaner, found.options, found.cleaning, found.shard_bytes, found.packs, found.inputs)
    before, _, after = data.rpartition(_END)
    whole = hashlib.sha256(before).hexdigest() == found.sha256 and after == found.sha256.encode() + b'"\n}\n'
    manifest = Manifest(found.schema, facts, found.plan, found.totals, shards, found.audit, whole)
    check_names(manifest.files(), name)
    return manifest


def recorded_options(folder: Path) -> Options | None:
    """The options of a finished run, as its manifest has them; ``None``: there is none that tells."""

    class Told(msgspec.Struct):
        options: Options

    try:
        return msgspec.json.decode((folder / MANIFEST_NAME).read_bytes(), type=Told).options
    except (OSError, *_BROKEN):
        return None


def read_done(data: bytes) -> Done | None:
    """What a shard did, from its marker; ``None`` for one that is damaged."""
    try:
        return msgspec.json.decode(data, type=Done)
    except _BROKEN:
        return None


def check_names(files: Iterable[FileRecord], name: str) -> None:
    """Refuse names that lead out of the folder, or into the state of a run.

    Raises:
        CleanerError: such a name.
    """
    for file in files:
        if not is_inside(file.name) or file.name.split("/")[0] == STATE_NAME:
            raise CleanerError(f"{name}: names a file that is not below this folder: {file.name}")


def differences(then: RunFacts | None, now: RunFacts) -> str:
    """How a run differs from an earlier one, in words."""
    if then is None:
        return "what it was cannot be read"
    found = []
    if then.cleaner != now.cleaner:
        found.append(f"version {then.cleaner} then, {now.cleaner} now")
    if then.inputs.names != now.inputs.names:
        found.append(f"other inputs ({_files(then.inputs.files)} then, {_files(now.inputs.files)} now)")
    elif then.inputs.states != now.inputs.states:
        found.append("inputs that have changed since")
    found += _unlike("", _plain(then), _plain(now))
    packs = sorted(name for name in {*then.packs, *now.packs} if then.packs.get(name) != now.packs.get(name))
    if packs:
        more = f" and {len(packs) - _SHOWN} more" if len(packs) > _SHOWN else ""
        found.append(f"other packs ({', '.join(packs[:_SHOWN])}{more})")
    return "; ".join(found) or "another division into shards"


def _files(count: int) -> str:
    return "1 file" if count == 1 else f"{count:,} files"


def _plain(facts: RunFacts) -> dict[str, Any]:
    cleaning = msgspec.to_builtins(facts.cleaning)
    named = zip(_CLEANING, cleaning if isinstance(cleaning, list | tuple) else [cleaning], strict=False)
    return {**msgspec.to_builtins(facts.options), **dict(named), "shard_bytes": facts.shard_bytes}


def _unlike(prefix: str, then: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    found = []
    for key in {**then, **now}:
        a, b = then.get(key), now.get(key)
        if isinstance(a, Mapping) and isinstance(b, Mapping):
            found += _unlike(f"{prefix}{key}.", a, b)
        elif _listed(a) != _listed(b):
            found.append(f"{prefix}{key} {_listed(a)} then, {_listed(b)} now")
    return found


def _listed(value: Any) -> str:
    return msgspec.json.encode(value).decode()

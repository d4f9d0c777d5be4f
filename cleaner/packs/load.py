"""Find pack files, parse them once, and keep the parsed form in a cache.

Parsing a thousand rules and reading their dispatch keys off the regexes takes two seconds, decoding the cached form
some 15 ms. The cache is
keyed by the hash of all file contents and of the schema's source, so it can be stale in no way; it is only ever an
optimisation, and an unwritable cache folder is no error. ``CLEANER_CACHE_DIR`` moves it, an empty value turns it off.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol

import msgspec

from cleaner.model import CleanerError
from cleaner.packs.parse import parse_pack
from cleaner.packs.schema import Pack, RuleCases

#: Folder of the packs, which is also the name of their layer, in cascade order.
LAYERS = ("generic", "language", "network", "site")
_ROOM = Path(__file__).resolve().parent


class Check(Protocol):
    """What a higher room checks before a user's pack is taken; ``version`` changes when the checks do."""

    def admit(self, pack: Pack, cases: tuple[RuleCases, ...], data: bytes, path: str) -> None:
        """Raise ``PackError`` to refuse the pack."""

    def version(self) -> str:
        """Part of the cache's key."""


class _Cached(msgspec.Struct, frozen=True):
    packs: tuple[Pack, ...]


def builtin_dir() -> Path:
    """The folder of the packs that come with the cleaner: inside the wheel, or ``patterns/`` of a checkout."""
    inside = _ROOM.parent / "_patterns"
    return inside if inside.is_dir() else _ROOM.parent.parent / "patterns"


def all_files(user_dirs: Sequence[Path] = ()) -> list[tuple[Path, str]]:
    """All pack files with the layer of each, in cascade order: the built-in ones, then those of the user's folders.

    Raises:
        CleanerError: a user folder does not exist or holds no pack.
    """
    root = builtin_dir()
    files = [(path, layer) for layer in LAYERS for path in sorted((root / layer).rglob("*.toml"))]
    for folder in user_dirs:
        if not folder.is_dir():
            raise CleanerError(f"{folder}: no such folder of packs")
        found = [(path, "user") for path in sorted(folder.rglob("*.toml"))]
        if not found:
            raise CleanerError(f"{folder}: holds no pack (*.toml)")
        files += found
    return files


def load_packs(user_dirs: Sequence[Path] = (), check: Check | None = None) -> tuple[Pack, ...]:
    """All packs in cascade order, from the cache when no file has changed.

    Args:
        user_dirs: folders of the user's packs.
        check: run on each pack of the user that does not come from the cache, to refuse it.

    Raises:
        PackError: a pack is broken; the message names file, line, rule and mend.
        CleanerError: a folder or file cannot be read.
    """
    sources = read_files(all_files(user_dirs))
    # Apart from each other, so that an edit of a pack of one's own does not parse all the others again.
    own = [source for source in sources if source[1] == "user"]
    return _load([source for source in sources if source[1] != "user"], None) + (_load(own, check) if own else ())


def _load(sources: Sequence[tuple[Path, str, bytes]], check: Check | None) -> tuple[Pack, ...]:
    """The packs of these files, from the cache or parsed and checked."""
    cache = _cache_file(_key(sources, check.version() if check is not None else ""))
    if cache is not None:
        with suppress(OSError, msgspec.MsgspecError):
            return msgspec.msgpack.decode(cache.read_bytes(), type=_Cached).packs
    parsed = parse_all(sources)
    if check is not None:
        for (pack, cases), (path, _, data) in zip(parsed, sources, strict=True):
            check.admit(pack, cases, data, str(path))
    packs = tuple(pack for pack, _ in parsed)
    if cache is not None:
        with suppress(OSError):
            _write_aside(cache, msgspec.msgpack.encode(_Cached(packs)))
    return packs


def load_with_cases(user_dirs: Sequence[Path] = ()) -> list[tuple[Pack, tuple[RuleCases, ...]]]:
    """All packs with their examples and counter-examples, which the runtime leaves out.

    Raises:
        PackError: a pack is broken.
        CleanerError: a folder or file cannot be read.
    """
    return parse_all(read_files(all_files(user_dirs)))


def parse_all(sources: Sequence[tuple[Path, str, bytes]]) -> list[tuple[Pack, tuple[RuleCases, ...]]]:
    """Parse pack files, and refuse two packs of one name.

    Raises:
        PackError: a pack is broken.
        CleanerError: two packs have one name.
    """
    found = []
    names: dict[str, Path] = {}
    for path, layer, data in sources:
        pack, cases = parse_pack(data, str(path), layer)
        if pack.name in names:
            raise CleanerError(f"{path}: pack name {pack.name!r} is taken by {names[pack.name]}; rename one of them")
        names[pack.name] = path
        found.append((pack, cases))
    return found


def read_files(files: Sequence[tuple[Path, str]]) -> list[tuple[Path, str, bytes]]:
    """Path, layer and bytes of each pack file.

    Raises:
        CleanerError: a file cannot be read.
    """
    try:
        return [(path, layer, path.read_bytes()) for path, layer in files]
    except OSError as error:
        raise CleanerError(f"{error.filename}: cannot read this pack: {error.strerror}") from error


def _key(sources: Sequence[tuple[Path, str, bytes]], checked: str) -> str:
    digest = hashlib.sha256(checked.encode())
    rooms = _ROOM, _ROOM.parent / "regex"
    for folder, name in ((0, "schema.py"), (0, "parse.py"), (1, "prefixes.py"), (1, "tree.py")):
        digest.update((rooms[folder] / name).read_bytes())  # what the parsed form depends on
    for path, layer, data in sources:
        digest.update(f"\0{path}\0{layer}\0{len(data)}\0".encode("utf-8", "surrogateescape"))
        digest.update(data)
    return digest.hexdigest()


def _cache_file(key: str) -> Path | None:
    configured = os.environ.get("CLEANER_CACHE_DIR")
    if configured == "":
        return None
    if configured is not None:
        folder = Path(configured)
    else:
        from platformdirs import user_cache_path

        folder = user_cache_path("berita-cleaner", appauthor=False)
    return folder / f"packs-{key[:32]}.msgpack"


def _write_aside(path: Path, data: bytes) -> None:
    """Write a file so that a reader sees all of it or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".packs-")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise

"""Find pack files, parse them once, and keep the parsed form in a cache.

Parsing a thousand rules and reading their dispatch keys off the regexes takes two seconds, decoding the cached form
some 15 ms. A cache file belongs to a key, the hash of all files that the packs come from and of the source that parses
them. It begins with a checksum over that key and its content, the packs' hashes among it: a file that was cut short,
damaged, or put in the place of another is not used but made anew. The cache is only ever an optimisation, and an
unwritable folder is no error. ``CLEANER_CACHE_DIR`` moves it, an empty value turns it off.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol

import msgspec

from cleaner.aside import write_aside
from cleaner.model import CleanerError
from cleaner.packs.parse import read_pack
from cleaner.packs.schema import Pack, PackError, RuleCases
from cleaner.packs.template import template_files
from cleaner.packs.words import builtin_dir, word_files

#: Folder of the packs, which is also the name of their layer, in cascade order.
LAYERS = ("generic", "language", "network", "site")
#: The packs of the user's own folders come last.
ALL_LAYERS = (*LAYERS, "user")
_ROOM = Path(__file__).resolve().parent


#: A parsed pack with its examples, the bytes of its file, and the path of its file for messages.
Parsed = tuple[Pack, tuple[RuleCases, ...], bytes, str]


class Check(Protocol):
    """What a higher room checks before a user's packs are taken; ``version`` changes when the checks do."""

    def admit(self, own: Sequence[Parsed], others: Sequence[Pack] = (), *, whole: bool = True) -> None:
        """Raise ``PackError`` to refuse the packs.

        ``others`` are those they come on top of; when not ``whole``, parts that could not be read are missing.
        """

    def version(self) -> str:
        """Part of the cache's key."""


class _Cached(msgspec.Struct, frozen=True):
    packs: tuple[Pack, ...]


_CHECKSUM_SIZE = hashlib.sha256().digest_size


def all_files(user_dirs: Sequence[Path] = ()) -> list[tuple[Path, str]]:
    """All pack files with the layer of each, in cascade order: the built-in ones, then those of the user's folders.

    Raises:
        CleanerError: a user folder does not exist or holds no pack.
        PackError: a pack of the user is a link that leads out of the folder.
    """
    root = builtin_dir()
    files = [(path, layer) for layer in LAYERS for path in sorted((root / layer).rglob("*.toml"))]
    for folder in user_dirs:
        if not folder.is_dir():
            raise CleanerError(f"{folder}: no such folder of packs")
        found = sorted(folder.rglob("*.toml"))
        if not found:
            raise CleanerError(f"{folder}: holds no pack (*.toml)")
        for path in found:
            if not path.resolve().is_relative_to(folder.resolve()):
                raise PackError(str(path), 1, "", "a link that leads out of the folder of packs", "copy the file")
        files += [(path, "user") for path in found]
    return files


def load_packs(user_dirs: Sequence[Path] = (), check: Check | None = None) -> tuple[Pack, ...]:
    """All packs in cascade order, from the cache when no file has changed.

    Args:
        user_dirs: folders of the user's packs.
        check: run on the packs of the user when they do not come from the cache, to refuse them.

    Raises:
        PackError: a pack is broken; the message names file, line, rule and mend.
        CleanerError: a folder or file cannot be read.
    """
    sources = read_files(all_files(user_dirs))
    # Apart from each other, so that an edit of a pack of one's own does not parse all the others again.
    own = [source for source in sources if source[1] == "user"]
    builtin = _load([source for source in sources if source[1] != "user"])
    return builtin + _load(own, check, builtin) if own else builtin


def _load(
    sources: Sequence[tuple[Path, str, bytes]], check: Check | None = None, others: tuple[Pack, ...] = ()
) -> tuple[Pack, ...]:
    """The packs of these files, from the cache or parsed and checked beside the others."""
    # What they may name of the others can be gone when these change.
    checked = check.version() + "".join(pack.sha256 for pack in others) if check is not None else ""
    key = _key(sources, checked)
    cache = _cache_file(key)
    if cache is not None:
        packs = _cached(cache, key)
        if packs is not None:
            return packs
    read, faults = _read_all(sources)
    if check is not None:
        try:
            check.admit(read, others, whole=not faults)
        except PackError as error:
            faults += error.each()
    if faults:
        raise PackError.joined(faults)
    packs = tuple(pack for pack, *_ in read)
    if cache is not None:
        body = msgspec.msgpack.encode(_Cached(packs))
        with suppress(OSError):
            write_aside(cache, _checksum(key, body) + body)
    return packs


def _cached(cache: Path, key: str) -> tuple[Pack, ...] | None:
    """The packs of a cache file, ``None`` if there is none, or it is not what was written for this key."""
    with suppress(OSError, msgspec.MsgspecError):
        data = cache.read_bytes()
        body = data[_CHECKSUM_SIZE:]
        if data[:_CHECKSUM_SIZE] == _checksum(key, body):
            return msgspec.msgpack.decode(body, type=_Cached).packs
    return None


def _checksum(key: str, body: bytes) -> bytes:
    return hashlib.sha256(key.encode() + b"\0" + body).digest()


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
        PackError: packs are broken; it tells all faults of all of them.
    """
    found, faults = _read_all(sources)
    if faults:
        raise PackError.joined(faults)
    return [(pack, cases) for pack, cases, *_ in found]


def _read_all(sources: Sequence[tuple[Path, str, bytes]]) -> tuple[list[Parsed], list[PackError]]:
    """What can be read of each file, and all that is wrong with all of them."""
    found: list[Parsed] = []
    faults: list[PackError] = []
    names: dict[str, Path] = {}
    for path, layer, data in sources:
        try:
            pack, cases, own = read_pack(data, str(path), layer)
        except PackError as error:
            faults += error.each()
            continue
        faults += own
        if pack.name and pack.name in names:
            message = f"pack name {pack.name!r} is taken by {names[pack.name]}"
            faults.append(PackError(str(path), 1, "", message, "rename one of them"))
        names[pack.name] = path
        found.append((pack, cases, data, str(path)))
    return found, faults


def read_files(files: Sequence[tuple[Path, str]]) -> list[tuple[Path, str, bytes]]:
    """Path, layer and bytes of each pack file.

    Raises:
        CleanerError: a file cannot be read.
        PackError: it is no file: a pipe or device would never end.
    """
    found = []
    try:
        for path, layer in files:
            if not stat.S_ISREG(path.stat().st_mode):
                raise PackError(str(path), 1, "", "no file", "a pack is a plain file that ends in .toml")
            found.append((path, layer, path.read_bytes()))
    except OSError as error:
        raise CleanerError(f"{error.filename}: cannot read this pack: {error.strerror}") from error
    return found


def _key(sources: Sequence[tuple[Path, str, bytes]], checked: str) -> str:
    digest = hashlib.sha256(checked.encode())
    # What the parsed form depends on: the source that parses, and what packs share.
    regex = _ROOM.parent / "regex"
    for path in (*sorted(_ROOM.glob("*.py")), regex / "prefixes.py", regex / "tree.py"):
        digest.update(path.read_bytes())
    shared = [(path, "shared", path.read_bytes()) for path in (*word_files(), *template_files())]
    for path, layer, data in (*shared, *sources):
        digest.update(f"\0{path}\0{layer}\0{len(data)}\0".encode("utf-8", "surrogateescape"))
        digest.update(data)
    return digest.hexdigest()


def cache_folder() -> Path | None:
    """The folder for what can be made again, ``None`` where ``CLEANER_CACHE_DIR`` is set to nothing."""
    configured = os.environ.get("CLEANER_CACHE_DIR")
    if configured == "":
        return None
    if configured is not None:
        return Path(configured)
    from platformdirs import user_cache_path

    return user_cache_path("berita-cleaner", appauthor=False)


def _cache_file(key: str) -> Path | None:
    folder = cache_folder()
    return folder / f"packs-{key[:32]}.msgpack" if folder is not None else None

"""Where files are: local paths and the stores that fsspec knows, opened and listed in one way."""

from __future__ import annotations

import fnmatch
import os
import re
import stat
import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Literal, cast
from urllib.parse import unquote, urlsplit

import msgspec

from cleaner.batch.compress import BUFFER, codec_of, compressing, decompressing
from cleaner.batch.formats.base import ReadError
from cleaner.batch.names import is_inside, readable, real
from cleaner.extras import install
from cleaner.model import CleanerError
from cleaner.system import is_terminal

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*(?:::|://)")
_MAGIC = re.compile(r"[*?\[]")
_ANY_DEPTH = "**"
_SPECIAL = (
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISSOCK, "a socket"),
)


class Entry(msgspec.Struct, frozen=True):
    """A file that was found.

    Attributes:
        place: the path or URL that opens it.
        below: where it lies below the folder, or the fixed part of the glob, that was asked for, parted by ``/``.
        stream: it can be read only once: a pipe that was named itself.
        trouble: why it cannot be read, without its name: a link that leads nowhere, a device, a pipe in a folder.
    """

    place: str
    below: str
    stream: bool = False
    trouble: str | None = None


class Trouble(msgspec.Struct, frozen=True):
    """A place that cannot be read, and why; the message names it."""

    place: str
    message: str


class Listing(msgspec.Struct):
    """What a name stands for."""

    entries: list[Entry] = []
    troubles: list[Trouble] = []
    hidden: int = 0
    is_folder: bool = False


def is_url(name: str) -> bool:
    """Whether a name is a URL and no local path."""
    return _URL.match(name) is not None


def local_path(name: str) -> Path | None:
    """The local path that a name means (``file://`` too), ``None`` for a URL of another kind."""
    if name.lower().startswith("file://"):
        return Path(unquote(urlsplit(name).path, errors="surrogateescape"))
    if not is_url(name) or ("://" not in name and Path(name).exists()):  # "Breaking::news.txt" is a name like others
        return Path(name)
    return None


def file_system(url: str) -> tuple[Any, str]:
    """The file system of a URL and the path in it."""
    try:
        import fsspec
    except ImportError:
        raise CleanerError(f"{url}: URLs need fsspec, which is not installed: {install('remote')}") from None
    try:
        system, path = fsspec.core.url_to_fs(url)
    except (ImportError, ValueError) as error:  # a store's own package is missing, or nobody knows the scheme
        raise CleanerError(f"{url}: {error}") from None
    return system, str(path)


def _opened(place: str, mode: Literal["rb", "wb"]) -> BinaryIO:
    """A file of this machine or of a store, as its bytes are."""
    path = local_path(place)
    if path is not None:
        return path.open(mode, BUFFER)
    system, inner = file_system(place)
    return cast(BinaryIO, system.open(inner, mode))


def open_read(place: str, compression: str | None = "") -> BinaryIO:
    """Open a file to read, decompressed.

    Args:
        place: a local path or a URL.
        compression: ``gz``, ``bz2``, ``zst``, ``xz``; ``None`` for the bytes as they are stored; empty: by the name.

    Raises:
        ReadError: it cannot be opened (reading on from the stream raises it too where data are cut off or damaged).
        CleanerError: a package is missing.
    """
    codec = codec_of(place) if compression == "" else compression
    try:
        stream = _opened(place, "rb")
    except CleanerError:
        raise
    except Exception as error:  # stores raise what they like
        raise ReadError(f"cannot open it: {_why(error)}") from None
    return stream if codec is None else decompressing(stream, codec)


@contextmanager
def local_copy(place: str) -> Iterator[Path]:
    """What a name stands for, as a local path: itself, or for a URL a copy that goes again.

    Raises:
        CleanerError: there is nothing of that name, or a name in the store leads out of its folder.
    """
    path = local_path(place)
    if path is not None:
        yield path
        return
    system, inner = file_system(place)
    base = inner.rstrip("/")
    with tempfile.TemporaryDirectory(prefix="cleaner-") as name:
        folder = Path(name) / "copy"
        try:
            if system.isfile(inner):
                folder.mkdir()
                folder = folder / base.rpartition("/")[2]
                system.get_file(inner, str(folder))
            elif not system.isdir(inner):
                raise CleanerError(f"{place}: no such file or folder")
            else:
                for file in system.find(base):
                    below = str(file)[len(base) :].lstrip("/")
                    if not is_inside(below):
                        raise CleanerError(f"{file}: a name that leads out of its folder")
                    (folder / below).parent.mkdir(parents=True, exist_ok=True)
                    system.get_file(file, str(folder / below))
        except CleanerError:
            raise
        except Exception as error:  # stores raise what they like
            raise CleanerError(f"{place}: cannot read: {_why(error)}") from None
        yield folder


def open_write(place: str, compression: str | None = "") -> BinaryIO:
    """Open a file to write, compressed; folders must be there on a local disk. Close it, or the end is missing.

    Raises:
        CleanerError: it cannot be written, or a package is missing.
    """
    codec = codec_of(place) if compression == "" else compression
    try:
        stream = _opened(place, "wb")
    except CleanerError:
        raise
    except Exception as error:  # stores raise what they like
        raise CleanerError(f"{readable(place)}: cannot write: {_why(error)}") from None
    return stream if codec is None else compressing(stream, codec, owns=True)


def listing(name: str, skip: Collection[Path] = ()) -> Listing:
    """The files that a name stands for: a file, all files of a folder, or what a glob matches.

    Whatever begins with a dot is left out and counted, and links to folders are not followed, so that no loop of links
    can trap a run. A name that exists is taken as it is, whatever ``*``, ``?`` or ``[`` it holds. In a glob ``**``
    stands for any number of folders; a glob matches files only.

    Args:
        name: a local path, a URL, or a glob of either kind.
        skip: resolved local files and folders that are left out.
    """
    path = local_path(name)
    if path is not None:
        return _local(path, name, skip)
    return _remote(name)


def _local(path: Path, name: str, skip: Collection[Path]) -> Listing:
    found = Listing()
    try:
        if path.is_dir():
            found.is_folder = True
            _walk(path, path, None, skip, found)
            return found
        if path.exists() or path.is_symlink():
            found.entries.append(_entry(path, path.name, named=True))
            return found
        if _MAGIC.search(str(path)):
            fixed, pattern = _parts(path.parts, lambda parts: Path(*parts).is_dir())
            base = Path(*fixed) if fixed else Path()
            if base.is_dir():
                _walk(base, base, Glob(pattern), skip, found)
            if not found.entries:
                found.troubles.append(Trouble(name, f"{readable(name)}: no file matches"))
            return found
    except (OSError, ValueError) as error:  # a name that is too long, or holds a NUL
        found.troubles.append(Trouble(name, f"{readable(name)}: cannot look there: {_why(error)}"))
        return found
    found.troubles.append(Trouble(name, f"{readable(name)}: no such file or folder"))
    return found


def _walk(base: Path, top: Path, glob: Glob | None, skip: Collection[Path], found: Listing) -> None:
    def refused(error: OSError) -> None:
        place = str(error.filename or top)
        found.troubles.append(Trouble(place, f"{readable(place)}: cannot read this folder: {error.strerror}"))

    for parent, folders, files in os.walk(top, onerror=refused):
        here = Path(parent)
        above = here.relative_to(base).parts
        kept = sorted(f for f in folders if not f.startswith(".") or (glob is not None and glob.names_hidden))
        folders[:] = [
            f for f in kept if (glob is None or glob.may_hold((*above, f))) and not (skip and real(here / f) in skip)
        ]
        for file in sorted(files):
            if glob is not None and not glob.matches((*above, file)):
                continue
            if glob is None and file.startswith("."):
                found.hidden += 1
                continue
            path = here / file
            if skip and real(path) in skip:
                continue
            found.entries.append(_entry(path, "/".join((*above, file))))


def _entry(path: Path, below: str, *, named: bool = False) -> Entry:
    """A local file. What is no regular file is never opened, but for a pipe that was ``named`` by the user."""
    place = f"./{path}" if is_url(str(path)) else str(path)
    try:
        mode = path.stat().st_mode
    except OSError as error:
        return Entry(place, below, trouble=f"cannot open it: {error.strerror}")
    if stat.S_ISREG(mode):
        return Entry(place, below)
    if named and (stat.S_ISFIFO(mode) or (stat.S_ISCHR(mode) and _ends(path))):
        return Entry(place, below, stream=True)
    what = next((words for test, words in _SPECIAL if test(mode)), "no file that can be read")
    return Entry(place, below, trouble=f"is {what}, not a file")


def _ends(path: Path) -> bool:
    """Whether reading a device comes to an end: a terminal, and the device that is always empty."""
    if real(path) == Path(os.devnull):
        return True
    try:
        return is_terminal(path)
    except OSError:
        return False


def _remote(url: str) -> Listing:
    found = Listing()
    try:
        system, inner = file_system(url)
        if system.isfile(inner):
            found.entries.append(Entry(url, inner.rstrip("/").rpartition("/")[2]))
            return found
        glob: Glob | None = None
        base = inner.rstrip("/")
        if not system.isdir(inner) and _MAGIC.search(inner):
            rooted = inner.startswith("/")
            fixed, pattern = _parts(tuple(part for part in inner.split("/") if part), lambda parts: False)
            base, glob = ("/" if rooted else "") + "/".join(fixed), Glob(pattern)
        elif not system.isdir(inner):
            found.troubles.append(Trouble(url, f"{url}: no such file or folder"))
            return found
        found.is_folder = glob is None
        for file in _ordered(str(each) for each in system.find(base)):
            below = file[len(base) :].lstrip("/") if base else file.lstrip("/")
            parts = tuple(below.split("/"))
            if ".." in parts or "" in parts:
                found.troubles.append(Trouble(file, f"{file}: a name that leads out of its folder"))
            elif glob is not None and not glob.matches(parts):
                continue
            elif glob is None and any(part.startswith(".") for part in parts):
                found.hidden += 1
            else:
                found.entries.append(Entry(system.unstrip_protocol(file), below))
        if glob is not None and not found.entries:
            found.troubles.append(Trouble(url, f"{url}: no file matches"))
    except CleanerError as error:
        found.troubles.append(Trouble(url, str(error)))
    except Exception as error:  # stores raise what they like
        found.troubles.append(Trouble(url, f"{url}: cannot look there: {type(error).__name__}: {error}"))
    return found


def _ordered(files: Iterator[str]) -> list[str]:
    """In the order of a walk through local folders: the files of a folder, then its folders, by name."""

    def key(file: str) -> list[tuple[int, str]]:
        *folders, name = file.split("/")
        return [*((1, folder) for folder in folders), (0, name)]

    return sorted(files, key=key)


def _parts(
    parts: tuple[str, ...], is_folder: Callable[[tuple[str, ...]], bool]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The fixed part of a glob, and the rest. A folder whose name looks like a pattern belongs to the fixed part."""
    first = 0
    while first < len(parts) and (not _MAGIC.search(parts[first]) or is_folder(parts[: first + 1])):
        first += 1
    return parts[:first], parts[first:]


class Glob:
    """A pattern for the parts of a path."""

    def __init__(self, pattern: tuple[str, ...]) -> None:
        self._tests: list[Callable[[str], object] | None] = [
            None if part == _ANY_DEPTH else re.compile(fnmatch.translate(part)).match for part in pattern
        ]
        self._hidden = [part.startswith(".") for part in pattern]
        #: Whether a part of the pattern asks for names that begin with a dot.
        self.names_hidden = any(self._hidden)

    def matches(self, parts: tuple[str, ...]) -> bool:
        """Whether the whole path matches."""
        return len(self._tests) in self._states(parts)

    def may_hold(self, folder: tuple[str, ...]) -> bool:
        """Whether something below this folder may match."""
        return any(state < len(self._tests) for state in self._states(folder))

    def _states(self, parts: tuple[str, ...]) -> set[int]:
        """How many parts of the pattern the path may have used up."""
        states = self._skipped({0})
        for part in parts:
            states = self._skipped({after for state in states for after in self._step(state, part)})
        return states

    def _step(self, state: int, part: str) -> Iterator[int]:
        if state == len(self._tests) or (part.startswith(".") and not self._hidden[state]):
            return
        test = self._tests[state]
        if test is None:
            yield state
        elif test(part):
            yield state + 1

    def _skipped(self, states: set[int]) -> set[int]:
        """Any number of folders may be none."""
        for state in sorted(states):
            while state < len(self._tests) and self._tests[state] is None:
                state += 1
                states.add(state)
        return states


def _why(error: Exception) -> str:
    if isinstance(error, OSError):
        return error.strerror or str(error)
    return str(error) if isinstance(error, ValueError) else f"{type(error).__name__}: {error}"

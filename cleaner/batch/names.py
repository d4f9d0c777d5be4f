"""Names of files: as text and back, and whether a result can have one."""

from __future__ import annotations

import os
import re
from pathlib import Path

from cleaner.system import leads_elsewhere, refused_name

_ESCAPE = re.compile(rb"\\x([89a-f][0-9a-f]|5c)")
_LOOKS_ESCAPED = re.compile(rb"\\(?=x[0-9a-f]{2})")
_LONGEST_PATH = 4095  # bytes, on Linux; longer ones are refused with its message elsewhere
_LONGEST_NAME = 255


def readable(name: str | os.PathLike[str]) -> str:
    r"""A file's name as text that can be stored: bytes that are not UTF-8 as hexadecimal escapes.

    No two names read alike: a backslash that looks like the beginning of an escape is an escape itself.

    >>> readable(os.fsdecode(b"caf\xe9.txt")), readable(r"caf\xe9.txt")
    ('caf\\xe9.txt', 'caf\\x5cxe9.txt')
    """
    return _LOOKS_ESCAPED.sub(rb"\\x5c", os.fsencode(name)).decode("utf-8", "backslashreplace")


def unreadable(name: str) -> str:
    """The name that ``readable`` made this of."""
    if "\\x" not in name:
        return name
    data = name.encode("utf-8", "surrogatepass")
    return os.fsdecode(_ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), data))


def is_inside(name: str) -> bool:
    """Whether a name stays below the folder that it is joined to: relative, and never up."""
    parts = name.split("/")
    inside = bool(name) and "\0" not in name and ".." not in parts and "" not in parts and "." not in parts
    return inside and not leads_elsewhere(name)


def real(path: Path) -> Path:
    """Where a path leads, through all links; a loop of links leads to itself."""
    return Path(os.path.realpath(path))


def stored(folder: Path, name: str) -> Path:
    """The file below a folder whose name was made readable."""
    return folder / unreadable(name)


def link_in(folder: Path, name: str) -> Path | None:
    """The first symbolic link on the way from a folder to a file below it, the file included; ``None`` without one."""
    path = folder
    for part in name.split("/"):
        path = path / part
        if path.is_symlink():
            return path
    return None


def refusal_of(folder: Path, name: str) -> str | None:
    """Why a result cannot be put into a folder under that name, if so."""
    target = folder / name
    shown = readable(target)
    for part in name.split("/"):
        why = refused_name(part)
        if why is not None:
            return f"{readable(name)}: no file of this system can have the name of its result ({why})"
    longest = max(len(os.fsencode(part)) for part in name.split("/"))
    if longest > _LONGEST_NAME or len(os.fsencode(target)) > _LONGEST_PATH - 64:  # the stage lies deeper
        return f"{readable(name)}: the name of its result is too long ({longest} bytes; {_LONGEST_NAME} are possible)"
    if target.is_dir():
        return f"{shown}: cannot write: it is a folder"
    for parent in target.parents:
        if parent == folder:
            break
        if parent.exists() and not parent.is_dir():
            return f"{shown}: cannot write: {readable(parent)} is no folder"
        if parent.exists() and not os.access(parent, os.W_OK):
            return f"{shown}: cannot write: permission denied"
    return None

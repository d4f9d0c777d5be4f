"""Defaults of a project: ``cleaner.toml`` or ``[tool.cleaner]`` in ``pyproject.toml``, and ``CLEANER_*`` variables.

What the command line says holds first, then a variable, then the file, then what is built in.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cleaner.cli.types import category_fault, parted
from cleaner.model import EXTRACTORS, CleanerError
from cleaner.nearest import meant

OWN_FILE, PROJECT_FILE = "cleaner.toml", "pyproject.toml"
#: Names the file instead of looking for it; empty: there is none.
FILE_VARIABLE = "CLEANER_CONFIG"
_BUILT_IN = "built in"
_PREFIX = "CLEANER_"
#: Variables with this prefix that are no settings.
_OTHERS = {FILE_VARIABLE, "CLEANER_CACHE_DIR"}


class _WrongError(Exception):
    """A value that a setting cannot have; the message says what it may be."""


def _folders(value: Any, base: Path) -> tuple[str, ...]:
    parts = value.split(os.pathsep) if isinstance(value, str) else _texts(value, "a folder or a list of folders")
    folders = tuple(_below(base, part) for part in parts if part)
    for folder in folders:
        if not Path(folder).is_dir():
            raise _WrongError(f"{folder}: no such folder")
    return folders


def _below(base: Path, name: str) -> str:
    """A path that a file names, as seen from the working directory: a run records it as if it had been typed."""
    path = base / name
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _categories(value: Any, base: Path) -> tuple[str, ...]:
    names = parted(value) if isinstance(value, str) else _texts(value, "a category or a list of categories")
    if fault := category_fault(names):
        raise _WrongError(fault)
    return tuple(dict.fromkeys(names))


def _texts(value: Any, wanted: str) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise _WrongError(f"must be {wanted}")
    return value


def _jobs(value: Any, base: Path) -> int | str:
    if value == "auto":
        return "auto"
    return int(_number(value, "a number from 1 on, or 'auto'", 1, whole=True))


def _seconds(value: Any, base: Path) -> float:
    return _number(value, "a number of seconds, 0 for no limit", 0)


def _number(value: Any, wanted: str, least: int, *, whole: bool = False) -> float:
    try:
        found = float(value) if isinstance(value, int | float | str) and not isinstance(value, bool) else -1.0
    except ValueError:
        found = -1.0
    if not least <= found < float("inf") or (whole and found != int(found)):
        raise _WrongError(f"must be {wanted}")
    return found


def _extractor(value: Any, base: Path) -> str:
    if value not in EXTRACTORS:
        raise _WrongError(f"must be one of {', '.join(EXTRACTORS)}")
    return str(value)


def _field(value: Any, base: Path) -> str:
    if not isinstance(value, str):
        raise _WrongError("must be the name of a field")
    return value


@dataclass(frozen=True)
class Setting:
    """One setting.

    Attributes:
        key: its key in a file, ``fields.text`` for one in a table.
        parameter: the parameter of commands that it is a default of.
        built_in: what holds when nobody says otherwise.
        read: checks a value of a file (with the file's folder) or of a variable.
    """

    key: str
    parameter: str
    built_in: Any
    read: Callable[[Any, Path], Any]

    @property
    def variable(self) -> str:
        """The name of its variable."""
        return _PREFIX + self.parameter.upper()


SETTINGS = (
    Setting("packs", "packs", (), _folders),
    Setting("keep", "keep", (), _categories),
    Setting("extractor", "extractor", EXTRACTORS[0], _extractor),
    Setting("jobs", "jobs", 1, _jobs),
    Setting("timeout", "timeout", 10.0, _seconds),
    *(
        Setting(f"fields.{role}", f"{role}_field", role, _field)
        for role in ("id", "url", "text", "html", "title", "date")
    ),
)
_KEYS = {setting.key: setting for setting in SETTINGS}
_VARIABLES = {setting.variable: setting for setting in SETTINGS}


@dataclass(frozen=True)
class Held:
    """What a setting is, and where that is from."""

    setting: Setting
    value: Any
    source: str

    @property
    def is_built_in(self) -> bool:
        """Whether nobody has said otherwise."""
        return self.source == _BUILT_IN


def settings(folder: Path | None = None, env: Mapping[str, str] = os.environ) -> list[Held]:
    """What holds, but for the command line.

    Args:
        folder: where to look for a file, and above; default: the working directory.
        env: the environment.

    Raises:
        CleanerError: a file that cannot be read, an unknown key or variable, a value that cannot be; the message names
            file or variable, and key.
    """
    path = config_file(folder or Path.cwd(), env)
    filed = dict(_read(path)) if path is not None else {}
    _check_variables(env)
    found = []
    for setting in SETTINGS:
        if (said := env.get(setting.variable)) is not None:
            found.append(Held(setting, _checked(setting, said, Path(), setting.variable), setting.variable))
        elif setting.key in filed:
            found.append(Held(setting, filed[setting.key], str(path)))
        else:
            found.append(Held(setting, setting.built_in, _BUILT_IN))
    return found


def config_file(folder: Path, env: Mapping[str, str] = os.environ) -> Path | None:
    """The file that holds for a folder: the nearest one above it, ``cleaner.toml`` before ``pyproject.toml``.

    A ``pyproject.toml`` without ``[tool.cleaner]`` is passed over.

    Raises:
        CleanerError: the file that ``CLEANER_CONFIG`` names is not there, or one cannot be read.
    """
    named = env.get(FILE_VARIABLE)
    if named is not None:
        if named and not Path(named).is_file():
            raise CleanerError(f"{FILE_VARIABLE}: {named}: no such file")
        return Path(named) if named else None
    for place in (folder, *folder.parents):
        if (own := place / OWN_FILE).is_file():
            return own
        project = place / PROJECT_FILE
        if project.is_file() and _table(project) is not None:
            return project
    return None


def _table(path: Path) -> dict[str, Any] | None:
    """The settings in a file, unchecked; ``None`` for a project's file that has none.

    Raises:
        CleanerError: it cannot be read.
    """
    import tomllib

    try:
        data = path.read_bytes()
        if path.name == PROJECT_FILE and b"cleaner" not in data:
            return None
        values = tomllib.loads(data.decode("utf-8"))
    except OSError as error:
        raise CleanerError(f"{path}: cannot read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CleanerError(f"{path}: not TOML: {error}") from None
    if path.name != PROJECT_FILE:
        return values
    tool = values.get("tool")
    found = tool.get("cleaner") if isinstance(tool, dict) else None
    return found if isinstance(found, dict) else None


def _read(path: Path) -> Iterator[tuple[str, Any]]:
    """The settings in a file, checked."""
    for key, value in _flat(_table(path) or {}, ""):
        if key not in _KEYS:
            raise CleanerError(f"{path}: unknown key {key!r}; {meant(key, _KEYS)}")
        yield key, _checked(_KEYS[key], value, path.parent, f"{path}: {key}")


def _flat(table: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        if isinstance(value, dict) and prefix + key not in _KEYS:
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value


def _checked(setting: Setting, value: Any, base: Path, place: str) -> Any:
    try:
        return setting.read(value, base)
    except _WrongError as error:
        raise CleanerError(f"{place}: {error}") from None


def _check_variables(env: Mapping[str, str]) -> None:
    known = {*_VARIABLES, *_OTHERS}
    for name in env:
        if name.startswith(_PREFIX) and name not in known and (near := meant(name, known, " ")) != " ":
            raise CleanerError(f"{name}: no such variable; {near}")


def defaults(parameters: Sequence[str]) -> dict[str, Any]:
    """The values that are not built in, for those parameters of a command that are settings.

    Raises:
        CleanerError: as ``settings``.
    """
    if not any(setting.parameter in parameters for setting in SETTINGS):
        return {}
    held = {each.setting.parameter: each for each in settings()}
    return {name: held[name].value for name in parameters if name in held and not held[name].is_built_in}

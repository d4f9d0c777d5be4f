"""Word lists: what a language says, as data, for the packs and for the engine.

A list is a text file ``patterns/words/<language>/<name>.txt`` with one entry a line; lines that start with ``#`` are
comments. A regex of a pack names a list ``{id/places}``. The engine asks for a list by its name alone and gets the
entries of all languages, so that a language is added by adding files.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

_ROOM = Path(__file__).resolve().parent
#: How a regex of a pack names a word list, or a pattern of ``patterns/templates``: ``{id/places}``.
REFERENCE = re.compile(r"\{([a-z]{2,8}/[a-z][a-z0-9-]*)\}")


def builtin_dir() -> Path:
    """The folder of the packs that come with the cleaner: inside the wheel, or ``patterns/`` of a checkout."""
    inside = _ROOM.parent / "_patterns"
    return inside if inside.is_dir() else _ROOM.parent.parent / "patterns"


def word_files() -> list[Path]:
    """The files of all word lists, language by language."""
    return sorted((builtin_dir() / "words").glob("*/*.txt"))


def list_name(path: Path) -> str:
    """The name of the list that a file holds: ``id/places``."""
    return f"{path.parent.name}/{path.stem}"


@cache
def word_list(name: str) -> tuple[str, ...]:
    """The entries of one list, such as ``id/places``.

    Raises:
        KeyError: there is no such list.
    """
    language, _, short = name.partition("/")
    path = builtin_dir() / "words" / language / f"{short}.txt"
    if not path.is_file():
        raise KeyError(name)
    return tuple(entries(path.read_text("utf-8")))


@cache
def words_of_all(name: str) -> tuple[str, ...]:
    """The entries of the list of this name in every language, each once.

    Raises:
        KeyError: no language has such a list.
    """
    lists = [f"{folder.name}/{name}" for folder in _languages() if (folder / f"{name}.txt").is_file()]
    if not lists:
        raise KeyError(name)
    return tuple(dict.fromkeys(entry for full in lists for entry in word_list(full)))


@cache
def _languages() -> tuple[Path, ...]:
    return tuple(sorted(folder for folder in (builtin_dir() / "words").iterdir() if folder.is_dir()))


def entries(text: str) -> Iterator[str]:
    """The entries of a list's text: its lines without comments and blank lines."""
    for line in text.splitlines():
        entry = line.strip()
        if entry and not entry.startswith("#"):
            yield entry


def alternatives(words: Iterable[str], space: str = r"\s?") -> str:
    """A regex that matches any of the words, the longest first; it holds no white space and can stand anywhere.

    Args:
        words: literal words or phrases.
        space: the regex for a space in a phrase. By default it may be missing, as scrapes lose it.
    """
    longest_first = sorted(dict.fromkeys(words), key=lambda word: -len(word))
    return "(?:" + "|".join(space.join(map(re.escape, word.split(" "))) for word in longest_first) + ")"

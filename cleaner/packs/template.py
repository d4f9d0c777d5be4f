"""What packs share: patterns with a name, and rules that are written once and used with other names.

``patterns/templates/<language>/*.toml`` holds them, ``docs/packs.md`` explains the format. A pattern or word list
stands in a regex as ``{id/places}``. A template is a rule, or a signature, in which ``{names}`` stands for the names of
an outlet (in a regex), ``{stem}`` for each name up to its first dot (in keywords), ``{name}`` for each (in examples).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from cleaner.nearest import meant
from cleaner.packs.lines import Lines
from cleaner.packs.schema import PackError
from cleaner.packs.table import Table
from cleaner.packs.toml import read_toml
from cleaner.packs.words import REFERENCE, alternatives, builtin_dir, entries, list_name, word_files

_TOP = ("schema", "title", "note", "patterns", "template")
_MARK = re.compile(r"\{(names|name|stem)\}")
#: How an outlet's name may be spelt in a scrape: blanks around its dots, a blank lost or put for a dash.
_SPELT = {" ": r"\s?", ".": r"\s?\.\s?", "-": r"[-\s]?"}


@dataclass
class Library:
    """The patterns, word lists and templates that packs name, each under ``<language>/<name>``.

    Attributes:
        patterns: what a name stands for in a regex.
        lists: the entries of the word lists.
        templates: rules with places for names.
        sources: the bytes that a name comes from.
    """

    patterns: dict[str, str] = field(default_factory=dict)
    lists: dict[str, tuple[str, ...]] = field(default_factory=dict)
    templates: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    sources: dict[str, bytes] = field(default_factory=dict)

    def resolve(self, pattern: str, used: set[str]) -> str:
        """A regex with each ``{id/name}`` replaced by what it stands for.

        Args:
            pattern: the regex as it is written.
            used: the names that it holds are added.

        Raises:
            KeyError: an unknown name.
        """

        def known(found: re.Match[str]) -> str:
            used.add(found[1])
            return self.patterns[found[1]]

        return REFERENCE.sub(known, pattern) if "/" in pattern else pattern

    def keywords(self, keyword: str, used: set[str]) -> list[str]:
        """A keyword, or one for each entry of the word list that it holds: ``{id/cities} -``.

        Args:
            keyword: as it is written.
            used: the name of the list is added.

        Raises:
            KeyError: an unknown list.
        """
        found = REFERENCE.search(keyword)
        if found is None:
            return [keyword]
        used.add(found[1])
        return [keyword.replace(found[0], entry) for entry in self.lists[found[1]]]


def template_files() -> list[Path]:
    """The files of all templates, language by language."""
    return sorted((builtin_dir() / "templates").glob("*/*.toml"))


@cache
def library() -> Library:
    """All word lists, patterns and templates that come with the cleaner.

    Raises:
        PackError: one of the files is broken.
    """
    found = Library()
    for path in word_files():
        data = path.read_bytes()
        name = list_name(path)
        found.lists[name] = tuple(entries(data.decode("utf-8")))
        found.patterns[name] = alternatives(found.lists[name])
        found.sources[name] = data
    for path in template_files():
        _read(found, path)
    return found


def _read(found: Library, path: Path) -> None:
    data = path.read_bytes()
    text, raw = read_toml(data, str(path))
    faults: list[PackError] = []
    top = Table(Lines(str(path), text), faults, raw)
    top.only(_TOP)
    language = path.parent.name
    patterns = top.table("patterns")
    for name, pattern in patterns.raw.items() if patterns else ():
        full = f"{language}/{name}"
        if patterns and (full in found.sources or not isinstance(pattern, str)):
            patterns.wrong(f"{name!r} is no text, or something else has this name", 'write name = "…"', name)
            continue
        used: set[str] = set()
        try:
            found.patterns[full] = f"(?:{found.resolve(pattern, used)})"
        except KeyError as error:
            top.wrong(f"no word list or pattern {error.args[0]!r}", meant(error.args[0], found.patterns), name)
        found.sources[full] = data + b"".join(found.sources.get(other, b"") for other in sorted(used))
    for template in top.tables("template"):
        full = f"{language}/{template.text('name')}"
        if full in found.sources:
            template.wrong(f"something else is called {full!r}", "give it a name of its own", "name")
        found.templates[full] = {key: value for key, value in template.raw.items() if key not in ("name", "note")}
        found.sources[full] = data
    if faults:
        raise PackError.joined(faults)


def filled(template: Mapping[str, Any], names: Sequence[str], rule: str = "") -> dict[str, Any]:
    """The table of a rule, or of a signature, that a template makes with an outlet's names.

    Args:
        template: the template's table.
        names: the names; in which case they are written does not matter.
        rule: the id of the rule, where it is not the template's own.
    """
    names = list({name.lower(): name for name in reversed(names)}.values())[::-1]
    # The longest first: of a name that begins another, the rest would be taken for a place.
    spelt = "(?:" + "|".join(map(_spelt, sorted(names, key=len, reverse=True))) + ")"
    made = {key: _fill(value, names, spelt) for key, value in template.items()}
    return made | ({"id": rule} if rule else {})


def _spelt(name: str) -> str:
    return "".join(_SPELT.get(char) or re.escape(char) for char in name)


def _fill(value: Any, names: Sequence[str], spelt: str) -> Any:
    if isinstance(value, str):
        return value.replace("{names}", spelt)
    if isinstance(value, dict):
        return {key: _fill(item, names, spelt) for key, item in value.items()}
    if isinstance(value, list):
        made = [_with(item, name) for name in names for item in value]
        return [item for at, item in enumerate(made) if item not in made[:at]]
    return value


def _with(item: Any, name: str) -> Any:
    if isinstance(item, dict):
        return {key: _with(value, name) for key, value in item.items()}
    if isinstance(item, str):
        return _MARK.sub(lambda found: name.partition(".")[0] if found[1] == "stem" else name, item)
    return item

"""Reads one table of a pack: what is not as it should be is noted with its line, and reading goes on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from types import NoneType, UnionType
from typing import Any, TypeVar, get_args, get_origin

import msgspec

from cleaner.nearest import meant
from cleaner.packs.lines import Lines
from cleaner.packs.schema import Example, PackError

_T = TypeVar("_T")
_WANTED = {int: "a whole number from 0 on", float: "a number", bool: "true or false", str: "a text in quotes"}
_LONGEST_SHOWN = 60


class Table:
    """A table of a pack file with all that a message about it needs.

    Attributes:
        raw: the table as TOML gives it; empty if it is none.
        rule: the full id of the rule it describes, empty if it describes none.
        line: the line of its header, 0 for the top of the file.
        faults: the errors found so far, shared by all tables of the file.
    """

    def __init__(
        self,
        lines: Lines,
        faults: list[PackError],
        raw: Any,
        line: int = 0,
        *,
        name: str = "",
        rule: str = "",
        written: bool = True,
    ) -> None:
        """Look at a table.

        Args:
            lines: the file it stands in.
            faults: where errors are put.
            raw: what stands there, be it a table or not.
            line: the line of its header.
            name: how messages call it, empty for the top of the file.
            rule: the id for messages.
            written: False if the table was made from a template, so that its keys stand on no line of this file.
        """
        self.lines, self.faults, self.line, self.name, self.rule = lines, faults, line, name, rule
        self._written = written
        self._unknown: list[str] = []
        self.raw: Mapping[str, Any] = raw if isinstance(raw, dict) else {}
        if not isinstance(raw, dict):
            self.wrong(f"{name or 'the pack'} is {shown(raw)}", f"write it as a table: [{name}]")

    def wrong(self, message: str, mend: str = "", key: str | None = None) -> None:
        """Note a fault of the table, or of a key in it."""
        line = self.lines.key(key, self.line) if key is not None and self._written else max(self.line, 1)
        self.faults.append(PackError(self.lines.path, line, self.rule, message, mend))

    def only(self, allowed: Iterable[str]) -> None:
        """Note every key that is not one of these."""
        for key in self.raw:
            if key not in tuple(allowed):
                where = f" in {self.name}" if self.name and self.name not in ("rule", "keep") else ""
                self.wrong(f"unknown key {key!r}{where}", meant(key, allowed), key)
                self._unknown.append(key)

    def text(self, key: str) -> str:
        """A text that must be there; empty if it is not."""
        found = self.raw.get(key)
        if isinstance(found, str) and found:
            return found
        if key not in self.raw and get_close_matches(key, self._unknown, 1):
            return ""  # misspelt, which has been said
        what = "missing" if key not in self.raw else "empty" if found == "" else shown(found)
        self.wrong(f"{key} is {what}", f'write {key} = "…"', key if key in self.raw else None)
        return ""

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; empty if it is missing."""
        found = self.raw.get(key, [])
        if isinstance(found, list) and all(isinstance(item, str) and item for item in found):
            return tuple(found)
        self.wrong(f"{key} is {shown(found)}", f'write a list of texts: {key} = ["…"]', key)
        return ()

    def choice(self, key: str, known: Iterable[str], default: str = "") -> str:
        """One of the known words; the default if it is missing and there is one."""
        if default and key not in self.raw:
            return default
        found = self.text(key)
        if found and found not in tuple(known):
            self.wrong(f"unknown {key} {found!r}", meant(found, known), key)
            return ""
        return found

    def examples(self, key: str) -> tuple[Example, ...]:
        """Texts, each alone or with what is to remain of it."""
        found = self.raw.get(key, [])
        examples = []
        for item in found if isinstance(found, list) else [found]:
            if isinstance(item, str) and isinstance(found, list):
                examples.append(Example(item))
            elif isinstance(item, dict) and {"in"} <= set(item) <= {"in", "out", "host"} and _texts(item.values()):
                examples.append(Example(item["in"], item.get("out"), item.get("host", "")))
            else:
                self.wrong(f"{key} holds {shown(item)}", 'write a list of texts, or of { in = "…", out = "…" }', key)
        return tuple(examples)

    def tables(self, key: str) -> list[Table]:
        """The tables of a list, such as each ``[[rule]]``."""
        found = self.raw.get(key, [])
        if not isinstance(found, list):
            self.wrong(f"{key} is {shown(found)}", f"write each as a table: [[{key}]]", key)
            return []
        at_top = self.line == 0
        made = [
            Table(
                self.lines,
                self.faults,
                raw,
                self.lines.table(key, number) if at_top else self.lines.key(key, self.line),
                name=key,
                rule=self.rule,
                written=at_top,
            )
            for number, raw in enumerate(found)
        ]
        return [table for table, raw in zip(made, found, strict=True) if isinstance(raw, dict)]

    def table(self, key: str) -> Table | None:
        """A table in this one, ``None`` if it is missing."""
        if key not in self.raw:
            return None
        line = self.lines.table(key) if self.line == 0 else self.line
        return Table(self.lines, self.faults, self.raw[key], line, name=key, rule=self.rule, written=self._written)

    def struct(self, kind: type[_T], beside: Iterable[str] = ()) -> _T | None:
        """The table as a struct of the schema; ``None`` if something in it is wrong.

        Args:
            kind: the struct.
            beside: keys that are read in another way, and so are passed over.
        """
        known = {field.name: field.type for field in msgspec.structs.fields(kind)}  # type: ignore[arg-type]
        before = len(self.faults)
        self.only((*known, *beside))
        values = {}
        for key, wanted in known.items():
            if key not in self.raw or key in beside:
                continue
            try:
                values[key] = msgspec.convert(self.raw[key], wanted)
                if isinstance(values[key], int) and values[key] < 0:
                    raise msgspec.ValidationError
            except msgspec.ValidationError:
                self.wrong(f"{self.name} {key} is {shown(self.raw[key])}", f"write {_wanted(wanted)}", key)
        return kind(**values) if len(self.faults) == before else None


def shown(found: Any) -> str:
    """A value of a pack as a message shows it."""
    text = repr(found)
    return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"


def _wanted(kind: Any) -> str:
    if get_origin(kind) is UnionType:
        kind = next(each for each in get_args(kind) if each is not NoneType)
    return _WANTED.get(kind, 'a list of texts: ["…"]')


def _texts(values: Iterable[Any]) -> bool:
    return all(isinstance(value, str) for value in values)

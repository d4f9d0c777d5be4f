"""One layout for all packs: keys in one order and aligned, one example a line, regexes in single quotes.

The file is taken apart into statements, so that comments stay where they are; values are read by ``tomllib`` and
written anew. What a person has laid out over several lines, a long regex or a list with comments, stays as it is.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from cleaner.packs.schema import PackError
from cleaner.packs.toml import read_toml

#: Code points a line may have before its list is written one item a line.
WIDTH = 120
_ORDER = (
    *("schema", "pack", "name", "id", "title", "source", "license", "category", "scope", "signature", "match"),
    *("keywords", "guard", "example", "counter", "known_miss", "note", "status", "disable"),
    *("domains", "not_domains", "names", "network", "templates", "signatures", "unverified"),
)
_ORDER_OF_PAGES = ("detect", "body", "drop", "keep", "title", "author", "published")
#: Lists of short texts, which fill their lines.
_FILLED = frozenset(("keywords", "domains", "not_domains", "names", "disable"))
_REGEXES = frozenset(("match", "signature", "signatures", "prev", "next", "unless", "stop", "item", "patterns"))
_TOKEN = re.compile(
    r'"""(?:[^\\]|\\.)*?"""+|'  # texts of several lines
    r"\'\'\'.*?\'\'\'+|"
    r'"(?:[^"\\\n]|\\.)*"|'
    r"'[^'\n]*'|"
    r"#[^\n]*|[\[\]{}]|\n|"
    r"""[^"'#\[\]{}\n]+""",
    re.DOTALL,
)
_KEY = re.compile(r"""\s*((?:"[^"\n]*"|'[^'\n]*'|[\w.-]+))\s*=\s*""")


@dataclass(slots=True)
class _Entry:
    """A key with the comments before it, its value as it was written, and a comment behind it."""

    key: str
    value: str
    before: list[str]
    behind: str = ""


@dataclass(slots=True)
class _Block:
    """A header with the comments before it, the keys, and comments behind the last."""

    header: str = ""
    behind: str = ""
    before: list[str] = field(default_factory=list)
    entries: list[_Entry] = field(default_factory=list)


def formatted(text: str, path: str = "") -> str:
    """The text of a pack in the layout of all packs.

    Args:
        text: a pack file.
        path: its path, for messages.

    Raises:
        PackError: it is no TOML, or cannot be laid out without a change of what it says.
    """
    _, table = read_toml(text.encode(), path)
    blocks, rest = _blocks(text.replace("\r\n", "\n"), path)
    lines: list[str] = []
    for block in blocks:
        lines += _block_lines(block, bool(lines))
    made = "\n".join([*lines, *rest]).rstrip("\n") + "\n"
    if tomllib.loads(made) != table or sorted(_comments(made)) != sorted(_comments(text)):
        raise PackError(path, 1, "", "cannot be laid out without a change", "lay it out by hand")
    return made


def basic(text: str) -> str:
    """A text in double quotes; what cannot be seen is escaped."""
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(char if char.isprintable() else _escaped(char) for char in quoted)


def literal(text: str) -> str:
    """A text in single quotes where it can stand there as it is, such as a regex."""
    if any(ord(char) < 32 or ord(char) == 127 for char in text):
        return basic(text)
    if "'" not in text:
        return f"'{text}'"
    return f"'''{text}'''" if "'''" not in text and not text.endswith("'") else basic(text)


def listed(name: str, items: Sequence[str]) -> list[str]:
    """A key with a list of texts, one a line."""
    return [f"{name} = [", *(f"  {basic(item)}," for item in items), "]"]


def drawn(key: str, value: Any) -> str:
    """A value on one line, the way it is written under a key."""
    if isinstance(value, str):
        plain = value.isprintable() and ('"' in value or "\\" in value)
        return literal(value) if key in _REGEXES or plain else basic(value)
    if isinstance(value, list):
        return "[" + ", ".join(drawn(key, item) for item in value) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{name} = {drawn(name, item)}" for name, item in value.items()) + " }"
    return json.dumps(value)


def _escaped(char: str) -> str:
    return f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}"


def _block_lines(block: _Block, spaced: bool) -> Iterator[str]:
    """The lines of a table, a blank line before it."""
    if spaced:
        yield ""
    yield from block.before
    if block.header:
        yield block.header + block.behind
    wide = max((len(entry.key) for entry in block.entries), default=0)
    order: Sequence[str] = _ORDER_OF_PAGES if block.header == "[html]" else _ORDER
    if block.header == "[patterns]":
        wide, order = 0, ()  # a pattern may use one before it
    for entry in sorted(block.entries, key=lambda entry: order.index(entry.key) if entry.key in order else len(order)):
        yield from entry.before
        kind = "patterns" if block.header == "[patterns]" else entry.key
        yield from _entry_lines(f"{entry.key:<{wide}} = ", kind, entry)


def _entry_lines(begin: str, kind: str, entry: _Entry) -> list[str]:
    raw = entry.value
    value = tomllib.loads(f"x = {raw}")["x"]
    by_hand = isinstance(value, str) and "\n" in raw
    if by_hand or any(_comments(raw)):
        return [begin + raw + entry.behind]
    line = begin + drawn(kind, value)
    if not isinstance(value, list) or not value or len(line) <= WIDTH:
        return [line + entry.behind]
    items = [drawn(kind, item) + "," for item in value]
    if kind in _FILLED:
        items = _lines_filled(items)
    return [begin + "[", *(f"  {item}" for item in items), "]" + entry.behind]


def _lines_filled(items: Sequence[str]) -> list[str]:
    """Items put together on lines, as many as fit."""
    lines = [items[0]]
    for item in items[1:]:
        if len(lines[-1]) + len(item) + 3 > WIDTH:
            lines.append(item)
        else:
            lines[-1] += " " + item
    return lines


def _blocks(text: str, path: str) -> tuple[list[_Block], list[str]]:
    """The tables of a file, and comments behind the last."""
    blocks = [_Block()]
    waiting: list[str] = []
    for statement in _statements(text):
        stripped = statement.strip()
        if not stripped:
            if waiting and waiting[-1]:
                waiting.append("")
        elif stripped.startswith("#"):
            waiting.append(stripped)
        elif stripped.startswith("["):
            header, comment = _parted(stripped)
            blocks.append(_Block(header, comment, waiting))
            waiting = []
        else:
            found = _KEY.match(statement)
            if found is None:
                raise PackError(path, 1, "", f"cannot lay out {stripped[:40]!r}", "lay it out by hand")
            value, comment = _parted(statement[found.end() :])
            blocks[-1].entries.append(_Entry(found[1], value, [line for line in waiting if line], comment))
            waiting = []
    rest = ["", *waiting] if waiting else []
    if not blocks[0].entries and not blocks[0].before:
        del blocks[0]
    return blocks, rest


def _parted(text: str) -> tuple[str, str]:
    """A value, or header, and the comment behind it."""
    last = ""
    for token in _TOKEN.finditer(text):
        last = token[0]
    if last.startswith("#"):
        return text[: text.rindex(last)].rstrip(), "  " + last.strip()
    return text.rstrip(), ""


def _statements(text: str) -> Iterator[str]:
    """The lines of a file, a value of several lines being one."""
    start = depth = 0
    for token in _TOKEN.finditer(text):
        part = token[0]
        if part in ("[", "{"):
            depth += 1
        elif part in ("]", "}"):
            depth -= 1
        elif part == "\n" and depth == 0:
            yield text[start : token.start()]
            start = token.end()
    if start < len(text):
        yield text[start:]


def _comments(text: str) -> Iterator[str]:
    for token in _TOKEN.finditer(text):
        if token[0].startswith("#"):
            yield token[0].strip()

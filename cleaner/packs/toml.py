"""Reads the TOML of a pack; a file that is none is refused with its line."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from cleaner.packs.schema import PackError

_LINE = re.compile(r"\(at line (\d+)")
_PLACE = re.compile(r"\s*\(at (?:line|end)[^()]*\)$")
#: What the parser of the standard library says, what we say, how to mend it, and what the fault begins with where the
#: parser only tells that the file ended.
_FAULTS: tuple[tuple[str, str, str, str], ...] = (
    (
        r"Unescaped|[Ee]scape|hex value",
        "a backslash in double quotes",
        r"write a regex in single quotes: match = '^\d+$'",
        "",
    ),
    ("Invalid value", "a value is missing or has no quotes", 'write a text in quotes: title = "…"', "="),
    (
        r"Unterminated|Expected ['\"]{2,}|(?:Illegal|Found invalid) character '\\[nr]",
        "a text has no closing quote",
        'close it on its line; a text that holds \' stands in "…", a regex that does in three single quotes',
        "=",
    ),
    ("Unclosed array", "a list is not closed, or lacks a comma", 'write ["…", "…"]', "["),
    (
        "Unclosed inline",
        "a table in braces is not closed, or lacks a comma",
        'write { in = "…", out = "…" } in one line',
        "{",
    ),
    ("Expected '=' after", "a key has no = behind it", 'write key = "…"', ""),
    (
        "Cannot declare",
        "a table stands twice",
        "put all its keys under one header; each rule has a [[rule]] of its own",
        "",
    ),
    ("Cannot overwrite|Cannot mutate", "a key or table stands twice", "keep one of the two", ""),
    (
        "Expected newline",
        "something stands behind a value",
        'write one key a line; a text that holds \' stands in "…", a regex that does in three single quotes',
        "",
    ),
    (r"Expected '\]", "a table's header is not closed", "write it as [site] or [[rule]]", ""),
    ("Invalid (?:statement|initial)", "a key is missing", 'write key = "…"; a remark begins with #', ""),
    ("(?:Illegal|Found invalid) character", "an invisible character that TOML does not allow", "take it out", ""),
)
_CURLY = re.compile("=\\s*[“”„‘’«]")


def read_toml(data: bytes, path: str) -> tuple[str, dict[str, Any]]:
    """The text and the table of a TOML file.

    Args:
        data: its bytes.
        path: its path, for messages.

    Raises:
        PackError: it is no UTF-8, no TOML, or nested too deep.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise PackError(path, line, "", "not UTF-8", "save the file as UTF-8") from None
    lines = text.split("\n")
    try:
        return text, tomllib.loads(text)
    except RecursionError:
        deepest = max(range(len(lines)), key=lambda at: lines[at].count("[") + lines[at].count("{"))
        raise PackError(path, deepest + 1, "", "nested too deep", "a pack holds lists of texts and tables") from None
    except tomllib.TOMLDecodeError as error:
        line, message, mend = _fault(str(error), lines)
        raise PackError(path, line, "", f"not TOML: {message}", mend) from None


def _fault(said: str, lines: list[str]) -> tuple[int, str, str]:
    """Line, message and mend for what the parser said."""
    found = _LINE.search(said)
    line = int(found[1]) if found else len(lines)
    own = (_PLACE.sub("", said), "", "")  # one that a newer parser knows
    message, mend, opener = next((fault[1:] for fault in _FAULTS if re.match(fault[0], said)), own)
    if not found and opener:  # it ended before the fault was seen: the last that can have begun it
        line = next((at for at in range(len(lines), 0, -1) if opener in lines[at - 1]), line)
    if _CURLY.search(lines[line - 1]):
        message, mend = "quotes of print", 'write straight quotes: title = "…"'
    return line, message, mend

"""Reads the TOML of a pack; a file that is none is refused with its line."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from cleaner.packs.schema import PackError

_LINE = re.compile(r"\(at line (\d+)")
_ESCAPE = re.compile(r"Unescaped|escape|hex value", re.IGNORECASE)


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
        found = _LINE.search(str(error))
        line = int(found[1]) if found else len(lines)
        mend = ""
        if _ESCAPE.search(str(error)) and "\\" in lines[line - 1]:
            mend = r"write a regex in single quotes: match = '^\d+$'"
        raise PackError(path, line, "", f"not TOML: {error}", mend) from None

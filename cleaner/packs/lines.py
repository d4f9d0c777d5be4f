"""Where something stands in a pack file, so that a message can name its line."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_HEADER = re.compile(r"\s*\[\[?\s*[a-z]")


@dataclass(frozen=True)
class Lines:
    """The lines of a pack file. They are counted from 1."""

    path: str
    text: str
    lines: list[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "lines", self.text.split("\n"))

    def table(self, name: str, number: int = 0) -> int:
        """The line of the ``number``-th ``[name]`` or ``[[name]]``, from 0; 1 if there is none, or for no name."""
        if not name:
            return 1
        header = re.compile(rf"\s*\[\[?\s*{re.escape(name)}\s*\]\]?")
        found = [at for at, line in enumerate(self.lines, 1) if header.match(line)]
        return found[number] if number < len(found) else 1

    def key(self, name: str, table: int = 0) -> int:
        """The line of a key of the table that starts at a line, 0 for the top of the file; the table's if not found."""
        wanted = re.compile(rf"""\s*["']?{re.escape(name)}["']?\s*=|.*[{{,]\s*{re.escape(name)}\s*=""")
        for at, line in enumerate(self.lines[table:], table + 1):
            if _HEADER.match(line):
                break
            if wanted.match(line):
                return at
        return max(table, 1)

    def holding(self, part: str) -> int:
        """The first line that holds a text, as it is or escaped; of a text of several lines, its first."""
        wanted = next((line for line in part.splitlines() if line.strip()), part)
        escaped = wanted.replace("\\", "\\\\").replace('"', '\\"')
        return next((at for at, line in enumerate(self.lines, 1) if wanted in line or escaped in line), 1)

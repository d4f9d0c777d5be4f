"""The blocks of code on the pages, and what each needs in order to run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

ROOT = Path(__file__).resolve().parents[2]
#: All pages that people read: at the root, and the site's.
PAGES = tuple(
    path.relative_to(ROOT).as_posix() for path in (*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md")))
)
#: What runs: fenced with one of these, or indented with one of the words below first.
LANGUAGES = ("sh", "python", "sql")
COMMANDS = frozenset("cat cleaner datasette duckdb git make mkdir newswatch pip printf python trafilatura zcat".split())
#: What the core's environment lacks, by what shows the need: tools, and packages of the extra ``integration``.
NEEDS = {
    "jq": re.compile(r"\bjq\b"),
    "jvm": re.compile(r"\bpyspark\b"),
    "package": re.compile(
        r"--engine ray|^datasette |"
        r"^\s*(?:from|import) (?:cleaner\.adapters|datasets|datatrove|pandas|polars|ray|scrapy)\b",
        re.MULTILINE,
    ),
}
_FENCE = re.compile(r"^( *)(`{3,})(\w*) *$")


@dataclass(frozen=True)
class Block:
    """Code of a page; ``printed`` is the block ``text`` right behind it, which is what it prints."""

    line: int
    language: str
    code: str
    printed: str | None = None

    @property
    def needs(self) -> frozenset[str]:
        """What it needs that the core does not have."""
        return frozenset(name for name, shown in NEEDS.items() if shown.search(self.code))


def blocks_of(text: str) -> tuple[Block, ...]:
    """All blocks of a page that run, in order."""
    found = list(_all_blocks(text.splitlines(keepends=True)))
    return tuple(
        Block(block.line, block.language, block.code, _printed(block, found[number + 1 : number + 2]))
        for number, block in enumerate(found)
        if block.language in LANGUAGES
    )


def _printed(block: Block, behind: list[Block]) -> str | None:
    end = block.line + block.code.count("\n") + 2  # the fences
    return behind[0].code if behind and behind[0].language == "text" and behind[0].line == end + 1 else None


def _all_blocks(lines: list[str]) -> Iterator[Block]:
    number = 0
    while number < len(lines):
        start = number
        fence = _FENCE.match(lines[number])
        if fence:
            number += 1
            while lines[number].rstrip() != fence[1] + fence[2]:
                number += 1
            yield Block(start + 1, fence[3], dedent("".join(lines[start + 1 : number])))
        elif _is_command(lines, number):
            while number + 1 < len(lines) and lines[number + 1].startswith("    "):
                number += 1
            yield Block(start, "sh", dedent("".join(lines[start : number + 1])))
        number += 1


def _is_command(lines: list[str], number: int) -> bool:
    """Whether an indented block begins here, and with a command."""
    line = lines[number]
    if not line.startswith("    ") or (number and lines[number - 1].strip()):
        return False
    return line.split()[:1] != [] and line.split()[0] in COMMANDS

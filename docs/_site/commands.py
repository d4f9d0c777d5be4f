"""The page of all commands, made from click's own help: the same words, groups and order, as Markdown."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import click

from cleaner.cli import cli

MARK = "<!-- the commands -->"
NAME = "cleaner"
_CODE = re.compile(r"(`[^`]*`)")
_ESCAPED = str.maketrans({"<": "&lt;", ">": "&gt;", "|": "&#124;", "*": r"\*", "_": r"\_", "[": r"\[", "\n": " "})


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Put the commands where a page asks for them."""
    return markdown.replace(MARK, "\n".join(lines_of(cli, None, 2))) if MARK in markdown else markdown


def lines_of(command: click.Command, parent: click.Context | None, depth: int) -> Iterator[str]:
    """A command as Markdown, then the commands below it.

    Args:
        command: what is described.
        parent: context of the command that it belongs to.
        depth: level of its heading.

    Yields:
        Lines.
    """
    context = click.Context(command, parent, command.name if parent else NAME, **command.context_settings)
    path = context.command_path
    short = path.rpartition(" ")[2]
    yield f"{'#' * depth} {path} {{ #{path.replace(' ', '-')} data-toc-label='{short}' }}"
    yield from ("", as_markdown(command.help or ""), "")
    yield from ("```text", " ".join((path, *command.collect_usage_pieces(context))), "```", "")
    tables = Tables(path)
    command.format_options(context, tables)
    yield from (*tables.lines, "")
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            if below is not None and not below.hidden:
                yield from lines_of(below, context, depth + 1)


class Tables(click.HelpFormatter):
    """Takes what click would lay out for a terminal, and makes tables of it."""

    def __init__(self, path: str) -> None:
        super().__init__(width=1000)
        self.path = path
        self.lines: list[str] = []

    @contextmanager
    def section(self, name: str) -> Iterator[None]:
        """A heading over what is written next."""
        self.lines += [f"**{name}**", ""]
        yield

    def write_dl(self, rows: Sequence[tuple[str, str]], col_max: int = 0, col_spacing: int = 0) -> None:
        """A table of options, or of commands, whose names lead to them."""
        self.lines += [
            "| | |",
            "|---|---|",
            *(f"| {self._first(one.strip())} | {escaped(what)} |" for one, what in rows),
            "",
        ]

    def _first(self, text: str) -> str:
        if text.startswith("-"):
            return ", ".join(f"`{name}`" for name in text.replace("|", r"\|").split(", "))
        return f"[{text}](#{self.path.replace(' ', '-')}-{text})"


def escaped(text: str) -> str:
    """Words of a help text for a cell of a table; code between backticks stays code."""
    parts = _CODE.split(text)
    return "".join(part.replace("|", r"\|") if _CODE.fullmatch(part) else part.translate(_ESCAPED) for part in parts)


def as_markdown(help_text: str) -> str:
    r"""A command's help as Markdown: a paragraph that ``\b`` leaves as it is becomes a block of code under its heading.

    Args:
        help_text: the help as click takes it.

    Returns:
        The same words, as Markdown.
    """
    paragraphs = []
    for paragraph in re.split(r"\n\s*\n", inspect.cleandoc(help_text)):
        lines = paragraph.splitlines()
        if lines and lines[0].strip() == "\b":
            head, *rest = lines[1:]
            kind = "sh" if head.strip() == "Examples:" else "text"
            margin = min((len(line) - len(line.lstrip()) for line in rest if line.strip()), default=0)
            paragraphs.append("\n".join((head.strip(), "", f"```{kind}", *(line[margin:] for line in rest), "```")))
        else:
            paragraphs.append(
                "".join(p if _CODE.fullmatch(p) else p.replace("<", "&lt;") for p in _CODE.split(paragraph))
            )
    return "\n\n".join(paragraphs)

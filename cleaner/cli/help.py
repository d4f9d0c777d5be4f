"""How help is laid out: options under what they are about, commands under what they are for."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import click

#: What an option is about, by the name of its parameter: the same under every command.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "Inputs": (
        *("kind", "url", "limit", "sample", "seed", "raw", "given", "only", "id_", "packs_a", "packs_b", "against"),
        *("wcxb", "golds", "pages"),
    ),
    "Fields": ("id_field", "url_field", "text_field", "html_field", "title_field", "date_field"),
    "Rules": ("keep", "packs", "site", "extractor", "articles_only"),
    "Filters": (
        *("rules", "categories", "grep", "statuses", "flags", "ids", "only_touched", "all_tried", "covered"),
        *("min_docs", "accept", "everything"),
    ),
    "Output": (
        *("out", "to", "audit_file", "audits", "style", "detail", "keep_html", "force", "line_buffered", "context"),
        *("fold", "width", "pager", "colour", "decisions", "decided", "files", "file", "top", "examples", "most"),
        *("samples", "tool", "layer", "report", "fail_on"),
    ),
    "Running": (
        *("jobs", "timeout", "shard_mb", "engine", "address", "dry_run", "quiet", "verbose", "log_level"),
        *("memory", "folds", "port", "browser", "index", "reviewer"),
    ),
}
_OTHER = "Options"
#: So few options need no headings.
_FEW = 6
#: Names of options up to this width stand in one column with what they do beside them.
_WIDEST = 27
#: What click tells of the range of a number: the sentence before it says so, or the message that refuses one.
_RANGE = re.compile(r"  \[[0-9.]*<?=?x[<>][^\]]*\]|; [0-9.]*<?=?x[<>=][^\]]*(?=\])")
_GROUP_OF = {name: group for group, names in GROUPS.items() for name in names}


class Command(click.Command):
    """A command whose help lists its options by what they are about, and whose defaults a project may set."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse a command line, with the settings of the project as defaults.

        Raises:
            CleanerError: the settings cannot be read; not where help is asked for.
        """
        helps = bool(set(args) & set(ctx.help_option_names))
        if not (ctx.resilient_parsing or helps or isinstance(self, click.Group)):
            from cleaner.cli.settings import defaults

            ctx.default_map = defaults([str(param.name) for param in self.params])
        return super().parse_args(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, each group under its heading."""
        options = [param for param in self.get_params(ctx) if isinstance(param, click.Option)]
        records = [(str(param.name), record) for param in options if (record := param.get_help_record(ctx))]
        width = min(max((len(first) for _, (first, _) in records), default=0), _WIDEST)
        found: dict[str, list[tuple[str, str]]] = {group: [] for group in (*GROUPS, _OTHER)}
        for name, (first, what) in records:
            row = (f"{first:<{width}}", _RANGE.sub("", what))  # one column for all groups
            found[_GROUP_OF.get(name, _OTHER) if len(records) > _FEW else _OTHER].append(row)
        for group, rows in found.items():
            if rows:
                with formatter.section(group):
                    formatter.write_dl(rows, col_max=_WIDEST)


class Group(Command, click.Group):
    """A group of commands; ``sections`` puts them under headings."""

    command_class = Command

    def __init__(self, *args: Any, sections: Mapping[str, tuple[str, ...]] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sections = sections or {}

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, then the commands under their headings."""
        super().format_options(ctx, formatter)
        self.format_commands(ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands with what each does, in one line where the terminal has room."""
        headed = {name for names in self.sections.values() for name in names}
        rest = tuple(name for name in self.list_commands(ctx) if name not in headed)
        width = max(map(len, self.commands), default=0)
        for heading, names in {**self.sections, "Commands": rest}.items():
            rows = [(f"{name:<{width}}", command.get_short_help_str(1000)) for name, command in self._shown(names)]
            if rows:
                with formatter.section(heading):
                    formatter.write_dl(rows)

    def _shown(self, names: tuple[str, ...]) -> list[tuple[str, click.Command]]:
        found = [(name, self.commands[name]) for name in names]
        return [(name, command) for name, command in found if not command.hidden]


def command(name: str | None = None, **kwargs: Any) -> Callable[[Callable[..., Any]], Command]:
    """As ``click.command``, for a command of this kind."""
    return click.command(name, cls=Command, **kwargs)


def group(name: str | None = None, **kwargs: Any) -> Callable[[Callable[..., Any]], Group]:
    """As ``click.group``, for a group of this kind."""
    return click.group(name, cls=Group, **kwargs)

"""``cleaner config``: the settings that hold, and where each is from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cleaner.cli.help import command
from cleaner.cli.options import style_option
from cleaner.terminal import say, say_json


@command(short_help="Show the settings that hold, and where each is from.")
@style_option("table", "json")
def config(style: str) -> None:
    """Show the settings that hold here, and where each is from.

    Settings are defaults of options. They are read from cleaner.toml, or from [tool.cleaner] in pyproject.toml, in the
    working directory or the nearest folder above it that has one; a variable such as CLEANER_JOBS goes before the file,
    and the command line before both. CLEANER_CONFIG names another file; empty, it turns files off.

    \b
    A cleaner.toml:
      packs = ["my-packs"]          # folders, seen from this file
      keep = ["caption", "tags"]
      jobs = "auto"
      [fields]
      text = "body"

    \b
    Examples:
      cleaner config
      cleaner config --format json
      CLEANER_JOBS=8 cleaner config
    """
    from cleaner.cli.settings import config_file, settings

    held = settings()
    if style == "json":
        import json

        told = {each.setting.key: {"value": each.value, "source": each.source} for each in held}
        say_json(json.dumps(told, ensure_ascii=False, indent=1).encode())
        return
    path = config_file(Path.cwd())
    say(f"file: {path}" if path is not None else "file: none (cleaner.toml, or [tool.cleaner] in pyproject.toml)")
    rows = [(each.setting.key, _shown(each.value), each.source, each.setting.variable) for each in held]
    rows.insert(0, ("setting", "value", "from", "variable"))
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for row in rows:
        say("  ".join([*(f"{cell:<{width}}" for cell, width in zip(row[:3], widths, strict=True)), row[3]]))


def _shown(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(value) or "-"
    return f"{value:g}" if isinstance(value, float) else str(value) or "''"

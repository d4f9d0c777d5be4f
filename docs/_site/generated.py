"""What reference pages take from the code when the site is built: public names, checks of packs, floors of quality."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import cleaner
from cleaner.lint.codes import BAR, codes

ROOT = Path(__file__).resolve().parents[2]


def on_page_markdown(markdown: str, *, page: Any, **_: Any) -> str:
    """Fill in what the code knows where a page asks for it."""
    for mark, made in MADE.items():
        if mark in markdown:
            markdown = markdown.replace(mark, made(markdown))
    return markdown


def other_names(markdown: str) -> str:
    """Directives for the public names that the page of the library has no place for yet."""
    named = set(re.findall(r"^::: cleaner\.(\w+)$", markdown, re.MULTILINE))
    return "\n\n".join(f"::: cleaner.{name}" for name in cleaner.__all__ if name not in named)


def floors(_: str) -> str:
    """The table of what every build must reach on the fixtures (``tests/floors.toml``)."""
    strata = {
        f"{kind}, {name}": figures
        for kind, below in tomllib.loads((ROOT / "tests" / "floors.toml").read_text("utf-8")).items()
        for name, figures in below.items()
    }
    rows = [
        f"| {name.replace('html', 'pages').replace('text', 'texts').replace('_', ' ')} | {figures['documents']} "
        f"| {figures['body_kept']:.3%} | {figures['clutter_left']:.1%} | {figures['perfect']:.1%} |"
        for name, figures in sorted(strata.items(), reverse=True)
    ]
    head = (
        "| stratum | documents | body kept, at least | clutter left, at most | perfect, at least |",
        "|---" * 5 + "|",
    )
    return "\n".join((*head, *rows))


def lint_codes(_: str) -> str:
    """All codes (``cleaner/lint/codes.toml``): a table of them, then what each stands for, wrong and right."""
    parts = ["| code | finds | severity |\n|---|---|---|"]
    parts[0] += "".join(
        f"\n| [`{name}`](#{name.lower()}) | {code.finds.replace('|', BAR)} | {code.severity.replace('|', BAR)} |"
        for name, code in codes().items()
    )
    for name, code in codes().items():
        parts.append(f"## {name} {{ #{name.lower()} }}")
        parts.append(f"**{_words(code.title[0].upper() + code.title[1:])}** ({code.severity}).")
        parts.append(_words(f"{code.why[0].upper()}{code.why[1:]}. {code.more}"))
        parts += [
            f"{what}:\n\n```toml\n{part.strip()}\n```" for what, part in (("Wrong", code.wrong), ("Right", code.right))
        ]
        parts.append(_words(code.mend))
    return "\n\n".join(parts)


def _words(text: str) -> str:
    """Words with regexes among them as Markdown: what is between backticks is code, all else is words."""
    parts = re.split(r"(`[^`]*`)", text)
    return "".join(part if part.startswith("`") else re.sub(r"([*_<\[\\])", r"\\\1", part) for part in parts)


MADE = {
    "<!-- the other public names -->": other_names,
    "<!-- the floors -->": floors,
    "<!-- the lint codes -->": lint_codes,
}

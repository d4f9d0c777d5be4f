"""Makes one tree of the pages in ``docs`` and those at the root, which a git host shows where they are.

CHANGELOG.md, CONTRIBUTING.md and SECURITY.md become pages of the site; links between pages are those of the
repository, so that they work on both. A link to a file that is no page keeps its words alone, for the site knows no
address of the repository.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
AT_ROOT = ("CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")
#: What stands in for README.md, which is the face of the repository as the home page is that of the site.
HOME = {"README.md": "index.md"}

_FENCE = re.compile(r"^( *)(```+|~~~+).*?^\1\2 *$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(?<!!)\[((?:[^][]|\[[^][]*\])+)\]\((?![a-z]+:|#)([^)\s#]+)(#[^)\s]+)?\)")
_CELL_CODE = re.compile(r"(?<=[|\s(])`[^`\n]*\\\|[^`\n]*`")
_FROM_OUTSIDE = re.compile(
    r"""<(?:script|img|iframe|source)\b[^>]*\bsrc=["']?(?:https?:)?//|"""
    r"""<link\b[^>]*\brel=["']?(?:stylesheet|preconnect|preload|icon)\b[^>]*\bhref=["']?(?:https?:)?//"""
)
_IN_STYLE = re.compile(r"""(?:@import\s*|url\()\s*["']?(?:https?:)?//""")


def on_files(files: Files, *, config: Any) -> Files:
    """Add the pages at the root."""
    for name in AT_ROOT:
        files.append(File.generated(config, name, content=(ROOT / name).read_text("utf-8")))
    return files


def on_page_markdown(markdown: str, *, page: Any, config: Any, files: Files) -> str:
    """Turn the links of the repository into those of the site."""
    here = ROOT if page.file.src_uri in AT_ROOT else (DOCS / page.file.src_uri).parent
    folder = Path(page.file.src_uri).parent

    def linked(match: re.Match[str]) -> str:
        words, target, anchor = match[1], match[2], match[3] or ""
        path = Path(os.path.normpath(here / target))
        name = page_of(path)
        if name is not None:
            return f"[{words}]({os.path.relpath(name, folder)}{anchor})"
        if path.is_relative_to(DOCS) or not path.exists():
            return match[0]  # a page or picture of the site, or a broken link, which the strict build refuses
        return words

    return _outside_code(markdown, lambda text: _CELL_CODE.sub(_unescaped, _LINK.sub(linked, text)))


def _unescaped(match: re.Match[str]) -> str:
    r"""Code in a cell: a git host wants ``\|`` there, the site the bar alone."""
    return match[0].replace(r"\|", "|")


def page_of(path: Path) -> str | None:
    """The page of the site that a file of the repository is; ``None`` when it is not one."""
    if path.is_relative_to(DOCS):
        return path.relative_to(DOCS).as_posix() if path.suffix == ".md" and path.exists() else None
    name = path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else ""
    return name if name in AT_ROOT else HOME.get(name)


def _outside_code(markdown: str, change: Any) -> str:
    parts, last = [], 0
    for block in _FENCE.finditer(markdown):
        parts += [change(markdown[last : block.start()]), block[0]]
        last = block.end()
    return "".join((*parts, change(markdown[last:])))


def on_post_page(output: str, *, page: Any, config: Any) -> str:
    """Tell browsers and readers the language of a page that is not in English (``language`` in its head)."""
    language = page.meta.get("language")
    return output.replace('<html lang="en"', f'<html lang="{language}"', 1) if language else output


def on_post_build(*, config: Any) -> None:
    """Refuse a site that would fetch something from elsewhere when it is looked at.

    Raises:
        PluginError: with the file and what it would fetch.
    """
    for path in sorted(Path(config.site_dir).rglob("*")):
        searched = {".html": _FROM_OUTSIDE, ".css": _IN_STYLE}.get(path.suffix)
        found = searched.search(path.read_text("utf-8")) if searched else None
        if found:
            raise PluginError(f"{path}: would fetch something from elsewhere: {found[0]}…")

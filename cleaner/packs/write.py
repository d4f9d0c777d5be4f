"""Writes packs as TOML the way people write them: regexes in single quotes, one example a line, comments kept."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import msgspec

from cleaner.model import CleanerError
from cleaner.packs.layout import basic, formatted, listed, literal
from cleaner.packs.parse import check_patterns, parse_pack


class Draft(msgspec.Struct, frozen=True):
    """A rule that a person is to look at. ``comment`` says what it was made from; it becomes a TOML comment."""

    id: str
    category: str
    scope: str
    match: str
    example: tuple[str, ...]
    counter: tuple[str, ...]
    keywords: tuple[str, ...] = ()
    guard: tuple[tuple[str, int | str], ...] = ()
    status: str = "trial"
    comment: str = ""


def value(item: int | str) -> str:
    """A number, or a text."""
    return str(item) if isinstance(item, int) else literal(item)


def rule_lines(draft: Draft) -> list[str]:
    """A rule as lines of TOML."""
    lines = [f"# {line}" for line in draft.comment.splitlines()]
    lines += [
        "[[rule]]",
        f"id       = {basic(draft.id)}",
        f"category = {basic(draft.category)}",
        f"scope    = {basic(draft.scope)}",
        f"match    = {literal(draft.match)}",
    ]
    if draft.keywords:
        lines.append(f"keywords = [{', '.join(basic(word) for word in draft.keywords)}]")
    if draft.guard:
        lines.append("guard    = { " + ", ".join(f"{name} = {value(item)}" for name, item in draft.guard) + " }")
    if draft.status != "active":
        lines.append(f"status   = {basic(draft.status)}")
    return [*lines, *listed("example ", draft.example), *listed("counter ", draft.counter)]


def slug(name: str) -> str:
    """A name as a pack may have it: small letters, digits, dots and dashes."""
    return re.sub(r"[^a-z0-9.]+", "-", name.lower()).strip("-.") or "pack"


def checked(lines: Iterable[str], path: str, layer: str) -> bytes:
    """The bytes of a pack that loads: it is parsed, and its regexes are compiled.

    Raises:
        CleanerError: it does not load.
    """
    data = formatted("\n".join(lines) + "\n", path).encode()
    pack, cases = parse_pack(data, path, layer)
    check_patterns(pack, cases, data, path)
    return data


def write_checked(path: Path, lines: Iterable[str], layer: str) -> None:
    """Write a pack that loads; nothing is written of one that does not.

    Raises:
        CleanerError: the pack does not load, or the file cannot be written.
    """
    data = checked(lines, str(path), layer)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError as error:
        raise CleanerError(f"{path}: cannot write: {error.strerror}") from error

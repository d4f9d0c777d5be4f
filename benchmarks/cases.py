"""Fixture cases: what a folder ``fixtures/<site>/<case>/`` holds, and what the cleaner makes of it.

The form of a case is described in ``docs/fixtures.md``.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cleaner import CATEGORIES, Cleaned, Cleaner

ROOT = Path(__file__).resolve().parent.parent / "fixtures"
#: Category of page furniture outside the article: what it is called there is a guess, and nothing depends on it.
FURNITURE = "furniture"
#: Category of a headline that stands outside the article: no clutter, whether it is kept or cut.
TITLE = "title"
_META = frozenset(("url", "site", "known_gap"))
_EXPECTED = frozenset(("removals", "credits", "flags"))


class CaseError(Exception):
    """A case that is not of the form; the message names file and field."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One line of what was cut, or the part of a line: white space around it never counts."""

    category: str
    text: str
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """One case.

    Attributes:
        raw: the text, or the page as bytes.
        clean: the exact text that must come out.
        pieces: what must be cut, line by line, in order.
        known_gap: why no rule can get this one right; empty for a case that must come out exactly.
    """

    name: str
    raw: str | bytes
    clean: str
    pieces: tuple[Piece, ...]
    url: str | None = None
    site: str | None = None
    credits: Mapping[str, list[str]] = field(default_factory=dict)
    flags: tuple[str, ...] = ()
    known_gap: str = ""

    @property
    def kind(self) -> str:
        """``text`` or ``html``."""
        return "text" if isinstance(self.raw, str) else "html"

    @property
    def is_clutter_free(self) -> bool:
        """Whether nothing of the article must be cut (a page always has furniture around it)."""
        return all(piece.category in (FURNITURE, TITLE) for piece in self.pieces)

    def run(self, cleaner: Cleaner) -> Cleaned:
        """Clean it."""
        if isinstance(self.raw, bytes):
            return cleaner.clean_html(self.raw, url=self.url, site=self.site)
        return cleaner.clean_text(self.raw, url=self.url, site=self.site)


def load(folder: Path) -> Case:
    """Read one case.

    Raises:
        CaseError: a file is missing or not of the form.
    """
    raw: str | bytes
    page = folder / "raw.html"
    raw = page.read_bytes() if page.exists() else _text(folder / "raw.txt")
    meta = tomllib.loads(_text(folder / "meta.toml")) if (folder / "meta.toml").exists() else {}
    _check_keys(folder / "meta.toml", meta, _META)
    try:
        expected = json.loads(_text(folder / "removals.json"))
    except ValueError as error:
        raise CaseError(f"{folder / 'removals.json'}: {error}") from None
    _check_keys(folder / "removals.json", expected, _EXPECTED)
    return Case(
        name=f"{folder.parent.name}/{folder.name}",
        raw=raw,
        clean=_text(folder / "clean.txt"),
        pieces=tuple(_expected(folder / "removals.json", expected.get("removals", []))),
        url=meta.get("url"),
        site=meta.get("site"),
        credits=expected.get("credits", {}),
        flags=tuple(expected.get("flags", ())),
        known_gap=meta.get("known_gap", ""),
    )


def load_all(root: Path = ROOT) -> list[Case]:
    """All cases, in the order of their names."""
    return [load(path.parent) for path in sorted(root.glob("*/*/clean.txt"))]


def cut_pieces(cleaned: Cleaned) -> list[Piece]:
    """What was cut, line by line.

    Two cuts side by side of one category are one: whether one rule took a block or three took its lines is the rules'
    own business. So is the white space that went with a cut; the clean text tells whether it was right.
    """
    runs: list[tuple[str, int, str, list[tuple[str, str]]]] = []  # category, end, text, (rule, its part)
    for removal in cleaned.removals:
        if runs and runs[-1][0] == removal.category and runs[-1][1] == removal.start:
            category, _, text, parts = runs.pop()
        else:
            category, text, parts = removal.category, "", []
        runs.append((category, removal.end, text + removal.text, [*parts, (removal.rule, removal.text)]))
    found = []
    for category, _, text, parts in runs:
        for line in filter(None, map(str.strip, text.splitlines())):
            rules = dict.fromkeys(rule for rule, part in parts if line in part or part.strip() in line)
            found.append(Piece(category, line, tuple(rules)))
    return found


def differences(case: Case, cleaned: Cleaned) -> list[str]:
    """What of the removals, credits and flags is not as the case says, empty when all is."""
    have = cut_pieces(cleaned)
    problems = []
    for number in range(max(len(have), len(case.pieces))):
        want = case.pieces[number] if number < len(case.pieces) else None
        got = have[number] if number < len(have) else None
        if want is None or got is None or want.text != got.text:
            problems.append(f"line {number + 1} of the cuts: expected {_shown(want)}, got {_shown(got)}")
            break
        if want.category not in (FURNITURE, TITLE, got.category):
            problems.append(f"{want.text!r}: expected category {want.category}, got {_shown(got)}")
        if want.rules and not any(_is_of(rule, want.rules[0]) for rule in got.rules):
            problems.append(f"{want.text!r}: expected rule {want.rules[0]}, got {_shown(got)}")
    # A place that a dateline names is compared only where the case names it: rules get better at finding them.
    credits = {role: names for role, names in cleaned.credits.items() if role != "place" or role in case.credits}
    if credits != dict(case.credits):
        problems.append(f"expected credits {dict(case.credits)}, got {cleaned.credits}")
    if cleaned.flags != case.flags:
        problems.append(f"expected flags {list(case.flags)}, got {list(cleaned.flags)}")
    return problems


def _is_of(rule: str, wanted: str) -> bool:
    """Whether a full rule id is the wanted one, or of the wanted pack."""
    return rule == wanted or rule.partition("#")[0] == wanted


def _shown(piece: Piece | None) -> str:
    return "nothing" if piece is None else f"{piece.text!r} ({piece.category}{''.join(f', {r}' for r in piece.rules)})"


def _expected(file: Path, items: Iterable[Mapping[str, Any]]) -> Iterable[Piece]:
    for number, item in enumerate(items, 1):
        text, category = item.get("text"), item.get("category")
        if not isinstance(text, str) or not text.strip():
            raise CaseError(f"{file}: removal {number}: text is missing")
        if category != FURNITURE and category not in CATEGORIES:
            raise CaseError(f"{file}: removal {number}: unknown category {category!r}")
        _check_keys(file, item, frozenset(("text", "category", "rule")))
        for line in filter(None, map(str.strip, text.splitlines())):
            yield Piece(str(category), line, (item["rule"],) if item.get("rule") else ())


def _check_keys(file: Path, table: Mapping[str, Any], known: frozenset[str]) -> None:
    for key in table:
        if key not in known:
            raise CaseError(f"{file}: unknown key {key!r}; known: {', '.join(sorted(known))}")


def _text(file: Path) -> str:
    try:
        return file.read_bytes().decode()  # line breaks as they are
    except OSError as error:
        raise CaseError(f"{file}: {error.strerror}") from None

"""Fixture cases: one document and what must become of it, read from a folder ``<site>/<case>/`` and compared.

The form of a case is described in ``docs/fixtures.md``.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cleaner.core import Cleaner
from cleaner.model import CATEGORIES, Cleaned, CleanerError

#: The files of a case.
TEXT, PAGE, CLEAN, REMOVALS, META = "raw.txt", "raw.html", "clean.txt", "removals.json", "meta.toml"
#: Category of page furniture outside the article: what it is called there is a guess, and nothing depends on it.
FURNITURE = "furniture"
#: Category of a headline that stands outside the article: no clutter, whether it is kept or cut.
TITLE = "title"
_META = frozenset(("url", "site", "known_gap"))
_EXPECTED = frozenset(("removals", "credits", "flags"))


class CaseError(CleanerError):
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
        """Clean the document.

        Raises:
            CleanerError: it cannot be cleaned.
        """
        if isinstance(self.raw, bytes):
            return cleaner.clean_html(self.raw, url=self.url, site=self.site)
        return cleaner.clean_text(self.raw, url=self.url, site=self.site)


def load(folder: Path) -> Case:
    """Read one case.

    Raises:
        CaseError: a file is missing or not of the form.
    """
    return _read(folder, _text(folder / CLEAN), _json(folder / REMOVALS))


def load_unanswered(folder: Path) -> Case:
    """Read a case whose answer may not be written yet: a missing file of it counts as empty.

    Raises:
        CaseError: the document is missing, or a file is not of the form.
    """
    clean = _text(folder / CLEAN) if (folder / CLEAN).exists() else ""
    return _read(folder, clean, _json(folder / REMOVALS) if (folder / REMOVALS).exists() else {})


def _read(folder: Path, clean: str, expected: Mapping[str, Any]) -> Case:
    page = folder / PAGE
    raw: str | bytes = page.read_bytes() if page.exists() else _text(folder / TEXT)
    meta = _toml(folder / META) if (folder / META).exists() else {}
    _check_keys(folder / META, meta, _META)
    _check_keys(folder / REMOVALS, expected, _EXPECTED)
    return Case(
        name=name_of(folder),
        raw=raw,
        clean=clean,
        pieces=tuple(_expected(folder / REMOVALS, expected.get("removals", []))),
        url=meta.get("url"),
        site=meta.get("site"),
        credits=expected.get("credits", {}),
        flags=tuple(expected.get("flags", ())),
        known_gap=meta.get("known_gap", ""),
    )


def name_of(folder: Path) -> str:
    """``<site>/<case>``: the last two parts of the folder's path."""
    full = folder.resolve()
    return f"{full.parent.name}/{full.name}"


def is_case(folder: Path) -> bool:
    """Whether a folder holds the document of a case."""
    return (folder / TEXT).exists() or (folder / PAGE).exists()


def folders(root: Path) -> list[Path]:
    """The folder itself if it is a case, else the cases below it, in the order of their paths."""
    if is_case(root):
        return [root]
    return sorted({path.parent for name in (TEXT, PAGE) for path in root.rglob(name)})


def load_all(root: Path) -> list[Case]:
    """All cases below a folder, in the order of their names.

    Raises:
        CaseError: one of them is not of the form.
    """
    return [load(folder) for folder in folders(root)]


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
        if want.rules and not any(is_of(rule, want.rules[0]) for rule in got.rules):
            problems.append(f"{want.text!r}: expected rule {want.rules[0]}, got {_shown(got)}")
    # A place that a dateline names is compared only where the case names it: rules get better at finding them.
    credits = {role: names for role, names in cleaned.credits.items() if role != "place" or role in case.credits}
    if credits != dict(case.credits):
        problems.append(f"expected credits {dict(case.credits)}, got {cleaned.credits}")
    if cleaned.flags != case.flags:
        problems.append(f"expected flags {list(case.flags)}, got {list(cleaned.flags)}")
    return problems


def is_of(rule: str, wanted: str) -> bool:
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
    except UnicodeDecodeError as error:
        raise CaseError(f"{file}: is not UTF-8 (byte {error.start})") from None


def _json(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(_text(file))
    except ValueError as error:
        raise CaseError(f"{file}: {error}") from None
    if not isinstance(found, dict):
        raise CaseError(f"{file}: must hold an object with the removals")
    return found


def _toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(_text(file))
    except tomllib.TOMLDecodeError as error:
        raise CaseError(f"{file}: {error}") from None

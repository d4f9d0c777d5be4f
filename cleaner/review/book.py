"""The pack files of today, looked up by rule without parsing all of them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from cleaner.applied import HASH_DIGITS
from cleaner.packs.load import all_files, read_files

_NAME = re.compile(r"^pack\s*=\s*[\"']([^\"']+)[\"']", re.MULTILINE)
_HEAD = re.compile(r"^\[\[?[A-Za-z_.-]+\]\]?\s*(?:#.*)?$", re.MULTILINE)
_ID = re.compile(r"^id\s*=\s*[\"']([^\"']+)[\"']", re.MULTILINE)


class Block(msgspec.Struct, frozen=True):
    """A rule as it stands in its file, from a line on."""

    path: str
    line: int
    text: str


class Book:
    """All pack files: where each rule stands, and what a site's packs are called."""

    def __init__(self, user_dirs: Sequence[Path] = ()) -> None:
        """Read the files.

        Raises:
            CleanerError: a folder or file cannot be read.
        """
        self.user_dirs = tuple(user_dirs)
        self._files: dict[str, tuple[str, str, str]] = {}
        for path, _, data in read_files(all_files(user_dirs)):
            text = data.decode("utf-8", "replace")
            found = _NAME.search(text)
            if found is not None:
                self._files[found[1]] = str(path), text, hashlib.sha256(data).hexdigest()[:HASH_DIGITS]

    @property
    def packs(self) -> list[str]:
        """Names of all packs."""
        return list(self._files)

    def hash_of(self, pack: str) -> str:
        """Hash of a pack as records hold it; empty for a pack that is not here."""
        return self._files[pack][2] if pack in self._files else ""

    def path_of(self, pack: str) -> str | None:
        """The file of a pack."""
        return self._files[pack][0] if pack in self._files else None

    def block(self, rule: str) -> Block | None:
        """A rule as it stands in its file; ``None`` for what is no rule of a pack, such as page furniture."""
        pack, _, name = rule.partition("#")
        if pack not in self._files:
            return None
        path, text, _ = self._files[pack]
        found = block_of(text, name) or _site_block(text)
        return None if found is None else Block(path, text.count("\n", 0, found[0]) + 1, text[slice(*found)].rstrip())

    def rules(self, packs: Sequence[str]) -> list[str]:
        """Full ids of the rules of these packs."""
        return [
            f"{pack}#{found[1]}"
            for pack in packs
            if pack in self._files
            for found in _ID.finditer(self._files[pack][1])
        ]

    def rules_for(self, site: str) -> list[str]:
        """Rules that missed clutter of a site may belong to: those of its own pack first, then those of all texts."""
        own = [pack for pack in self._files if pack.partition("/")[2] == site]
        common = [pack for pack in self._files if pack.startswith(("language/", "generic/"))]
        return self.rules([*own, *common])


def block_of(text: str, id: str) -> tuple[int, int] | None:
    """Start and end of a rule in its file; ``None`` where it has none, as a rule that a template makes."""
    return next((span for span in _blocks(text) for own in [_ID.search(text, *span)] if own and own[1] == id), None)


def _site_block(text: str) -> tuple[int, int] | None:
    """Where a pack names the templates that make rules of it."""
    return next((span for span in _blocks(text) if "templates" in text[slice(*span)]), None)


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    """The tables of a file; a bracket at the start of a line within a text is taken for no table."""
    heads = [head.start() for head in _HEAD.finditer(text)]
    yield from zip(heads, [*heads[1:], len(text)], strict=True)

"""Writes fixture cases and brings their answers up to date: what ``cleaner fixture`` does.

A document is put into its folder first; its answer is written when a person has looked at it. Where an answer stands
already, what a person decided there (which lines are furniture, which rule the case is about) is kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import unified_diff
from pathlib import Path
from typing import Any

from cleaner.batch.formats.base import Item
from cleaner.batch.formats.rows import as_text
from cleaner.core import Cleaner
from cleaner.maintain import cases
from cleaner.maintain.cases import Case, CaseError, Piece
from cleaner.model import Cleaned
from cleaner.packs.layout import basic

#: What lies outside the body of a page: what such a line is called is free in a case.
_OUTSIDE = ("html#outside-body", "html#not-main-content", "model/html/body")
_CONTEXT = 2


@dataclass(frozen=True, slots=True)
class Answer:
    """What the cleaner makes of a case now, beside what is written down.

    Attributes:
        folder: where the case lies.
        written: the case as it is on disk; without an answer its clean text and removals are empty.
        now: the case with the answer of the cleaner.
        cleaned: the cleaner's result.
        is_new: whether no answer is written down yet.
        problems: what differs, one message each; empty when all is as written.
    """

    folder: Path
    written: Case
    now: Case
    cleaned: Cleaned
    is_new: bool
    problems: tuple[str, ...]


def pick(items: Sequence[Item], id: str | None) -> Item:
    """The one document that a fixture is made of.

    Args:
        items: the documents of the files.
        id: the id of the one that is meant, as text; needed where there are several.

    Raises:
        CaseError: there are several, or none has that id.
    """
    found = [item for item in items if id is None or as_text(item.id) == id]
    if not found:
        raise CaseError(f"no document has the id {id!r}")
    if len(found) > 1:
        several = "a fixture is one; name it with --id" if id is None else f"all have the id {id!r}"
        raise CaseError(f"{len(found)} documents: {several}")
    return found[0]


def create(folder: Path, item: Item, url: str | None = None, site: str | None = None) -> None:
    """Write the document of a new case, and where it is from; not its answer.

    Args:
        folder: the folder ``<site>/<case>``, which must not be there, or be empty.
        item: the document, a text or a page.
        url: its URL, before the one that came with the document.
        site: its site, for a document without URL.

    Raises:
        CaseError: the folder holds something, or cannot be written.
    """
    url = url or (None if site else item.url)
    data = item.html if item.html is not None else item.text or ""
    meta = "".join(f"{key} = {basic(value)}\n" for key, value in (("url", url), ("site", site)) if value)
    files = {cases.TEXT if item.html is None else cases.PAGE: data if isinstance(data, bytes) else data.encode()}
    if meta:
        files[cases.META] = meta.encode()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CaseError(f"{folder}: is there already; choose another name, or take it away first")
    _write(folder, files)


def ask(folder: Path, cleaner: Cleaner) -> Answer:
    """Clean the document of a case and compare the result with the answer that is written down.

    Raises:
        CaseError: the case is not of the form.
        CleanerError: its document cannot be cleaned.
    """
    written = cases.load_unanswered(folder)
    missing = [name for name in (cases.CLEAN, cases.REMOVALS) if not (folder / name).exists()]
    cleaned = written.run(cleaner)
    problems = [f"{name} is not written yet" for name in missing]
    if cases.CLEAN not in missing and cleaned.text != written.clean:
        problems.append(f"{cases.CLEAN} differs")
    if cases.REMOVALS not in missing:
        problems += cases.differences(written, cleaned)
    is_new = len(missing) == 2
    return Answer(folder, written, answered(written, cleaned, is_new), cleaned, is_new, tuple(problems))


def answered(written: Case, cleaned: Cleaned, is_new: bool) -> Case:
    """The case with the result as its answer.

    Lines that a person called furniture or headline keep that name, and a rule that a line was said to be about is kept
    where that rule still cuts it. A place is listed where the case listed places.
    """
    names_places = is_new or "place" in written.credits
    return replace(
        written,
        clean=cleaned.text,
        pieces=tuple(_named(written.pieces, cases.cut_pieces(cleaned))),
        credits={role: list(names) for role, names in cleaned.credits.items() if role != "place" or names_places},
        flags=tuple(cleaned.flags),
    )


def _named(before: Sequence[Piece], found: Iterable[Piece]) -> Iterator[Piece]:
    named: dict[str, list[Piece]] = {}
    for piece in before:
        named.setdefault(piece.text, []).append(piece)
    for piece in found:
        same = named.get(piece.text, [])
        old = same.pop(0) if same else None
        category = piece.category
        rules: tuple[str, ...] = ()
        if old is not None:
            category = old.category if old.category in (cases.FURNITURE, cases.TITLE) else piece.category
            rules = tuple(rule for rule in old.rules if any(cases.is_of(have, rule) for have in piece.rules))
        elif all(rule in _OUTSIDE for rule in piece.rules):
            category = cases.FURNITURE
        yield Piece(category, piece.text, rules)


def changes(answer: Answer) -> Iterator[str]:
    """What accepting would change, as lines of a diff without line ends: clean text, cuts, credits, flags."""
    for name, before, after in (
        (cases.CLEAN, answer.written.clean.splitlines(), answer.now.clean.splitlines()),
        (cases.REMOVALS, list(_told(answer.written)), list(_told(answer.now))),
    ):
        place = str(answer.folder / name)
        yield from unified_diff(before, after, place, f"{place} (now)", lineterm="", n=_CONTEXT)
    if answer.written.clean != answer.now.clean and answer.written.clean.split() == answer.now.clean.split():
        yield f"{answer.folder / cases.CLEAN}: only white space or line breaks differ"


def _told(case: Case) -> Iterator[str]:
    for piece in case.pieces:
        yield f"{piece.category:<10} {piece.text}" + "".join(f"  [{rule}]" for rule in piece.rules)
    for role, names in case.credits.items():
        yield f"credit {role}: {', '.join(names)}"
    for flag in case.flags:
        yield f"flag {flag}"


def accept(answer: Answer) -> None:
    """Write the answer down.

    Raises:
        CaseError: the case is a known gap, whose answer is what should come out and not what does; or a file cannot be
            written.
    """
    if answer.written.known_gap:
        raise CaseError(
            f"{answer.folder}: is a known gap: its answer is what should come out, so write it by hand, "
            f"or take known_gap out of {cases.META}"
        )
    listing = json.dumps(_removals(answer.now), ensure_ascii=False, indent=1) + "\n"
    _write(answer.folder, {cases.CLEAN: answer.now.clean.encode(), cases.REMOVALS: listing.encode()})


def _removals(case: Case) -> dict[str, Any]:
    """The object of ``removals.json``."""
    pieces = [
        {"category": piece.category, "text": piece.text, **({"rule": piece.rules[0]} if piece.rules else {})}
        for piece in case.pieces
    ]
    found: dict[str, Any] = {"removals": pieces}
    if case.credits:
        found["credits"] = dict(case.credits)
    if case.flags:
        found["flags"] = list(case.flags)
    return found


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            (folder / name).write_bytes(data)
    except OSError as error:
        raise CaseError(f"{folder}: cannot write: {error.strerror}") from error

"""The verdicts of reviewers: a JSONL file that is only ever appended to, a line a decision.

A decision holds all that is needed to replay it later without the run: the text around the cut, and where the cut is
in it. It is on the disk before a page says that it is saved. To undo is to append that an earlier line does not count.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from io import FileIO
from pathlib import Path
from typing import Any, Literal

import filelock
import msgspec

from cleaner.aside import sync_folder
from cleaner.model import Cleaned, CleanerError
from cleaner.review.precision import Estimate
from cleaner.review.rows import is_furniture

SCHEMA = 1
#: A longer text is stored as the lines around the cut.
WHOLE_CHARS = 100_000
_AROUND = 20_000
_POLL = 0.005  # seconds between two attempts to get the lock
Kind = Literal["cut", "missed"]
#: Of a cut; and of text that was left standing.
CUT_VERDICTS = ("right", "wrong", "bounds", "skip")
MISSED_VERDICTS = ("clutter", "body", "skip")
Span = tuple[int, int]


class Decision(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One verdict.

    Attributes:
        id: names the decision, so that it can be undone.
        kind: ``cut``, or ``missed`` for text that was left standing.
        verdict: ``right``, ``wrong``, ``bounds`` or ``skip``; of missed text ``clutter``, ``body`` or ``skip``.
        rule: full id of the rule that cut it; of missed text the rule that should, if it is known.
        category: of the cut, or which one missed text belongs to.
        fingerprint: of rule and text, as hexadecimal digits.
        text: what was cut, or stands.
        document: id of the document.
        start: offset of the text in the raw document, in code points.
        context: the document's text, of a long one the lines around; of a page without its furniture.
        at: start and end of the text in ``context``.
        bounds: the right start and end in ``context``, where those of the cut are wrong.
        every: the verdict is meant for all cuts of this text by this rule.
        page: the document is a page, and a rule for pages cut it, which cannot be replayed on text.
        queue: the queue it was judged in; ``sample`` is the random one.
        pack: hash of the rule's pack in the run.
    """

    schema: int = msgspec.field(default_factory=lambda: SCHEMA)
    id: str
    kind: Kind
    verdict: str
    rule: str = ""
    category: str
    fingerprint: str
    text: str
    document: Any = None
    url: str | None = None
    site: str = ""
    start: int = 0
    context: str = ""
    at: Span = (0, 0)
    bounds: Span | None = None
    every: bool = False
    page: bool = False
    queue: str = ""
    reviewer: str = ""
    time: str = ""
    pack: str = ""

    @property
    def key(self) -> tuple[object, ...]:
        """What it judges: a later decision about the same replaces it."""
        one = () if self.every else (msgspec.json.encode(self.document), self.start)
        return self.kind, self.fingerprint, *one


class Undo(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Takes an earlier decision back."""

    schema: int = msgspec.field(default_factory=lambda: SCHEMA)
    undo: str
    reviewer: str = ""
    time: str = ""


def now() -> str:
    """The time as a decision holds it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def new_id() -> str:
    """A name for a decision."""
    return secrets.token_hex(8)


def context_of(cleaned: Cleaned, start: int, end: int) -> tuple[str, Span]:
    """The text to store with a verdict, and where a span of the raw text is in it.

    Furniture of a page is left out, for no rule for texts ever saw it.
    """
    parts: list[str] = []
    at, shift = 0, 0
    for removal in cleaned.removals:
        if is_furniture(removal) and not (removal.start < end and removal.end > start):
            parts.append(cleaned.raw[at : removal.start])
            at = removal.end
            if removal.end <= start:
                shift += removal.end - removal.start
    text = "".join([*parts, cleaned.raw[at:]])
    start, end = start - shift, end - shift
    if len(text) <= WHOLE_CHARS:
        return text, (start, end)
    first = text.find("\n", max(0, start - _AROUND), start) + 1 or max(0, start - _AROUND)
    last = text.rfind("\n", end, end + _AROUND)
    last = last + 1 if last >= 0 else min(len(text), end + _AROUND)
    return text[first:last], (start - first, end - first)


class DecisionFile:
    """A file of decisions that several processes may append to at once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._read = 0
        self._rest = b""

    def append(self, decision: Decision | Undo) -> None:
        """Write a line; it is on the disk when this returns.

        Raises:
            CleanerError: it cannot be written; nothing is saved then.
        """
        line = msgspec.json.encode(decision) + b"\n"
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            is_new = not self.path.exists()
            lock = filelock.FileLock(self.path.with_name(f".{self.path.name}.lock"), poll_interval=_POLL)
            with lock, self.path.open("ab+", buffering=0) as file:
                size = file.seek(0, os.SEEK_END)
                if size:
                    file.seek(size - 1)
                    if file.read(1) != b"\n":
                        line = b"\n" + line  # what a crash cut off stays a line of its own
                _write_whole(file, line, size)
                os.fsync(file.fileno())
            if is_new:
                sync_folder(self.path.parent)
        except OSError as error:
            raise CleanerError(f"{self.path}: cannot save the verdict: {error.strerror}") from None

    def unread(self) -> list[Decision | Undo]:
        """The lines that were added since the last call, whoever wrote them; a line that is no decision is passed over.

        Raises:
            CleanerError: the file cannot be read.
        """
        try:
            if not self.path.exists() or self.path.stat().st_size == self._read:
                return []
            with self.path.open("rb") as file:
                file.seek(self._read)
                data = file.read()
        except OSError as error:
            raise CleanerError(f"{self.path}: cannot read: {error.strerror}") from None
        self._read += len(data)
        lines = (self._rest + data).split(b"\n")
        self._rest = lines.pop()
        found: list[Decision | Undo] = []
        for line in lines:
            with suppress(CleanerError):
                if line.strip():
                    found.append(decoded(line))
        return found


def _write_whole(file: FileIO, line: bytes, size: int) -> None:
    """Write all of a line, or nothing: what a full disk took half of is taken back."""
    done = 0
    try:
        while done < len(line):
            done += file.write(line[done:])
    except OSError:
        with suppress(OSError):
            file.truncate(size)
        raise


def decoded(line: bytes) -> Decision | Undo:
    """A decision from its line.

    Raises:
        CleanerError: it is none; the message names the field.
    """
    try:
        if b'"undo"' in line[:40]:
            return msgspec.json.decode(line, type=Undo)
        found = msgspec.json.decode(line, type=Decision)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise CleanerError(f"not a decision: {error}") from None
    if found.schema != SCHEMA:
        raise CleanerError(f"a decision of schema {found.schema}; this version reads schema {SCHEMA}")
    if found.verdict not in (CUT_VERDICTS if found.kind == "cut" else MISSED_VERDICTS):
        raise CleanerError(f"unknown verdict {found.verdict!r} of kind {found.kind!r}")
    for name, span in (("at", found.at), ("bounds", found.bounds)):
        if span is not None and not 0 <= span[0] <= span[1] <= len(found.context):
            raise CleanerError(f"{name} {list(span)} lies outside the context of {len(found.context)} characters")
    return found


def standing(found: Iterable[Decision | Undo]) -> list[Decision]:
    """The decisions that count, in their order: not undone, and the last one about the same thing."""
    given: dict[str, Decision] = {}
    for one in found:
        if isinstance(one, Undo):
            given.pop(one.undo, None)
        else:
            given[one.id] = one
    last: dict[tuple[object, ...], Decision] = {}
    for decision in given.values():
        last.pop(decision.key, None)
        last[decision.key] = decision
    return list(last.values())


def read_decisions(paths: Sequence[Path]) -> tuple[list[Decision], list[str]]:
    """The decisions of files that count, and a message for each line that is none.

    Raises:
        CleanerError: a file cannot be read.
    """
    found: list[Decision | Undo] = []
    problems = []
    for path in paths:
        try:
            lines = path.read_bytes().split(b"\n")
        except OSError as error:
            raise CleanerError(f"{path}: cannot read: {error.strerror}") from None
        for number, line in enumerate(lines, 1):
            if line.strip():
                try:
                    found.append(decoded(line))
                except CleanerError as error:
                    problems.append(f"{path}:{number}: {error}")
    return standing(found), problems


def estimates(decisions: Iterable[Decision]) -> dict[str, Estimate]:
    """Precision of each rule: from verdicts of its random sample where there are any, else from all of them."""
    random: dict[str, list[bool]] = {}
    every: dict[str, list[bool]] = {}
    for one in decisions:
        if one.kind == "cut" and one.verdict != "skip":
            every.setdefault(one.rule, []).append(one.verdict == "right")
            if one.queue == "sample":
                random.setdefault(one.rule, []).append(one.verdict == "right")
    return {
        rule: Estimate(sum(found), len(found), random=rule in random)
        for rule in sorted(every)
        for found in [random.get(rule, every[rule])]
    }

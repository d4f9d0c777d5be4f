"""Audit records: one JSON line a document, enough to rebuild the raw text and to check that nothing is missing.

The format is described in ``docs/audit.md``. Offsets are Unicode code points of the raw text.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from cleaner.arguments import check_text_argument, wrong
from cleaner.model import CATEGORIES, STATUSES, Cleaned, CleanerError, Credits, Removal, Withheld

SCHEMA = 1
#: Statuses of documents that have no clean text.
FAILED = ("error", "timeout")


class Fingerprint(msgspec.Struct, frozen=True, gc=False):
    """Identity of a text: SHA-256 of its UTF-8 form, and its length in code points."""

    sha256: str
    chars: int


class Record(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """The audit record of one document."""

    schema: int = msgspec.field(default_factory=lambda: SCHEMA)
    id: Any = msgspec.field(default_factory=lambda: None)
    url: str | None = None
    status: str
    flags: tuple[str, ...] = ()
    error: str | None = None
    site: str | None = None
    signature: str | None = None
    raw: Fingerprint | None = None
    clean: Fingerprint | None = None
    meta: Mapping[str, str] = {}
    packs: Mapping[str, str] = {}
    credits: Credits = {}
    removals: tuple[Removal, ...] = msgspec.field(default_factory=tuple)
    withheld: tuple[Withheld, ...] = ()


_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(Record)


def fingerprint(text: str) -> Fingerprint:
    """Hash and length of a text."""
    return Fingerprint(hashlib.sha256(text.encode()).hexdigest(), len(text))


def record(cleaned: Cleaned, id: Any = None, url: str | None = None) -> Record:
    """The audit record of a result.

    Args:
        cleaned: what ``Cleaner`` returned.
        id: the document's id, of any JSON type.
        url: the document's URL.
    """
    raw = fingerprint(cleaned.raw)
    return Record(
        id=id,
        url=url,
        status=cleaned.status,
        flags=cleaned.flags,
        site=cleaned.site,
        signature=cleaned.signature,
        raw=raw,
        clean=fingerprint(cleaned.text) if cleaned.removals else raw,
        meta=cleaned.meta,
        packs=cleaned.packs,
        credits=cleaned.credits,
        removals=cleaned.removals,
        withheld=cleaned.withheld,
    )


def error_record(id: Any, url: str | None, message: str, status: str = "error") -> Record:
    """The audit record of a document that could not be processed. What no encoding can store is escaped."""
    message = message.encode("utf-8", "backslashreplace").decode()
    return Record(id=id, url=url, status=status, error=message)


def encode(found: Record) -> bytes:
    """A record as one JSON line without its line break."""
    return _ENCODER.encode(found)


def decode(line: bytes | str) -> Record:
    """A record from a JSON line.

    Raises:
        CleanerError: not JSON, or not of the record's form; the message names the field.
    """
    try:
        found = _DECODER.decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise CleanerError(f"not an audit record: {error}") from None
    if found.schema != SCHEMA:
        raise CleanerError(f"audit record of schema {found.schema}; this version reads schema {SCHEMA}")
    return found


def read(lines: Iterable[bytes], name: str = "audit") -> Iterator[Record]:
    """Records of an audit file, blank lines passed over.

    Raises:
        CleanerError: a line is no record; the message names the file and line.
    """
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield decode(line)
            except CleanerError as error:
                raise CleanerError(f"{name}:{number}: {error}") from None


def restore(text: str, audit: Record | Cleaned | Mapping[str, Any] | Sequence[Removal]) -> str:
    """Rebuild the raw text from the clean text and its removals, exactly.

    Args:
        text: the clean text.
        audit: the document's audit record (also as a plain dict), its ``Cleaned``, or just the removals.

    Raises:
        CleanerError: the removals do not fit this text, or an argument is of another type.
    """
    check_text_argument(text)
    parts: list[str] = []
    at = used = 0  # offsets in the raw text and in the clean text
    for removal in _removals(audit):
        size = removal.start - at
        if size < 0 or used + size > len(text) or removal.end - removal.start != len(removal.text):
            raise CleanerError(f"removal at {removal.start}-{removal.end} ({removal.rule}) does not fit this text")
        parts.append(text[used : used + size])
        parts.append(removal.text)
        used += size
        at = removal.end
    parts.append(text[used:])
    return "".join(parts)


def _removals(audit: Record | Cleaned | Mapping[str, Any] | Sequence[Removal]) -> Sequence[Removal]:
    if isinstance(audit, Record | Cleaned):
        return audit.removals
    if isinstance(audit, Mapping):
        try:
            return msgspec.convert(audit.get("removals", ()), tuple[Removal, ...])
        except msgspec.ValidationError as error:
            raise CleanerError(f"not an audit record: removals: {error}") from None
    if not isinstance(audit, Sequence) or not all(isinstance(removal, Removal) for removal in audit):
        raise wrong("audit", "an audit record, a Cleaned, or a list of removals", audit)
    return audit


def verify(found: Record, text: str, raw: str | None = None) -> list[str]:
    """Everything that does not add up between a record, the clean text and (when at hand) the raw text.

    Checked: that the record makes sense in itself, hash and length of both texts, order and fit of the removals, and
    that the restored text is the raw one.
    """
    problems = contradictions(found)
    if found.status in FAILED or found.raw is None or found.clean is None:
        return problems
    if fingerprint(text) != found.clean:
        problems.append(
            f"clean text differs from the recorded one ({len(text)} code points, {found.clean.chars} recorded)"
        )
    if raw is not None and fingerprint(raw) != found.raw:
        problems.append(f"raw text differs from the recorded one ({len(raw)} code points, {found.raw.chars} recorded)")
    try:
        restored = restore(text, found)
    except CleanerError as error:
        return [*problems, str(error)]
    if fingerprint(restored) != found.raw:
        problems.append("clean text and removals together do not give the recorded raw text")
    return problems


def contradictions(found: Record) -> list[str]:
    """What a record says against itself: a status that does not go with the rest, a category that there is not."""
    problems = []
    if found.status not in STATUSES:
        problems.append(f"record has the status {found.status!r}, which there is not")
    elif found.status in FAILED:
        if found.error is None:
            problems.append(f"record has the status {found.status} and no error")
        if found.raw is not None or found.clean is not None or found.removals:
            problems.append(f"record has the status {found.status}, and yet a text or cuts")
    else:
        if found.raw is None or found.clean is None:
            problems.append("record holds no fingerprints")
        if found.error is not None:
            problems.append(f"record has an error, and yet the status {found.status}")
        if bool(found.flags) != (found.status == "flagged"):
            problems.append(f"record has the status {found.status} with {len(found.flags)} flags")
        elif found.status != "flagged" and bool(found.removals) != (found.status == "ok"):
            problems.append(f"record has the status {found.status} with {len(found.removals)} cuts")
    named = {cut.category for cut in found.removals} | {cut.category for cut in found.withheld}
    return problems + [
        f"record has the category {each!r}, which there is not" for each in sorted(named - set(CATEGORIES))
    ]


class Summary(msgspec.Struct):
    """Counts over a run: documents by status and flag, cuts and code points by category, rule and site."""

    documents: int = 0
    raw_chars: int = 0
    clean_chars: int = 0
    statuses: dict[str, int] = {}
    flags: dict[str, int] = {}
    sites: dict[str, int] = {}
    withheld: dict[str, int] = {}
    category_cuts: dict[str, int] = {}
    category_chars: dict[str, int] = {}
    rule_cuts: dict[str, int] = {}
    rule_chars: dict[str, int] = {}

    @property
    def failed(self) -> int:
        """Documents that could not be processed."""
        return sum(self.statuses.get(status, 0) for status in FAILED)

    def merge(self, other: Summary) -> None:
        """Add the counts of another run."""
        for name in self.__struct_fields__:
            own, value = getattr(self, name), getattr(other, name)
            if isinstance(own, dict):
                for key, count in value.items():
                    _add(own, key, count)
            else:
                setattr(self, name, own + value)

    def add(self, found: Record | Cleaned) -> None:
        """Count one document."""
        self.documents += 1
        _add(self.statuses, found.status)
        for flag in found.flags:
            _add(self.flags, flag)
        if found.site:
            _add(self.sites, found.site)
        if isinstance(found, Cleaned):
            self.raw_chars += len(found.raw)
            self.clean_chars += len(found.text)
        elif found.raw is not None and found.clean is not None:
            self.raw_chars += found.raw.chars
            self.clean_chars += found.clean.chars
        for removal in found.removals:
            size = removal.end - removal.start
            _add(self.category_cuts, removal.category)
            _add(self.category_chars, removal.category, size)
            _add(self.rule_cuts, removal.rule)
            _add(self.rule_chars, removal.rule, size)
        for withheld in found.withheld:
            _add(self.withheld, f"{withheld.rule} ({withheld.why})")


def _add(counts: dict[str, int], key: str, count: int = 1) -> None:
    counts[key] = counts.get(key, 0) + count

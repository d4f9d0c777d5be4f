"""The plan of a run: which shard cleans what and writes which files. It follows from inputs and options alone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from cleaner.batch.formats.base import Part, ReadError
from cleaner.batch.formats.registry import Kind
from cleaner.batch.names import readable, real
from cleaner.batch.sources import Found, InputFile, Problem, Stamp, is_local, stamp_of
from cleaner.model import CleanerError
from cleaner.system import blind_key, is_blind_to_case

#: Bytes of input that make a shard.
SHARD_BYTES = 64_000_000
#: More documents that are files of their own than this are no shard.
SHARD_FILES = 5_000
AUDIT_NAME = "audit.jsonl"
MANIFEST_NAME = "manifest.json"
#: Where a run keeps its state inside the output folder.
STATE_NAME = ".cleaner"
#: What a run writes besides results, as messages call it.
_OWN = ("the audit", "the manifest")
_RESULTS = "the results"
#: Where documents that are files of their own go together in another format.
_TOGETHER = "documents"


class Portion(msgspec.Struct, frozen=True):
    """A file, or a part of one, and the output file that it goes to.

    ``size`` is its bytes, as far as they are known; ``stamp`` the state of its file when the plan was made.
    """

    source: InputFile
    output: str
    part: Part | None = None
    size: int = 0
    stamp: Stamp | None = None


class Work(msgspec.Struct, frozen=True):
    """A shard: its pieces in order, and the audit file that covers them, after inputs that cannot be read at all.

    ``picked`` are the positions, in all pieces together, of the documents that are wanted; ``None``: all.
    """

    number: int
    pieces: tuple[Portion, ...]
    audit: str
    problems: tuple[Problem, ...] = ()
    picked: tuple[int, ...] | None = None

    @property
    def size(self) -> int:
        """Bytes of input, as far as they are known."""
        return sum(piece.size for piece in self.pieces)


class Plan(msgspec.Struct):
    """All shards of a run."""

    works: list[Work]

    @property
    def size(self) -> int:
        """Bytes of input, as far as they are known."""
        return sum(work.size for work in self.works)


def make_plan(found: Found, shard_bytes: int = SHARD_BYTES) -> Plan:
    """Divide the inputs into shards: big files into parts, small files together.

    Args:
        found: what the inputs hold.
        shard_bytes: bytes of input that make a shard.
    """
    problems = list(found.problems)
    groups = list(_grouped(_pieces(found.sources, shard_bytes, problems), shard_bytes)) or [[]]
    many = len(groups) > 1
    works = []
    for number, group in enumerate(groups):
        # The output that documents of files of their own share is written in one go: these come first.
        ordered = sorted(group, key=lambda piece: not _shares(piece.source))
        pieces = tuple(_settled(piece, number if many else None) for piece in ordered)
        name = numbered(AUDIT_NAME, ".jsonl", number) if many else AUDIT_NAME
        works.append(Work(number, pieces, name, tuple(problems) if number == 0 else ()))
    return Plan(works)


def _pieces(sources: Iterable[InputFile], shard_bytes: int, problems: list[Problem]) -> Iterator[Portion]:
    for source in sources:
        path = source.path if is_local(source) else None
        stamp = stamp_of(source)
        size = stamp.size if stamp is not None else 0
        kind = source.kind
        parts: list[Part] | None = None
        if path is not None and size > shard_bytes and kind.compression is None:
            try:
                parts = kind.format.split(str(path), shard_bytes)
            except (ReadError, CleanerError) as error:
                problems.append(Problem(source.id, f"{source.name}: {error}"))
                continue
        if not parts or len(parts) == 1:
            yield Portion(source, source.output, None, size, stamp)
            continue
        share = size // len(parts)
        for number, part in enumerate(parts):
            yield Portion(source, numbered(source.output, _suffix(source.target), number), part, share, stamp)


def _grouped(pieces: Iterable[Portion], shard_bytes: int) -> Iterator[list[Portion]]:
    group: list[Portion] = []
    size = 0
    for piece in pieces:
        if group and (size + piece.size > shard_bytes or len(group) >= SHARD_FILES):
            yield group
            group, size = [], 0
        group.append(piece)
        size += piece.size
    if group:
        yield group


def _settled(piece: Portion, number: int | None) -> Portion:
    """A document that is a file of its own goes with the others of its shard where the output holds many."""
    source = piece.source
    if not _shares(source):
        return piece
    suffix = _suffix(source.target)
    output = _TOGETHER + suffix
    return msgspec.structs.replace(piece, output=numbered(output, suffix, number) if number is not None else output)


def _shares(source: InputFile) -> bool:
    """Whether the result goes into a file with those of others: a document that is a file of its own, to records."""
    return source.kind.format.document and not source.target.format.document


def _suffix(kind: Kind) -> str:
    return kind.format.suffixes[0] + (f".{kind.compression}" if kind.compression else "")


def numbered(name: str, suffix: str, number: int) -> str:
    """A file's name with a number before its suffix.

    >>> numbered("a/news.jsonl", ".jsonl", 7)
    'a/news-00007.jsonl'
    """
    base, end = (name[: -len(suffix)], suffix) if name.endswith(suffix) else (name, "")
    if not end:
        path = Path(name)
        base, end = str(path.with_suffix("")), path.suffix
    return f"{base}-{number:05}{end}"


def fingerprint(plan: Plan, options: object, packs: Iterable[tuple[str, str]], version: str) -> str:
    """Identity of a plan: the same one gives the same bytes, so that a run that was interrupted can go on."""
    shards = [
        (
            work.audit,
            work.problems,
            [(p.source.name, p.stamp, readable(p.output), p.part) for p in work.pieces],
        )
        for work in plan.works
    ]
    data = (version, options, sorted(packs), shards)
    return hashlib.sha256(msgspec.json.encode(data)).hexdigest()


def check_outputs(plan: Plan, out: Path | None, audit_file: Path | None, file: Path | None = None) -> None:
    """Refuse a plan whose outputs would meet each other or an input.

    Args:
        plan: the plan.
        out: the output folder, if it is local.
        audit_file: a file for the whole audit.
        file: a file for all results.

    Raises:
        CleanerError: which files, and what to do.
    """
    pieces = [piece for work in plan.works for piece in work.pieces]
    blind = out is not None and is_blind_to_case(real(out))
    inputs = {_key(real(path), blind) for p in pieces if (path := p.source.path) is not None}
    targets: dict[str, tuple[Path, str]] = {}

    def add(target: Path, name: str) -> None:
        key = _key(target, blind)
        before = targets.get(key)
        targets[key] = (target, name)
        if before is not None and name not in _OWN:
            also = "" if before[0] == target else " (this folder does not tell small letters from capitals)"
            raise CleanerError(
                f"{before[1]} and {name} would both be written to {readable(target)}{also}; "
                + ("choose another place for one of them" if name == _RESULTS else "clean them into separate folders")
            )

    if out is not None:
        for work in plan.works:
            add(real(out / work.audit), _OWN[0])
        add(real(out / MANIFEST_NAME), _OWN[1])
    if audit_file is not None:
        add(real(audit_file), _OWN[0])
    if file is not None:
        add(real(file), _RESULTS)
    if out is not None:
        together: set[str] = set()
        for piece in pieces:
            source = piece.source
            if _shares(source):
                if piece.output in together:
                    continue
                together.add(piece.output)
            add(real(out / piece.output), source.name)
    for key, (target, name) in targets.items():
        if key in inputs:
            raise CleanerError(f"{readable(target)}: {name} would be written over an input; choose another place")


def _key(path: Path, blind: bool) -> str:
    """What is the same for two names of one file."""
    return blind_key(path) if blind else str(path)


def is_stream(sources: Sequence[InputFile]) -> bool:
    """Whether results can go to standard output record by record: JSONL that stays JSONL."""
    return bool(sources) and all(source.piped for source in sources)

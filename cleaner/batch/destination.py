"""Where results go, by what ``-o`` says: to standard output, into one file, or into a folder."""

from __future__ import annotations

from pathlib import Path

import msgspec

from cleaner.batch.formats.registry import Kind, kind_of
from cleaner.batch.names import readable
from cleaner.batch.plan import AUDIT_NAME, Plan, Work
from cleaner.batch.sources import Found, InputFile
from cleaner.batch.store import local_path
from cleaner.model import CleanerError
from cleaner.system import STANDARD_OUTPUT

#: What all results go to, inside the stage, when they go to one file or to standard output.
_RESULTS = "results"


class Destination(msgspec.Struct, frozen=True):
    """Where results go: a ``folder`` (path or URL), one ``file``, or, without either, standard output.

    ``kind`` is the format and compression of a file, as its name tells them.
    """

    folder: str | None = None
    file: Path | None = None
    kind: Kind | None = None


def destination(out: str | None) -> Destination:
    """What a name means.

    ``-`` is standard output. A URL is a folder, and so is a name that ends in ``/`` or is a folder already. Names that
    end like a file of results (``.txt``, ``.jsonl.gz``, ``.parquet`` …) are files, pipes and devices too, and all
    others folders: a file of another kind is never written over.

    Args:
        out: the value of ``-o``; ``None``: standard output.

    Raises:
        CleanerError: the system does not take this name.
    """
    if out is None or out in STANDARD_OUTPUT:
        return Destination()
    path = local_path(out)
    try:
        is_folder = path is None or out.endswith("/") or path.is_dir()
    except OSError as error:  # a name that is too long, say
        raise CleanerError(f"{readable(out)}: {error.strerror}") from None
    if path is None or is_folder:
        return Destination(folder=out)
    kind = kind_of(path.name)
    if kind is not None and kind.format.open_writer is None:
        kind = None
    if kind is None and (path.is_file() or not path.exists()):
        return Destination(folder=out)
    return Destination(file=path, kind=kind)


def aimed(found: Found, place: Destination, to: str | None) -> Found:
    """The inputs with results that go together, where the destination is no folder.

    Args:
        found: the inputs.
        place: where results go.
        to: the format that was asked for, which goes before the file's name.

    Raises:
        CleanerError: the results of these inputs cannot stand in one file.
    """
    if place.folder is not None or not found.sources:
        return found
    if place.kind is not None:
        kind = place.kind
        sources = [
            msgspec.structs.replace(
                source,
                target=Kind(kind.format if to is None else source.target.format, kind.compression),
            )
            for source in found.sources
        ]
    elif len(found.sources) > 1:
        sources = [msgspec.structs.replace(source, target=Kind(source.target.format)) for source in found.sources]
    else:
        sources = found.sources
    _check(sources)
    return Found(sources, found.problems, found.passed_over)


def _check(sources: list[InputFile]) -> None:
    """Refuse results that cannot stand in one file."""
    if len(sources) == 1 or all(source.target.format.piped for source in sources):
        return
    formats = {source.target.format.name for source in sources}
    target = sources[0].target.format
    if len(formats) > 1 or target.document:
        raise CleanerError(
            f"{len(sources)} files need a folder for their results: -o DIR/ (or one file of records: --to jsonl)"
        )
    if any(source.kind.format == target for source in sources):
        raise CleanerError(
            f"{len(sources)} files that may have other columns cannot become one {target.name} file: "
            "-o DIR/ (or --to jsonl)"
        )


def together(plan: Plan) -> Plan:
    """A plan whose results all go to one file: shard by shard where they are lines, else in one shard."""
    targets = [piece.source.target for work in plan.works for piece in work.pieces]
    if len(targets) < 2:
        return plan
    if all(target.format.piped for target in targets):
        return Plan([_renamed(work) for work in plan.works])
    pieces = tuple(piece for work in plan.works for piece in work.pieces)
    problems = tuple(problem for work in plan.works for problem in work.problems)
    return Plan([_renamed(Work(0, pieces, AUDIT_NAME, problems))])


def _renamed(work: Work) -> Work:
    pieces = tuple(msgspec.structs.replace(piece, output=_RESULTS) for piece in work.pieces)
    return msgspec.structs.replace(work, pieces=pieces)

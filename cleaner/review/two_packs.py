"""The same inputs cleaned with two sets of packs, compared document by document."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

from cleaner.batch.look import documents
from cleaner.batch.sources import find
from cleaner.core import Cleaner
from cleaner.maintain.reading import site_of
from cleaner.model import CleanerError
from cleaner.packs.load import LAYERS, parse_all, read_files
from cleaner.review.compare import Comparison, Difference, of_document

if TYPE_CHECKING:
    from cleaner.batch.document import Options


def cleaner_of(folder: Path | None) -> Cleaner:
    """A cleaner with a folder's packs.

    Args:
        folder: packs of one's own, which come after the built-in ones; or a whole set in folders named after the
            layers (``generic``, ``language``, ``network``, ``site``), which stands in for the built-in ones; ``None``:
            the built-in ones.

    Raises:
        CleanerError: there is no such folder, or a pack is broken.
    """
    if folder is None:
        return Cleaner()
    if not folder.is_dir():
        raise CleanerError(f"{folder}: no such folder of packs")
    files = [(path, layer) for layer in LAYERS for path in sorted((folder / layer).rglob("*.toml"))]
    if not files:
        return Cleaner(packs=[folder])
    packs = tuple(pack for pack, _ in parse_all(read_files(files)))
    found = Cleaner.__new__(Cleaner)
    found.__setstate__({**Cleaner().__getstate__(), "packs": packs})
    return found


def of_packs(
    inputs: Sequence[str],
    kind: str | None,
    options: Options,
    packs: tuple[Path | None, Path | None],
    comparison: Comparison,
    problem: Callable[[str], None],
) -> Iterator[Difference]:
    """The differences that two sets of packs make on the same inputs.

    Args:
        inputs: files and folders; standard input cannot be read twice.
        kind: their format, instead of going by their names.
        options: how they are read.
        packs: two folders; ``None`` for the built-in packs.
        comparison: takes the counts.
        problem: told what cannot be cleaned.

    Raises:
        CleanerError: a folder or pack is broken, or the input is standard input.
    """
    if "-" in inputs:
        raise CleanerError("standard input cannot be read twice; name files to compare packs over")
    one, other = (cleaner_of(folder) for folder in packs)
    looks = zip_longest(documents(find(inputs, kind), one, options), documents(find(inputs, kind), other, options))

    def found() -> Iterator[Difference]:
        for a, b in looks:
            if a is None or b is None or a.cleaned is None or b.cleaned is None:
                problem((a or b).problem or "cannot be cleaned")
                continue
            comparison.documents += 1
            yield from of_document(a.id, site_of(b.cleaned.site, b.url), a.cleaned, b.cleaned)

    yield from comparison.counted(found())

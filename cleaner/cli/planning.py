"""``cleaner clean --dry-run``: what a run would do, and the first cuts; nothing is written."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from cleaner.cli.paging import lines, show
from cleaner.cli.show import good
from cleaner.terminal import counted

if TYPE_CHECKING:
    from cleaner.batch.destination import Destination
    from cleaner.batch.document import Options
    from cleaner.batch.plan import Plan
    from cleaner.batch.sources import Found
    from cleaner.core import Cleaner
    from cleaner.model import Removal

#: So many documents are looked at, and so many cuts shown of each.
_DOCUMENTS, _CUTS = 5, 4
_WIDEST = 70


def show_plan(
    found: Found,
    cleaner: Cleaner,
    options: Options,
    place: Destination,
    audit_file: Path | None,
    jobs: int,
    shard_bytes: int,
) -> int:
    """Tell the plan of a run on standard output; gives the exit status.

    Raises:
        CleanerError: the outputs would meet each other or an input.
    """
    from cleaner.batch.destination import together
    from cleaner.batch.plan import check_outputs, make_plan
    from cleaner.batch.store import local_path

    plan = make_plan(found, shard_bytes)
    check_outputs(plan, local_path(place.folder) if place.folder else None, audit_file, place.file)
    if place.folder is None:
        plan = together(plan)
    failed: list[str] = []
    said = [*_planned(found, plan, options, place, audit_file, jobs), *_packs(cleaner)]

    def pieces() -> Iterator[str]:
        if found.sources:
            yield from lines(said)
        yield from lines(_first_cuts(found, cleaner, options, failed))

    show(pieces(), None if sys.stdout.isatty() else False)
    return 2 if found.problems and not found.sources else 0


def _planned(
    found: Found, plan: Plan, options: Options, place: Destination, audit_file: Path | None, jobs: int
) -> Iterator[str]:
    kinds = Counter(source.kind.format.name for source in found.sources)
    shown = ", ".join(f"{count:,} {name}" for name, count in sorted(kinds.items()))
    yield f"would clean  {counted(len(found.sources), 'input')} ({shown}), {plan.size:,} bytes"
    if options.limit or options.sample:
        first = f"the first {options.limit:,} documents" if options.limit else "all documents"
        yield f"of these     {f'{options.sample:,} at random of ' if options.sample else ''}{first}"
    if found.passed_over:
        yield f"passed over  {counted(found.passed_over, 'file')} of other kinds"
    yield f"in           {counted(len(plan.works), 'shard')}, {counted(min(jobs, len(plan.works)), 'worker process')}"
    formats = ", ".join(sorted({source.target.format.name for source in found.sources}))
    yield f"results      {place.folder or place.file or 'standard output'} ({formats})"
    if place.folder is not None and audit_file is None:
        yield f"audit        {place.folder.rstrip('/')}/audit*.jsonl"
    else:
        yield f"audit        {audit_file or 'none (--audit FILE)'}"


def _packs(cleaner: Cleaner) -> Iterator[str]:
    folders, keep = cleaner.options[:2]
    yield f"packs        built in{''.join(f', {folder}' for folder in folders)}"
    if keep:
        yield f"kept         {', '.join(keep)}"


def _first_cuts(found: Found, cleaner: Cleaner, options: Options, failed: list[str]) -> Iterator[str]:
    from cleaner.batch.look import documents

    for look in good(islice(documents(found, cleaner, options), _DOCUMENTS + len(found.problems)), failed):
        if look.cleaned is None:
            continue
        cuts = look.cleaned.removals
        yield ""
        yield f"{look.id}: {look.cleaned.status}, {counted(len(cuts), 'cut')}"
        for cut in cuts[:_CUTS]:
            yield f"  {_excerpt(cut)}"
        if len(cuts) > _CUTS:
            yield f"  … and {len(cuts) - _CUTS:,} more"


def _excerpt(cut: Removal) -> str:
    text = " ".join(cut.text.split())
    short = text if len(text) <= _WIDEST else text[: _WIDEST - 1] + "…"
    return f"[-{short}-]{{{cut.category}}} {cut.rule}"

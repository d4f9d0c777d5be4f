"""Some documents of a run: the first ones, or a random sample that the same seed draws again."""

from __future__ import annotations

import random
from collections.abc import Iterator

import msgspec

from cleaner.batch.document import Options
from cleaner.batch.plan import Plan, Portion, Work
from cleaner.batch.sources import open_source
from cleaner.fields import Fields
from cleaner.model import CleanerError


def pick(plan: Plan, options: Options) -> Plan:
    """A plan for some documents of another plan: the first ``limit`` of them, and ``sample`` at random of these.

    The inputs are read as far as needed, and not cleaned. What cannot be read is no document; the run tells of it.

    Args:
        plan: the plan for all documents.
        options: how documents are read, and which; 0 for either number means all.
    """
    if not options.limit and not options.sample:
        return plan
    counts = list(_counts(plan, options))
    total = sum(counts)
    chosen: list[int] | range = range(total)
    if options.sample and options.sample < total:
        chosen = sorted(random.Random(options.seed).sample(range(total), options.sample))  # nosec B311: no secret
    works: list[Work] = []
    first, at = 0, 0
    for work, count in zip(plan.works, counts, strict=False):
        picked = []
        while at < len(chosen) and chosen[at] < first + count:
            picked.append(chosen[at] - first)
            at += 1
        first += count
        if picked or not works:  # the first shard tells of inputs that cannot be read
            works.append(msgspec.structs.replace(work, picked=tuple(picked)))
    return Plan(works)


def _counts(plan: Plan, options: Options) -> Iterator[int]:
    """How many documents each shard has, up to the limit."""
    left = options.limit or None
    for work in plan.works:
        if left == 0:
            return
        count = 0
        for piece in work.pieces:
            count += _count(piece, options.fields, None if left is None else left - count)
        if left is not None:
            left -= count
        yield count


def _count(piece: Portion, fields: Fields, most: int | None) -> int:
    source = piece.source
    count = 0
    if most == 0:
        return 0
    try:
        with open_source(source) as stream:
            for _ in source.kind.format.reader(stream, source.name, fields, piece.part):
                count += 1
                if count == most:
                    break
    except CleanerError:  # what came before it counts, and the run tells of it
        pass
    return count

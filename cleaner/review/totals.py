"""The counts of a run as the index keeps them."""

from __future__ import annotations

import msgspec

from cleaner.audit import Summary


class Totals(msgspec.Struct, frozen=True):
    """Documents by status and flag, cuts and code points by category and rule, withheld cuts by rule and guard."""

    documents: int = 0
    raw_chars: int = 0
    clean_chars: int = 0
    statuses: dict[str, int] = {}
    flags: dict[str, int] = {}
    withheld: dict[str, int] = {}
    category_cuts: dict[str, int] = {}
    category_chars: dict[str, int] = {}
    rule_cuts: dict[str, int] = {}

    @classmethod
    def of(cls, summary: Summary) -> Totals:
        """The totals of a summary."""
        return msgspec.convert({name: getattr(summary, name) for name in cls.__struct_fields__}, cls)


def most(counts: dict[str, int], number: int | None = None) -> list[tuple[str, int]]:
    """The largest counts first, so many of them; equal ones by name."""
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:number]

"""Finds the recurring lines, prefixes and suffixes of a corpus that the rules at hand do not cut, and drafts rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from cleaner.maintain.counting import Counted, Counter, Name, joined
from cleaner.maintain.drafts import draft_of, guess_category
from cleaner.maintain.keys import shown
from cleaner.maintain.pieces import pieces
from cleaner.maintain.ranking import Ranked, ranked
from cleaner.maintain.reading import Doc
from cleaner.packs.layout import basic
from cleaner.packs.write import Draft, rule_lines, slug, write_checked

KINDS = ("line", "prefix", "suffix")
#: Wide columns of the table.
_KEY_CHARS = 70


class Mined(msgspec.Struct, frozen=True):
    """A recurring key with its rank, pieces with it, and prose that begins or ends alike."""

    ranked: Ranked
    samples: tuple[str, ...] = ()
    look_alikes: tuple[str, ...] = ()


class Mining(msgspec.Struct, frozen=True):
    """What a corpus holds: documents, sites, pieces; the keys asked for; how many keys were covered by rules."""

    documents: int
    sites: int
    pieces: int
    found: tuple[Mined, ...]
    covered: int


def mine(
    docs: Iterable[Doc], *, min_docs: int = 10, top: int = 40, covered: bool = False, memory: str = "1GB"
) -> Mining:
    """Count and rank.

    Args:
        docs: the cleaned documents of a corpus.
        min_docs: a key counts when at least so many documents have it uncut.
        top: so many keys are told.
        covered: tell those that rules cut, too.
        memory: what the counting may hold in memory; more goes to disk.

    Raises:
        CleanerError: DuckDB is not installed; ``memory`` is no amount; no document could be read.
    """
    sites: set[str] = set()
    documents = count = 0
    with Counter(memory) as counter:
        for doc in docs:
            documents += 1
            sites.add(doc.site)
            batch = list(pieces(doc.cleaned, doc.number, doc.site))
            count += len(batch)
            counter.add(batch)
        keys = [one for kind in KINDS for one in joined(counter.counted(kind, min_docs))]
        order = ranked(keys)
        chosen = [one for one in order if covered or one.counted.open_docs >= min_docs]
        told = chosen[:top]
        samples = counter.samples([one.counted for one in told])
        look_alikes = counter.look_alikes([one.counted for one in told])
    found = tuple(
        Mined(one, samples.get(name, ()), look_alikes.get(name, ())) for one in told for name in [_name(one.counted)]
    )
    sites.discard("")
    return Mining(documents, len(sites), count, found, sum(one.counted.open_docs < min_docs for one in order))


def _name(one: Counted) -> Name:
    return one.kind, one.key


def drafts(found: Sequence[Mined]) -> tuple[list[Draft], list[Mined]]:
    """Rules on trial for the keys, and the keys for which none holds on its own examples."""
    made: list[Draft] = []
    without: list[Mined] = []
    for one in found:
        ids = [draft.id for draft in made]
        draft = draft_of(one.ranked, one.samples, one.look_alikes, ids, comment(one))
        if draft is None:
            without.append(one)
        else:
            made.append(draft)
    return made, without


def comment(one: Mined) -> str:
    """What a person should know before accepting a draft."""
    counted = one.ranked.counted
    site = f", most on {counted.site} ({counted.site_docs})" if counted.site else ""
    return (
        f"{counted.kind} {shown(counted.key)!r}: uncut in {one.ranked.counted.open_docs} of {counted.docs} documents, "
        f"sites: {counted.sites}{site}; unlike prose {one.ranked.unlike:.2f}"
    )


def pack_lines(name: str, made: Sequence[Draft], mining: Mining) -> Iterator[str]:
    """A pack of drafts as lines of TOML."""
    yield "# Candidates, for a person to accept: read each rule, mend category and match, replace weak examples, and"
    yield '# take out status = "trial". Rules on trial cut nothing; the audit tells what they would cut.'
    yield "schema = 1"
    yield f"pack   = {basic(name)}"
    yield f"source = {basic(f'recurring in a corpus of {mining.documents} documents of {mining.sites} sites')}"
    for draft in made:
        yield ""
        yield from rule_lines(draft)


def write_pack(path: Path, made: Sequence[Draft], mining: Mining) -> None:
    """Write the drafts as a pack of the user's layer, named after the file.

    Raises:
        CleanerError: the file cannot be written.
    """
    write_checked(path, pack_lines(f"user/{slug(path.stem)}", made, mining), "user")


def table(mining: Mining, samples: int = 0) -> Iterator[str]:
    """The ranking as lines for a terminal, with so many samples of each."""
    yield (
        f"{mining.documents:,} documents, {mining.sites:,} sites, {mining.pieces:,} lines and sentences; "
        f"{mining.covered:,} recurring keys are covered by rules"
    )
    yield ""
    yield "  uncut    docs  sites  unlike  kind    category    key"
    for one in mining.found:
        counted = one.ranked.counted
        key = shown(counted.key)
        key = key if len(key) <= _KEY_CHARS else key[: _KEY_CHARS - 1] + "…"
        where = f"  ({counted.site})" if counted.site and counted.sites == 1 else ""
        yield (
            f"{one.ranked.counted.open_docs:>7,} {counted.docs:>7,} {counted.sites:>6} {one.ranked.unlike:>7.2f}  "
            f"{counted.kind:<7} {guess_category(counted):<11} {key}{where}"
        )
        for sample in one.samples[:samples]:
            yield f"{'':>12}{' '.join(sample.split())}"


def as_json(mining: Mining) -> dict[str, Any]:
    """The ranking as data."""
    return {
        "documents": mining.documents,
        "sites": mining.sites,
        "pieces": mining.pieces,
        "covered": mining.covered,
        "found": [
            {
                "kind": one.ranked.counted.kind,
                "key": shown(one.ranked.counted.key),
                "category": guess_category(one.ranked.counted),
                "docs": one.ranked.counted.docs,
                "uncut_docs": one.ranked.counted.open_docs,
                "hits": one.ranked.counted.hits,
                "sites": one.ranked.counted.sites,
                "site": one.ranked.counted.site,
                "site_docs": one.ranked.counted.site_docs,
                "covered": round(one.ranked.counted.covered, 4),
                "unlike_prose": round(one.ranked.unlike, 4),
                "samples": list(one.samples),
            }
            for one in mining.found
        ],
    }

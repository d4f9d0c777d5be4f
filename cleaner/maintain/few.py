"""Counts which keys recur in a handful of documents, in memory: the same counts that ``counting`` makes out of core."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from cleaner.maintain.counting import LONG, SAMPLES, Counted, Name
from cleaner.maintain.pieces import Piece


class Few(msgspec.Struct, frozen=True):
    """The recurring keys, pieces with each (uncut ones first), and uncut prose to choose counter-examples from."""

    counted: tuple[Counted, ...]
    samples: dict[Name, tuple[str, ...]]
    prose: tuple[Piece, ...]

    def look_alikes(self, one: Counted) -> tuple[str, ...]:
        """Uncut prose that begins (or, for suffixes, ends) with the same token as a key, and goes on differently."""
        size = len(one.key)
        found = []
        for piece in self.prose:
            own, first = (piece.tail, -1) if one.kind == "suffix" else (piece.head, 0)
            same = own[-size:] if one.kind == "suffix" else own[:size]
            if own and own[first] == one.key[first] and same != one.key:
                found.append(piece.text)
        return tuple(dict.fromkeys(found))[:SAMPLES]


def recurring(found: Iterable[Piece], min_docs: int) -> Few:
    """The keys in at least so many of the documents."""
    pieces = list(found)
    hits: dict[Name, list[tuple[Piece, bool]]] = {}
    for piece in pieces:
        for name, cut in _names(piece):
            hits.setdefault(name, []).append((piece, cut))
    counted = []
    samples = {}
    for name, its in hits.items():
        docs = len({piece.doc for piece, _ in its})
        if docs >= min_docs:
            counted.append(_counted(name, its, docs))
            samples[name] = tuple(dict.fromkeys(piece.text for piece, cut in sorted(its, key=lambda p: p[1])))[:SAMPLES]
    counted.sort(key=lambda one: (one.kind, one.key))
    prose = tuple(p for p in pieces if p.closed and not p.cut_start and not p.cut_end and p.chars >= LONG)
    return Few(tuple(counted), samples, prose)


def _names(piece: Piece) -> Iterator[tuple[Name, bool]]:
    if piece.whole:
        yield ("line", piece.whole), piece.cut_all
    for kind, tokens, cut in (("prefix", piece.head, piece.cut_start), ("suffix", piece.tail, piece.cut_end)):
        longest = len(tokens) + 1 if piece.chars > LONG else len(tokens)
        for size in range(1, longest):
            yield (kind, tokens[:size] if kind == "prefix" else tokens[-size:]), cut


def _counted(name: Name, its: list[tuple[Piece, bool]], docs: int) -> Counted:
    hits = len(its)

    def share(wanted: Iterable[bool]) -> float:
        return sum(wanted) / hits

    return Counted(
        kind=name[0],
        key=name[1],
        docs=docs,
        open_docs=len({piece.doc for piece, cut in its if not cut}),
        sites=1,
        hits=hits,
        covered=share(cut for _, cut in its),
        edge=share(piece.edge for piece, _ in its),
        lined=share(piece.lined for piece, _ in its),
        closed=share(piece.closed for piece, _ in its),
        chars=sum(piece.chars for piece, _ in its) / hits,
        site=its[0][0].site,
        site_docs=docs,
    )

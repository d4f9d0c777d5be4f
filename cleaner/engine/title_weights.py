"""The weights of the title-end model: one file beside the packs, read when the first inline title is met.

The file is one JSON line (format, sizes, scale) and parts compressed by zlib: weights as signed bytes, then keys and
classes of words, of pairs and of words in titles. Keys are ascending, written as the steps between them. All arithmetic
is on whole numbers, so that every machine gives the same answer.
"""

from __future__ import annotations

import hashlib
import itertools
import zlib
from array import array
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import msgspec

from cleaner.engine.title_groups import BITS
from cleaner.engine.title_scene import Lexicon
from cleaner.model import CleanerError
from cleaner.packs.words import builtin_dir

FORMAT = 1
KIND = "title-end"
FILE = Path("models") / "title-end.v1.bin"
#: Certainties are counted in shares of this.
ONE = 1_000
#: What the best answer counts before the others are added to it.
_UNIT = 1 << 32


class Limits(msgspec.Struct, frozen=True):
    """When an answer is taken; all of ``ONE``.

    ``certain``: this certainty is enough. ``likely``: so is this one where no more than ``risk`` falls to earlier
    ends: an end too early leaves a rest of the title, one too late takes the story.
    """

    certain: int = 940
    likely: int = 840
    risk: int = 20


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """First line of the file. ``decay``: what one step of score below the best is worth, of 2 ** 16."""

    format: int
    kind: str
    bits: int
    decay: int
    limits: Limits
    small: tuple[str, ...]
    classes: tuple[str, ...]
    sections: tuple[int, ...]


class TitleModel(NamedTuple):
    """Weights by feature, the lexicon, and what a difference in score is worth. ``sha256``: of the file."""

    weights: Sequence[int]
    lexicon: Lexicon
    worth: Sequence[int]
    limits: Limits
    sha256: str

    def shares(self, scores: Sequence[int], best: int) -> tuple[int, int]:
        """The best answer's share of what all answers are worth, and that of the answers before it, of ``ONE``."""
        last = len(self.worth) - 1
        worth = [self.worth[min(last, scores[best] - score)] for score in scores]
        total = sum(worth)
        return ONE * _UNIT // total, ONE * sum(worth[:best]) // total

    def takes(self, certainty: int, earlier: int) -> bool:
        """Whether an answer of this certainty is taken, when the earlier answers together have so much."""
        limits = self.limits
        return certainty >= limits.certain or (certainty >= limits.likely and earlier <= limits.risk)


@cache
def title_model() -> TitleModel:
    """The model that comes with the cleaner.

    Raises:
        CleanerError: the file is missing or broken.
    """
    return read_model(builtin_dir() / FILE)


def read_model(path: Path) -> TitleModel:
    """A model from its file.

    Raises:
        CleanerError: the file cannot be read, is broken, or of another format; the message names it.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CleanerError(f"{path}: cannot read this model: {error.strerror}") from error
    try:
        return decode_model(data)
    except (msgspec.MsgspecError, zlib.error, ValueError) as error:
        raise CleanerError(f"{path}: no model of title ends: {error}") from error


def decode_model(data: bytes) -> TitleModel:
    """A model from the bytes of its file.

    Raises:
        ValueError: not of this format (also as ``msgspec.MsgspecError`` or ``zlib.error``).
    """
    line, _, rest = data.partition(b"\n")
    header = msgspec.json.decode(line, type=Header)
    if (header.format, header.kind, header.bits) != (FORMAT, KIND, BITS):
        raise ValueError(f"{header.kind} of format {header.format}; this version reads {KIND} of format {FORMAT}")
    parts = []
    at = 0
    for size in header.sections:
        parts.append(zlib.decompress(rest[at : at + size]))
        at += size
    if len(parts) != 7 or len(parts[0]) != 1 << BITS:
        raise ValueError("parts are missing")
    tables = [_table(parts[at], parts[at + 1], header.classes) for at in (1, 3, 5)]
    lexicon = Lexicon(frozenset(header.small), *tables)
    return TitleModel(
        array("b", parts[0]), lexicon, _worth(header.decay), header.limits, hashlib.sha256(data).hexdigest()
    )


def encode_model(weights: Sequence[int], lexicon: Lexicon, decay: int, limits: Limits) -> bytes:
    """The bytes of a model's file.

    Args:
        weights: for each feature a number from -127 to 127.
        lexicon: what a corpus tells of words.
        decay: what one step of score is worth, of 2 ** 16.
        limits: when an answer is taken.
    """
    tables = lexicon.words, lexicon.pairs, lexicon.titles
    classes = tuple(sorted({name for table in tables for name in table.values()}))
    parts = [array("b", weights).tobytes(), *(part for table in tables for part in _rows(table, classes))]
    sections = [zlib.compress(part, 9) for part in parts]
    header = Header(
        format=FORMAT,
        kind=KIND,
        bits=BITS,
        decay=decay,
        limits=limits,
        small=tuple(sorted(lexicon.small)),
        classes=classes,
        sections=tuple(len(section) for section in sections),
    )
    return msgspec.json.encode(header) + b"\n" + b"".join(sections)


def _rows(table: Mapping[int, str], classes: Sequence[str]) -> tuple[bytes, bytes]:
    """Steps between the keys, as three planes of bytes, the lowest first; and the class of each key."""
    keys = sorted(table)
    steps = [key - earlier for earlier, key in zip([0, *keys], keys, strict=False)]
    number = {name: at for at, name in enumerate(classes)}
    planes = [bytes(step >> shift & 0xFF for step in steps) for shift in (0, 8, 16)]
    return b"".join(planes), bytes(number[table[key]] for key in keys)


def _table(planes: bytes, classes: bytes, names: Sequence[str]) -> dict[int, str]:
    size = len(classes)
    low, middle, high = (planes[at * size : (at + 1) * size] for at in range(3))
    steps = (a | b << 8 | c << 16 for a, b, c in zip(low, middle, high, strict=True))
    return dict(zip(itertools.accumulate(steps), (names[number] for number in classes), strict=True))


def _worth(decay: int) -> list[int]:
    """What an answer is worth that scores so many steps less than the best."""
    found = [_UNIT]
    while found[-1]:
        found.append(found[-1] * decay >> 16)
    return found

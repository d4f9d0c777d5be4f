"""The file of the model of the body, which lies beside the packs: whole numbers, with a format and a hash."""

from __future__ import annotations

import hashlib
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import msgspec

from cleaner.model import CleanerError
from cleaner.packs.words import builtin_dir

FORMAT = 1
BODY_RULE = "model/html/body"
FILE = Path("models") / "body.json"
#: Chances are parts of so many.
CERTAIN = 1000
#: So many trees, and the scores below and above which a line goes no further.
Stop = tuple[int, int, int]


class Weights(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file of a model.

    ``names``: what a class name, an id or a word of one speaks for. ``trees``: each as its nodes in order, from the
    root down: feature and limit of a branch (its two parts follow: up to the limit, above it), or -1 and the value of
    a leaf. ``stops``: after so many trees, a line with less or more than this goes no further. ``curve``: the chance,
    in thousandths, of a score of ``-len / 2 * step``, and of each ``step`` above. ``unsure``: a choice of less
    confidence than this, in thousandths, is doubtful.
    """

    format: int
    features: tuple[str, ...]
    names: dict[str, int]
    trees: tuple[tuple[int, ...], ...]
    stops: tuple[Stop, ...]
    curve: tuple[int, ...]
    step: int
    unsure: int = 0
    #: the same for whole pages: is it an article?
    page_features: tuple[str, ...] = ()
    page_trees: tuple[tuple[int, ...], ...] = ()
    trained_on: dict[str, int] = {}


class BodyFile:
    """A file of a model, read but not yet made ready."""

    def __init__(self, data: bytes, name: str) -> None:
        """Hold the bytes of a file; ``name`` is for messages."""
        self._data = data
        self._name = name
        self.sha256 = hashlib.sha256(data).hexdigest()

    @cached_property
    def weights(self) -> Weights:
        """What the file says.

        Raises:
            CleanerError: it is damaged, or of another format.
        """
        try:
            weights = msgspec.json.decode(self._data, type=Weights)
        except msgspec.MsgspecError as error:
            raise CleanerError(f"{self._name}: not a model of the body: {error}") from error
        if weights.format != FORMAT:
            raise CleanerError(
                f"{self._name}: a model of format {weights.format}; this version of the cleaner reads format {FORMAT}"
            )
        if not weights.curve or weights.step < 1:
            raise CleanerError(f"{self._name}: not a model of the body: its curve is empty")
        return weights


@cache
def body_file() -> BodyFile:
    """The file that comes with the cleaner, read once.

    Raises:
        CleanerError: it cannot be read.
    """
    return read_file(builtin_dir() / FILE)


def read_file(path: Path) -> BodyFile:
    """A file of a model.

    Raises:
        CleanerError: it cannot be read.
    """
    try:
        return BodyFile(path.read_bytes(), str(path))
    except OSError as error:
        raise CleanerError(f"{path}: cannot read the model of the body: {error.strerror}") from error


def as_json(weights: Weights) -> bytes:
    """The bytes of a model's file: a line a tree, so that two versions can be compared."""
    value: dict[str, Any] = msgspec.to_builtins(weights)
    parts = []
    for key, content in value.items():
        if key.endswith("trees"):
            rows = ",\n".join(msgspec.json.encode(tree).decode() for tree in content)
            parts.append(f'"{key}":[\n{rows}\n]')
        else:
            parts.append(f'"{key}":{msgspec.json.encode(content).decode()}')
    return ("{" + ",\n".join(parts) + "}\n").encode()

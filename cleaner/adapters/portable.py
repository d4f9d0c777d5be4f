"""A cleaner that travels: small, the same bytes in every process, and built again only where it is used.

Engines ship their functions to workers, and some (Hugging Face ``datasets``) take the pickled bytes as the identity of
a step. So the packs travel as values, not as paths that a worker may not have, and their encoding depends on their
content alone: a change of a pack, of an option or of the cleaner's version is a change of the bytes, nothing else is.
"""

from __future__ import annotations

from functools import lru_cache

import msgspec

import cleaner as package
from cleaner.core import Cleaner
from cleaner.model import Extractor
from cleaner.packs.schema import Pack


class _State(msgspec.Struct, frozen=True):
    version: str
    keep: tuple[str, ...]
    disable: tuple[str, ...]
    layers: tuple[str, ...] | None
    extractor: Extractor
    articles_only: bool
    packs: tuple[Pack, ...]


class PortableCleaner:
    """Holds a ``Cleaner`` and pickles as its content; a copy builds the cleaner when it is first asked for it."""

    __slots__ = ("_cleaner", "_state")

    def __init__(self, cleaner: Cleaner | None = None) -> None:
        """Hold a cleaner.

        Args:
            cleaner: the cleaner; by default one with the built-in packs.
        """
        self._cleaner: Cleaner | None = cleaner if cleaner is not None else Cleaner()
        self._state: bytes | None = None

    def get(self) -> Cleaner:
        """The cleaner, built once a process."""
        if self._cleaner is None:
            self._cleaner = _built(self.__getstate__())
        return self._cleaner

    def __getstate__(self) -> bytes:
        if self._state is None:
            state = self.get().__getstate__()
            _, keep, disable, layers, extractor = state["options"]
            only = state["articles_only"]
            self._state = msgspec.msgpack.encode(
                _State(package.__version__, keep, disable, layers, extractor, only, state["packs"])
            )
        return self._state

    def __setstate__(self, state: bytes) -> None:
        self._cleaner = None
        self._state = state


@lru_cache(maxsize=8)  # engines unpickle a function for every task, in processes that live on
def _built(data: bytes) -> Cleaner:
    state = msgspec.msgpack.decode(data, type=_State)
    cleaner = Cleaner.__new__(Cleaner)
    options = ((), state.keep, state.disable, state.layers, state.extractor)
    cleaner.__setstate__({"options": options, "packs": state.packs, "articles_only": state.articles_only})
    return cleaner

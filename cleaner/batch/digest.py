"""Files by their content."""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec

from cleaner.batch.compress import BUFFER


class FileRecord(msgspec.Struct, frozen=True):
    """A file, or part of one, by its content: bytes and SHA-256."""

    name: str
    bytes: int
    sha256: str
    start: int = 0


def digest_of(path: Path, start: int = 0, stop: int | None = None) -> tuple[int, str]:
    """Bytes and SHA-256 of a file, or of what stands in it from byte ``start`` to byte ``stop``.

    Raises:
        OSError: it cannot be read.
    """
    digest = hashlib.sha256()
    size = 0
    with path.open("rb", 0) as stream:
        stream.seek(start)
        left = -1 if stop is None else stop - start
        while left and (block := stream.read(BUFFER if left < 0 else min(BUFFER, left))):
            digest.update(block)
            size += len(block)
            left = left - len(block) if left > 0 else left
    return size, digest.hexdigest()

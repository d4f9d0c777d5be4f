"""Compressed streams: decompressed in bounded memory, with a plain word on data that are cut off or damaged.

The standard library's own file classes read on silently past some kinds of damage or report them in words of their
own, and none of them tells where a member begins, which is the place of a WARC record. One reader for all codecs does.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zlib
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol, cast

from cleaner.batch.formats.base import ReadError
from cleaner.extras import install
from cleaner.model import CleanerError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

#: Codecs by the end of a file's name.
SUFFIXES = {".gz": "gz", ".bz2": "bz2", ".zst": "zst", ".xz": "xz"}
BUFFER = 1 << 20
_CHUNK = 1 << 16
_NAMES = {"gz": "gzip", "bz2": "bzip2", "zst": "Zstandard", "xz": "xz"}
_PADDED = ("gz", "xz")  # zero bytes may stand between and after their members
_LEVEL = 6


class _Decoder(Protocol):
    """Decompresses one member; the shape of the standard library's decompressors."""

    eof: bool
    needs_input: bool
    unused_data: bytes

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """Some more output, at most ``max_length`` bytes."""


class _Gzip:
    """A gzip member in the shape of the other decompressors."""

    def __init__(self) -> None:
        self._object = zlib.decompressobj(31)

    @property
    def eof(self) -> bool:
        return self._object.eof

    @property
    def needs_input(self) -> bool:
        return not self._object.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._object.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        return self._object.decompress(self._object.unconsumed_tail + data, max_length)


def _zstd() -> Any:
    """The Zstandard module: the standard library's, else its backport."""
    try:
        from compression import zstd
    except ImportError:
        try:
            from backports import zstd
        except ImportError:
            raise CleanerError(f"Zstandard files need a package: {install('zstd')}") from None
    return zstd


def check_codec(codec: str) -> None:
    """See whether what a codec needs is installed.

    Raises:
        CleanerError: it is not; the message says how to install it.
    """
    if codec == "zst":
        _zstd()


def _decoders(codec: str) -> Callable[[], _Decoder]:
    """What starts the decompression of one member."""
    known: dict[str, Callable[[], Any]] = {
        "gz": lambda: _Gzip,
        "bz2": lambda: bz2.BZ2Decompressor,
        "xz": lambda: lzma.LZMADecompressor,
        "zst": lambda: _zstd().ZstdDecompressor,
    }
    return cast("Callable[[], _Decoder]", known[codec]())


class Inflater(io.RawIOBase):
    """Reads compressed data, member after member. Wrap it in ``io.BufferedReader`` to read lines.

    Attributes:
        consumed: bytes taken from the source.
        produced: bytes handed out.
    """

    def __init__(self, source: BinaryIO, codec: str, *, owns: bool = False, track: bool = False) -> None:
        """Set up.

        Args:
            source: the compressed data, read forward only.
            codec: ``gz``, ``bz2``, ``zst`` or ``xz``.
            owns: close the source together with this.
            track: remember where members begin, for ``member_at``.

        Raises:
            CleanerError: the codec needs a package that is not installed.
        """
        self.consumed = self.produced = 0
        self._source, self._codec, self._owns = source, codec, owns
        self._start = _decoders(codec)
        self._decoder: _Decoder | None = None
        self._pending = b""  # taken from the source, not yet given to a decoder
        self._first = True
        self._members: deque[tuple[int, int]] | None = deque() if track else None

    def readable(self) -> bool:
        """True."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Fill a part of the buffer; 0 at the end.

        Raises:
            ReadError: the data are cut off or damaged, or cannot be read.
        """
        with memoryview(buffer) as whole, whole.cast("B") as view:
            if not len(view):
                return 0
            data = self._next(len(view))
            view[: len(data)] = data
        self.produced += len(data)
        return len(data)

    def _next(self, size: int) -> bytes:
        while True:
            decoder = self._decoder
            if decoder is None:
                if not self._begin():
                    return b""
                continue
            taken = b""
            if decoder.needs_input and not (taken := self._take()):
                raise ReadError(
                    f"cut off after {self.consumed} bytes of {_NAMES[self._codec]} data ({self.produced} decompressed)"
                )
            try:
                data = decoder.decompress(taken, size)
            except Exception as error:  # each codec has its own kind; all mean the same
                raise ReadError(self._damaged(error)) from None
            if decoder.eof:
                self._pending, self._decoder = decoder.unused_data, None
            if data:
                return data

    def _begin(self) -> bool:
        """Start on the next member; ``False`` at the end."""
        while True:
            data = self._take()
            if not data:
                if self._first:
                    raise ReadError(f"cut off after 0 bytes of {_NAMES[self._codec]} data (empty file)")
                return False
            if self._codec in _PADDED and not self._first:
                data = data.lstrip(b"\0")
            if data:
                break
        self._pending, self._first = data, False
        self._decoder = self._start()
        if self._members is not None:
            self._members.append((self.produced, self.consumed - len(data)))
        return True

    def _take(self) -> bytes:
        if self._pending:
            data, self._pending = self._pending, b""
            return data
        try:
            data = self._source.read(_CHUNK)
        except OSError as error:
            raise ReadError(f"cannot read on after {self.consumed} bytes: {error.strerror or error}") from None
        self.consumed += len(data)
        return data

    def _damaged(self, error: Exception) -> str:
        where = f"before byte {self.consumed} ({self.produced} bytes decompressed)"
        return f"damaged {_NAMES[self._codec]} data {where}: {error}"

    def member_at(self, position: int) -> int:
        """Where in the source the member begins that holds a byte of the output. Positions may only grow."""
        members = self._members
        if not members:
            return position
        while len(members) > 1 and members[1][0] <= position:
            members.popleft()
        return members[0][1]

    def close(self) -> None:
        """Close it, and the source if it came with it."""
        if self._owns and not self.closed:
            self._source.close()
        super().close()


def codec_of(name: str) -> str | None:
    """The codec that the end of a name tells."""
    return next((codec for suffix, codec in SUFFIXES.items() if name.lower().endswith(suffix)), None)


def decompressing(source: BinaryIO, codec: str) -> BinaryIO:
    """A buffered reader of what a compressed stream holds; closing it closes the stream.

    Raises:
        CleanerError: the codec needs a package that is not installed.
    """
    return io.BufferedReader(Inflater(source, codec, owns=True), BUFFER)


class _Compressing(io.BufferedWriter):
    """Buffers small writes before they are compressed; closing ends the data, and the stream below if it owns it."""

    def __init__(self, packer: Any, target: BinaryIO, owns: bool) -> None:
        super().__init__(packer, BUFFER)
        self._target, self._owns = target, owns

    def close(self) -> None:
        try:
            super().close()
        finally:
            if self._owns:
                self._target.close()


def compressing(target: BinaryIO, codec: str, *, owns: bool = False) -> BinaryIO:
    """A writer that compresses. The same data always give the same bytes: no time and no name goes in.

    Args:
        target: where the compressed data go.
        codec: ``gz``, ``bz2``, ``zst`` or ``xz``.
        owns: close the target together with the writer; else closing only ends the compressed data.

    Raises:
        CleanerError: the codec needs a package that is not installed.
    """
    packer: Any
    if codec == "gz":
        packer = gzip.GzipFile(filename="", mode="wb", compresslevel=_LEVEL, fileobj=target, mtime=0)
    elif codec == "bz2":
        packer = bz2.BZ2File(target, "wb")
    elif codec == "xz":
        packer = lzma.LZMAFile(target, "wb")  # noqa: SIM115
    else:
        zstd = _zstd()
        packer = zstd.ZstdFile(target, "wb", options={zstd.CompressionParameter.checksum_flag: 1})
    return _Compressing(packer, target, owns)

"""The encoding of texts and records: UTF-8 unless they are not, and then by mark, declaration or look."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, BinaryIO

import msgspec

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

#: The byte order mark of UTF-8.
BOM = b"\xef\xbb\xbf"
#: Encodings of two bytes a character, by their marks.
WIDE = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_BOMS = (BOM, *WIDE)
_FEW = 0.25


class TextFile(msgspec.Struct, frozen=True):
    """A decoded text file. ``meta`` tells the encoding when it is anything but plain UTF-8."""

    text: str
    meta: dict[str, str]


def decode_text(data: bytes) -> TextFile:
    """Decode the bytes of a text file: byte order mark, UTF-8, declaration, detection. Line breaks stay as they are."""
    if not data.startswith(_BOMS) and b"\x00" not in data[:512]:
        try:
            return TextFile(data.decode("utf-8"), {})
        except UnicodeDecodeError:
            pass
    encoding, source, undecodable = "windows-1252", "detected", 0
    text = _western(data)
    if text is None:
        from cleaner.html.decode import decode

        decoded = decode(data)
        text, encoding, source, undecodable = decoded.text, decoded.encoding, decoded.source, decoded.undecodable
    meta = {"encoding": encoding, "encoding_source": source}
    if undecodable:
        meta["undecodable"] = str(undecodable)
    return TextFile(text, meta)


def as_utf8(line: bytes) -> tuple[bytes, dict[str, str]]:
    """A line of records in UTF-8, and how it was read if it was not."""
    try:
        line.decode("utf-8")
        return line, {}
    except UnicodeDecodeError:
        decoded = decode_text(line)
        return decoded.text.encode(), decoded.meta


def _western(data: bytes) -> str | None:
    """Mostly ASCII with a few other bytes, and no sign of UTF-8 or UTF-16: a Latin text in the Windows encoding.

    Detection by statistics is left to what this does not fit: on a line or two it takes a single dash for Chinese.
    """
    if data.startswith(_BOMS) or b"\x00" in data[:512]:
        return None
    ascii_only = data.decode("ascii", "ignore")
    others = len(data) - len(ascii_only)
    if others > _FEW * len(data) or "\ufffd" not in (damaged := data.decode("utf-8", "replace")):
        return None
    if others >= 2 * damaged.count("\ufffd"):  # most of it is well-formed UTF-8: a damaged file
        return None
    try:
        return data.decode("windows-1252")
    except UnicodeDecodeError:
        return None


class Peeked(io.RawIOBase):
    """A stream with its first bytes put back; read forward only. Closing it leaves the stream open."""

    def __init__(self, head: bytes, stream: BinaryIO) -> None:
        """Put them back.

        Args:
            head: the bytes that were read.
            stream: the rest.
        """
        self._head, self._stream = head, stream

    def readable(self) -> bool:
        """True."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Fill a part of the buffer; 0 at the end."""
        with memoryview(buffer) as whole, whole.cast("B") as view:
            if self._head:
                data, self._head = self._head[: len(view)], self._head[len(view) :]
            else:
                data = self._stream.read(len(view))
            view[: len(data)] = data
        return len(data)

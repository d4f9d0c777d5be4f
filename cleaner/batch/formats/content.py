"""What bytes are that are no text: told by how they begin, so that no archive or image is cleaned as one.

The table is our own: libraries of signatures know thousands, some so short that a text may begin with them (``BM``,
``MZ``), and none says what to do.
"""

from __future__ import annotations

import io
import re
from typing import BinaryIO, cast

from cleaner.batch.encoding import BOM, WIDE, Peeked
from cleaner.batch.formats.base import ReadError

#: So many bytes tell what the rest is.
HEAD = 4096
_UNPACK = "unpack it first"
_AS_CSV = "save its table as CSV first"
_AS_TEXT = "take the text out of it first"
_GZIP = "gzip data", f"{_UNPACK} (zcat), or give the file the end .gz"
#: Beginnings, what has them, and what to do.
_SIGNATURES: tuple[tuple[bytes, str, str], ...] = (
    (b"\x1f\x8b", *_GZIP),
    (b"BZh", "bzip2 data", f"{_UNPACK} (bzcat), or give the file the end .bz2"),
    (b"\xfd7zXZ\x00", "xz data", f"{_UNPACK} (xzcat), or give the file the end .xz"),
    (b"\x28\xb5\x2f\xfd", "Zstandard data", f"{_UNPACK} (zstdcat), or give the file the end .zst"),
    (b"\x04\x22\x4d\x18", "LZ4 data", f"{_UNPACK} (lz4cat)"),
    (b"PK\x03\x04", "a ZIP archive or an office document", "unpack it, or save it as text or CSV, first"),
    (b"PK\x05\x06", "an empty ZIP archive", _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", _UNPACK),
    (b"Rar!\x1a\x07", "a RAR archive", _UNPACK),
    (b"%PDF-", "a PDF document", f"{_AS_TEXT} (pdftotext)"),
    (b"{\\rtf", "an RTF document", _AS_TEXT),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old office document", _AS_TEXT),
    (b"\x89PNG\r\n", "a PNG image", ""),
    (b"\xff\xd8\xff", "a JPEG image", ""),
    (b"GIF87a", "a GIF image", ""),
    (b"GIF89a", "a GIF image", ""),
    (b"II*\x00", "a TIFF image", ""),
    (b"MM\x00*", "a TIFF image", ""),
    (b"PAR1", "a Parquet file", "add --input-format parquet"),
    (b"ARROW1\x00", "an Arrow file", "write it as Parquet first"),
    (b"Obj\x01", "an Avro file", "write it as JSONL or Parquet first"),
    (b"SQLite format 3\x00", "an SQLite database", _AS_CSV),
    (b"\x89HDF\r\n", "an HDF5 file", _AS_CSV),
    (b"\x93NUMPY", "a NumPy array", _AS_CSV),
    (b"\x7fELF", "a program", ""),
    (b"ID3", "an audio file", ""),
    (b"OggS\x00", "an audio or video file", ""),
    (b"WARC/0.", "a WARC file", "add --input-format warc"),
    (b"WARC/1.", "a WARC file", "add --input-format warc"),
)
_WORDS = (b"BZh", b"GIF87a", b"GIF89a", b"PAR1", b"ID3")  # a text may begin so; it holds no controls
_INSIDE: tuple[tuple[int, bytes, str, str], ...] = (
    (257, b"ustar", "a tar archive", _UNPACK),
    (8, b"WEBP", "a WebP image", ""),
    (4, b"ftyp", "a video or a photograph", ""),
)
#: Text may hold a tab, a line feed, a form feed or an escape; of the other controls hardly any.
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_MOST = 0.3  # of the bytes may be controls in what is UTF-8 (texts of two bytes a letter without a mark hold half)
_FEW = 0.005  # in what is not


def not_text(head: bytes) -> str | None:
    """What data are that begin so, and what to do, if they are no text in any encoding; else ``None``.

    >>> not_text(b"%PDF-1.7 ...")
    'a PDF document, not a text: take the text out of it first (pdftotext)'
    >>> not_text("Harga beras naik.".encode("utf-16-le"))

    Args:
        head: the first ``HEAD`` bytes, or all if there are fewer.
    """
    found = _named(head)
    if found is not None:
        what, hint = found
        return f"{what}, not a text" + (f": {hint}" if hint else "")
    return "binary data, not a text" if _is_binary(head) else None


def _named(head: bytes) -> tuple[str, str] | None:
    for start, what, hint in _SIGNATURES:
        if head.startswith(start) and (start not in _WORDS or _CONTROLS.search(head)):
            return what, hint
    for at, mark, what, hint in _INSIDE:
        if head.startswith(mark, at) and _CONTROLS.search(head):
            return what, hint
    return None


def _is_binary(head: bytes) -> bool:
    if not head or head.startswith((BOM, *WIDE)):
        return False
    share = len(_CONTROLS.findall(head)) / len(head)
    if share < _FEW or _is_wide(head):
        return False
    try:
        head[: max(len(head) - 3, 1)].decode("utf-8") if len(head) == HEAD else head.decode("utf-8")
    except UnicodeDecodeError as error:
        # The last character may be cut by the end of what was read.
        if error.start < len(head) - 8 or len(head) < HEAD:
            return True
    return share > _MOST


def _is_wide(head: bytes) -> bool:
    """Whether it looks like UTF-16 of a Latin text without a mark: every other byte is zero."""
    even, odd = head[::2].count(0) * 2, head[1::2].count(0) * 2
    return (even > 0.8 * len(head) and odd == 0) or (odd > 0.8 * len(head) and even == 0)


def text_stream(stream: BinaryIO) -> BinaryIO:
    """The same stream, when its beginning may be text.

    Raises:
        ReadError: it is not; the message says what it is.
        OSError: it cannot be read.
    """
    head = b""
    while len(head) < HEAD and (more := stream.read(HEAD - len(head))):
        head += more
    if (found := not_text(head)) is not None:
        raise ReadError(f"is {found}")
    return cast(BinaryIO, io.BufferedReader(Peeked(head, stream), 1 << 16))

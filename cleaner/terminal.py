"""What reaches a terminal: control characters are shown, never sent, so that no text, id or name can act on it."""

from __future__ import annotations

import codecs
import io
import os
import re
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_BUFFER = 1 << 20
_C0 = {n: chr(0x2400 + n) for n in range(32) if n not in (9, 10)} | {0x7F: "\u2421"}
#: Controls of the upper half, marks that turn the direction of writing, line and paragraph separators, lone surrogates.
_OTHERS = re.compile("[\x80-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def visible(text: str) -> str:
    r"""Text that a terminal shows as it is.

    Control characters become their symbols (``\x1b`` is ``␛``), those without a symbol their escapes; line feeds and
    tabs stay, and a carriage return before a line feed goes.

    >>> visible("a\x1b[2Jb\x9bc")
    'a␛[2Jb\\x9bc'
    """
    text = text.replace("\r\n", "\n").translate(_C0)
    return text if text.isascii() else _OTHERS.sub(_escaped, text)


def _escaped(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def counted(number: int, noun: str) -> str:
    """A number with its noun, which has an s unless it is one.

    >>> counted(1, "document"), counted(1200, "document"), counted(2, "process")
    ('1 document', '1,200 documents', '2 processes')
    """
    plural = "es" if noun.endswith("s") else "s"
    return f"{number:,} {noun}{'' if number == 1 else plural}"


def wants_colour(
    asked: bool | None = None, *, terminal: bool | None = None, env: Mapping[str, str] = os.environ
) -> bool:
    """Whether to write in colour.

    What was asked for on the command line holds; then ``NO_COLOR`` (any value, no-color.org); then ``FORCE_COLOR`` and
    ``CLICOLOR_FORCE`` (any value but ``0``); else colour is for a terminal, unless ``CLICOLOR=0`` or ``TERM=dumb``.

    Args:
        asked: what the command line says, if it does.
        terminal: whether the output is a terminal; default: whether standard output is.
        env: the environment.
    """
    if asked is not None:
        return asked
    if env.get("NO_COLOR"):
        return False
    if any(env.get(name, "0") not in ("", "0") for name in ("FORCE_COLOR", "CLICOLOR_FORCE")):
        return True
    if env.get("CLICOLOR") == "0" or env.get("TERM") == "dumb":
        return False
    return sys.stdout.isatty() if terminal is None else terminal


def tell(message: str) -> None:
    """A message to standard error, with the program's name."""
    print(f"cleaner: {visible(message)}", file=sys.stderr)


def say(text: str, *, err: bool = False) -> None:
    """Lines for people, to standard output or standard error."""
    print(visible(text), file=sys.stderr if err else sys.stdout)


def say_json(data: bytes) -> None:
    """JSON to standard output: what a terminal could take for a command is escaped, which changes no value."""
    print(_OTHERS.sub(lambda found: f"\\u{ord(found[0]):04x}", data.decode().replace("\x7f", "\\u007f")))


def data_output() -> BinaryIO:
    """Standard output for data: the bytes as they are, unless a person looks at them on a terminal."""
    out: BinaryIO = open(sys.stdout.fileno(), "wb", _BUFFER, closefd=False)  # noqa: SIM115
    if not out.isatty():
        return out
    return io.BufferedWriter(_Shown(out), _BUFFER)


class _Shown(io.RawIOBase):
    """Text on its way to a terminal."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def writable(self) -> bool:
        return True

    def write(self, data: ReadableBuffer, /) -> int:
        given = bytes(data)
        self._out.write(visible(self._decoder.decode(given)).encode())
        self._out.flush()
        return len(given)

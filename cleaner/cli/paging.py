"""Long output, through a pager where a person reads it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator

import click

from cleaner.terminal import visible

pager_option = click.option(
    "--pager/--no-pager", default=None, help="Through a pager, or not; by default on a terminal."
)


def show(pieces: Iterable[str], pager: bool | None = None, tint: bool = False) -> None:
    """Write text to standard output; a person never gets a control character.

    Args:
        pieces: the text, line breaks included.
        pager: through a pager; ``None``: where standard output is a terminal.
        tint: the text is in colour, and has been made visible already.
    """
    if pager if pager is not None else sys.stdout.isatty():
        os.environ.setdefault("LESS", "FRX")  # as git does: quit if it fits, pass colours on, leave the screen
        click.echo_via_pager(pieces if tint else map(visible, pieces), color=True)
        return
    for piece in pieces:
        write(piece, tint)
    sys.stdout.buffer.flush()


def write(text: str, tint: bool = False) -> None:
    """Text to standard output: to a file or a pipe exactly as it is; a view in colour has been made visible already."""
    if not tint and sys.stdout.isatty():
        text = visible(text)
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))


def lines(texts: Iterable[str]) -> Iterator[str]:
    """Texts without line breaks as pieces for ``show``, made visible wherever they go."""
    for text in texts:
        yield visible(text) + "\n"

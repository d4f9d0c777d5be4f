"""Starts the review application on this machine alone."""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from pathlib import Path

from cleaner.model import CleanerError
from cleaner.review.book import Book
from cleaner.review.desk import Desk
from cleaner.review.index import Index
from cleaner.review.judged import Judged
from cleaner.review.queues import Views
from cleaner.review.render import missing
from cleaner.review.verdicts import DecisionFile

HOST = "127.0.0.1"


def desk_of(index: Index, decisions: Path, packs: Sequence[Path] = (), other: Index | None = None) -> Desk:
    """The desk of a run: its index, its decisions and the packs of today.

    Args:
        index: of the run.
        decisions: the file that verdicts are appended to.
        packs: folders of the user's own packs.
        other: the index of a run to tell the change against.

    Raises:
        CleanerError: a file or folder cannot be read.
    """
    judged = Judged(index, DecisionFile(decisions))
    return Desk(Views(index, judged, other), judged, Book(packs))


def serve(desk: Desk, reviewer: str, port: int, started: Callable[[str], None]) -> None:
    """Answer until interrupted.

    Args:
        desk: what is reviewed.
        reviewer: name of who judges where a browser does not tell.
        port: to listen at; 0 for any that is free.
        started: called with the address once it can be opened.

    Raises:
        CleanerError: the extra ``review`` is not installed, or the port is taken.
    """
    try:
        import jinja2  # noqa: F401
        import uvicorn

        from cleaner.review.guard import Guard
        from cleaner.review.server import application
    except ImportError:
        raise missing("`cleaner review`") from None
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError as error:
        listener.close()
        raise CleanerError(f"port {port}: cannot listen there: {error.strerror}; choose another with --port") from None
    listener.listen(128)
    port = listener.getsockname()[1]
    guard = Guard(port)
    app = application(desk, guard, reviewer)
    config = uvicorn.Config(app, log_level="warning", access_log=False, server_header=False, lifespan="off")
    started(f"http://{HOST}:{port}/enter?token={guard.token}")
    uvicorn.Server(config).run(sockets=[listener])

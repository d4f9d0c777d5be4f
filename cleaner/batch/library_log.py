"""What libraries log while a document is cleaned, told with the document's name: by itself it helps nobody."""

from __future__ import annotations

import logging
from collections import Counter

from cleaner.terminal import tell

_SHOWN = 3  # so often a message is told in a worker; the same one comes with every other page


class LibraryLog(logging.Handler):
    """Takes warnings and errors of other loggers.

    Attributes:
        where: the document at hand, for messages.
    """

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.where = ""
        self._told: Counter[tuple[str, str]] = Counter()

    def emit(self, record: logging.LogRecord) -> None:
        """Tell a message, the first times that it comes."""
        kind = record.name, str(record.msg)
        self._told[kind] += 1
        if self._told[kind] <= _SHOWN:
            place = f"{self.where}: " if self.where else ""
            tell(f"{place}{record.name}: {' '.join(record.getMessage().split())}")


def library_log() -> LibraryLog:
    """The handler of this process: in place once, and only where nobody else has said where logs go."""
    root = logging.getLogger()
    for handler in root.handlers:
        if isinstance(handler, LibraryLog):
            return handler
    log = LibraryLog()
    if not root.handlers:
        root.addHandler(log)
        logging.captureWarnings(True)
    return log

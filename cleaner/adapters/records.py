"""Audit records of results whose ids may be of any type."""

from __future__ import annotations

from typing import Any

import msgspec

from cleaner import audit
from cleaner.audit import Record
from cleaner.model import Cleaned


def record_of(result: Cleaned | str, id: Any, url: Any) -> Record:
    """The audit record of a result, or of a message.

    Args:
        result: what the cleaner returned, or why it could not.
        id: the document's id; what JSON does not know is written as ``str`` has it.
        url: its URL; anything but a string is left out.
    """
    url = url if isinstance(url, str) else None
    try:
        msgspec.json.encode((id, url))
    except Exception:  # a type that JSON does not know, a lone surrogate
        id = None if id is None else str(id).encode("utf-8", "replace").decode()
        url = None if url is None else url.encode("utf-8", "replace").decode()
    if isinstance(result, Cleaned):
        return audit.record(result, id, url)
    return audit.error_record(id, url, result)

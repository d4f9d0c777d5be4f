"""One-call functions that share a cleaner with the built-in packs."""

from __future__ import annotations

from functools import cache

from cleaner.core import Cleaner
from cleaner.model import Cleaned


@cache
def _shared() -> Cleaner:
    return Cleaner()


def clean_text(text: str, url: str | None = None, site: str | None = None, date: str | None = None) -> Cleaned:
    """Clean one scraped text with the built-in packs; see :meth:`cleaner.core.Cleaner.clean_text`."""
    return _shared().clean_text(text, url=url, site=site, date=date)


def clean_html(html: str | bytes, url: str | None = None, site: str | None = None, date: str | None = None) -> Cleaned:
    """Clean one raw page with the built-in packs; see :meth:`cleaner.core.Cleaner.clean_html`."""
    return _shared().clean_html(html, url=url, site=site, date=date)

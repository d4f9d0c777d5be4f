"""Packages that a run cannot do without, looked for before anything is written."""

from __future__ import annotations

from importlib import import_module

from cleaner.batch.compress import check_codec
from cleaner.batch.sources import Found, InputFile
from cleaner.extras import install
from cleaner.model import CleanerError

_PACKAGES = {"parquet": ("pyarrow", "Parquet"), "warc": ("fastwarc", "WARC")}


def check_packages(found: Found) -> None:
    """Refuse a run of which nothing could come for want of a package.

    Where some inputs need none, the others are told one by one as the run meets them.

    Raises:
        CleanerError: what is missing, and the command that installs it.
    """
    first: CleanerError | None = None
    for source in found.sources:
        try:
            _check(source)
            return
        except CleanerError as error:
            first = first or error
    if first is not None:
        raise first


def _check(source: InputFile) -> None:
    for kind in (source.kind, source.target):
        if kind.format.name in _PACKAGES:
            package, what = _PACKAGES[kind.format.name]
            try:
                import_module(package)
            except ImportError:
                raise CleanerError(
                    f"{what} files need {package}, which is not installed: {install(kind.format.name)}"
                ) from None
        if kind.compression is not None and not kind.format.as_stored:
            check_codec(kind.compression)

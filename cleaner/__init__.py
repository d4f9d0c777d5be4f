"""Strips boilerplate and clutter from online news, Indonesian first, and keeps a record of every cut.

The names below are the public face; they are imported when first used, so that ``import cleaner`` costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cleaner.audit import restore
    from cleaner.core import Cleaner, clean_html, clean_many, clean_text
    from cleaner.model import CATEGORIES, Cleaned, CleanerError, Removal, Withheld

__version__ = "0.2.0"
__all__ = [
    "CATEGORIES",
    "Cleaned",
    "Cleaner",
    "CleanerError",
    "Removal",
    "Withheld",
    "clean_html",
    "clean_many",
    "clean_text",
    "restore",
]

_ROOMS = {
    "Cleaner": "cleaner.core",
    "clean_html": "cleaner.core",
    "clean_many": "cleaner.core",
    "clean_text": "cleaner.core",
    "restore": "cleaner.audit",
}


if not TYPE_CHECKING:  # a type checker would take any name from a module that has it

    def __getattr__(name: str) -> Any:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        return getattr(import_module(_ROOMS.get(name, "cleaner.model")), name)

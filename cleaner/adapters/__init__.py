"""Steps for pipelines that people already run, each thin and optional: each has an extra, such as ``scrapy``.

Importing this package imports none of the libraries; importing one of its modules needs that module's extra.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from cleaner.extras import install


@contextmanager
def needs(extra: str) -> Iterator[None]:
    """Turn a failing import inside the block into a message that names the extra to install.

    Raises:
        ImportError: a library is missing.
    """
    try:
        yield
    except ImportError as error:
        missing = error.name or str(error)
        raise ImportError(f"cleaner.adapters.{extra} needs {missing}: {install(extra)}", name=error.name) from error

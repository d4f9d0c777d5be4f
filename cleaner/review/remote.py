"""A run that lies in a store, brought to the cache of this machine: reviewing reads it many times."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from pathlib import Path

from cleaner.batch.plan import STATE_NAME
from cleaner.batch.store import file_system
from cleaner.model import CleanerError
from cleaner.packs.load import cache_folder


def fetched(url: str) -> Path:
    """The run of a URL as a local copy, fetched again only when its files have changed.

    Raises:
        CleanerError: there is no such run, or it cannot be read.
    """
    system, inner = file_system(url)
    try:
        if not system.exists(inner):
            raise CleanerError(f"{url}: no such run in the store")
        listed = {inner: system.info(inner)} if system.isfile(inner) else system.find(inner, detail=True)
        base = inner.rpartition("/")[0] if system.isfile(inner) else inner.rstrip("/")
        files = {name: facts for name, facts in sorted(listed.items()) if f"/{STATE_NAME}/" not in name}
        state = hashlib.sha256(repr([(name, _state(facts)) for name, facts in files.items()]).encode()).hexdigest()
        folder = (
            (cache_folder() or Path(tempfile.gettempdir())) / "runs" / hashlib.sha256(url.encode()).hexdigest()[:24]
        )
        target = folder / state[:16]
        if not target.is_dir():
            shutil.rmtree(folder, ignore_errors=True)
            aside = folder / "part"
            for name in files:
                below = name[len(base) :].lstrip("/")
                if ".." in below.split("/"):
                    raise CleanerError(f"{url}: {name}: a name that leads out of its folder")
                (aside / below).parent.mkdir(parents=True, exist_ok=True)
                system.get_file(name, str(aside / below))
            aside.replace(target)
        return target / inner.rpartition("/")[2] if system.isfile(inner) else target
    except CleanerError:
        raise
    except Exception as error:  # stores raise what they like
        raise CleanerError(f"{url}: cannot read this run: {type(error).__name__}: {error}") from None


def _state(facts: dict[str, object]) -> tuple[object, ...]:
    """What tells one state of a stored file from another; stores name it differently."""
    return tuple(str(facts.get(key)) for key in ("size", "mtime", "etag", "ETag", "LastModified", "created"))

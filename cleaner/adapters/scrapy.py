"""Scrapy: an item pipeline, and the add-on that enables it. See ``docs/pipelines/scrapy.md``."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from cleaner import audit
from cleaner.adapters import needs
from cleaner.core import Cleaner
from cleaner.fields import Fields, clean_fields, record_of
from cleaner.model import Cleaned, CleanerError

with needs("scrapy"):
    from itemadapter import ItemAdapter
    from scrapy.utils.misc import load_object

logger = logging.getLogger(__name__)
#: Where the add-on puts the pipeline: after pipelines that complete an item, before those that store it.
PRIORITY = 300
_PATH = "cleaner.adapters.scrapy.CleanerPipeline"


class Settings(msgspec.Struct, frozen=True):
    """The settings, without their ``CLEANER_``; an empty name of a field turns it off."""

    text_field: str = "text"
    html_field: str = "html"
    url_field: str = "url"
    id_field: str = "id"
    date_field: str = "date"
    title_field: str = "title"
    site: str | None = None
    packs: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    keep_html: bool = True
    audit_field: str = ""
    audit_file: str = ""

    @classmethod
    def read(cls, settings: Any) -> Settings:
        """The settings of a crawl.

        Raises:
            CleanerError: a name that begins with ``CLEANER_`` and is none of them, or a value that does not fit.
        """
        found: dict[str, Any] = {}
        for key in settings:
            if not str(key).startswith("CLEANER_"):
                continue
            name = key[len("CLEANER_") :].lower()
            if name not in cls.__struct_fields__:
                known = ", ".join(f"CLEANER_{field.upper()}" for field in cls.__struct_fields__)
                raise CleanerError(f"unknown setting {key}; known: {known}")
            if name in ("packs", "keep"):
                found[name] = tuple(str(one) for one in settings.getlist(key))
            elif name == "keep_html":
                found[name] = settings.getbool(key)
            else:
                value = settings.get(key)
                if value is not None and not isinstance(value, str | Path):
                    raise CleanerError(f"{key} is {value!r}, not a string")
                found[name] = str(value or "")
        return cls(**found)


class CleanerPipeline:
    """Cleans the text or page of every item that has one. Items are changed in place and never dropped."""

    def __init__(self, settings: Settings, crawler: Any) -> None:
        """Load the packs.

        Raises:
            CleanerError: a broken pack, an unknown category or site: the crawl does not start.
        """
        self.settings = settings
        self.names = Fields(
            settings.id_field,
            settings.url_field,
            settings.text_field,
            settings.html_field,
            settings.title_field,
            settings.date_field,
        )
        if not settings.text_field:
            raise CleanerError("CLEANER_TEXT_FIELD needs a name")
        self.cleaner = Cleaner(packs=settings.packs, keep=settings.keep)
        if settings.site:
            self.cleaner.clean_text("", site=settings.site)
        self._crawler = crawler
        self._audit: _AuditFile | None = None

    @classmethod
    def from_crawler(cls, crawler: Any) -> CleanerPipeline:
        """Scrapy's way to build it."""
        return cls(Settings.read(crawler.settings), crawler)

    def open_spider(self, spider: Any = None) -> None:
        """Open the audit file, for appending, as Scrapy's feeds are."""
        if not self.settings.audit_file:
            return
        name = getattr(spider or self._crawler.spider, "name", None) or "spider"
        path = Path(self.settings.audit_file.replace("%(name)s", name))
        try:
            self._audit = _AuditFile(path)
        except OSError as error:
            raise CleanerError(f"CLEANER_AUDIT_FILE {path}: {error.strerror}") from error

    def close_spider(self, spider: Any = None) -> None:
        """Close the audit file."""
        if self._audit is not None:
            self._audit.close()
            self._audit = None

    def process_item(self, item: Any, spider: Any = None) -> Any:
        """Clean one item and hand it on; what cannot be cleaned goes on as it is, with a warning."""
        adapter = ItemAdapter(item) if ItemAdapter.is_item(item) else None
        if adapter is None or not any(name and name in adapter for name in (self.names.text, self.names.html)):
            self._count("passed_over")
            return item
        found = {role: adapter.get(name) if name else None for role, name in _roles(self.names)}
        result: Cleaned | str
        try:
            self._check_fields(adapter)
            result = clean_fields(
                self.cleaner,
                text=found["text"],
                html=found["html"],
                url=found["url"],
                date=found["date"],
                site=self.settings.site,
                names=self.names,
            )
        except CleanerError as error:
            result = str(error)
        record = record_of(result, found["id"], found["url"])
        line = audit.encode(record)
        try:
            # First the record, then the cut: no text is ever cut of which nothing is written down.
            if self._audit is not None:
                self._audit.write(line)
        except OSError as error:
            result = f"{self.settings.audit_file}: cannot write the audit: {error.strerror}"
            line = audit.encode(record_of(result, found["id"], found["url"]))
        if self.settings.audit_field and _can_hold(adapter, self.settings.audit_field):
            adapter[self.settings.audit_field] = msgspec.json.decode(line)
        if isinstance(result, Cleaned):
            self._change(adapter, result, page=found["html"] is not None)
        else:
            logger.warning("cannot clean item %s: %s", found["id"] or found["url"] or "without id", result)
        self._tell(result)
        return item

    def _check_fields(self, adapter: Any) -> None:
        for name in (self.names.text, self.settings.audit_field):
            if name and not _can_hold(adapter, name):
                raise CleanerError(f'{type(adapter.item).__name__} has no field "{name}"')

    def _change(self, adapter: Any, cleaned: Cleaned, *, page: bool) -> None:
        names = self.names
        adapter[names.text] = cleaned.text
        if not page:
            return
        title = cleaned.meta.get("title")
        if title and names.title and _can_hold(adapter, names.title) and adapter.get(names.title) is None:
            adapter[names.title] = title
        if not self.settings.keep_html and names.html != names.text:
            if _is_open(adapter):
                del adapter[names.html]
            else:
                adapter[names.html] = None

    def _tell(self, result: Cleaned | str) -> None:
        self._count("documents")
        if isinstance(result, str):
            self._count("error")
            return
        self._count(result.status)
        self._count("chars", len(result.raw))
        self._count("chars_cut", len(result.raw) - len(result.text))
        for removal in result.removals:
            self._count(f"chars_cut/{removal.category}", removal.end - removal.start)
        for flag in result.flags:
            self._count(f"flag/{flag}")

    def _count(self, name: str, count: int = 1) -> None:
        self._crawler.stats.inc_value(f"cleaner/{name}", count)


class CleanerAddon:
    """Enables the pipeline: ``ADDONS = {"cleaner.adapters.scrapy.CleanerAddon": 500}``."""

    def update_settings(self, settings: Any) -> None:
        """Put the pipeline among the others, unless it is there; check the ``CLEANER_*`` settings."""
        Settings.read(settings)
        pipelines = settings["ITEM_PIPELINES"]
        if not any(load_object(path) is CleanerPipeline for path in pipelines):
            pipelines.set(_PATH, PRIORITY, "addon")


def _roles(names: Fields) -> list[tuple[str, str]]:
    return [(role, getattr(names, role)) for role in ("text", "html", "url", "date", "id")]


def _is_open(adapter: Any) -> bool:
    """Whether fields can be taken away: those of dicts and of Scrapy's own items."""
    return isinstance(adapter.item, dict) or hasattr(adapter.item, "fields")


def _can_hold(adapter: Any, name: str) -> bool:
    return isinstance(adapter.item, dict) or name in adapter.field_names()


class _AuditFile:
    """Lines appended to a file one by one, unbuffered: a crawl that is killed has written all its records."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file: BinaryIO = path.open("ab+", buffering=0)
        self._torn = False  # a line that a full disk cut off
        if self._file.tell():
            self._file.seek(-1, 2)
            self._torn = self._file.read(1) != b"\n"

    def write(self, line: bytes) -> None:
        left = memoryview((b"\n" if self._torn else b"") + line + b"\n")
        self._torn = True
        while left:
            left = left[self._file.write(left) :]
        self._torn = False

    def close(self) -> None:
        self._file.close()

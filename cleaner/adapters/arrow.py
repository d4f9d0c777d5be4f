"""Record batches in, record batches out: the step that every columnar engine runs.

A batch keeps all its columns; the text column holds the clean texts in the type it had, and columns are added that tell
what became of each row and what was cut. See ``docs/pipelines/arrow.md``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

from cleaner.adapters import needs
from cleaner.adapters.arrow_columns import DETAIL, detail_columns, detail_types, filled, is_large, is_text, text_array
from cleaner.adapters.arrow_restore import restore_batch
from cleaner.adapters.portable import PortableCleaner
from cleaner.audit import encode
from cleaner.core import Cleaner
from cleaner.fields import Fields, Unreadable, clean_fields, record_of
from cleaner.model import Cleaned, CleanerError

with needs("arrow"):
    import pyarrow as pa

__all__ = ["Audit", "BatchCleaner", "clean_batch", "restore_batch"]

#: ``columns``: what was cut, as nested columns; ``record``: the audit record as JSON; ``none``: only the status.
Audit = Literal["columns", "record", "none"]
_DEFAULTS = Fields()
_ROLES = ("text", "html", "url", "date", "id")


class BatchCleaner:
    """Cleans record batches and tables. Pickles small and with the same bytes everywhere; workers build it lazily."""

    def __init__(
        self,
        cleaner: Cleaner | None = None,
        *,
        text_field: str = _DEFAULTS.text,
        html_field: str = _DEFAULTS.html,
        url_field: str = _DEFAULTS.url,
        id_field: str = _DEFAULTS.id,
        date_field: str = _DEFAULTS.date,
        title_field: str = _DEFAULTS.title,
        site: str | None = None,
        audit: Audit | bool = "columns",
        prefix: str = "",
        keep_html: bool = True,
    ) -> None:
        """Set up the step.

        Args:
            cleaner: cleans each row; by default one with the built-in packs.
            text_field: column with the text; it holds the clean text afterwards.
            html_field: column with the page, as strings or undecoded bytes; where a row has one, it is cleaned.
            url_field: column with the URL, which picks the site's pack.
            id_field: column with the id, for audit records.
            date_field: column with the publication date, kept in audit records.
            title_field: column to add with the titles of pages, if the batch has pages and no such column.
            site: the site of all rows.
            audit: ``columns`` (or true), ``record``, or ``none`` (or false); see ``Audit``.
            prefix: goes before the names of the added columns (not before the title).
            keep_html: whether the page's column stays.

        A field with an empty name is turned off. One with its default name is used if the batch has such a column.

        Raises:
            CleanerError: an unknown site, or no name for the text.
        """
        names = Fields(id_field, url_field, text_field, html_field, title_field, date_field)
        if not names.text:
            raise CleanerError("the text column needs a name")
        if isinstance(audit, bool):
            audit = "columns" if audit else "none"
        if audit not in ("columns", "record", "none"):
            raise CleanerError(f"audit is {audit!r}; known: 'columns', 'record', 'none'")
        self.names = names
        self.site = site
        self.audit: Audit = audit
        self.prefix = prefix
        self.keep_html = keep_html
        self._portable = PortableCleaner(cleaner)
        if site:
            self._portable.get().clean_text("", site=site)

    @property
    def cleaner(self) -> Cleaner:
        """The cleaner, built when it is first used in a process."""
        return self._portable.get()

    def reads(self, columns: Sequence[str]) -> dict[str, str]:
        """The columns that are read, by their role: ``text``, ``html``, ``url``, ``date``, ``id``.

        Raises:
            CleanerError: there is nothing to clean, a column that was named is not there or there twice, or one that
                would be added is there already.
        """
        found = {}
        for role in _ROLES:
            name = getattr(self.names, role)
            count = columns.count(name) if name else 0
            if count > 1:
                raise CleanerError(f'{count} columns are named "{name}"')
            if count:
                found[role] = name
            elif name != getattr(_DEFAULTS, role) and name:
                raise CleanerError(f'no column "{name}"; there are: {", ".join(columns)}')
        if "text" not in found and "html" not in found:
            wanted = " or ".join(f'"{name}"' for name in (self.names.text, self.names.html) if name)
            raise CleanerError(f"no column {wanted}; there are: {', '.join(columns)}")
        for name in self._added():
            if name in columns:
                raise CleanerError(f'there is a column "{name}" already; set prefix, as in prefix="cleaner_"')
        return found

    def schema(self, schema: Any) -> Any:
        """The schema of the results for batches of this schema.

        Raises:
            CleanerError: as ``reads``.
        """
        roles = self.reads(schema.names)
        fields = []
        text_type = self._text_type(schema, roles)
        for field in schema:
            if field.name == self.names.text:
                field = field.with_type(text_type).with_nullable(True)
            elif field.name == roles.get("html") and not self.keep_html:
                continue
            fields.append(field)
        if "text" not in roles:
            fields.append(pa.field(self.names.text, text_type))
        if self._adds_title(schema.names, roles):
            fields.append(pa.field(self.names.title, pa.string()))
        types = _types(large=_has_large(schema, roles))
        fields += [pa.field(name, types[name.removeprefix(self.prefix)]) for name in self._added()]
        return pa.schema(fields, metadata=schema.metadata)

    def __call__(self, batch: Any) -> Any:
        """Clean a ``RecordBatch`` or a ``Table``; the result is of the same class, with the same rows in order.

        Raises:
            CleanerError: as ``reads``; a row that cannot be cleaned raises nothing, its status is ``error``.
        """
        if isinstance(batch, pa.Table):
            schema = self.schema(batch.schema)
            return pa.Table.from_batches([self._clean(part) for part in batch.to_batches()], schema=schema)
        return self._clean(batch)

    def stream(self, batches: Iterable[Any]) -> Iterator[Any]:
        """Clean batches one after the other (Spark's ``mapInArrow``, readers of Parquet)."""
        for batch in batches:
            yield self(batch)

    def columns(
        self,
        values: Mapping[str, Sequence[Any]],
        size: int,
        names: Sequence[str],
        text_type: Any = None,
        *,
        large: bool = True,
    ) -> dict[str, Any]:
        """Clean rows that are given as values, for engines with columns of their own kind.

        Args:
            values: the values of each column that is read, by its role (see ``reads``).
            size: how many rows.
            names: the columns of the batch.
            text_type: the type of the clean texts.
            large: whether nested texts have 64-bit offsets.

        Returns:
            The Arrow arrays to set or add, by name, in the order of ``schema``.
        """
        results = self._results(values, size)
        done = [result if isinstance(result, Cleaned) else None for result in results]
        texts = [result.text if result else None for result in done]
        out = {self.names.text: text_array(texts, text_type or pa.large_string())}
        if self._adds_title(names, values):
            out[self.names.title] = filled(
                [result.meta.get("title") if result else None for result in done], pa.string()
            )
        out[f"{self.prefix}status"] = filled([result.status if result else "error" for result in done], pa.string())
        types = _types(large=large)
        if self.audit == "columns":
            out |= {self.prefix + name: array for name, array in detail_columns(results, types).items()}
        elif self.audit == "record":
            out[f"{self.prefix}audit"] = filled(_records(results, values), types["audit"])
        return out

    def restore(self, batch: Any) -> Any:
        """Undo ``__call__``; see ``restore_batch``."""
        return restore_batch(batch, text_field=self.names.text, prefix=self.prefix)

    def _added(self) -> tuple[str, ...]:
        more = {"columns": DETAIL, "record": ("audit",), "none": ()}[self.audit]
        return tuple(self.prefix + name for name in ("status", *more))

    def _adds_title(self, columns: Sequence[str], roles: Mapping[str, Any]) -> bool:
        return bool("html" in roles and self.names.title and self.names.title not in columns)

    def _text_type(self, schema: Any, roles: Mapping[str, str]) -> Any:
        kind = schema.field(roles["text"]).type if "text" in roles else None
        if kind is not None and is_text(kind):
            return kind
        return pa.large_string() if "html" in roles and is_large(schema.field(roles["html"]).type) else pa.string()

    def _clean(self, batch: Any) -> Any:
        schema = batch.schema
        names = schema.names
        roles = self.reads(names)
        values = {role: _values(batch.column(names.index(name))) for role, name in roles.items()}
        out = self.columns(
            values, batch.num_rows, names, self._text_type(schema, roles), large=_has_large(schema, roles)
        )
        target = self.schema(schema)
        dropped = roles.get("html") if not self.keep_html else None
        arrays = [
            out.pop(name) if name in out else batch.column(number)  # by position: columns may share a name
            for number, name in enumerate(names)
            if name != dropped or name in out
        ]
        return pa.RecordBatch.from_arrays([*arrays, *out.values()], schema=target)

    def _results(self, columns: Mapping[str, Sequence[Any]], size: int) -> list[Cleaned | str]:
        cleaner, site, names = self.cleaner, self.site, self.names
        nothing = [None] * size
        texts, pages, urls, dates = (columns.get(role, nothing) for role in ("text", "html", "url", "date"))
        results: list[Cleaned | str] = []
        for text, html, url, date in zip(texts, pages, urls, dates, strict=True):
            try:
                results.append(clean_fields(cleaner, text=text, html=html, url=url, date=date, site=site, names=names))
            except CleanerError as error:
                results.append(str(error))
        return results


def clean_batch(batch: Any, cleaner: Cleaner | None = None, **options: Any) -> Any:
    """Clean one ``RecordBatch`` or ``Table``; for more than one, keep a ``BatchCleaner``, which takes the same options.

    Raises:
        CleanerError: see ``BatchCleaner.reads``.
    """
    return BatchCleaner(cleaner, **options)(batch)


def _has_large(schema: Any, roles: Mapping[str, str]) -> bool:
    return any(is_large(schema.field(roles[role]).type) for role in ("text", "html") if role in roles)


def _types(*, large: bool) -> dict[str, Any]:
    record = pa.large_string() if large else pa.string()
    return {"status": pa.string(), "audit": record, **detail_types(large=large)}


def _values(array: Any) -> list[Any]:
    """A column as Python values; one that has no Python form (bytes that are no UTF-8) is ``Unreadable``."""
    if pa.types.is_timestamp(array.type) and array.type.unit == "ns":  # Python's has microseconds
        array = array.cast(pa.timestamp("us", array.type.tz), safe=False)
    try:
        found: list[Any] = array.to_pylist()
        return found
    except Exception:  # whatever it is: one bad value must not cost the others
        return [_value(one) for one in array]


def _value(scalar: Any) -> Any:
    try:
        return scalar.as_py()
    except Exception as error:
        return Unreadable(str(error))


def _records(results: Sequence[Cleaned | str], columns: Mapping[str, Sequence[Any]]) -> list[str]:
    nothing = [None] * len(results)
    ids, urls = columns.get("id", nothing), columns.get("url", nothing)
    return [encode(record_of(*row)).decode() for row in zip(results, ids, urls, strict=True)]

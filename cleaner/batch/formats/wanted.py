"""What is said of a field that is not there: which there are, and which one may have been meant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cleaner.batch.formats.base import ReadError
from cleaner.fields import Fields
from cleaner.nearest import nearest

#: What others call these fields; the first ones are the likeliest.
_USUAL = {
    "text": "body content article_body articlebody maintext main_text full_text fulltext article raw_content raw_text "
    "markdown plain_text story",
    "html": "raw_html page body_html content_html html_content",
    "url": "link uri href source_url permalink page_url canonical_url",
    "id": "_id doc_id article_id uuid guid",
    "title": "headline",
    "date": "published published_at date_published pubdate datetime timestamp",
}
_SHOWN = 20  # so many names are listed
_LIKE = 0.66  # of the letters of two names are the same where one is a slip for the other
_PROSE = 200  # characters: a value of this length may be an article


class FieldError(ReadError):
    """A file that lacks the fields in use. ``names`` are those that it has."""

    def __init__(self, message: str, names: Sequence[str]) -> None:
        super().__init__(message)
        self.names = names


def no_column(fields: Fields, names: Sequence[str]) -> FieldError:
    """A table without the column of texts."""
    return FieldError(
        f'no column "{fields.text}"; the columns are {_listed(names)}{hint("text", fields, names)}', names
    )


def no_field(fields: Fields, sizes: Mapping[str, int]) -> str:
    """Words on records without the field of the text.

    Args:
        fields: the fields in use.
        sizes: the fields that there are, with the length of their longest string.
    """
    names = list(sizes)
    asked = hint("text", fields, names, sizes)
    wanted = f'"{fields.text}"'
    if fields.html not in ("", Fields().html):  # who names the field of the page wants pages
        wanted, asked = f'"{fields.html}" and no "{fields.text}"', hint("html", fields, names) or asked
    return f"no field {wanted}; the fields are {_listed(names)}{asked}"


def hint(role: str, fields: Fields, names: Sequence[str], sizes: Mapping[str, int] | None = None) -> str:
    """The question whether another field was meant, with the option that names it; empty if none comes near."""
    found = field_meant(role, getattr(fields, role), names, sizes or {})
    return f'; did you mean "{found}"? (--{role}-field {found})' if found is not None else ""


def field_meant(role: str, name: str, names: Sequence[str], sizes: Mapping[str, int]) -> str | None:
    """The field that was meant: one spelt nearly so, one that others use for this, for a text the longest string.

    >>> field_meant("text", "text", ["id", "Body"], {})
    'Body'
    >>> field_meant("url", "linkk", ["link", "id"], {})
    'link'
    """
    lower = {each.lower(): each for each in reversed(names)}
    ends = {each.rpartition(".")[2]: each for each in lower}
    close = nearest(name, names, _LIKE)
    if close is not None:
        return close
    for usual in (name.lower(), role, *_USUAL[role].split()):
        if usual in ends:
            return lower[ends[usual]]
    longest = max(sizes, key=lambda each: sizes[each], default=None) if role == "text" else None
    return longest if longest is not None and sizes[longest] >= _PROSE else None


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more

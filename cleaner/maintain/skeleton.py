"""A pack for a new site, drafted from a few of its texts or pages, for a person to edit."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

import msgspec

from cleaner.batch.formats.base import Item
from cleaner.core import Cleaner
from cleaner.fields import Fields
from cleaner.html.source import open_page
from cleaner.maintain.counting import joined
from cleaner.maintain.drafts import draft_of, proven
from cleaner.maintain.few import Few, recurring
from cleaner.maintain.keys import shown
from cleaner.maintain.pieces import pieces, spans
from cleaner.maintain.ranking import COVERED, ranked
from cleaner.maintain.reading import clean, items, told
from cleaner.maintain.selectors import Selectors, find_selectors
from cleaner.maintain.shapes import one_a_shape
from cleaner.model import Cleaned, CleanerError
from cleaner.packs.layout import basic, listed, literal
from cleaner.packs.write import Draft, rule_lines

LAYERS = ("user", "site")
#: No more documents than this are looked at; a skeleton needs a handful, ``mine`` is for corpora.
MOST_DOCUMENTS = 200
_MOST_RULES = 12
#: So many candidates are looked at; those of one shape become one rule.
_MOST_CANDIDATES = 40
_HOST = re.compile(r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}")
#: From one document alone a rule is drafted only for what is so unlike prose.
_PLAINLY = 0.6
#: Selectors that hold on fewer pages are marked ``unverified``.
_SURE_PAGES = 2
_FIRST_LINES = 3
#: Rule ids of what lies outside the body of a page.
_PAGE = "html"
_TOP = frozenset(("com", "info", "news", "online", "site", "blog"))
#: Repetitions have bounds: a signature is tried on lines of any length.
_PLACE = r"(?-i:[A-Z][A-Za-z.'’]{1,20}(?:[\s/][A-Z][A-Za-z.'’]{1,20}){0,3})"
_PLACE_BEFORE = rf"^(?P<before>{_PLACE}\s*[,(/]\s*)?"
_PLACE_AFTER = rf"\s*,?\s*(?P<after>{_PLACE})?\s*\)?\s*(?:[-–—|]+|[:：])\s*"


class Skeleton(msgspec.Struct, frozen=True):
    """What was found: the site, selectors, signatures, drafts, and what rules at hand already cut."""

    site: str
    layer: str
    texts: int
    pages: int
    selectors: Selectors
    signatures: tuple[str, ...]
    drafts: tuple[Draft, ...]
    known: tuple[tuple[str, int], ...]


def check_site(site: str) -> str:
    """The site's host name in small letters, without ``www.``.

    Raises:
        CleanerError: it is no host name.
    """
    name = site.strip().lower().removeprefix("https://").removeprefix("http://").strip("/").removeprefix("www.")
    if not _HOST.fullmatch(name):
        raise CleanerError(f"{site!r} is no site name: write its host, such as contohnews.id")
    return name


def read_given(inputs: Sequence[str], format: str | None, fields: Fields) -> list[Item]:
    """The documents in the files: texts, pages, records with a text or a page.

    Raises:
        CleanerError: a file cannot be read, or holds no document; the message names file, line and field.
    """
    given: list[Item] = []
    for item in items(inputs, format, fields):
        if item.error is not None:
            raise CleanerError(told(item))
        if item.html is None and "\x00" in (item.text or ""):
            raise CleanerError(f"{item.where}: is no text (it holds NUL characters)")
        if item.html is None and not (item.text or "").strip():
            raise CleanerError(f"{item.where}: holds no text")
        given.append(item)
        if len(given) > MOST_DOCUMENTS:
            raise CleanerError(
                f"more than {MOST_DOCUMENTS} documents: give a handful, and use `cleaner patterns mine` for a corpus"
            )
    if not given:
        raise CleanerError("the files hold no document")
    return given


def draft_pack(site: str, layer: str, given: Sequence[Item], cleaner: Cleaner) -> Skeleton:
    """Draft a pack.

    Args:
        site: the host name, as ``check_site`` gives it.
        layer: ``user`` for a folder of your own, ``site`` for one that comes with the cleaner.
        given: a handful of its documents.
        cleaner: the cleaner with the rules at hand; what they cut needs no rule.

    Raises:
        CleanerError: a document cannot be cleaned.
    """
    pages = [open_page(item.html, item.charset) for item in given if item.html is not None]
    cleaned = [clean(cleaner, item) for item in given]
    few = recurring(
        (piece for number, one in enumerate(cleaned) for piece in pieces(one, number, site)), 2 if len(given) > 1 else 1
    )
    signature, dateline = _of_name(site, cleaned)
    drafts = [dateline] if dateline is not None else []
    drafts += _drafts(few, len(given), site, [draft.id for draft in drafts])
    return Skeleton(
        site=site,
        layer=layer,
        texts=len(given) - len(pages),
        pages=len(pages),
        selectors=find_selectors(pages) if pages else Selectors(),
        signatures=signature,
        drafts=tuple(drafts),
        known=_known(cleaned),
    )


def _drafts(few: Few, documents: int, site: str, taken: list[str]) -> list[Draft]:
    """Rules for what recurs; from one document alone, only what is plainly no prose."""
    made: list[tuple[tuple[str, ...], Draft]] = []
    for one in ranked(joined(few.counted)):
        counted = one.counted
        if counted.covered >= COVERED or (documents == 1 and one.unlike < _PLAINLY):
            continue
        if counted.kind != "line" and counted.docs < 2:
            continue
        if taken and counted.kind == "prefix" and any(_label(site) in token for token in counted.key):
            continue  # the dateline, which has a rule of its own
        ids = [*taken, *(draft.id for _, draft in made)]
        note = f"{counted.kind} {shown(counted.key)!r}, in {counted.docs} of {documents} documents"
        samples = few.samples[counted.kind, counted.key]
        draft = draft_of(one, samples, few.look_alikes(counted), ids, note)
        if draft is not None:
            made.append((counted.key, draft))
        if len(made) == _MOST_CANDIDATES:
            break
    return one_a_shape(made)[:_MOST_RULES]


def _label(site: str) -> str:
    """What an outlet calls itself, as far as its host name tells: ``contohnews`` of ``news.contohnews.co.id``."""
    parts = site.split(".")
    while len(parts) > 1 and (len(parts[-1]) <= 3 or parts[-1] in _TOP):
        parts.pop()
    return parts[-1]


def _of_name(site: str, cleaned: Sequence[Cleaned]) -> tuple[tuple[str, ...], Draft | None]:
    """The signature that the outlet's name in the first lines makes, and a rule for the dateline if none cuts it."""
    head = re.compile(f"{_PLACE_BEFORE}(?P<name>{_outlet_pattern(site)}){_PLACE_AFTER}", re.IGNORECASE)
    found = [match for one in cleaned for line, _ in _first_lines(one) if (match := head.match(line))]
    uncut = [line for one in cleaned for line, cut in _first_lines(one) if not cut and head.match(line)]
    if not found or 2 * len(found) < len(cleaned):
        return (), None
    names = sorted({" ".join(match["name"].split()).casefold() for match in found}, key=lambda name: (-len(name), name))
    name = "|".join(r"\s+".join(re.escape(word) for word in one.split()) for one in names)
    # With a place around the name where the documents have one: what none has is not asked for.
    pattern = rf"^(?:{_PLACE}\s?[,(/]\s?)?" if any(match["before"] for match in found) else "^"
    pattern += f"(?:{name})" if len(names) > 1 else name
    pattern += rf"(?:\s?,)?(?:\s{{0,2}}{_PLACE})?" if any(match["after"] for match in found) else ""
    pattern += r"(?:\s?\))?" if any(")" in match[0] for match in found) else ""
    pattern += r"\s{0,3}[-–—|:：]{1,2}"
    if not uncut:
        return (pattern,), None
    draft = proven(
        Draft(
            id="dateline",
            category="dateline",
            scope="span",
            match=pattern + r"\s{0,3}",
            guard=(("max_chars", 80), ("first_lines", 5)),
            example=tuple(line[:200] for line in uncut),
            counter=(
                f"Laman {site} ramai dikunjungi warga pada hari itu, kata pengelolanya.",
                f"Menurut {site} - yang dikutip warga - harga beras naik.",
            ),
            status="active",
            comment=f"the outlet's name before the first sentence, in {len(found)} of {len(cleaned)} documents",
        )
    )
    return (pattern,), draft


def _first_lines(one: Cleaned) -> list[tuple[str, bool]]:
    """The first lines of the body, and whether a rule cuts their start; page furniture is passed over."""
    found: list[tuple[str, bool]] = []
    for start, end, _ in spans(one.raw):
        cut = next((r for r in one.removals if r.start <= start < r.end), None)
        if cut is None or not cut.rule.startswith(_PAGE):
            found.append((one.raw[start:end], cut is not None))
        if len(found) == _FIRST_LINES:
            break
    return found


def _outlet_pattern(site: str) -> str:
    """The outlet's name as it may be written in datelines: ``CONTOHNEWS.ID``, ``Contoh News``, ``contohnews``."""
    label = _label(site)
    rest = site[site.rindex(label) + len(label) :]
    ending = "".join(rf"\s?\.\s?{re.escape(part)}" for part in rest.strip(".").split(".") if part)
    return r"\s?".join(re.escape(char) for char in label) + f"(?:{ending})?"


def _known(cleaned: Sequence[Cleaned]) -> tuple[tuple[str, int], ...]:
    """Rules at hand that already cut something, and in how many documents; page furniture is no rule."""
    counts = Counter(rule for one in cleaned for rule in {removal.rule for removal in one.removals})
    return tuple(sorted((rule, n) for rule, n in counts.items() if not rule.startswith(_PAGE)))


def pack_lines(found: Skeleton) -> Iterator[str]:
    """The pack as lines of TOML, with comments for the person who edits it."""
    evidence = " and ".join(
        f"{count} saved {what}{'s' if count > 1 else ''}"
        for count, what in ((found.texts, "text"), (found.pages, "page"))
        if count
    )
    yield "# A draft. Read every rule, mend it, replace weak examples and counter-examples, and take out"
    yield '# status = "trial" where you are sure: rules on trial cut nothing, the audit tells what they would cut.'
    yield "schema = 1"
    yield f"pack   = {basic(f'{found.layer}/{found.site}')}"
    yield f"title  = {basic(found.site)}"
    yield f"source = {basic(evidence)}"
    yield ""
    yield "[site]"
    yield f"domains    = [{basic(found.site)}, {basic('*.' + found.site)}]"
    if found.signatures:
        yield f"signatures = [{', '.join(literal(one) for one in found.signatures)}]  # finds texts without a URL"
    if found.selectors.body and found.pages < _SURE_PAGES:
        yield "unverified = true  # seen on too few pages: used only where the generic extractor agrees"
    if found.pages:
        yield ""
        yield from _html_lines(found)
    if found.known:
        yield ""
        yield "# Already cut by the packs for all documents, so no rule is needed here:"
        yield from (f"#   {rule} ({count} of {found.texts + found.pages} documents)" for rule, count in found.known)
    for draft in found.drafts:
        yield ""
        yield from rule_lines(draft)
    if not found.drafts:
        yield ""
        yield "# No line, line start or line end recurs that is not cut already. Rules are explained in docs/packs.md."


def _html_lines(found: Skeleton) -> Iterator[str]:
    parts = found.selectors
    if not parts.body:
        yield "# No element with a lasting class or id holds the body on all pages given."
    if not (parts.body or parts.title or parts.author or parts.published):
        return
    yield "[html]"
    if parts.body:
        yield from listed("body", parts.body)
    for name, selectors in (("title", parts.title), ("author", parts.author), ("published", parts.published)):
        if selectors:
            yield f"{name:<9} = [{', '.join(basic(one) for one in selectors)}]"

"""The cleaner: built once, then a pure function of a document, its URL and the packs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any, Literal

from cleaner.applied import Applied, Programs
from cleaner.arguments import (
    check_choice,
    check_optional,
    check_page_argument,
    check_switch,
    check_text_argument,
    folders_of,
    unlisted,
    words_of,
)
from cleaner.engine.cuts import without
from cleaner.engine.dispatch import Program
from cleaner.engine.document import Document
from cleaner.engine.explain import LineReport, explain_lines
from cleaner.engine.pasted import RULE as PASTED_PAGE
from cleaner.engine.pasted import page_furniture
from cleaner.engine.rounds import Outcome, cut_in_rounds, then
from cleaner.lint import admit
from cleaner.many import OnError, in_order
from cleaner.model import CATEGORIES, EXTRACTORS, Cleaned, CleanerError, Extractor, PreCut
from cleaner.packs.cascade import Cascade, host_of, is_pattern
from cleaner.packs.load import ALL_LAYERS, load_packs
from cleaner.packs.schema import Pack
from cleaner.result import cleaned_of

#: A text without URL is cleaned as the text of so many sites, one after the other, at most.
_MOST_SITES = 4


def clean_with(text: str, program: Program, *, guarded: bool = True) -> Cleaned:
    """Clean a text with just these rules, no packs looked up."""
    return cleaned_of(text, cut_in_rounds(Document(text), program, guarded=guarded))


class Cleaner:
    r"""Cuts boilerplate out of news texts and pages, and tells what it cut.

    Built once; after that it does not change, can be pickled, and may be used from many threads.

    Examples:
        >>> from cleaner import Cleaner
        >>> Cleaner().clean_text("Harga beras naik.\nBaca Juga: Harga Cabai Turun").text
        'Harga beras naik.'
    """

    def __init__(
        self,
        packs: Sequence[str | Path] = (),
        keep: Iterable[str] = (),
        disable: Iterable[str] = (),
        layers: Iterable[str] | None = None,
        articles_only: bool = False,
        extractor: Extractor = "model",
    ) -> None:
        """Load the packs.

        Args:
            packs: folders of your own packs, which come last in the cascade.
            keep: categories that stay in the text.
            disable: packs or rules to leave out, by full name or shell pattern (``site/*``, ``generic/social#share``).
            layers: layers to use (``generic``, ``language``, ``network``, ``site``, ``user``); default all.
            articles_only: keep nothing of a page that is no article (``not-an-article``).
            extractor: who chooses the body of a page that no pack knows: the trained ``model``, or ``trafilatura``.

        Raises:
            PackError: a pack is broken; the message names file, line, rule and mend.
            CleanerError: an argument of the wrong type, an unknown category, layer or extractor, a pack or rule to
                disable that does not exist, or a folder that cannot be read.
        """
        self._options = (
            folders_of("packs", packs),
            tuple(sorted(set(words_of("keep", keep)))),
            words_of("disable", disable),
            words_of("layers", layers) if layers is not None else None,
            extractor,
        )
        for category in self._options[1]:
            check_choice("category", category, CATEGORIES)
        for layer in self._options[3] or ():
            check_choice("layer", layer, ALL_LAYERS)
        check_choice("extractor", extractor, EXTRACTORS)
        check_switch("articles_only", articles_only)
        self._articles_only = articles_only
        self._setup(load_packs([Path(p) for p in self._options[0]], admit))
        known = {PASTED_PAGE, *(name for pack in self._packs for name in (pack.name, *(r.id for r in pack.rules)))}
        for name in self._options[2]:
            if name not in known and not is_pattern(name):
                raise unlisted("pack or rule to disable:", name, known)

    def _setup(self, packs: tuple[Pack, ...]) -> None:
        self._packs = packs
        switched_off = any(fnmatchcase(PASTED_PAGE, pattern) for pattern in self._options[2])
        self._cuts_pasted = "navigation" not in self._options[1] and not switched_off and self._options[3] is None
        self._programs = Programs(Cascade(packs, self._options[2], self._options[3]), self._options[1])

    def __getstate__(self) -> dict[str, Any]:
        return {"options": self._options, "packs": self._packs, "articles_only": self._articles_only}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._options = state["options"]
        self._articles_only = state["articles_only"]
        self._setup(state["packs"])

    @property
    def options(self) -> tuple[tuple[str, ...], ...]:
        """What it was built with: pack folders, categories kept, what is disabled, layers, and switches that are on."""
        packs, keep, disable, layers, extractor = self._options
        switches = ["articles-only"] if self._articles_only else []
        if extractor != EXTRACTORS[0]:
            switches.append(f"extractor={extractor}")
        return packs, keep, disable, layers or (), *((tuple(switches),) if switches else ())

    @property
    def hashes(self) -> dict[str, str]:
        """All packs and models that may apply, with the content hash of each."""
        from cleaner.html.body_file import BODY_RULE, body_file

        return {pack.name: pack.sha256 for pack in self._programs.cascade.packs} | {BODY_RULE: body_file().sha256}

    def clean_text(
        self, text: str, url: str | None = None, site: str | None = None, date: str | None = None
    ) -> Cleaned:
        """Clean one scraped text.

        Args:
            text: the text, any line breaks.
            url: where it is from; picks the site's pack.
            site: the site's name, instead of or before the URL.
            date: publication date (ISO 8601), kept in the record's ``meta``.

        Returns:
            The clean text and every cut. ``restore(result.text, record) == text`` holds exactly.

        Raises:
            CleanerError: an argument is not a string, ``text`` holds lone surrogates, or ``site`` is unknown.
        """
        if type(text) is not str or (url is not None and type(url) is not str) or site is not None or date is not None:
            check_text_argument(text)
            check_optional(url=url, site=site, date=date)
        meta = {"date": date} if date else None
        applied = self._applied_to(url, site)
        try:
            if applied is None:
                return self._clean_by_signature(text, meta)
            outcome, precuts = self._cut(Document(text, host=host_of(url) if url else ""), applied.program)
        except UnicodeEncodeError:
            check_text(text)
            raise
        return cleaned_of(text, outcome, applied, None, meta, precuts)

    def _cut(self, doc: Document, program: Program) -> tuple[Outcome, Sequence[PreCut]]:
        """Cut a text's clutter, and the furniture around it where it is a whole page pasted as text."""
        precuts = page_furniture(doc) if self._cuts_pasted else ()
        return cut_in_rounds(doc, program, precuts), precuts

    def _clean_by_signature(self, text: str, meta: Mapping[str, str] | None) -> Cleaned:
        """Clean a text that has to tell itself where it is from.

        What is left may show another site, or none: it is cleaned as it then reads, until that changes nothing. So
        cleaning the result again cuts nothing.
        """
        doc = Document(text)
        applied, signature = self._programs.of_text(doc)
        outcome, precuts = self._cut(doc, applied.program)
        hashes = dict(applied.hashes)
        last, other = outcome, applied
        for _ in range(_MOST_SITES):
            left = without(text, outcome.removals)
            if not last.removals or not left:
                break
            doc = Document(left)
            before, (other, _) = other, self._programs.of_text(doc)
            if other is before:
                break  # these rules have nothing left to cut
            last, _ = self._cut(doc, other.program)
            if last.removals:
                outcome = then(text, outcome, last)
                hashes |= other.hashes
        return cleaned_of(text, outcome, applied, signature, meta, precuts, hashes=hashes)

    def clean_html(
        self,
        html: str | bytes,
        url: str | None = None,
        site: str | None = None,
        date: str | None = None,
        charset: str | None = None,
        detail: Literal["lines", "blocks"] = "blocks",
    ) -> Cleaned:
        """Clean one raw page.

        The raw text of the result is the page's visible lines; every line is in the clean text or in a removal.

        Args:
            html: the page; bytes are decoded by byte order mark, ``charset``, ``<meta>``, then detection.
            url: where it is from; picks the site's pack. Without it the page's own canonical address is used.
            site: the site's name, instead of or before the URL.
            date: publication date (ISO 8601) if known; otherwise the page's own goes to ``meta``.
            charset: the charset of the HTTP header.
            detail: ``blocks`` records page furniture as one removal a run, ``lines`` as one a line.

        Raises:
            CleanerError: ``html`` is neither ``str`` nor ``bytes``, another argument is of the wrong type, or ``site``
                is unknown.
        """
        from cleaner.html.own_name import names_of, own_marks
        from cleaner.html.page import read_page
        from cleaner.html.source import open_page
        from cleaner.html.spec import detected, own_address

        check_page_argument(html)
        check_optional(url=url, site=site, date=date, charset=charset)
        check_choice("detail", detail, ("lines", "blocks"))
        page = open_page(html, charset)
        address = url or own_address(page.tree)
        applied = self._applied_to(address, site) or self._programs.base
        if not applied.spec.body:
            cascade = self._programs.cascade
            extra = detected(page.tree, cascade.packs)
            if extra:
                applied = self._programs.of(cascade.named(applied.site) if applied.site else None, extra)
        read = read_page(
            page,
            applied.spec,
            url=url,
            detail=detail,
            articles_only=self._articles_only,
            extractor=self._options[4],
        )
        host = host_of(address or "")
        outcome = cut_in_rounds(Document(read.raw, read.lines, host), applied.program, read.precuts)
        names = names_of(host, read.names)
        marks = [cut for cut in own_marks(read.raw, outcome.removals, names) if cut.category not in self._options[1]]
        if marks:
            cuts = tuple(sorted((*outcome.removals, *marks), key=lambda cut: cut.start))
            outcome = replace(outcome, removals=cuts)
        meta = {**read.meta, "date": date} if date else read.meta
        return cleaned_of(
            read.raw, outcome, applied, None, meta, read.precuts, read.credits, read.flags, models=read.models
        )

    def clean_many(
        self,
        texts: Iterable[str | None],
        urls: str | Iterable[str | None] | None = None,
        *,
        jobs: int = 1,
        on_error: OnError | None = None,
    ) -> Iterator[Cleaned | None]:
        """Clean many texts: a list, a generator, a column of pandas, Polars or Arrow.

        Args:
            texts: the texts. ``None``, and what a data frame has for a missing value, passes through as ``None``.
            urls: where they are from: one URL for each text (``None`` or missing: unknown), or one for all.
            jobs: processes to clean in; each loads what it needs once. A script that asks for more than one stands
                behind ``if __name__ == "__main__":``, as with all of Python's processes.
            on_error: is told the position (from 0) and the error of a text that cannot be cleaned, whose result is
                ``None`` then. Without it the error is raised when its turn comes.

        Returns:
            The results in the order of the texts, one for each, made while they are read.

        Raises:
            CleanerError: an argument of the wrong type, ``urls`` of another length than ``texts``, or, while the
                results are read, a text or URL that is no string; the message names its position.
        """
        return in_order(self, texts, urls, jobs, on_error)

    def explain(self, text: str, url: str | None = None, site: str | None = None) -> list[LineReport]:
        """Clean a text and tell, line by line, what became of it and which rules came close.

        Raises:
            CleanerError: as ``clean_text``.
        """
        cleaned = self.clean_text(text, url=url, site=site)
        pack = self._programs.cascade.named(cleaned.site) if cleaned.site else None
        return explain_lines(cleaned, self._programs.of(pack).program, host_of(url) if url else "")

    def _applied_to(self, url: str | None, site: str | None) -> Applied | None:
        """The packs of a site or URL; ``None`` when neither is given and the text may tell."""
        if site:
            pack = self._programs.cascade.named(site)
            if pack is None:
                raise unlisted("site", site, [p.name.partition("/")[2] for p in self._packs if p.site])
            return self._programs.of(pack)
        return self._programs.of_url(url) if url else None


def check_text(text: str) -> None:
    """Refuse a text that no encoding can store, so that no audit could hold it.

    Raises:
        CleanerError: a lone surrogate.
    """
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise CleanerError(
            f"text holds a lone surrogate (U+{ord(text[error.start]):04X}) at offset {error.start}; "
            "decode it again with errors='replace'"
        ) from None


@cache
def _shared() -> Cleaner:
    return Cleaner()


def clean_text(text: str, url: str | None = None, site: str | None = None, date: str | None = None) -> Cleaned:
    """Clean one scraped text with the built-in packs; see :meth:`cleaner.core.Cleaner.clean_text`."""
    return _shared().clean_text(text, url=url, site=site, date=date)


def clean_html(html: str | bytes, url: str | None = None, site: str | None = None, date: str | None = None) -> Cleaned:
    """Clean one raw page with the built-in packs; see :meth:`cleaner.core.Cleaner.clean_html`."""
    return _shared().clean_html(html, url=url, site=site, date=date)


def clean_many(
    texts: Iterable[str | None],
    urls: str | Iterable[str | None] | None = None,
    *,
    jobs: int = 1,
    on_error: OnError | None = None,
) -> Iterator[Cleaned | None]:
    """Clean many texts with the built-in packs, in order; see :meth:`cleaner.core.Cleaner.clean_many`."""
    return _shared().clean_many(texts, urls, jobs=jobs, on_error=on_error)

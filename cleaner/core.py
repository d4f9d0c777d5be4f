"""The cleaner: built once, then a pure function of a document, its URL and the packs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any, Literal

from cleaner.applied import HASH_DIGITS, Applied, Programs
from cleaner.engine.cuts import without
from cleaner.engine.dispatch import Program
from cleaner.engine.document import Document
from cleaner.engine.doubt import with_doubts
from cleaner.engine.explain import LineReport, explain_lines
from cleaner.engine.pasted import RULE as PASTED_PAGE
from cleaner.engine.pasted import page_furniture
from cleaner.engine.rounds import Outcome, cut_in_rounds, then
from cleaner.engine.title_end import MODEL_RULE
from cleaner.engine.title_weights import title_model
from cleaner.lint import admit
from cleaner.model import CATEGORIES, EXTRACTORS, Cleaned, CleanerError, Credits, Extractor, PreCut
from cleaner.nearest import meant
from cleaner.packs.cascade import Cascade, host_of
from cleaner.packs.load import load_packs
from cleaner.packs.schema import Pack

#: A text that loses more than this share of its code points is flagged.
LARGE_CUT = 0.4
#: A text without URL is cleaned as the text of so many sites, one after the other, at most.
_MOST_SITES = 4
#: Reasons of a withheld cut that are a rule's own business and no warning about the document.
_QUIET = frozenset({"trial", "keep"})


def clean_with(text: str, program: Program, *, guarded: bool = True) -> Cleaned:
    """Clean a text with just these rules, no packs looked up."""
    return _cleaned(text, cut_in_rounds(Document(text), program, guarded=guarded))


class Cleaner:
    r"""Cuts boilerplate out of news texts and pages, and tells what it cut.

    Built once; after that it does not change, can be pickled, and may be used from many threads.

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
            CleanerError: an unknown category or extractor, or a folder that cannot be read.
        """
        self._options = (
            tuple(str(p) for p in packs),
            tuple(sorted(set(keep))),
            tuple(disable),
            tuple(layers) if layers is not None else None,
            extractor,
        )
        self._articles_only = articles_only
        unknown = set(self._options[1]) - set(CATEGORIES)
        if unknown:
            raise CleanerError(f"unknown category {sorted(unknown)[0]!r}; known: {', '.join(CATEGORIES)}")
        if extractor not in EXTRACTORS:
            raise CleanerError(f"unknown extractor {extractor!r}; known: {', '.join(EXTRACTORS)}")
        self._setup(load_packs([Path(p) for p in self._options[0]], admit))

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
            CleanerError: ``text`` is not a string, holds lone surrogates, or ``site`` is unknown.
        """
        if not isinstance(text, str):
            raise CleanerError(f"text must be a string, not {type(text).__name__}")
        meta = {"date": date} if date else None
        applied = self._applied_to(url, site)
        try:
            if applied is None:
                return self._clean_by_signature(text, meta)
            outcome, precuts = self._cut(Document(text, host=host_of(url) if url else ""), applied.program)
        except UnicodeEncodeError:
            check_text(text)
            raise
        return _cleaned(text, outcome, applied, None, meta, precuts)

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
        return _cleaned(text, outcome, applied, signature, meta, precuts, hashes=hashes)

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
            CleanerError: ``html`` is neither ``str`` nor ``bytes``, or ``site`` is unknown.
        """
        from cleaner.html.own_name import names_of, own_marks
        from cleaner.html.page import read_page
        from cleaner.html.source import open_page
        from cleaner.html.spec import detected, own_address

        if not isinstance(html, str | bytes):
            raise CleanerError(f"html must be str or bytes, not {type(html).__name__}")
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
        return _cleaned(
            read.raw, outcome, applied, None, meta, read.precuts, read.credits, read.flags, models=read.models
        )

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
                names = [pack.name.partition("/")[2] for pack in self._packs if pack.site is not None]
                raise CleanerError(f"unknown site {site!r}; {meant(site, names, 'see `cleaner patterns list`')}")
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


def _cleaned(
    raw: str,
    outcome: Outcome,
    applied: Applied | None = None,
    signature: str | None = None,
    meta: Mapping[str, str] | None = None,
    precuts: Sequence[PreCut] = (),
    credits: Credits | None = None,
    flags: Sequence[str] = (),
    hashes: Mapping[str, str] | None = None,
    models: Mapping[str, str] | None = None,
) -> Cleaned:
    text = without(raw, outcome.removals)
    removals = with_doubts(raw, outcome.removals)
    warned = list(flags)
    for withheld in outcome.withheld:
        if withheld.why not in _QUIET and f"withheld:{withheld.why}" not in warned:
            warned.append(f"withheld:{withheld.why}")
    before = len(raw) - sum(cut.end - cut.start for cut in precuts)
    if len(text) < (1 - LARGE_CUT) * before:
        warned.append("large_cut")
    if not outcome.finished:
        warned.append("not_settled")
    if any(removal.doubt for removal in removals):
        warned.append("doubtful")
    merged = outcome.credits
    if credits:
        merged = {role: list(names) for role, names in outcome.credits.items()}
        for role, names in credits.items():
            known = merged.setdefault(role, [])
            known += [name for name in names if name not in known]
    return Cleaned(
        text=text,
        raw=raw,
        removals=removals,
        withheld=outcome.withheld,
        credits=merged,
        flags=tuple(warned),
        status="flagged" if warned else "ok" if outcome.removals else "untouched",
        site=applied.site if applied else None,
        signature=signature,
        packs=_with_models(hashes if hashes is not None else applied.hashes if applied else {}, outcome, models),
        meta=meta or {},
    )


def _with_models(hashes: Mapping[str, str], outcome: Outcome, models: Mapping[str, str] | None) -> Mapping[str, str]:
    """The hashes of the packs, and those of the models that had a say."""
    said = dict(models or {})
    if any(cut.evidence for cut in outcome.removals) or any(cut.evidence for cut in outcome.withheld):
        said[MODEL_RULE] = title_model().sha256
    if not said:
        return hashes
    return {**hashes, **{name: sha256[:HASH_DIGITS] for name, sha256 in said.items()}}


@cache
def _shared() -> Cleaner:
    return Cleaner()


def clean_text(text: str, url: str | None = None, site: str | None = None, date: str | None = None) -> Cleaned:
    """Clean one scraped text with the built-in packs; see :meth:`cleaner.core.Cleaner.clean_text`."""
    return _shared().clean_text(text, url=url, site=site, date=date)


def clean_html(html: str | bytes, url: str | None = None, site: str | None = None, date: str | None = None) -> Cleaned:
    """Clean one raw page with the built-in packs; see :meth:`cleaner.core.Cleaner.clean_html`."""
    return _shared().clean_html(html, url=url, site=site, date=date)

"""The face of this room: a page and the packs' page rules in, visible lines and whole-line cuts out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from cleaner.html import layout, visible
from cleaner.html.body import Body, choose_body, withheld
from cleaner.html.body_file import BODY_RULE, CERTAIN, body_file
from cleaner.html.captions import MOSTLY_CAPTIONS, told_in_captions
from cleaner.html.decode import Decoded
from cleaner.html.ends import without_ends
from cleaner.html.kind import NOT_ARTICLE, doubts
from cleaner.html.meta import Facts, read_facts
from cleaner.html.source import OpenPage, open_page
from cleaner.html.spec import PageSpec
from cleaner.model import Credits, Extractor, PreCut

Detail = Literal["lines", "blocks"]


@dataclass(frozen=True, slots=True)
class Page:
    """A page as lines. ``raw`` is the coordinate system of all offsets; ``precuts`` are sorted and disjoint.

    ``raw`` is the ``lines`` joined with line breaks; no line holds one, or white space around it.
    """

    raw: str
    precuts: tuple[PreCut, ...] = ()
    flags: tuple[str, ...] = ()
    meta: dict[str, str] = field(default_factory=dict)
    credits: Credits = field(default_factory=dict)
    lines: Sequence[str] = ()
    #: what the outlet is called, as the page tells it
    names: tuple[str, ...] = ()
    #: models that had a say, each with the hash of its file
    models: dict[str, str] = field(default_factory=dict)


def read_page(
    html: str | bytes | OpenPage,
    spec: PageSpec,
    *,
    url: str | None = None,
    charset: str | None = None,
    detail: Detail = "blocks",
    articles_only: bool = False,
    extractor: Extractor = "model",
) -> Page:
    """Read a page: visible lines, and which of them are not the article.

    Args:
        html: the page; bytes are decoded by mark, charset, ``<meta>``, detection.
        spec: what the packs know about the page; an empty one leaves the choice to the generic extractor.
        url: where the page is from, if known; tells articles from other pages.
        charset: the charset of the HTTP header, if there was one.
        detail: ``lines`` for one cut and node path a line, ``blocks`` for one a run.
        articles_only: whether nothing is kept of a page that is no article.
        extractor: who chooses the body where the packs do not: the trained model, or trafilatura.

    Returns:
        The page. Body lines and cut lines together are all visible lines. Never raises for bad input.
    """
    page = html if isinstance(html, OpenPage) else open_page(html, charset)
    each_line = detail == "lines"
    facts = read_facts(page.tree, spec.title, spec.author, spec.published)
    against = doubts(page.tree, url, facts)
    try:
        body = choose_body(page, spec, facts, doubts=against, paths=each_line, extractor=extractor)
    except visible.SpoofedMarkError:
        page.source = visible.without_control_references(page.source)
        page.reopen()
        body = choose_body(page, spec, facts, doubts=against, paths=each_line, extractor=extractor)
    if articles_only and NOT_ARTICLE in body.flags and page.tree.root is not None:
        body = withheld(body, page.tree.root)
    flags = [*page.flags, *body.flags]
    if page.decoded.undecodable:
        flags.append("undecodable-bytes")
    if told_in_captions(body.lines, facts.title):
        flags.append(MOSTLY_CAPTIONS)
    root = page.tree.root
    read = without_ends(body.lines, facts, root) if root is not None else body.lines
    lines = read.lines
    precuts = layout.cuts_of(read, body.around, each_line=each_line)
    models = {BODY_RULE: body_file().sha256} if body.confidence is not None else {}
    meta = _meta(facts, page.decoded, body)
    return Page("\n".join(lines), precuts, tuple(flags), meta, facts.credits, lines, facts.names, models)


def _meta(facts: Facts, decoded: Decoded, body: Body) -> dict[str, str]:
    meta = {"encoding": decoded.encoding, "encoding_source": decoded.source, "body": body.reason}
    if decoded.undecodable:
        meta["undecodable"] = str(decoded.undecodable)
    if body.confidence is not None:
        meta["body_confidence"] = f"{body.confidence / CERTAIN:.3f}"
    if body.second:
        meta["body_second"] = body.second
    if facts.title:
        meta["title"] = facts.title
    if facts.published:
        meta["published"] = facts.published
    return meta

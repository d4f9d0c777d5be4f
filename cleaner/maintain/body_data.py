"""The pages that the model of the body learns from, each as its blocks and how much of every line is body.

Three kinds of sources, all named by whoever trains: a checkout of WCXB (Murrough Foley's web content extraction
benchmark, CC-BY-4.0), folders of pages with labelled lines (``gold.jsonl`` and ``input.jsonl.gz``), and JSONL files of
pages of sites whose packs are known, where what the cleaner keeps is taken for the body. Pages are grouped by
site, so that no site is judged by a model that has seen it.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cleaner import Cleaner
from cleaner.html import visible
from cleaner.html.block_sums import Stated
from cleaner.html.blocks import Blocks
from cleaner.html.body_choice import open_blocks, stated_by
from cleaner.html.meta import read_facts
from cleaner.maintain.body_labels import shares
from cleaner.model import CleanerError

#: Flags of a page on which a site's selectors did not find the body: no example.
_DOUBTFUL = frozenset({"body-selector-missed", "body-selector-short", "body-selector-unverified", "large_cut"})
_SECOND_LEVEL = 3


@dataclass(slots=True)
class Example:
    """A page to learn from, or to be judged on.

    ``shares``: how much of each line is body, from 0 to 1. ``neutral``: lines that count neither way (headlines of
    labelled pages). ``truth``: the body as a text.
    """

    name: str
    source: str
    site: str
    kind: str
    stated: Stated
    page: Blocks
    shares: list[float]
    neutral: list[bool]
    truth: str


def collected(checkout: Path | None, golds: Sequence[Path], pages: Sequence[Path]) -> list[Example]:
    """All examples in a fixed order; a page that is labelled is not taken a second time for what its pack keeps.

    Raises:
        CleanerError: a source is not what it should be.
    """
    found = list(wcxb(checkout)) if checkout is not None else []
    found += [one for folder in golds for one in gold(folder)]
    labelled = {one.name for one in found}
    found += [one for path in pages for one in silver(path) if one.name not in labelled]
    return sorted(found, key=lambda one: (one.site, one.source, one.name))


def example(
    name: str, source: str, site: str, kind: str, html: bytes, truth: str, neutral: frozenset[str] = frozenset()
) -> Example | None:
    """An example from a page and its body as a text; ``None`` for a page without a line."""
    tree = visible.parse(html)
    stated = stated_by(read_facts(tree))
    page = open_blocks(tree, html)
    if page is None or not page.lines:
        return None
    page.nodes = []  # the trees of thousands of pages fit in no memory
    page.numbers = {}
    found = shares(page.lines, truth)
    apart = [share < 0.5 and _folded(line) in neutral for share, line in zip(found, page.lines, strict=True)]
    return Example(name, source, site, kind, stated, page, found, apart, truth)


def site_of(url: str) -> str:
    """The registered domain of a URL, or what stands in its place."""
    host = (urlsplit(url).hostname or url).lower().removeprefix("www.")
    parts = host.split(".")
    size = 3 if len(parts) > 2 and len(parts[-1]) == 2 and len(parts[-2]) <= _SECOND_LEVEL else 2
    return ".".join(parts[-size:])


def wcxb(checkout: Path, split: str = "dev") -> Iterator[Example]:
    """Pages of a checkout of the web content extraction benchmark.

    Raises:
        CleanerError: it is no such checkout.
    """
    truths = sorted((checkout / split / "ground-truth").glob("*.json"))
    if not truths:
        raise CleanerError(f"{checkout}: no {split}/ground-truth/*.json; give the path of a checkout of WCXB")
    for path in truths:
        record = json.loads(path.read_text(encoding="utf-8"))
        text = record["ground_truth"].get("main_content") or ""
        html = gzip.decompress((checkout / split / "html" / f"{path.stem}.html.gz").read_bytes())
        url = record.get("url") or path.stem
        found = example(path.stem, f"wcxb-{split}", site_of(url), kind_of(record), html, text) if text else None
        if found is not None:
            yield found


def kind_of(record: dict[str, Any]) -> str:
    """The kind of page that WCXB says it is."""
    stated = (record.get("_internal") or {}).get("page_type", {})
    kind = stated.get("primary", "article") if isinstance(stated, dict) else stated
    return "collection" if kind == "category" else str(kind)


def gold(folder: Path) -> Iterator[Example]:
    """Pages with labelled lines: body where the label says so, headlines neutral.

    Raises:
        CleanerError: the folder does not hold both files.
    """
    try:
        labelled = (folder / "gold.jsonl").read_text(encoding="utf-8").splitlines()
        pages = gzip.decompress((folder / "input.jsonl.gz").read_bytes()).decode().splitlines()
    except OSError as error:
        raise CleanerError(f"{error.filename}: {error.strerror}") from error
    html = {record["id"]: record for record in map(json.loads, pages) if record.get("html")}
    for record in map(json.loads, labelled):
        page = html.get(record["id"])
        if page is None:
            continue
        body = "\n".join(_body_lines(record))
        heads = frozenset(
            _folded(line) for line, label in zip(record["lines"], record["labels"], strict=True) if label == "title"
        )
        site = site_of(page.get("url") or record.get("site") or record["id"])
        found = example(record["id"], folder.name, site, "article", page["html"].encode(), body, heads)
        if found is not None:
            yield found


def _body_lines(record: dict[str, Any]) -> Iterator[str]:
    """The body lines of a labelled page without what is cut inside them."""
    cuts: dict[int, list[list[Any]]] = {}
    for cut in record.get("cuts", ()):
        cuts.setdefault(cut[0], []).append(cut)
    for number, (line, label) in enumerate(zip(record["lines"], record["labels"], strict=True), 1):
        if label == "body":
            for cut in cuts.get(number, ()):
                if cut[2] != "body":
                    line = line.replace(cut[1], " ", 1)
            yield line


def silver(path: Path) -> Iterator[Example]:
    """Pages whose body their site's pack finds: what the cleaner keeps is taken for the body.

    Raises:
        CleanerError: the file cannot be read.
    """
    cleaner = Cleaner(extractor="trafilatura")  # what is learned must not depend on what was learned before
    try:
        data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    except OSError as error:
        raise CleanerError(f"{path}: {error.strerror}") from error
    for line in data.splitlines():
        record = json.loads(line)
        html, url = record.get("html"), record.get("url")
        if not html or not url or record.get("kind") == "index":
            continue
        cleaned = cleaner.clean_html(html, url=url)
        if cleaned.site is None or not cleaned.text or _DOUBTFUL.intersection(cleaned.flags):
            continue
        if not any(removal.rule.endswith("#html-body") for removal in cleaned.removals):
            continue
        found = example(record["id"], path.name, site_of(url), "article", html.encode(), cleaned.text)
        if found is not None:
            yield found


def _folded(text: str) -> str:
    return " ".join(text.lower().split())

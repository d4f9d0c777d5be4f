"""Speed of the page path against the parsers and the extractors, on one core, each figure a ratio of the same run.

    python -m benchmarks.speed --pages FILE.jsonl[.gz] [--passes N]

FILE holds one page a line: ``html``, and ``url`` so that a site's pack applies. *Known* is a page with its site's
packs, *unknown* the same page with generic and language packs only; both are timed with their audit record encoded.
Pages are given as bytes where a contender takes bytes. Contenders take turns, pass by pass; of each page the least time
(of the processor, not of the clock) counts, so that a busy machine does not favour one of them.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import peers
from cleaner import Cleaner, audit

Page = tuple[str, bytes, str | None]
Work = Callable[[Page], object]

#: Flags of a page on which a site's selectors gave way to the generic extractor.
MISSED = {"body-selector-missed", "body-selector-short"}
#: Two passes are enough for these.
SLOW = ("trafilatura", "readability")


def load(path: Path) -> list[Page]:
    """Pages as text and bytes, with their URL."""
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    records = [json.loads(line) for line in data.splitlines()]
    return [
        (record["html"], record["html"].encode(), record.get("url"))
        for record in records
        if record.get("kind") != "index"
    ]


def audited(cleaner: Cleaner) -> Work:
    """Clean a page and encode its audit record."""

    def work(page: Page) -> object:
        return audit.encode(audit.record(cleaner.clean_html(page[1], url=page[2]), id=1, url=page[2]))

    return work


def parsers() -> dict[str, Work]:
    """The parsers at hand."""
    from lxml import html as lxml_html
    from selectolax.lexbor import LexborHTMLParser

    found: dict[str, Work] = {
        "parse: lexbor, bytes": lambda page: LexborHTMLParser(page[1]),
        "parse: lexbor, str": lambda page: LexborHTMLParser(page[0]),
        "parse: lxml": lambda page: lxml_html.document_fromstring(page[1]),
    }
    try:
        from resiliparse.parse.html import HTMLTree
    except ImportError:
        return found
    found["parse: resiliparse, bytes"] = lambda page: HTMLTree.parse_from_bytes(page[1], "utf-8")
    return found


def seconds(contenders: dict[str, Work], pages: list[Page], passes: int) -> dict[str, list[float]]:
    """Least time of each contender for each page, in seconds."""
    best = {name: [float("inf")] * len(pages) for name in contenders}
    for turn in range(passes):
        for name, work in contenders.items():
            if turn >= 2 and name.startswith(SLOW):
                continue
            least = best[name]
            for number, page in enumerate(pages):
                start = time.thread_time()
                work(page)
                least[number] = min(least[number], time.thread_time() - start)
    return best


def verdict(name: str, ratio: float, limit: float) -> None:
    """One target."""
    print(f"  {name:62} {ratio:7.2f}  target {limit:5.2f}  {'within' if ratio <= limit else 'OVER'}")


def one_core() -> None:
    """Stay on one core, where the system can be told so."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=Path, required=True)
    parser.add_argument("--passes", type=int, default=7)
    args = parser.parse_args()
    one_core()
    pages = load(args.pages)
    sizes = [len(page[1]) for page in pages]
    mean, median = statistics.mean(sizes) / 1000, statistics.median(sizes) / 1000
    print(f"{len(pages)} pages, mean {mean:.0f} kB, median {median:.0f} kB")
    known, unknown = Cleaner(), Cleaner(layers=("generic", "language"))
    missed = [page for page in pages if MISSED.intersection(known.clean_html(page[1], url=page[2]).flags)]
    print(f"{len(missed)} of them have a body that no selector of their site finds, so that the generic extractor ran")
    contenders: dict[str, Work] = {
        **parsers(),
        "cleaner, known sites, with audit": audited(known),
        "cleaner, unknown sites, with audit": audited(unknown),
    }
    for name, extract in peers.installed().items():
        if name.startswith(("trafilatura", "resiliparse", "readability")):
            contenders[name] = lambda page, extract=extract: peers.attempt(extract, page[0])  # type: ignore[misc]
    for work in contenders.values():
        for page in pages[:20]:
            work(page)  # compiles what these pages need
    times = {name: sum(best) for name, best in seconds(contenders, pages, args.passes).items()}
    floor = min(t for name, t in times.items() if name.startswith("parse"))
    print(f"{'':40} {'ms/page':>8} {'pages/s':>8} {'MB/s':>7} {'x fastest parse':>16}")
    for name, taken in times.items():
        each = taken / len(pages)
        print(f"{name:40} {each * 1000:8.2f} {1 / each:8.0f} {sum(sizes) / taken / 1e6:7.0f} {taken / floor:16.2f}")
    report(times, floor)


def report(times: dict[str, Any], floor: float) -> None:
    """The targets, as shares of what they are measured against."""
    ours, other = times["cleaner, known sites, with audit"], times["cleaner, unknown sites, with audit"]
    print("targets (time of ours as a share of the other's)")
    verdict("known sites / fastest parse", ours / floor, 2.5)
    for name, taken in times.items():
        if name.startswith("trafilatura fast"):
            verdict(f"unknown sites / {name}", other / taken, 1 / 3)
        elif name.startswith("trafilatura") and len(name.split()) == 2:
            verdict(f"known sites / {name}, default ({taken / ours:.1f} times as fast)", ours / taken, 1 / 12)
            verdict(f"unknown sites / {name}, default ({taken / other:.1f} times as fast)", other / taken, 1 / 4)
        elif name.startswith("resiliparse"):
            verdict(f"known sites / {name}, main content", ours / taken, 1.0)
            verdict(f"unknown sites / {name}, main content", other / taken, 2.5)


if __name__ == "__main__":
    main()

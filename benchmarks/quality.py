"""Quality on labelled documents: body kept, clutter left, perfect; per stratum, and against installed peers.

    python -m benchmarks.quality --gold DIR [--peers] [--left]

DIR holds ``gold.jsonl`` (lines, labels, cuts), ``input.jsonl.gz`` and the scorer ``score.py``. Strata: texts and pages,
each with all packs, with the document's own site pack and network left out (what a new site gets), and with no site
or network pack at all.
"""

from __future__ import annotations

import argparse
import gzip
import importlib.util
import json
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from types import ModuleType
from typing import Any

from benchmarks import peers
from cleaner import Cleaned, Cleaner

Document = dict[str, Any]


def load_scorer(folder: Path) -> ModuleType:
    """The scorer that belongs to the labels."""
    spec = importlib.util.spec_from_file_location("gold_score", folder / "score.py")
    if spec is None or spec.loader is None:
        raise SystemExit(f"{folder}: no score.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def clean(cleaner: Cleaner, document: Document) -> Cleaned:
    """A text or a page."""
    if "html" in document:
        return cleaner.clean_html(document["html"], url=document.get("url"))
    return cleaner.clean_text(document["text"], url=document.get("url"))


class LeaveOneOut:
    """Cleans each document without its own site's pack, that site's network, and any pack that recognises the page.

    A pack of a layout may have been written with these very pages in view: what is left is what a site gets that
    nobody has looked at.
    """

    def __init__(self) -> None:
        self._all = Cleaner()
        self._without: dict[str, Cleaner] = {}

    def __call__(self, document: Document) -> str:
        """The clean text."""
        cleaned = clean(self._all, document)
        names: list[str] = []
        while own := [name for name in cleaned.packs if name.startswith(("site/", "network/"))]:
            names += own
            key = "+".join(names)
            if key not in self._without:
                self._without[key] = Cleaner(disable=names)
            cleaned = clean(self._without[key], document)
        return cleaned.text


def show(name: str, rows: list[dict[str, Any]], scorer: ModuleType) -> None:
    """One line of a table."""
    s = scorer.summary(rows)
    print(
        f"{name:34} {s['documents']:4} {s['body_kept']:9.3%} {s['clutter_left']:9.3%} "
        f"{s['precision']:7.4f} {s['recall']:7.4f} {s['f1']:7.4f} {s['perfect']:7.1%}"
    )


def table(title: str, gold: list[Document], outputs: dict[str, Callable[[Document], str]], scorer: ModuleType) -> None:
    """One stratum under each setting."""
    print(f"\n{title}")
    print(f"{'':34} {'docs':>4} {'body kept':>9} {'left':>9} {'P':>7} {'R':>7} {'F1':>7} {'perfect':>7}")
    for name, output in outputs.items():
        show(name, [scorer.score_document(doc, output(doc["input"])) for doc in gold], scorer)


def categories(gold: Iterable[Document], output: Callable[[Document], str], scorer: ModuleType) -> None:
    """Share of each category's tokens that is left."""
    total: Counter[str] = Counter()
    left: Counter[str] = Counter()
    for doc in gold:
        for category, (size, kept) in scorer.score_document(doc, output(doc["input"]))["by_category"].items():
            total[category] += size
            left[category] += kept
    for category, size in total.most_common():
        print(f"  {category:12} {size:8} tokens, left {left[category] / size:8.3%}")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gold", type=Path, required=True)
    parser.add_argument("--peers", action="store_true", help="also run the installed extractors on the pages")
    parser.add_argument("--left", action="store_true", help="also show what is left by category")
    args = parser.parse_args()
    scorer = load_scorer(args.gold)
    with gzip.open(args.gold / "input.jsonl.gz", "rt", encoding="utf-8") as lines:
        inputs = {doc["id"]: doc for doc in map(json.loads, lines)}
    with (args.gold / "gold.jsonl").open(encoding="utf-8") as lines:
        gold = [{**doc, "input": inputs[doc["id"]]} for doc in map(json.loads, lines)]
    full, generic, unseen = Cleaner(), Cleaner(layers=("generic", "language")), LeaveOneOut()
    ours: dict[str, Callable[[Document], str]] = {
        "cleaner, all packs": lambda doc: clean(full, doc).text,
        "cleaner, own site left out": unseen,
        "cleaner, generic and language only": lambda doc: clean(generic, doc).text,
    }
    for kind, title in (("text", "Texts"), ("html", "Pages")):
        part = [doc for doc in gold if doc.get("kind", "text") == kind]
        if not part:
            continue
        table(title, part, ours, scorer)
        if args.left:
            for name, output in ours.items():
                print(name)
                categories(part, output, scorer)
        if kind == "html" and args.peers:
            others = {
                name: (lambda doc, extract=extract: peers.attempt(extract, doc["html"]))
                for name, extract in peers.installed().items()
            }
            table("Pages, peers", part, others, scorer)


if __name__ == "__main__":
    main()

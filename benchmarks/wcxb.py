"""WCXB, the web content extraction benchmark, under its own scorer: our generic path and the installed peers.

    git clone https://github.com/Murrough-Foley/web-content-extraction-benchmark
    python benchmarks/wcxb.py web-content-extraction-benchmark [--split test] [--no-peers] [--worst N] [--articles]

Its 2,008 pages of seven kinds (Murrough Foley, CC-BY-4.0) are none of ours. The development split trains the model of
the body, so that its figures there are those of pages that it knows (`cleaner patterns train-body --folds` tells how
good it is on others); the test split is kept for the end. Site and network packs are switched off.
"""

from __future__ import annotations

import argparse
import gzip
import importlib.util
import json
import sys
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import peers

from cleaner import Cleaner

Output = Callable[[str], str]


def load_evaluation(checkout: Path) -> ModuleType:
    """The scorer that belongs to the benchmark."""
    spec = importlib.util.spec_from_file_location("wcxb_evaluate", checkout / "evaluate.py")
    if spec is None or spec.loader is None or not (checkout / "evaluate.py").is_file():
        raise SystemExit(f"{checkout}: no evaluate.py; give the path of a checkout of the benchmark")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkout", type=Path)
    parser.add_argument("--split", choices=["dev", "test"], default="dev")
    parser.add_argument("--no-peers", action="store_true", help="only our own figures")
    parser.add_argument("--articles", action="store_true", help="only pages of the kind article")
    parser.add_argument("--worst", type=int, default=0, help="list the pages with the lowest F1 of ours")
    args = parser.parse_args()
    sys.path.insert(0, str(Path(__file__).parent))
    evaluation = load_evaluation(args.checkout)
    folder = args.checkout / args.split
    truth = {}
    for path in sorted((folder / "ground-truth").glob("*.json")):
        record = json.loads(path.read_text(encoding="utf-8"))
        kind = evaluation.get_page_type(record)
        if kind == "article" or not args.articles:
            truth[path.stem] = (kind, record["ground_truth"].get("main_content") or "")
    cleaner, other = (
        Cleaner(layers=("generic", "language")),
        Cleaner(layers=("generic", "language"), extractor="trafilatura"),
    )
    outputs: dict[str, Output] = {
        "cleaner, model": lambda html: cleaner.clean_html(html).text,
        "cleaner, trafilatura": lambda html: other.clean_html(html).text,
    }
    if not args.no_peers:
        for name, extract in peers.installed().items():
            outputs[name] = lambda html, extract=extract: peers.attempt(extract, html)  # type: ignore[misc]
    kinds = sorted({kind for kind, _ in truth.values()})
    print(f"{'word F1, mean of pages':34} {'all':>6} " + " ".join(f"{kind[:9]:>9}" for kind in kinds))
    for name, output in outputs.items():
        found: dict[str, list[tuple[float, str]]] = defaultdict(list)
        for stem, (kind, text) in truth.items():
            html = gzip.decompress((folder / "html" / f"{stem}.html.gz").read_bytes()).decode("utf-8", "replace")
            found[kind].append((evaluation.word_f1(output(html), text)[2], stem))
        pages = [page for group in found.values() for page in group]
        means = " ".join(f"{sum(f1 for f1, _ in found[kind]) / len(found[kind]):9.4f}" for kind in kinds)
        print(f"{name:34} {sum(f1 for f1, _ in pages) / len(pages):6.4f} {means}", flush=True)
        if args.worst and name == "cleaner, model":
            for f1, stem in sorted(pages)[: args.worst]:
                print(f"  {stem} {f1:.3f} {truth[stem][0]}")


if __name__ == "__main__":
    main()

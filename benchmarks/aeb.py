"""The public article-extraction-benchmark under its own scorer: our generic path and the installed peers.

    git clone https://github.com/scrapinghub/article-extraction-benchmark
    python -m benchmarks.aeb article-extraction-benchmark [--no-peers] [--worst N]

None of its 181 pages is Indonesian: the table shows what the Indonesian work costs elsewhere. Site and network packs
are switched off.
"""

from __future__ import annotations

import argparse
import gzip
import importlib.util
import statistics
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from benchmarks import peers
from cleaner import Cleaner

Output = Callable[[str], str]


def load_evaluation(checkout: Path) -> ModuleType:
    """The scorer that belongs to the benchmark."""
    spec = importlib.util.spec_from_file_location("aeb_evaluate", checkout / "evaluate.py")
    if spec is None or spec.loader is None or not (checkout / "evaluate.py").is_file():
        raise SystemExit(f"{checkout}: no evaluate.py; give the path of a checkout of the benchmark")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def load_pages(checkout: Path, keys: list[str]) -> dict[str, str]:
    """The pages by key, decoded as the benchmark's own runners do."""
    return {key: gzip.decompress((checkout / "html" / f"{key}.html.gz").read_bytes()).decode("utf-8") for key in keys}


def score(evaluation: ModuleType, truth: dict[str, Any], pages: dict[str, str], output: Output) -> dict[str, Any]:
    """The benchmark's figures for one extractor."""
    predicted = {key: {"articleBody": output(html)} for key, html in pages.items()}
    found: dict[str, Any] = evaluation.evaluate(truth, predicted, n_bootstrap=0)
    found["by_page"] = dict(zip(truth, found["tp_fp_fns"], strict=True))
    return found


def page_f1(counts: tuple[float, float, float]) -> float:
    """F1 of one page."""
    hit, false, missed = counts
    return 2 * hit / (2 * hit + false + missed) if hit + false + missed else 1.0


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkout", type=Path)
    parser.add_argument("--no-peers", action="store_true", help="only our own figures")
    parser.add_argument("--worst", type=int, default=0, help="list the pages with the lowest F1 of ours")
    args = parser.parse_args()
    evaluation = load_evaluation(args.checkout)
    truth = evaluation.load_json(args.checkout / "ground-truth.json")
    pages = load_pages(args.checkout, list(truth))
    cleaner = Cleaner(layers=("generic", "language"))
    outputs: dict[str, Output] = {"cleaner, generic": lambda html: cleaner.clean_html(html).text}
    if not args.no_peers:
        for name, extract in peers.installed().items():
            outputs[name] = lambda html, extract=extract: peers.attempt(extract, html)  # type: ignore[misc]
    print(f"{'':34} {'F1':>6} {'P':>6} {'R':>6} {'mean page F1':>13} {'exact':>6}")
    for name, output in outputs.items():
        found = score(evaluation, truth, pages, output)
        mean = statistics.mean(map(page_f1, found["by_page"].values()))
        print(
            f"{name:34} {found['f1']:6.3f} {found['precision']:6.3f} {found['recall']:6.3f} "
            f"{mean:13.3f} {found['accuracy']:6.3f}",
            flush=True,
        )
        if args.worst and output is outputs["cleaner, generic"]:
            worst = sorted(found["by_page"].items(), key=lambda item: page_f1(item[1]))[: args.worst]
            for key, (hit, false, missed) in worst:
                print(
                    f"  {key[:16]} hit {hit:.2f} false {false:.2f} missed {missed:.2f} {truth[key].get('url', '')[:90]}"
                )


if __name__ == "__main__":
    main()

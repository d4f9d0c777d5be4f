"""Speed of the text path, each figure as a ratio against a floor measured in the same run.

    python -m benchmarks.text [--corpus FILE.jsonl[.gz]] [--documents N]

Without ``--corpus`` the documents are the seed articles, again and again. Each figure is the best of five passes.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from cleaner import Cleaner
from cleaner.packs.load import load_packs

ROOT = Path(__file__).resolve().parent.parent
PASSES = 5
COPY = "import json,sys\nfor line in sys.stdin: print(json.dumps(json.loads(line), ensure_ascii=False))\n"


def best(work: Callable[[], object], passes: int = PASSES) -> float:
    """Least wall time of some passes, in seconds."""
    times = []
    for _ in range(passes):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def documents(corpus: Path | None, count: int) -> list[dict[str, str]]:
    """Records of 2,000 to 4,000 code points."""
    if corpus is None:
        texts = [path.read_text("utf-8") for path in sorted((ROOT / "seeds").glob("*.txt"))]
        return [{"id": str(n), "text": texts[n % len(texts)]} for n in range(count)]
    data = gzip.decompress(corpus.read_bytes()) if corpus.suffix == ".gz" else corpus.read_bytes()
    found = [record for record in map(json.loads, data.splitlines()) if 2000 <= len(record["text"]) <= 4000]
    return found[:count]


def row(name: str, ours: str, floor: str, ratio: float, limit: float) -> None:
    """One line of the table."""
    verdict = "within" if ratio <= limit else "OVER"
    print(f"{name:44} {ours:>14} {floor:>14} {ratio:9.2f} {limit:8.2f}  {verdict}")


def text_path(records: list[dict[str, str]], name: str) -> None:
    """``clean_text`` against ``str.splitlines`` of the same texts."""
    cleaner = Cleaner()
    pairs = [(r["text"], r.get("url")) for r in records]
    for text, url in pairs:
        cleaner.clean_text(text, url=url)  # compiles what these documents need

    def clean() -> None:
        for text, url in pairs:
            cleaner.clean_text(text, url=url)

    def split() -> None:
        for text, _ in pairs:
            text.splitlines()

    ours, floor = best(clean) / len(pairs) * 1e6, best(split) / len(pairs) * 1e6
    row(f"clean_text, {name}", f"{ours:.1f} µs/doc", f"{floor:.2f} µs/doc", ours / (6 * floor + 20), 1.0)


def run(command: list[str], source: Path, folder: Path) -> float:
    """Wall time of a filter from a file to a file, best of three, in seconds."""

    def once() -> None:
        with source.open("rb") as lines, (folder / "out").open("wb") as out:
            subprocess.run(command, stdin=lines, stdout=out, stderr=subprocess.DEVNULL, check=True)

    return best(once, 3)


def command_line(records: Iterable[dict[str, str]]) -> None:
    """JSONL through the command line with an audit against a copy with the standard library's json."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = folder / "in.jsonl"
        with source.open("w", encoding="utf-8") as out:
            for record in records:
                out.write(json.dumps(record, ensure_ascii=False) + "\n")
        audit = str(folder / "audit.jsonl")
        ours = run([sys.executable, "-m", "cleaner", "clean", "-", "--audit", audit, "--quiet"], source, folder)
        floor = run([sys.executable, "-c", COPY], source, folder)
    row("cleaner clean - with --audit", f"{ours:.2f} s", f"{floor:.2f} s", ours / floor, 3.0)


def start_up() -> None:
    """Loading all packs, and ``cleaner --help``."""
    load_packs()
    rules = sum(len(pack.rules) for pack in load_packs())
    ours = best(load_packs) * 1000
    row(f"load all packs ({rules} rules)", f"{ours:.1f} ms", "per 1,000", ours / rules * 1000, 50.0)
    environment = {**os.environ, "CLEANER_CACHE_DIR": ""}
    cold = best(lambda: subprocess.run([sys.executable, "-c", "pass"], check=True), 10)
    code = "from cleaner.packs.load import load_packs; load_packs()"
    first = best(lambda: subprocess.run([sys.executable, "-c", code], check=True, env=environment), 2)
    print(f"{'  of which the first time, no cache':44} {first - cold:12.2f} s")
    shown = best(
        lambda: subprocess.run([sys.executable, "-m", "cleaner", "--help"], check=True, stdout=subprocess.DEVNULL), 10
    )
    row(
        "cleaner --help above python -c pass",
        f"{shown * 1000:.0f} ms",
        f"{cold * 1000:.0f} ms",
        (shown - cold) * 1000,
        150,
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--documents", type=int, default=4000)
    args = parser.parse_args()
    records = documents(args.corpus, args.documents)
    print(f"{len(records)} documents, mean {sum(len(r['text']) for r in records) / len(records):.0f} code points")
    print(f"{'':44} {'ours':>14} {'floor':>14} {'ratio':>9} {'limit':>8}")
    text_path(records, "all")
    for flat, name in ((False, "with line breaks"), (True, "flattened to one line")):
        part = [r for r in records if ("\n" not in r["text"]) == flat]
        if part:
            text_path(part, name)
    command_line(records)
    start_up()
    print("clean_text: ratio against 6 x splitlines + 20 µs a document, limit 1")


if __name__ == "__main__":
    main()

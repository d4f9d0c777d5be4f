"""Resident memory and speed over many pages in one process: both curves have to be flat.

    python -m benchmarks.memory --pages FILE.jsonl[.gz] [--count N] [--unknown]

The pages of FILE are cleaned again and again, with their audit record encoded. ``--unknown`` leaves out site and
network packs, so that the generic extractor runs on every page.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

from benchmarks.speed import audited, load, one_core
from cleaner import Cleaner

POINTS = 20


def resident() -> float:
    """Resident memory of this process, in MB."""
    status = Path("/proc/self/statm")
    if status.exists():
        return int(status.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e6 if sys.platform == "darwin" else 1e3)


def main() -> None:
    """Print the curve."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=Path, required=True)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--unknown", action="store_true")
    args = parser.parse_args()
    one_core()
    pages = load(args.pages)
    work = audited(Cleaner(layers=("generic", "language") if args.unknown else None))
    for page in pages:
        work(page)
    first = resident()
    print(f"{'pages':>8} {'MB':>8} {'ms/page':>8}\n{len(pages):8} {first:8.1f}", flush=True)
    done, step = 0, max(len(pages), args.count // POINTS)
    while done < args.count:
        start = time.perf_counter()
        for number in range(step):
            work(pages[(done + number) % len(pages)])
        done += step
        taken = (time.perf_counter() - start) / step
        print(f"{done:8} {resident():8.1f} {taken * 1000:8.2f}", flush=True)
    last = resident()
    print(f"grown by {last - first:.1f} MB ({(last - first) / done * 1e6:.0f} bytes a page)")


if __name__ == "__main__":
    main()

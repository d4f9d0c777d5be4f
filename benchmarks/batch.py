"""Speed and memory of whole runs of ``cleaner clean``, each figure a ratio against something measured in the same run.

    python -m benchmarks.batch [--corpus FILE.jsonl[.gz]] [--pages FILE.jsonl[.gz]] [--full] [--work DIR] [--only NAMES]

The records of ``--corpus`` (by default the seed articles) are repeated under new ids until the input is as large as
asked for; those of ``--pages`` (``html``, ``url``) likewise. Everything is timed as whole commands, start-up included.
Contenders take turns, and the least time of each counts. Small sizes take some minutes; ``--full`` takes 1 GB of text,
20,000 pages and a 10 GB input for the memory curve, and needs 60 GB of disk.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
MEGA = 1_000_000
NAMES = ("workers", "pages", "jsonl", "parquet", "trafilatura", "memory", "ray")
RUNNER_MB, WORKER_MB = 300, 150
COPY_JSON = """
import json, sys
with open(sys.argv[1], encoding="utf-8") as lines, open(sys.argv[2], "w", encoding="utf-8") as out:
    for line in lines:
        out.write(json.dumps(json.loads(line), ensure_ascii=False) + "\\n")
"""
COPY_PARQUET = """
import sys, pyarrow.parquet as pq
source = pq.ParquetFile(sys.argv[1])
with pq.ParquetWriter(sys.argv[2], source.schema_arrow) as out:
    for group in range(source.num_row_groups):
        for batch in source.iter_batches(4096, row_groups=[group]):
            out.write_batch(batch)
"""
EXTRACT = """
import json, multiprocessing, sys
from trafilatura import extract
def work(line):
    record = json.loads(line)
    return json.dumps({"id": record["id"], "text": extract(record["html"])}, ensure_ascii=False)
if __name__ == "__main__":
    with open(sys.argv[1], "rb") as lines, open(sys.argv[2], "w", encoding="utf-8") as out:
        with multiprocessing.Pool(int(sys.argv[3])) as pool:
            for line in pool.imap(work, lines, chunksize=8):
                out.write(line + "\\n")
"""


class Sizes(NamedTuple):
    """How much input each benchmark takes; shards in MB, so that workers share the work evenly."""

    text_mb: float
    pages: int
    extracted: int  # pages that trafilatura gets, at some 30 ms each
    memory_mb: float
    shard_mb: float
    passes: int


SMALL = Sizes(200, 2000, 600, 600, 8, 2)
FULL = Sizes(1000, 20_000, 2000, 10_000, 16, 2)


class Bench:
    """The inputs, made when first needed, and the clock."""

    def __init__(self, args: argparse.Namespace, work: Path) -> None:
        self.args, self.work = args, work
        self.sizes: Sizes = FULL if args.full else SMALL
        if args.mb:
            self.sizes = self.sizes._replace(text_mb=args.mb, memory_mb=min(args.mb * 3, self.sizes.memory_mb))
        if args.page_count:
            self.sizes = self.sizes._replace(
                pages=args.page_count, extracted=min(args.page_count, self.sizes.extracted)
            )

    def text(self, megabytes: float) -> Path:
        """JSONL of about so many megabytes."""
        path = self.work / f"text-{megabytes:g}.jsonl"
        if not path.exists():
            records = loaded(self.args.corpus) if self.args.corpus else seeds()
            with path.open("w", encoding="utf-8") as out:
                size = 0
                for number, record in enumerate(cycle(records)):
                    line = json.dumps({**record, "id": number}, ensure_ascii=False) + "\n"
                    size += len(line.encode())
                    if size > megabytes * MEGA:
                        break
                    out.write(line)
        return path

    def pages(self, count: int) -> Path:
        """JSONL of so many pages."""
        path = self.work / f"pages-{count}.jsonl"
        if not path.exists():
            records = [record for record in loaded(self.args.pages) if record.get("kind") != "index"]
            with path.open("w", encoding="utf-8") as out:
                for number, record in zip(range(count), cycle(records), strict=False):
                    line = {"id": number, "url": record.get("url"), "html": record["html"]}
                    out.write(json.dumps(line, ensure_ascii=False) + "\n")
        return path

    def parquet(self) -> Path:
        """The text as Parquet, in row groups of 10,000 rows."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        path = self.work / "text.parquet"
        if path.exists():
            return path
        schema = pa.schema([("id", pa.int64()), ("url", pa.string()), ("text", pa.string())])
        rows: list[dict[str, Any]] = []
        with self.text(self.sizes.text_mb).open("rb") as lines, pq.ParquetWriter(path, schema) as out:
            for line in lines:
                record = json.loads(line)
                rows.append({name: record.get(name) for name in schema.names})
                if len(rows) == 10_000:
                    out.write_table(pa.Table.from_pylist(rows, schema))
                    rows = []
            if rows:
                out.write_table(pa.Table.from_pylist(rows, schema))
        return path

    def clean(self, source: Path, *more: str) -> list[str]:
        """The command that cleans a file into a folder."""
        command = [sys.executable, "-m", "cleaner", "clean", str(source), "-o", str(self.work / "out"), "--quiet"]
        return [*command, "--shard-mb", f"{self.sizes.shard_mb:g}", *more]

    def script(self, code: str, source: Path, *more: str) -> list[str]:
        """A program of the standard library or of a peer, from a file to a file."""
        path = self.work / "program.py"
        path.write_text(code, "utf-8")
        return [sys.executable, str(path), str(source), str(self.work / "copy"), *more]

    def seconds(self, *makers: Callable[[], list[str]], passes: int | None = None) -> list[float]:
        """Least wall time of each command; they take turns."""
        best = [float("inf")] * len(makers)
        for _ in range(passes or self.sizes.passes):
            for number, maker in enumerate(makers):
                command = maker()
                start = time.perf_counter()
                done = subprocess.run(command, check=False, env=environment(), stderr=subprocess.PIPE)
                best[number] = min(best[number], time.perf_counter() - start)
                if done.returncode not in (0, 1):  # 1: some records failed, which a corpus may hold
                    told = done.stderr.decode("utf-8", "replace")
                    raise SystemExit(f"exit status {done.returncode}: {' '.join(command)}\n{told}")
                self.clear()
        return best

    def clear(self) -> None:
        """Remove what a run wrote."""
        shutil.rmtree(self.work / "out", ignore_errors=True)
        (self.work / "copy").unlink(missing_ok=True)


def environment() -> dict[str, str]:
    """Where the cleaner is, for commands that run elsewhere."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "RAY_USAGE_STATS_ENABLED": "0"}


def loaded(path: Path) -> list[dict[str, Any]]:
    """The records of a JSONL file."""
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return [json.loads(line) for line in data.splitlines()]


def seeds() -> list[dict[str, Any]]:
    """The seed articles."""
    return [{"text": path.read_bytes().decode()} for path in sorted((ROOT / "seeds").glob("*.txt"))]


def row(name: str, ours: str, other: str, value: float, target: float, *, at_least: bool = False) -> None:
    """One line of the table."""
    good = value >= target if at_least else value <= target
    word = "≥" if at_least else "≤"
    print(
        f"{name:45} {ours:>16} {other:>16} {value:8.2f}  {word} {target:<6g} {'ok' if good else 'MISSED'}", flush=True
    )


def rate(seconds: float, size: float, unit: str) -> str:
    """So much a second."""
    return f"{size / seconds:,.0f} {unit}/s"


def lines_of(path: Path) -> int:
    """How many records a JSONL file holds."""
    with path.open("rb") as stream:
        return sum(1 for _ in stream)


def workers(bench: Bench) -> None:
    """Two workers against one, text."""
    source = bench.text(bench.sizes.text_mb)
    one, two = bench.seconds(lambda: bench.clean(source, "-j", "1"), lambda: bench.clean(source, "-j", "2"))
    count = lines_of(source)
    name = f"text, {bench.sizes.text_mb:g} MB: 2 workers against 1"
    row(name, rate(two, count, "docs"), rate(one, count, "docs"), one / two, 1.8, at_least=True)


def pages(bench: Bench) -> None:
    """Two workers against one, pages; and pages of unknown sites, for the record."""
    count = bench.sizes.pages
    source = bench.pages(count)
    one, two = bench.seconds(lambda: bench.clean(source, "-j", "1"), lambda: bench.clean(source, "-j", "2"))
    name = f"pages, {count:,}: 2 workers against 1"
    row(name, rate(two, count, "pages"), rate(one, count, "pages"), one / two, 1.8, at_least=True)
    some = bench.pages(min(count, bench.sizes.extracted))
    known, unknown = bench.seconds(
        lambda: bench.clean(some, "-j", "1"),
        lambda: bench.clean(some, "-j", "1", "--url-field", "no-such-field"),
        passes=1,
    )
    number = lines_of(some)
    print(f"  one worker: known sites {rate(known, number, 'pages')}, sites unknown {rate(unknown, number, 'pages')}")


def jsonl(bench: Bench) -> None:
    """JSONL end to end against a copy with the standard library."""
    source = bench.text(bench.sizes.text_mb)
    ours, copy = bench.seconds(lambda: bench.clean(source, "-j", "1"), lambda: bench.script(COPY_JSON, source))
    size = source.stat().st_size / MEGA
    row("JSONL with audit against a copy by json", rate(ours, size, "MB"), rate(copy, size, "MB"), ours / copy, 3)


def parquet(bench: Bench) -> None:
    """Parquet to Parquet against a copy with pyarrow."""
    source = bench.parquet()
    ours, copy = bench.seconds(lambda: bench.clean(source, "-j", "1"), lambda: bench.script(COPY_PARQUET, source))
    size = bench.text(bench.sizes.text_mb).stat().st_size / MEGA
    name = "Parquet with audit against a copy by pyarrow"
    row(name, rate(ours, size, "MB"), rate(copy, size, "MB"), ours / copy, 8)


def trafilatura(bench: Bench) -> None:
    """Pages end to end against trafilatura, both in two processes; of trafilatura fewer pages, as it takes longer."""
    many, few = bench.pages(bench.sizes.pages), bench.pages(bench.sizes.extracted)
    [ours] = bench.seconds(lambda: bench.clean(many, "-j", "2"))
    [other] = bench.seconds(lambda: bench.script(EXTRACT, few, "2"), passes=1)
    each, theirs = ours / bench.sizes.pages, other / bench.sizes.extracted
    name = "pages against trafilatura, 2 processes"
    row(name, rate(each, 1, "pages"), rate(theirs, 1, "pages"), theirs / each, 10, at_least=True)


def memory(bench: Bench) -> None:
    """Resident memory of the runner and its workers while they work."""
    source = bench.text(bench.sizes.memory_mb)
    jobs = 2
    process = subprocess.Popen(bench.clean(source, "-j", str(jobs)), env=environment())
    runner: list[float] = []
    each: list[float] = []
    total: list[float] = []
    while process.poll() is None:
        own = resident(process.pid)
        others = [resident(pid) for pid in children(process.pid)]
        runner.append(own)
        each.append(max(others, default=0.0))
        total.append(own + sum(others))
        time.sleep(0.1)
    if process.returncode not in (0, 1):
        raise SystemExit(f"exit status {process.returncode}")
    bench.clear()
    name = f"peak memory, {bench.sizes.memory_mb / 1000:g} GB, MB"
    row(f"{name}, runner", f"{max(runner):,.0f} MB", "", max(runner), RUNNER_MB)
    row(f"{name}, largest worker", f"{max(each):,.0f} MB", "", max(each), WORKER_MB)
    row(f"{name}, all", f"{max(total):,.0f} MB", "", max(total), RUNNER_MB + jobs * WORKER_MB)
    tenth = max(1, len(total) // 10)
    curve = [max(total[n : n + tenth]) for n in range(0, len(total), tenth)][:10]
    print("  all, tenth by tenth: " + " ".join(f"{mb:.0f}" for mb in curve) + " MB")
    middle = curve[len(curve) // 5 : len(curve) // 2 + 1]  # start-up left out
    row("memory, second half against first", "", "", max(curve[len(curve) // 2 :]) / max(middle), 1.1)


def resident(pid: int) -> float:
    """Resident memory of a process in MB, 0 if it is gone."""
    try:
        pages_held = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0.0
    return pages_held * os.sysconf("SC_PAGE_SIZE") / MEGA


def children(pid: int) -> list[int]:
    """The processes that a process has started."""
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def ray(bench: Bench) -> None:
    """A Ray cluster on this machine, started for the run, against local workers."""
    source = bench.text(bench.sizes.text_mb)
    far, near = bench.seconds(
        lambda: bench.clean(source, "-j", "2", "--engine", "ray"), lambda: bench.clean(source, "-j", "2")
    )
    row("Ray on one machine against local workers", f"{far:.1f} s", f"{near:.1f} s", far / near, 1.5)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, help="JSONL of texts; default: the seed articles")
    parser.add_argument("--pages", type=Path, help="JSONL of pages (html, url); without it pages are left out")
    parser.add_argument("--full", action="store_true", help="the sizes of the targets")
    parser.add_argument("--mb", type=float, help="megabytes of text instead")
    parser.add_argument("--page-count", type=int, help="pages instead")
    parser.add_argument("--work", type=Path, help="folder for inputs and outputs; default: a temporary one")
    parser.add_argument("--only", default=",".join(NAMES), help=f"some of {','.join(NAMES)}")
    args = parser.parse_args()
    names = args.only.split(",")
    if unknown := set(names) - set(NAMES):
        parser.error(f"no benchmark {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}")
    if args.work is not None:
        args.work.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="cleaner-benchmark-", dir=args.work) as work:
        bench = Bench(args, Path(work))
        print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start")
        print(f"{'':45} {'ours':>16} {'other':>16} {'ratio':>8}  target")
        for name in names:
            if name in ("pages", "trafilatura") and args.pages is None:
                print(f"{name}: left out, no --pages")
                continue
            globals()[name](bench)


if __name__ == "__main__":
    main()

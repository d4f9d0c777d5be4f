"""Time and memory of the review at so many cuts, made by repeating the documents of a finished run.

    cleaner clean news.jsonl.gz -o out
    python benchmarks/review.py out --cuts 1000000

Every copy has ids and cut texts of its own, so that nothing collapses. Each step runs in a process of its own; the
memory told is the most that process held.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any

from cleaner.audit import encode, fingerprint
from cleaner.review.index import open_index
from cleaner.review.runs import open_run
from cleaner.review.serve import desk_of

PAGES = 15


def make(source: str, cuts: int, folder: Path) -> int:
    """Write a run with at least so many cuts into a folder; returns the documents."""
    import msgspec

    documents = [d for d in open_run(source).documents() if d.cleaned is not None and d.cleaned.removals]
    written = made = 0
    folder.mkdir(parents=True)
    with (folder / "news.jsonl").open("wb") as clean, (folder / "audit.jsonl").open("wb") as audit:
        for copy in count():
            for document in documents:
                cleaned = document.cleaned
                assert cleaned is not None
                removals, parts, at, shift = [], [], 0, 0
                mark = f" {copy}"
                for cut in cleaned.removals:
                    text = cut.text.rstrip() + mark + cut.text[len(cut.text.rstrip()) :]
                    parts += [cleaned.raw[at : cut.start], text]
                    start = cut.start + shift
                    removals.append(msgspec.structs.replace(cut, start=start, end=start + len(text), text=text))
                    at, shift = cut.end, shift + len(mark)
                raw = "".join([*parts, cleaned.raw[at:]])
                record = msgspec.structs.replace(
                    document.record,
                    id=f"{document.record.id}-{copy}",
                    raw=fingerprint(raw),
                    removals=tuple(removals),
                    meta={**document.record.meta, "output": "news.jsonl"},
                )
                audit.write(encode(record) + b"\n")
                clean.write(json.dumps({"id": record.id, "text": cleaned.text}, ensure_ascii=False).encode() + b"\n")
                written += 1
                made += len(removals)
                if made >= cuts:
                    return written
    raise AssertionError


def apart(step: Callable[..., Any], *values: Any) -> tuple[Any, float, int]:
    """What a step returns in a process of its own, its seconds and its megabytes."""
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    process = context.Process(target=_measured, args=(queue, step, values))
    process.start()
    found: tuple[Any, float, int] = queue.get()
    process.join()
    return found


def _measured(queue: Any, step: Callable[..., Any], values: tuple[Any, ...]) -> None:
    start, used = time.perf_counter(), time.process_time()
    result = step(*values)
    seconds = time.perf_counter() - start
    if time.process_time() - used < 0.8 * seconds:
        print(f"({step.__name__}: {time.process_time() - used:.0f} s of CPU)", flush=True)
    queue.put((result, seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024))


def index(place: str) -> int:
    """Make the index; returns its megabytes."""
    return open_index(open_run(place)).path.stat().st_size >> 20


def views(place: str, decisions: str) -> dict[str, Any]:
    """Open the review and ask for every page; milliseconds of each, the median and the longest."""
    start = time.perf_counter()
    desk = desk_of(open_index(open_run(place)), Path(decisions))
    opened = time.perf_counter() - start
    from starlette.testclient import TestClient

    from cleaner.review.guard import Guard
    from cleaner.review.server import application

    guard = Guard(8000)
    client = TestClient(application(desk, guard, "bench"), base_url="http://127.0.0.1:8000")
    client.get("/enter", params={"token": guard.token})
    rules = [row.name for row in desk.views.rules("cuts")]
    found: dict[str, Any] = {"open, seconds": round(opened, 2)}

    def timed(name: str, ask: Callable[[int], Any]) -> None:
        times = []
        for number in range(PAGES):
            at = time.perf_counter()
            response = ask(number)
            times.append(1000 * (time.perf_counter() - at))
            assert response.status_code in (200, 303), (name, response.text[:300])
        found[name] = f"{median(times):.0f} ({max(times):.0f})"

    def judge(number: int) -> Any:
        cut = desk.views.next_cut(rules[0], "longest")
        form = {"cut": str(cut), "verdict": "right", "rule": rules[0], "queue": "longest", "csrf": guard.csrf}
        return client.post("/judge", data=form, follow_redirects=False)

    timed("rules", lambda number: client.get("/", params={"sort": ["cuts", "small", "precision"][number % 3]}))
    timed("rule", lambda number: client.get("/rule", params={"name": rules[number]}))
    for queue in ("longest", "once", "mid", "small", "marks", "sample"):
        timed(
            f"queue {queue}", lambda number, q=queue: client.get("/judge", params={"rule": rules[number], "queue": q})
        )
    timed("document", lambda number: client.get("/document", params={"doc": number * 1000}))
    timed("left standing", lambda number: client.get("/missed"))
    timed("random samples", lambda number: client.get("/sample"))
    timed("verdict, on the disk", judge)
    return found


def main() -> None:
    """Run all steps."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", help="a finished run")
    parser.add_argument("--cuts", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, help="keep the run there, and use the one that is there")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="review-") as folder:
        place = (given.folder or Path(folder)) / "run"
        if not place.exists():
            documents, seconds, _ = apart(make, given.run, given.cuts, place)
            print(f"{given.cuts:,} cuts in {documents:,} documents, made in {seconds:.0f} s", flush=True)
        size, seconds, memory = apart(index, str(place))
        print(f"index made or found: {seconds:.0f} s, {size:,} MB on disk, {memory} MB of memory", flush=True)
        found, _, memory = apart(views, str(place), str(Path(folder) / "decisions.jsonl"))
        print(f"views, milliseconds, median (longest) of {PAGES}:")
        for name, value in found.items():
            print(f"  {name:<24} {value}")
        print(f"memory of the review: {memory} MB")


if __name__ == "__main__":
    main()

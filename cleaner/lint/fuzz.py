"""Time regexes on attacks, in a process that can be killed: a regex that backtracks cannot be interrupted.

All times are of the processor, so that a busy machine makes no regex slow. Run as ``python -m cleaner.lint.fuzz`` it is
that process: a job a line in, a result a line out.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from queue import Empty, Queue
from tempfile import TemporaryFile
from threading import Thread

from cleaner.lint.finding import Finding, Source
from cleaner.lint.limits import uses
from cleaner.packs.schema import Rule
from cleaner.regex.attack import Attack, attacks
from cleaner.system import LIMITS_PROCESSOR_TIME, limit_processor_time, ran_out_of_processor_time

#: Seconds of processor time on one text that are too many.
TOO_SLOW = 1.0
#: Seconds of processor time that one attack may take before the process is killed.
PATIENCE = 2.0
#: Where the system can stop a process by its own time, the wall clock only guards against a process that sleeps.
_WAIT = 300.0 if LIMITS_PROCESSOR_TIME else PATIENCE


@dataclass(frozen=True, slots=True)
class Job:
    """One regex and the texts it is tried on."""

    pattern: str
    searched: bool
    attacks: list[Attack]


@dataclass(frozen=True, slots=True)
class Slow:
    """An attack that worked. ``seconds`` is ``None`` when the regex was still busy when it was killed."""

    attack: Attack
    seconds: float | None


def too_slow(pairs: Sequence[tuple[Source, Rule]]) -> Iterator[Finding]:
    """P007: no regex of these rules takes long on any attack."""
    found = [(source, rule, use) for source, rule in pairs for use in uses(rule, source.pack.layer)]
    jobs = [
        Job(
            use.pattern,
            use.searched,
            attacks(use.pattern, use.limit, use.searched, [e.text for e in source.cases_of(rule).example]),
        )
        for source, rule, use in found
    ]
    for (source, rule, use), slow in zip(found, run_jobs(jobs), strict=True):
        if slow is None:
            continue
        prefix, pump, times, end = slow.attack
        took = f"took {slow.seconds:.1f} s" if slow.seconds is not None else f"was still busy after {PATIENCE:.0f} s"
        text = f"{prefix[-30:]!r} + {pump[:30]!r} × {times} + {end!r}"
        mend = r"bound the repetitions (\s{0,3}), or let neighbours match different characters"
        yield source.about(rule, "P007", f"{use.key} {took} on {text}", mend, key=use.key)


def run_jobs(jobs: Sequence[Job], workers: int | None = None) -> list[Slow | None]:
    """The slowest attack of each job if it is too slow, else ``None``."""
    if not jobs:
        return []
    count = min(workers or min(os.cpu_count() or 1, 8), len(jobs))
    parts = [jobs[number::count] for number in range(count)]
    with ThreadPoolExecutor(count) as pool:
        results = list(pool.map(_run_part, parts))
    found: list[Slow | None] = [None] * len(jobs)
    for number, part in enumerate(results):
        found[number::count] = part
    return found


def _run_part(jobs: Sequence[Job]) -> list[Slow | None]:
    results: list[Slow | None] = []
    while len(results) < len(jobs):
        results += _run_until_stuck(jobs[len(results) :])
    return results


def _run_until_stuck(jobs: Sequence[Job]) -> list[Slow | None]:
    """Results of the jobs up to one that got stuck, that one included."""
    results: list[Slow | None] = []
    with TemporaryFile("w+", encoding="utf-8") as todo:
        for job in jobs:
            todo.write(json.dumps([job.pattern, job.searched, job.attacks]) + "\n")
        todo.seek(0)
        command = [sys.executable, "-m", "cleaner.lint.fuzz"]
        with subprocess.Popen(  # this very interpreter, with fixed arguments  # nosec B603
            command, stdin=todo, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        ) as worker:
            assert worker.stdout is not None
            lines: Queue[str] = Queue()
            Thread(target=_drain, args=(worker.stdout, lines), daemon=True).start()
            busy_with = 0
            while len(results) < len(jobs):
                try:
                    line = lines.get(timeout=_WAIT)
                    stuck = not line and ran_out_of_processor_time(worker.wait())
                except Empty:
                    stuck = True
                if stuck:
                    results.append(Slow(jobs[len(results)].attacks[busy_with], None))
                    break
                if not line:
                    raise RuntimeError("the process that times regexes has died")
                kind, *values = json.loads(line)
                if kind == "start":
                    busy_with = values[0]
                else:
                    number, seconds = values
                    attack = jobs[len(results)].attacks[number]
                    results.append(Slow(attack, seconds) if seconds > TOO_SLOW else None)
            worker.kill()
    return results


def _drain(lines: Iterable[str], into: Queue[str]) -> None:
    try:
        for line in lines:
            into.put(line)
    except ValueError:
        pass  # it was killed, and its output closed
    into.put("")


def _work() -> None:
    for line in sys.stdin:
        pattern, searched, recipes = json.loads(line)
        regex = re.compile(pattern, re.IGNORECASE)
        attempt = regex.search if searched else regex.match
        worst, slowest = 0.0, 0
        for number, (prefix, pump, times, end) in enumerate(recipes):
            text = prefix + pump * times + end
            print(json.dumps(["start", number]), flush=True)
            limit_processor_time(PATIENCE)
            begun = time.process_time()
            attempt(text)
            took = time.process_time() - begun
            if took > worst:
                worst, slowest = took, number
            if worst > TOO_SLOW:
                break
        print(json.dumps(["done", slowest, worst]), flush=True)


if __name__ == "__main__":
    _work()

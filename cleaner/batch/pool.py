"""Worker processes under supervision: a document that hangs or kills its worker costs that document, not the run.

A worker tells in shared memory which document it is at and since when. The supervisor looks several times a second:
a worker that is over the time limit is killed, whatever C code it is in, and its task is done again by a new worker
that passes the document over. A worker that dies is replaced too; the document that it was at is passed over only when
it was the last one of several workers, so that a worker killed from outside changes no result.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from typing import Any, Protocol

import msgspec

from cleaner.system import end_with_parent, start_method, was_killed

#: A document that crashed so many workers is given up.
MAX_CRASHES = 2
#: A document that was the last one of so many workers that were killed is given up: a kill may come from outside.
MAX_KILLS = 6
#: A task whose workers die without having begun a document is given up after so many.
MAX_IDLE_DEATHS = 5
#: Seconds between two looks at the workers.
LOOK = 0.2
_DOCUMENT, _SINCE, _DOCUMENTS, _FLAGGED, _FAILED, _BYTES = range(6)
_PARENT_CHECK = 0x3F  # where Linux does not tell, a worker looks for its parent once in so many documents


class Failure(msgspec.Struct, frozen=True):
    """Why a document is passed over: ``error`` or ``timeout``, and the message."""

    status: str
    message: str


Passed = Mapping[int, Failure]


class Beat:
    """What a worker tells while it works: the document it is at and since when, and counts for the progress line."""

    def __init__(self, shared: Any = None) -> None:
        self._shared = shared if shared is not None else [0.0] * 6
        self._parent = os.getppid()

    def begin(self, number: int) -> None:
        """A document is begun: its number in the task, from 0."""
        shared = self._shared
        shared[_DOCUMENT] = number
        shared[_SINCE] = time.monotonic()
        if not number & _PARENT_CHECK and os.getppid() != self._parent:
            os._exit(1)  # whoever waits for this work is gone

    def end(self, status: str) -> None:
        """It is done."""
        shared = self._shared
        shared[_SINCE] = 0.0
        shared[_DOCUMENTS] += 1
        if status == "flagged":
            shared[_FLAGGED] += 1
        elif status in ("error", "timeout"):
            shared[_FAILED] += 1

    def read(self, size: int) -> None:
        """So many bytes of input were read."""
        self._shared[_BYTES] += size


class Progress(msgspec.Struct):
    """Counts of the tasks in work: documents, flagged and failed ones, bytes of input."""

    documents: int = 0
    flagged: int = 0
    failed: int = 0
    bytes: int = 0


class Handler(Protocol):
    """Does a task inside a worker."""

    def __call__(self, task: Any, beat: Beat, passed: Passed, /) -> Any:
        """The result of a task; documents whose number is in ``passed`` are passed over.

        What it raises reaches whoever asked for the result.
        """


class WorkerLostError(Exception):
    """Workers die before they begin a document: nothing can be done here."""


class _Task:
    """A task on its way, with what its workers met."""

    __slots__ = ("deaths", "idle_deaths", "number", "passed", "payload")

    def __init__(self, number: int, payload: Any) -> None:
        self.number = number
        self.payload = payload
        self.passed: dict[int, Failure] = {}
        self.deaths: dict[int, int] = {}
        self.idle_deaths = 0


class _Worker:
    """A process, the pipe to it, its beat, and the task it is at."""

    def __init__(self, context: Any, setup: Callable[[], Handler], inherited: list[Connection]) -> None:
        self.shared = context.RawArray("d", 6)
        self.pipe, other = context.Pipe()
        self.task: _Task | None = None
        self.process = context.Process(
            target=_work, args=(setup, other, self.shared, os.getpid(), [*inherited, self.pipe]), daemon=True
        )
        self.process.start()
        other.close()

    def give(self, task: _Task) -> None:
        self.task = task
        self.shared[:] = [0.0] * 6
        self.pipe.send((task.payload, task.passed))

    def stop(self) -> None:
        with suppress(OSError):
            self.pipe.close()
        self.process.kill()
        self.process.join()


class Pool:
    """So many workers; ``results`` hands them tasks and gives the results back in order."""

    def __init__(self, setup: Callable[[], Handler], jobs: int, timeout: float = 0.0, start: str | None = None) -> None:
        """Prepare; workers start when there is work.

        Args:
            setup: makes the handler, once in each worker; must pickle where processes are not forked.
            jobs: number of worker processes.
            timeout: seconds a document may take, 0 for no limit.
            start: how processes start (``fork``, ``spawn``); ``None``: as fits the system, or ``CLEANER_START_METHOD``
                says.

        Raises:
            CleanerError: the environment names a start method that there is not.
        """
        known = multiprocessing.get_all_start_methods()
        self._context: Any = multiprocessing.get_context(start or start_method(known))
        self._setup, self._jobs, self._timeout = setup, jobs, timeout
        self._workers: list[_Worker] = []
        self._again: deque[_Task] = deque()

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Kill all workers."""
        for worker in self._workers:
            worker.stop()
        self._workers.clear()

    def progress(self) -> Progress:
        """Counts of the tasks that workers are at now."""
        found = Progress()
        for worker in self._workers:
            if worker.task is not None:
                shared = worker.shared
                found.documents += int(shared[_DOCUMENTS])
                found.flagged += int(shared[_FLAGGED])
                found.failed += int(shared[_FAILED])
                found.bytes += int(shared[_BYTES])
        return found

    def results(
        self,
        tasks: Iterator[Any],
        *,
        ordered: bool = True,
        ahead: bool = False,
        tick: Callable[[], None] = lambda: None,
    ) -> Iterator[tuple[Any, Any]]:
        """Do all tasks: pairs of task and result, in the order of the tasks or as they are done.

        At most twice as many tasks as workers are taken ahead of the oldest that is not done.

        Args:
            tasks: the tasks, taken one by one when a worker is free.
            ordered: keep their order.
            ahead: take the next task while all workers are busy, for tasks that take time to come by.
            tick: called several times a second.

        Raises:
            WorkerLostError: workers die before they begin a document.
            Exception: whatever the handler raised.
        """
        numbered = enumerate(tasks)
        done: dict[int, tuple[Any, Any]] = {}
        next_number = taken = 0
        more = True
        while True:
            while more and not self._again and taken - next_number < 2 * self._jobs and self._has_room():
                step = next(numbered, None)
                if step is None:
                    more = False
                    break
                taken += 1
                self._start(_Task(*step))
            if ahead and more and not self._again:
                step = next(numbered, None)
                if step is None:
                    more = False
                else:
                    taken += 1
                    self._again.append(_Task(*step))
            while self._again and self._has_room():
                self._start(self._again.popleft())
            if not more and not self._again and all(worker.task is None for worker in self._workers):
                return
            for task, result in self._collect():
                if not ordered:
                    next_number += 1
                    yield task.payload, result
                    continue
                done[task.number] = (task.payload, result)
            while next_number in done:
                yield done.pop(next_number)
                next_number += 1
            tick()

    def _has_room(self) -> bool:
        return len(self._workers) < self._jobs or any(worker.task is None for worker in self._workers)

    def _start(self, task: _Task) -> None:
        worker = next((w for w in self._workers if w.task is None), None)
        if worker is None:
            worker = _Worker(self._context, self._setup, [w.pipe for w in self._workers])
            self._workers.append(worker)
        try:
            worker.give(task)
        except OSError:
            self._replace(worker)

    def _collect(self) -> Iterator[tuple[_Task, Any]]:
        """Results that are there, after a look at every worker."""
        busy = [worker for worker in self._workers if worker.task is not None]
        ready = set(wait([w.pipe for w in busy] + [w.process.sentinel for w in busy], timeout=LOOK))
        for worker in busy:
            if worker.pipe in ready or worker.process.sentinel in ready:
                yield from self._receive(worker)
            elif self._timeout and self._is_over(worker):
                self._time_out(worker)

    def _receive(self, worker: _Worker) -> Iterator[tuple[_Task, Any]]:
        task = worker.task
        try:
            if task is None or not worker.pipe.poll():
                raise EOFError
            good, result = worker.pipe.recv()
        except (EOFError, OSError):
            self._replace(worker)
            return
        worker.task = None
        if not good:
            raise result
        yield task, result

    def _is_over(self, worker: _Worker) -> bool:
        since = worker.shared[_SINCE]
        return bool(since) and time.monotonic() - since > self._timeout

    def _time_out(self, worker: _Worker) -> None:
        """Kill a worker that is over the limit, unless it has come further meanwhile."""
        task = worker.task
        number, since = int(worker.shared[_DOCUMENT]), worker.shared[_SINCE]
        if task is None or not since or time.monotonic() - since <= self._timeout:
            return
        worker.stop()
        self._workers.remove(worker)
        if int(worker.shared[_DOCUMENT]) == number and worker.shared[_SINCE] == since:
            task.passed[number] = Failure("timeout", f"took more than {self._timeout:g} s")
        self._again.append(task)

    def _replace(self, worker: _Worker) -> None:
        """A worker has died: its task is done again."""
        task = worker.task
        worker.stop()
        self._workers.remove(worker)
        if task is None:
            return
        code = worker.process.exitcode
        how = f"signal {-code}" if code is not None and code < 0 else f"exit status {code}"
        if worker.shared[_SINCE]:
            number = int(worker.shared[_DOCUMENT])
            task.deaths[number] = task.deaths.get(number, 0) + 1
            if task.deaths[number] >= (MAX_KILLS if was_killed(code) else MAX_CRASHES):
                task.passed[number] = Failure("error", f"the worker process died on it ({how})")
        else:
            task.idle_deaths += 1
            if task.idle_deaths >= MAX_IDLE_DEATHS:
                raise WorkerLostError(f"worker processes die before they begin ({how})")
        self._again.append(task)


def _work(
    setup: Callable[[], Handler], pipe: Connection, shared: Any, parent: int, inherited: list[Connection]
) -> None:
    """The life of a worker."""
    for other in inherited:
        other.close()  # or a dead supervisor would not be noticed: its ends of the pipes must be nowhere else
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the supervisor decides
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    end_with_parent()
    if os.getppid() != parent:
        os._exit(1)
    beat = Beat(shared)
    handler = setup()
    while True:
        try:
            task, passed = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            answer = (True, handler(task, beat, passed))
        except Exception as error:
            answer = (False, error)
        try:
            pipe.send(answer)
        except OSError:
            return

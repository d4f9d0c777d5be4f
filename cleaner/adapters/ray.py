"""Shards on a Ray cluster: the same plan, the same bytes, the same manifest as a run on one machine.

Ray Data hands shards to actors that are built once; inside each a supervised process does the work, so that a document
that hangs costs itself there too. A shard's files come back through Ray's object store and are put in place by whoever
started the run. A node that dies costs time: Ray does its shards again elsewhere.
"""

from __future__ import annotations

import logging
import pickle
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cleaner.aside import sync_files
from cleaner.batch.document import Options
from cleaner.batch.plan import Work
from cleaner.batch.pool import Pool
from cleaner.batch.shard import Done, ShardCleaner, stage_of
from cleaner.core import Cleaner
from cleaner.extras import install
from cleaner.model import CleanerError

if TYPE_CHECKING:
    import pyarrow as pa

#: Shards in flight for each actor: one at work, one on the way.
_AHEAD = 2
_CONNECT_SECONDS = 10.0


class ShardActor:
    """Cleans shards on a node; each row of a batch is one."""

    def __init__(self, cleaner: Cleaner, options: Options, timeout: float) -> None:
        """Build once for many shards.

        Args:
            cleaner: cleans one document.
            options: how documents are read.
            timeout: seconds a document may take, 0 for no limit.
        """
        self.stage = Path(tempfile.mkdtemp(prefix="cleaner-"))
        # Ray's workers have many threads, with which a fork does not go together.
        self.pool = Pool(partial(ShardCleaner, cleaner, options, self.stage), 1, timeout, start="spawn")

    def __call__(self, batch: pa.Table) -> pa.Table:
        """Do the shards of a batch: what each did, and its files."""
        import pyarrow as pa

        answers: list[bytes] = []
        names: list[list[str]] = []
        contents: list[list[bytes]] = []
        for packed in batch.column("work").to_pylist():
            work: Work = pickle.loads(packed)  # the driver of this run wrote it  # nosec B301
            for _, done in self.pool.results(iter([work])):
                answers.append(pickle.dumps((work.number, done)))
            folder = stage_of(self.stage, work)
            files = [name for name in _outputs(work) if (folder / name).exists()]
            names.append(files)
            contents.append([(folder / name).read_bytes() for name in files])
            shutil.rmtree(folder, ignore_errors=True)
        return pa.table(
            {
                "answer": pa.array(answers, pa.large_binary()),
                "names": pa.array([pickle.dumps(files) for files in names], pa.large_binary()),
                "contents": pa.array(contents, pa.list_(pa.large_binary())),
            }
        )


def _outputs(work: Work) -> list[str]:
    return [*dict.fromkeys(piece.output for piece in work.pieces), work.audit]


def ray_engine(
    address: str | None, jobs: int, timeout: float
) -> Callable[[list[Work], ShardCleaner], Iterator[tuple[Work, Done]]]:
    """An engine for ``cleaner.batch.run.How``.

    Args:
        address: of the cluster (``auto``, ``host:6379``, ``ray://…``); ``None``: one that is started here for the run.
        jobs: actors.
        timeout: seconds a document may take, 0 for no limit.

    Raises:
        CleanerError: Ray is not installed.
    """
    try:
        import ray
        import ray.data
    except ImportError:
        raise CleanerError(f"--engine ray needs Ray, which is not installed: {install('ray')}") from None
    return partial(_run, ray, address, jobs, timeout)


def _check_reachable(address: str | None) -> None:
    """Ask at the door before Ray does, which knocks for minutes."""
    host, _, port = (address or "").removeprefix("ray://").rpartition(":")
    if not host or not port.isdigit():
        return
    try:
        socket.create_connection((host, int(port)), timeout=_CONNECT_SECONDS).close()
    except OSError as error:
        raise CleanerError(f"no Ray cluster at {address}: {error.strerror or error}") from None


def _run(
    ray: Any, address: str | None, jobs: int, timeout: float, works: list[Work], clean: ShardCleaner
) -> Iterator[tuple[Work, Done]]:
    if not works:
        return
    started = not ray.is_initialized()
    if started:
        _check_reachable(address)
        try:
            # A cluster of our own is for this machine alone: nothing of it listens to others.
            own = {"num_cpus": jobs, "include_dashboard": False, "_node_ip_address": "127.0.0.1"}
            ray.init(address=address, log_to_driver=False, logging_level="ERROR", **({} if address else own))
        except (ConnectionError, RuntimeError, OSError) as error:
            raise CleanerError(f"no Ray cluster at {address}: {error}") from None
    try:
        logging.getLogger("ray.data").setLevel(logging.ERROR)  # the run tells of its progress itself
        context = ray.data.DataContext.get_current()
        context.enable_progress_bars = False
        context.print_on_execution_start = False
        by_number = {work.number: work for work in works}
        rows = [{"work": pickle.dumps(work)} for work in works]
        data = ray.data.from_items(rows, override_num_blocks=len(rows)).map_batches(
            ShardActor,
            fn_constructor_kwargs={"cleaner": clean.cleaner, "options": clean.options, "timeout": timeout},
            batch_size=1,
            batch_format="pyarrow",
            compute=ray.data.ActorPoolStrategy(size=min(jobs, len(works))),
            num_cpus=1,
        )
        for batch in data.iter_batches(batch_size=1, batch_format="pyarrow", prefetch_batches=_AHEAD):
            for answer, names, contents in zip(
                batch.column("answer"), batch.column("names"), batch.column("contents"), strict=True
            ):
                number, done = pickle.loads(answer.as_py())  # a worker of this run wrote it  # nosec B301
                work = by_number.pop(number)
                folder = stage_of(clean.stage, work)
                for name, content in zip(
                    pickle.loads(names.as_py()),  # a worker of this run wrote it  # nosec B301
                    contents.values,
                    strict=True,
                ):
                    path = folder / name
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(content.as_buffer())
                sync_files([path for path in folder.rglob("*") if path.is_file()])
                yield work, done
    finally:
        if started:
            ray.shutdown()

"""``--engine ray`` on a real local cluster: the bytes of a local run, also when a node is killed in mid-run."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"  # read when Ray is imported: all of it stays on loopback
os.environ["RAY_USAGE_STATS_ENABLED"] = "0"

import ray
from ray.cluster_utils import Cluster

from cleaner import Cleaner
from cleaner.adapters.ray import ray_engine
from cleaner.batch.document import Options
from cleaner.batch.run import How, run
from cleaner.batch.sources import find

SEEDS = sorted((Path(__file__).resolve().parent.parent.parent / "seeds").glob("*.txt"))
DOCUMENTS = 600


def digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir() if path.is_file()}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ray") / "in.jsonl"
    texts = [seed.read_bytes().decode() for seed in SEEDS]
    with path.open("w", encoding="utf-8") as out:
        for number in range(DOCUMENTS):
            out.write(json.dumps({"id": number, "text": f"{texts[number % 5]}\nDokumen {number}."}) + "\n")
    return path


@pytest.fixture
def cluster() -> Iterator[Any]:
    """Two nodes of one processor each, on loopback."""
    found = Cluster(
        initialize_head=True,
        head_node_args={"num_cpus": 1, "node_ip_address": "127.0.0.1", "include_dashboard": False},
    )
    found.add_node(num_cpus=1, node_ip_address="127.0.0.1")
    found.wait_for_nodes()
    try:
        yield found
    finally:
        ray.shutdown()
        found.shutdown()


def test_a_node_killed_in_mid_run_loses_and_doubles_nothing(source: Path, tmp_path: Path, cluster: Any) -> None:
    local = run(find([str(source)]), Cleaner(), Options(), str(tmp_path / "local"), shard_bytes=100_000)
    node = next(iter(cluster.worker_nodes))
    killed = threading.Event()

    def kill(_: str) -> None:
        raise AssertionError("no document of the seeds fails")

    def kill_when_half_is_done() -> None:
        for _ in range(600):
            if len(list((tmp_path / "far").glob("in-*.jsonl"))) >= 3:
                break
            time.sleep(0.05)
        cluster.remove_node(node, allow_graceful=False)
        killed.set()

    killer = threading.Thread(target=kill_when_half_is_done)
    killer.start()
    how = How(engine=ray_engine(cluster.address, 2, 10.0), report=kill)
    far = run(find([str(source)]), Cleaner(), Options(), str(tmp_path / "far"), how=how, shard_bytes=100_000)
    killer.join()
    assert killed.is_set()
    assert (far.documents, far.audited, far.failed) == (local.documents, local.audited, 0) == (DOCUMENTS, DOCUMENTS, 0)
    assert digests(tmp_path / "far") == digests(tmp_path / "local")


def test_the_command_starts_a_cluster_of_its_own(source: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "cleaner", "clean", str(source), "--shard-mb", "0.5", "--quiet"]
    subprocess.run([*command, "-o", "local"], cwd=tmp_path, check=True)
    done = subprocess.run(
        [*command, "-o", "far", "--engine", "ray", "--jobs", "2"],
        cwd=tmp_path,
        check=False,
        capture_output=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert digests(tmp_path / "far") == digests(tmp_path / "local")


def test_a_cluster_that_is_not_there_is_told(source: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "cleaner", "clean", str(source), "-o", "out", "--engine", "ray"]
    done = subprocess.run(
        [*command, "--address", "127.0.0.1:1"], cwd=tmp_path, check=False, capture_output=True, timeout=300
    )
    assert done.returncode == 2
    assert b"no Ray cluster at 127.0.0.1:1" in done.stderr
    assert b"Traceback" not in done.stderr

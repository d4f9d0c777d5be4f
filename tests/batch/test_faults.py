"""The fault drill: workers and runners killed at any moment, documents that hang, disks that fill, two runs at once."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import random
import re
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from cleaner import Cleaned, Cleaner, CleanerError
from cleaner.audit import read
from cleaner.batch.document import Options
from cleaner.batch.folder import OutputFolder
from cleaner.batch.run import How, run
from cleaner.batch.sources import find

CLEANER = [sys.executable, "-m", "cleaner", "clean"]
SEEDS = sorted((Path(__file__).resolve().parent.parent.parent / "seeds").glob("*.txt"))
PROSE = "Harga beras naik tajam pada pekan ini, kata para pedagang di pasar induk kepada wartawan."
#: So often the runner, and so often a worker, is killed.
KILLS = 15


def corpus(path: Path, documents: int) -> Path:
    texts = [seed.read_bytes().decode() for seed in SEEDS]
    with path.open("w", encoding="utf-8") as out:
        for number in range(documents):
            out.write(json.dumps({"id": number, "text": f"{texts[number % 5]}\nDokumen {number}."}) + "\n")
    return path


def digests(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file() and ".cleaner" not in path.parts)
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


class Trap(Cleaner):
    """A cleaner that some texts hang or kill."""

    def clean_text(
        self, text: str, url: str | None = None, site: str | None = None, date: str | None = None
    ) -> Cleaned:
        if "HANG" in text:
            re.match(r"(?:a+)+$", "a" * 64 + "b")  # in C code, for longer than anybody waits
        if "KILL" in text:
            if "CRASH" in text:
                os._exit(3)
            os.kill(os.getpid(), signal.SIGKILL)
        if "ONCE" in text:
            mark = Path(text.rsplit(maxsplit=1)[-1])
            if not mark.exists():
                mark.touch()
                os.kill(os.getpid(), signal.SIGKILL)
        return super().clean_text(text, url, site, date)


def test_documents_that_hang_or_kill_cost_themselves(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    texts = [PROSE, f"{PROSE} HANG", PROSE, f"{PROSE} KILL", f"{PROSE} ONCE {mark}", PROSE]
    source = tmp_path / "in.jsonl"
    source.write_text("".join(json.dumps({"id": n, "text": text}) + "\n" for n, text in enumerate(texts)), "utf-8")
    told: list[str] = []
    how = How(jobs=2, timeout=0.5, report=told.append)
    totals = run(find([str(source)]), Trap(), Options(), str(tmp_path / "out"), how=how)
    assert (totals.documents, totals.outputs, totals.audited, totals.failed) == (6, 6, 6, 2)
    assert totals.exit_status == 1
    records = list(read((tmp_path / "out" / "audit.jsonl").open("rb"), "audit"))
    assert [r.status for r in records] == ["untouched", "timeout", "untouched", "error", "untouched", "untouched"]
    assert told == [
        f"{source}:2: took more than 0.5 s",
        f"{source}:4: the worker process died on it (signal 9)",
    ]
    lines = [json.loads(line) for line in (tmp_path / "out" / "in.jsonl").read_bytes().splitlines()]
    assert [line["text"] is None for line in lines] == [False, True, False, True, False, False]
    assert lines[1]["error"] == told[0]


def test_the_same_on_a_pipe(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    source = tmp_path / "in.jsonl"
    texts = [PROSE, f"{PROSE} HANG", f"{PROSE} CRASH KILL", PROSE]
    source.write_text("".join(json.dumps({"id": n, "text": text}) + "\n" for n, text in enumerate(texts)), "utf-8")
    totals = run(find([str(source)]), Trap(), Options(), how=How(timeout=0.5))
    assert (totals.documents, totals.failed) == (4, 2)
    lines = [json.loads(line) for line in capfdbinary.readouterr().out.splitlines()]
    assert [line["text"] is None for line in lines] == [False, True, True, False]


def test_a_page_that_hangs_in_a_folder_of_files(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for name, text in (("a", PROSE), ("b", f"{PROSE} HANG"), ("c", PROSE)):
        (folder / f"{name}.txt").write_text(text, "utf-8")
    totals = run(find([str(folder)]), Trap(), Options(), str(tmp_path / "out"), how=How(timeout=0.5))
    assert (totals.documents, totals.outputs, totals.failed) == (3, 2, 1)
    assert sorted(p.name for p in (tmp_path / "out").glob("*.txt")) == ["a.txt", "c.txt"]


class Killer(Cleaner):
    """A cleaner that kills its worker, or the runner, the first time that it sees certain documents."""

    def __init__(self, marks: Path, victims: dict[int, str]) -> None:
        super().__init__()
        self.marks, self.victims, self.runner = marks, victims, 0

    def __getstate__(self) -> dict[str, Any]:
        return {**super().__getstate__(), "marks": self.marks, "victims": self.victims}

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        self.marks, self.victims = state["marks"], state["victims"]

    def clean_text(
        self, text: str, url: str | None = None, site: str | None = None, date: str | None = None
    ) -> Cleaned:
        found = re.search(r"Dokumen (\d+)\.$", text)
        number = int(found[1]) if found else -1
        if number in self.victims:
            with suppress(FileExistsError):
                (self.marks / str(number)).touch(exist_ok=False)
                if self.victims[number] == "worker":
                    os.kill(os.getpid(), signal.SIGKILL)
                elif os.getppid() == self.runner:
                    os.kill(self.runner, signal.SIGKILL)
                time.sleep(60)  # until the kernel tells that the runner is gone
        return super().clean_text(text, url, site, date)


@pytest.mark.parametrize("victim", ["worker", "runner"])
def test_kills_at_any_document_change_no_byte(victim: str, tmp_path: Path) -> None:
    """A run goes on where it was killed, however often, to the bytes of a run that was never killed."""
    source = corpus(tmp_path / "in.jsonl", 400)
    marks = tmp_path / "marks"
    marks.mkdir()
    chance = random.Random(victim)
    victims = dict.fromkeys(chance.sample(range(400), KILLS), victim)

    def start(cleaner: Cleaner, out: str) -> int:
        def work() -> None:
            if isinstance(cleaner, Killer):
                cleaner.runner = os.getpid()
            run(find([str(source)]), cleaner, Options(), str(tmp_path / out), how=How(jobs=2), shard_bytes=100_000)

        process = multiprocessing.get_context("fork").Process(target=work)
        process.start()
        process.join()
        assert process.exitcode is not None
        return process.exitcode

    assert start(Cleaner(), "calm") == 0
    calm = digests(tmp_path / "calm")
    assert len(calm) > 16  # clean files and audits of several shards, and the manifest
    deaths = 0
    while status := start(Killer(marks, victims), "out"):
        assert status == -signal.SIGKILL
        deaths += 1
    assert len(list(marks.iterdir())) == KILLS
    assert deaths == 0 if victim == "worker" else 0 < deaths <= KILLS  # two workers may kill one runner
    assert digests(tmp_path / "out") == calm
    assert not (tmp_path / "out" / ".cleaner").exists()


class Stop(Exception):
    pass


def stop_after_one(works: Any, clean: Any) -> Any:
    """An engine that does the second shard and fails."""
    from cleaner.batch.pool import Beat

    yield works[1], clean(works[1], Beat(), {})
    raise Stop


def test_shards_that_are_done_are_not_done_again(tmp_path: Path) -> None:
    source = corpus(tmp_path / "in.jsonl", 600)
    out = tmp_path / "out"
    with pytest.raises(Stop):
        run(find([str(source)]), Cleaner(), Options(), str(out), how=How(engine=stop_after_one), shard_bytes=500_000)
    assert sorted(p.name for p in out.iterdir()) == [".cleaner", "audit-00001.jsonl", "in-00001.jsonl"]
    before = (out / "in-00001.jsonl").stat().st_mtime_ns
    totals = run(find([str(source)]), Cleaner(), Options(), str(out), shard_bytes=500_000)
    assert 0 < totals.before < totals.documents == 600
    assert (out / "in-00001.jsonl").stat().st_mtime_ns == before
    again = run(find([str(source)]), Cleaner(), Options(), str(out), shard_bytes=500_000)
    assert again.before == again.documents == 600
    # Another plan is refused; with force it starts anew, and leaves nothing of the old one behind.
    with pytest.raises(CleanerError, match=r'another run: keep \[\] then, \["caption"\] now; shard_bytes 500000 then'):
        run(find([str(source)]), Cleaner(keep=["caption"]), Options(), str(out))
    other = run(find([str(source)]), Cleaner(keep=["caption"]), Options(), str(out), how=How(force=True))
    assert other.before == 0
    assert sorted(p.name for p in out.iterdir()) == ["audit.jsonl", "in.jsonl", "manifest.json"]
    assert sorted(p.name for p in out.glob("audit*")) == ["audit.jsonl"]


@pytest.mark.parametrize("place", ["", "memory://marken-"])
@pytest.mark.parametrize("damage", [b"", b"{}", b'{"number": 1, "documents": "many"}', None])
def test_a_damaged_marker_costs_its_shard(tmp_path: Path, place: str, damage: bytes | None) -> None:
    import fsspec

    source = corpus(tmp_path / "in.jsonl", 600)
    calm, out = str(tmp_path / "calm"), f"{place}{tmp_path.name}" if place else str(tmp_path / "out")
    run(find([str(source)]), Cleaner(), Options(), calm, shard_bytes=500_000)
    with pytest.raises(Stop):
        run(find([str(source)]), Cleaner(), Options(), out, how=How(engine=stop_after_one), shard_bytes=500_000)
    system, path = fsspec.url_to_fs(out)
    if damage is not None:
        system.pipe_file(f"{path}/.cleaner/done/00001", damage)
    totals = run(find([str(source)]), Cleaner(), Options(), out, shard_bytes=500_000)
    assert (totals.before > 0) == (damage is None)
    assert totals.documents == 600
    names = sorted(digests(tmp_path / "calm"))
    assert sorted(system.find(path)) == [f"{path}/{name}" for name in names]
    assert all(system.cat_file(f"{path}/{name}") == (tmp_path / "calm" / name).read_bytes() for name in names)


def test_a_file_that_changes_is_done_again(tmp_path: Path) -> None:
    source = corpus(tmp_path / "in.jsonl", 5)
    out = str(tmp_path / "out")
    run(find([str(source)]), Cleaner(), Options(), out)
    corpus(source, 6)
    with pytest.raises(CleanerError, match="another run: inputs that have changed since"):
        run(find([str(source)]), Cleaner(), Options(), out)
    totals = run(find([str(source)]), Cleaner(), Options(), out, how=How(force=True))
    assert (totals.before, totals.documents) == (0, 6)


def test_a_disk_that_fills_loses_nothing_that_was_done(tmp_path: Path) -> None:
    """On a file system of two megabytes, in a mount namespace of its own; then again where there is room."""
    source = corpus(tmp_path / "in.jsonl", 800)
    command = [*CLEANER, str(source), "--shard-mb", "0.2", "--quiet"]
    subprocess.run([*command, "-o", "calm"], cwd=tmp_path, check=True)
    (tmp_path / "small").mkdir()
    script = f"""
        mount -t tmpfs -o size=2m tmpfs small || exit 9
        {" ".join(command)} -o small/out
        status=$?
        cp -a small/out rescued
        exit $status
    """
    done = subprocess.run(
        ["unshare", *(() if os.geteuid() == 0 else ("-r",)), "-m", "bash", "-c", script],
        cwd=tmp_path,
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 2, done.stderr
    assert b"No space left on device" in done.stderr
    assert b"Traceback" not in done.stderr
    kept = list((tmp_path / "rescued").glob("in-*.jsonl"))
    assert kept
    assert subprocess.run([*command, "-o", "rescued"], cwd=tmp_path, check=False).returncode == 0
    assert digests(tmp_path / "rescued") == digests(tmp_path / "calm")


def test_two_runs_into_one_folder(tmp_path: Path) -> None:
    source = corpus(tmp_path / "in.jsonl", 2)
    command = [*CLEANER, str(source), "-o", "out", "--quiet"]
    first = OutputFolder(str(tmp_path / "out"))
    second = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False, timeout=60)
    assert second.returncode == 2
    assert f"out: another run (process {os.getpid()}) is writing to this folder" in second.stderr.decode()
    first.abandon()
    assert subprocess.run(command, cwd=tmp_path, check=False, timeout=60).returncode == 0
    assert (tmp_path / "out" / "manifest.json").exists()


#: The command, with one document that takes until somebody stops the run.
STUCK = """
import sys, time
from cleaner.core import Cleaner
clean = Cleaner.clean_text
def stuck(self, text, *more, **named):
    if text.endswith("Dokumen 1200."):
        time.sleep(600)
    return clean(self, text, *more, **named)
Cleaner.clean_text = stuck
from cleaner.cli import main
main(sys.argv[1:])
"""


def test_ctrl_c_keeps_whole_shards(tmp_path: Path) -> None:
    source = corpus(tmp_path / "in.jsonl", 1500)
    options = ["clean", str(source), "-o", "out", "--shard-mb", "0.2", "--quiet", "--timeout", "0"]
    process = subprocess.Popen([sys.executable, "-c", STUCK, *options], cwd=tmp_path, stderr=subprocess.PIPE)
    while not (tmp_path / "out" / ".cleaner" / "done" / "00000").exists():
        assert process.poll() is None
        time.sleep(0.02)
    workers = children(process.pid)
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 130
    assert process.stderr is not None
    told = b"cleaner: interrupted; what is done is in out, and the same command goes on from there\n"
    assert process.stderr.read() == told
    assert workers
    for worker in workers:
        with pytest.raises(ProcessLookupError):
            os.kill(worker, 0)
    assert (tmp_path / "out" / "in-00000.jsonl").exists()
    assert not list((tmp_path / "out" / ".cleaner").glob("stage"))
    assert subprocess.run([*CLEANER[:-1], *options], cwd=tmp_path, check=False).returncode == 0


def test_duplicate_ids_are_two_documents(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text("".join(json.dumps({"id": 1, "text": PROSE + str(n)}) + "\n" for n in range(2)), "utf-8")
    totals = run(find([str(source)]), Cleaner(), Options(), str(tmp_path / "out"))
    assert (totals.documents, totals.outputs, totals.audited) == (2, 2, 2)


def test_a_store_takes_results_and_markers(tmp_path: Path) -> None:
    import fsspec

    store = fsspec.filesystem("memory")
    source = corpus(tmp_path / "in.jsonl", 40)
    store.makedirs("/berita", exist_ok=True)
    store.put_file(str(source), "/berita/in.jsonl")
    totals = run(find(["memory://berita/*.jsonl"]), Cleaner(), Options(), "memory://hasil")
    assert (totals.documents, totals.failed) == (40, 0)
    assert store.cat_file("/hasil/in.jsonl").count(b"\n") == 40
    assert store.cat_file("/hasil/audit.jsonl").count(b"\n") == 40
    assert run(find(["memory://berita/*.jsonl"]), Cleaner(), Options(), "memory://hasil").before == 40
    assert not store.exists("/hasil/.cleaner")
    store.rm("/hasil", recursive=True)


def test_an_output_folder_inside_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", "utf-8")
    source = corpus(tmp_path / "in.jsonl", 1)
    with pytest.raises(CleanerError, match="cannot write to this folder"):
        run(find([str(source)]), Cleaner(), Options(), str(tmp_path / "file" / "out"))

"""datatrove: a pipeline of several tasks run by its local executor."""

from __future__ import annotations

import gzip
import json
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from datatrove.data import Document
from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.writers.jsonl import JsonlWriter

from cleaner import Cleaner, CleanerError, restore
from cleaner.adapters.datatrove import AuditWriter, CleanStep
from cleaner.audit import read

PROSE = "Harga beras naik tajam pada pekan ini, kata para pedagang di pasar induk kepada wartawan."
TEXT = f"KONTAN.CO.ID - {PROSE}\nBaca Juga: Harga Cabai Turun\n{PROSE}"
URL = "https://www.kontan.co.id/news/1"
PAGE = f"<html><head><title>Beras</title></head><body><article><p>{PROSE}</p><p>{PROSE}</p></article></body></html>"
TASKS = 3


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    for file in range(TASKS):
        rows = [{"id": f"{file}-{n}", "url": URL, "text": (TEXT, PROSE)[n % 2], "n": n} for n in range(10)]
        (tmp_path / "in" / f"{file}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return tmp_path


def executor(folder: Path, workers: int, audit_writer: Any = None, log: str = "log") -> LocalPipelineExecutor:
    return LocalPipelineExecutor(
        pipeline=[
            JsonlReader(str(folder / "in")),
            CleanStep(Cleaner(), audit_writer=audit_writer or AuditWriter(str(folder / "audit"))),
            JsonlWriter(str(folder / "out"), compression=None),
        ],
        tasks=TASKS,
        workers=workers,
        logging_dir=str(folder / log),
    )


def outputs(folder: Path) -> dict[str, dict[str, Any]]:
    lines = [line for file in sorted((folder / "out").iterdir()) for line in file.read_text().splitlines()]
    documents = [json.loads(line) for line in lines]
    assert len({document["id"] for document in documents}) == len(documents)
    return {document["id"]: document for document in documents}


@pytest.mark.parametrize("workers", [1, 2])
def test_tasks_clean_and_audit(folder: Path, cleaner: Cleaner, workers: int) -> None:
    stats = executor(folder, workers).run()
    found = outputs(folder)
    assert len(found) == 10 * TASKS
    expected = cleaner.clean_text(TEXT, url=URL)
    assert found["1-0"]["text"] == expected.text
    assert found["1-0"]["metadata"]["cleaner_status"] == expected.status == "ok"
    assert found["1-1"]["text"] == PROSE
    assert found["1-1"]["metadata"]["cleaner_status"] == "untouched"
    assert found["1-1"]["metadata"]["n"] == 1
    files = sorted((folder / "audit").iterdir())
    assert [file.name for file in files] == [f"{rank:05}.jsonl" for rank in range(TASKS)]
    records = [record for file in files for record in read(file.open("rb"), file.name)]
    assert {record.id for record in records} == set(found)
    for record in records:
        raw = (TEXT, PROSE)[found[record.id]["metadata"]["n"] % 2]
        assert restore(found[record.id]["text"], record) == raw
    counted = {name: int(stat.total) for name, stat in stats.stats[1].stats.items()}
    assert counted["total"] == 10 * TASKS
    assert counted["ok"] == counted["untouched"] == 5 * TASKS
    assert counted["chars_cut"] == 5 * TASKS * (len(TEXT) - len(expected.text))
    assert counted["chars_cut_related"] + counted["chars_cut_dateline"] == counted["chars_cut"]


def test_a_relaunch_does_only_what_is_missing(folder: Path) -> None:
    executor(folder, 1).run()
    before = {file: (file.read_bytes(), file.stat().st_mtime_ns) for file in sorted(folder.glob("*/0000*.jsonl"))}
    assert len(before) == 2 * TASKS
    assert executor(folder, 1).run() is None
    assert {file: (file.read_bytes(), file.stat().st_mtime_ns) for file in before} == before
    # A task that died: its marker is missing, its files are torn.
    (folder / "log" / "completions" / "00001").unlink()
    for room in ("out", "audit"):
        torn = folder / room / "00001.jsonl"
        torn.write_bytes(torn.read_bytes()[:100])
    executor(folder, 1).run()
    for file, (data, written) in before.items():
        assert file.read_bytes() == data
        assert (file.stat().st_mtime_ns == written) == ("00001" not in file.name)


def test_any_writer_of_datatrove_takes_the_records(folder: Path) -> None:
    writer = JsonlWriter(str(folder / "audit"), "${rank}.jsonl.gz", expand_metadata=True)
    executor(folder, 1, writer).run()
    for rank in range(TASKS):
        with gzip.open(folder / "audit" / f"{rank:05}.jsonl.gz") as lines:
            records = list(read(lines))
        assert len(records) == 10
        assert [cut.category for cut in records[0].removals] == ["dateline", "related"]


def test_compressed_audit(folder: Path) -> None:
    executor(folder, 1, AuditWriter(str(folder / "audit"), compression="gzip")).run()
    with gzip.open(folder / "audit" / "00000.jsonl.gz") as lines:
        assert len(list(read(lines))) == 10


def test_pages(cleaner: Cleaner) -> None:
    step = CleanStep(cleaner, kind="html")
    first, second = step.run([Document(PAGE, "1", metadata={"url": URL}), Document("", "2", metadata={"title": "x"})])
    assert first.text == cleaner.clean_html(PAGE, url=URL).text
    assert first.metadata["title"] == "Beras"
    assert (second.text, second.metadata["cleaner_error"]) == ("", 'field "text" is empty')
    assert second.metadata["title"] == "x"


@pytest.mark.parametrize("text", [None, "", 3, b"x", "a\ud800"])
def test_no_document_is_dropped(cleaner: Cleaner, text: Any, tmp_path: Path) -> None:
    step = CleanStep(cleaner, audit_writer=AuditWriter(str(tmp_path)))
    (document,) = step.run(iter([Document(text, "1", metadata={"url": 7 if text == 3 else None})]))
    assert document.text == ""
    assert document.metadata["cleaner_status"] == "error"
    assert document.metadata["cleaner_error"].startswith('field "')
    (record,) = read((tmp_path / "00000.jsonl").open("rb"))
    assert (record.id, record.status, record.error) == ("1", "error", document.metadata["cleaner_error"])
    assert step.stats["error"].total == 1


def test_it_pickles(cleaner: Cleaner, tmp_path: Path) -> None:
    step = pickle.loads(pickle.dumps(CleanStep(cleaner, audit_writer=AuditWriter(str(tmp_path)), url_key="link")))
    (document,) = step.run([Document(TEXT, "1", metadata={"link": URL})])
    assert document.text == cleaner.clean_text(TEXT, url=URL).text


def test_options_that_do_not_fit_are_refused(cleaner: Cleaner) -> None:
    with pytest.raises(CleanerError, match="kind is 'pdf'"):
        CleanStep(cleaner, kind="pdf")  # type: ignore[arg-type]
    with pytest.raises(CleanerError, match="unknown site"):
        CleanStep(cleaner, site="nowhere.example")


def test_texts_are_cleaned_without_trafilatura(tmp_path: Path) -> None:
    """datatrove's own extra pins a trafilatura that is older than ours: a step for texts must not need any."""
    program = f"""
import sys
sys.modules["trafilatura"] = None  # importing it fails
from datatrove.data import Document
from cleaner.adapters.datatrove import AuditWriter, CleanStep
step = CleanStep(audit_writer=AuditWriter({str(tmp_path)!r}))
(document,) = step.run([Document({TEXT!r}, "1", metadata={{"url": {URL!r}}})])
assert document.metadata["cleaner_status"] == "ok"
loaded = [name for name in sys.modules if name.startswith(("trafilatura.", "cleaner.html", "justext", "htmldate"))]
assert not loaded, loaded
"""
    subprocess.run([sys.executable, "-c", program], check=True)

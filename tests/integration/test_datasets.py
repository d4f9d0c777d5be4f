"""Hugging Face datasets: mapped in two processes, with an identity that follows the packs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

os.environ.setdefault("HF_HUB_OFFLINE", "1")

from datasets import Dataset, disable_progress_bars
from datasets.fingerprint import Hasher

from cleaner import Cleaner
from cleaner.adapters.arrow import restore_batch
from cleaner.adapters.datasets import DatasetCleaner

PROSE = "Harga beras naik tajam pada pekan ini, kata para pedagang di pasar induk kepada wartawan."
TEXT = f"KONTAN.CO.ID - {PROSE}\nBaca Juga: Harga Cabai Turun\n{PROSE}"
# The first rows hold nothing to cut: types that are guessed from them would be wrong.
ROWS = {"id": list(range(40)), "text": [PROSE] * 20 + [None, ""] + [TEXT] * 18, "tags": [["a"], []] * 20}
PACK = """schema = 1
pack = "user/mine"
title = "Mine"
source = "test"
[[rule]]
id = "marker"
category = "other"
scope = "line"
match = "^XYZZY$"
example = ["XYZZY"]
counter = ["XYZZY ada di sini."]
"""


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    disable_progress_bars()
    Dataset.from_dict(ROWS).to_parquet(tmp_path / "rows.parquet")
    return Dataset.from_parquet(str(tmp_path / "rows.parquet"), cache_dir=str(tmp_path / "cache"))


def test_arrow_batches_in_two_processes(cleaner: Cleaner, dataset: Dataset) -> None:
    clean = DatasetCleaner(cleaner)
    found = dataset.with_format("arrow").map(clean, batched=True, batch_size=7, num_proc=2).with_format(None)
    assert found["text"][:] == [PROSE] * 20 + [None, None] + [cleaner.clean_text(TEXT).text] * 18
    assert found["tags"][:] == ROWS["tags"]
    assert found["id"][:] == ROWS["id"]
    assert found[39]["removals"][0]["category"] == "dateline"
    assert found[20]["error"] == 'field "text" is missing'
    raw = restore_batch(found.with_format("arrow")[:]).column("text").to_pylist()
    assert raw == [text or None for text in ROWS["text"]]


def test_lists_in_two_processes(cleaner: Cleaner, dataset: Dataset) -> None:
    clean = DatasetCleaner(cleaner)
    features = clean.features(dataset.features)
    found = dataset.map(clean, batched=True, batch_size=7, writer_batch_size=7, num_proc=2, features=features)
    same = dataset.with_format("arrow").map(clean, batched=True, batch_size=9).with_format(None)
    assert found.features == same.features == features
    assert found[:] == same[:]


def test_only_the_status(cleaner: Cleaner, dataset: Dataset) -> None:
    found = dataset.map(DatasetCleaner(cleaner, audit=False), batched=True)
    assert found.column_names == [*dataset.column_names, "status"]
    assert found["status"][19:22] == ["untouched", "error", "error"]


def test_a_result_is_found_in_the_cache_again(cleaner: Cleaner, dataset: Dataset) -> None:
    first = dataset.with_format("arrow").map(DatasetCleaner(cleaner), batched=True)
    files = [Path(file["filename"]) for file in first.cache_files]
    written = [file.stat().st_mtime_ns for file in files]
    again = dataset.with_format("arrow").map(DatasetCleaner(Cleaner()), batched=True)
    assert again.cache_files == first.cache_files
    assert [file.stat().st_mtime_ns for file in files] == written
    other = dataset.with_format("arrow").map(DatasetCleaner(Cleaner(keep=["related"])), batched=True)
    assert other.cache_files != first.cache_files


def test_the_fingerprint_follows_packs_and_options(tmp_path: Path, cleaner: Cleaner) -> None:
    pack = tmp_path / "packs" / "mine.toml"
    pack.parent.mkdir()
    pack.write_text(PACK)
    with_pack = Hasher.hash(DatasetCleaner(Cleaner(packs=[pack.parent])))
    assert with_pack == Hasher.hash(DatasetCleaner(Cleaner(packs=[pack.parent])))
    moved = pack.parent.rename(tmp_path / "elsewhere")
    assert with_pack == Hasher.hash(DatasetCleaner(Cleaner(packs=[moved])))
    (moved / "mine.toml").write_text(PACK.replace("XYZZY$", "XYZZY!?$"))
    hashes = [
        with_pack,
        Hasher.hash(DatasetCleaner(Cleaner(packs=[moved]))),
        Hasher.hash(DatasetCleaner(cleaner)),
        Hasher.hash(DatasetCleaner(Cleaner(keep=["ad"]))),
        Hasher.hash(DatasetCleaner(cleaner, audit=False)),
        Hasher.hash(DatasetCleaner(cleaner, url_field="link")),
    ]
    assert len(set(hashes)) == len(hashes)


def test_the_fingerprint_is_the_same_in_every_process(tmp_path: Path, cleaner: Cleaner) -> None:
    program = "from datasets.fingerprint import Hasher; from cleaner.adapters.datasets import DatasetCleaner\n"
    program += "step = DatasetCleaner(); print(Hasher.hash(step))"
    for cache in ("", str(tmp_path), str(tmp_path)):  # parsed, parsed and stored, read from the store
        env = {**os.environ, "CLEANER_CACHE_DIR": cache, "PYTHONHASHSEED": "1"}
        done = subprocess.run([sys.executable, "-c", program], env=env, check=True, capture_output=True, text=True)
        assert done.stdout.strip() == Hasher.hash(DatasetCleaner(cleaner))

"""Clean texts and audit together: restored exactly, and every disagreement found."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cleaner import Cleaner, CleanerError
from cleaner.batch.document import Options
from cleaner.batch.pairs import audit_of
from cleaner.batch.restoring import restore_all
from cleaner.batch.run import RunTotals
from cleaner.batch.run import run as run_all
from cleaner.batch.sources import find
from cleaner.batch.verifying import verify_all

SEEDS = Path(__file__).resolve().parent.parent.parent / "seeds"
PROSE = "Harga beras naik tajam pada pekan ini, kata para pedagang di pasar induk kepada wartawan."
BAD = ["{", '{"id": 2}', '{"text": 5}']


def records() -> list[str]:
    texts = [path.read_bytes().decode() for path in sorted(SEEDS.glob("*.txt"))] + [PROSE, "\r\n \x00é\U0001f336"]
    good = [json.dumps({"id": n, "text": text}, ensure_ascii=bool(n % 2)) for n, text in enumerate(texts)]
    return [*good, *BAD, good[0]]


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    (folder / "sub").mkdir(parents=True)
    for path in SEEDS.glob("*.txt"):
        (folder / path.name).write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    (folder / "sub" / "a.jsonl").write_text("\n".join(records()) + "\n", "utf-8")
    (folder / "sub" / "b.jsonl").write_text("", "utf-8")
    page = (
        f"<html><body><article><h1>Harga</h1><p>{PROSE}</p><p>Baca Juga: Cabai</p></article><p>Menu</p></body></html>"
    )
    (folder / "page.html").write_text(page, "utf-8")
    (folder / "twin.txt").write_text(f"{PROSE}\nBaca Juga: Harga Cabai Turun", "utf-8")
    (folder / "twin2.txt").write_text(f"{PROSE}\nBaca Juga: Harga Gula Turun", "utf-8")
    return folder


def run(cleaner: Cleaner, *names: Path, out: Path, audit: Path | None = None) -> RunTotals:
    return run_all(find([str(name) for name in names]), cleaner, Options(), str(out), audit)


def test_a_whole_folder_comes_back(cleaner: Cleaner, inputs: Path, tmp_path: Path) -> None:
    out, raw = tmp_path / "out", tmp_path / "raw"
    totals = run(cleaner, inputs, out=out)
    assert totals.documents == totals.audited == totals.outputs == totals.summary.documents == 8 + 11
    assert totals.failed == len(BAD)
    assert totals.exit_status == 1
    problems: list[str] = []
    checked = verify_all(out, [out / "audit.jsonl"], inputs, "text", problems.append)
    assert (checked.documents, checked.failed, problems) == (19, len(BAD), [])
    assert restore_all(out, [out / "audit.jsonl"], raw, "text", problems.append).problems == 0
    for path in inputs.glob("*.txt"):
        assert (raw / path.name).read_bytes() == path.read_bytes()
    restored = [json.loads(line) for line in (raw / "sub" / "a.jsonl").read_text("utf-8").splitlines()]
    for before, after in zip(records(), restored, strict=True):
        if before not in BAD:
            assert json.loads(before) == after
    assert "Menu" in (raw / "page.html.txt").read_text("utf-8")
    assert not list(tmp_path.rglob("*part-*"))


def test_single_files_find_their_record(cleaner: Cleaner, inputs: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(cleaner, inputs, out=out)
    assert (out / "twin.txt").read_bytes() == (out / "twin2.txt").read_bytes()
    for name in ("twin.txt", "twin2.txt"):
        target = tmp_path / name
        restore_all(out / name, audit_of(out / name, None), target, "text", print)
        assert target.read_bytes() == (inputs / name).read_bytes()
    audit_file = audit_of(out / "sub" / "a.jsonl", None)
    checked = verify_all(out / "sub" / "a.jsonl", audit_file, inputs / "sub" / "a.jsonl", "text", print)
    assert (checked.documents, checked.problems) == (11, 0)
    moved = tmp_path / "elsewhere.txt"
    moved.write_bytes((out / "twin.txt").read_bytes())
    assert verify_all(moved, [out / "audit.jsonl"], None, "text", print).problems == 0


def test_every_disagreement_is_found(cleaner: Cleaner, inputs: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(cleaner, inputs, out=out)
    (out / "twin.txt").write_text("Lain sekali.", "utf-8")
    (out / "twin2.txt").unlink()
    lines = (out / "sub" / "a.jsonl").read_bytes().splitlines(keepends=True)
    lines[1] = json.dumps({"text": "Lain sekali."}).encode() + b"\n"
    lines[2] = b"{\n"
    lines[3] = b'{"id": 3}\n'
    lines.append(b'{"text": "satu lagi"}\n')
    (out / "sub" / "a.jsonl").write_bytes(b"".join(lines))
    problems: list[str] = []
    checked = verify_all(out, [out / "audit.jsonl"], None, "text", problems.append)
    assert checked.problems == len(problems)
    told = "\n".join(problems)
    assert "twin.txt: clean text differs from the recorded one (12 code points, 89 recorded)" in told
    assert "twin2.txt: the clean file is missing" in told
    assert "a.jsonl:2: clean text differs" in told
    assert "a.jsonl:3: not JSON" in told
    assert 'a.jsonl:4: field "text" holds no text' in told
    assert "a.jsonl:12: the audit has no record of it" in told
    told_again: list[str] = []
    checked = restore_all(out, [out / "audit.jsonl"], tmp_path / "raw", "text", told_again.append)
    assert set(told_again) < set(problems)  # the manifest tells more
    assert not (tmp_path / "raw" / "twin.txt").exists()
    assert (tmp_path / "raw" / "000_5f812b772f151371.txt").exists()


def test_a_changed_raw_text_and_a_changed_record_are_found(cleaner: Cleaner, tmp_path: Path) -> None:
    source = tmp_path / "a.txt"
    source.write_text(f"{PROSE}\nBaca Juga: Harga Cabai Turun", "utf-8")
    out = tmp_path / "out"
    run(cleaner, source, out=out)
    source.write_text(PROSE, "utf-8")
    problems: list[str] = []
    verify_all(out / "a.txt", [out / "audit.jsonl"], source, "text", problems.append)
    assert len(problems) == 1
    assert "raw text differs" in problems[0]
    audit = out / "audit.jsonl"
    audit.write_text(audit.read_text("utf-8").replace("Cabai", "Bawang"), "utf-8")
    problems.clear()
    verify_all(out / "a.txt", [audit], None, "text", problems.append)
    assert len(problems) == 2
    assert "audit.jsonl: is not as the run wrote it" in problems[0]
    assert "does not fit this text" in problems[1]
    audit.write_text("{}\n", "utf-8")
    with pytest.raises(CleanerError, match=r"audit\.jsonl:1: not an audit record"):
        verify_all(out / "a.txt", [audit], None, "text", print)


def test_an_audit_must_be_named_where_none_lies(cleaner: Cleaner, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(PROSE, "utf-8")
    with pytest.raises(CleanerError, match="name the audit with --audit FILE"):
        audit_of(tmp_path / "a.txt", None)


def test_records_without_places_pair_by_order(
    cleaner: Cleaner, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    source, audit = tmp_path / "in.jsonl", tmp_path / "audit.jsonl"
    source.write_text("\n".join(records()), "utf-8")
    found = find([str(source)])
    run_all(found, cleaner, Options(), None, audit)
    clean = tmp_path / "clean.jsonl"
    clean.write_bytes(capfdbinary.readouterr().out)
    checked = verify_all(clean, [audit], source, "text", print)
    assert (checked.documents, checked.failed, checked.problems) == (11, 3, 0)


def test_two_runs_give_the_same_bytes(cleaner: Cleaner, inputs: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        run(Cleaner(), inputs, out=tmp_path / name)
    files = sorted(path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*") if path.is_file())
    for file in files:
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()

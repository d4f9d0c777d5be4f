"""Drills of trust: folders that hold something else, manifests and audits that lie, inputs that change or never end."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from cleaner import Cleaned, Cleaner, CleanerError
from cleaner.batch.document import Options
from cleaner.batch.names import readable, unreadable
from cleaner.batch.run import How, RunTotals, run
from cleaner.batch.sources import find
from cleaner.cli import _run

PROSE = "Harga beras naik tajam pada pekan ini, kata para pedagang di pasar induk kepada wartawan."
TEXT = f"{PROSE}\nBaca Juga: Harga Cabai Turun\nPemerintah menyiapkan operasi pasar di sejumlah kota.\n"


def files(folder: Path) -> dict[str, bytes]:
    return {readable(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def given(folder: Path, **texts: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, "utf-8")
    return folder


def clean(
    source: Path | str, out: Path | str, cleaner: Cleaner, *, force: bool = False, shard_bytes: int = 64_000_000
) -> RunTotals:
    told: list[str] = []
    how = How(force=force, report=told.append)
    return run(find([str(source)]), cleaner, Options(), str(out), how=how, shard_bytes=shard_bytes)


@pytest.fixture
def out(tmp_path: Path, cleaner: Cleaner) -> Path:
    """A folder with a run of four texts and two records."""
    folder = given(tmp_path / "in", a=TEXT, b=TEXT + "Lagi.", c=PROSE)
    lines = [{"id": 1, "url": "https://www.kontan.co.id/1", "text": f"KONTAN.CO.ID - {PROSE}"}, {"id": 2, "text": 5}]
    (folder / "z.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    clean(folder, tmp_path / "out", cleaner)
    return tmp_path / "out"


def verify(folder: Path | str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    status = _run(["audit", "verify", str(folder)])
    told = capsys.readouterr()
    return status, told.out + told.err


# Folders that hold something else.


def test_another_run_into_a_folder_is_refused_and_replaced_by_force_alone(
    out: Path, tmp_path: Path, cleaner: Cleaner, capsys: pytest.CaptureFixture[str]
) -> None:
    before = files(out)
    other = given(tmp_path / "other", b=TEXT, d=PROSE)
    with pytest.raises(CleanerError, match=r"another run: other inputs \(4 files then, 2 files now\)\. Choose"):
        clean(other, out, cleaner)
    assert files(out) == before
    (out / "catatan.md").write_text("milik saya", "utf-8")  # somebody's own file stays
    clean(other, out, cleaner, force=True)
    assert sorted(files(out)) == ["audit.jsonl", "b.txt", "catatan.md", "d.txt", "manifest.json"]
    status, told = verify(out, capsys)
    assert status == 1 and "catatan.md: the run did not write it" in told
    (out / "catatan.md").unlink()
    assert verify(out, capsys)[0] == 0


def test_force_replaces_nothing_that_somebody_has_changed_or_put_there(
    out: Path, tmp_path: Path, cleaner: Cleaner
) -> None:
    other = given(tmp_path / "other", d=PROSE)
    (out / "d.txt").write_text("milik saya", "utf-8")
    with pytest.raises(CleanerError, match=r"would write over files that no run .* \(d\.txt\)"):
        clean(other, out, cleaner, force=True)
    (out / "d.txt").unlink()
    (out / "a.txt").write_text("disunting", "utf-8")
    before = files(out)
    with pytest.raises(CleanerError, match=r"a\.txt: is not as the earlier run left it"):
        clean(other, out, cleaner, force=True)
    assert files(out) == before


@pytest.mark.parametrize("force", [False, True])
def test_a_folder_of_somebody_else_is_never_written_to(tmp_path: Path, cleaner: Cleaner, force: bool) -> None:
    source = given(tmp_path / "in", a=TEXT)
    theirs = given(tmp_path / "theirs", laporan=PROSE)
    with pytest.raises(CleanerError, match=r"no run of the cleaner has put there \(laporan\.txt\); choose an empty"):
        clean(source, theirs, cleaner, force=force)
    assert list(files(theirs)) == ["laporan.txt"] and not (theirs / ".cleaner").exists()


def test_a_store_is_guarded_likewise(tmp_path: Path, cleaner: Cleaner, capsys: pytest.CaptureFixture[str]) -> None:
    import fsspec

    store, url = fsspec.filesystem("memory"), f"memory://percaya-{tmp_path.name}"
    clean(given(tmp_path / "in", a=TEXT), url, cleaner)
    assert verify(url, capsys) == (0, "1 document: 1 restore exactly\n")
    with pytest.raises(CleanerError, match="another run: other inputs"):
        clean(given(tmp_path / "other", b=TEXT), url, cleaner)
    clean(tmp_path / "other", url, cleaner, force=True)
    assert sorted(store.find(url)) == [
        f"/percaya-{tmp_path.name}/{n}" for n in ("audit.jsonl", "b.txt", "manifest.json")
    ]
    store.pipe_file(f"{url}/b.txt", b"Lain")
    assert verify(url, capsys)[0] == 1
    store.pipe_file(f"memory://asing-{tmp_path.name}/x", b"x")
    with pytest.raises(CleanerError, match="no run of the cleaner has put there"):
        clean(tmp_path / "other", f"memory://asing-{tmp_path.name}", cleaner)


# A manifest is input.


def lying(name: str) -> Callable[[dict[str, Any]], None]:
    def change(manifest: dict[str, Any]) -> None:
        manifest["plan"] = "0" * 64
        manifest["shards"][0]["files"][0]["name"] = name

    return change


@pytest.mark.parametrize("name", ["{victim}", "../victim", "a/../../victim", ".cleaner/x", "", "./a", "a\0b"])
@pytest.mark.parametrize("force", [False, True])
def test_nothing_outside_the_folder_is_touched(
    out: Path, tmp_path: Path, cleaner: Cleaner, name: str, force: bool
) -> None:
    victim = given(tmp_path / "victim", berharga=PROSE)
    manifest = json.loads((out / "manifest.json").read_bytes())
    lying(name.replace("{victim}", str(victim)))(manifest)
    (out / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    before = files(out)
    with pytest.raises(CleanerError, match=r"manifest\.json: names a file that is not below this folder"):
        clean(given(tmp_path / "other", d=PROSE), out, cleaner, force=force)
    assert files(out) == before and list(files(victim)) == ["berharga.txt"]


def test_a_manifest_cannot_name_a_file_that_is_not_as_it_says(out: Path, tmp_path: Path, cleaner: Cleaner) -> None:
    (out / "milik-saya.txt").write_text(PROSE, "utf-8")
    manifest = json.loads((out / "manifest.json").read_bytes())
    lying("milik-saya.txt")(manifest)
    (out / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    with pytest.raises(CleanerError, match=r"milik-saya\.txt: is not as the earlier run left it"):
        clean(given(tmp_path / "other", d=PROSE), out, cleaner, force=True)
    assert (out / "milik-saya.txt").exists()


@pytest.mark.parametrize(
    "junk", [b"", b"{", b"[]", b"{}", b"\xff\xfe\x00", b"[" * 100_000, b'{"schema": 1, "shards": 5}']
)
@pytest.mark.parametrize("force", [False, True])
def test_a_junk_manifest_refuses_the_run(
    out: Path, cleaner: Cleaner, junk: bytes, force: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    (out / "manifest.json").write_bytes(junk)
    before = files(out)
    with pytest.raises(CleanerError, match=r"manifest\.json: not a manifest of the cleaner"):
        clean(out.parent / "in", out, cleaner, force=force)
    assert files(out) == before
    status, told = verify(out, capsys)
    assert status == 2 and "not a manifest of the cleaner" in told


@pytest.mark.parametrize("name", [".cleaner", "manifest.json", "sub", "sub/a.txt", "audit.jsonl"])
def test_a_link_in_the_way_refuses_the_run(tmp_path: Path, cleaner: Cleaner, name: str) -> None:
    (tmp_path / "in" / "sub").mkdir(parents=True)
    given(tmp_path / "in" / "sub", a=TEXT)
    clean(tmp_path / "in", tmp_path / "out", cleaner)
    elsewhere = tmp_path / "elsewhere"
    target = tmp_path / "out" / name
    if target.is_dir() or name == ".cleaner":
        elsewhere.mkdir()
        (elsewhere / "stage").mkdir()
        (elsewhere / "stage" / "berharga").write_text("x", "utf-8")
        shutil.rmtree(target, ignore_errors=True)
    else:
        shutil.move(target, elsewhere)
    target.symlink_to(elsewhere)
    before = files(elsewhere) if elsewhere.is_dir() else elsewhere.read_bytes()
    with pytest.raises(CleanerError, match="is a link; the output folder must not lead elsewhere"):
        clean(tmp_path / "in", tmp_path / "out", cleaner, force=True)
    assert (files(elsewhere) if elsewhere.is_dir() else elsewhere.read_bytes()) == before


# Verify notices everything.


def edited(name: str, old: bytes, new: bytes) -> Callable[[Path], None]:
    def change(out: Path) -> None:
        data = (out / name).read_bytes()
        assert old in data
        (out / name).write_bytes(data.replace(old, new, 1))

    return change


def without_first_line(out: Path) -> None:
    data = (out / "audit.jsonl").read_bytes()
    (out / "audit.jsonl").write_bytes(data[data.index(b"\n") + 1 :])


LIES: dict[str, tuple[Callable[[Path], object], str]] = {
    "a record deleted": (without_first_line, "audit.jsonl: is not as the run wrote it"),
    "the audit emptied": (
        lambda out: (out / "audit.jsonl").write_bytes(b""),
        "audit.jsonl: is not as the run wrote it",
    ),
    "a text added": (lambda out: (out / "x.txt").write_text("x"), "x.txt: the run did not write it"),
    "a text gone": (lambda out: (out / "a.txt").unlink(), "a.txt: is missing"),
    "a text changed": (edited("a.txt", b"beras", b"gabah"), "a.txt: clean text differs"),
    "a text for a failed record": (
        edited("z.jsonl", b'"text": null', b'"text": "apa"'),
        "z.jsonl:2: a document that failed holds a text",
    ),
    "a status": (
        edited("audit.jsonl", b'"status":"ok"', b'"status":"error"'),
        "audit.jsonl: is not as the run wrote it",
    ),
    "a category": (edited("audit.jsonl", b'"category":"related"', b'"category":"ad"'), "is not as the run wrote it"),
    "a rule": (edited("audit.jsonl", b'"rule":"', b'"rule":"x'), "audit.jsonl: is not as the run wrote it"),
    "a flag": (edited("audit.jsonl", b'"raw":', b'"flags":["apa"],"raw":'), "with 1 flags"),
    "an id": (edited("audit.jsonl", b'"id":1', b'"id":9'), "audit.jsonl: is not as the run wrote it"),
    "a URL": (edited("audit.jsonl", b"kontan.co.id/1", b"kontan.co.id/2"), "audit.jsonl: is not as the run wrote it"),
    "a pack's hash": (
        edited("audit.jsonl", b'"packs":{"generic', b'"packs":{"gen'),
        "has another hash in the manifest",
    ),
    "another field of a record": (edited("z.jsonl", b'"id": 1', b'"id": 7'), "z.jsonl: is not as the run wrote it"),
    "the manifest deleted": (lambda out: (out / "manifest.json").unlink(), "there is no manifest.json"),
    "the manifest changed": (edited("manifest.json", b'"documents": 5', b'"documents": 6'), "has been changed"),
}


@pytest.mark.parametrize("name", LIES)
def test_verify_notices(name: str, out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify(out, capsys)[0] == 0
    change, message = LIES[name]
    change(out)
    status, told = verify(out, capsys)
    assert status == 1
    assert message in told


def test_verify_of_one_file_looks_into_the_manifest_too(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify(out / "a.txt", capsys) == (0, "1 document: 1 restore exactly\n")
    edited("audit.jsonl", b'"category":"related"', b'"category":"ad"')(out)
    assert verify(out / "a.txt", capsys)[0] == 1


def test_an_audit_alone_gets_an_honest_answer(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    source, audit, result = (tmp_path / name for name in ("in.jsonl", "a.jsonl", "clean.jsonl"))
    source.write_text(json.dumps({"text": TEXT}) + "\n", "utf-8")
    assert _run(["clean", str(source), "--audit", str(audit), "-q"]) == 0
    result.write_text(capfd.readouterr().out, "utf-8")
    assert _run(["audit", "verify", str(result), "--audit", str(audit)]) == 0
    told = capfd.readouterr()
    assert told.out == "1 document: 1 restore exactly\n"
    assert "no manifest covers this audit" in told.err


class Stop(Exception):
    pass


def stopping(works: Any, clean_shard: Any) -> Any:
    from cleaner.batch.pool import Beat

    yield works[0], clean_shard(works[0], Beat(), {})
    raise Stop


def test_a_run_that_was_stopped_gets_an_honest_answer(
    tmp_path: Path, cleaner: Cleaner, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text("".join(json.dumps({"id": n, "text": TEXT}) + "\n" for n in range(9)), "utf-8")
    out = tmp_path / "out"
    with pytest.raises(Stop):
        run(find([str(source)]), cleaner, Options(), str(out), how=How(engine=stopping), shard_bytes=1000)
    status, told = verify(out, capsys)
    assert status == 1 and "the run is not complete" in told and "1 problem" in told
    (out / "asing.txt").write_text("x", "utf-8")
    assert "asing.txt: the run did not write it" in verify(out, capsys)[1]
    (out / "asing.txt").unlink()
    with pytest.raises(CleanerError, match="another run: keep"):
        clean(source, out, Cleaner(keep=["related"]), shard_bytes=1000)
    clean(source, out, Cleaner(keep=["related"]), shard_bytes=1000, force=True)
    assert verify(out, capsys)[0] == 0


def test_what_a_kill_leaves_beside_a_marker_counts_for_nothing(tmp_path: Path, cleaner: Cleaner) -> None:
    """A marker that was written in full beside its place, and not yet renamed: its shard is done once, not twice."""
    source = tmp_path / "in.jsonl"
    source.write_text("".join(json.dumps({"id": n, "text": TEXT}) + "\n" for n in range(9)), "utf-8")
    calm, out = tmp_path / "calm", tmp_path / "out"
    clean(source, calm, cleaner, shard_bytes=1000)
    with pytest.raises(Stop):
        run(find([str(source)]), cleaner, Options(), str(out), how=How(engine=stopping), shard_bytes=1000)
    marker = out / ".cleaner" / "done" / "00000"
    for name in ("done/.00000.part-0a1b", "moving/.00001.part-0a1b", ".plan.part-0a1b"):
        (out / ".cleaner" / name).parent.mkdir(exist_ok=True)
        shutil.copy(marker, out / ".cleaner" / name)
    clean(source, out, cleaner, shard_bytes=1000)
    assert files(out) == files(calm)
    (tmp_path / "early" / ".cleaner").mkdir(parents=True)  # killed before the plan was written
    shutil.copy(marker if marker.exists() else source, tmp_path / "early" / ".cleaner" / ".plan.part-0a1b")
    clean(source, tmp_path / "early", cleaner, shard_bytes=1000)
    assert files(tmp_path / "early") == files(calm)


def test_a_shard_whose_output_was_changed_is_done_again(out: Path, cleaner: Cleaner) -> None:
    before = files(out)
    edited("a.txt", b"beras", b"gabah")(out)  # of the same size
    totals = clean(out.parent / "in", out, cleaner)
    assert totals.before == 0
    assert files(out) == before
    assert clean(out.parent / "in", out, cleaner).before == totals.documents


# Inputs that change, never end or are no files.


class Meddler(Cleaner):
    """Changes a file while a run reads it."""

    def __init__(self, change: Callable[[], object]) -> None:
        super().__init__()
        self.change = change

    def clean_text(
        self, text: str, url: str | None = None, site: str | None = None, date: str | None = None
    ) -> Cleaned:
        if "Dokumen 3." in text:
            self.change()
        return super().clean_text(text, url, site, date)


CHANGES: dict[str, Callable[[Path], object]] = {
    "cut at a line end": lambda path: os.truncate(path, path.read_bytes().index(b"\n", path.stat().st_size // 2) + 1),
    "emptied": lambda path: os.truncate(path, 0),
    "appended": lambda path: path.write_bytes(path.read_bytes() + b'{"text": "satu lagi"}\n'),
    "gone": lambda path: path.unlink(),
}


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("to_folder", [True, False])
def test_an_input_that_changes_under_the_run_is_told(
    name: str, to_folder: bool, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    source = tmp_path / "in.jsonl"
    lines = [json.dumps({"id": n, "text": f"{TEXT * 40}Dokumen {n}."}) + "\n" for n in range(600)]
    source.write_text("".join(lines), "utf-8")
    told: list[str] = []
    meddler = Meddler(lambda: CHANGES[name](source))
    totals = run(
        find([str(source)]),
        meddler,
        Options(),
        str(tmp_path / "out") if to_folder else None,
        how=How(report=told.append),
    )
    assert totals.exit_status == 1
    assert told[-1].startswith(f"{source}: changed while the run read it (")
    assert len(told) == 1 or ("not JSON" in told[0] and len(told) == 2)  # a line that was torn
    assert totals.documents == totals.outputs == totals.audited


def test_files_that_are_no_files_cost_themselves(
    tmp_path: Path, cleaner: Cleaner, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = given(tmp_path / "in", a=TEXT)
    os.mkfifo(folder / "pipa.txt")
    (folder / "nol.txt").symlink_to("/dev/zero")
    (folder / "lingkar1.txt").symlink_to("lingkar2.txt")
    (folder / "lingkar2.txt").symlink_to("lingkar1.txt")
    (folder / "putus.txt").symlink_to("tidak-ada")
    (folder / f"{'p' * 248}.html").write_text(f"<p>{PROSE}", "utf-8")
    (folder / "Kilat::berita.txt").write_text(TEXT, "utf-8")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(folder / "soket"))
        assert _run(["clean", str(folder), "-o", str(tmp_path / "out")]) == 1
    told = capsys.readouterr().err
    for name, why in {
        "pipa.txt": "is a pipe, not a file",
        "nol.txt": "is a device, not a file",
        "lingkar1.txt": "cannot open it: Too many levels of symbolic links",
        "putus.txt": "cannot open it: No such file or directory",
    }.items():
        assert f"cleaner: {folder / name}: {why}\n" in told
    assert "the name of its result is too long (257 bytes; 255 are possible)" in told
    assert "records: 8 read, 2 written, 6 without output, 8 audited, 6 failed" in told
    assert {"a.txt", "Kilat::berita.txt"} < set(files(tmp_path / "out"))
    assert verify(tmp_path / "out", capsys)[0] == 0


def test_a_pipe_that_is_named_is_a_stream(tmp_path: Path) -> None:
    data = "".join(json.dumps({"id": n, "text": TEXT}) + "\n" for n in range(3))
    (tmp_path / "in.jsonl").write_text(data, "utf-8")
    script = """
        set -e
        run="$0 -m cleaner clean -q --input-format jsonl"
        $run <(cat in.jsonl) > piped.jsonl
        $run <(cat in.jsonl) -o out
        $run in.jsonl > plain.jsonl
        mkfifo pipa.jsonl; cat in.jsonl > pipa.jsonl & $run pipa.jsonl -o out2
    """
    subprocess.run(["bash", "-c", script, sys.executable], cwd=tmp_path, check=True, timeout=120)
    plain = (tmp_path / "plain.jsonl").read_bytes()
    assert plain == (tmp_path / "piped.jsonl").read_bytes() == (tmp_path / "out2" / "pipa.jsonl").read_bytes()
    assert plain in files(tmp_path / "out").values()


def test_a_device_that_never_ends_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(["clean", "/dev/zero", "-o", str(tmp_path / "out")]) == 2
    assert "cleaner: /dev/zero: is a device, not a file\n" in capsys.readouterr().err


def test_a_loop_of_links_is_a_message_wherever_it_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.txt").write_text(TEXT, "utf-8")
    loop = tmp_path / "l.txt"
    loop.symlink_to("l.txt")
    for args in (
        ["clean", str(loop)],
        ["clean", str(tmp_path / "a.txt"), "-o", str(loop)],
        ["clean", str(tmp_path / "a.txt"), "--audit", str(loop)],
        ["clean", str(tmp_path / "a.txt"), "-o", str(tmp_path / ("x" * 300))],
        ["clean", str(tmp_path / "a.txt"), "--audit", str(tmp_path / ("x" * 300))],
        ["diff", str(loop)],
    ):
        assert _run(args) in (1, 2)
        assert capsys.readouterr().err.startswith("cleaner: ")


# Odd records and names.

ODD_IDS = ["1e999", "-1e999", "NaN", "[" * 300 + "]" * 300, '"\\ud800"', "1" * 5000, '"\x7f"', '{"a":[1e999]}', '"é"']


@pytest.mark.parametrize("to", [None, "csv", "parquet"])
def test_odd_ids_never_spoil_the_audit(to: str | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "in.jsonl"
    text = json.dumps(TEXT)
    lines = [f'{{"id": {id}, "text": {text}}}\n'.encode() for id in ODD_IDS]
    lines += [
        b'{"id": "\xff", "text": %s}\n' % text.encode(),
        b'{"id": 1, "n": %s, "text": "%s"}\n' % (b"7" * 5000, PROSE.encode()),
    ]
    source.write_bytes(b"".join(lines))
    out = tmp_path / "out"
    assert _run(["clean", str(source), "-o", str(out), "-q", *(["--to", to] if to else [])]) == 0
    assert verify(out, capsys) == (0, f"{len(lines)} documents: {len(lines)} restore exactly\n")
    assert _run(["restore", str(out), "-o", str(tmp_path / "raw")]) == 0
    assert _run(["audit", "summary", str(out), "--documents"]) == 0
    if to is None:
        assert (tmp_path / "raw" / "in.jsonl").read_bytes().count(b"\n") == len(lines)


def test_names_that_differ_in_undecodable_bytes_are_two(
    tmp_path: Path, cleaner: Cleaner, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    names = [r"\xe9.txt", os.fsdecode(b"\xe9.txt"), r"\x5cxe9.txt"]
    for number, name in enumerate(names):
        (folder / name).write_text(f"{TEXT}{number}", "utf-8")
        assert unreadable(readable(name)) == name
    assert len({readable(name) for name in names}) == 3
    clean(folder, tmp_path / "out", cleaner)
    assert verify(tmp_path / "out", capsys) == (0, "3 documents: 3 restore exactly\n")
    assert _run(["restore", str(tmp_path / "out"), "-o", str(tmp_path / "raw")]) == 0
    assert files(tmp_path / "raw") == files(folder)


def test_records_of_a_warc_that_hold_no_page_are_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = f"<html><body><article><p>{PROSE}</p><p>{PROSE}</p></article></body></html>"
    parts = []
    for number, (kind, http) in enumerate(
        [("response", "Content-Type: text/html\r\n"), ("response", ""), ("revisit", ""), ("request", "")]
    ):
        body = f"HTTP/1.1 200 OK\r\n{http}\r\n{page}".encode()
        parts.append(
            f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:{number}>\r\n"
            "WARC-Date: 2024-03-01T00:00:00Z\r\nContent-Type: application/http\r\n"
            f"Content-Length: {len(body)}\r\n\r\n".encode()
            + body
            + b"\r\n\r\n"
        )
    (tmp_path / "a.warc").write_bytes(b"".join(parts))
    assert _run(["clean", str(tmp_path / "a.warc"), "-o", str(tmp_path / "out")]) == 0
    assert "3 records that hold no page passed over\n" in capsys.readouterr().err
    [shard] = json.loads((tmp_path / "out" / "manifest.json").read_bytes())["shards"]
    assert (shard["documents"], shard["passed_over"]) == (1, 3)


def test_what_a_marker_tells_is_on_the_disk_before_it(
    tmp_path: Path, cleaner: Cleaner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every file is synced before it is renamed, and the folder before the marker is written."""
    log: list[str] = []
    sync, replace = os.fsync, Path.replace

    def fsync(handle: int) -> None:
        log.append(f"sync {Path(f'/proc/self/fd/{handle}').readlink().name}")
        sync(handle)

    def renamed(path: Path, target: Path) -> Path:
        log.append(f"rename {Path(target).name}")
        return replace(path, target)

    def here(works: Any, clean_shard: Any) -> Any:
        from cleaner.batch.pool import Beat

        for work in works:
            yield work, clean_shard(work, Beat(), {})

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Path, "replace", renamed)
    source = given(tmp_path / "in", a=TEXT)
    run(find([str(source)]), cleaner, Options(), str(tmp_path / "out"), how=How(engine=here))
    at = [log.index(step) for step in ("sync a.txt", "sync audit.jsonl", "rename a.txt", "rename audit.jsonl")]
    assert max(at[:2]) < min(at[2:])
    marker = max(n for n, step in enumerate(log) if step == "rename 00000")
    assert max(at) < max(n for n, step in enumerate(log[:marker]) if step == "sync out") < marker
    assert "sync manifest.json" in log[marker:] and log.index("rename manifest.json") > marker
    assert msgspec.json.decode((tmp_path / "out" / "manifest.json").read_bytes())["shards"]

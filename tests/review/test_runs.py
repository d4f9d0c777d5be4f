"""Runs of all kinds are opened with what is strange about them told, or refused with the reason; none is changed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from cleaner import CleanerError
from cleaner.review.index import open_index
from cleaner.review.runs import Run, open_run


def read(run: Run) -> tuple[int, int, list[str]]:
    """Documents, those with their text, warnings."""
    found = list(run.documents())
    return len(found), sum(one.cleaned is not None for one in found), run.warnings


def test_a_sound_run_has_no_warning_and_gives_the_raw_texts(place: Path) -> None:
    run = open_run(str(place / "out"))
    found = {str(one.record.id): one.cleaned for one in run.documents()}
    for line in (place / "news.jsonl").read_text("utf-8").splitlines():
        one = json.loads(line)
        cleaned = found[str(one["id"])]
        if isinstance(one.get("text"), str):
            assert cleaned is not None
            assert cleaned.raw == one["text"]
    assert run.warnings == []


def test_looking_at_a_run_changes_nothing_in_it(place: Path, snapshot: Callable[[Path], dict[str, bytes]]) -> None:
    before = snapshot(place / "out")
    open_index(open_run(str(place / "out"))).close()
    assert snapshot(place / "out") == before
    assert (place / ".out.review" / "index.sqlite").is_file()


def test_texts_without_their_record_and_changed_texts_are_told(place: Path) -> None:
    clean = place / "out" / "news.jsonl"
    clean.write_text(clean.read_text("utf-8").replace("Catatan 3.", "Catatan 9."), "utf-8")
    run = open_run(str(place / "out"))
    count, whole, warnings = read(run)
    assert (count, whole) == (31, 29)
    assert any("clean text differs" in warning for warning in warnings)


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda out: (out / "manifest.json").unlink(), "nothing tells whether the run is complete"),
        (lambda out: (out / "manifest.json").write_text("{"), "cannot be read; it is passed over"),
        (lambda out: (out / "news.jsonl").write_text(""), "it was changed after the run"),
        (lambda out: (out / "news.jsonl").unlink(), "is missing; the manifest names it"),
        (lambda out: (out / ".cleaner").mkdir(), "is going on or was stopped"),
        (lambda out: version(out, "0.0.1"), "made by cleaner 0.0.1"),
        (lambda out: drop_last(out / "audit.jsonl"), "the manifest tells of 31 documents, the audit of 30"),
    ],
)
def test_what_does_not_reconcile_is_a_warning(place: Path, spoil: Callable[[Path], object], told: str) -> None:
    spoil(place / "out")
    index = open_index(open_run(str(place / "out")))
    assert any(told in warning for warning in index.warnings), index.warnings


def version(out: Path, name: str) -> None:
    manifest = json.loads((out / "manifest.json").read_text("utf-8"))
    (out / "manifest.json").write_text(json.dumps({**manifest, "cleaner": name}), "utf-8")


def drop_last(path: Path) -> None:
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))


def test_an_audit_alone_is_a_run_without_texts_and_raw_inputs_bring_them(place: Path) -> None:
    audit = str(place / "out" / "audit.jsonl")
    count, whole, warnings = read(open_run(audit))
    assert (count, whole) == (31, 0)
    assert any("an audit alone" in warning for warning in warnings)
    count, whole, warnings = read(open_run(audit, raw=[str(place / "news.jsonl")]))
    assert (count, whole) == (31, 29)
    assert any("raw text is not in the inputs" in warning for warning in warnings), "the page has no raw text there"


def test_raw_inputs_in_another_order(place: Path) -> None:
    lines = (place / "news.jsonl").read_bytes().splitlines(keepends=True)
    (place / "turned.jsonl").write_bytes(b"".join(reversed(lines)))
    run = open_run(str(place / "out" / "audit.jsonl"), raw=[str(place / "turned.jsonl")])
    assert read(run)[:2] == (31, 29)


@pytest.mark.parametrize(
    ("name", "told"),
    [("nowhere", "no such run"), ("empty", "no audit.jsonl with it"), ("broken", "not an audit record")],
)
def test_what_is_no_run_is_refused(place: Path, name: str, told: str) -> None:
    (place / "empty").mkdir()
    (place / "broken").mkdir()
    (place / "broken" / "audit.jsonl").write_text('{"schema": 1', "utf-8")
    with pytest.raises(CleanerError, match=told):
        open_run(str(place / name))


def test_a_run_in_a_store_is_read_there_once(place: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fsspec = pytest.importorskip("fsspec")
    monkeypatch.setenv("CLEANER_CACHE_DIR", str(tmp_path / "cache"))
    store = fsspec.filesystem("memory")
    store.put(str(place / "out"), "/bucket/out", recursive=True)
    try:
        assert read(open_run("memory://bucket/out")) == read(open_run(str(place / "out")))
        got: list[str] = []
        monkeypatch.setattr(type(store), "get_file", lambda *args, **_: got.append(args[1]))
        index = open_index(open_run("memory://bucket/out"))
        assert got == [], "fetched again although nothing has changed"
        assert str(tmp_path / "cache") in str(index.path)
        with pytest.raises(CleanerError, match="no such run in the store"):
            open_run("memory://bucket/none")
    finally:
        store.rm("/bucket", recursive=True)

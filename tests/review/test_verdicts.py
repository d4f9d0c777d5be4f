"""Verdicts: what was saved is there after any crash, what was undone does not count, and several may write at once."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner import CleanerError
from cleaner.model import Cleaned, Removal
from cleaner.review.desk import found_bounds
from cleaner.review.precision import error_bound, of_prefix, wilson
from cleaner.review.verdicts import (
    Decision,
    DecisionFile,
    Undo,
    context_of,
    decoded,
    estimates,
    read_decisions,
    standing,
)


def decision(id: str, verdict: str = "right", **others: object) -> Decision:
    values = {"kind": "cut", "category": "related", "rule": "t#r", "fingerprint": "0" * 16}
    values |= {"text": "a", "context": "ab"}
    return Decision(id=id, verdict=verdict, **{**values, "at": (0, 1), **others})  # type: ignore[arg-type]


def test_a_verdict_that_was_acknowledged_outlives_a_kill(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "decisions.jsonl"
    program = (
        "import sys, time; from test_verdicts import decision, DecisionFile, Path\n"
        "file = DecisionFile(Path(sys.argv[1]))\n"
        "for n in range(1000):\n    file.append(decision(str(n))); print(n, flush=True)\n"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", program, str(path)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *sys.path])},
    )
    assert child.stdout is not None
    told = [child.stdout.readline().strip() for _ in range(5)]
    child.send_signal(signal.SIGKILL)
    told += child.stdout.read().split()
    child.wait()
    found, _ = read_decisions([path])
    assert [one.id for one in DecisionFile(path).unread() if isinstance(one, Decision)][: len(told)] == told
    assert len(found) == 1, "all are about the same cut"


def test_a_line_that_a_crash_cut_off_loses_only_itself(tmp_path: Path) -> None:
    path = tmp_path / "decisions.jsonl"
    file = DecisionFile(path)
    file.append(decision("one"))
    with path.open("ab") as torn:
        torn.write(b'{"schema":1,"id":"two","ki')
    file.append(decision("three", start=5))
    found, problems = read_decisions([path])
    assert [one.id for one in found] == ["one", "three"]
    assert len(problems) == 1
    assert "decisions.jsonl:2: not a decision" in problems[0]


def _many(path: Path, name: str) -> None:
    for number in range(50):
        DecisionFile(path).append(decision(f"{name}{number}", start=number, document=name))


def test_several_processes_append_whole_lines(tmp_path: Path) -> None:
    path = tmp_path / "decisions.jsonl"
    workers = [multiprocessing.get_context("spawn").Process(target=_many, args=(path, name)) for name in "abc"]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    found, problems = read_decisions([path])
    assert (len(found), problems) == (150, [])


def test_a_reader_follows_what_others_write(tmp_path: Path) -> None:
    path = tmp_path / "decisions.jsonl"
    reader, writer = DecisionFile(path), DecisionFile(path)
    assert reader.unread() == []
    writer.append(decision("one"))
    assert [one.id for one in reader.unread() if isinstance(one, Decision)] == ["one"]
    assert reader.unread() == []
    writer.append(Undo(undo="one"))
    assert reader.unread() == [Undo(undo="one")]


def test_undone_and_replaced_verdicts_do_not_count() -> None:
    one, two = decision("one"), decision("two", "wrong")
    assert standing([one, two]) == [two], "the last verdict about a cut"
    assert standing([one, two, Undo(undo="two")]) == [one], "undoing brings the one before back"
    assert standing([one, decision("all", "wrong", every=True)]) != [one], "all equal texts are another matter"
    assert standing([Undo(undo="x"), one]) == [one]


SOUND = {"id": "a", "kind": "cut", "verdict": "right", "category": "ad", "fingerprint": "", "text": ""}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"schema": 2}, "schema 2"),
        ({"verdict": "body"}, "unknown verdict"),
        ({"kind": "x"}, "kind"),
        ({"at": [0, 9]}, "outside"),
        ({"bounds": [3, 2]}, "outside"),
        ({"start": "0"}, "start"),
    ],
)
def test_what_is_no_decision_is_told(change: dict[str, object], told: str) -> None:
    decoded(json.dumps(SOUND).encode())
    with pytest.raises(CleanerError, match=told):
        decoded(json.dumps({**SOUND, **change}).encode())
    with pytest.raises(CleanerError, match="not a decision"):
        decoded(b"{")


def test_a_verdict_that_cannot_be_saved_says_so(tmp_path: Path) -> None:
    (tmp_path / "decisions.jsonl").mkdir()
    with pytest.raises(CleanerError, match="cannot save the verdict"):
        DecisionFile(tmp_path / "decisions.jsonl").append(decision("one"))


@given(st.integers(0, 60), st.integers(0, 60))
def test_wilsons_interval_holds_the_share_and_narrows(right: int, wrong: int) -> None:
    judged = right + wrong
    low, high = wilson(right, judged)
    assert 0 <= low <= (right / judged if judged else 0.5) <= high <= 1
    if judged:
        wider = wilson(right * 2, judged * 2)
        assert wider[1] - wider[0] < high - low


def test_wilsons_interval_is_the_published_one() -> None:
    # 15 of 20: Newcombe (1998) and R's prop.test without correction give 0.531 to 0.888
    assert tuple(round(bound, 3) for bound in wilson(15, 20)) == (0.531, 0.888)
    assert error_bound(400) < error_bound(100) < error_bound(20)


def test_the_estimate_of_a_random_order_stops_at_the_first_gap() -> None:
    estimate = of_prefix(["right", "skip", "wrong", None, "right"])
    assert (estimate.right, estimate.judged) == (1, 2)


def test_precision_comes_from_the_random_sample_where_there_is_one() -> None:
    found = estimates([decision("a", "wrong", queue="longest"), decision("b", queue="sample"), decision("c", "skip")])
    assert (found["t#r"].right, found["t#r"].judged, found["t#r"].random) == (1, 1, True)
    biased = estimates([decision("a", "wrong", queue="longest"), decision("b", queue="mid")])
    assert (biased["t#r"].right, biased["t#r"].judged, biased["t#r"].random) == (1, 2, False)


@given(st.data())
def test_the_stored_context_holds_the_cut_and_no_furniture(data: st.DataObject) -> None:
    raw = data.draw(st.text("abc \n", min_size=1, max_size=60))
    marks = sorted(data.draw(st.sets(st.integers(0, len(raw)), min_size=2, max_size=8)))
    spans = list(zip(marks[::2], marks[1::2], strict=False))
    scopes = [data.draw(st.sampled_from(["line", "page", "block"])) for _ in spans]
    removals = tuple(Removal(a, b, raw[a:b], "ad", "t#r", scope) for (a, b), scope in zip(spans, scopes, strict=True))
    cleaned = Cleaned("", raw, removals)
    for removal in removals:
        text, (start, end) = context_of(cleaned, removal.start, removal.end)
        assert text[start:end] == removal.text
        others = sum(r.end - r.start for r in removals if r.scope != "line" and r is not removal)
        assert len(text) == len(raw) - others


def test_a_long_context_is_cut_to_the_lines_around() -> None:
    raw = "\n".join(f"baris {number}" for number in range(40_000))
    at = raw.index("baris 20000")
    text, (start, end) = context_of(Cleaned("", raw), at, at + 11)
    assert text[start:end] == "baris 20000"
    assert len(text) < len(raw) / 2
    assert text.startswith("baris ")
    assert text.endswith("\n")


def test_right_bounds_are_found_next_to_the_cut_whatever_the_blanks() -> None:
    context = "Baca juga: A. Teks. Baca juga:\r\n B. Teks lagi."
    at = (context.rindex("Baca"), len(context))
    start, end = found_bounds(context, at, "Baca juga: B.")
    assert context[start:end] == "Baca juga:\r\n B."
    for right, told in (
        ("", "mark the text"),
        ("tidak ada", "does not stand near"),
        (context[slice(*at)], "the cut itself"),
    ):
        with pytest.raises(CleanerError, match=told):
            found_bounds(context, at, right)

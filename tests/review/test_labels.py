"""Labelling tools: what a person did to the spans comes back as the verdict that it means."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reviewing import command

from cleaner import CleanerError
from cleaner.review.labels import TOOLS, Labelled, Origin, Original, decisions_of, line, of_decisions, read
from cleaner.review.verdicts import read_decisions

TEXT = "Kota. Baca juga: Harga 🌶 Turun. Warga pulang. Ikuti kami."
SPANS = (Original((6, 31), "related", "t#r", 6), Original((46, 57), "social", "t#s", 46))


def back(data: bytes, tool: str) -> dict[str, tuple[str, Any]]:
    """Verdict and bounds by text, of a file."""
    found = [one for labelled in read(data, tool, "f.jsonl") for one in decisions_of(labelled, "ani")]
    return {one.text: (one.verdict, one.bounds) for one in found}


def out(tool: str) -> dict[str, Any]:
    one = Labelled(TEXT, tuple((*span.at, span.category) for span in SPANS), Origin("a", None, "x.id", SPANS))
    found: dict[str, Any] = json.loads(line(one, tool, 1))
    if tool == "label-studio":  # what a person saves begins as what was predicted
        found["annotations"] = [{"result": found["predictions"][0]["result"], "completed_by": {"email": "budi@x.id"}}]
    return found


def edited(item: dict[str, Any], tool: str, spans: list[tuple[int, int, str]]) -> bytes:
    if tool == "doccano":
        item["label"] = [list(span) for span in spans]
    else:
        item["annotations"][-1]["result"] = [
            {"type": "labels", "value": {"start": a, "end": b, "text": TEXT[a:b], "labels": [label]}}
            for a, b, label in spans
        ]
    return json.dumps(item).encode()


@pytest.mark.parametrize("tool", TOOLS)
def test_left_deleted_moved_and_added_spans_are_verdicts(tool: str) -> None:
    related, social = TEXT[6:31], TEXT[46:57]
    assert back(edited(out(tool), tool, [(6, 31, "related"), (46, 57, "social")]), tool) == {
        related: ("right", None),
        social: ("right", None),
    }
    spans = [(6, 20, "related"), (32, 45, "byline")]
    assert back(edited(out(tool), tool, spans), tool) == {
        related: ("bounds", (6, 20)),
        social: ("wrong", None),
        TEXT[32:45]: ("clutter", None),
    }


def test_spans_in_utf16_units_are_put_right() -> None:
    item = out("label-studio")
    for value in (one["value"] for one in item["annotations"][0]["result"]):
        for key in ("start", "end"):
            value[key] = len(TEXT[: value[key]].encode("utf-16-le")) // 2
    assert {verdict for verdict, _ in back(json.dumps([item]).encode(), "label-studio").values()} == {"right"}


@pytest.mark.parametrize("tool", TOOLS)
def test_verdicts_go_out_and_come_back_the_same(tool: str) -> None:
    first = edited(out(tool), tool, [(6, 20, "related"), (32, 45, "byline")])
    decisions = [one for labelled in read(first, tool, "f") for one in decisions_of(labelled, "ani")]
    again = b"".join(line(one, tool, n) for n, one in enumerate(of_decisions(decisions), 1))
    if tool == "label-studio":
        item = json.loads(again)
        again = json.dumps({**item, "annotations": item["predictions"]}).encode()
    assert back(again, tool) == back(first, tool)


@given(st.binary(max_size=200) | st.text(max_size=100).map(lambda text: json.dumps({"text": text}).encode()))
def test_what_is_no_export_is_told(data: bytes) -> None:
    for tool in TOOLS:
        try:
            assert list(read(data, tool, "f.jsonl")) == []
        except CleanerError as error:
            assert str(error).startswith("f.jsonl: ")


def test_the_commands_carry_a_run_there_and_back(place: Path) -> None:
    tasks, file = place / "tasks.jsonl", place / "d.jsonl"
    command("decisions", "export", place / "out", "--to", "doccano", "--category", "related", "-o", tasks)
    assert "nav" not in tasks.read_text("utf-8").lower() or "Rubrik" not in tasks.read_text("utf-8")
    done = command("decisions", "import", tasks, "--from", "doccano", "--decisions", file, "--reviewer", "ani")
    found, _ = read_decisions([file])
    assert {one.verdict for one in found} == {"right"}
    assert {one.reviewer for one in found} == {"ani"}
    assert "right" in done.stderr
    assert "0 broken" in command("gate", file).stdout
    command("decisions", "export", file, "--to", "label-studio", "-o", place / "ls.jsonl")
    assert json.loads((place / "ls.jsonl").read_text("utf-8").splitlines()[0])["predictions"]
    told = command("decisions", "import", place / "ls.jsonl", "--from", "label-studio", "--decisions", file, status=2)
    assert "it has no annotation yet" in told.stderr

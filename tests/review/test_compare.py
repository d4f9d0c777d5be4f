"""Comparing runs: a run equals itself in whatever order and shards, and every difference is told once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reviewing import MORE, PROSE, command, records, write

from cleaner.model import Removal
from cleaner.review.compare import differing_cuts

RULE = """
[[rule]]
id       = "saluran"
category = "social"
scope    = "line"
match    = '^Ikuti saluran kabar kota'
example  = ["Ikuti saluran kabar kota di ponsel"]
counter  = ["Warga ikuti saluran kabar kota."]
"""
PACK = 'schema = 1\npack = "user/uji"\ntitle = "Uji"\nsource = "invented"\n'


def compared(*args: str | Path, status: int) -> dict[str, object]:
    found: dict[str, object] = json.loads(command("compare", *args, "--format", "json", status=status).stdout)
    return found


def test_a_run_equals_itself(place: Path) -> None:
    found = compared(place / "out", place / "out", status=0)
    assert found["documents"] == 31
    assert found["differences"] == []
    assert "no difference" in command("compare", place / "out", place / "out").stdout


def test_runs_in_another_order_and_other_shards_are_equal(place: Path) -> None:
    turned = write(place / "turned.jsonl", records()[::-1])
    args = ("--jobs", "2", "--shard-mb", "0.01", "--quiet")
    command("clean", turned, "-o", place / "other", *args, status=1)
    assert len(list((place / "other").glob("audit-*.jsonl"))) > 1
    assert compared(place / "out", place / "other", status=0)["differences"] == []


def packs(folder: Path, text: str) -> Path:
    folder.mkdir()
    (folder / "uji.toml").write_text(PACK + text, "utf-8")
    return folder


def test_a_new_rule_shows_as_new_cuts_and_can_be_gated(place: Path) -> None:
    own = packs(place / "packs", RULE)
    command("clean", place / "news.jsonl", "-o", place / "other", "--packs", own, "--quiet", status=1)
    found = compared(place / "out", place / "other", status=1)
    assert found["rules"] == {"user/uji#saluran": {"new": 12}}
    assert found["sites"] == {"kontan.co.id": {"new": 12}}
    assert compared(place / "other", place / "out", status=1)["rules"] == {"user/uji#saluran": {"lost": 12}}
    compared(place / "out", place / "other", "--fail-on", "lost,moved", status=0)
    compared(place / "out", place / "other", "--fail-on", "new", status=1)
    table = command("compare", place / "out", place / "other", "--examples", "1", status=1).stdout
    assert "12 new" in table
    assert "[-⏎Ikuti saluran kabar kota di ponsel anda hari ini-]" in table
    one = found["differences"][0]  # type: ignore[index]
    assert f"{MORE} Bagian 1.".endswith(one["before"])
    # The same without runs: packs over inputs.
    over = compared("--packs-b", own, place / "news.jsonl", status=1)
    assert over["rules"] == found["rules"]
    assert len(over["differences"]) == len(found["differences"])  # type: ignore[arg-type]


def test_owner_moved_and_documents_of_one_run(place: Path) -> None:
    own = packs(
        place / "packs",
        'disable = ["language/id/related#*"]\n'
        + RULE.replace("saluran", "baca")
        .replace("^Ikuti baca kabar kota", "^Baca Juga: (?:Harga|Jalan)")
        .replace("Ikuti baca kabar kota di ponsel", "Baca Juga: Harga Turun")
        .replace("Warga ikuti baca kabar kota.", "Warga baca juga: Harga."),
    )
    few = write(place / "few.jsonl", [*records()[:10], {"id": "baru", "text": PROSE}])
    command("clean", few, "-o", place / "other", "--packs", own, "--quiet")
    found = compared(place / "out", place / "other", status=1)
    kinds = found["kinds"]
    assert isinstance(kinds, dict)
    assert kinds["owner"] > 0
    assert kinds["only-a"] == 21
    assert kinds["only-b"] == 1
    assert found["documents"] == 10


def test_a_whole_set_of_packs_stands_in_for_the_built_in_ones(place: Path) -> None:
    root = Path(__file__).resolve().parent.parent.parent / "patterns"
    found = compared("--packs-a", root, place / "news.jsonl", status=1)  # status 1: a record cannot be cleaned
    assert found["differences"] == []
    (place / "set" / "generic").mkdir(parents=True)
    text = PACK.replace("user/uji", "generic/uji") + RULE
    (place / "set" / "generic" / "uji.toml").write_text(text, "utf-8")
    found = compared("--packs-b", place / "set", place / "news.jsonl", status=1)
    kinds = found["kinds"]
    assert isinstance(kinds, dict)
    assert (kinds["new"], kinds["lost"] > 20) == (12, True)


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("out",), "name two runs"),
        (("out", "none"), "no such run"),
        (("out", "out", "--fail-on", "gone"), "'gone'; there are new, lost"),
        (("--packs-b", "none", "news.jsonl"), "no such folder of packs"),
        (("--packs-b", "packs", "-"), "cannot be read twice"),
    ],
)
def test_what_cannot_be_compared_is_told(place: Path, args: tuple[str, ...], told: str) -> None:
    packs(place / "packs", RULE)
    assert told in command("compare", *args, status=2, cwd=place).stderr


def test_the_page_needs_nothing_else(place: Path) -> None:
    own = packs(place / "packs", RULE)
    page = command("compare", "--packs-b", own, place / "news.jsonl", "--format", "html", status=1).stdout
    assert "12 new" in page
    assert "src=" not in page
    assert "<script" not in page


@st.composite
def cuts(draw: st.DrawFn) -> tuple[Removal, ...]:
    marks = sorted(draw(st.sets(st.integers(0, 30), max_size=10)))
    spans = list(zip(marks[::2], marks[1::2], strict=False))
    return tuple(Removal(a, b, "", "ad", draw(st.sampled_from("pq")), "line") for a, b in spans)


@given(cuts(), cuts())
def test_every_cut_is_the_same_or_told_once(a: tuple[Removal, ...], b: tuple[Removal, ...]) -> None:
    told = list(differing_cuts(a, b))
    same = {(cut.start, cut.end, cut.rule) for cut in a} & {(cut.start, cut.end, cut.rule) for cut in b}
    for cuts, side in ((a, 1), (b, 2)):
        mine = [one[side] for one in told if one[side] is not None]
        assert len(mine) == len({id(cut) for cut in mine})
        assert sorted(cut.start for cut in mine if cut) == sorted(
            cut.start for cut in cuts if (cut.start, cut.end, cut.rule) not in same
        )
    for kind, one, other in told:
        if kind in ("owner", "moved"):
            assert one is not None
            assert other is not None
            assert one.start < other.end
            assert other.start < one.end
            assert (kind == "owner") == ((one.start, one.end) == (other.start, other.end))
    turned = list(differing_cuts(b, a))
    assert sorted(kind for kind, _, _ in turned if kind in ("owner", "moved")) == sorted(
        kind for kind, _, _ in told if kind in ("owner", "moved")
    )

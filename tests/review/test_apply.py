"""The round of a verdict: into the pack as a case, the rule mended, the gate green, the rest compared."""

from __future__ import annotations

import difflib
import json
import tomllib
from collections.abc import Iterable
from pathlib import Path

import pytest

pytest.importorskip("tomlkit")

from reviewing import MORE, PROSE, command, write

from cleaner import Cleaner, CleanerError
from cleaner.review.apply import Applier, Case, _without
from cleaner.review.verdicts import Decision, DecisionFile, new_id

PACK = r"""# A pack of one's own: this comment stays.
schema = 1
pack   = "user/uji"
title  = "Uji"
source = "invented"

[[rule]]
id       = "topik"  # and so does this one
category = "tags"
scope    = "line"
match    = '^Topik:\s'
example  = ["Topik: beras, cabai"]
# a counter-example each
counter  = [
  "Topiknya: beras.",
]

[[rule]]
id       = "kabar"
category = "social"
scope    = "line"
match    = '^Kabar kota di ponsel'
example  = ["Kabar kota di ponsel anda"]
counter  = ["Warga membaca kabar kota di ponsel."]
"""
BAD = "Topik: yang dibahas dalam rapat itu adalah harga beras dan cabai, kata ketua panitia."
TEXT = f"{PROSE}\n{BAD}\n{MORE}\nTopik: beras, cabai"


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    (tmp_path / "packs").mkdir()
    (tmp_path / "packs" / "uji.toml").write_text(PACK, "utf-8")
    return tmp_path / "packs"


def decision(verdict: str, text: str, context: str = TEXT, **others: object) -> Decision:
    start = context.index(text)
    values: dict[str, object] = {"kind": "cut", "rule": "user/uji#topik", "category": "tags", "document": "a"}
    at = (start, start + len(text))
    values |= {"fingerprint": "0" * 16, "text": text, "context": context, "at": at, "start": start}
    return Decision(id=new_id(), verdict=verdict, **{**values, **others})  # type: ignore[arg-type]


def saved(path: Path, decisions: Iterable[Decision]) -> Path:
    for one in decisions:
        DecisionFile(path).append(one)
    return path


def test_the_round_from_a_wrong_cut_to_a_green_gate(tmp_path: Path, packs: Path) -> None:
    file = saved(tmp_path / "d.jsonl", [decision("wrong", BAD), decision("right", "Topik: beras, cabai", start=1)])
    assert "1 held, 1 broken" in command("gate", file, "--packs", packs, status=1).stdout
    patch = command("patterns", "apply", file, "--packs", packs).stdout
    assert (packs / "uji.toml").read_text("utf-8") == PACK, "without --write nothing is written"
    added = [line for line in patch.splitlines() if line.startswith("+") and not line.startswith("+++")]
    assert added == [f'+  "{BAD}",']
    command("patterns", "apply", file, "--packs", packs, "--write")
    assert "noisy" in command("patterns", "test", "--packs", packs, status=1).stdout
    text = (packs / "uji.toml").read_text("utf-8")
    mended = text.replace(r"match    = '^Topik:\s'", r"match    = '^Topik:\s(?!yang\b)'")
    assert mended != text
    (packs / "uji.toml").write_text(mended, "utf-8")
    assert " 1 noisy" not in command("patterns", "test", "--packs", packs).stdout
    assert "2 held, 0 broken" in command("gate", file, "--packs", packs).stdout
    news = write(tmp_path / "news.jsonl", [{"id": "a", "text": TEXT}])
    (tmp_path / "before").mkdir()
    (tmp_path / "before" / "uji.toml").write_text(PACK, "utf-8")
    told = json.loads(
        command(
            "compare", "--packs-a", tmp_path / "before", "--packs-b", packs, news, "--format", "json", status=1
        ).stdout
    )
    assert [(one["kind"], one["a"]["text"].strip()) for one in told["differences"]] == [("lost", BAD)]


def test_only_lists_of_cases_change_and_twice_is_once(packs: Path) -> None:
    decisions = [
        decision("wrong", BAD),
        decision("wrong", BAD, document="b"),
        decision("clutter", "Kabar kota: ikuti", f"{PROSE}\nKabar kota: ikuti", kind="missed", rule="user/uji#kabar"),
    ]
    applier = Applier([packs])
    cases = list(applier.cases(decisions))
    assert [(case.rule, case.list) for case in cases] == [
        ("user/uji#topik", "counter"),
        ("user/uji#kabar", "known_miss"),
    ]
    change = applier.changes(cases)[0]
    changed = [line for line in difflib.ndiff(PACK.splitlines(), change.after.splitlines()) if line[0] in "+-"]
    assert changed == [f'+   "{BAD}",', '+ known_miss = ["Kabar kota: ikuti"]']
    before, after = tomllib.loads(PACK), tomllib.loads(change.after)
    after["rule"][0]["counter"].remove(BAD)
    del after["rule"][1]["known_miss"]
    assert before == after
    change.path.write_text(change.after, "utf-8")
    again = Applier([packs])
    assert again.changes(again.cases(decisions)) == []


def test_wrong_bounds_become_an_example_with_what_is_to_remain(packs: Path) -> None:
    glued = f"Topik: beras, cabai. {MORE}"
    start = PROSE.__len__() + 1
    context = f"{PROSE}\n{glued}"
    one = decision("bounds", glued, context, bounds=(start, start + len("Topik: beras, cabai.")))
    case = next(Applier([packs]).cases([one]))
    assert case == Case("user/uji#topik", "example", glued, MORE)


def test_the_case_is_the_shortest_text_from_which_the_rule_cuts(tmp_path: Path) -> None:
    folder = tmp_path / "packs"
    folder.mkdir()
    text = PACK.replace(r"match    = '^Topik:\s'", r"match    = '^Topik:\s'" + "\nguard    = { prev = '^Bagian' }")
    text = text.replace('["Topik: beras, cabai"]', '["Bagian 1\\nTopik: beras, cabai"]')
    (folder / "uji.toml").write_text(text, "utf-8")
    context = f"{PROSE}\nBagian dua\n{BAD}\n{MORE}\n{PROSE}\n{PROSE}"
    case = next(Applier([folder]).cases([decision("wrong", BAD, context)]))
    assert case.text == f"Bagian dua\n{BAD}\n{MORE}", "a line on both sides, for the rule looks at the one before"


def test_a_short_cut_comes_with_the_lines_beside_it(packs: Path) -> None:
    context = f"{PROSE}\nJam buka\nTopik: pagi\nAlamat\n{MORE}"
    case = next(Applier([packs]).cases([decision("wrong", "Topik: pagi", context)]))
    assert case.text == "Jam buka\nTopik: pagi\nAlamat"


@pytest.mark.parametrize(
    ("others", "told"),
    [
        ({"rule": "user/none#x"}, "no rule of a pack cut it"),
        ({"page": True}, "no rule of a pack cut it"),
        ({"text": BAD, "context": BAD + " kata" * 900, "at": (0, len(BAD) + 4500)}, "longer than the 1,500 characters"),
        ({"verdict": "clutter", "kind": "missed", "rule": "", "category": "social", "site": "x"}, ""),
        ({"verdict": "clutter", "kind": "missed", "rule": "user/none#x"}, "no rule 'user/none#x'"),
        ({"verdict": "clutter", "kind": "missed", "text": "Topik: sepak bola"}, "cuts it alone"),
        ({"rule": "site/aktual.com#dateline"}, "a template makes this rule"),
    ],
)
def test_what_gives_no_case_is_told(packs: Path, others: dict[str, object], told: str) -> None:
    values: dict[str, object] = {"verdict": "wrong", "text": BAD, **others}
    one = decision(str(values.pop("verdict")), BAD, **{k: v for k, v in values.items() if k != "text"})
    one = Decision(**{**{f: getattr(one, f) for f in one.__struct_fields__}, "text": str(values["text"])})
    applier = Applier([packs])
    found = list(applier.cases([one]))
    if told:
        assert found == []
        assert told in applier.notes[0]
    else:
        assert found[0].list == "known_miss", "a rule of its category for all texts"


def test_built_in_packs_keep_their_layout() -> None:
    one = decision(
        "wrong", "Lihat juga: sini", f"{PROSE}\nLihat juga: sini", rule="language/id/related#invitation-line"
    )
    change = Applier().changes(Applier().cases([one]))[0]
    from cleaner.packs.layout import formatted

    assert change.after == formatted(change.before.replace("\r", "")) or "Lihat juga: sini" in change.after
    assert formatted(change.after) == change.after
    assert change.patch.count("\n+") <= 3


@pytest.mark.parametrize(
    ("text", "cut", "left"),
    [
        ("Kota - Warga pulang.", "Kota - ", "Warga pulang."),
        ("Satu dua tiga.", "dua", "Satu tiga."),
        ("Satu.\nDua\nTiga.", "Dua", "Satu.\nTiga."),
        ("Satu.\nDua", "Dua", "Satu."),
        ("Satu. (ab)", "(ab)", "Satu."),
    ],
)
def test_what_remains_is_written_as_the_cleaner_leaves_it(text: str, cut: str, left: str) -> None:
    start = text.index(cut)
    assert _without(text, (start, start + len(cut))) == left


def test_the_gate_tells_right_wrong_bounds_and_missed_apart(tmp_path: Path, packs: Path) -> None:
    from cleaner.review.gate import replay

    cleaner = Cleaner(packs=[packs])
    glued = f"{PROSE}\nTopik: beras, cabai. {MORE}"
    end = len(PROSE) + 1
    both = (end, end + len("Topik: beras, cabai."))
    wanted = {
        decision("right", "Topik: beras, cabai"): "held",
        decision("right", PROSE): "broken",
        decision("wrong", BAD): "broken",
        decision("wrong", MORE): "held",
        decision("bounds", glued[end:], glued, bounds=both): "broken",
        decision("clutter", PROSE, kind="missed"): "open",
        decision("clutter", "Topik: beras, cabai", kind="missed"): "held",
        decision("body", PROSE, kind="missed"): "held",
        decision("body", BAD, kind="missed"): "broken",
        decision("skip", BAD): "apart",
        decision("wrong", BAD, page=True): "apart",
        decision("right", "\n"): "apart",
    }
    outcomes = {one.decision.id: one.state for one in replay(wanted, cleaner)}
    assert outcomes == {one.id: state for one, state in wanted.items()}
    file = saved(tmp_path / "d.jsonl", [one for one in wanted if one.verdict in ("clutter", "skip")])
    command("gate", file, "--packs", packs)
    command("gate", file, "--packs", packs, "--strict", status=1)


def test_a_broken_file_of_decisions_fails_the_gate_and_loses_nothing_else(tmp_path: Path, packs: Path) -> None:
    file = saved(tmp_path / "d.jsonl", [decision("right", "Topik: beras, cabai")])
    file.write_bytes(b"{\n" + file.read_bytes())
    done = command("gate", file, "--packs", packs, status=1)
    assert "d.jsonl:1: not a decision" in done.stderr
    assert "1 held" in done.stdout
    with pytest.raises(CleanerError, match="cannot read"):
        from cleaner.review.verdicts import read_decisions

        read_decisions([tmp_path / "none.jsonl"])

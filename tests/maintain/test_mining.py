from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from invented import SITES, article, flat

from cleaner import Cleaner
from cleaner.lint.examples import run_all
from cleaner.lint.reading import read_sources
from cleaner.maintain import mining
from cleaner.maintain.keys import shown
from cleaner.maintain.reading import Doc
from cleaner.packs.layout import basic, literal
from cleaner.packs.write import Draft, checked, rule_lines, slug


def docs(cleaner: Cleaner, count: int = 24) -> Iterator[Doc]:
    for number in range(count):
        text = article(number) if number % 3 else flat(number)
        yield Doc(number, str(number), SITES[number % 2], cleaner.clean_text(text))


@pytest.fixture(scope="module")
def mined(cleaner: Cleaner) -> mining.Mining:
    return mining.mine(docs(cleaner), min_docs=4, top=30)


def test_conventions_are_found_and_prose_is_not(mined: mining.Mining) -> None:
    keys = {shown(one.ranked.counted.key) for one in mined.found}
    assert "kabar pilihan kami:" in keys
    assert "dapur redaksi |" in keys
    assert not any(key.startswith(("warga", "kegiatan itu")) for key in keys)
    assert (mined.documents, mined.sites) == (24, 2)


def test_what_rules_cut_is_told_only_when_asked(cleaner: Cleaner) -> None:
    lines = [doc for doc in docs(cleaner) if doc.number % 3]
    keys = [
        {shown(one.ranked.counted.key) for one in mining.mine(lines, min_docs=4, top=99, covered=covered).found}
        for covered in (False, True)
    ]
    assert keys[1] - keys[0] == {"baca juga:"}
    assert mining.mine(lines, min_docs=4).covered == 1


def test_the_candidates_load_and_hold_on_their_examples(mined: mining.Mining, tmp_path: Path) -> None:
    made, without = mining.drafts(mined.found)
    assert made
    assert len(made) + len(without) == len(mined.found)
    mining.write_pack(tmp_path / "packs" / "From Mining.toml", made, mined)
    cleaner = Cleaner(packs=[tmp_path / "packs"])
    sources, broken = read_sources([tmp_path / "packs"])
    assert not broken
    paths = {source.path for source in sources if source.pack.name == "user/from-mining"}
    findings, totals = run_all(sources, paths)
    assert not findings
    assert totals.rules == len(made)
    # On trial they cut nothing, and the record tells what they would cut.
    before, after = Cleaner().clean_text(article(1)), cleaner.clean_text(article(1))
    assert after.text == before.text
    assert {w.why for w in after.withheld if w.rule.startswith("user/from-mining#")} == {"trial"}


def test_the_result_is_the_same_each_time(cleaner: Cleaner, mined: mining.Mining) -> None:
    assert mining.mine(docs(cleaner), min_docs=4, top=30) == mined


def test_the_table_and_the_data_say_the_same(mined: mining.Mining) -> None:
    lines = list(mining.table(mined, 1))
    data = mining.as_json(mined)
    assert lines[0].startswith("24 documents, 2 sites")
    assert sum(line.split()[0].isdigit() for line in lines[3:] if not line.startswith(" " * 12)) == len(data["found"])
    assert all(one["samples"] for one in data["found"])


TEXTS = ["", "a'b", "'''", "x'", 'say "hi" \\ back', "tab\there", "del\x7f nul\x00 \u2028 é “q”", "'both\" \\d'"]


@pytest.mark.parametrize("text", TEXTS)
def test_texts_come_back_from_toml(text: str) -> None:
    import tomllib

    assert tomllib.loads(f"a = {basic(text)}\nb = {literal(text)}") == {"a": text, "b": text}


def test_a_pack_that_does_not_load_is_not_written(tmp_path: Path) -> None:
    from cleaner.packs.schema import PackError

    draft = Draft("x", "related", "line", "no anchor", ("a",), ("b",))
    with pytest.raises(PackError, match="anchor"):
        checked(["schema = 1", 'pack = "user/x"', *rule_lines(draft)], "x.toml", "user")


def test_names_of_packs() -> None:
    assert [slug(name) for name in ("Kandidat Baru", "a_b.c", "…")] == ["kandidat-baru", "a-b.c", "pack"]

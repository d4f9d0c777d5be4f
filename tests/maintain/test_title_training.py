"""Training of the title-end model: from an invented corpus, the same bytes each time, and a report that holds."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from click.testing import CliRunner

from cleaner.batch.formats.base import Item
from cleaner.cli import cli
from cleaner.engine.title_scene import key_of
from cleaner.engine.title_weights import decode_model
from cleaner.maintain import title_training as training
from cleaner.maintain.title_examples import Example, examples_of, lines_of, placed
from cleaner.maintain.title_lexicon import WordCounts
from cleaner.model import CleanerError

pytest.importorskip("scipy", reason="the extra `train` is not installed")

PEOPLE = ["Yusuf Hadi", "Siti Aminah", "Budi Santoso", "Rina Wulandari"]
GOODS = ["Beras", "Cabai", "Bawang", "Gula", "Minyak", "Telur"]
PLACES = ["Brebes", "Karawang", "Kendal", "Blitar"]
CLEANER = training.cleaner_for_training()
SMALL = frozenset("di dan yang untuk dari ke".split())
OPTIONS = training.Options(moved=1, strange=1, lent=1.0, rounds=12, word_texts=2, pair_texts=2)


def text_of(number: int) -> str:
    """An invented text with an invitation on a line of its own."""
    chance = random.Random(number)
    who, good, where = chance.choice(PEOPLE), chance.choice(GOODS), chance.choice(PLACES)
    other = chance.choice(GOODS)
    return "\n".join(
        [
            f"Harga {good.lower()} di pasar {where} naik lagi sejak awal pekan ini, kata {who} kepada wartawan.",
            f"Menurut {who}, pasokan {good.lower()} dari petani di {where} belum datang sampai hari ini.",
            f"Baca juga: Harga {other} di {chance.choice(PLACES)} Turun dan Petani Mengeluh",
            f"{who} menambahkan bahwa pedagang di {where} menjual {good.lower()} dengan harga yang sama.",
            f"Pemerintah menyatakan stok {good.lower()} aman dan meminta warga {where} tidak menimbun.",
            f"Sementara itu, pembeli di {where} berharap harga {good.lower()} turun pada bulan depan.",
        ]
    )


def items(count: int = 60) -> list[Item]:
    return [
        Item(
            f"corpus:{n}",
            url=f"https://www.situs{n % 3}.id/{n}",
            text=text_of(n) if n % 2 else str(text_of(n).split("\n")),
        )
        for n in range(count)
    ]


@pytest.fixture(scope="module")
def material() -> training.Material:
    return training.collect(items(), CLEANER, OPTIONS, pytest.fail)


def test_lines_and_items_of_lists_give_examples(material: training.Material) -> None:
    assert len(material.examples) == 60
    assert all(one.title.endswith("Turun dan Petani Mengeluh") for one in material.examples)
    assert {one.site for one in material.examples} == {"situs0.id", "situs1.id", "situs2.id"}


def test_the_same_corpus_gives_the_same_bytes(material: training.Material) -> None:
    again = training.collect(items(), CLEANER, OPTIONS, pytest.fail)
    assert training.train(material, SMALL) == training.train(again, SMALL)


def test_what_was_learned_holds_on_sites_left_out(material: training.Material) -> None:
    answers = training.judged(material, SMALL, 3, lambda message: None)
    assert len(answers) == 60
    assert sum(one.off == 0 for one in answers) >= 54
    table = training.report(answers)
    assert table[2].split()[:2] == ["all", "60"] and len(table) == 2 + 1 + 3


def test_a_site_left_out_leaves_no_trace(material: training.Material) -> None:
    """Its texts may say anything: the model made without it is the same."""
    odd = [*items(), Item("x", url="https://lain.id/1", text=text_of(99).replace("Pemerintah", "Zubaidah"))]
    more = training.collect(odd, CLEANER, OPTIONS, pytest.fail)
    left_out = frozenset({"lain.id"})
    chosen = [one for one in training.multiplied(more) if not left_out & {one.site, one.other or one.site}]
    assert not any("Zubaidah" in one.before + one.after for one in chosen)
    assert (
        decode_model(training.train(more, SMALL, left_out)).lexicon
        == decode_model(training.train(material, SMALL)).lexicon
    )


def test_hosts_of_one_house_share_a_fold(material: training.Material) -> None:
    hosts = ["jabar.contohnews.com", "www.contohnews.com", "contoh", "lain.co.id"]
    mixed = training.Material(OPTIONS)
    mixed.examples = [Example(host, "1", "", "Judul Berita Contoh", "Isi.") for host in hosts]
    folds = training.dealt(mixed, 2)
    assert sorted(map(len, folds)) == [1, 3]
    assert frozenset({"lain.co.id"}) in folds


def test_pages_give_the_headlines_they_link_to() -> None:
    page = (
        "<a href='/1'>Harga Beras Naik Lagi di Pasar Brebes</a><a href='/2'>Beranda</a>"
        "<a href='/3'>Harga Beras Naik Lagi di Pasar, kata dia.</a><a href='/4'>Lima menit lalu Harga Beras Naik</a>"
    )
    assert list(training.linked_titles(page)) == ["Harga Beras Naik Lagi di Pasar Brebes"]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("['a b', \"c 'd'\"]", "a b\nc 'd'"),
        ("['a b', 3]", "['a b', 3]"),
        ("['a b', 'c", "['a b', 'c"),
        ("[" * 9_000, "[" * 9_000),
        ("Harga ['a'] naik", "Harga ['a'] naik"),
    ],
)
def test_printed_lists_are_lines(text: str, lines: str) -> None:
    assert lines_of(text) == lines


def test_invitations_that_tell_no_end_are_left_out() -> None:
    found = []
    for title, after in [
        ("Harga Cabai Turun di Pasar", "dan harga bawang juga turun, kata dia."),
        ("Harga Cabai Turun. Warga Mengeluh", "Harga bawang juga turun, kata dia."),
        ("Harga Cabai Turun di Pasar,", "Harga bawang juga turun, kata dia."),
        ("Cabai Turun", "Harga bawang juga turun, kata dia."),
    ]:
        cleaned = CLEANER.clean_text(f"Harga beras naik di pasar kemarin.\nBaca juga: {title}\n{after}")
        found += list(examples_of(cleaned, "", ""))
    assert found == []


def test_a_title_is_put_between_sentences_in_every_way() -> None:
    sentences = [line for line in text_of(3).split("\n") if not line.startswith("Baca")] * 2
    chance = random.Random(0)
    seen = {gap for _, _, gap, _ in (placed("Harga Telur Turun", sentences, chance) for _ in range(200))}
    texts = [placed("Harga Telur Turun", sentences, chance) for _ in range(300)]
    assert seen == {" ", ""}
    assert any(not after for *_, after in texts) and any(after[:1].islower() for *_, after in texts)
    assert any(title == "Harga Telur Turu." for _, title, _, _ in texts)


def test_counts_tell_names_from_common_words() -> None:
    counts = WordCounts()
    for number in range(1, 60, 2):
        counts.add(text_of(number))
    lexicon = counts.lexicon(SMALL, 2, 2)
    assert lexicon.words[key_of("hadi")][0] == "5"  # hardly ever small
    assert lexicon.words[key_of("stok")][0] == "0"
    assert lexicon.words[key_of("pemerintah")][1] == "6"  # nearly always first
    assert int(lexicon.pairs[key_of("yusuf hadi")]) > int(lexicon.pairs.get(key_of("harga beras"), "0"))


def test_no_invitation_is_no_corpus() -> None:
    with pytest.raises(CleanerError, match="nothing to learn from"):
        training.collect(
            [Item("x", text="Harga beras naik.\nStok aman.")],
            CLEANER,
            OPTIONS,
            lambda message: None,
        )


def test_the_command_writes_a_model_and_tells_how_good_it_is(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus.jsonl"
    records = [{"id": str(n), "url": item.url, "text": item.text} for n, item in enumerate(items(30))]
    corpus.write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    out = tmp_path / "model.bin"
    done = CliRunner().invoke(cli, ["patterns", "train-title-end", str(corpus), "-o", str(out), "--folds", "3"])
    assert done.exit_code == 0, done.output
    assert "30 invitations of 3 sites" in done.output and "share exact early late" in done.output
    assert decode_model(out.read_bytes()).limits == training.Options().limits


@pytest.mark.parametrize("options", [[], ["--folds", "1"]])
def test_the_command_says_what_is_missing(options: list[str]) -> None:
    done = CliRunner().invoke(cli, ["patterns", "train-title-end", "x.jsonl", *options])
    assert done.exit_code == 2 and ("-o" in done.output or "--folds" in done.output)

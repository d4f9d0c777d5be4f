"""Writing fixtures and bringing their answers up to date: what a person decided in a case is kept."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from cleaner import Cleaner
from cleaner.batch.formats.base import Item
from cleaner.maintain import cases, fixtures
from tests.score import FIXTURES

PROSE = "Harga beras naik tajam pada pekan ini, kata para pedagang di pasar induk kepada wartawan."
TEXT = f"KONTAN.CO.ID - JAKARTA. {PROSE}\r\nBaca Juga: Harga Cabai Turun\r\n{PROSE}\r\nEditor: Rina Saputra"
URL = "https://www.kontan.co.id/news/1"
MORE = "Kenaikan itu terjadi sejak awal bulan karena pasokan dari sentra produksi berkurang, ujar seorang pedagang."
LAST = "Pemerintah daerah berjanji menggelar operasi pasar pada akhir pekan agar harga kembali terjangkau warga."
PAGE = f"""<html><head><title>Harga Beras</title></head><body><nav><a href="/">Beranda</a></nav><h1>Harga Beras</h1>
<article><p>{PROSE}</p><p>Baca Juga: <a href="/2">Harga Cabai Turun</a></p><p>{MORE}</p>
<p>{LAST}</p></article></body></html>"""
EVERY = cases.folders(FIXTURES)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "kontan.co.id" / "beras"
    fixtures.create(found, Item("a.txt", text=TEXT), url=URL)
    return found


def test_a_case_is_made_answered_and_then_as_written(folder: Path, cleaner: Cleaner) -> None:
    assert sorted(path.name for path in folder.iterdir()) == ["meta.toml", "raw.txt"]
    assert (folder / "raw.txt").read_bytes().decode() == TEXT
    asked = fixtures.ask(folder, cleaner)
    assert asked.is_new and asked.problems == ("clean.txt is not written yet", "removals.json is not written yet")
    fixtures.accept(asked)
    case = cases.load(folder)
    assert case.name == "kontan.co.id/beras"
    assert case.clean == cleaner.clean_text(TEXT, url=URL).text
    assert [piece.category for piece in case.pieces] == ["dateline", "related", "byline"]
    assert case.credits == {"place": ["JAKARTA"], "editor": ["Rina Saputra"]}
    again = fixtures.ask(folder, cleaner)
    assert not again.problems and list(fixtures.changes(again)) == []


def test_what_a_page_shows_around_its_body_is_furniture(tmp_path: Path, cleaner: Cleaner) -> None:
    folder = tmp_path / "contoh.example" / "halaman"
    fixtures.create(folder, Item("a.html", html=PAGE, url="https://contoh.example/1"))
    assert (folder / "raw.html").read_bytes() == PAGE.encode()
    fixtures.accept(fixtures.ask(folder, cleaner))
    case = cases.load(folder)
    assert case.flags == ()
    found = {piece.text: piece.category for piece in case.pieces}
    assert found["Beranda"] == cases.FURNITURE
    assert found["Baca Juga: Harga Cabai Turun"] == "related"


def test_a_refresh_keeps_what_a_person_decided(folder: Path, cleaner: Cleaner) -> None:
    fixtures.accept(fixtures.ask(folder, cleaner))
    file = folder / "removals.json"
    listed = json.loads(file.read_text("utf-8"))
    dateline, related, byline = listed["removals"]
    dateline["rule"], related["category"], byline["rule"] = "site/kontan.co.id", "title", "site/no-such-pack"
    del listed["credits"]["place"]
    file.write_text(json.dumps(listed), "utf-8")
    (folder / "clean.txt").write_text(f"{PROSE}\nSisa", "utf-8")
    asked = fixtures.ask(folder, cleaner)
    assert "clean.txt differs" in asked.problems
    assert any("expected rule site/no-such-pack" in problem for problem in asked.problems)
    shown = "\n".join(fixtures.changes(asked))
    assert "-Sisa" in shown and "-byline     Editor: Rina Saputra  [site/no-such-pack]" in shown
    fixtures.accept(asked)
    case = cases.load(folder)
    assert [(piece.category, piece.rules) for piece in case.pieces] == [
        ("dateline", ("site/kontan.co.id",)),
        ("title", ()),
        ("byline", ()),
    ]
    assert "place" not in case.credits
    assert not fixtures.ask(folder, cleaner).problems


def test_white_space_alone_is_told(folder: Path, cleaner: Cleaner) -> None:
    fixtures.accept(fixtures.ask(folder, cleaner))
    clean = (folder / "clean.txt").read_bytes()
    (folder / "clean.txt").write_bytes(clean.replace(b"\r\n", b"\n"))
    asked = fixtures.ask(folder, cleaner)
    assert asked.problems == ("clean.txt differs",)
    assert any("only white space" in line for line in fixtures.changes(asked))


def test_a_known_gap_is_written_by_hand(folder: Path, cleaner: Cleaner) -> None:
    with (folder / "meta.toml").open("a", encoding="utf-8") as meta:
        meta.write('known_gap = "a sentence that is clutter here"\n')
    with pytest.raises(cases.CaseError, match="is a known gap"):
        fixtures.accept(fixtures.ask(folder, cleaner))
    assert not (folder / "clean.txt").exists()


def test_a_case_that_is_there_is_not_written_over(folder: Path) -> None:
    with pytest.raises(cases.CaseError, match="is there already"):
        fixtures.create(folder, Item("b.txt", text="lain"))
    assert (folder / "raw.txt").read_bytes().decode() == TEXT


def test_one_document_of_several_is_named() -> None:
    items = [Item("a", id=1, text="a"), Item("b", id=2, text="b"), Item("c", id=2, text="c")]
    assert fixtures.pick(items, "1").where == "a"
    for wanted, message in (
        (None, "3 documents: a fixture is one"),
        ("2", "2 documents: all have"),
        ("3", "no document"),
    ):
        with pytest.raises(cases.CaseError, match=message):
            fixtures.pick(items, wanted)


@pytest.mark.parametrize("name", ["kontan.co.id/tabel-harga", "cnnindonesia.com/judul-tempel", "antaranews.com/kilat"])
def test_a_fixture_answered_afresh_holds(name: str, tmp_path: Path, cleaner: Cleaner) -> None:
    folder = tmp_path / name
    shutil.copytree(FIXTURES / name, folder)
    for answer in ("clean.txt", "removals.json"):
        (folder / answer).unlink()
    fixtures.accept(fixtures.ask(folder, cleaner))
    assert cases.load(folder).clean == cases.load(FIXTURES / name).clean
    assert not fixtures.ask(folder, cleaner).problems


def test_all_fixtures_are_as_written(cleaner: Cleaner) -> None:
    asked = [fixtures.ask(folder, cleaner) for folder in EVERY]
    assert [answer.folder for answer in asked if answer.problems and not answer.written.known_gap] == []
    assert len(asked) == len(EVERY) > 100

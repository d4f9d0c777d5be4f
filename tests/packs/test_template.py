"""Rules that are written once: templates, word lists and patterns with a name."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from cleaner.packs import words
from cleaner.packs.parse import parse_pack
from cleaner.packs.template import Library, filled, library
from cleaner.packs.words import alternatives, entries, word_files, word_list, words_of_all

HEAD = 'schema = 1\npack = "user/mine"\n'
SITE = """[site]
domains = ["kabarkita.id"]
names = ["KabarKita.id", "KABARKITA.ID", "Kabar Kita"]
"""


@pytest.fixture
def own_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(words, "builtin_dir", lambda: tmp_path)
    for cached in (words.word_list, words.words_of_all, words._languages):
        cached.cache_clear()
    yield tmp_path / "words"
    for cached in (words.word_list, words.words_of_all, words._languages):
        cached.cache_clear()


def test_a_template_makes_a_rule_with_examples_of_every_name() -> None:
    text = HEAD + SITE + 'templates = ["id/outlet-signature", "id/outlet-first", "id/city-first"]\n'
    pack, cases = parse_pack(text.encode(), "mine.toml", "user")
    assert [rule.id.partition("#")[2] for rule in pack.rules] == ["dateline", "dateline-city-first", "signature-1"]
    first, second, signature = pack.rules
    for written in ("KabarKita.id", "KABARKITA . ID", "kabarkita", "Kabar Kita"):
        assert re.match(first.match, f"{written}, Solo - Warga", re.IGNORECASE)
        assert re.match(signature.match, f"{written} - Warga", re.IGNORECASE)
    assert not re.match(first.match, "Kabar kami, Solo - Warga", re.IGNORECASE)
    assert second.keywords == ("KabarKita", "Kabar Kita")
    shapes = library().templates["id/outlet-first"]
    assert len(cases[0].example) == 2 * len(shapes["example"])  # the two names that differ in more than case
    assert {case.line for case in cases} == {6}


def test_an_entry_may_have_an_id_and_names_of_its_own() -> None:
    own = '[{ template = "id/outlet-first", id = "dateline-radar", names = ["Radar Kita"] }]'
    pack, _ = parse_pack((HEAD + SITE + f"templates = {own}\n").encode(), "mine.toml", "user")
    (rule,) = pack.rules
    assert rule.id == "user/mine#dateline-radar"
    assert re.match(rule.match, "RADARKITA - Warga", re.IGNORECASE)
    assert not re.match(rule.match, "Kabar Kita - Warga", re.IGNORECASE)


def test_of_names_that_begin_each_other_the_longest_is_tried_first() -> None:
    made = filled({"match": "^{names} "}, ["Kabar", "KabarKita"])
    assert made["match"] == "^(?:KabarKita|Kabar) "


def test_the_hash_of_a_pack_covers_what_it_uses_of_other_files() -> None:
    plain = (HEAD + SITE).encode()
    pack, _ = parse_pack(plain, "mine.toml", "user")
    assert pack.sha256 == hashlib.sha256(plain).hexdigest()
    text = HEAD + (
        '[[rule]]\nid = "x"\ncategory = "ad"\nscope = "line"\nmatch = \'^Iklan {id/towns}$\'\n'
        'example = ["Iklan Solo"]\ncounter = ["Iklan"]\n'
    )
    found = set()
    for source in (b"Solo\n", b"Solo\nKlaten\n"):
        shared = Library(patterns={"id/towns": alternatives(entries(source.decode()))}, sources={"id/towns": source})
        pack, _ = parse_pack(text.encode(), "mine.toml", "user", shared)
        found.add(pack.sha256)
    assert len(found) == 2
    assert pack.rules[0].match == "^Iklan (?:Klaten|Solo)$"


def test_a_keyword_may_name_a_list() -> None:
    text = HEAD + (
        '[[rule]]\nid = "x"\ncategory = "ad"\nscope = "span"\nmatch = \'{id/time-zones} -$\'\n'
        'keywords = ["{id/time-zones} -"]\nexample = ["Ia pulang. WIB -"]\ncounter = ["WIB"]\n'
    )
    pack, _ = parse_pack(text.encode(), "mine.toml", "user")
    assert pack.rules[0].keywords == tuple(f"{zone} -" for zone in word_list("id/time-zones"))


def test_a_language_is_added_by_adding_files(own_words: Path) -> None:
    for language, text in (("id", "# hari\nsenin\n\nminggu\n"), ("ms", "isnin\nminggu\n")):
        (own_words / language).mkdir(parents=True)
        (own_words / language / "days.txt").write_text(text, "utf-8")
    assert words_of_all("days") == ("senin", "minggu", "isnin")
    assert word_list("ms/days") == ("isnin", "minggu")
    with pytest.raises(KeyError):
        words_of_all("months")


def test_lists_hold_no_entry_twice() -> None:
    for path in word_files():
        found = list(entries(path.read_text("utf-8")))
        assert found, path
        assert len(found) == len(set(found)), path


def test_a_list_as_a_regex_stands_for_each_entry_and_nothing_else() -> None:
    regex = re.compile(alternatives(["Banda Aceh", "Banda", "a.b"]))
    for text, whole in (("Banda Aceh", True), ("BandaAceh", True), ("Banda", True), ("a.b", True), ("axb", False)):
        assert (regex.fullmatch(text) is not None) == whole
    assert re.compile(f"(?x) {regex.pattern}").fullmatch("Banda Aceh")

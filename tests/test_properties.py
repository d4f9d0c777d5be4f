"""The promises, for any text at all."""

from __future__ import annotations

import pickle
import random
import tomllib
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cleaner import Cleaned, Cleaner, CleanerError, restore
from cleaner.applied import program_of
from cleaner.audit import decode, encode, record, verify
from cleaner.core import clean_with
from cleaner.packs.load import load_with_cases

CLEANER = Cleaner()

SEEDS = sorted((Path(__file__).resolve().parent.parent / "seeds").glob("*.txt"))
SITES = [None, "kontan.co.id", "tribunnews.com", "tangselife.com", "ftnews.co.id", "wartabulukumba.pikiran-rakyat.com"]
LOADED = load_with_cases()
CLUTTER = [case.text for _, all_cases in LOADED for cases in all_cases for case in (*cases.example, *cases.counter)]

#: Lines as they come: clutter of every rule, prose, odd characters; joined by every kind of line break.
PROSE = st.sampled_from(
    [
        "Presiden mengatakan harga beras akan turun pada akhir bulan ini, kata dia kepada wartawan di Jakarta.",
        "“Kami sudah menyiapkan stok yang cukup,” ujar Menteri Perdagangan, Selasa (18/6/2024).",
        "Kunjungan Putin",
        "Harga cabai e\u0301 dan \U0001f336\ufe0f naik\u00a0tajam.",
        "Baca juga doa berikut sebelum tidur agar hati tenang.",
    ]
)
LINE = st.one_of(PROSE, st.sampled_from(CLUTTER), st.text(max_size=40), st.sampled_from(["", " ", "\u00a0", "\t"]))
BREAK = st.sampled_from(["\n", "\n\n", "\r\n", "\r", "\n\n\n", " ", "", "\u2028"])
TEXT = st.lists(st.tuples(LINE, BREAK), max_size=14).map(lambda parts: "".join(a + b for a, b in parts))
SITE = st.sampled_from(SITES)


def is_subsequence(part: str, whole: str) -> bool:
    letters = iter(whole)
    return all(letter in letters for letter in part)


def same(a: Cleaned, b: Cleaned) -> bool:
    return encode(record(a)) == encode(record(b)) and a.text == b.text


@given(TEXT, SITE)
@settings(max_examples=300, deadline=None)
def test_restore_is_exact(cleaner: Cleaner, text: str, site: str | None) -> None:
    cleaned = cleaner.clean_text(text, site=site)
    audit = decode(encode(record(cleaned)))
    assert restore(cleaned.text, audit) == text
    assert verify(audit, cleaned.text, text) == []
    ends = 0
    for removal in cleaned.removals:
        assert ends <= removal.start < removal.end
        assert text[removal.start : removal.end] == removal.text
        ends = removal.end
    assert is_subsequence(cleaned.text, text)


@given(TEXT, SITE)
@settings(max_examples=300, deadline=None)
def test_cleaning_is_idempotent(cleaner: Cleaner, text: str, site: str | None) -> None:
    first = cleaner.clean_text(text, site=site)
    again = cleaner.clean_text(first.text, site=first.site, url=None if first.site else "https://unknown.example/")
    assert again.text == first.text


@given(TEXT)
@settings(max_examples=100, deadline=None)
def test_some_body_is_always_left(cleaner: Cleaner, text: str) -> None:
    cleaned = cleaner.clean_text(text)
    assert bool(cleaned.text.strip()) == bool(text.strip())


@given(TEXT, st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_rule_order_does_not_matter(text: str, shuffle: random.Random) -> None:
    rules = [(rule, pack.layer) for pack, _ in LOADED if pack.layer in ("generic", "language") for rule in pack.rules]
    straight = clean_with(text, program_of(rules))
    shuffle.shuffle(rules)
    assert same(clean_with(text, program_of(rules)), straight)


@given(st.lists(st.tuples(TEXT, SITE), max_size=8), st.randoms(use_true_random=False))
@settings(max_examples=20, deadline=None)
def test_a_document_does_not_depend_on_others(
    cleaner: Cleaner, documents: list[tuple[str, str | None]], shuffle: random.Random
) -> None:
    fresh = Cleaner()
    straight = {doc: fresh.clean_text(doc[0], site=doc[1]) for doc in documents}
    shuffle.shuffle(documents)
    for doc in documents:  # by one that has cleaned whatever came before
        assert same(cleaner.clean_text(doc[0], site=doc[1]), straight[doc])


def _clean_all(cleaner: Cleaner) -> list[bytes]:
    return [encode(record(cleaner.clean_text(path.read_bytes().decode()))) for path in SEEDS]


def test_threads_and_processes_give_the_same_bytes(cleaner: Cleaner) -> None:
    straight = _clean_all(cleaner)
    with ThreadPoolExecutor(4) as threads:
        assert all(result == straight for result in threads.map(_clean_all, [cleaner] * 8))
    with ProcessPoolExecutor(2) as processes:
        assert all(result == straight for result in processes.map(_clean_all, [cleaner] * 4))


def test_a_pickled_cleaner_cleans_alike(cleaner: Cleaner) -> None:
    assert _clean_all(pickle.loads(pickle.dumps(cleaner))) == _clean_all(cleaner)


def test_a_pack_for_one_site_changes_nothing_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(
        """
schema = 1
pack = "user/contoh"
title = "Contoh"
source = "written for this test"
[site]
domains = ["contoh.example"]
[[rule]]
id = "contoh"
category = "other"
scope = "line"
match = '^Presiden'
example = ["Presiden datang."]
counter = ["Wakil Presiden datang."]
""",
        "utf-8",
    )
    plain, extended = Cleaner(), Cleaner(packs=[tmp_path])
    text = "Harga beras naik menurut pedagang di pasar induk, kata mereka.\nPresiden datang."
    assert extended.clean_text(text, url="https://contoh.example/1").text == text.partition("\n")[0]
    for path in SEEDS:
        raw = path.read_bytes().decode()
        for url in (None, "https://www.kontan.co.id/a", "https://lain.example/b"):
            assert same(plain.clean_text(raw, url=url), extended.clean_text(raw, url=url))
    assert same(plain.clean_text(text), extended.clean_text(text))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("abc\ud800def", "lone surrogate (U+D800) at offset 3"),
        (None, "must be a string, not None"),
        (b"abc", "must be a string, not bytes"),
    ],
)
def test_what_is_no_text_is_refused(cleaner: Cleaner, text: str, message: str) -> None:
    with pytest.raises(CleanerError) as caught:
        cleaner.clean_text(text)
    assert message in str(caught.value)


def test_unknown_names_are_refused() -> None:
    with pytest.raises(CleanerError, match="unknown category 'relatd'"):
        Cleaner(keep=["relatd"])
    with pytest.raises(CleanerError, match=r"unknown site 'nowhere\.example'"):
        Cleaner().clean_text("a", site="nowhere.example")


@pytest.mark.parametrize("text", ["", "\n", "\x00", "\r", "\ufeff", "a\x00b\nBaca Juga: \x00"])
def test_odd_texts(cleaner: Cleaner, text: str) -> None:
    cleaned = cleaner.clean_text(text)
    assert restore(cleaned.text, record(cleaned)) == text


def test_test_data_is_rich() -> None:
    assert len(CLUTTER) > 500
    assert tomllib  # the user pack above is read by the standard library


INSERTED = (
    "Baca juga: Harga Cabai Turun di Pasar Induk", "(Tribunnews.com, Budi)", "JAKARTA, KOMPAS.com - ", "Editor: Siti",
    "ADVERTISEMENT", "(Antara)", "[Gambas:Video 20detik]", "Liputan6.com, Jakarta - ", "KONTAN.CO.ID - ", "(abc/def)",
    "\u200b", "\xa0", "\t", "\n\n", "\r\n", "  ",
)  # fmt: skip
RAW_TEXTS = sorted(Path(__file__).parents[1].glob("fixtures/*/*/raw.txt"))


CHANGES = st.lists(st.tuples(st.sampled_from(("join", "flip", "insert", "drop")), st.integers()), max_size=4)


@given(st.sampled_from(RAW_TEXTS), CHANGES)
@settings(max_examples=150, deadline=None)
def test_a_mutilated_text_without_url_loses_nothing_more(path: Path, changes: list[tuple[str, int]]) -> None:
    """Lines joined, cases flipped, clutter of other sites and odd white space put in: cleaned once is cleaned."""
    text = path.read_bytes().decode()
    for kind, seed in changes:
        chosen = random.Random(seed)
        at = chosen.randint(0, len(text))
        if kind == "join":
            text = text[:at] + text[at:].replace("\n", chosen.choice(("", " ", "  ")), 1)
        elif kind == "flip":
            text = text[:at] + text[at : at + 40].swapcase() + text[at + 40 :]
        elif kind == "insert":
            text = text[:at] + chosen.choice(INSERTED) + text[at:]
        else:
            text = text[:at] + text[at + chosen.randint(1, 30) :]
    assume(text)
    result = CLEANER.clean_text(text)
    assert restore(result.text, result) == text
    if "not_settled" not in result.flags and result.text:
        assert CLEANER.clean_text(result.text).text == result.text

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from cleaner.extras import install
from cleaner.maintain.counting import Counted, Counter, joined
from cleaner.maintain.few import recurring
from cleaner.maintain.pieces import Piece
from cleaner.model import CleanerError

KINDS = ("line", "prefix", "suffix")


def by_name(found: Sequence[Counted]) -> dict[tuple[str, tuple[str, ...]], tuple[float, ...]]:
    return {
        (one.kind, one.key): (
            one.docs,
            one.open_docs,
            one.hits,
            *(round(share, 9) for share in (one.covered, one.edge, one.lined, one.closed, one.chars)),
        )
        for one in found
    }


def test_both_ways_of_counting_agree(corpus: Sequence[Piece]) -> None:
    with Counter() as counter:
        counter.add(corpus)
        out_of_core = [one for kind in KINDS for one in counter.counted(kind, 3)]
    assert len(out_of_core) > 40
    assert by_name(out_of_core) == by_name(recurring(corpus, 3).counted)


def test_sites_are_told(corpus: Sequence[Piece]) -> None:
    with Counter() as counter:
        counter.add(corpus)
        found = {one.key: one for one in counter.counted("prefix", 3)}
    label = found["kabar", "pilihan", "kami", ":"]
    assert (label.docs, label.sites, label.site, label.site_docs) == (18, 2, "kabarcontoh.com", 9)
    assert (label.covered, label.open_docs) == (0, 18)
    assert found["baca", "juga", ":"].covered > 0.6


def test_samples_come_from_both_sites_and_uncut_first(corpus: Sequence[Piece]) -> None:
    with Counter() as counter:
        counter.add(corpus)
        wanted = [one for one in counter.counted("prefix", 3) if one.key == ("kabar", "pilihan", "kami", ":")]
        samples = counter.samples(wanted)
        look_alikes = counter.look_alikes(wanted)
    (texts,) = samples.values()
    assert 2 <= len(texts) <= 6
    assert all(text.startswith("Kabar pilihan kami:") for text in texts)
    assert not look_alikes or all(not t.startswith("Kabar pilihan kami:") for ts in look_alikes.values() for t in ts)


def test_it_is_the_same_however_little_memory_there_is(corpus: Sequence[Piece]) -> None:
    results = []
    for memory, threads in (("1GB", 0), ("64MB", 1)):
        with Counter(memory, threads) as counter:
            for number in range(40):
                counter.add(
                    Piece(**{**{f: getattr(p, f) for f in p.__struct_fields__}, "doc": p.doc + 18 * number})
                    for p in corpus
                )
            results.append([one for kind in KINDS for one in counter.counted(kind, 3)])
    assert results[0] == results[1]


def test_the_longer_key_says_more_unless_the_shorter_is_a_label(corpus: Sequence[Piece]) -> None:
    kept = {(one.kind, one.key) for one in joined(recurring(corpus, 3).counted)}
    assert ("prefix", ("kabar",)) not in kept
    assert ("prefix", ("kabar", "pilihan", "kami", ":")) in kept


def test_without_duckdb_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(CleanerError, match=re.escape(install("mine"))):
        Counter()


@pytest.mark.parametrize("memory", ["lots", "-1GB", "1'; DROP TABLE pieces; --"])
def test_a_wrong_amount_of_memory_is_told(memory: str) -> None:
    with pytest.raises(CleanerError, match="memory limit"):
        Counter(memory)


def test_nothing_is_left_behind(corpus: Sequence[Piece], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with Counter() as counter:
        counter.add(corpus)
        assert list(counter.counted("line", 2))
    assert not list(tmp_path.iterdir())


def test_too_little_memory_is_told_in_words(corpus: Sequence[Piece]) -> None:
    with Counter("1MB", 1) as counter, pytest.raises(CleanerError, match="--memory"):
        for number in range(60):
            counter.add(
                Piece(**{**{f: getattr(p, f) for f in p.__struct_fields__}, "doc": p.doc + 18 * number}) for p in corpus
            )
        list(counter.counted("prefix", 2))

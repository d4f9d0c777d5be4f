from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from html_pages import LAST, LEAD, NEXT
from hypothesis import given
from hypothesis import strategies as st

from cleaner import Cleaner, CleanerError, audit, restore
from cleaner.html import visible
from cleaner.html.block_features import FEATURES, rows_of
from cleaner.html.block_sums import Stated
from cleaner.html.blocks import read_blocks
from cleaner.html.body_file import BODY_RULE, FORMAT, BodyFile, as_json, body_file, read_file
from cleaner.html.body_lines import lines_of
from cleaner.html.body_model import BodyModel, best_choice, body_model, name_tokens, with_neighbours
from cleaner.html.spec import PageSpec

MENU = "".join(f"<li><a href=/{name}>{name.title()}</a></li>" for name in "nasional ekonomi olahraga hiburan".split())
OTHERS = "".join(
    f"<div class=item><a href=/berita/{number}>Pedagang Pasar Nomor {number} Keluhkan Harga Sewa Kios</a></div>"
    for number in range(8)
)
MORE = (
    "Kepala dinas menambahkan bahwa pasokan dari daerah lain sudah di jalan dan akan tiba paling lambat lusa siang.",
    "Warga yang ditemui di pasar mengaku mengurangi belanja, sebab uang yang dibawa tidak lagi cukup untuk sebulan.",
    "Sejumlah pedagang memilih menutup kios lebih awal karena pembeli sepi sejak harga mulai naik dua pekan yang lalu.",
)
STORY = (LEAD, NEXT, *MORE, LAST)


def unknown_page() -> str:
    """A news page of no site that any pack knows."""
    paragraphs = "".join(f"<p>{line}</p>" for line in STORY)
    return (
        "<html><head><title>Harga Beras Naik</title><meta property=og:type content=article></head><body>"
        f"<header><nav class=main-menu><ul>{MENU}</ul></nav></header><main><article class=post>"
        f"<h1>Harga Beras Naik di Pasar Tradisional</h1><div class=post-body>{paragraphs}</div></article></main>"
        f"<aside class='sidebar related'><h3>Berita Terkait</h3>{OTHERS}</aside>"
        "<footer class=site-footer><ul><li><a href=/tentang>Tentang kami</a></li><li>Hak cipta 2031</li></ul>"
        "</footer></body></html>"
    )


def test_a_page_without_a_pack() -> None:
    page = unknown_page()
    found = Cleaner().clean_html(page)
    for line in STORY:
        assert line in found.text
    assert "Tentang kami" not in found.text
    assert "Keluhkan Harga Sewa" not in found.text
    assert "Nasional" not in found.text
    assert found.meta["body"] == "model"
    assert 0.8 <= float(found.meta["body_confidence"]) <= 1
    assert BODY_RULE in {removal.rule for removal in found.removals}
    assert body_file().sha256.startswith(found.packs[BODY_RULE])
    assert restore(found.text, audit.record(found, id=1, url=None)) == found.raw


def test_every_line_is_body_or_cut() -> None:
    found = Cleaner().clean_html(unknown_page(), detail="lines")
    blocks = read_blocks(visible.parse(unknown_page().encode()))
    assert blocks is not None
    assert found.raw.split("\n") == blocks.lines
    assert all(removal.path for removal in found.removals if removal.rule == BODY_RULE)


def test_trafilatura_on_request() -> None:
    found = Cleaner(extractor="trafilatura").clean_html(unknown_page())
    assert found.meta["body"] == "extractor"
    assert LEAD in found.text
    assert BODY_RULE not in found.packs
    with pytest.raises(CleanerError, match="unknown extractor 'x'; known: model, trafilatura"):
        Cleaner(extractor="x")  # type: ignore[arg-type]


def test_a_doubtful_choice_is_flagged() -> None:
    lines = [f"Butir {number} dari daftar yang panjang" for number in range(12)]
    page = "".join(f"<div><a href=/{n}>{line}</a> <span>{n} ribu</span></div>" for n, line in enumerate(lines))
    found = Cleaner().clean_html(f"<body>{page}</body>")
    assert found.status == "flagged"
    assert "unsure-body" in found.flags or found.meta["body_second"] == "agrees"


def test_the_next_list_and_a_heading_belong_to_the_choice() -> None:
    page = (
        "<p>Hasil balapan:</p><ul><li>Satu</li><li>Dua</li></ul><p>Tidak selesai:</p><ul><li>Tiga</li></ul>"
        "<h2>Klasemen</h2><p>Satu memimpin.</p><h2>Baca Lain</h2><div><a href=/x>Lima</a></div>"
    )
    blocks = read_blocks(visible.parse(page.encode()))
    assert blocks is not None
    chosen = {"Hasil balapan:", "Satu", "Dua", "Tidak selesai:", "Satu memimpin."}
    kept = with_neighbours(blocks, [line in chosen for line in blocks.lines], [150] * len(blocks.lines))
    left = [line for line, is_kept in zip(blocks.lines, kept, strict=True) if not is_kept]
    assert left == ["Baca Lain", "Lima"]


def test_features_have_a_name_each_and_are_whole_numbers() -> None:
    blocks = read_blocks(visible.parse(unknown_page().encode()))
    assert blocks is not None
    rows = rows_of(blocks, body_model().name_score, Stated(1, "Harga Beras Naik"))
    assert len(rows) == len(blocks.lines)
    assert all(len(row) == len(FEATURES) and all(type(value) is int for value in row) for row in rows)


def test_a_choice_repeats() -> None:
    blocks = read_blocks(visible.parse(unknown_page().encode()))
    assert blocks is not None
    fresh = BodyModel(body_file().weights)
    assert fresh.choose(blocks, Stated(1)) == fresh.choose(blocks, Stated(1)) == body_model().choose(blocks, Stated(1))


def expected_f1(words: list[int], chances: list[int], chosen: list[bool]) -> float:
    hit = sum(w * c for w, c, is_in in zip(words, chances, chosen, strict=True) if is_in)
    size = sum(w for w, is_in in zip(words, chosen, strict=True) if is_in) * 1000
    return 2 * hit / (size + sum(w * c for w, c in zip(words, chances, strict=True)))


@given(st.lists(st.tuples(st.integers(1, 30), st.integers(1, 1000)), min_size=1, max_size=8))
def test_the_best_choice_is_the_best_of_all(lines: list[tuple[int, int]]) -> None:
    words, chances = [w for w, _ in lines], [c for _, c in lines]
    kept, confidence = best_choice(words, chances)
    best = max(
        expected_f1(words, chances, [bool(number >> at & 1) for at in range(len(lines))])
        for number in range(1, 1 << len(lines))
    )
    assert expected_f1(words, chances, kept) == pytest.approx(best)
    assert confidence == pytest.approx(best * 1000, abs=1)


@pytest.mark.parametrize(
    ("names", "tokens"),
    [
        ("entry-content clearfix", ("entry", "content", "entry-content", "clearfix")),
        ("mainNav", ("main", "nav", "main-nav")),
        ("x", ()),
        ("a" * 80, ()),
    ],
)
def test_what_names_say(names: str, tokens: tuple[str, ...]) -> None:
    assert name_tokens(names) == tokens


def test_a_file_writes_as_it_reads() -> None:
    weights = body_file().weights
    data = as_json(weights)
    assert BodyFile(data, "x").weights == weights
    assert BodyFile(data, "x").sha256 == body_file().sha256
    assert len(data) < 600_000


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format": FORMAT + 1}, "a model of format 2"),
        ({"curve": []}, "its curve is empty"),
        ({"trees": [[1.5, 2]]}, "not a model of the body"),
        ({"extra": 1}, "not a model of the body"),
    ],
)
def test_a_damaged_file_is_named(change: dict[str, object], message: str) -> None:
    data = msgspec.json.encode({**msgspec.to_builtins(body_file().weights), **change})
    with pytest.raises(CleanerError, match=message) as raised:
        _ = BodyFile(data, "patterns/models/body.json").weights
    assert "patterns/models/body.json" in str(raised.value)


def test_a_model_for_other_features_is_refused() -> None:
    weights = body_file().weights
    with pytest.raises(CleanerError, match="other features"):
        BodyModel(msgspec.structs.replace(weights, features=weights.features[1:]))
    with pytest.raises(CleanerError, match="damaged"):
        BodyModel(msgspec.structs.replace(weights, trees=((0, 1),), stops=()))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CleanerError, match=r"none\.json: cannot read the model of the body"):
        read_file(tmp_path / "none.json")


OTHER = ("Pedagang Keluhkan Harga Sewa Kios", "Panen Raya Tiba Lebih Awal di Contoh, Petani Menunggu Harga...")
LINKED = "".join(f"<p><a href=/berita/{number}>{title}</a></p>" for number, title in enumerate(OTHER))


@pytest.mark.parametrize(
    ("above", "stays"),
    [
        ("<p>Baca Juga</p>", False),
        ("<p>Berita terkait:</p>", False),
        ("", True),
        ("<p>Baca juga doa ini sebelum tidur</p>", True),
    ],
)
def test_links_below_an_invitation_are_a_list_however_few(above: str, stays: bool) -> None:
    tree = visible.parse(f"<body><p>{LEAD}</p>{above}{LINKED}<p>{LAST}</p></body>".encode())
    blocks = read_blocks(tree)
    assert blocks is not None
    read = lines_of(blocks, [True] * len(blocks.lines), PageSpec(), BODY_RULE)
    standing = [line for start, end, owner in read.spans if owner is None for line in read.lines[start:end]]
    assert [line for line in OTHER if line in standing] == (list(OTHER) if stays else [])
    assert standing[0] == LEAD
    assert standing[-1] == LAST


PRICES = [("Beras Pandan", "Rp15.000"), ("Gula Aren", "Rp32.000"), ("Cabai Rawit", "Rp61.500"), ("Telur", "Rp29.100")]


@pytest.mark.parametrize(
    ("more", "whole"),
    [
        ("", True),
        ("<tr><td><a href=/harga>Harga lain</a></td></tr>", False),
        (f"<tr><td>{NEXT}</td></tr>", False),
    ],
)
def test_a_small_table_that_is_nearly_all_chosen_stays_whole(more: str, whole: bool) -> None:
    rows = "".join(f"<tr><td>{name}</td><td>{price}</td></tr>" for name, price in PRICES)
    table = f"<table><tr><td>PANGAN</td></tr>{rows}{more}</table>"
    blocks = read_blocks(visible.parse(f"<body><p>{LEAD}</p>{table}<p>{LAST}</p></body>".encode()))
    assert blocks is not None
    kept = [line != "PANGAN" for line in blocks.lines]
    found = with_neighbours(blocks, kept, [900 if is_kept else 0 for is_kept in kept])
    assert found[blocks.lines.index("PANGAN")] == whole


@pytest.mark.parametrize(
    ("last", "stays"),
    [
        ("<p>4. Petani menanam cabai</p>", True),
        ("<p>5. Petani menanam cabai</p>", False),
        ("<p>1. Petani menanam cabai</p>", False),
        ("<li>4. Petani menanam cabai</li>", False),
        ("<p><a href=/cabai>4. Petani menanam cabai</a></p>", False),
        ("<p>4.000 petani menanam cabai</p>", False),
    ],
)
def test_a_numbered_series_goes_on_far_from_the_choice(last: str, stays: bool) -> None:
    items = "".join(f"<p>{n}. Pedagang menata kios nomor {n}</p><div>Foto {n}</div>" for n in (1, 2, 3))
    blocks = read_blocks(
        visible.parse(f"<body><p>{LEAD}</p>{items}<div>Iklan</div><div>Iklan</div>{last}</body>".encode())
    )
    assert blocks is not None
    kept = [line == LEAD or "kios" in line for line in blocks.lines]
    found = with_neighbours(blocks, kept, [900 if is_kept else 0 for is_kept in kept])
    assert found == [*kept[:-1], stays]

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest

from cleaner import Cleaner
from cleaner.batch.formats.base import Item
from cleaner.fields import Fields
from cleaner.maintain.shapes import one_a_shape
from cleaner.maintain.skeleton import check_site, draft_pack, pack_lines, read_given
from cleaner.model import CleanerError
from cleaner.packs.write import Draft, checked

STORIES = (
    ("Pasar Cempaka Dibuka Lagi", "Pasar Cempaka dibuka lagi pada Senin pagi setelah atap bloknya diperbaiki.", "Jahe"),
    ("Jembatan Selesai Dirakit", "Jembatan gantung di desa itu selesai dirakit warga dalam waktu dua pekan.", "Cabai"),
    ("Festival Layangan Digelar", "Festival layangan digelar di pantai dan diikuti peserta dari banyak kota.", "Soto"),
)
MORE = "Warga berharap kegiatan semacam ini terus berlanjut, sebab manfaatnya langsung terasa bagi banyak keluarga."


def page(number: int, body: str = "isi-berita", extra: str = "") -> Item:
    title, lead, other = STORIES[number]
    html = (
        f'<html><head><title>{title} - Contoh</title><meta property="og:title" content="{title}">'
        f'<meta name="author" content="Rani Wulandari"></head><body><nav><a href="/">Beranda</a></nav>'
        f'<h1 class="judul">{title}</h1><span class="penulis">Rani Wulandari</span>'
        f'<time class="tanggal" datetime="2025-02-03">3 Februari 2025</time>'
        f'<div id="post-8123{number}" class="{body} css-1a2b{number}"><p>{lead}</p><p>{MORE}</p><p>Kabar pilihan kami: '
        f"Resep {other} Enak</p><p>{MORE} {lead}</p>{extra}</div><footer>Contoh 2025</footer></body></html>"
    )
    return Item(f"page{number}.html", html=html)


def text(number: int, opening: str = "") -> Item:
    _, lead, other = STORIES[number]
    return Item(
        f"text{number}.txt", text=f"{opening}{lead}\n{MORE}\nKabar pilihan kami: Resep {other} Enak\n{MORE} {lead}"
    )


def drafted(
    cleaner: Cleaner, given: Sequence[Item], site: str = "contohnews.id", layer: str = "user"
) -> dict[str, Any]:
    lines = list(pack_lines(draft_pack(site, layer, given, cleaner)))
    return tomllib.loads(checked(lines, "draft", layer).decode())


def test_pages_give_selectors_that_hold_on_all(cleaner: Cleaner) -> None:
    pack = drafted(cleaner, [page(0), page(1), page(2)])
    assert pack["html"]["body"] == ["div.isi-berita"]
    assert pack["html"]["title"] == ["h1.judul"]
    assert pack["html"]["author"] == ["span.penulis"]
    assert pack["html"]["published"] == ["time.tanggal"]
    assert "unverified" not in pack["site"]
    assert pack["source"] == "3 saved pages"


def test_one_page_proves_little(cleaner: Cleaner) -> None:
    assert drafted(cleaner, [page(0)])["site"]["unverified"] is True


def test_pages_that_disagree_give_no_body(cleaner: Cleaner) -> None:
    pack = drafted(cleaner, [page(0, "isi-satu"), page(1, "isi-dua")])
    assert "body" not in pack["html"]


def test_the_pack_is_found_by_url_and_finds_the_body(cleaner: Cleaner, tmp_path: Any) -> None:
    lines = list(pack_lines(draft_pack("contohnews.id", "user", [page(0), page(1)], cleaner)))
    (tmp_path / "contohnews.id.toml").write_bytes(checked(lines, "draft", "user"))
    other = page(2, extra="<p>Dapur Redaksi</p>")
    assert other.html is not None
    cleaned = Cleaner(packs=[tmp_path]).clean_html(other.html, url="https://www.contohnews.id/a")
    assert cleaned.site == "contohnews.id"
    assert any(removal.rule == "user/contohnews.id#html-body" for removal in cleaned.removals)
    assert STORIES[2][1] in cleaned.text


def test_what_recurs_becomes_a_rule_on_trial_with_examples(cleaner: Cleaner) -> None:
    for given in ([page(0), page(1), page(2)], [text(0), text(1), text(2)]):
        (rule,) = drafted(cleaner, given)["rule"]
        assert (rule["id"], rule["scope"], rule["status"]) == ("kabar-pilihan-kami", "line", "trial")
        assert len(rule["example"]) == 3
        assert rule["counter"]


@pytest.mark.parametrize(
    ("opening", "found"),
    [
        ("CONTOHNEWS.ID, Solo - ", "CONTOHNEWS.ID, Jepara Kota – Warga"),
        ("SOLO, Contoh News -- ", "KUDUS, Contoh News - Warga"),
        ("Contohnews (Solo): ", None),
        ("", None),
    ],
)
def test_the_name_of_the_outlet_makes_a_signature(cleaner: Cleaner, opening: str, found: str | None) -> None:
    import re

    pack = drafted(cleaner, [text(0, opening), text(1, opening), text(2, opening)])
    signatures = pack["site"].get("signatures", [])
    assert bool(signatures) == bool(found)
    if found:
        assert re.match(signatures[0], found, re.IGNORECASE)
        assert not re.match(signatures[0], "Menurut contohnews.id, harga naik.", re.IGNORECASE)


def test_what_is_cut_already_is_told_and_gets_no_rule(cleaner: Cleaner) -> None:
    given = [
        Item("a", text=f"{MORE}\nBaca Juga: Resep Soto\n{MORE}"),
        Item("b", text=f"{MORE}\nBaca Juga: Jahe\n{MORE}"),
    ]
    lines = list(pack_lines(draft_pack("contohnews.id", "user", given, cleaner)))
    assert any("language/id/related#invitation-line (2 of 2 documents)" in line for line in lines)
    assert "rule" not in tomllib.loads("\n".join(lines))


def test_a_pack_for_the_cleaner_itself(cleaner: Cleaner) -> None:
    assert drafted(cleaner, [text(0), text(1)], layer="site")["pack"] == "site/contohnews.id"


@pytest.mark.parametrize(
    ("site", "name"),
    [("www.Contohnews.ID", "contohnews.id"), ("https://news.contoh.co.id/", "news.contoh.co.id")],
)
def test_site_names(site: str, name: str) -> None:
    assert check_site(site) == name


@pytest.mark.parametrize("site", ["contoh", "contoh news.id", "../x.id", "-a.id", "", "a..id", "x.id/berita"])
def test_bad_site_names(site: str) -> None:
    with pytest.raises(CleanerError, match="is no site name"):
        check_site(site)


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.txt", b"", "a.txt"),
        ("a.txt", b" \n ", "holds no text"),
        ("a.txt", b"\x89PNG\x00\x01 abc", "binary"),
        ("a.html", b"", "a.html"),
        ("a.jsonl", b'{"text": 3}\n', "a.jsonl:1"),
        ("a.jsonl", b'{"text": "x"}\n{"text"\n', "a.jsonl:2"),
        ("a.jsonl", b'{"teks": "x"}\n', '"text"'),
        ("a.jsonl", b'{"text": "x"}\n' * 300, "patterns mine"),
        ("a.jsonl", b"\n", "no document"),
    ],
)
def test_bad_files_are_told(name: str, data: bytes, message: str, tmp_path: Any) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(CleanerError) as caught:
        read_given([str(tmp_path / name)], None, Fields())
    assert message in str(caught.value)


def test_what_is_of_one_shape_is_one_rule(cleaner: Cleaner) -> None:
    extra = "\n".join(
        [
            "Kabar pilihan kami - Cara Merawat Motor",
            *(f"Sahabat pembaca bisa simak di {place}" for place in ("Fesbuk", "Tuiter", "Instagrem")),
        ]
    )
    given = [Item(f"{number}.txt", text=f"{text(number).text}\n{extra}") for number in range(3)]
    pack = drafted(cleaner, given)
    rules = {rule["id"]: rule for rule in pack["rule"]}
    assert set(rules) == {"kabar-pilihan-kami", "sahabat-pembaca-bisa-simak-di"}
    assert set(rules["sahabat-pembaca-bisa-simak-di"]["example"]) == set(extra.split("\n")[1:])
    assert "Kabar pilihan kami - Cara Merawat Motor" in rules["kabar-pilihan-kami"]["example"]


def test_shapes_that_only_begin_with_the_same_word_stay_apart() -> None:
    def draft(id: str, match: str, example: str) -> Draft:
        return Draft(id, "other", "line", match, (example,), ("Warga pulang.",), comment=f"line '{id}'")

    found = [
        (("simak", "kabar", "kami"), draft("a", r"^simak\s+kabar\s+kami$", "Simak kabar kami")),
        (("simak", "berita", "lain"), draft("b", r"^simak\s+berita\s+lain$", "Simak berita lain")),
        (("kabar", "kami"), msgspec.structs.replace(draft("c", r"kabar\s+kami\s*$", "Simak kabar kami"), scope="span")),
    ]
    assert [one.id for one in one_a_shape(found)] == ["a", "b"]

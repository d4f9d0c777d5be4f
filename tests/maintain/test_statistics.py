from __future__ import annotations

from pathlib import Path

import pytest

from cleaner import Cleaner
from cleaner.audit import Record, record
from cleaner.maintain.reading import Doc
from cleaner.maintain.statistics import Stats, as_json, over_records, table
from cleaner.packs.load import load_packs

PROSE = "Harga beras naik tajam pada pekan ini, kata para pedagang di pasar induk kepada wartawan."
PACK = """
schema = 1
pack = "user/contohnews.id"
[site]
domains = ["contohnews.id"]
[[rule]]
id = "kabar"
category = "related"
scope = "line"
match = '^kabar\\s+pilihan\\s*:'
example = ["Kabar pilihan: Soto"]
counter = ["Kabar itu benar."]
[[rule]]
id = "kabar-again"
category = "related"
scope = "line"
match = '^kabar\\s+pilihan\\s*:\\s*\\S'
example = ["Kabar pilihan: Soto"]
counter = ["Kabar itu benar."]
[[rule]]
id = "never"
category = "other"
scope = "line"
match = '^tidak pernah ada$'
example = ["tidak pernah ada"]
counter = ["ada"]
[[rule]]
id = "on-trial"
category = "other"
scope = "line"
match = '^meja redaksi$'
status = "trial"
example = ["meja redaksi"]
counter = ["meja"]
"""
TEXTS = [
    ("https://contohnews.id/1", f"{PROSE}\nKabar pilihan: Soto\n{PROSE}\nmeja redaksi"),
    ("https://contohnews.id/2", f"{PROSE}\nKabar pilihan: Jahe\nKabar pilihan: Teh\n{PROSE}"),
    ("https://lain.example/3", f"{PROSE}\nBaca Juga: Harga Cabai Turun\n{PROSE}"),
    (None, PROSE),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "contohnews.id.toml").write_text(PACK, "utf-8")
    return tmp_path


def counted(folder: Path) -> Stats:
    cleaner = Cleaner(packs=[folder])
    stats = Stats(load_packs([folder]))
    for number, (url, text) in enumerate(TEXTS):
        cleaned = cleaner.clean_text(text, url=url)
        stats.add_doc(
            Doc(number, str(number), cleaned.site or (url or "").partition("//")[2].partition("/")[0], cleaned)
        )
    return stats


def test_hits_documents_sites_characters_withheld(folder: Path) -> None:
    stats = counted(folder)
    kabar = stats.rules["user/contohnews.id#kabar"]
    assert (kabar.hits, kabar.documents, len(kabar.sites), kabar.category) == (3, 2, 1, "related")
    assert kabar.chars == sum(len(f"Kabar pilihan: {word}\n") for word in ("Soto", "Jahe", "Teh"))
    assert stats.rules["user/contohnews.id#on-trial"].withheld == {"trial": 1}
    assert (stats.documents, len(stats.sites - {""})) == (4, 2)


def test_dead_shadowed_and_not_reached(folder: Path) -> None:
    stats = counted(folder)
    dead = stats.dead()
    assert "user/contohnews.id#never" in dead
    assert not {"user/contohnews.id#kabar", "user/contohnews.id#kabar-again", "user/contohnews.id#on-trial"} & set(dead)
    shadowed = {entry.rule: dict(entry.owners) for entry in stats.shadowed()}
    assert shadowed["user/contohnews.id#kabar-again"] == {"user/contohnews.id#kabar": 3}
    assert "user/contohnews.id#kabar" not in shadowed
    idle = stats.idle()
    assert "site/kontan.co.id" in idle
    assert "user/contohnews.id" not in idle
    assert not any(rule.startswith("site/kontan.co.id#") for rule in dead)


def test_page_furniture_shadows_nothing(cleaner: Cleaner) -> None:
    html = (
        f"<html><body><nav><a href='/'>Beranda</a></nav><article><p>{PROSE}</p><p>{PROSE}</p><p>{PROSE}</p></article>"
        "<aside><p>Baca Juga: Harga Cabai Turun</p></aside></body></html>"
    )
    stats = Stats(load_packs())
    stats.add_doc(Doc(0, "0", "", cleaner.clean_html(html)))
    assert not stats.shadowed()


def test_an_audit_gives_the_same_counts_without_shadows(folder: Path) -> None:
    cleaner = Cleaner(packs=[folder])
    from_audit = Stats(load_packs([folder]))
    records = [record(cleaner.clean_text(text, url=url), number, url) for number, (url, text) in enumerate(TEXTS)]
    over_records(from_audit, [*records, Record(status="error", error="broken")])
    whole = as_json(counted(folder), claims=True)
    audit = as_json(from_audit, claims=False)
    assert audit["rules"] == whole["rules"]
    assert audit["shadowed"] is None
    assert audit["failed"] == 1
    # What was shadowed looks dead when only the audit is there.
    assert set(whole["dead"]) | set(whole["shadowed"]) >= set(audit["dead"]) >= set(whole["dead"])


def test_the_table_tells_all_of_it(folder: Path) -> None:
    text = "\n".join(table(counted(folder), 1, claims=True))
    assert "4 documents, 2 sites" in text
    assert "more (--top)" in text
    assert "user/contohnews.id#kabar-again  (cut by user/contohnews.id#kabar 3)" in text
    assert "\n  user/contohnews.id#never" in text

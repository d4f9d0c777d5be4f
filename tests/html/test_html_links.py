"""Links in a story: what reads like the story stays, headlines of other stories go."""

from __future__ import annotations

import pytest
from html_pages import LAST, LEAD, NEXT, check, kept, page

from cleaner.html.page import read_page
from cleaner.html.spec import PageSpec

SENTENCE = "Kepala dinas menyatakan stok di gudang cukup untuk tiga bulan ke depan tanpa tambahan dari daerah lain"
HEADLINE = "Harga Cabai Rawit Turun di Pasar Induk Menjelang Panen Raya"
STAY = {
    "tag": f"<a href=/tag/stok>{SENTENCE}.</a>",
    "anchor": f"<a name=x>{SENTENCE}.</a>",
    "fragment": f"<a href='#sumber'>{SENTENCE}.</a>",
    "source": f"<a href=https://dinas.contoh.id/siaran>{SENTENCE}.</a>",
    "strong": f"<strong><a href=/tag/stok>{SENTENCE}.</a></strong>",
    "full stop outside": f"<a href=/tag/stok>{SENTENCE}</a>.",
    "quotation": f"<a href=/tag/stok>“{SENTENCE}.”</a>",
}
GO = {
    "headline": "<a href=/berita/harga-cabai-rawit-turun-di-pasar-induk>" + HEADLINE + "</a>",
    "address that tells nothing": f"<a href=/berita/12345>{HEADLINE} dan Pasar Lain di Kota</a>",
}


@pytest.mark.parametrize("spec", [PageSpec(), PageSpec(body=("div.read",))], ids=["unknown", "known"])
@pytest.mark.parametrize("inside", STAY.values(), ids=STAY)
def test_a_sentence_in_a_link_between_paragraphs_stays(inside: str, spec: PageSpec) -> None:
    read = read_page(page(f"<p>{LEAD}</p><p>{NEXT}</p><p>{inside}</p><p>{LAST}</p>"), spec)
    check(read)
    assert SENTENCE in kept(read)
    assert LAST in kept(read)


@pytest.mark.parametrize("inside", GO.values(), ids=GO)
def test_a_headline_in_a_link_between_paragraphs_goes(inside: str) -> None:
    # By the address the trained way knows it too; by its share of links alone, it stays there: it may be a sub-heading.
    told = "berita/harga" in inside
    for extractor in ("model", "trafilatura") if told else ("trafilatura",):
        read = read_page(
            page(f"<p>{LEAD}</p><p>{NEXT}</p><p>{inside}</p><p>{LAST}</p>"), PageSpec(), extractor=extractor
        )
        check(read)
        assert kept(read).split("\n") == [LEAD, NEXT, LAST]

"""Ends of headlines in running text: known ones, and those that must stay unknown."""

from __future__ import annotations

import pytest

from cleaner import Cleaner
from cleaner.engine.headline import title_end

LEAD = "Harga beras naik di pasar, kata Yusuf Hadi kemarin. Menurut Yusuf, stok Bulog cukup. Baca juga: "

#: headline, what follows it
KNOWN = [
    ("Harga Cabai di Pasar Induk Turun", " Menurut dia, panen raya segera tiba di Brebes."),
    ("Harga Cabai di Pasar Induk Turun", " Sementara itu, harga bawang masih tinggi di kota."),
    ("Harga Cabai di Pasar Induk Turun Lagi", "Namun harga bawang masih tinggi di kota."),
    ("Harga Cabai di Pasar Induk Turun Lagi", "Petani berharap harga pulih bulan depan di kota."),
    ("Daftar Lengkap Harga Cabai Tahun 2024", "Sebanyak dua kota mencatat kenaikan yang tajam."),
    ("Harga Cabai di Pasar Induk Turun", "  Gubernur Jawa Tengah mengatakan stok aman sampai lebaran."),
    ("Kenapa Harga Cabai di Pasar Induk Turun?", " Budi mengatakan panen raya segera tiba di Brebes."),
    ("Harga Cabai di Pasar Induk Turun", ' "Kami senang sekali," kata pedagang di sana.'),
    ("Harga Cabai di Pasar Induk Turun", '"Kami senang sekali," kata pedagang di sana.'),
    ("Harga Cabai di Pasar Induk Turun", " &quot;Kami senang,&quot; kata pedagang di sana."),
    ("Harga cabai di pasar induk turun", " Baca juga: Harga bawang naik tajam Menurut dia, panen tiba."),
    ("Harga cabai di pasar induk turun", " Pewarta: Ani Wijaya Editor: Budi"),
    ("Harga cabai rawit merah di pasar induk turun", " Namun harga bawang masih tinggi di kota."),
    ("Harga Cabai di Pasar Induk Turun", " 2. Kupas bawang lalu iris tipis sampai habis."),
    # a common word, which inside a sentence would be small
    ("Harga Cabai di Pasar Induk Turun", " Kenaikan harga bawang masih terjadi di kota."),
    ("Harga Cabai di Pasar Induk Turun", " Lokasinya berada di tepi jalan raya."),
    ("Harga Cabai di Pasar Induk Turun", " Mengawali pekan ini harga bawang naik."),
    # a name that was introduced before
    # A sentence that opens with some words and a comma.
    ("Harga Cabai Jatuh, Ini Kata Menteri Pertanian Amran", " Lebih lanjut, Yusuf menyebut panen raya segera tiba."),
    ("Harga Cabai Jatuh, Ini Kata Menteri Pertanian Amran", " Oleh karena itu, Bulog membeli semua cabai petani."),
    ("Harga Cabai Jatuh di Pasar Induk Rp 15.637 Per Kilogram", " Menurutnya, pasanganBudi tetap memasok cabai."),
    (
        "Sering Dikira Merek Asing, Siapa Pemilik Toko Ini?",
        " Merek &amp;ldquo;dipaksa&amp;rdquo; hadir kapan pun di kota.",
    ),
    # A word glued to the name of a unit; a prayer behind the headline.
    ("Video WhatsApp Status Dibatasi 15 Detik", "Beberapa waktu lalu harga bawang masih tinggi di kota."),
    ("Doa Puasa Senin Kamis Menurut Ulama", "Niat Puasa Ayyamul Bidh \u0646\u0648\u064a\u062a"),
    ("Harga Cabai di Pasar Induk Ikut Terkoreksi 5 Persen", " Saat ini Yusuf mengelola tiga gudang."),
    ("Harga Cabai di Pasar Induk Ikut Terkoreksi Persen", " Yusuf menambahkan bahwa panen segera tiba."),
]

#: what follows the invitation; nothing tells where the headline ends
UNKNOWN = [
    "Harga Cabai Turun Tajam Kata Ahmad Bawang Ikut Turun Tajam Sekali Semua Petani Menteri Agus menjelaskan stok.",
    "Harga Cabai Turun Kepala Dinas Yusuf mengatakan stok aman sampai lebaran tahun depan di semua kota besar.",
    "Menteri Yusuf Soal Harga dan Yusuf mengatakan stok aman sampai lebaran tahun depan di semua kota.",
    "Naik lagi kemarin di kota, warga mengeluh karena harga tidak pernah turun sejak awal tahun ini, kata Rina.",
]


@pytest.mark.parametrize(("headline", "behind"), KNOWN)
def test_end_is_known(headline: str, behind: str) -> None:
    text = LEAD + headline + behind
    assert title_end(text, len(LEAD)) == len(LEAD + headline)


@pytest.mark.parametrize("behind", UNKNOWN)
def test_end_is_unknown(behind: str) -> None:
    text = LEAD + behind + " " + "Kalimat lain menutup berita ini dengan tenang. " * 6
    assert title_end(text.rstrip(), len(LEAD)) is None


def test_names_with_capitals_inside_do_not_end_a_headline() -> None:
    headline = "Cara Simpan Video TikTok dan YouTube di Ponsel"
    text = LEAD + headline + " Menurut dia, caranya mudah sekali bagi semua orang."
    assert title_end(text, len(LEAD)) == len(LEAD + headline)


def test_a_name_takes_the_word_that_is_small_elsewhere() -> None:
    lead = "Bek itu, Virgil van Damar, cedera. Ia absen lama. Baca juga: "
    headline = "10 Ucapan Hari Ibu yang Menyentuh Hati"
    text = f"{lead}{headline} Van Damar tetap menonton dari tribun."
    assert title_end(text, len(lead)) == len(lead + headline)


def test_a_sentence_at_the_end_of_the_line_is_no_headline() -> None:
    text = LEAD + "Harga Cabai Turun Petani di Brebes mengeluh karena harga turun sejak 2013."
    assert title_end(text, len(LEAD)) is None


def test_a_line_that_introduces_a_list_is_no_headline() -> None:
    text = LEAD + "Harga Cabai Turun Dua kegiatan lain bersinggungan dengan acara itu sebagai berikut:"
    assert title_end(text, len(LEAD)) is None


@pytest.mark.parametrize(
    "rest",
    [
        "Harga Cabai Turun  Pengguna lain memuji “semoga istikamah.”* (ANI)",
        "Harga Cabai Turun Lagi Warga berkata, “Kami senang,” lalu tertawa",
    ],
)
def test_prose_behind_a_headline_at_the_end_stays(rest: str) -> None:
    text = LEAD + rest
    end = title_end(text, len(LEAD))
    assert end is None or end <= len(LEAD) + len("Harga Cabai Turun Lagi")


def test_a_sentence_between_two_invitations_stays() -> None:
    text = (
        "Stok beras cukup. Baca juga: Harga Cabai Turun Tajam Ria Prameswari mengatakan panen tiba di Brebes. "
        "Baca juga: Harga Bawang Naik Menurut dia, semua aman."
    )
    cleaned = Cleaner().clean_text(text)
    assert "Ria Prameswari mengatakan panen tiba di Brebes." in cleaned.text
    assert "Harga Bawang" not in cleaned.text


def test_unknown_end_is_withheld_and_recorded() -> None:
    text = LEAD + UNKNOWN[1] + " " + "Kalimat lain menutup berita ini dengan tenang. " * 6
    cleaned = Cleaner().clean_text(text.rstrip())
    assert [w.why for w in cleaned.withheld] == ["title_end"]

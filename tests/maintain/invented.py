"""An invented corpus: two sites with conventions of their own, with and without line breaks."""

from __future__ import annotations

TOWNS = ("Solo", "Klaten", "Bantul", "Sleman", "Kudus", "Jepara")
TITLES = (
    "Resep Wedang Jahe",
    "Tiga Cara Menanam Cabai",
    "Warung Soto Dini Hari",
    "Jadwal Kereta Pagi",
    "Pasar Ikan Baru",
    "Taman Kota Ramai",
)
SITES = ("contohnews.id", "kabarcontoh.com")


def article(number: int) -> str:
    town, title = TOWNS[number % 6], TITLES[(number + number // 6) % 6]
    return (
        f"Warga {town} bergotong royong membersihkan sungai pada hari ke-{number} musim hujan, kata ketua kampung.\n"
        f"Kabar pilihan kami: {title}\n"
        f"Kegiatan itu diikuti {10 + number} keluarga dan akan diulang bulan depan, demikian keterangan panitia.\n"
        f"Baca Juga: {title}\n"
        f"Dapur Redaksi | Meja {number}\n"
    )


def flat(number: int) -> str:
    return " ".join(article(number).split("\n")).replace("Baca Juga", ". Baca Juga") * 2

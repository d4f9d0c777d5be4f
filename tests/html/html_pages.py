"""Small pages for the tests of the page room."""

from __future__ import annotations

from cleaner.html.page import Page

LEAD = "Harga beras di sejumlah pasar tradisional naik sejak awal pekan karena pasokan dari petani terlambat datang."
NEXT = "Menurut pedagang, kenaikan harga itu sudah terasa sejak akhir bulan lalu dan belum ada tanda akan turun lagi."
LAST = "Pemerintah daerah berjanji menggelar operasi pasar pada akhir pekan ini agar harga kembali terjangkau warga."


def page(body: str, head: str = "") -> str:
    """A page with a menu, a body and a footer."""
    return (
        f"<html><head><title>Judul</title>{head}</head><body>"
        "<div class=menu><a href=/>Beranda</a><a href=/n>Nasional</a>"
        f"</div><div class=wrap><h1>Harga Beras Naik</h1><div class=read>{body}</div>"
        "<div class='box terkait'><h3>Berita Terkait</h3><ul><li><a href=1>Harga Cabai Turun di Pasar Induk</a></li>"
        "<li><a href=2>Petani Menunggu Musim Panen Raya</a></li></ul></div></div>"
        "<footer>Hak cipta 2024 Contoh Media</footer></body></html>"
    )


def story() -> str:
    """Three paragraphs."""
    return f"<p>{LEAD}</p><p>{NEXT}</p><p>{LAST}</p>"


def kept(read: Page) -> str:
    """What the whole-line cuts leave."""
    parts = []
    at = 0
    for cut in read.precuts:
        parts.append(read.raw[at : cut.start])
        at = cut.end
    parts.append(read.raw[at:])
    return "".join(parts).rstrip("\n")


def check(read: Page) -> None:
    """The promises that hold for every page."""
    at = 0
    total = len(read.raw)
    assert read.raw == "\n".join(read.raw.split("\n"))
    for cut in read.precuts:
        assert at <= cut.start < cut.end <= total
        assert cut.start == 0 or read.raw[cut.start - 1] == "\n"
        assert cut.end == total or read.raw[cut.end - 1] == "\n"
        assert cut.rule
        assert cut.category
        at = cut.end
    for line in read.raw.split("\n") if read.raw else ():
        assert line == " ".join(line.split())
        assert line

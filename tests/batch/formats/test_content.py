"""What is no text is told, and every text is taken for one."""

import gzip
import io
import random
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.batch.formats.content import HEAD, not_text


def zipped() -> bytes:
    out = io.BytesIO()
    zipfile.ZipFile(out, "w").writestr("a.txt", "a")
    return out.getvalue()


NOISE = random.Random(7).randbytes(3 * HEAD)
OTHERS = {
    "gzip": (gzip.compress(b"a"), "gzip data"),
    "zip": (zipped(), "a ZIP archive"),
    "pdf": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "a PDF document"),
    "jpeg": (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00", "a JPEG image"),
    "webp": (b"RIFF\x24\x00\x00\x00WEBPVP8 ", "a WebP image"),
    "video": (b"\x00\x00\x00\x18ftypmp42\x00\x00", "a video"),
    "tar": (b"a.txt".ljust(257, b"\0") + b"ustar\x0000", "a tar archive"),
    "parquet": (b"PAR1\x15\x04\x15", "a Parquet file"),
    "warc": (b"WARC/1.0\r\nWARC-Type: response\r\n", "a WARC file"),
    "rtf": (b"{\\rtf1\\ansi Harga beras naik.}", "an RTF document"),
    "bitmap": (b"BM" + bytes(54) + b"\xff\x00\x80" * 99, "binary data"),
    "noise": (NOISE, "binary data"),
    "a little noise": (NOISE[:300], "binary data"),
    "zeros": (bytes(200), "binary data"),
}


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_no_text(name: str) -> None:
    data, wanted = OTHERS[name]
    assert (not_text(data[:HEAD]) or "").startswith(wanted)


PROSE = "Harga beras naik tajam pada pekan ini, kata para pedagang di “Pasar Induk” – Rp 14.200 é.\r\n\t"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be", "windows-1252", "utf-8-sig"])
@pytest.mark.parametrize(
    "start", ["", "BM", "MZ adalah", "GIF89a ialah", "PAR1 ", "ID3 ", "BZh91", "PK", "ftyp", "%PDF"]
)
def test_texts_of_any_encoding_are_texts(encoding: str, start: str) -> None:
    text = start + PROSE
    assert not_text(text.encode(encoding)) is None
    assert not_text((text * 99).encode(encoding)[:HEAD]) is None


@pytest.mark.parametrize(
    ("encoding", "text"),
    [("shift_jis", "価格が上昇した。"), ("gb18030", "价格上涨了。"), ("iso2022_jp", "価格が上昇した。")],
)
def test_texts_of_other_scripts_are_texts(encoding: str, text: str) -> None:
    assert not_text((text * 999).encode(encoding)[:HEAD]) is None


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1))
@settings(max_examples=300)
def test_any_text_is_a_text(text: str) -> None:
    found = not_text(text.encode()[:HEAD])
    assert found is None or text.startswith(("%PDF-", "{\\rtf", "WARC/"))

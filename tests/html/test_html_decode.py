from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.html.decode import decode

TEXT = "<p>Harga “beras” naik – kata Menteri Café</p>"


@pytest.mark.parametrize(
    ("data", "charset", "encoding", "source"),
    [
        (TEXT.encode("utf-8-sig"), None, "utf-8", "bom"),
        (b"\xff\xfe" + TEXT.encode("utf-16-le"), "utf-8", "utf-16-le", "bom"),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), None, "utf-16-be", "bom"),
        (TEXT.encode("utf-32"), None, "utf-32-le", "bom"),
        (TEXT.encode("utf-16-le"), None, "utf-16-le", "detected"),
        (TEXT.encode(), "UTF-8", "utf-8", "http"),
        (b'<meta charset="utf-8">' + TEXT.encode(), None, "utf-8", "meta"),
        (TEXT.encode(), None, "utf-8", "valid-utf-8"),
        (b"<meta charset=iso-8859-1>" + TEXT.encode(), None, "utf-8", "valid-utf-8"),
        (b"<meta charset=utf-8>" + TEXT.encode(), "iso-8859-1", "utf-8", "valid-utf-8"),
        (TEXT.encode("windows-1252"), "iso-8859-1", "windows-1252", "http"),
        (b"<meta charset=windows-1252>" + TEXT.encode("windows-1252"), None, "windows-1252", "meta"),
    ],
)
def test_order_of_evidence(data: bytes, charset: str | None, encoding: str, source: str) -> None:
    found = decode(data, charset)
    assert (found.encoding, found.source, found.undecodable) == (encoding, source, 0)
    assert found.text.endswith(TEXT)


def test_contradictory_labels_without_other_evidence() -> None:
    found = decode(b"<meta charset=utf-8>" + TEXT.encode("windows-1252"))
    assert found.text.endswith(TEXT)
    assert found.source in ("detected", "fallback")


def test_damaged_utf8_is_still_utf8_and_counted() -> None:
    data = ("é" * 50).encode() + b"\xff\xfe\xfa" + "–".encode()[:-1]
    found = decode(data, "utf-8")
    assert found.encoding == "utf-8"
    assert found.text.startswith("é" * 50)
    assert found.undecodable >= 3


def test_replacement_characters_of_the_page_are_not_counted() -> None:
    assert decode("a \ufffd b".encode()).undecodable == 0
    assert decode("é \ufffd b".encode() + b"\xff").undecodable == 1


@pytest.mark.parametrize(
    "label", ["zlib_codec", "base64", "rot13", "undefined", "idna", "no-such", "x" * 90, "\x00", "é"]
)
def test_labels_that_are_no_encoding(label: str) -> None:
    assert decode(TEXT.encode(), label).text == TEXT


@given(st.binary(max_size=400), st.none() | st.text(max_size=12))
def test_never_raises(data: bytes, charset: str | None) -> None:
    found = decode(data, charset)
    assert isinstance(found.text, str)
    assert found.undecodable >= 0


@given(st.text())
def test_valid_utf8_comes_back(text: str) -> None:
    data = text.encode("utf-8", "ignore")
    if not data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")) and b"\x00" not in data:
        assert decode(data).text == data.decode()


def test_texts_do_not_pay_for_the_libraries_of_pages() -> None:
    code = "import sys, cleaner.html.decode; print({'bs4', 'lxml', 'selectolax', 'trafilatura'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=True, capture_output=True).stdout == b"set()\n"

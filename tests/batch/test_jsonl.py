"""Records one by one: the short way and the slow way agree, and whatever comes in, one line and one record go out."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner import Cleaner, restore
from cleaner.audit import decode, encode
from cleaner.batch.formats.base import Fields
from cleaner.batch.jsonl import LineCleaner, Options
from cleaner.batch.sources import decode_text

PROSE = "Harga beras naik tajam pada pekan ini, kata para pedagang di pasar induk kepada wartawan."
JAPANESE = "価格が上昇した。市場の関係者が語った。" * 9
TEXT = st.lists(
    st.sampled_from([PROSE, "Baca Juga: Harga Cabai Turun", "KONTAN.CO.ID - " + PROSE, "", "é“\U0001f336"])
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    max_size=5,
).map("\n".join)
VALUE = TEXT | st.integers() | st.none() | st.lists(st.text(max_size=3), max_size=2) | st.floats()
RECORD = st.dictionaries(st.sampled_from(["id", "url", "text", "date", "x", "raw"]), VALUE, max_size=6)


class Slow(LineCleaner):
    """The same without the short way."""

    def __init__(self, cleaner: Cleaner) -> None:
        super().__init__(cleaner, Options())
        self._decode = None


@given(RECORD, st.booleans())
@settings(max_examples=300, deadline=None)
def test_both_ways_agree_and_restore(cleaner: Cleaner, record: dict[str, object], ascii_only: bool) -> None:
    line = json.dumps(record, ensure_ascii=ascii_only).encode() + b"\n"
    out, found = LineCleaner(cleaner, Options())(line, "x:", 1)
    slow_out, slow_found = Slow(cleaner)(line, "x:", 1)
    assert (out, encode(found)) == (slow_out, encode(slow_found))
    assert out.count(b"\n") == 1
    after = json.loads(out)
    if found.error is None:
        assert restore(after["text"], decode(encode(found))) == record["text"]
        assert repr({**after, "text": ""}) == repr({**record, "text": ""})
    else:
        assert found.status == "error"
        assert after["text"] is None
        assert after["error"] == found.error
        assert found.error.startswith("x:1: ")
        assert {name: repr(value) for name, value in record.items() if name != "text"}.items() <= {
            name: repr(value) for name, value in after.items()
        }.items()


@given(st.binary(max_size=60))
@settings(max_examples=300, deadline=None)
def test_any_bytes_give_one_line_and_one_record(cleaner: Cleaner, data: bytes) -> None:
    out, found = LineCleaner(cleaner, Options())(data.replace(b"\n", b" "), "x:", 1)
    assert out.count(b"\n") == 1
    assert found.status in ("ok", "untouched", "flagged", "error")
    decode(encode(found))
    if found.status == "error":
        assert json.loads(out)["text"] is None


def test_a_crash_in_the_engine_costs_one_record() -> None:
    class Crashing:
        def clean_text(self, text: str, *_: object, **__: object) -> None:
            raise ZeroDivisionError("oops")

    clean = LineCleaner(Crashing(), Options())  # type: ignore[arg-type]
    out, found = clean(b'{"id": 7, "text": "a"}\n', "x:", 3)
    assert found.error == "x:3: failed: ZeroDivisionError: oops"
    assert out == b'{"id": 7, "text": null,"error":"x:3: failed: ZeroDivisionError: oops"}\n'


def test_a_date_goes_to_the_audit(cleaner: Cleaner) -> None:
    clean = LineCleaner(cleaner, Options(Fields(date="published")))
    for text in (PROSE, f"{PROSE}\nBaca Juga: Harga Cabai Turun"):
        _, found = clean(json.dumps({"text": text, "published": "2024-06-19"}).encode(), "x:", 1)
        assert found.meta["date"] == "2024-06-19"


@pytest.mark.parametrize(
    ("data", "text", "encoding"),
    [
        (PROSE.encode(), PROSE, None),
        (b"a\r\nb\rc\n\n", "a\r\nb\rc\n\n", None),
        ("“é”".encode(), "“é”", None),
        ("Kafé – “ñ” dan ×".encode("cp1252") + PROSE.encode(), "Kafé – “ñ” dan ×" + PROSE, "windows-1252"),
        ("“é”".encode("utf-16"), "“é”", "utf-16-le"),
        (PROSE.encode("utf-16-be"), PROSE, "utf-16-be"),
        ("“é” é é é ".encode() + b"\xff" + PROSE.encode(), "“é” é é é \ufffd" + PROSE, "utf-8"),
        (
            "価格が上昇した。市場の関係者が語った。".encode("shift_jis") * 9,
            "価格が上昇した。市場の関係者が語った。" * 9,
            "cp932",
        ),
    ],
)
def test_decoding(data: bytes, text: str, encoding: str | None) -> None:
    decoded = decode_text(data)
    assert decoded.text == text
    assert decoded.meta.get("encoding") == encoding

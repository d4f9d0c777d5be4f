"""Records one by one: the short way and the slow way agree, and whatever comes in, one line and one record go out."""

from __future__ import annotations

import io
import json
from typing import BinaryIO, NoReturn

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner import Cleaner, restore
from cleaner.audit import Record, decode, encode
from cleaner.batch.document import DocumentCleaner, Options
from cleaner.batch.encoding import decode_text
from cleaner.batch.formats.jsonl import JsonlReader, JsonlWriter
from cleaner.fields import Fields

PROSE = "Harga beras naik tajam pada pekan ini, kata para pedagang di pasar induk kepada wartawan."
JAPANESE = "価格が上昇した。市場の関係者が語った。" * 9
TEXT = st.lists(
    st.sampled_from([PROSE, "Baca Juga: Harga Cabai Turun", "KONTAN.CO.ID - " + PROSE, "", "é“\U0001f336"])
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    max_size=5,
).map("\n".join)
VALUE = TEXT | st.integers() | st.none() | st.lists(st.text(max_size=3), max_size=2) | st.floats()
PAGE = (
    st.lists(
        st.sampled_from(
            [
                f"<p>{PROSE}</p>",
                '<p class="baca"><strong>Baca Juga:</strong> <a href="/x">Harga Cabai Turun</a></p>',
                f"<article><h1>Harga Naik</h1><p>{PROSE}</p></article>",
                "<title>Harga Naik &#x1F336;</title>",
                "<div>\t\x0b\x00</div>\r\n",
                "é“\U0001f336",
            ]
        )
        | st.text(max_size=20),  # lone surrogates among them
        max_size=6,
    ).map("".join)
    | VALUE
)
RECORD = st.dictionaries(st.sampled_from(["id", "url", "text", "date", "x", "raw"]), VALUE, max_size=6)


class Careful(JsonlReader):
    """The same without the short way."""

    def __init__(self, stream: BinaryIO, name: str, fields: Fields) -> None:
        super().__init__(stream, name, fields)
        self._decode = None


class LineCleaner:
    """A line in, a line and a record out."""

    def __init__(
        self, cleaner: Cleaner, options: Options | None = None, reader: type[JsonlReader] = JsonlReader
    ) -> None:
        self.options = options or Options()
        self.clean = DocumentCleaner(cleaner, self.options)
        self.reader = reader

    def __call__(self, line: bytes, name: str, number: int) -> tuple[bytes, Record]:
        out = io.BytesIO()
        fields = self.options.fields
        item = self.reader(io.BytesIO(), name, fields).item(number, line)
        result, record = self.clean(item)
        JsonlWriter(out, fields, self.options.keep_html).write(item, result)
        return out.getvalue(), record


@given(RECORD, st.booleans())
@settings(max_examples=300, deadline=None)
def test_both_ways_agree_and_restore(cleaner: Cleaner, record: dict[str, object], ascii_only: bool) -> None:
    line = json.dumps(record, ensure_ascii=ascii_only).encode() + b"\n"
    out, found = LineCleaner(cleaner)(line, "x", 1)
    slow_out, slow_found = LineCleaner(cleaner, reader=Careful)(line, "x", 1)
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


@given(
    st.dictionaries(st.sampled_from(["id", "url", "text", "title", "x"]), VALUE, max_size=4),
    PAGE,
    st.integers(0, 4),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
@settings(max_examples=300, deadline=None)
def test_both_ways_agree_on_pages(
    cleaner: Cleaner,
    others: dict[str, object],
    page: object,
    place: int,
    keep_html: bool,
    ascii_only: bool,
    doubled: bool,
) -> None:
    members = list(others.items())
    members.insert(place, ("html", page))
    if doubled:
        members.insert(0, ("html", "<p>Another page</p>"))
    parts = [f"{json.dumps(name)}: {json.dumps(value, ensure_ascii=ascii_only)}" for name, value in members]
    line = f"{{{', '.join(parts)}}}\n".encode("utf-8", "surrogatepass")
    options = Options(keep_html=keep_html)
    out, found = LineCleaner(cleaner, options)(line, "x", 1)
    slow_out, slow_found = LineCleaner(cleaner, options, Careful)(line, "x", 1)
    assert (out, encode(found)) == (slow_out, encode(slow_found))
    after = json.loads(out)
    if found.error is None and page is not None:
        assert ("html" in after) == keep_html
        assert "title" not in others or repr(after["title"]) == repr(others["title"])


def test_a_page_takes_the_short_way(cleaner: Cleaner) -> None:
    class Short(JsonlReader):
        def _carefully(self, line: bytes, where: str) -> NoReturn:
            raise AssertionError(where)

    page = f'<html><body><article><p>{PROSE}</p>\n<p>Kata "{PROSE}"</p></article></body></html>'
    line = json.dumps({"id": 1, "html": page, "text": "old", "x": [1.0]}).encode()
    out, found = LineCleaner(cleaner, reader=Short)(line, "x", 1)
    assert json.loads(out) == {"id": 1, "text": f'{PROSE}\nKata "{PROSE}"', "x": [1.0]}
    assert found.status != "error"


@given(st.binary(max_size=60))
@settings(max_examples=300, deadline=None)
def test_any_bytes_give_one_line_and_one_record(cleaner: Cleaner, data: bytes) -> None:
    out, found = LineCleaner(cleaner, Options())(data.replace(b"\n", b" "), "x", 1)
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
    out, found = clean(b'{"id": 7, "text": "a"}\n', "x", 3)
    assert found.error == "x:3: failed: ZeroDivisionError: oops"
    assert out == b'{"id": 7, "text": null,"error":"x:3: failed: ZeroDivisionError: oops"}\n'


def test_a_date_goes_to_the_audit(cleaner: Cleaner) -> None:
    clean = LineCleaner(cleaner, Options(Fields(date="published")))
    for text in (PROSE, f"{PROSE}\nBaca Juga: Harga Cabai Turun"):
        _, found = clean(json.dumps({"text": text, "published": "2024-06-19"}).encode(), "x", 1)
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

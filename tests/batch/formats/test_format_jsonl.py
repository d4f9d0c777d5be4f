import io
import json
from itertools import pairwise
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from format_tools import convert, read, result_of
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.batch.formats.registry import FORMATS
from cleaner.fields import Fields

ODD = [
    (b'{"text":5}', 'field "text" is a number, not a string'),
    (b'{"text":""}', 'field "text" is empty'),
    (b'{"html":""}', 'field "html" is empty'),
    (b'{"id":1}', 'field "text" is missing'),
    (b'{"text":null}', 'field "text" is null, not a string'),
    (
        b'{"text":"\\ud800"}',
        "field \"text\": text holds a lone surrogate (U+D800) at offset 0; decode it again with errors='replace'",
    ),
    (b'{"text":"a","url":7}', 'field "url" is a number, not a string'),
    (b'{"text":"a","date":[]}', 'field "date" is an array, not a string'),
    (b"[1]", "not a JSON object but an array"),
    (b"{nope", "not JSON: Expecting property name enclosed in double quotes at column 2"),
]


@pytest.mark.parametrize(("line", "message"), ODD)
def test_a_broken_record_costs_itself(line: bytes, message: str) -> None:
    items, stopped = read(b'{"text":"satu"}\n' + line + b'\n\n{"text":"dua","html":null}', "jsonl")
    assert stopped is None
    assert [item.text for item in (items[0], items[2])] == ["satu", "dua"]
    assert result_of(items[1]).error == f"in.jsonl:2: {message}"
    assert items[2].where == "in.jsonl:4"


def test_fields_pass_through_as_they_stand() -> None:
    line = b'{"n": 12345678901234567890123, "id" :1.50, "text":"axb", "o":{"b": [1,  2]}, "title":"T", "e":"\\u00e9"}\n'
    assert convert(line, "jsonl", "jsonl") == line.replace(b"axb", b"ab")


def test_odd_encodings() -> None:
    line = '{"text":"caf\u00e9 x"}\n'
    for data in (line.encode("utf-8-sig"), line.encode("utf-16"), line.encode("windows-1252")):
        items, _ = read(data, "jsonl")
        assert items[0].text == "caf\u00e9 x"
    assert items[0].meta["encoding"] == "windows-1252"


def test_a_page_gives_text_and_title() -> None:
    line = b'{"id":1,"html":"<p>axb"}\n'
    assert convert(line, "jsonl", "jsonl", title="Judul") == b'{"id":1,"text":"<p>ab","title":"Judul"}\n'
    kept = json.loads(convert(line, "jsonl", "jsonl", keep_pages=True))
    assert kept == {"id": 1, "html": "<p>axb", "text": "<p>ab"}


def test_an_error_has_a_field_of_its_own() -> None:
    assert json.loads(convert(b'{"text":"","error":"dulu"}\n', "jsonl", "jsonl")) == {
        "id": None,
        "text": None,
        "error": "dulu",
        "cleaner_error": 'in.jsonl:1: field "text" is empty',
    }


def test_to_parquet() -> None:
    data = b'{"id":7,"text":"axb","url":"https://a.example","k":{"b": 1.50},"title":3}\n{"id":"x","text":5}\nnope\n'
    table = pq.read_table(io.BytesIO(convert(data, "jsonl", "parquet")))
    none = dict.fromkeys(("url", "title", "date", "text", "error"))
    assert table.to_pylist() == [
        {
            **none,
            "id": "7",
            "text": "ab",
            "url": "https://a.example",
            "status": "ok",
            "extra": '{"k":{"b": 1.50},"title":3}',
        },
        {
            **none,
            "id": "x",
            "status": "error",
            "error": 'in.jsonl:2: field "text" is a number, not a string',
            "extra": '{"text":5}',
        },
        {
            **none,
            "id": None,
            "status": "error",
            "error": "in.jsonl:3: not JSON: Expecting value at column 1",
            "extra": "{}",
        },
    ]


def test_to_csv_and_text() -> None:
    data = b'{"id":7,"text":"a\\n\\"x\\"","k":1}\n{"id":8,"text":"b"}\n'
    assert convert(data, "jsonl", "csv").decode() == (
        'id,url,title,date,text,status,error,extra\n7,,,,"a\n""""",ok,,"{""k"":1}"\n8,,,,b,untouched,,{}\n'
    )
    assert convert(data, "jsonl", "text") == b'a\n""\n\nb'


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), min_size=1, max_size=20))
def test_texts_survive_parquet(texts: list[str]) -> None:
    lines = b"".join(json.dumps({"id": n, "text": text}).encode() + b"\n" for n, text in enumerate(texts))

    def keep(text: str) -> str:
        return text

    table = convert(lines, "jsonl", "parquet", clean=keep)
    back = [json.loads(line) for line in convert(table, "parquet", "jsonl", clean=keep).splitlines()]
    assert [(record["id"], record["text"]) for record in back] == [(str(n), text) for n, text in enumerate(texts)]


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.sampled_from([b'{"text":"a"}\n', b"\n", b'{"text":"' + b"b" * 30 + b'"}\r\n', b"x\n"]), max_size=30),
    st.integers(1, 200),
    st.booleans(),
)
def test_parts_hold_every_line_once(
    tmp_path_factory: pytest.TempPathFactory, lines: list[bytes], size: int, end: bool
) -> None:
    path: Path = tmp_path_factory.mktemp("split") / "a.jsonl"
    data = b"".join(lines).rstrip(b"\n") if end else b"".join(lines)
    path.write_bytes(data)
    parts = FORMATS["jsonl"].split(str(path), size)
    assert parts is not None
    assert parts[0].start == 0 and parts[-1].stop == len(data)
    assert all(before.stop == after.start for before, after in pairwise(parts))
    whole, _ = read(data, "jsonl")
    pieces = [item for part in parts for item in read(data, "jsonl", Fields(), part)[0]]
    assert [(i.where, i.text, i.error) for i in pieces] == [(i.where, i.text, i.error) for i in whole]

"""Fields inside others: found by name or path, cleaned in their place, everything around them as it was."""

import io
import json
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from format_tools import convert, read
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.batch.formats.jsonl import JsonlReader
from cleaner.fields import Fields

NESTED = Fields(text="article.body", url="meta.link", id="meta.id", html="article.page", title="article.title")

ERROR = r"in.jsonl:1: field \"article.body\""
LINES = {
    "a path": ('{"article" : {"n": 1.50, "body":  "x a" , "u": "\\u00e9"}, "x": [1]}',
               '{"article" : {"n": 1.50, "body":  " a" , "u": "\\u00e9"}, "x": [1]}'),
    "a name goes first": ('{"article": {"body": "x"}, "article.body": "x a"}',
                          '{"article": {"body": "x"}, "article.body": " a"}'),
    "doubled names": ('{"article": {"body": "x"}, "article": {"body": "x a", "body": "x b"}}',
                      '{"article": {"body": "x"}, "article": {"body": "x a", "body": " b"}}'),
    "the same text elsewhere": ('{"body": "x a", "article": {"body": "x a", "t": "x a"}}',
                                '{"body": "x a", "article": {"body": " a", "t": "x a"}}'),
    "a page": ('{"article": {"page": "x p", "k": 1, "body": 7}}', '{"article": {"k": 1, "body": " p"}}'),
    "a page and no text": ('{"article": {"k": 1, "page": "x p"}}', '{"article": {"k": 1,"body":" p"}}'),
    "no text": ('{"article": {"k": 1}}',
                '{"article": {"k": 1,"body":null},"meta.id":null,"error":"MISSING"}'),
    "no object": ('{"article": 5}',
                  '{"article": 5,"meta.id":null,"article.body":null,"error":"MISSING"}'),
    "a number": ('{"meta": {"id": 5}, "article": {"body": 5}}',
                 '{"meta": {"id": 5}, "article": {"body": null},"error":"NUMBER"}'),
}  # fmt: skip


@pytest.mark.parametrize("case", LINES)
def test_jsonl(case: str) -> None:
    line, wanted = LINES[case]
    wanted = wanted.replace("MISSING", f"{ERROR} is missing").replace("NUMBER", f"{ERROR} is a number, not a string")
    out = convert(line.encode() + b"\n", "jsonl", "jsonl", fields=NESTED).decode()
    assert json.loads(out) == json.loads(wanted)
    assert sorted(out) == sorted(wanted + "\n"), out
    if "error" not in wanted:
        assert out == wanted + "\n"


def test_all_roles() -> None:
    line = b'{"meta": {"id": [1.0], "link": "https://a.example/1"}, "article": {"body": "x", "title": "T"}}'
    [item], _ = read(line, "jsonl", NESTED)
    assert (bytes(item.id), item.url, item.text, item.title) == (b"[1.0]", "https://a.example/1", "x", "T")


DEEP = st.recursive(
    st.text("xab", max_size=3) | st.none() | st.integers(),
    lambda inner: st.dictionaries(st.sampled_from(["a", "b", "a.b", "b.a", "c"]), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["a", "b", "a.b", "c"]), DEEP, max_size=3))
@settings(max_examples=300, deadline=None)
def test_both_ways_agree(record: dict[str, Any]) -> None:
    fields = Fields(text="a.b.a", html="b.a", id="a.c", title="c.b")
    line = json.dumps(record).encode()
    careful = JsonlReader(io.BytesIO(line), "in.jsonl", fields)
    careful._decode = None
    [slow], [quick] = list(careful), read(line, "jsonl", fields)[0]
    assert (slow.text, slow.html, slow.title, slow.error) == (quick.text, quick.html, quick.title, quick.error)
    out = convert(line, "jsonl", "jsonl", fields=fields, keep_pages=True)
    again, _ = read(out, "jsonl", fields)
    if isinstance(slow.text, str) and slow.text and slow.html is None:
        assert again[0].text == slow.text.replace("x", "")


def table() -> bytes:
    """A column of structs with a dictionary of texts in it; the last one is null as a whole."""
    body = pa.array(["x a", "b", None, "x d"]).dictionary_encode()
    inner = pa.StructArray.from_arrays(
        [pa.array([1, 2, 3, 4]), body, pa.array(["p", None, None, None])], ["n", "body", "page"],
        mask=pa.array([False, False, False, True]),
    )  # fmt: skip
    out = io.BytesIO()
    pq.write_table(pa.table({"id": [1, 2, 3, 4], "article": inner, "z": pa.array([b"1", None, b"3", b"4"])}), out)
    return out.getvalue()


def test_parquet() -> None:
    data = table()
    fields = Fields(text="article.body", html="")
    out = pq.read_table(io.BytesIO(convert(data, "parquet", "parquet", fields=fields)))
    before = pq.read_table(io.BytesIO(data))
    assert out.column("z") == before.column("z")
    assert out.column("article").to_pylist() == [
        {"n": 1, "body": " a", "page": "p"},
        {"n": 2, "body": "b", "page": None},
        {"n": 3, "body": None, "page": None},
        None,
    ]
    assert out.column("cleaner_error").to_pylist() == [
        None,
        None,
        'in.parquet: row 3: column "article.body" is null',
        'in.parquet: row 4: column "article.body" is null',
    ]
    same = convert(data, "parquet", "parquet", fields=fields, clean=lambda text: text)
    assert pq.read_table(io.BytesIO(same)).column("article").to_pylist() == before.column("article").to_pylist()


def test_parquet_pages_inside_others() -> None:
    fields = Fields(text="article.body", html="article.page")
    out = pq.read_table(io.BytesIO(convert(table(), "parquet", "parquet", fields=fields)))
    assert out.column("article").to_pylist()[:2] == [{"n": 1, "body": "p"}, {"n": 2, "body": "b"}]
    kept = convert(table(), "parquet", "parquet", fields=fields, keep_pages=True)
    assert pq.read_table(io.BytesIO(kept)).column("article").to_pylist()[0] == {"n": 1, "body": "p", "page": "p"}


def test_to_other_formats_the_raw_text_stays_nowhere() -> None:
    fields = Fields(text="article.body", html="article.page")
    lines = convert(table(), "parquet", "jsonl", fields=fields).decode().splitlines()
    assert json.loads(lines[1]) == {"id": 2, "article": {"n": 2, "body": "b"}, "z": None}
    assert json.loads(lines[2])["article"] == {"n": 3, "body": None}
    source = b'{"id": 1, "article": {"n": 1.50, "body": "x a", "page": null}}\n'
    rows = convert(source, "jsonl", "csv", fields=fields).decode()
    assert rows.splitlines()[1] == '1,,,, a,ok,,"{""article"":{""n"": 1.50}}"'


def test_a_wrong_name_in_parquet() -> None:
    _, stopped = read(table(), "parquet", Fields(text="body", html=""))
    assert stopped == (
        'no column "body"; the columns are id, article, article.n, article.body, article.page, z; '
        'did you mean "article.body"? (--text-field article.body)'
    )

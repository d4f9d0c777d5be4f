import io
import json
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from format_tools import convert, read

from cleaner.batch.formats.base import Part
from cleaner.batch.formats.registry import FORMATS
from cleaner.fields import Fields

OTHERS = {
    "int8": pa.array([1, None, -3, 4], pa.int8()),
    "uint64": pa.array([1, 2, 2**64 - 1, None], pa.uint64()),
    "float16": pa.array([1.0, 2.0, 3.0, 4.0]).cast(pa.float16()),
    "float": pa.array([1.5, float("inf"), None, 3]),
    "bool": pa.array([True, None, False, True]),
    "null": pa.nulls(4),
    "decimal": pa.array([Decimal("1.20"), None, Decimal("3.00"), Decimal("9.99")]),
    "decimal256": pa.array([Decimal(10) ** 50, None, None, None], pa.decimal256(60, 2)),
    "date": pa.array([date(2024, 1, 2)] * 4),
    "time": pa.array([1, 2, 3, 4], pa.time64("ns")),
    "ns": pa.array([1, 2, None, 4], pa.timestamp("ns", "Asia/Jakarta")),
    "seconds": pa.array([1, 2, None, 4], pa.timestamp("s")),
    "duration": pa.array([1, 2, 3, 4], pa.duration("ns")),
    "binary": pa.array([b"\xff", b"", None, b"a"]),
    "fixed": pa.array([b"ab", b"cd", None, b"ef"], pa.binary(2)),
    "large": pa.array(["a", "b", None, "d"], pa.large_string()),
    "view": pa.array(["a", "b", None, "d"], pa.string_view()),
    "dictionary": pa.array(["u", "v", "u", None]).dictionary_encode(),
    "small dictionary": pa.array(["u", "v", "u", None]).cast(pa.dictionary(pa.int8(), pa.string())),
    "list": pa.array([[1], [], None, [2, 3]], pa.list_(pa.int16())),
    "large list": pa.array([[1], [], None, [2, 3]], pa.large_list(pa.int16())),
    "fixed list": pa.array([[1, 2]] * 4, pa.list_(pa.int16(), 2)),
    "struct": pa.array([{"a": 1, "b": ["q"]}, None, {"a": None, "b": []}, {"a": 1, "b": None}]),
    "list of structs": pa.array(
        [[{"a": 1, "t": 5}], None, [], [None]], pa.list_(pa.struct([("a", pa.int8()), ("t", pa.timestamp("ns"))]))
    ),
    "map": pa.array([[("k", 1)], None, [], [("z", 2)]], pa.map_(pa.string(), pa.int8())),
}
TEXTS = ["axb", "caf\u00e9 x", "", None]
CLEAN = ["ab", "caf\u00e9 ", None, None]
TEXT_TYPES = [
    pa.string(),
    pa.large_string(),
    pa.string_view(),
    pa.dictionary(pa.int32(), pa.string()),
    pa.dictionary(pa.int32(), pa.large_string()),
]


def table_of(kind: Any = None, **columns: Any) -> pa.Table:
    kind = kind or pa.string()
    text = pa.array(TEXTS).dictionary_encode().cast(kind) if pa.types.is_dictionary(kind) else pa.array(TEXTS, kind)
    table = pa.table({"id": pa.array([1, 2, 3, 4]), "text": text, **columns})
    return table.replace_schema_metadata({"hello": "world"})


def stored(table: pa.Table, **options: Any) -> bytes:
    out = io.BytesIO()
    pq.write_table(table, out, **options)
    return out.getvalue()


def load(data: bytes) -> pa.Table:
    return pq.read_table(io.BytesIO(data))


@pytest.mark.parametrize("kind", TEXT_TYPES, ids=str)
def test_all_types_pass_through(kind: Any) -> None:
    data = stored(table_of(kind, **OTHERS))
    before, after = load(data), load(convert(data, "parquet", "parquet"))
    assert after.schema.names == [*before.schema.names, "cleaner_error"]
    assert after.schema.metadata == before.schema.metadata
    for name in before.schema.names:
        assert after.schema.field(name).equals(before.schema.field(name), check_metadata=True)
        if name != "text":
            assert after[name].equals(before[name]), name
    assert after["text"].to_pylist() == CLEAN
    assert after["cleaner_error"].to_pylist() == [
        None,
        None,
        'in.parquet: row 3: column "text" is empty',
        'in.parquet: row 4: column "text" is null',
    ]


def test_a_text_column_that_numbers_few_texts_gets_room_for_more() -> None:
    texts = [f"{n}x" for n in range(100)] * 2
    table = pa.table({"text": pa.array(texts).cast(pa.dictionary(pa.int8(), pa.string()))})
    count = iter(range(200))
    after = load(convert(stored(table), "parquet", "parquet", clean=lambda text: text[: -1 - next(count) % 2]))
    assert after["text"].to_pylist() == [f"{n}"[: len(f"{n}") - n % 2] for n in range(100)] * 2


def test_all_types_have_json() -> None:
    lines = convert(stored(table_of(**OTHERS)), "parquet", "jsonl").splitlines()
    first = json.loads(lines[0])
    assert list(first) == ["id", "text", *OTHERS]
    wanted = {
        "id": 1,
        "text": "ab",
        "decimal": "1.20",
        "date": "2024-01-02",
        "ns": "1970-01-01 07:00:00.000000001+0700",
        "binary": "/w==",
        "list": [1],
        "struct": {"a": 1, "b": ["q"]},
        "map": [["k", 1]],
        "seconds": "1970-01-01T00:00:01",
    }
    assert {name: first[name] for name in wanted} == wanted
    assert json.loads(lines[2])["uint64"] == 2**64 - 1
    assert json.loads(lines[2])["error"] == 'in.parquet: row 3: column "text" is empty'


@pytest.mark.parametrize("codec", ["zstd", "snappy", "gzip", "none", {"id": "snappy", "text": "zstd"}], ids=str)
def test_compression_stays(codec: Any) -> None:
    data = stored(table_of(), compression=codec)

    def codecs(file: bytes) -> list[str]:
        group = pq.ParquetFile(io.BytesIO(file)).metadata.row_group(0)
        return [group.column(n).compression for n in range(group.num_columns)]

    assert codecs(convert(data, "parquet", "parquet"))[:2] == codecs(data)


def test_row_groups_stay_and_parts_are_runs_of_them(tmp_path: Path) -> None:
    table = pa.table({"id": list(range(1000)), "text": [f"teks x {n}" for n in range(1000)]})
    data = stored(table, row_group_size=100, compression="none")
    path = tmp_path / "a.parquet"
    path.write_bytes(data)
    whole = convert(data, "parquet", "parquet")
    meta = pq.ParquetFile(io.BytesIO(whole)).metadata
    assert [meta.row_group(n).num_rows for n in range(meta.num_row_groups)] == [100] * 10
    assert FORMATS["parquet"].split(str(path), 1 << 30) == [Part(0, 10, span=(0, len(data)))]
    parts = FORMATS["parquet"].split(str(path), 2 * pq.ParquetFile(path).metadata.row_group(0).total_byte_size)
    assert parts is not None and len(parts) > 2
    assert [parts[0].start, parts[-1].stop] == [0, 10]
    assert [parts[0].span[0], parts[-1].span[1]] == [0, len(data)]
    assert all(a.span[0] < a.span[1] == b.span[0] for a, b in pairwise(parts))
    pieces = [load(convert(data, "parquet", "parquet", part=part)) for part in parts]
    assert pa.concat_tables(pieces).equals(load(whole))
    assert read(data, "parquet", part=parts[1])[0][0].where == f"in.parquet: row {parts[1].start * 100 + 1}"


def test_the_same_rows_give_the_same_bytes() -> None:
    data = stored(table_of(**OTHERS))
    assert convert(data, "parquet", "parquet") == convert(data, "parquet", "parquet")


def test_texts_of_all_sizes_stream() -> None:
    table = pa.table({"text": ["x" + "a" * size for size in (1, 20 << 20, 5, 12 << 20, 3)] * 3})
    after = load(convert(stored(table), "parquet", "parquet"))
    assert [len(text.as_py()) for text in after["text"]] == [1, 20 << 20, 5, 12 << 20, 3] * 3


def test_no_rows() -> None:
    after = load(convert(stored(table_of().slice(0, 0)), "parquet", "parquet"))
    assert after.num_rows == 0
    assert after.schema.names == ["id", "text", "cleaner_error"]


def test_cleaned_twice_has_one_column_of_errors() -> None:
    once = convert(stored(table_of()), "parquet", "parquet")
    twice = load(convert(once, "parquet", "parquet"))
    assert twice.schema.names == ["id", "text", "cleaner_error"]
    assert twice["cleaner_error"].to_pylist()[2] == 'in.parquet: row 3: column "text" is null'


def test_a_required_text_column_may_hold_nulls_afterwards() -> None:
    schema = pa.schema([pa.field("text", pa.string(), nullable=False)])
    after = load(convert(stored(pa.table({"text": ["axb", ""]}, schema=schema)), "parquet", "parquet"))
    assert after["text"].to_pylist() == ["ab", None]


def test_a_page_gives_text_and_title() -> None:
    table = pa.table({"id": [1, 2, 3], "html": [b"<p>ax", None, b""], "k": [1, 2, 3]})
    after = load(convert(stored(table), "parquet", "parquet", title="Judul"))
    assert after.schema.names == ["id", "k", "text", "title", "cleaner_error"]
    assert after["text"].to_pylist() == ["<p>a", None, None]
    assert after["title"].to_pylist() == ["Judul", None, None]
    assert after["cleaner_error"].to_pylist()[1:] == [
        'in.parquet: row 2: column "html" is null',
        'in.parquet: row 3: column "html" is empty',
    ]
    kept = load(convert(stored(table), "parquet", "parquet", keep_pages=True))
    assert kept["html"].to_pylist() == [b"<p>ax", None, b""]


def test_text_that_is_not_utf8() -> None:
    raw = pa.array([b"caf\xe9 x", b"b"], pa.binary())
    broken = pa.Array.from_buffers(pa.string(), 2, raw.buffers())
    items, _ = read(stored(pa.table({"text": broken, "other": broken})), "parquet")
    assert [item.text for item in items] == ["caf\u00e9 x", "b"]
    assert items[0].meta["encoding"] == "windows-1252"
    after = load(convert(stored(pa.table({"text": broken, "other": broken})), "parquet", "parquet"))
    assert after["text"].to_pylist() == ["caf\u00e9 ", "b"]
    assert after["other"].cast(pa.binary()).to_pylist() == [b"caf\xe9 x", b"b"]


@pytest.mark.parametrize(
    ("ids", "wanted"),
    [
        (pa.array([7]), 7),
        (pa.array(["k"]), "k"),
        (pa.array([None], pa.string()), None),
        (pa.array([Decimal("1.5")]), b'"1.5"'),
        (pa.array([[1, 2]]), b"[1,2]"),
    ],
)
def test_ids(ids: Any, wanted: object) -> None:
    found = read(stored(pa.table({"id": ids, "text": ["a"]})), "parquet")[0][0].id
    assert (found if isinstance(wanted, int | str | None) else bytes(found)) == wanted


GOOD = stored(table_of())
BAD = {
    "no footer": (GOOD[:-20], "not a Parquet file that can be read: "),
    "half": (GOOD[: len(GOOD) // 2], "not a Parquet file that can be read: "),
    "empty": (b"", "not a Parquet file that can be read: "),
    "text": (b"id,text\n1,a\n", "not a Parquet file that can be read: "),
    "no text": (stored(pa.table({"a": [1], "b": [2]})), 'no column "text"; the columns are a, b'),
    "a number": (stored(pa.table({"text": [1]})), 'column "text" is of type int64, not text'),
    "a list": (stored(pa.table({"text": [["a"]]})), 'column "text" is of type list'),
    "url": (stored(pa.table({"text": ["a"], "url": [1]})), 'column "url" is of type int64, not text'),
    "html": (stored(pa.table({"html": [1.5]})), 'column "html" is of type double, not text or binary'),
}


@pytest.mark.parametrize("case", BAD)
def test_files_that_cannot_be_read(case: str) -> None:
    data, message = BAD[case]
    items, stopped = read(data, "parquet")
    assert not items
    assert stopped is not None and stopped.startswith(message)


def test_damage_in_the_middle_costs_what_follows() -> None:
    table = pa.table({"text": [f"teks panjang nomor {n} " * 50 for n in range(400)]})
    data = bytearray(stored(table, row_group_size=100, compression="zstd", use_dictionary=False))
    meta = pq.ParquetFile(io.BytesIO(bytes(data))).metadata
    start = meta.row_group(2).column(0).data_page_offset
    data[start : start + 60] = b"\xff" * 60
    items, stopped = read(bytes(data), "parquet")
    assert len(items) == 200
    assert stopped is not None and stopped.startswith("cannot read on after row 200: ")


def test_field_names() -> None:
    table = pa.table(
        {"key": [5], "isi": ["xa"], "judul": ["J"], "tanggal": [date(2024, 1, 2)], "link": ["https://a.example"]}
    )
    fields = Fields(id="key", url="link", text="isi", title="judul", date="tanggal")
    item = read(stored(table), "parquet", fields)[0][0]
    assert (item.id, item.url, item.text, item.title, item.date) == (5, "https://a.example", "xa", "J", '"2024-01-02"')
    assert load(convert(stored(table), "parquet", "parquet", fields=fields))["isi"].to_pylist() == ["a"]

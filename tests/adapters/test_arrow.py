"""Record batches: every column type, every kind of bad row, and the way back."""

from __future__ import annotations

import datetime
import json
import pickle
import subprocess
import sys

import msgspec
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner import Cleaner, CleanerError
from cleaner.adapters.arrow import BatchCleaner, clean_batch, restore_batch
from cleaner.audit import decode

PROSE = "Harga beras naik tajam pada pekan ini, kata para pedagang di pasar induk kepada wartawan."
TEXT = f"KONTAN.CO.ID - {PROSE}\nBaca Juga: Harga Cabai Turun\nPenulis: Ani Rahayu\n{PROSE}"
URL = "https://www.kontan.co.id/news/1"
PAGE = f"<html><head><title>Beras</title></head><body><article><p>{PROSE}</p><p>{PROSE}</p></article></body></html>"
STRINGS = [
    pa.string(),
    pa.large_string(),
    pa.string_view(),
    pa.dictionary(pa.int32(), pa.string()),
    pa.dictionary(pa.int8(), pa.large_string()),
]
ADDED = ["status", "error", "flags", "credits", "raw_sha256", "removals", "withheld"]
TEXTS = st.lists(
    st.sampled_from([TEXT, PROSE, "Baca Juga: Harga Cabai Turun", "(abc/def)", "", "é“\U0001f336"])
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    max_size=5,
).map("\n".join)


def batch_of(kind: pa.DataType, texts: list[str | None]) -> pa.RecordBatch:
    plain = pa.array(texts, kind.value_type if pa.types.is_dictionary(kind) else kind)
    if pa.types.is_dictionary(kind):
        plain = pa.array(texts, pa.large_string()).dictionary_encode()
        plain = pa.DictionaryArray.from_arrays(
            plain.indices.cast(kind.index_type), plain.dictionary.cast(kind.value_type)
        )
    return pa.record_batch({"text": plain, "n": pa.array(range(len(texts)), pa.uint16())})


@pytest.mark.parametrize("kind", STRINGS, ids=str)
def test_the_text_keeps_its_type_and_its_place(cleaner: Cleaner, kind: pa.DataType) -> None:
    batch = batch_of(kind, [TEXT, None, PROSE, ""])
    found = clean_batch(batch, cleaner)
    assert found.schema.names == ["text", "n", *ADDED]
    assert found.schema == BatchCleaner(cleaner).schema(batch.schema)
    found.validate(full=True)
    assert found.column(0).type == kind
    assert found.column(0).to_pylist() == [cleaner.clean_text(TEXT).text, None, PROSE, None]
    assert found.column(1).equals(batch.column(1))
    assert found.column("status").to_pylist() == [cleaner.clean_text(TEXT).status, "error", "untouched", "error"]
    assert found.column("error").to_pylist() == [
        None, 'field "text" is missing', None, 'field "text" is empty'
    ]  # fmt: skip
    assert restore_batch(found).column(0).to_pylist() == [TEXT, None, PROSE, None]


def test_the_columns_hold_what_the_result_holds(cleaner: Cleaner) -> None:
    batch = pa.record_batch({"text": [TEXT], "url": [URL]})
    row = clean_batch(batch, cleaner).to_pylist()[0]
    expected = cleaner.clean_text(TEXT, url=URL)
    assert len(expected.removals) >= 3
    assert row["text"] == expected.text
    assert [tuple(cut.values()) for cut in row["removals"]] == [
        msgspec.structs.astuple(cut) for cut in expected.removals
    ]
    assert all(TEXT[cut["start"] : cut["end"]] == cut["text"] for cut in row["removals"])
    assert row["credits"] == [
        {"role": role, "name": name} for role, names in expected.credits.items() for name in names
    ]
    assert {"role": "author", "name": "Ani Rahayu"} in row["credits"]
    assert row["flags"] == list(expected.flags)
    assert [tuple(held.values()) for held in row["withheld"]] == [
        (held.start, held.end, held.category, held.rule, held.why, held.evidence, held.confidence)
        for held in expected.withheld
    ]


@given(st.lists(st.none() | TEXTS, max_size=6), st.sampled_from(STRINGS), st.sampled_from(["columns", "record"]))
@settings(max_examples=150, deadline=None)
def test_what_was_cut_comes_back_exactly(
    cleaner: Cleaner, texts: list[str | None], kind: pa.DataType, audit: str
) -> None:
    batch = batch_of(kind, texts)
    step = BatchCleaner(cleaner, audit=audit)  # type: ignore[arg-type]
    found = step(batch)
    found.validate(full=True)
    for text, status in zip(texts, found.column("status").to_pylist(), strict=True):
        assert (status == "error") == (not text)
    assert step.restore(found).equals(batch_of(kind, [text or None for text in texts])) or (
        step.restore(found).to_pylist() == [{"text": text or None, "n": n} for n, text in enumerate(texts)]
    )
    # the same through a file format, which knows no string views
    table = pa.Table.from_batches([found])
    assert step.restore(table).to_pylist() == step.restore(found).to_pylist()


def test_a_changed_text_is_not_restored_in_silence(cleaner: Cleaner) -> None:
    found = clean_batch(pa.record_batch({"text": [PROSE, TEXT]}), cleaner)
    texts = found.column("text").to_pylist()
    broken = found.set_column(0, "text", pa.array([texts[0], texts[1].replace("beras", "padi", 1)]))
    with pytest.raises(CleanerError, match=r"^row 1: text and removals together do not give the recorded raw text$"):
        restore_batch(broken)
    with pytest.raises(CleanerError, match=r'^no column "removals" to restore from; there are: text, status$'):
        restore_batch(clean_batch(pa.record_batch({"text": [TEXT]}), cleaner, audit=False))


@pytest.mark.parametrize(
    "kind", [pa.binary(), pa.large_binary(), pa.binary_view(), pa.string(), pa.large_string()], ids=str
)
def test_pages_come_as_bytes_or_strings(cleaner: Cleaner, kind: pa.DataType) -> None:
    textual = pa.types.is_string(kind) or pa.types.is_large_string(kind)
    pages = [PAGE if textual else PAGE.encode("utf-8"), None, "" if textual else b""]
    batch = pa.record_batch({"html": pa.array(pages, kind), "url": pa.array([URL, None, None])})
    found = clean_batch(batch, cleaner)
    assert found.schema.names == ["html", "url", "text", "title", *ADDED]
    rows = found.to_pylist()
    assert rows[0]["text"] == cleaner.clean_html(PAGE, url=URL).text == f"{PROSE}\n\n{PROSE}".replace("\n\n", "\n")
    assert rows[0]["title"] == "Beras"
    assert [row["error"] for row in rows[1:]] == ['field "text" is missing', 'field "html" is empty']
    assert restore_batch(found).column("text")[0].as_py() == cleaner.clean_html(PAGE, url=URL).raw
    without = clean_batch(batch, cleaner, keep_html=False, title_field="", audit="none")
    assert without.schema.names == ["url", "text", "status"]


def test_bytes_of_a_page_are_decoded_as_pages_are(cleaner: Cleaner) -> None:
    page = PAGE.replace("<head>", '<head><meta charset="windows-1252">').replace("naik", "na\u00efk").encode("cp1252")
    batch = pa.record_batch({"html": pa.array([page], pa.binary()), "text": pa.array([None], pa.string())})
    assert "na\u00efk" in clean_batch(batch, cleaner).column("text")[0].as_py()


def test_a_page_in_the_text_column_gives_way_to_its_text(cleaner: Cleaner) -> None:
    batch = pa.record_batch({"text": [PAGE]})
    found = clean_batch(batch, cleaner, html_field="text", keep_html=False, audit=False)
    assert found.to_pylist() == [{"text": f"{PROSE}\n{PROSE}", "title": "Beras", "status": found["status"][0].as_py()}]


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (pa.array([7]), 'field "text" is a number, not a string'),
        (pa.array([b"x"]), 'field "text" is bytes, not a string'),
        (pa.array([["x"]]), 'field "text" is a list, not a string'),
        (pa.array([None]), 'field "text" is missing'),
        (pa.array([datetime.date(2024, 1, 1)]), 'field "text" is of type date, not a string'),
        (
            pa.StringArray.from_buffers(1, pa.array([0, 1], pa.int32()).buffers()[1], pa.py_buffer(b"\xff")),
            'field "text" cannot be read: ',
        ),
    ],
)
def test_a_text_that_is_none_is_an_error_of_its_row(cleaner: Cleaner, array: pa.Array, message: str) -> None:
    found = clean_batch(pa.record_batch({"text": array}), cleaner)
    row = found.to_pylist()[0]
    assert row["error"].startswith(message)
    assert (row["text"], row["status"], row["raw_sha256"]) == (None, "error", None)
    assert row["removals"] == row["withheld"] == row["flags"] == row["credits"] == []
    assert pa.types.is_string(found.schema.field("text").type)


def test_one_bad_value_costs_one_row(cleaner: Cleaner) -> None:
    offsets = pa.array([0, 1, 2, 3], pa.int32()).buffers()[1]
    texts = pa.StringArray.from_buffers(3, offsets, pa.py_buffer(b"a\xffb"))
    assert clean_batch(pa.record_batch({"text": texts}), cleaner)["text"].to_pylist() == ["a", None, "b"]


def test_no_rows_give_no_rows(cleaner: Cleaner) -> None:
    for audit in ("columns", "record", "none"):
        step = BatchCleaner(cleaner, audit=audit)  # type: ignore[arg-type]
        for kind in STRINGS:
            batch = batch_of(kind, [])
            assert step(batch).num_rows == 0
            assert step(batch).schema == step.schema(batch.schema)
            table = pa.Table.from_batches([], schema=batch.schema)
            assert step(table).schema == step.schema(batch.schema)
            if audit != "none":
                assert step.restore(step(table)).schema == batch.schema


def test_a_slice_is_a_batch(cleaner: Cleaner) -> None:
    whole = pa.record_batch({"text": [TEXT, PROSE, f"{PROSE}\n{TEXT}"], "n": [1, 2, 3]})
    assert clean_batch(whole.slice(1, 2), cleaner).equals(clean_batch(whole, cleaner).slice(1, 2))
    assert restore_batch(clean_batch(whole, cleaner).slice(2)).to_pylist() == whole.slice(2).to_pylist()


def test_tables_keep_their_chunks(cleaner: Cleaner) -> None:
    table = pa.table({"text": pa.chunked_array([[TEXT], [PROSE, TEXT]])})
    found = clean_batch(table, cleaner)
    assert found.column("text").num_chunks == 2
    assert restore_batch(found).equals(table)


def test_other_columns_and_metadata_are_not_touched(cleaner: Cleaner) -> None:
    nested = pa.array([{"a": [1, None], "b": datetime.datetime(2024, 1, 1)}])
    schema = pa.schema(
        [
            pa.field("x", nested.type, nullable=False, metadata={"k": "v"}),
            pa.field("text", pa.string(), nullable=False, metadata={"lang": "id"}),
            pa.field("x", pa.int8()),
        ],
        metadata={"owner": "me"},
    )
    batch = pa.RecordBatch.from_arrays([nested, pa.array([TEXT]), pa.array([1], pa.int8())], schema=schema)
    found = clean_batch(batch, cleaner)
    assert found.schema.metadata == schema.metadata
    assert found.schema.field(0).equals(schema.field(0), check_metadata=True)
    assert found.schema.field("text").metadata == {b"lang": b"id"}
    assert found.schema.field("text").nullable
    assert found.column(0).equals(nested)
    assert found.column(2).equals(batch.column(2))


def test_records_are_those_of_the_audit_file(cleaner: Cleaner) -> None:
    stamps = pa.array([1718784000000000001, None, None], pa.timestamp("ns", "Asia/Jakarta"))
    batch = pa.record_batch({"id": [7, 8, None], "url": [URL, URL, None], "text": [TEXT, "", PROSE], "date": stamps})
    found = clean_batch(batch, cleaner, audit="record")
    assert found.schema.names == [*batch.schema.names, "status", "audit"]
    first, second, third = (decode(line) for line in found.column("audit").to_pylist())
    assert (first.id, first.url, first.site) == (7, URL, "kontan.co.id")
    assert first.meta["date"] == "2024-06-19T15:00:00+07:00"
    assert first.removals == cleaner.clean_text(TEXT, url=URL).removals
    assert (second.id, second.status, second.error) == (8, "error", 'field "text" is empty')
    assert (third.id, third.status) == (None, "untouched")
    assert restore_batch(found).column("text").to_pylist() == [TEXT, None, PROSE]


def test_ids_of_any_type_fit_a_record(cleaner: Cleaner) -> None:
    for ids in ([b"\xff\x00"], [{"a": 1}], [[1, 2]], [datetime.datetime(2024, 1, 1)], [1.5]):
        found = clean_batch(pa.record_batch({"id": ids, "text": [PROSE]}), cleaner, audit="record")
        assert json.loads(found.column("audit")[0].as_py())["id"] is not None


@pytest.mark.parametrize(
    ("columns", "options", "message"),
    [
        (["isi"], {}, 'no column "text" or "html"; there are: isi'),
        (["isi"], {"html_field": ""}, 'no column "text"; there are: isi'),
        (["text"], {"url_field": "link"}, 'no column "link"; there are: text'),
        (["text", "text"], {}, '2 columns are named "text"'),
        (["text", "status"], {}, 'there is a column "status" already; set prefix, as in prefix="cleaner_"'),
        (["text", "cleaner_flags"], {"prefix": "cleaner_"}, 'there is a column "cleaner_flags" already'),
    ],
)
def test_columns_that_do_not_fit_are_refused(
    cleaner: Cleaner, columns: list[str], options: dict[str, str], message: str
) -> None:
    batch = pa.RecordBatch.from_arrays([pa.array(["x"])] * len(columns), names=columns)
    with pytest.raises(CleanerError) as caught:
        clean_batch(batch, cleaner, **options)
    assert str(caught.value).startswith(message)


def test_options_that_do_not_fit_are_refused(cleaner: Cleaner) -> None:
    with pytest.raises(CleanerError, match="audit is 'all'"):
        BatchCleaner(cleaner, audit="all")  # type: ignore[arg-type]
    with pytest.raises(CleanerError, match="needs a name"):
        BatchCleaner(cleaner, text_field="")
    with pytest.raises(CleanerError, match="unknown site"):
        BatchCleaner(cleaner, site="nowhere.example")


def test_added_columns_can_be_renamed(cleaner: Cleaner) -> None:
    batch = pa.record_batch({"isi": [TEXT], "status": ["terbit"]})
    step = BatchCleaner(cleaner, text_field="isi", prefix="cleaner_")
    found = step(batch)
    assert found.schema.names == ["isi", "status", *(f"cleaner_{name}" for name in ADDED)]
    assert step.restore(found).equals(batch)


def test_a_dictionary_that_is_too_small_says_so(cleaner: Cleaner) -> None:
    texts = [f"Teks nomor {number}." for number in range(200)]
    encoded = pa.array(texts).dictionary_encode()
    batch = pa.record_batch({"text": encoded})
    assert clean_batch(batch, cleaner)["text"].to_pylist() == texts
    from cleaner.adapters.arrow_columns import text_array

    with pytest.raises(CleanerError, match="do not fit dictionary"):
        text_array(texts, pa.dictionary(pa.int8(), pa.string()))


def test_it_pickles_and_gives_the_same(cleaner: Cleaner) -> None:
    step = BatchCleaner(Cleaner(keep=["related"]), audit="record", site="kontan.co.id", keep_html=False)
    data = pickle.dumps(step)
    again = pickle.loads(data)
    batch = pa.record_batch({"text": [TEXT, None]})
    assert again(batch).equals(step(batch))
    assert pickle.dumps(again) == data
    assert "Baca Juga" in again(batch)["text"][0].as_py()


def test_packs_of_your_own_travel_as_values(tmp_path, cleaner: Cleaner) -> None:
    pack = tmp_path / "mine.toml"
    pack.write_text(
        'schema = 1\npack = "user/mine"\ntitle = "Mine"\nsource = "test"\n[[rule]]\nid = "marker"\ncategory = "other"\n'
        'scope = "line"\nmatch = "^xyzzy plugh$"\nexample = ["xyzzy plugh"]\ncounter = ["xyzzy plugh ada di sini."]\n'
    )
    data = pickle.dumps(BatchCleaner(Cleaner(packs=[tmp_path]), audit=False))
    pack.unlink()
    batch = pa.record_batch({"text": [f"{PROSE}\nxyzzy plugh"]})
    assert pickle.loads(data)(batch)["text"].to_pylist() == [PROSE]
    assert clean_batch(batch, cleaner)["text"].to_pylist() == [f"{PROSE}\nxyzzy plugh"]


def test_the_pickle_is_the_same_in_every_process(tmp_path) -> None:
    program = "import pickle, hashlib; from cleaner.adapters.arrow import BatchCleaner as B\n"
    program += "print(hashlib.sha256(pickle.dumps(B(), protocol=5)).hexdigest())"
    outcomes = set()
    for cache, seed in (("", "1"), (str(tmp_path), "2"), (str(tmp_path), "3")):
        env = {"CLEANER_CACHE_DIR": cache, "PYTHONHASHSEED": seed}
        outcomes.add(subprocess.run([sys.executable, "-c", program], env=env, check=True, capture_output=True).stdout)
    assert len(outcomes) == 1

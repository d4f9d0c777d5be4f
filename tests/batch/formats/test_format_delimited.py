import csv
import io
import json

import pytest
from format_tools import convert, cut_x, read
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.batch.formats import delimited
from cleaner.fields import Fields

# in, out: the letter x is cut from texts, everything else stays as it stands
THROUGH = {
    "plain": ("id,text\n1,axb\n2,c\n", "id,text,cleaner_error\n1,ab,\n2,c,\n"),
    "no last newline": ("id,text\n1,axb", "id,text,cleaner_error\n1,ab,\n"),
    "crlf": ("id,text\r\n1,axb\r\n2,x c", "id,text,cleaner_error\r\n1,ab,\r\n2, c,\r\n"),
    "old mac": ("id,text\r1,axb\r", "id,text,cleaner_error\r1,ab,\r"),
    "quotes stay": (
        '"id","text",c\n"1","axb","p"\n2,"q",r\n',
        '"id","text",c,cleaner_error\n"1","ab","p",\n2,"q",r,\n',
    ),
    "quoted newlines": ('id,text,z\n1,"a\nx\n\n""b"", c",9\n', 'id,text,z,cleaner_error\n1,"a\n\n\n""b"", c",9,\n'),
    "delimiter in text": ('text,n\n"a,x",1\n', 'text,n,cleaner_error\n"a,",1,\n'),
    "semicolons": ("id;text;z\n1;ax, b;2,5\n", "id;text;z;cleaner_error\n1;a, b;2,5;\n"),
    "tabs": ("id\ttext\n1\tax, b; c\n", "id\ttext\tcleaner_error\n1\ta, b; c\t\n"),
    "bom": ("\ufeffid,text\n1,axb\n", "\ufeffid,text,cleaner_error\n1,ab,\n"),
    "one column": ("text\nax\n", "text,cleaner_error\na,\n"),
    "blank lines": ("\nid,text\n\n1,axb\n\n", "id,text,cleaner_error\n1,ab,\n"),
    "quote inside a cell": ('id,text,z\n1,a"x,5"\n', 'id,text,z,cleaner_error\n1,"a""",5",\n'),
    "empty text": ("id,text,z\n1,,c\n", 'id,text,z,cleaner_error\n1,,c,"in.csv:2: column ""text"" is empty"\n'),
    "cleaned before": ("cleaner_error,text\nold,ax\n,b\n", "cleaner_error,text\n,a\n,b\n"),
    "text that comes last": ('z,text\n"a, b","cx"\n', 'z,text,cleaner_error\n"a, b","c",\n'),
}


@pytest.mark.parametrize("case", THROUGH)
def test_cells_pass_through(case: str) -> None:
    before, after = THROUGH[case]
    assert convert(before.encode(), "csv", "csv").decode() == after
    header = before.lstrip("\ufeff\n").splitlines()[0]
    if "\t" in header:
        assert convert(before.encode(), "tsv", "tsv").decode() == after


# a file, and the line or error of each record: nothing after a broken one is lost
BROKEN = {
    "never closed": (
        'id,text\n1,"satu\n2,dua\n3,tiga\n',
        ["2: broken quoting: a quote that opens here is not closed", "dua", "tiga"],
    ),
    "closed by the next": ('id,text\n1,"satu\n2,"dua"\n3,tiga\n', ["2: broken quoting", "dua", "tiga"]),
    "not doubled": ('id,text\n1,"sa"t"u"\n2,dua\n', ["2: broken quoting: ',' expected after '\"'", "dua"]),
    "last line": ('id,text\n1,satu\n2,"dua', ["satu", "3: broken quoting"]),
    "after quoted newlines": ('id,text\n1,"sa\ntu"\n2,"dua"x\n3,tiga\n', ["sa\ntu", "4: broken quoting", "tiga"]),
    "swallows whole records": (
        'id,text\n1,"satu\n2,", empat"\n3,tiga\n',
        ["2: broken quoting", ", empat", "tiga"],
    ),
    "too few cells": ("id,text,z\n1,satu\n2,dua,z\n", ["2: 2 cells in this record, 3 in the header", "dua"]),
    "too many cells": ('id,text\n1,"sa\ntu",z\n2,dua\n', ["2: 3 cells in this record, 2 in the header", "dua"]),
}


@pytest.mark.parametrize("case", BROKEN)
def test_broken_records_cost_themselves(case: str) -> None:
    data, wanted = BROKEN[case]
    items, stopped = read(data.encode(), "csv")
    assert stopped is None
    got = [item.text if item.error is None else f"{item.where.removeprefix('in.csv:')}: {item.error}" for item in items]
    assert len(got) == len(wanted)
    assert all(each.startswith(start) for each, start in zip(got, wanted, strict=True)), got
    out = list(csv.reader(io.StringIO(convert(data.encode(), "csv", "csv").decode(), newline=""), strict=True))
    assert len(out) == len(wanted) + 1
    assert {len(row) for row in out} == {len(out[0])}


def test_what_can_be_read_of_a_broken_record_stays() -> None:
    assert convert(b'id,text,z\n1,"satu\n2,dua,z\n', "csv", "csv").decode() == (
        "id,text,z,cleaner_error\n1,,,in.csv:2: broken quoting: a quote that opens here is not closed\n2,dua,z,\n"
    )


def test_a_tsv_may_know_no_quotes() -> None:
    data = b'id\ttext\tz\n1\t"Halo" kata xdia\t9\n2\t"buka\t8\n3\tdua\t"7"\n'
    items, _ = read(data, "tsv")
    assert [item.text for item in items] == ['"Halo" kata xdia', '"buka', "dua"]
    assert convert(data, "tsv", "tsv").decode() == (
        'id\ttext\tz\tcleaner_error\n1\t"Halo" kata dia\t9\t\n2\t"buka\t8\t\n3\tdua\t"7"\t\n'
    )


def test_an_open_quote_does_not_read_a_large_file_into_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "_PROBE", 2000)
    data = b'id,text,z\n1,"satu\n' + b"".join(b"%d,dua,tiga\n" % n for n in range(2, 5000))
    items, _ = read(data, "csv")
    assert len(items) == 4999
    assert [item.where for item in items if item.error] == ["in.csv:2"]
    monkeypatch.setattr(delimited, "_PROBE", 1 << 40)
    monkeypatch.setattr(delimited, "MAX_RECORD", 3000)
    assert [item.where for item in read(data, "csv")[0] if item.error] == ["in.csv:2"]


def test_a_cell_of_many_megabytes() -> None:
    text = "kata " * (4 << 20) + "x"
    data = f'id,text\n1,"{text}"\n2,b\n'.encode()
    items, stopped = read(data, "csv")
    assert stopped is None
    assert [item.text == wanted for item, wanted in zip(items, (text, "b"), strict=True)] == [True, True]
    assert convert(data, "csv", "csv") == f'id,text,cleaner_error\n1,"{cut_x(text)}",\n2,b,\n'.encode()


HEADERS = [
    (b"", "no header: the first line must name the columns"),
    (b"id,url,isi\n1,2,3\n", 'no column "text"; the columns are id, url, isi'),
    (b'id,"text\n1,2\n', "line 2: broken quoting in the header: unexpected end of data"),
]


@pytest.mark.parametrize(("data", "message"), HEADERS)
def test_headers_that_do_not_do(data: bytes, message: str) -> None:
    assert read(data, "csv") == ([], message)


def test_field_names() -> None:
    data = b"key,link,isi,judul,tanggal\n5,https://a.example,xa,J,2024\n,,b,,\n"
    items, _ = read(data, "csv", Fields(id="key", url="link", text="isi", title="judul", date="tanggal"))
    assert [(i.id, i.url, i.text, i.title, i.date) for i in items] == [
        ("5", "https://a.example", "xa", "J", "2024"),
        (None, None, "b", None, None),
    ]


def test_a_page_gives_text_and_title() -> None:
    data = b'id,html,z\n1,"<p>a, x",9\n'
    assert convert(data, "csv", "csv", title="Judul").decode() == (
        'id,z,text,title,cleaner_error\n1,9,"<p>a, ",Judul,\n'
    )
    assert convert(data, "csv", "csv", keep_pages=True).decode() == (
        'id,html,z,text,title,cleaner_error\n1,"<p>a, x",9,"<p>a, ",,\n'
    )


def test_odd_encodings() -> None:
    text = "id,text,z\n1,caf\u00e9 x,\u00e9\n2,b,c\n"
    after = "id,text,z,cleaner_error\n1,caf\u00e9 ,\u00e9,\n2,b,c,\n"
    assert convert(text.encode("windows-1252"), "csv", "csv").decode() == after
    assert convert(text.encode("utf-16"), "csv", "csv").decode("utf-8-sig") == after
    items, _ = read(text.encode("windows-1252"), "csv")
    assert [item.meta.get("encoding") for item in items] == ["windows-1252", None]


def test_to_jsonl() -> None:
    lines = convert(b"id,text,z\n1,axb,9\n2,,8\n", "csv", "jsonl").splitlines()
    assert [json.loads(line) for line in lines] == [
        {"id": "1", "text": "ab", "z": "9"},
        {"id": "2", "text": None, "z": "8", "error": 'in.csv:3: column "text" is empty'},
    ]


CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufeff"), max_size=12)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=8), st.sampled_from([",", ";", "\t"]), st.booleans())
def test_any_cells(records: list[tuple[str, str, str]], delimiter: str, every: bool) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL if every else csv.QUOTE_MINIMAL)
    writer.writerow(["a", "text", "b"])
    writer.writerows(records)
    result = convert(out.getvalue().encode(), "csv", "csv").decode()
    back = list(csv.reader(io.StringIO(result, newline=""), delimiter=delimiter, strict=True))
    wanted = [[a, cut_x(text), b] for a, text, b in records]
    assert [row[:3] for row in back] == [["a", "text", "b"], *wanted]
    assert [bool(row[3]) for row in back[1:]] == [text == "" for _, text, _ in records]

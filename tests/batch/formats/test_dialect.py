r"""Tables as Excel, MySQL and pandas write them: read as they are meant, and written back in the same dialect."""

import csv
import io
import json

import pytest
from format_tools import convert, read
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.batch.formats.dialect import Dialect

#: The file, its format, the texts, and the file when each x is cut.
TABLES = {
    "Excel's line": ("sep=;\r\nid;text\r\n1;ax,b\r\n", "csv", ["ax,b"], "sep=;\r\nid;text;cleaner_error\r\n1;a,b;\r\n"),
    "Excel's line with a mark": ("\ufeffsep=|\nid|text\n1|a;x\n", "csv", ["a;x"],
                                 "\ufeffsep=|\nid|text|cleaner_error\n1|a;|\n"),
    "Excel's line in quotes": ('"sep=,"\nid,text\n1,x\n', "csv", ["x"], '"sep=,"\nid,text,cleaner_error\n1,,\n'),
    "pandas": ('id,text\n"\\"1\\"","kata \\"yax\\", lalu\nx\\\\n"\n', "csv", ['kata "yax", lalu\nx\\n'],
               'id,text,cleaner_error\n"\\"1\\"","kata \\"ya\\", lalu\n\\\\n",\n'),
    "MySQL": ('id,text,n\n1,"kata \\"yax\\"\\\nlalu",\\N\n2,"b\\nx\\tc",\\N\n', "csv", ['kata "yax"\nlalu', "b\nx\tc"],
              'id,text,n,cleaner_error\n1,"kata \\"ya\\"\\\nlalu",\\N,\n2,"b\\n\\tc",\\N,\n'),
    "a path at the end of a cell is none": ('id,text\n"C:\\","x"\n"D:\\","kata ""x"""\n', "csv", ["x", 'kata "x"'],
                                            'id,text,cleaner_error\n"C:\\","",\n"D:\\","kata """"",\n'),
    "TSV with escapes": ('id\ttext\n1\tax\\nb\\tc\\\\d\n2\tkata "yax" itu\\n"\n', "tsv",
                         ["ax\nb\tc\\d", 'kata "yax" itu\n"'],
                         'id\ttext\tcleaner_error\n1\ta\\nb\\tc\\\\d\t\n2\tkata "ya" itu\\n"\t\n'),
    "TSV with escapes, quoted at the start": ('id\ttext\n1\t"Yax," katanya\\nlalu\n', "tsv", ['"Yax," katanya\nlalu'],
                                              'id\ttext\tcleaner_error\n1\t"Ya," katanya\\nlalu\t\n'),
    "TSV with paths": ("id\ttext\n1\tC:\\new x\n2\tD:\\Users\n", "tsv", ["C:\\new x", "D:\\Users"],
                       "id\ttext\tcleaner_error\n1\tC:\\new \t\n2\tD:\\Users\t\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLES)
def test_tables(name: str) -> None:
    table, source, texts, wanted = TABLES[name]
    items, stopped = read(table.encode(), source)
    assert stopped is None
    assert [(item.text, item.error) for item in items] == [(text, None) for text in texts]
    out = convert(table.encode(), source, source).decode()
    assert out == wanted
    again, _ = read(wanted.encode(), source)
    assert [item.text or "" for item in again] == [text.replace("x", "") for text in texts]


def test_null_is_no_text() -> None:
    items, _ = read(b'id,text\n1,"a \\"b\\" c"\n2,\\N\n', "csv")
    assert [(item.text, item.error) for item in items] == [('a "b" c', None), (None, 'column "text" is empty')]


def test_escapes_do_not_hide_damage() -> None:
    table = b'id,text\n1,"a \\"b\\" c"\n2,"kata, lalu\n3,"a \\"b\\" d"\n4,a,b\n5,"\\"b\\""\n'
    items, stopped = read(table, "csv")
    assert stopped is None
    assert [item.text for item in items if item.error is None] == ['a "b" c', 'a "b" d', '"b"']
    assert [item.where for item in items if item.error] == ["in.csv:3", "in.csv:5"]


@given(st.lists(st.lists(st.text('ab"\\,;\n\r\tnN é', max_size=9), min_size=3, max_size=3), min_size=1, max_size=4))
@settings(max_examples=400, deadline=None)
def test_what_the_standard_library_writes_is_read(rows: list[list[str]]) -> None:
    """Its dialects with a backslash, and quotes around everything as pandas puts them."""
    rows = [[one, two, three or "t"] for one, two, three in rows]
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, escapechar="\\", doublequote=False, lineterminator="\n")
    writer.writerow(["a", "b", "text"])
    writer.writerow(["x", "y", 'z "q" z'])  # tells the dialect
    writer.writerows(rows)
    items, stopped = read(out.getvalue().encode(), "csv")
    assert stopped is None
    assert [item.row.cells for item in items[1:]] == rows


LIKE = ['"a"', '"\\n"', "\\n", "a", '"\n"', "\\\n", '""""', "\\t"]


@given(st.text('ab"\\,;\n\r\t\0nNtr é'), st.sampled_from(LIKE), st.sampled_from(",;\t"))
@settings(max_examples=500, deadline=None)
def test_a_written_cell_is_read_as_it_was(value: str, like: str, mark: str) -> None:
    dialect = Dialect(mark, escapes=True)
    written = dialect.written(value, like)
    assert dialect.cells(f"{written}{mark}b\n")[0] == value or value == ""
    literal = dialect.written(value, like, literal=True)
    if mark == "\t":
        assert dialect.cells(f"{literal}{mark}b\n", literal=True)[0] == value


def test_to_jsonl() -> None:
    out = convert(b"id\ttext\n1\tax\\nb\n", "tsv", "jsonl")
    assert json.loads(out) == {"id": "1", "text": "a\nb"}

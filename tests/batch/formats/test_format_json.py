"""JSON: whatever way records are written in a file, they are the records of the same lines."""

import io
import json
from typing import Any

import pytest
from format_tools import convert, read
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.batch.formats import json_file
from cleaner.batch.formats.base import Item
from cleaner.batch.formats.registry import FORMATS
from cleaner.fields import Fields

VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
RECORD = st.dictionaries(
    st.sampled_from(["id", "text", "url", "a", "}]"]), VALUE | st.text('x[]{},"\\\n 1'), max_size=4
)
ONE, CUT, TWO = '{"id": 1, "text": "x satu"}', '{"id": 1, "text": " satu"}', '{"id": 2, "text": "dua"}'


@given(st.lists(RECORD | VALUE, max_size=5), st.sampled_from([None, 0, 2, "\t"]), st.booleans(), st.integers(1, 60))
@settings(max_examples=300, deadline=None)
def test_an_array_is_its_records(found: list[Any], indent: Any, ascii_only: bool, step: int) -> None:
    array = json.dumps(found, indent=indent, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    lines = b"".join(
        json.dumps(each, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass") + b"\n" for each in found
    )
    before, json_file._STEP = json_file._STEP, step
    try:
        items, stopped = read(array, "json")
    finally:
        json_file._STEP = before
    assert stopped is None
    wanted, _ = read(lines, "jsonl")

    def facts(found: list[Item]) -> list[Any]:
        return [(i.text, i.url, i.error and i.error.partition(" at column")[0]) for i in found]

    assert facts(items) == facts(wanted)
    assert [item.where for item in items] == [f"in.json: record {n + 1}" for n in range(len(found))]
    for item, each in zip(items, found, strict=True):
        assert repr(json.loads(item.row.line)) == repr(each)


WAYS = {
    "an array": (f"[{ONE},{TWO}]", f'[\n{CUT},\n{TWO}\n]\n'),
    "one a line, in brackets": (f"[\n{ONE},\n{TWO}\n]\n", f'[\n{CUT},\n{TWO}\n]\n'),
    "a byte order mark and blanks": (f"\ufeff\n [ {ONE} , {TWO}] \n", f'[\n{CUT},\n{TWO}\n]\n'),
    "an empty array": (" [ ]\n", "[]\n"),
    "one record": (ONE, CUT + "\n"),
    "one record in lines": ('{\n "id": 1,\n "text": "x satu"\n}\n', '{"id": 1,"text": " satu"}\n'),
    "JSON lines": (f"{ONE}\n{TWO}\n", f'{CUT}\n{TWO}\n'),
    "one after the other": (f'{{\n"id": 3, "text": "x"}}{ONE}\n\n{TWO}', f'{{"id": 3, "text": ""}}\n{CUT}\n{TWO}\n'),
    "nothing": ("", ""),
}  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("way", WAYS)
def test_the_file_is_written_as_it_was_read(way: str, encoding: str) -> None:
    source, wanted = WAYS[way]
    if encoding == "utf-16" and not (source := source.removeprefix("\ufeff")):
        return
    assert convert(source.encode(encoding), "json", "json").decode() == wanted
    lines = wanted.removeprefix("[\n").removesuffix("]\n").replace(",\n", "\n").removeprefix("[")
    assert convert(source.encode(encoding), "json", "jsonl").decode() == lines


def test_values_stay_as_they_stand() -> None:
    record = '{"n": 123456789012345678901234567890, "f": 1.50, "e": 1E+2, "nan": NaN, "u": "\\u00e9\\/", "text": "x"}'
    cut = record.replace('"x"', '""')
    assert convert(f"[{record}]".encode(), "json", "json").decode() == f"[\n{cut}\n]\n"
    assert convert(b'[{"a": "caf\xe9", "text": "x"}]', "json", "json") == b'[\n{"a": "caf\xe9", "text": ""}\n]\n'


def test_a_line_that_is_broken_costs_itself_where_each_record_has_its_line() -> None:
    items, stopped = read(f"{ONE}\n{{broken\n{TWO}\n".encode(), "json")
    assert stopped is None
    assert [item.error is None for item in items] == [True, False, True]
    assert items[1].where == "in.json:2"


BROKEN = {
    "cut off in a record": (f"[{ONE},\n{TWO[:-9]}", 1, "cut off in the array after record 1"),
    "cut off between records": (f"[{ONE},\n{TWO}", 2, "cut off in the array after record 2"),
    "cut off after a comma": (f"[{ONE},\n", 1, "cut off in the array after record 1"),
    "no comma": (f"[{ONE}\n{TWO}]", 1, "line 2: not JSON: expecting a comma or the end of the array"),
    "broken": (f'[{ONE},\n{{"id": 1 2,"text": "{"a" * 99}"}}]', 1, "line 2: not JSON: Expecting ',' delimiter"),
    "a line break in a string": (f'[{ONE},\n\n{{"a": "a\nb", "x": "{"a" * 99}"}}]', 1, "line 3: not JSON: Invalid"),
    "more behind it": (f"[{ONE}]\n{TWO}", 1, "line 2: something follows the end of the array"),
    "no JSON": ("Harga beras naik lagi pada pekan ini.", 0, "line 1: not JSON: Expecting value"),
    "deep": ("[" * 200_000, 0, "line 1: not JSON that can be read: nested too deeply"),
    "an image": ("\x89PNG\r\n\x1a\n\0\0", 0, "is a PNG image, not a text"),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN)
def test_what_came_before_the_damage_counts(case: str) -> None:
    data, count, message = BROKEN[case]
    items: list[Any] = []
    items, stopped = read(data.encode("latin-1"), "json") if count else ([], None)
    if not count:
        with pytest.raises(Exception, match=message.replace("(", r"\(")):
            list(FORMATS["json"].reader(io.BytesIO(data.encode("latin-1")), "in.json", Fields()))
        return
    assert len(items) == count
    assert stopped is not None and stopped.startswith(message)


def test_a_large_array_is_a_stream() -> None:
    """The reader holds a window, however large the file is."""
    record = json.dumps({"text": "kata " * 400}).encode()

    class Endless(io.RawIOBase):
        taken = 0

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            piece = (b"[" if not self.taken else b"") + (record + b",") * (len(buffer) // len(record) - 1)
            self.taken += len(piece)
            buffer[: len(piece)] = piece
            return len(piece)

    endless = Endless()
    reader = iter(FORMATS["json"].reader(io.BufferedReader(endless, 1 << 16), "in.json", Fields()))
    for number in range(20_000):
        item = next(reader)
        assert item.text
        assert endless.taken < (number + 1) * len(record) + (1 << 19)

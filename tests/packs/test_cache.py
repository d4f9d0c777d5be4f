"""The cache of parsed packs: used when it is what was written for these files, else made anew."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cleaner.packs import load
from cleaner.packs.schema import Pack

PACK = """schema = 1
pack = "user/mine"
[[rule]]
id = "x"
category = "ad"
scope = "line"
match = '^Iklan$'
example = ["Iklan"]
counter = ["Iklan rokok"]
"""


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Pack]:
    monkeypatch.setenv("CLEANER_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr(load, "builtin_dir", lambda: tmp_path / "none")
    (tmp_path / "packs").mkdir()
    (tmp_path / "packs" / "mine.toml").write_text(PACK, "utf-8")
    return lambda: load.load_packs([tmp_path / "packs"])[-1]


def cached(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "cache").glob("packs-*.msgpack"), key=lambda path: path.stat().st_size)


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data.replace(b"^Iklan$", b"^Warga$"),
        lambda data: data[:-1],
        lambda data: data[40:],
        lambda data: b"",
        lambda data: data + b"\0",
        lambda data: bytes([data[0] ^ 1]) + data[1:],
    ],
)
def test_a_damaged_file_is_made_anew(
    mine: Callable[[], Pack], tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    sound = mine()
    path = cached(tmp_path)[-1]
    data = path.read_bytes()
    path.write_bytes(damage(data))
    assert path.read_bytes() != data
    assert mine() == sound
    assert path.read_bytes() == data


def test_the_file_of_other_packs_is_not_taken_for_these(mine: Callable[[], Pack], tmp_path: Path) -> None:
    mine()
    first = cached(tmp_path)[-1]
    pack = tmp_path / "packs" / "mine.toml"
    pack.write_text(PACK.replace("^Iklan$", "^Iklan:?$"), "utf-8")
    changed = mine()
    second = next(path for path in cached(tmp_path)[-2:] if path != first)
    second.write_bytes(first.read_bytes())
    assert mine() == changed
    assert changed.rules[0].match == "^Iklan:?$"


def test_a_word_list_belongs_to_the_key(
    mine: Callable[[], Pack], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    mine()
    before = len(cached(tmp_path))
    extra = tmp_path / "words" / "xx" / "more.txt"
    extra.parent.mkdir(parents=True)
    extra.write_text("satu\n", "utf-8")
    files = load.word_files()
    monkeypatch.setattr(load, "word_files", lambda: [*files, extra])
    mine()
    assert len(cached(tmp_path)) > before

"""Broken packs, from ``broken.toml``: refused by the library and the command line alike, with place and mend."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from cleaner import Cleaner
from cleaner.packs import load
from cleaner.packs.schema import PackError

CASES = tomllib.loads((Path(__file__).parent / "broken.toml").read_text("utf-8"))["case"]
GOOD = """schema = 1
pack = "user/mine"
[[rule]]
id = "x"
category = "ad"
scope = "line"
match = '^Iklan$'
example = ["Iklan"]
counter = ["Iklan rokok"]
"""
BAD_PAGE = '[site]\ndomains = ["Contoh.id"]\n[html]\nbody = ["div["]\n'


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLEANER_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr(load, "builtin_dir", lambda: tmp_path / "none")  # they would be parsed again for each case


def packs_with(folder: Path, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "mine.toml").write_text(text, "utf-8")
    return folder


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_is_refused(case: dict[str, Any], tmp_path: Path) -> None:
    assert set(case) <= {"name", "pack", "line", "rule", "message", "mend"}
    folder = packs_with(tmp_path / "packs", case["pack"])
    for _ in range(2):  # a refused pack is not in the cache the second time
        with pytest.raises(PackError) as caught:
            Cleaner(packs=[folder])
        error = caught.value
        assert (error.path, error.line, error.rule) == (
            str(folder / "mine.toml"),
            case["line"],
            case.get("rule", ""),
        ), str(error)
        assert case["message"] in error.message
        assert case.get("mend", "") in error.mend
        assert str(error).startswith(f"{folder / 'mine.toml'}:{case['line']}: ")


def test_all_faults_of_all_packs_are_told(tmp_path: Path) -> None:
    folder = packs_with(tmp_path / "packs", GOOD.replace("^Iklan$", "^Iklan") + BAD_PAGE)
    other = GOOD.replace("user/mine", "user/other").replace("^Iklan$", "^Iklan(") + BAD_PAGE
    (folder / "other.toml").write_text(other, "utf-8")
    with pytest.raises(PackError) as caught:
        Cleaner(packs=[folder])
    assert [(Path(one.path).name, one.line, one.message.partition(",")[0]) for one in caught.value.each()] == [
        ("mine.toml", 3, "counter 'Iklan rokok' is cut (left: '')"),
        ("mine.toml", 11, "'Contoh.id' is no host name"),
        ("mine.toml", 13, "html body: 'div[' is no CSS selector"),
        ("other.toml", 7, "match is no regular expression: missing )"),
        ("other.toml", 11, "'Contoh.id' is no host name"),
        ("other.toml", 11, "domain 'Contoh.id' is also claimed by user/mine"),
        ("other.toml", 13, "html body: 'div[' is no CSS selector"),
    ]


def test_a_pack_may_name_what_comes_with_the_cleaner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    monkeypatch.setenv("CLEANER_CACHE_DIR", str(tmp_path / "cache"))
    text = 'schema = 1\npack = "user/mine"\ndisable = ["site/kontan.co.id#dateline"]\n'
    text += '[site]\ndomains = ["kontan.co.id"]\nnetwork = "kg-media"\n'
    Cleaner(packs=[packs_with(tmp_path / "packs", text)])
    packs_with(tmp_path / "packs", text.replace("#dateline", "#datelin").replace("kg-media", "kg-medai"))
    with pytest.raises(PackError) as caught:
        Cleaner(packs=[tmp_path / "packs"])
    assert [(one.line, one.message, one.mend) for one in caught.value.each()] == [
        (3, "disables 'site/kontan.co.id#datelin', which no pack has", "did you mean 'site/kontan.co.id#dateline'?"),
        (6, "no network 'kg-medai'", "did you mean 'kg-media'?"),
    ]


def test_a_pack_is_checked_again_when_what_it_names_may_be_gone(tmp_path: Path) -> None:
    generic = tmp_path / "none" / "generic"
    generic.mkdir(parents=True)
    (generic / "ads.toml").write_text(GOOD.replace("user/mine", "generic/ads"), "utf-8")
    text = 'schema = 1\npack = "user/mine"\ndisable = ["generic/ads#x"]\n'
    folder = packs_with(tmp_path / "packs", text)
    Cleaner(packs=[folder])
    (generic / "ads.toml").write_text(GOOD.replace("user/mine", "generic/ads").replace('"x"', '"y"'), "utf-8")
    with pytest.raises(PackError, match="disables 'generic/ads#x', which no pack has"):
        Cleaner(packs=[folder])


def test_a_sound_pack_is_taken(tmp_path: Path) -> None:
    found = Cleaner(packs=[packs_with(tmp_path / "packs", GOOD)]).clean_text("Warga pulang.\nIklan")
    assert found.text == "Warga pulang."


def test_a_pack_that_was_listed_unchecked_is_still_checked_when_it_is_used(tmp_path: Path) -> None:
    folder = packs_with(tmp_path / "packs", GOOD.replace("^Iklan$", "^Iklan"))
    assert load.load_packs([folder])[-1].name == "user/mine"
    with pytest.raises(PackError, match="counter 'Iklan rokok' is cut"):
        Cleaner(packs=[folder])


def test_a_pack_is_checked_once_until_it_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from cleaner.lint import admit

    seen: list[str] = []
    check = admit.admit
    monkeypatch.setattr(
        admit, "admit", lambda own, *args, **more: (seen.append(own[0][0].name), check(own, *args, **more))[1]
    )
    folder = packs_with(tmp_path / "packs", GOOD)
    Cleaner(packs=[folder])
    Cleaner(packs=[folder])
    assert seen == ["user/mine"]
    packs_with(folder, GOOD + "# changed\n")
    Cleaner(packs=[folder])
    assert seen == ["user/mine"] * 2

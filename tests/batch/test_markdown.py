"""Markdown in, Markdown out: whatever is cut, no mark that had its partner is left without."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner import Cleaner, restore

TOOLS = tomllib.loads((Path(__file__).parent / "markdown.toml").read_text("utf-8"))["tool"]
_ITEM = re.compile(r"(?m)^\s*(?:[*+-]|\d+\.)\s|^\s*(?:\* \* \*|-{3,})\s*$")
_LINK = re.compile(r"\]\([^()]*(?:\([^()]*\)[^()]*)*\)")


def alone(text: str) -> set[str]:
    r"""The marks of a text that lack their partners.

    >>> sorted(alone("**a** [b](/c) `d`")), sorted(alone("**a [b](/c"))
    ([], ['**', ']('])
    """
    text = _ITEM.sub("", re.sub(r"\\(?=[^\s\w])\S", "", text))
    counts = {
        "**": text.count("**") % 2,
        "*": text.replace("**", "").count("*") % 2,
        "_": len(re.findall(r"(?<![A-Za-z0-9])_+|_+(?![A-Za-z0-9])", text)) % 2,
        "`": text.count("`") % 2,
        "[": text.count("[") - text.count("]"),
        "](": text.count("](") - len(_LINK.findall(text)),
    }
    return {mark for mark, count in counts.items() if count}


@pytest.mark.parametrize("tool", TOOLS, ids=[tool["name"] for tool in TOOLS])
def test_the_examples_are_whole(tool: dict[str, list[str]]) -> None:
    for key in ("start", "body", "clutter"):
        assert [block for block in tool[key] if alone(block)] == []


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_no_mark_loses_its_partner(cleaner: Cleaner, data: st.DataObject) -> None:
    tool = data.draw(st.sampled_from(TOOLS))
    blocks = st.lists(st.sampled_from([*tool["body"], *tool["clutter"]]), min_size=1, max_size=8)
    body = data.draw(blocks)
    parting = data.draw(st.sampled_from(["\n\n", "\n", "\r\n\r\n"]))
    raw = parting.join([data.draw(st.sampled_from(tool["start"])), *body])
    result = cleaner.clean_text(raw, url=data.draw(st.sampled_from([None, "https://www.kompas.com/read/1"])))
    assert restore(result.text, result) == raw
    for line in re.split(r"\r?\n", result.text):
        assert not alone(line), (line, tool["name"])


@pytest.mark.parametrize("tool", TOOLS, ids=[tool["name"] for tool in TOOLS])
def test_body_stays_and_invitations_go(cleaner: Cleaner, tool: dict[str, list[str]]) -> None:
    raw = "\n\n".join([tool["start"][0], *tool["body"], *tool["clutter"][:2], tool["body"][0]])
    text = cleaner.clean_text(raw, url="https://www.kompas.com/read/1").text
    assert [block for block in tool["body"] if block.strip() not in text] == []
    assert "baca juga" not in text.lower()

"""Where a regex is anchored, read off its parsed form."""

from __future__ import annotations

import pytest

from cleaner.regex.tree import begins_with_text, ends_anchored, starts_anchored


@pytest.mark.parametrize(
    ("pattern", "start", "end"),
    [
        (r"^baca juga$", True, True),
        (r"^(?:baca|lihat) juga", True, False),
        (r"^baca|lihat", False, False),
        (r"(?:^baca|^lihat)", True, False),
        (r"\bbaca", False, False),
        (r"US\$", False, False),
        (r"US[$]", False, False),
        (r"\(\w+\)\s*$", False, True),
        (r"(?:a$|b$)", False, True),
        (r"(?:a|b$)", False, False),
        (r"(?:a|b)(?=\s*$)", False, True),
        (r"(?>a$)", False, True),
        (r"a(?:b$)?", False, False),
        (r"(", False, False),
    ],
)
def test_anchors(pattern: str, start: bool, end: bool) -> None:
    assert (starts_anchored(pattern), ends_anchored(pattern)) == (start, end)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [("baca", True), (r"(?:(baca))", True), (r"\s*baca", False), (r"(?<=a)baca", False), ("^baca", False), ("", False)],
)
def test_begins_with_text(pattern: str, expected: bool) -> None:
    assert begins_with_text(pattern) is expected

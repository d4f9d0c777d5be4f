from __future__ import annotations

import pytest
from html_pages import LAST, LEAD, NEXT, kept, page, story

from cleaner.html.comments import first_comment
from cleaner.html.page import read_page
from cleaner.html.spec import PageSpec

SAID = "Semoga harga segera turun ya, kasihan rakyat kecil yang belanja tiap hari."


def comments(heading: str, button: str) -> str:
    """Two comments under a heading, with no class name at all."""
    said = "".join(f"<div><b>Warga {n}</b><p>{SAID}</p><a href=#>{button}</a></div>" for n in (1, 2))
    return f"<h4>{heading}</h4>{said}"


@pytest.mark.parametrize("heading", ["3 Komentar", "Komentar (3)", "Komentar:", "3 Comments", "Komentar Pembaca"])
@pytest.mark.parametrize("button", ["Balas", "Reply"])
def test_comments_behind_a_story_go_with_their_heading(heading: str, button: str) -> None:
    read = read_page(page(story() + comments(heading, button)), PageSpec())
    assert SAID not in kept(read)
    assert heading not in kept(read)
    assert all(line in kept(read) for line in (LEAD, NEXT, LAST))


@pytest.mark.parametrize(
    "lines",
    [
        # a sub-heading of the story, without a button
        ["Komentar", SAID, LAST],
        # more words than a count
        ["Komentar pedagang pasar", SAID, "Balas"],
        # a button that is none, and one far away
        ["3 Komentar", f"Balas dendam, kata dia. {SAID}"],
        ["3 Komentar", *[SAID] * 20, "Balas"],
        [],
    ],
)
def test_what_is_no_heading_of_comments(lines: list[str]) -> None:
    assert first_comment(lines) == len(lines)


def test_the_first_heading_with_a_button_opens_them() -> None:
    assert first_comment(["Komentar", *[LEAD] * 20, "2 Komentar", "Warga", SAID, "Balas"]) == 21

"""Filters pick what they say, and a sample is the same in whatever order the documents come."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner import CleanerError
from cleaner.model import Cleaned, Removal
from cleaner.review.filters import Filter, Shown, sampled

CLEANED = Cleaned(
    text="b",
    raw="ab1",
    removals=(
        Removal(0, 1, "a", "related", "language/id/related#line", "line"),
        Removal(2, 3, "1", "tags", "site/x.id#tags", "line"),
    ),
    flags=("withheld:title_end",),
    status="flagged",
)


@pytest.mark.parametrize(
    ("wanted", "chosen"),
    [
        (Filter(), (0, 1)),
        (Filter(rules=("site/*",)), (1,)),
        (Filter(rules=("site/*", "language/*#line")), (0, 1)),
        (Filter(categories=("tags",)), (1,)),
        (Filter(grep=r"^\d$"), (1,)),
        (Filter(rules=("language/*",), grep=r"\d"), None),
        (Filter(categories=("ad",)), None),
        (Filter(sites=("x.id",)), (0, 1)),
        (Filter(sites=("*.com",)), None),
        (Filter(statuses=("ok",)), None),
        (Filter(statuses=("flagged", "ok")), (0, 1)),
        (Filter(flags=("withheld:*",)), (0, 1)),
        (Filter(flags=("large_cut",)), None),
        (Filter(ids=("d*",)), (0, 1)),
        (Filter(ids=("e",)), None),
    ],
)
def test_a_filter_picks_documents_and_cuts(wanted: Filter, chosen: tuple[int, ...] | None) -> None:
    shown = wanted.shown("doc", None, "x.id", CLEANED)
    assert (shown.chosen if shown is not None else None) == chosen


def test_a_broken_pattern_is_told() -> None:
    with pytest.raises(CleanerError, match="--grep: not a regular expression"):
        Filter(grep="(")


@given(st.sets(st.integers(), max_size=40), st.integers(0, 10), st.integers(0, 5), st.randoms())
def test_a_sample_does_not_depend_on_the_order(ids: set[int], size: int, seed: int, random: object) -> None:
    documents = [Shown(str(id), None, CLEANED, ()) for id in sorted(ids)]
    turned = list(documents)
    random.shuffle(turned)  # type: ignore[attr-defined]
    one = {document.id for document in sampled(documents, size, seed)}
    assert one == {document.id for document in sampled(turned, size, seed)}
    assert len(one) == min(size, len(ids))
    order = [document.id for document in sampled(turned, size, seed)]
    assert order == [document.id for document in turned if document.id in one]

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.html.trees import Tree, compiled

FEATURES = 3


def trees() -> st.SearchStrategy[Tree]:
    leaf = st.integers(-900, 900).map(lambda value: (-1, value))
    branch = lambda part: st.tuples(st.integers(0, FEATURES - 1), st.integers(-5, 5), part, part).map(  # noqa: E731
        lambda found: (found[0], found[1], *found[2], *found[3])
    )
    return st.recursive(leaf, branch, max_leaves=12)


def walked(tree: Tree, row: tuple[int, ...]) -> int:
    """The value of a tree, found step by step."""

    def size(at: int) -> int:
        if tree[at] == -1:
            return 2
        low = size(at + 2)
        return 2 + low + size(at + 2 + low)

    at = 0
    while tree[at] != -1:
        at = at + 2 if row[tree[at]] <= tree[at + 1] else at + 2 + size(at + 2)
    return tree[at + 1]


ROWS = st.lists(st.tuples(*[st.integers(-6, 6)] * FEATURES), max_size=8)


@given(st.lists(trees(), max_size=6), ROWS)
def test_scores_are_the_sums_of_the_trees(given_trees: list[Tree], rows: list[tuple[int, ...]]) -> None:
    expected = [sum(walked(tree, row) for tree in given_trees) for row in rows]
    assert compiled(given_trees, FEATURES)(rows) == expected


@given(st.lists(trees(), min_size=3, max_size=6), st.integers(0, 3), st.integers(-500, 0), st.integers(0, 500), ROWS)
def test_a_row_stops_where_it_is_low_or_high(
    given_trees: list[Tree], count: int, least: int, most: int, rows: list[tuple[int, ...]]
) -> None:
    expected = []
    for row in rows:
        partly = sum(walked(tree, row) for tree in given_trees[:count])
        rest = sum(walked(tree, row) for tree in given_trees[count:])
        expected.append(partly + rest if least <= partly <= most else partly)
    assert compiled(given_trees, FEATURES, [(count, least, most)])(rows) == expected


@pytest.mark.parametrize(
    ("tree", "message"),
    [
        ((), "too early"),
        ((0, 5, -1, 1), "too early"),
        ((-1, 1, -1, 2), "behind its end"),
        ((3, 1, -1, 1, -1, 2), "feature 3 of 3"),
        ((-2, 1, -1, 1, -1, 2), "feature -2"),
        ((-1, 1.5), "no whole number"),
        ((-1, "__import__('os')"), "no whole number"),
        ((-1, True), "no whole number"),
        ((0, 1) * 80 + (-1, 1), "too deep"),
    ],
)
def test_a_malformed_tree_is_refused(tree: Tree, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        compiled([tree], FEATURES)


@pytest.mark.parametrize("stops", [[(2, 0, 1)], [(1, 0, 1), (0, 0, 1)], [(1, "0", 1)], [(1, 0, 0.5)]])
def test_stops_out_of_order_are_refused(stops: list[tuple[int, int, int]]) -> None:
    with pytest.raises(ValueError, match="stops"):
        compiled([(-1, 1)], FEATURES, stops)

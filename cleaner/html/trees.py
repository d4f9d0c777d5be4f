"""Boosted trees as plain Python: from whole numbers in a file to one function over rows.

Conditional expressions are what Python decides fastest. They are put together here from numbers alone, each of which
was checked to be one, so that a file cannot bring in code.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

#: Nodes of a tree in order from the root: feature and limit, or -1 and the value of a leaf.
Tree = tuple[int, ...]
#: So many trees, and the scores below and above which a row goes no further.
Stop = tuple[int, int, int]

_LEAF = -1
_MAX_DEPTH = 60
_MAX_TREES = 1_000


def compiled(
    trees: Sequence[Tree], features: int, stops: Sequence[Stop] = ()
) -> Callable[[Sequence[Sequence[int]]], list[int]]:
    """A function that gives the summed score of every row.

    Args:
        trees: the trees.
        features: how many numbers a row has.
        stops: where a row whose score is low or high enough is left, in order.

    Raises:
        ValueError: a tree is malformed.
    """
    if len(trees) > _MAX_TREES:
        raise ValueError(f"more than {_MAX_TREES} trees")
    used: set[int] = set()
    parts = [_expression(tree, features, used) for tree in trees]
    names = ",".join(f"f{number}" if number in used else "_" for number in range(features))
    lines = ["def score(rows):", " out=[]", " add=out.append", f" for {names} in rows:", "  s=0"]
    at = 0
    for count, least, most in stops:
        if not at <= count <= len(parts) or type(least) is not int or type(most) is not int:
            raise ValueError("stops are out of order")
        lines += [f"  s+={part}" for part in parts[at:count]]
        lines += [f"  if not {least}<=s<={most}:", "   add(s)", "   continue"]
        at = count
    lines += [f"  s+={part}" for part in parts[at:]]
    lines += ["  add(s)", " return out"]
    space: dict[str, Callable[[Sequence[Sequence[int]]], list[int]]] = {}
    # Numbers that were checked and names made here, nothing else.
    exec(compile("\n".join(lines), "<trees>", "exec"), {"__builtins__": {}}, space)  # nosec B102
    return space["score"]


def _expression(tree: Tree, features: int, used: set[int]) -> str:
    """One tree as a conditional expression."""
    if any(type(number) is not int for number in tree):
        raise ValueError("a tree holds something that is no whole number")
    at = 0

    def part(depth: int) -> str:
        nonlocal at
        if at + 1 >= len(tree) or depth > _MAX_DEPTH:
            raise ValueError("a tree ends too early, or is too deep")
        feature, value = tree[at], tree[at + 1]
        at += 2
        if feature == _LEAF:
            return str(value)
        if not 0 <= feature < features:
            raise ValueError(f"a tree asks for feature {feature} of {features}")
        used.add(feature)
        low = part(depth + 1)
        return f"({low} if f{feature}<={value} else {part(depth + 1)})"

    found = part(0)
    if at != len(tree):
        raise ValueError("a tree goes on behind its end")
    return found

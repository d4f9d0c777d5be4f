"""The tree keeps its shape: every room is described, none imports a higher one, no file grows beyond reading."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "cleaner"
MODULES = sorted(PACKAGE.rglob("*.py"))
PAGE = ROOT / "docs" / "architecture.md"
ROW = re.compile(r"^\| `(cleaner/[\w./]+)` \| (.+) \|$", re.MULTILINE)
MAX_LINES = 400

#: Rooms and root modules from the lowest to the highest; those of one row may use each other, but not in a circle.
LAYERS = (
    ("model", "aside", "extras", "nearest", "notebook", "system", "terminal"),
    ("regex",),
    ("packs",),
    ("engine",),
    ("html",),
    ("applied",),
    ("lint",),
    ("arguments", "many", "result"),
    ("core",),
    ("audit",),
    ("view",),
    ("fields",),
    ("batch", "adapters", "maintain", "review"),
    ("cli",),
    ("__main__",),
)
RANK = {room: number for number, layer in enumerate(LAYERS) for room in layer}
#: The package's own face: what it names comes from the core, so only what is above the core may use it.
FACE = "__init__"


def rooms() -> set[str]:
    """Every package and every root module, as the table of docs/architecture.md names them."""
    packages = {f"{path.parent.relative_to(ROOT)}/" for path in PACKAGE.rglob("__init__.py")} - {"cleaner/"}
    return packages | {str(path.relative_to(ROOT)) for path in PACKAGE.glob("*.py")}


def room_of(path: Path) -> str:
    part = path.relative_to(PACKAGE).parts[0]
    return part.removesuffix(".py")


def imported(path: Path) -> Iterator[tuple[int, str]]:
    """Line and room of every import of the package's own, those inside functions included."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}:{node.lineno}: a relative import; name the module in full"
            names = (
                [f"cleaner.{alias.name}" for alias in node.names] if node.module == "cleaner" else [str(node.module)]
            )
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        for name in names:
            parts = name.split(".")
            if parts[0] == "cleaner":
                below = parts[1] if len(parts) > 1 else FACE
                is_room = (PACKAGE / below).is_dir() or (PACKAGE / f"{below}.py").exists()
                yield node.lineno, below if is_room else FACE


def test_the_page_names_every_room_and_root_module() -> None:
    rows = ROW.findall(PAGE.read_text("utf-8"))
    named = [name for name, _ in rows]
    missing, gone = sorted(rooms() - set(named)), sorted(set(named) - rooms())
    assert not missing, f"docs/architecture.md: the table of rooms lacks {missing}: say in a line why each exists"
    assert not gone, f"docs/architecture.md: the table of rooms names {gone}, which are not in the tree"
    assert len(named) == len(set(named)), "docs/architecture.md: a room has two rows"
    assert all(len(reason.split()) >= 3 for _, reason in rows)


def test_every_room_has_its_layer() -> None:
    without = sorted({room_of(path) for path in MODULES} - set(RANK) - {FACE})
    assert not without, f"tests/test_house.py: LAYERS lacks {without}: say where each belongs"


def test_no_room_imports_a_higher_one() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line}: {room_of(path)} is below {room}, and must not import it"
        for path in MODULES
        if room_of(path) != FACE
        for line, room in imported(path)
        if (RANK["core"] + 1 if room == FACE else RANK[room]) > RANK[room_of(path)]
    ]
    assert not wrong, "\n".join(wrong)


def test_no_two_rooms_import_each_other() -> None:
    graph: dict[str, set[str]] = {}
    for path in MODULES:
        room = room_of(path)
        graph.setdefault(room, set()).update(other for _, other in imported(path) if other not in (room, FACE))
    try:
        order = list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        pytest.fail(f"rooms that import each other: {' -> '.join(error.args[1])}")
    assert len(order) == len(graph)


def test_no_module_is_too_long_to_read() -> None:
    sizes = {path: len(path.read_text("utf-8").splitlines()) for path in MODULES}
    long = [f"{path.relative_to(ROOT)}: {size} lines" for path, size in sizes.items() if size > MAX_LINES]
    assert not long, f"over {MAX_LINES} lines, so divide what has two reasons to exist: " + ", ".join(long)

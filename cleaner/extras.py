"""How to install what an extra needs: a command that works for this installation, today."""

from __future__ import annotations

from pathlib import Path

NAME = "berita-cleaner"


def install(extra: str) -> str:
    """The command that installs an extra.

    From a checkout, or installed from one, it names that folder; otherwise the packages that the extra stands for.

    Args:
        extra: its name in ``pyproject.toml``.
    """
    folder, editable = _checkout()
    if folder is None:
        return "pip install " + " ".join(f"'{each}'" for each in _requirements(extra) or [f"{NAME}[{extra}]"])
    place = "." if folder == Path.cwd() else str(folder)
    return f"pip install {'-e ' if editable else ''}'{place}[{extra}]'"


def _checkout() -> tuple[Path | None, bool]:
    """The folder that the program was installed or is run from, and whether it is used in place."""
    import json
    from urllib.parse import unquote, urlsplit

    tree = Path(__file__).resolve().parent.parent
    told = _metadata("direct_url.json")
    found = json.loads(told) if told else {}
    folder = Path(unquote(urlsplit(found.get("url", "")).path)) if "dir_info" in found else tree
    editable = bool(found.get("dir_info", {}).get("editable"))
    if _is_ours(tree):
        return tree, editable and folder == tree
    return (folder, editable) if _is_ours(folder) else (None, False)


def _is_ours(folder: Path) -> bool:
    try:
        return f'name = "{NAME}"' in (folder / "pyproject.toml").read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return False


def _requirements(extra: str) -> list[str]:
    """The packages of an extra, as the installed package's metadata have them."""
    from importlib.metadata import PackageNotFoundError, requires

    try:
        lines = requires(NAME) or []
    except PackageNotFoundError:
        return []
    found = []
    for line in lines:
        package, _, marker = line.partition(";")
        if marker.replace('"', "'").replace(" ", "").endswith(f"extra=='{extra}'"):
            found.append(package.strip())
    return found


def _metadata(name: str) -> str | None:
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        return distribution(NAME).read_text(name)
    except PackageNotFoundError:
        return None

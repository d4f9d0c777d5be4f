"""The built wheel, installed into an empty environment: it cleans outside the checkout, and its types are complete."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from cleaner import Cleaner
from cleaner.html.body_file import body_file
from cleaner.packs.load import load_packs

ROOT = Path(__file__).resolve().parent.parent
SEED = sorted((ROOT / "seeds").glob("*.txt"))[1]
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "CLEANER", "MYPY"))}
#: Where an environment has its programs.
PROGRAMS = "Scripts" if os.name == "nt" else "bin"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment with nothing but the wheel and what it needs."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = folder.glob("berita_cleaner-*.whl")
    venv.create(folder / "env", with_pip=True)
    programs = folder / "env" / PROGRAMS
    install = [programs / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", str(wheel)]
    subprocess.run(install, check=True)
    return programs


def test_the_wheel_brings_its_packs(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "artikel.txt").write_bytes(SEED.read_bytes())
    done = subprocess.run(
        [installed / "cleaner", "clean", "artikel.txt", "--audit", "audit.jsonl"],
        cwd=tmp_path,
        env=ENVIRONMENT,
        check=True,
        capture_output=True,
    )
    expected = Cleaner().clean_text(SEED.read_bytes().decode())
    assert done.stdout.decode() == expected.text
    assert json.loads((tmp_path / "audit.jsonl").read_bytes())["packs"] == expected.packs
    count = "import cleaner.packs.load as load; print(load.__file__); print(len(load.load_packs()))"
    count += "; from cleaner.html.body_file import body_file; print(body_file().sha256)"
    where, packs, model = subprocess.run(
        [installed / "python", "-c", count], cwd=tmp_path, env=ENVIRONMENT, check=True, capture_output=True, text=True
    ).stdout.split()
    assert str(installed.parent) in where
    assert int(packs) == len(load_packs())
    assert model == body_file().sha256


#: A project of a user's. Each `type: ignore` stands where the checker must complain, for --strict tells needless ones.
PROJECT = """
from collections.abc import Iterator

import cleaner
from cleaner import CATEGORIES, Cleaned, Cleaner, CleanerError, Removal, Withheld, clean_html, clean_many, clean_text
from cleaner import restore
from cleaner import nonsense  # type: ignore[attr-defined]


def author(result: Cleaned) -> str | None:
    names: list[str] = result.credits.get("author", [])
    return names[0] if names else None


def spans(removals: tuple[Removal, ...], withheld: tuple[Withheld, ...]) -> list[tuple[int, int, str]]:
    stopped = [(cut.start, cut.end, cut.why) for cut in withheld]
    return [*stopped, *((cut.start, cut.end, cut.category) for cut in removals)]


def texts(column: list[str | None], urls: list[str | None]) -> Iterator[str]:
    for result in clean_many(column, urls, jobs=2, on_error=lambda position, error: print(position + 1, str(error))):
        yield result.text  # type: ignore[union-attr]
        if result is not None:
            yield result.text


def main() -> None:
    own = Cleaner(packs=["my-packs"], keep=CATEGORIES[:2], extractor="trafilatura")
    try:
        found = own.clean_text("Warga pulang.", url=None)
    except CleanerError as error:
        raise SystemExit(str(error)) from error
    page = own.clean_html(b"<p>Warga pulang.", detail="lines", charset="utf-8")
    raw: str = restore(found.text, found)
    meta: str = page.meta["title"]
    print(author(found), spans(page.removals, page.withheld), raw, meta, cleaner.__version__, found.flags[0].upper())
    for report in own.explain(raw):
        print(report.verdict)
    clean_text(5)  # type: ignore[arg-type]
    clean_html(None)  # type: ignore[arg-type]
    Cleaner(extractor="other")  # type: ignore[arg-type]
    found.text = "x"  # type: ignore[misc]
    number: int = found.text  # type: ignore[assignment]
    print(number, cleaner.other)  # type: ignore[attr-defined]
"""


def test_a_project_that_uses_it_passes_the_strict_type_checker(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "project.py").write_text(PROJECT, "utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--python-executable", str(installed / "python"), "project.py"]
    done = subprocess.run(command, cwd=tmp_path, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout

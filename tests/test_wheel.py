"""The built wheel, installed into an empty environment, cleans a seed outside the checkout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from pathlib import Path

from cleaner import Cleaner
from cleaner.html.body_file import body_file
from cleaner.packs.load import load_packs

ROOT = Path(__file__).resolve().parent.parent
SEED = sorted((ROOT / "seeds").glob("*.txt"))[1]


def test_the_wheel_brings_its_packs(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("berita_cleaner-*.whl")
    venv.create(tmp_path / "env", with_pip=True)
    python = tmp_path / "env" / "bin" / "python"
    install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", str(wheel)]
    subprocess.run(install, check=True)
    (tmp_path / "artikel.txt").write_bytes(SEED.read_bytes())
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "CLEANER"))}
    done = subprocess.run(
        [tmp_path / "env" / "bin" / "cleaner", "clean", "artikel.txt", "--audit", "audit.jsonl"],
        cwd=tmp_path,
        env=environment,
        check=True,
        capture_output=True,
    )
    expected = Cleaner().clean_text(SEED.read_bytes().decode())
    assert done.stdout.decode() == expected.text
    assert json.loads((tmp_path / "audit.jsonl").read_bytes())["packs"] == expected.packs
    count = "import cleaner.packs.load as load; print(load.__file__); print(len(load.load_packs()))"
    count += "; from cleaner.html.body_file import body_file; print(body_file().sha256)"
    where, packs, model = subprocess.run(
        [python, "-c", count], cwd=tmp_path, env=environment, check=True, capture_output=True, text=True
    ).stdout.split()
    assert str(tmp_path) in where
    assert int(packs) == len(load_packs())
    assert model == body_file().sha256

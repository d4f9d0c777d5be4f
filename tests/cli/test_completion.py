"""Completion as a shell does it: bash reads click's script, and asks the command."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize("name", ["cleaner", "berita-cleaner"])
def test_bash_completes_by_the_name_of_each_script(tmp_path: Path, name: str) -> None:
    bash = shutil.which("bash")
    assert bash, "the tests of the command line need bash"
    script = tmp_path / name
    script.write_text(f"#!{sys.executable}\nfrom cleaner.cli import main\nmain()\n", "utf-8")
    script.chmod(0o755)
    variable = f"_{name.replace('-', '_').upper()}_COMPLETE"
    function = f"_{name.replace('-', '_')}_completion"
    commands = f"""
        eval "$({variable}=bash_source {name})"
        COMP_WORDS=({name} clean --site kontan) COMP_CWORD=3
        {function} {name}
        echo "${{COMPREPLY[@]}}"
    """
    done = subprocess.run(
        [bash, "-c", commands],
        env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout == "kontan.co.id\n"

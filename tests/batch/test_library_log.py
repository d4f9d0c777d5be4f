"""Log lines of libraries reach the user with the name of the document, and not for ever."""

from __future__ import annotations

import subprocess
import sys

from cleaner.batch.library_log import LibraryLog

SCRIPT = """
import logging, warnings
from cleaner.batch.document import DocumentCleaner, Options
from cleaner.batch.formats.base import Item

class Loud:
    def clean_text(self, text, **_):
        logging.getLogger("lib").error("tree is %s\\nwrong", 7)
        warnings.warn("odd markup")
        raise ValueError

clean = DocumentCleaner(Loud(), Options())
for number in range(5):
    clean(Item(f"in.jsonl:{number}", text="a"))
logging.getLogger("lib").info("nothing")
"""


def test_every_line_names_the_document() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    lines = done.stderr.splitlines()
    assert [line for line in lines if "lib: " in line] == [
        f"cleaner: in.jsonl:{number}: lib: tree is 7 wrong" for number in range(3)
    ]
    assert all(line.startswith("cleaner: in.jsonl:") for line in lines)
    assert "odd markup" in done.stderr


def test_a_log_that_somebody_else_takes_is_left_to_them() -> None:
    script = "import logging; logging.basicConfig(format='theirs %(message)s')\n" + SCRIPT
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stderr.count("theirs tree is 7") == 5
    assert "cleaner:" not in done.stderr


def test_it_is_a_handler_of_warnings() -> None:
    assert LibraryLog().level == 30

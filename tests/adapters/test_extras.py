"""The adapters are optional: what is not used is not imported, what is missing is named."""

from __future__ import annotations

import subprocess
import sys

import pytest

from cleaner.extras import install

LIBRARIES = ["pyarrow", "scrapy", "itemadapter", "datatrove", "datasets", "pandas", "polars", "pyspark", "ray", "numpy"]
NEEDED = {
    "arrow": "pyarrow",
    "scrapy": "itemadapter",
    "datatrove": "datatrove",
    "datasets": "datasets",
    "pandas": "pandas",
    "polars": "polars",
    "spark": "pyspark",
}


def python(program: str) -> str:
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    return done.stdout.strip()


def test_the_packages_import_no_library() -> None:
    program = f"""
import sys, cleaner, cleaner.adapters, cleaner.fields
cleaner.Cleaner().clean_text("Harga beras naik.")
print([name for name in {LIBRARIES!r} if name in sys.modules])
"""
    assert python(program) == "[]"


@pytest.mark.parametrize(("adapter", "library"), NEEDED.items())
def test_a_missing_library_is_named_with_its_extra(adapter: str, library: str) -> None:
    program = f"""
import sys
sys.modules[{library!r}] = None  # importing it fails
try:
    import cleaner.adapters.{adapter}
except ImportError as error:
    print(error)
"""
    message = python(program)
    assert message.startswith(f"cleaner.adapters.{adapter} needs {library}")
    assert message.endswith(f": {install(adapter)}")

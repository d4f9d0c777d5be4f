"""What a pack of one's own switches off: rules by name, or all whose names a pattern fits."""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from cleaner import Cleaner

TEXT = "Warga pulang ke rumah masing-masing pada sore hari.\nBaca juga: Harga Cabai Turun\nIkuti kami di Google News"


@pytest.mark.parametrize("disable", ["language/id/related#invitation-line", "language/id/related#*"])
def test_a_pack_disables_rules(tmp_path: Path, disable: str) -> None:
    (tmp_path / "mine.toml").write_text(f'schema = 1\npack = "user/mine"\ndisable = ["{disable}"]\n', "utf-8")
    before = {cut.rule for cut in Cleaner().clean_text(TEXT).removals}
    after = {cut.rule for cut in Cleaner(packs=[tmp_path]).clean_text(TEXT).removals}
    assert any(fnmatchcase(rule, disable) for rule in before)
    assert not any(fnmatchcase(rule, disable) for rule in after) and after

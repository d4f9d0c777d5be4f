"""What a pack of one's own switches off: rules by name, or all whose names a pattern fits."""

from __future__ import annotations

from pathlib import Path

import pytest

from cleaner import Cleaner

TEXT = "Warga pulang ke rumah masing-masing pada sore hari.\nBaca juga: Harga Cabai Turun\nAdvertisement\nIkuti kami di Google News"


@pytest.mark.parametrize(
    ("disable", "left"),
    [
        ("language/id/ad#label", "Advertisement"),
        ("language/id/related#*", "Baca juga"),
        ("language/id/social#*", "Ikuti kami"),
    ],
)
def test_a_pack_disables_rules(tmp_path: Path, disable: str, left: str) -> None:
    (tmp_path / "mine.toml").write_text(f'schema = 1\npack = "user/mine"\ndisable = ["{disable}"]\n', "utf-8")
    assert left not in Cleaner().clean_text(TEXT).text
    assert left in Cleaner(packs=[tmp_path]).clean_text(TEXT).text

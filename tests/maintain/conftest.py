"""The invented corpus, cleaned and in pieces."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from invented import SITES, article, flat

from cleaner import Cleaner
from cleaner.maintain.pieces import Piece, pieces


@pytest.fixture(scope="session")
def corpus(cleaner: Cleaner) -> Sequence[Piece]:
    return [
        piece
        for number in range(18)
        for piece in pieces(
            cleaner.clean_text(article(number) if number < 12 else flat(number)), number, SITES[number % 2]
        )
    ]

"""How sure a share is that was estimated from a few verdicts."""

from __future__ import annotations

from collections.abc import Iterable
from math import sqrt

import msgspec

#: Standard deviations of a two-sided interval of 95 %.
Z = 1.959963984540054


class Estimate(msgspec.Struct, frozen=True):
    """So many right among those judged. ``random``: they are the first ones of a random order, not the riskiest."""

    right: int
    judged: int
    random: bool = False

    @property
    def share(self) -> float:
        """The share that is right."""
        return self.right / self.judged if self.judged else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's score interval of 95 %."""
        return wilson(self.right, self.judged)


def wilson(right: int, judged: int) -> tuple[float, float]:
    """Wilson's score interval of 95 % for a share.

    >>> tuple(round(bound, 3) for bound in wilson(19, 20))
    (0.764, 0.991)
    """
    if not judged:
        return 0.0, 1.0
    share = right / judged
    square = Z * Z
    middle = (share + square / (2 * judged)) / (1 + square / judged)
    half = Z / (1 + square / judged) * sqrt(share * (1 - share) / judged + square / (4 * judged * judged))
    return (max(0.0, middle - half) if right else 0.0), (min(1.0, middle + half) if right < judged else 1.0)


def error_bound(judged: int, share: float = 0.95) -> float:
    """Half the width of the interval that a random sample of this size gives where this share is right."""
    low, high = wilson(round(share * judged), judged)
    return (high - low) / 2


def of_prefix(verdicts: Iterable[str | None]) -> Estimate:
    """The estimate of a random order that was judged up to the first gap; what was skipped does not count."""
    right = judged = 0
    for verdict in verdicts:
        if verdict is None:
            break
        if verdict != "skip":
            judged += 1
            right += verdict == "right"
    return Estimate(right, judged, random=True)

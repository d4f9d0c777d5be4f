"""Fits the title-end model: a choice between the gaps behind an invitation, with a weight for each feature.

The score of a gap is the sum of the weights of its own features and of those of all words before it. The weights are
those under which the known ends are likeliest (conditional logit with a penalty on large weights), found by L-BFGS.
Needs the extra `train` (NumPy, SciPy); using the model does not.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from cleaner.engine.title_features import Seen
from cleaner.engine.title_groups import BITS
from cleaner.extras import install
from cleaner.model import CleanerError

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: The largest weight as stored.
LARGEST = 127


class Asked(NamedTuple):
    """One question whose answer is known. ``answer``: number of the right end among ``seen.ends``."""

    seen: Seen
    answer: int
    weight: float


def needs() -> tuple[Any, Any, Any]:
    """NumPy, SciPy's sparse matrices and its minimizer.

    Raises:
        CleanerError: they are not installed.
    """
    try:
        import numpy
        from scipy import optimize, sparse
    except ImportError as error:
        raise CleanerError(f"training needs NumPy and SciPy: {install('train')}") from error
    return numpy, sparse, optimize


class Batch:
    """Questions as sparse matrices: rows are words and gaps, columns are features."""

    def __init__(self, asked: Sequence[Asked]) -> None:
        np, sparse, _ = needs()
        self._np = np
        seen = [one.seen for one in asked]
        self.words = _matrix(np, sparse, [row for one in seen for row in one.words])
        self.gaps = _matrix(np, sparse, [row for one in seen for row in one.gaps])
        self.first_word = np.cumsum([0, *(len(one.words) for one in seen)])
        self.first_gap = np.cumsum([0, *(len(one.gaps) for one in seen)])
        self.owner = np.repeat(np.arange(len(seen)), np.diff(self.first_gap))
        counts = np.array([count for one in seen for count in one.counts], dtype=np.int64)
        self.words_before = self.first_word[self.owner] + counts
        self.right = self.first_gap[:-1] + np.array([one.answer for one in asked], dtype=np.int64)
        self.weight = np.array([one.weight for one in asked])

    def likelihoods(self, weights: NDArray[Any]) -> NDArray[Any]:
        """How likely each gap is to be the end, among those of its question."""
        np = self._np
        words = np.concatenate([[0.0], np.cumsum(self.words @ weights)])
        scores = self.gaps @ weights + words[self.words_before] - words[self.first_word[self.owner]]
        scores -= np.maximum.reduceat(scores, self.first_gap[:-1])[self.owner]
        worth = np.exp(scores)
        return worth / np.add.reduceat(worth, self.first_gap[:-1])[self.owner]  # type: ignore[no-any-return]


def _matrix(np: Any, sparse: Any, rows: Sequence[Sequence[int]]) -> Any:
    ends = np.zeros(len(rows) + 1, dtype=np.int64)
    np.cumsum([len(row) for row in rows], out=ends[1:])
    columns = np.fromiter((feature for row in rows for feature in row), dtype=np.int32, count=int(ends[-1]))
    return sparse.csr_matrix((np.ones(len(columns), dtype=np.float32), columns, ends), shape=(len(rows), 1 << BITS))


def fit(asked: Sequence[Asked], *, penalty: float, rounds: int) -> NDArray[Any]:
    """The weights under which the known answers are likeliest.

    Args:
        asked: questions with their answers.
        penalty: on the square of each weight.
        rounds: steps of the minimizer, at most.

    Raises:
        CleanerError: NumPy or SciPy is missing.
    """
    np, _, optimize = needs()
    batch = Batch(asked)
    gaps_by_feature = batch.gaps.T.tocsr()
    words_by_feature = batch.words.T.tocsr()
    total = batch.words.shape[0]
    word_owner = np.repeat(np.arange(len(asked)), np.diff(batch.first_word))
    behind_owner = batch.first_word[word_owner + 1] + 1

    def loss(weights: NDArray[Any]) -> tuple[float, NDArray[Any]]:
        likely = batch.likelihoods(weights.astype(np.float32))
        value = -(batch.weight * np.log(np.maximum(likely[batch.right], 1e-12))).sum()
        blame = likely * batch.weight[batch.owner]
        blame[batch.right] -= batch.weight
        # A word is blamed for every gap of its question that stands behind it: sums from the end.
        at_count = np.bincount(batch.words_before, weights=blame, minlength=total + 2)
        from_here = np.cumsum(at_count[::-1])[::-1]
        word_blame = from_here[np.arange(total) + 1] - from_here[np.minimum(behind_owner, total + 1)]
        slope = gaps_by_feature @ blame.astype(np.float32) + words_by_feature @ word_blame.astype(np.float32)
        return float(value + 0.5 * penalty * (weights**2).sum()), slope.astype(np.float64) + penalty * weights

    start = np.zeros(1 << BITS)
    found = optimize.minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": rounds, "maxcor": 8})
    return found.x  # type: ignore[no-any-return]


def quantised(weights: NDArray[Any]) -> tuple[list[int], int]:
    """Weights as whole numbers up to ``LARGEST``, and what one step of score is then worth, of 2 ** 16."""
    np, _, _ = needs()
    largest = float(np.abs(weights).max()) or 1.0
    whole = np.rint(weights / largest * LARGEST).astype(int)
    return [int(weight) for weight in whole], round(math.exp(-largest / LARGEST) * 65536)

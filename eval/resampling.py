"""Drawing questions anew: the numbers behind intervals and tests. Arrays in, arrays out; always the same draws.

A draw of n questions with replacement is a row of weights, how often each question came, so that sums over all
draws are one matrix product. Draws are made block by block, for the memory of a large set.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

RESAMPLES = 2000
FLIPS = 9999
"""So that with the flips that were observed there are 10,000."""
SEED = 20210813
"""Any fixed number would do: intervals must be the same on every run."""
_BLOCK = 4_000_000  # numbers held at a time


def resampled_sums(counts: Floats) -> Floats:
    """Column sums of RESAMPLES draws of as many rows, with replacement: the bootstrap (Efron 1979)."""
    return np.vstack([np.empty((0, counts.shape[1])), *(weights @ counts for weights in draws(len(counts)))])


def draws(size: int) -> Iterator[Floats]:
    """RESAMPLES rows of ``size`` weights, in blocks; each row says how often each of the questions was drawn."""
    generator = np.random.default_rng(SEED)
    for rows in _blocks(RESAMPLES, size):
        drawn = generator.integers(0, size, (rows, size)) + size * np.arange(rows)[:, None]
        yield np.bincount(drawn.ravel(), minlength=rows * size).reshape(rows, size).astype(np.float64)


def flipped_sums(before: Floats, after: Floats) -> tuple[Floats, Floats]:
    """Column sums of both runs, for FLIPS times that each question's two results changed sides, or not, by chance.

    Approximate randomisation (Noreen 1989). Questions with equal results are left out of the drawing: changing
    their sides changes nothing.
    """
    gains = after - before
    gains = gains[np.any(gains != 0, axis=1)]
    generator = np.random.default_rng(SEED)
    moved = [generator.integers(0, 2, (rows, len(gains))) @ gains for rows in _blocks(FLIPS, len(gains))]
    swapped = np.vstack([np.empty((0, before.shape[1])), *moved])
    return before.sum(axis=0) + swapped, after.sum(axis=0) - swapped


def percentile_interval(drawn: Floats) -> tuple[float, float] | None:
    """The middle 95 % of the values that are numbers; None where there is none."""
    defined = drawn[~np.isnan(drawn)]
    if not defined.size:
        return None
    low, high = np.percentile(defined, (2.5, 97.5))
    return float(low), float(high)


def _blocks(rows: int, size: int) -> Iterator[int]:
    """``rows`` in blocks of as many as memory is for; none where there is nothing to draw from."""
    most = max(_BLOCK // size, 1) if size else 0
    for start in range(0, rows if size else 0, most or 1):
        yield min(most, rows - start)

"""Pairs that are one report, and pairs that were found: precision and recall, each with a bootstrap interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from eval.resampling import percentile_interval, resampled_sums

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Share:
    """A share of pairs with its 95 % interval; None where there were none."""

    hits: int
    of: int
    interval: tuple[float, float] | None

    def __str__(self) -> str:
        if not self.of or self.interval is None:
            return f"– ({self.hits} of {self.of})"
        low, high = self.interval
        return f"{self.hits / self.of:.3f} ({low:.3f} … {high:.3f}; {self.hits:,} of {self.of:,})"


@dataclass(frozen=True, slots=True)
class Scores:
    precision: Share
    recall: Share


def pairs(groups: Mapping[str, str]) -> set[Pair]:
    """All pairs of articles with the same group."""
    members: dict[str, list[str]] = {}
    for article, group in groups.items():
        members.setdefault(group, []).append(article)
    return {pair for group in members.values() for pair in combinations(sorted(group), 2)}


def score(found: set[Pair], true: set[Pair], unit: Mapping[str, str]) -> Scores:
    """Of the pairs found, those that are true, and the other way round; resampled by the unit of a pair's first."""
    rows: dict[str, list[int]] = {}
    for pair in found | true:
        row = rows.setdefault(unit[pair[0]], [0, 0, 0])
        for place, holds in enumerate((pair in found and pair in true, pair in found, pair in true)):
            row[place] += holds
    counts = np.array(list(rows.values()), dtype=np.float64).reshape(-1, 3)
    return Scores(_share(counts, 1), _share(counts, 2))


def _share(counts: np.ndarray[tuple[int, int], np.dtype[np.float64]], of: int) -> Share:
    if not len(counts):
        return Share(0, 0, None)
    drawn = resampled_sums(counts)
    with np.errstate(invalid="ignore"):
        shares = drawn[:, 0] / drawn[:, of]
    return Share(int(counts[:, 0].sum()), int(counts[:, of].sum()), percentile_interval(shares))


def missed(found: set[Pair], true: set[Pair], made: Mapping[str, str]) -> Sequence[tuple[str, int, int]]:
    """For each edit the pairs of original and copy that were not found, of how many."""
    kinds = sorted(set(made.values()) - {"original", "update"})
    rows = []
    for kind in kinds:
        mine = [pair for pair in true if {made[pair[0]], made[pair[1]]} == {"original", kind}]
        rows.append((kind, sum(pair not in found for pair in mine), len(mine)))
    return rows

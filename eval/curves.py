"""How much would be wrong if less were answered: risk against coverage, over the confidence that every reply tells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from eval.resampling import draws, percentile_interval

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from eval.judge import Judged
    from eval.resampling import Floats

WRONG_PERCENT = (1, 5, 10)


@dataclass(frozen=True, slots=True)
class RiskCoverage:
    """What would be shown at each threshold on the confidence, had every question been answered that reaches it.

    Attributes:
        points: ``(coverage, risk, threshold)`` with falling threshold: the share of the questions that reach it,
            the share of those that would be answered wrongly, and the least confidence that is answered.
        area: the area under the curve (AURC), smaller is better; None where no question counts.
        low: lower end of the area's 95 % interval.
        high: its upper end.
        thresholds: for ``"1"``, ``"5"`` and ``"10"`` % wrong answers, the threshold that answers most with no
            more wrong than that; None where every threshold gives more.
        questions: how many questions count.
    """

    points: tuple[tuple[float, float, float], ...]
    area: float | None
    thresholds: Mapping[str, float | None]
    low: float | None = None
    high: float | None = None
    questions: int = 0


def risk_coverage(judged: Sequence[Judged]) -> RiskCoverage:
    """The curve of selective answering (El-Yaniv and Wiener 2010; Geifman and El-Yaniv 2017).

    An answer to an unanswerable question is wrong; to an answerable one, where what is shown first does not hit
    gold (``would_hit``). Answerable questions without gold are left out. The area is the mean, over the
    questions, of the risk at the threshold that just answers it; questions of equal confidence are one step, since
    no threshold parts them.
    """
    counted = sorted((j for j in judged if j.question.gold or not j.question.answerable), key=lambda j: -j.confidence)
    confidence = np.array([j.confidence for j in counted])
    wrong = np.array([not (j.question.answerable and j.would_hit) for j in counted], dtype=np.float64)
    last = _last_of_step(confidence)
    areas = np.concatenate([np.empty(0), *(_areas(w, wrong, last) for w in draws(len(counted)))])
    low, high = percentile_interval(areas) or (None, None)
    points = _points(confidence, wrong, last)
    return RiskCoverage(
        points=points,
        area=_rounded(_areas(np.ones((1, len(wrong))), wrong, last)[0]) if counted else None,
        thresholds={str(percent): _threshold(points, percent / 100) for percent in WRONG_PERCENT},
        low=_rounded(low),
        high=_rounded(high),
        questions=len(counted),
    )


def _last_of_step(confidence: Floats) -> np.typing.NDArray[np.intp]:
    """For each question, by falling confidence, the place of the last one that is as confident."""
    return np.searchsorted(-confidence, -confidence, side="right") - 1


def _areas(weights: Floats, wrong: Floats, last: np.typing.NDArray[np.intp]) -> Floats:
    """One area a row of weights: the weighted mean of the risk at each question's step."""
    answered, mistaken = np.cumsum(weights, axis=1), np.cumsum(weights * wrong, axis=1)
    risk = mistaken[:, last] / np.maximum(answered[:, last], 1)
    areas: Floats = (weights * risk).sum(axis=1) / weights.sum(axis=1)
    return areas


def _points(
    confidence: Floats, wrong: Floats, last: np.typing.NDArray[np.intp]
) -> tuple[tuple[float, float, float], ...]:
    """Unrounded: a threshold is compared with the confidence as it was told."""
    mistaken = np.cumsum(wrong)
    steps = np.unique(last)
    return tuple((float(i + 1) / len(wrong), float(mistaken[i]) / float(i + 1), float(confidence[i])) for i in steps)


def _threshold(points: Sequence[tuple[float, float, float]], most: float) -> float | None:
    """The lowest that keeps the risk, so that most is answered; risk may fall again below it, and does not count."""
    allowed = [threshold for _, risk, threshold in points if risk <= most]
    return min(allowed, default=None)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(float(value), 4)

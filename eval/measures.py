"""Measures: each says what one reply counts for, and out of what; the score is the quotient of both sums.

Precision, recall, F1 and rates are all quotients of sums over the questions. That makes one way of resampling
right for all of them, and a measure for which no question counts is None and never NaN.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from eval.judge import Judged

if TYPE_CHECKING:
    from numpy.typing import NDArray

Measure = Callable[[Judged], tuple[float, float]]
NOT_COUNTED = (0.0, 0.0)

RESAMPLES = 2000
SEED = 20210813
"""Any fixed number would do: intervals must be the same on every run."""


def citation_hit(j: Judged) -> tuple[float, float]:
    """Share of the answerable questions with gold whose first citation hits a gold entry.

    A refusal counts as a miss. This is Hits@1 (success at 1) of the answer's own citations; ``hits_gold`` in
    ``eval.judge`` says what a hit is.
    """
    return (float(j.first_hits), 1.0) if j.question.gold else NOT_COUNTED


def article_hit(j: Judged) -> tuple[float, float]:
    """As citation_hit, for the article alone: is the first citation of an article of the gold?"""
    return (float(j.right_articles[:1] == (True,)), 1.0) if j.question.gold else NOT_COUNTED


def citation_precision(j: Judged) -> tuple[float, float]:
    """Mean, over the answered questions with gold, of the share of an answer's citations that hit.

    After ALCE (Gao et al. 2023), with labelled paragraphs in the place of an entailment model.
    """
    if not (j.question.gold and j.hits):
        return NOT_COUNTED
    return sum(any(hits) for hits in j.hits) / len(j.hits), 1.0


def citation_recall(j: Judged) -> tuple[float, float]:
    """Mean, over the questions with gold, of the share of gold entries that are cited; a refusal is 0.

    Gold may list several paragraphs of which each answers alone: less than 1 may still be a full answer.
    """
    if not j.question.gold:
        return NOT_COUNTED
    return sum(any(column) for column in zip(*j.hits, strict=True)) / len(j.question.gold), 1.0


def answer_quoted(j: Judged) -> tuple[float, float]:
    """Share of the questions with expected answers of which one stands in a quoted span; a refusal is a miss.

    Text and answer are normalised as in SQuAD (Rajpurkar et al. 2016), and whole words must agree.
    """
    return (float(j.answer_quoted), 1.0) if j.question.answers else NOT_COUNTED


def answer_in_paragraph(j: Judged) -> tuple[float, float]:
    """As answer_quoted, for the whole cited paragraph: a reader who follows the citation finds the answer."""
    return (float(j.answer_in_paragraph), 1.0) if j.question.answers else NOT_COUNTED


def answered_rate(j: Judged) -> tuple[float, float]:
    """Share of the answerable questions that are answered, rightly or wrongly."""
    return (float(j.answered), 1.0) if j.question.answerable else NOT_COUNTED


def refusal_recall(j: Judged) -> tuple[float, float]:
    """Share of the unanswerable questions that are refused: the refused rate on unanswerable questions."""
    return NOT_COUNTED if j.question.answerable else (float(j.refused), 1.0)


def refusal_precision(j: Judged) -> tuple[float, float]:
    """Share of the refusals that are right: of questions that the archive cannot answer."""
    return (float(not j.question.answerable), 1.0) if j.refused else NOT_COUNTED


def refusal_f1(j: Judged) -> tuple[float, float]:
    """Harmonic mean of both (van Rijsbergen 1979): 2 TP / (refused + unanswerable)."""
    unanswerable = not j.question.answerable
    return 2.0 * (j.refused and unanswerable), float(j.refused + unanswerable)


MEASURES: dict[str, Measure] = {
    measure.__name__: measure
    for measure in (
        citation_hit,
        article_hit,
        citation_precision,
        citation_recall,
        answer_quoted,
        answer_in_paragraph,
        answered_rate,
        refusal_recall,
        refusal_precision,
        refusal_f1,
    )
}


@dataclass(frozen=True, slots=True)
class Score:
    """A measure's value with its 95 % interval; all None where no question counts.

    Attributes:
        questions: how many questions the measure counts.
    """

    value: float | None
    low: float | None
    high: float | None
    questions: int


def scores(judged: Sequence[Judged]) -> dict[str, Score]:
    """Every measure over these questions, with the percentile bootstrap's intervals (Efron 1979), seeded."""
    counts = _counts(judged)
    sums, drawn = counts.sum(axis=0), _resampled_sums(counts)
    return {
        name: _score(_quotients(sums[None], m), _quotients(drawn, m), counts[:, 2 * m + 1])
        for m, name in enumerate(MEASURES)
    }


def differences(before: Sequence[Judged], after: Sequence[Judged]) -> dict[str, Score]:
    """Every measure after less before, on the same questions in the same order.

    The interval is the paired bootstrap's: both runs are resampled alike, so that what is easy or hard about
    the questions themselves cancels out (Efron and Tibshirani 1993; for retrieval Sakai 2006).
    """
    both = np.hstack([_counts(before), _counts(after)])
    sums, drawn = both.sum(axis=0), _resampled_sums(both)
    old, new = range(len(MEASURES)), range(len(MEASURES), 2 * len(MEASURES))
    return {
        name: _score(
            _quotients(sums[None], n) - _quotients(sums[None], o),
            _quotients(drawn, n) - _quotients(drawn, o),
            both[:, 2 * o + 1] + both[:, 2 * n + 1],
        )
        for name, o, n in zip(MEASURES, old, new, strict=True)
    }


def _counts(judged: Sequence[Judged]) -> NDArray[np.float64]:
    """One row a question; for measure m, column 2m is what it counts for and 2m + 1 out of what."""
    rows = [[part for measure in MEASURES.values() for part in measure(j)] for j in judged]
    return np.array(rows, dtype=np.float64).reshape(-1, 2 * len(MEASURES))


def _resampled_sums(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Column sums of RESAMPLES draws of as many rows, with replacement."""
    generator, size = np.random.default_rng(SEED), len(counts)
    draws = [counts[generator.integers(0, size, size)].sum(axis=0) for _ in range(RESAMPLES if size else 0)]
    return np.array(draws, dtype=np.float64).reshape(-1, counts.shape[1])


def _quotients(sums: NDArray[np.float64], measure: int) -> NDArray[np.float64]:
    """The measure for each row of sums; not a number where no question counts."""
    part, whole = sums[:, 2 * measure], sums[:, 2 * measure + 1]
    quotients: NDArray[np.float64] = np.full(len(sums), np.nan)
    return np.divide(part, whole, out=quotients, where=whole > 0)


def _score(value: NDArray[np.float64], drawn: NDArray[np.float64], weights: NDArray[np.float64]) -> Score:
    defined = drawn[~np.isnan(drawn)]
    if np.isnan(value[0]) or not defined.size:
        return Score(None, None, None, 0)
    low, high = np.percentile(defined, (2.5, 97.5))
    return Score(_rounded(value[0]), _rounded(low), _rounded(high), int(np.count_nonzero(weights)))


def percentile(values: Sequence[float], percent: float) -> float:
    """The nearest-rank percentile: the smallest value that ``percent`` % of the values do not exceed.

    It is always a value that was measured, never one between two.
    """
    if not values:
        raise ValueError("no values")
    return sorted(values)[max(math.ceil(percent / 100 * len(values)), 1) - 1]


def _rounded(value: float) -> float:
    """Four decimals: more would claim more than any set can tell, and files stay readable."""
    return round(float(value), 4)

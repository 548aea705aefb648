"""Measures: each says what one reply counts for, and out of what; the score is the quotient of both sums.

Precision, recall, F1, means and rates are all quotients of sums over the questions. That makes one way of
resampling right for all of them, and a measure for which no question counts is None and never NaN. All run from
0 to 1, and more is better.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from eval.judge import Judged, Marks
from eval.resampling import flipped_sums, percentile_interval, resampled_sums

if TYPE_CHECKING:
    from eval.resampling import Floats

Measure = Callable[[Judged], tuple[float, float]]
NOT_COUNTED = (0.0, 0.0)


# Citing


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


def quotes_hold(j: Judged) -> tuple[float, float]:
    """Share of all statements of which every quote stands word for word in the paragraph that it is cited from.

    Quoted span in source, as a machine can check it; less than 1 means that citations are made up or out of date.
    """
    return float(sum(j.quotes_hold)), float(len(j.quotes_hold))


def supported(j: Judged) -> tuple[float, float]:
    """Share of all statements with the verdict ``supported`` of our own verifier (``qa.verify``).

    The share of supported statements is FActScore's (Min et al. 2023) and Ragas' faithfulness (Es et al. 2024).
    """
    return float(sum(j.supported)), float(len(j.supported))


def judged_supported(j: Judged) -> tuple[float, float]:
    """As supported, by a judge model's word; counted over the statements that it was asked about."""
    asked = [verdict for verdict in j.judged_supported if verdict is not None]
    return float(sum(asked)), float(len(asked))


# Refusing


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


# Retrieval: the ranking that was read, before anything was said or refused


def hits_at_1(j: Judged) -> tuple[float, float]:
    """Share of the questions with gold and a known ranking whose first passage hits gold (success at 1)."""
    return _of_ranking(j, j.ranked, lambda marks: _hits(marks, 1))


def hits_at_3(j: Judged) -> tuple[float, float]:
    """As hits_at_1, for one of the first three passages."""
    return _of_ranking(j, j.ranked, lambda marks: _hits(marks, 3))


def hits_at_5(j: Judged) -> tuple[float, float]:
    """As hits_at_1, for one of the first five passages."""
    return _of_ranking(j, j.ranked, lambda marks: _hits(marks, 5))


def hits_at_10(j: Judged) -> tuple[float, float]:
    """As hits_at_1, for one of the first ten passages."""
    return _of_ranking(j, j.ranked, lambda marks: _hits(marks, 10))


def recall_at_10(j: Judged) -> tuple[float, float]:
    """Mean share of the relevant paragraphs that are among the first ten passages.

    Each gold entry is relevant; entries that one passage meets together are one paragraph named twice.
    """
    return _of_ranking(j, j.ranked, lambda marks: _recall(marks, 10, len(j.question.gold)))


def mrr_at_10(j: Judged) -> tuple[float, float]:
    """Mean reciprocal rank of the first passage that hits gold, 0 where none of the first ten does (Voorhees 1999)."""
    return _of_ranking(j, j.ranked, lambda marks: _reciprocal_rank(marks, 10))


def ndcg_at_10(j: Judged) -> tuple[float, float]:
    """Normalised discounted cumulative gain of the first ten passages (Järvelin and Kekäläinen 2002).

    Relevance is binary, the discount at rank r is log2(r + 1), and the ideal ranking begins with everything
    relevant. A second passage for the same gold entry gains nothing.
    """
    return _of_ranking(j, j.ranked, lambda marks: _ndcg(marks, 10, len(j.question.gold)))


def article_hits_at_1(j: Judged) -> tuple[float, float]:
    """As hits_at_1, over the distinct articles in the order of their best passages."""
    return _of_ranking(j, j.ranked_articles, lambda marks: _hits(marks, 1))


def article_hits_at_3(j: Judged) -> tuple[float, float]:
    """As article_hits_at_1, for one of the first three articles."""
    return _of_ranking(j, j.ranked_articles, lambda marks: _hits(marks, 3))


def article_hits_at_5(j: Judged) -> tuple[float, float]:
    """As article_hits_at_1, for one of the first five articles."""
    return _of_ranking(j, j.ranked_articles, lambda marks: _hits(marks, 5))


def article_hits_at_10(j: Judged) -> tuple[float, float]:
    """As article_hits_at_1, for one of the first ten articles."""
    return _of_ranking(j, j.ranked_articles, lambda marks: _hits(marks, 10))


def article_recall_at_10(j: Judged) -> tuple[float, float]:
    """As recall_at_10, of the distinct articles of the gold among the first ten articles."""
    return _of_ranking(j, j.ranked_articles, lambda marks: _recall(marks, 10, _gold_articles(j)))


def article_mrr_at_10(j: Judged) -> tuple[float, float]:
    """As mrr_at_10, over distinct articles."""
    return _of_ranking(j, j.ranked_articles, lambda marks: _reciprocal_rank(marks, 10))


def article_ndcg_at_10(j: Judged) -> tuple[float, float]:
    """As ndcg_at_10, over distinct articles."""
    return _of_ranking(j, j.ranked_articles, lambda marks: _ndcg(marks, 10, _gold_articles(j)))


def _of_ranking(j: Judged, marks: Marks, value: Callable[[Marks], float]) -> tuple[float, float]:
    return (value(marks), 1.0) if j.question.gold and j.ranking_told else NOT_COUNTED


def _gold_articles(j: Judged) -> int:
    return len({gold.article for gold in j.question.gold})


def _hits(marks: Marks, k: int) -> float:
    return float(any(map(any, marks[:k])))


def _recall(marks: Marks, k: int, gold: int) -> float:
    gains = _gains(marks)
    return sum(gains[:k]) / _relevant(marks, gains, gold)


def _reciprocal_rank(marks: Marks, k: int) -> float:
    return next((1 / rank for rank, row in enumerate(marks[:k], start=1) if any(row)), 0.0)


def _ndcg(marks: Marks, k: int, gold: int) -> float:
    gains = _gains(marks)
    return _dcg(gains[:k]) / _dcg([True] * min(_relevant(marks, gains, gold), k))


def _dcg(gains: Sequence[bool]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, start=1))


def _gains(marks: Marks) -> list[bool]:
    """For each thing of a ranking, whether it meets a gold entry that nothing before it met."""
    seen: set[int] = set()
    gains = []
    for row in marks:
        met = {entry for entry, hit in enumerate(row) if hit}
        gains.append(not met <= seen)
        seen |= met
    return gains


def _relevant(marks: Marks, gains: Sequence[bool], gold: int) -> int:
    """How many things are relevant: those that were met, entries met together being one, and those that were not."""
    met = sum(any(column) for column in zip(*marks, strict=True))
    return sum(gains) + gold - met


# Answers: the words


def answer_in_paragraph(j: Judged) -> tuple[float, float]:
    """As answer_quoted, for the whole cited paragraph: a reader who follows the citation finds the answer."""
    return (float(j.answer_in_paragraph), 1.0) if j.question.answers else NOT_COUNTED


def answer_quoted(j: Judged) -> tuple[float, float]:
    """Share of the questions with expected answers of which one stands in a quoted span; a refusal is a miss.

    Text and answer are normalised as in SQuAD (Rajpurkar et al. 2016), and whole words must agree.
    """
    return (float(j.answer_quoted), 1.0) if j.question.answers else NOT_COUNTED


def exact_match(j: Judged) -> tuple[float, float]:
    """Share of the questions with expected answers of which one is, normalised, a quote of the answer; no refusal is.

    SQuAD v1.1's (Rajpurkar et al. 2016), best over quotes and answers. A quote of ours is a sentence, and hardly
    ever a short answer alone: compare systems that answer in a few words with token_f1 and answer_quoted instead.
    """
    return (float(j.exact), 1.0) if j.question.answers else NOT_COUNTED


def token_f1(j: Judged) -> tuple[float, float]:
    """Mean, over the questions with expected answers, of SQuAD's F1 between the words of a quote and of an answer.

    v1.1's (Rajpurkar et al. 2016), best over quotes and answers; a refusal is 0.
    """
    return (j.f1, 1.0) if j.question.answers else NOT_COUNTED


def squad2_exact_match(j: Judged) -> tuple[float, float]:
    """SQuAD v2.0's exact match (Rajpurkar et al. 2018): as exact_match, and unanswerable questions count as well.

    Of those, a refusal is right and an answer is wrong.
    """
    return exact_match(j) if j.question.answerable else (float(j.refused), 1.0)


def squad2_token_f1(j: Judged) -> tuple[float, float]:
    """SQuAD v2.0's F1 (Rajpurkar et al. 2018): as token_f1, and unanswerable questions count as well, as above."""
    return token_f1(j) if j.question.answerable else (float(j.refused), 1.0)


_GROUPED: dict[str, tuple[Measure, ...]] = {
    "citing": (
        citation_hit,
        article_hit,
        citation_precision,
        citation_recall,
        quotes_hold,
        supported,
        judged_supported,
    ),
    "refusing": (answered_rate, refusal_recall, refusal_precision, refusal_f1),
    "retrieval": (
        hits_at_1,
        hits_at_3,
        hits_at_5,
        hits_at_10,
        recall_at_10,
        mrr_at_10,
        ndcg_at_10,
        article_hits_at_1,
        article_hits_at_3,
        article_hits_at_5,
        article_hits_at_10,
        article_recall_at_10,
        article_mrr_at_10,
        article_ndcg_at_10,
    ),
    "answers": (
        answer_in_paragraph,
        answer_quoted,
        exact_match,
        token_f1,
        squad2_exact_match,
        squad2_token_f1,
    ),
}
MEASURES: dict[str, Measure] = {m.__name__: m for group in _GROUPED.values() for m in group}
GROUPS: dict[str, tuple[str, ...]] = {name: tuple(m.__name__ for m in group) for name, group in _GROUPED.items()}
"""The measures' names, by what they tell of."""


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
    values, drawn = _quotients(counts.sum(axis=0)[None])[0], _quotients(resampled_sums(counts))
    counted = np.count_nonzero(counts[:, 1::2], axis=0)
    return {name: _score(values[m], drawn[:, m], counted[m]) for m, name in enumerate(MEASURES)}


def differences(before: Sequence[Judged], after: Sequence[Judged]) -> dict[str, Score]:
    """Every measure after less before, on the same questions in the same order.

    The interval is the paired bootstrap's: both runs are resampled alike, so that what is easy or hard about
    the questions themselves cancels out (Efron and Tibshirani 1993; for retrieval Sakai 2006).
    """
    old, new = _counts(before), _counts(after)
    width = old.shape[1]
    both = resampled_sums(np.hstack([old, new]))
    values = _differences(old.sum(axis=0)[None], new.sum(axis=0)[None])[0]
    drawn = _differences(both[:, :width], both[:, width:])
    counted = np.count_nonzero(old[:, 1::2] + new[:, 1::2], axis=0)
    return {name: _score(values[m], drawn[:, m], counted[m]) for m, name in enumerate(MEASURES)}


def p_values(before: Sequence[Judged], after: Sequence[Judged]) -> dict[str, float | None]:
    """For every measure, how often chance alone would make at least this difference, on the same questions.

    Two-sided paired randomisation test (Noreen 1989; for retrieval Smucker, Allan and Carterette 2007): if both
    runs were equally good, each question's two results might as well have come the other way round. None where
    the measure is not defined for both. A flip that leaves it undefined counts as at least this much.
    """
    old, new = _counts(before), _counts(after)
    seen = np.abs(_differences(old.sum(axis=0)[None], new.sum(axis=0)[None])[0])
    flipped = np.abs(_differences(*flipped_sums(old, new)))
    as_large = ~(flipped < seen - 1e-9)  # nan is neither; rounding must not part equals
    shares = (1 + as_large.sum(axis=0)) / (1 + len(flipped))
    return {name: None if np.isnan(seen[m]) else round(float(shares[m]), 4) for m, name in enumerate(MEASURES)}


def _counts(judged: Sequence[Judged]) -> Floats:
    """One row a question; for measure m, column 2m is what it counts for and 2m + 1 out of what."""
    rows = [[part for measure in MEASURES.values() for part in measure(j)] for j in judged]
    return np.array(rows, dtype=np.float64).reshape(-1, 2 * len(MEASURES))


def _differences(before: Floats, after: Floats) -> Floats:
    return _quotients(after) - _quotients(before)


def _quotients(sums: Floats) -> Floats:
    """Each measure, one row a row of sums; not a number where no question counts."""
    parts, wholes = sums[:, ::2], sums[:, 1::2]
    quotients: Floats = np.full(parts.shape, np.nan)
    return np.divide(parts, wholes, out=quotients, where=wholes > 0)


def _score(value: float, drawn: Floats, questions: int) -> Score:
    interval = percentile_interval(drawn)
    if np.isnan(value) or interval is None:
        return Score(None, None, None, 0)
    low, high = interval
    return Score(_rounded(value), _rounded(low), _rounded(high), int(questions))


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

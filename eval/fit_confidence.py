"""Fits the weights of ``qa.read.confidence`` on the tuning halves of question sets, and reports the held halves.

    python -m eval.fit_confidence HOME=QUESTIONS.jsonl [HOME=QUESTIONS.jsonl ...]

Each HOME is an archive that holds what its questions are about. An example is 1 where the first sentence that the
reader would say stands in a gold paragraph, else 0; all weigh alike, so that the confidence is a frequency. Prints both
numbers in the form in which they stand in the module, and for each half what ``QA_CAREFUL`` costs and brings.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval.judge import hits_gold
from eval.questions import Gold, Question, Split, half_of, load
from qa.engine import Engine, build
from qa.query import parse_query
from qa.read.candidate import Candidate
from qa.read.extractive import ExtractiveReader
from qa.settings import Settings

_RIDGE = 0.005  # a penalty on large weights: there are a few hundred examples for a handful of weights
_STEPS = 10_000
_BINS = 10
_DRAWS, _SEED = 1_000, 20
_THRESHOLDS = (0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6, 0.7, 0.8)


@dataclass(frozen=True, slots=True)
class Example:
    """What the reader saw of one question, and what is known of it.

    Attributes:
        odds: see ``qa.types.Hit.odds``, of the first sentence's passage.
    """

    half: Split
    odds: float
    answerable: bool
    right: bool


def examples(home: Path, questions: Path) -> Iterator[Example]:
    """One example a question for which the archive offers any evidence."""
    engine = build(Settings(home=home))
    try:
        for question in load(questions).questions:
            example = _example(engine, question)
            if example is not None:
                yield example
    finally:
        engine.close()


def fit(rows: NDArray[np.float64], labels: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
    """Weights and bias of a ridge logistic regression, by gradient descent on standardised columns."""
    mean, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    x = (rows - mean) / spread
    w, b = np.zeros(rows.shape[1]), 0.0
    for _ in range(_STEPS):
        error = 1 / (1 + np.exp(-(x @ w + b))) - labels
        w -= 0.3 * (x.T @ error / len(labels) + _RIDGE * w)
        b -= 0.3 * error.mean()
    return w / spread, float(b - (w / spread * mean).sum())


def main(arguments: Sequence[str]) -> None:
    found = [e for pair in arguments for e in examples(*map(Path, pair.split("=", 1)))]
    tune = [e for e in found if e.half == "tune"]
    weights, bias = fit(_rows(tune), np.array([float(e.right) for e in tune]))
    print(f"fitted on {len(tune)} examples")
    print(f"SLOPE, BIAS = {weights[0]:.3f}, {bias:.2f}")
    for half in ("tune", "held"):
        _report(half, [e for e in found if e.half == half], weights, bias)


def _example(engine: Engine, question: Question) -> Example | None:
    query = parse_query(question.question, as_of=question.as_of.isoformat() if question.as_of else None)
    evidence = engine.evidence(query)
    assert isinstance(engine.reader, ExtractiveReader)
    candidates = engine.reader.candidates(evidence)
    if not candidates:
        return None
    best: Candidate = candidates[0]
    right = any(_is_gold(best, gold) for gold in question.gold)
    return Example(half_of(question.id), best.hit.odds, question.answerable, right)


def _is_gold(best: Candidate, gold: Gold) -> bool:
    source, paragraph = best.hit.passage.source, best.hit.passage.paragraph
    cited = {"article_id": source.article_id, "url": source.url, "paragraph": paragraph.number}
    return hits_gold(cited, paragraph.text, gold)


def _rows(found: Sequence[Example]) -> NDArray[np.float64]:
    return np.array([[e.odds] for e in found], dtype=np.float64)


def _report(half: str, found: Sequence[Example], weights: NDArray[np.float64], bias: float) -> None:
    """For each threshold: who is answered, who is refused, and how many of a hundred answers are wrong."""
    chance = 1 / (1 + np.exp(-(_rows(found) @ weights + bias)))
    answerable = np.array([e.answerable for e in found])
    right = np.array([e.right for e in found])
    print(
        f"{half}: {len(found)} questions, {answerable.sum()} answerable, first sentence right "
        f"{right[answerable].mean():.3f}, calibration error {calibration_error(chance, right):.3f} (of a perfect one "
        f"{error_by_chance(chance):.3f})"
    )
    if answerable.any() and not answerable.all():
        yes, no = chance[answerable], chance[~answerable]
        print(
            f"  area under the ROC curve {area_under_roc(yes, no):.3f}, refused where 90 % of the answerable are "
            f"answered {(no < np.quantile(yes, 0.1)).mean():.3f}"
        )
    for least in _THRESHOLDS:
        shown = chance >= least
        wrong = 100 * (1 - right[shown].mean()) if shown.any() else 0.0
        print(
            f"  QA_CAREFUL={least:.2f}: answered {shown[answerable].mean():.3f}, refused "
            f"{(~shown[~answerable]).mean():.3f}, wrong of a hundred answers {wrong:.0f}"
        )


def area_under_roc(yes: NDArray[np.float64], no: NDArray[np.float64]) -> float:
    """How often one that should be answered has the higher chance than one that should not; ties count half."""
    pairs = yes[:, None] - no[None, :]
    return float((pairs > 0).mean() + (pairs == 0).mean() / 2)


def calibration_error(chance: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    """Expected calibration error over ten bins of as many examples each (Naeini et al. 2015)."""
    bins = np.array_split(np.argsort(chance, kind="stable"), _BINS)
    return float(sum(len(one) * abs(chance[one].mean() - right[one].mean()) for one in bins if len(one)) / len(chance))


def error_by_chance(chance: NDArray[np.float64]) -> float:
    """The mean calibration error that these confidences would show if each were just right; it is not 0 on few."""
    drawn = np.random.default_rng(_SEED).random((_DRAWS, len(chance))) < chance
    return float(np.mean([calibration_error(chance, right) for right in drawn]))


if __name__ == "__main__":
    main(sys.argv[1:])

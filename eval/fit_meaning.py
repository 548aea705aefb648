"""Fits the weights of ``qa.verify.meaning`` on the tuning half of the rewrites, and reports both halves.

    python -m eval.fit_meaning [--words]

A true statement is a rewrite beside the paragraph that it is of, a false one the same rewrite beside each other
paragraph of its article; both kinds weigh alike together. Prints the weights in the form in which they stand in the
module, and beside them what those in force reach. The paragraphs hardly ever tell the same, so both halves fall apart
nearly by themselves: how well the verifier judges is measured by ``eval.verify``, and not here.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from eval.terminal import Progress, command
from eval.verify.truths import Truth, drafted, rewrites, sample
from qa.models import cross_encoder
from qa.verify import ground_of, meaning
from qa.verify.case import Case
from qa.verify.meaning import Scores, Signals, signals
from qa.verify.prose import prose

_RIDGE = 0.001  # a penalty on large weights: two of the signals say nearly the same
_STEPS = 30  # of Newton's method, which is at its end after about ten

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Example:
    """What the verifier sees of a statement beside a paragraph, and whether the statement is of that paragraph."""

    half: str
    seen: Signals
    true: bool


@dataclass(frozen=True, slots=True)
class Weights:
    """As ``qa.verify.meaning`` has them."""

    signals: Signals
    bias: float


def examples(truths: Sequence[Truth], scorer: Scores | None) -> list[Example]:
    """Each statement beside every paragraph of its article."""
    progress, found = Progress("read"), list[Example]()
    for done, truth in enumerate(truths):
        progress(done, len(truths))
        beside = (replace(truth, number=number) for number in range(1, len(truth.paragraphs) + 1))
        found += [Example(truth.half, _seen(one, scorer), one.number == truth.number) for one in beside]
    return found


def fit(found: Sequence[Example]) -> Weights:
    """A logistic regression with a ridge on the weights, none on the bias, by Newton's method.

    The signals are of one size already, so they are not standardised, and one that is always 0 gets no weight.
    """
    rows, labels, shares = _rows(found), _labels(found), _shares(found)
    ridge = np.diag([_RIDGE] * (rows.shape[1] - 1) + [0.0])
    weights = np.zeros(rows.shape[1])
    for _ in range(_STEPS):
        likely = 1 / (1 + np.exp(-rows @ weights))
        slope = rows.T @ (shares * (likely - labels)) + ridge @ weights
        bend = (rows.T * (shares * likely * (1 - likely))) @ rows + ridge
        weights -= np.linalg.solve(bend, slope)
    *each, bias = (round(float(weight), 2) for weight in weights)
    return Weights(Signals(*each), bias)


def balanced_accuracy(found: Sequence[Example], weights: Weights) -> tuple[float, float]:
    """Which share of the true passes the threshold, and of the others does not."""
    likely = 1 / (1 + np.exp(-_rows(found) @ np.array([*astuple(weights.signals), weights.bias])))
    right, labels = (likely >= meaning.THRESHOLD) == (_labels(found) == 1), _labels(found) == 1
    return float(right[labels].mean()), float(right[~labels].mean())


def _seen(truth: Truth, scorer: Scores | None) -> Signals:
    draft, evidence = drafted(truth)
    (statement,) = draft.statements
    return signals(Case(prose(truth.text, whole=True), ground_of(statement.spans, evidence)), scorer)


def _rows(found: Sequence[Example]) -> Floats:
    """The signals, and a 1 for the bias."""
    return np.array([[*astuple(one.seen), 1.0] for one in found])


def _labels(found: Sequence[Example]) -> Floats:
    return np.array([float(one.true) for one in found])


def _shares(found: Sequence[Example]) -> Floats:
    """What each example weighs: the true ones together as much as the others, and all of them 1."""
    labels = _labels(found)
    shares: Floats = np.where(labels == 1, 0.5 / max(labels.sum(), 1), 0.5 / max((1 - labels).sum(), 1))
    return shares


def _written(weights: Weights, *, names: tuple[str, str]) -> str:
    told = ", ".join(f"{field.name}={getattr(weights.signals, field.name)}" for field in fields(Signals))
    return f"{names[0]} = Signals({told})\n{names[1]} = {weights.bias}"


@command()
def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m eval.fit_meaning", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--words", action="store_true", help="the weights for a verifier without the cross-encoder")
    options = parser.parse_args(arguments)
    names = ("WITHOUT_MODEL", "BIAS_WITHOUT_MODEL") if options.words else ("WEIGHTS", "BIAS")
    found = examples(rewrites(sample()), None if options.words else cross_encoder.load())
    tune = [one for one in found if one.half == "tune"]
    fitted = fit(tune)
    print(f"fitted on {sum(one.true for one in tune)} statements beside {len(tune)} paragraphs")
    print(_written(fitted, names=names))
    in_force = Weights(getattr(meaning, names[0]), getattr(meaning, names[1]))
    for half in ("tune", "held"):
        mine = [one for one in found if one.half == half]
        for name, weights in (("fitted", fitted), ("in force", in_force)):
            true, false = balanced_accuracy(mine, weights)
            print(f"{half}, {name}: {true:.3f} of the true pass, {false:.3f} of the others do not")


if __name__ == "__main__":
    sys.exit(main())

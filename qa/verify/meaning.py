"""Whether the ground says it at all: the statement's words in it, and a model that reads both side by side.

A logistic regression over a few signals that can be explained, fitted on the tuning half of the rewrites beside the
paragraphs that they are of and others of the same article (docs/decisions/0020 has the figures). It knows nothing of
small differences, a digit or a 'not': those are the rules' work.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Protocol

from qa.verify.case import Case

THRESHOLD = 0.5
_WINDOWS = 3  # pairs of sentences that the model reads: those with most of the statement's words


class Scores(Protocol):
    """See ``qa.models.cross_encoder.CrossEncoder``."""

    def score(self, question: str, passages: Sequence[str], /) -> list[float]: ...


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for a statement; each about -1 to 1.

    Attributes:
        told: share of its words that stand in the sentences which it tells.
        covered: share of its words that stand anywhere in the ground or in the title.
        absent: how many do not, in tens.
        model: the best logit of the cross-encoder over windows of two sentences, in tens.
    """

    told: float
    covered: float
    absent: float
    model: float


WEIGHTS = Signals(told=1.94, covered=2.01, absent=-1.73, model=4.56)
BIAS = -2.05
WITHOUT_MODEL = Signals(told=4.69, covered=4.72, absent=-3.66, model=0.0)
BIAS_WITHOUT_MODEL = -3.22


def signals(case: Case, scorer: Scores | None) -> Signals:
    """The signals of a statement; without a scorer the model's is 0."""
    roots = case.statement.roots
    known = case.ground.text.roots | case.ground.context.roots
    size = max(len(roots), 1)
    return Signals(
        told=len(roots & (case.told_roots | case.ground.context.roots)) / size,
        covered=len(roots & known) / size,
        absent=len(roots - known) / 10,
        model=max(scorer.score(case.statement.text, windows(case)), default=-11.0) / 10 if scorer else 0.0,
    )


def likelihood(seen: Signals, *, with_model: bool) -> float:
    """How likely the ground says it, 0 to 1."""
    weights, bias = (WEIGHTS, BIAS) if with_model else (WITHOUT_MODEL, BIAS_WITHOUT_MODEL)
    total = bias + sum(getattr(weights, field.name) * getattr(seen, field.name) for field in fields(Signals))
    return 1 / (1 + math.exp(-total))


def absent_words(case: Case) -> list[str]:
    """The statement's words that the ground does not have, as they are written."""
    known = case.ground.text.roots | case.ground.context.roots
    return [word.text for word in case.statement.carrying if word.root not in known]


def windows(case: Case) -> list[str]:
    """The pairs of neighbouring sentences with most of the statement's words, best first, and all that it tells."""
    text, roots = case.ground.text, case.statement.roots
    pairs = (
        [(n, min(n + 2, len(text.sentences))) for n in range(max(len(text.sentences) - 1, 1))] if text.sentences else []
    )
    shared = {pair: len(roots & frozenset().union(*text.roots_by_sentence[slice(*pair)])) for pair in pairs}
    best = sorted(pairs, key=lambda pair: (-shared[pair], pair))[:_WINDOWS]
    chosen = [text.text[text.sentences[a][0] : text.sentences[b - 1][1]] for a, b in best]
    return list(dict.fromkeys([*chosen, case.told_text] if case.told else chosen))

"""How likely a sentence answers a question: a logistic regression over a few signals that can be explained.

No signal alone tells a near miss from an answer; the cross-encoder's logit, the best of them, reads the right
people with the wrong fact as highly as the truth. How much of the question's wording stands in the passage is left
out on purpose: near misses are written close to the text, honest questions in other words, so it counts the wrong
way. docs/decisions/0013 has what was tried. The weights are fitted by ``python -m eval.fit_confidence`` on the
tuning half of the question sets; docs/evaluation.md has the figures of the other half.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

from qa.read.expected import holds, kind_of
from qa.types import Hit


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for and against a sentence; each about -1 to 1.

    Attributes:
        paragraph: the cross-encoder's logit of the passage, in tens.
        sentence: its logit of the sentence alone, in tens.
        kind: 1 if the sentence holds what the question asks for, 0.5 if only the passage does, else 0.
    """

    paragraph: float
    sentence: float
    kind: float


WEIGHTS = Signals(paragraph=0.60, sentence=1.23, kind=1.85)
BIAS = -2.22


def signals(question: str, hit: Hit, sentence: str, sentence_logit: float) -> Signals:
    """The signals for one sentence of ``hit``."""
    kind = kind_of(question)
    held = 1.0 if holds(kind, sentence, question) else 0.5 if holds(kind, hit.passage.text, question) else 0.0
    return Signals(paragraph=(hit.logit or 0.0) / 10, sentence=sentence_logit / 10, kind=held)


def probability(seen: Signals) -> float:
    """The probability, 0 to 1, that the sentence answers the question."""
    total = BIAS + sum(getattr(WEIGHTS, field.name) * getattr(seen, field.name) for field in fields(Signals))
    return 1 / (1 + math.exp(-total))

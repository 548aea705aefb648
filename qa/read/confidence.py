"""How likely a sentence answers a question: what the reading model makes of its passage, as a probability.

The reading model was trained on near misses, and nothing that was put beside it made refusals better: not the
cross-encoder, which reads the right people with the wrong fact as highly as the truth, not the kind of thing that is
asked for, not names or years that the passage lacks (docs/decisions/0013 has the figures). So this only turns logits
into a frequency: of a hundred sentences with a confidence of .7, about seventy are right, where a third of the
questions cannot be answered and many of these are near misses. The weights are fitted by
``python -m eval.fit_confidence``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for a sentence; each about -1 to 1.

    Attributes:
        answers: the reading model's logit that the passage, after its title, answers, in tens.
        alone: the same without the title.
    """

    answers: float
    alone: float


WEIGHTS = Signals(answers=4.21, alone=1.98)
BIAS = 0.24


def confidence(seen: Signals) -> float:
    """The probability, 0 to 1, that the sentence answers."""
    total = BIAS + sum(getattr(WEIGHTS, field.name) * getattr(seen, field.name) for field in fields(Signals))
    return 1 / (1 + math.exp(-total))

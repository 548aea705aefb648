"""How likely a sentence answers a question: what the reading model makes of its passage, as a probability.

The reading model was trained on near misses, and hardly anything that was put beside its logit made refusals better:
not the cross-encoder, which reads the right people with the wrong fact as highly as the truth, not the lead over the
next passage, not the probability of the words, not names or years that the passage lacks. What the question leans to (a
time, an outlet) makes it fairer to the questions that do so (docs/decisions/0013 has the figures). So this turns
log-odds into a frequency: of a hundred sentences with a confidence of .7, about seventy are right, where a third of
the questions cannot be answered and many of these are near misses. Both numbers are fitted by
``python -m eval.fit_confidence``.
"""

from __future__ import annotations

import math

SLOPE, BIAS = 0.595, 0.7


def confidence(odds: float) -> float:
    """The probability, 0 to 1, that the sentence answers.

    Args:
        odds: of the sentence's passage, see ``qa.types.Hit.odds``.
    """
    return 1 / (1 + math.exp(-(SLOPE * odds + BIAS)))

"""What the reading model makes of a text: whether it answers the question, and with which words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MOST_WORDS = 24  # tokens of an answer's words; longer ones are sentences, not answers


@dataclass(frozen=True, slots=True)
class Words:
    """The words that answer: a place in a text.

    Attributes:
        start, end: code points.
        score: natural logarithm of the model's probability that just these words answer; 0 is certain.
    """

    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What the model made of one text.

    Attributes:
        logit: log-odds that the text answers the question, as the model was trained; not calibrated.
        places: where each of the text's tokens stands, shape ``(tokens, 2)``, code points.
        starts, ends: log-probability of each token to begin, to end the words that answer, shape ``(tokens,)``.
    """

    logit: float
    places: NDArray[np.int64]
    starts: NDArray[np.float32]
    ends: NDArray[np.float32]

    def best_in(self, start: int, end: int) -> Words | None:
        """The likeliest words that stand between two places; None where no token does."""
        (inside,) = np.nonzero((self.places[:, 0] >= start) & (self.places[:, 1] <= end))
        if not len(inside):
            return None
        scores = self.starts[inside][:, None] + self.ends[inside][None, :]
        allowed = np.triu(np.ones_like(scores, dtype=bool)) & ~np.triu(np.ones_like(scores, dtype=bool), _MOST_WORDS)
        first, last = np.unravel_index(np.argmax(np.where(allowed, scores, -np.inf)), scores.shape)
        begin, finish = self.places[inside[first], 0], self.places[inside[last], 1]
        return Words(int(begin), int(finish), float(scores[first, last]))

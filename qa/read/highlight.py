"""The words of a sentence that answer, where they are found with confidence.

A mark on the wrong words misleads more than no mark helps. A third of the answers have one, and of these nine in ten
were right on the halves that this was fitted to and on the others (docs/decisions/0025). The weights and the threshold
are fitted by ``python -m eval.fit_reading``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from qa.read.candidate import Candidate
from qa.read.thresholds import HIGHLIGHT, HIGHLIGHT_BIAS, HIGHLIGHT_WEIGHTS
from qa.types import Marked

_LONGEST_LEAD = 2.0


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for the words; each about -1 to 1.

    Attributes:
        words: their log-probability, in tens.
        confidence: that the sentence answers.
        lead: how far the sentence is ahead of the best one with other words, in twos.
    """

    words: float
    confidence: float
    lead: float


def signals(candidates: Sequence[Candidate], confidence: float) -> Signals:
    """What speaks for the words of the first candidate."""
    first = candidates[0]
    rival = next((one.score for one in candidates if one.said != first.said), -math.inf)
    return Signals(
        words=max(first.words.score, -10.0) / 10,
        confidence=confidence,
        lead=min(first.score - rival, _LONGEST_LEAD) / 2,
    )


def sureness(seen: Signals) -> float:
    """How likely these are the words, 0 to 1; it orders, and is no frequency."""
    total = HIGHLIGHT_BIAS + sum(weight * one for weight, one in zip(HIGHLIGHT_WEIGHTS, astuple(seen), strict=True))
    return 1 / (1 + math.exp(-total))


def highlight(first: Candidate, seen: Signals) -> Marked | None:
    """Where the words stand in the article's text; None where that is not sure enough."""
    if sureness(seen) < HIGHLIGHT:
        return None
    start = first.hit.passage.start
    return start + first.words.start, start + first.words.end

"""How likely a sentence answers a question: a logistic regression over a few signals that can be explained.

No signal alone tells a near miss from an answer; the cross-encoder's logit, the best of them, reads the right
people with the wrong fact as highly as the truth. The weights are fitted by ``python -m eval.fit_confidence``
on the tuning half of the question sets; docs/evaluation.md has the figures of the other half.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields

from qa.read.expected import holds, kind_of
from qa.types import Hit
from qa.words import names, numbers, stem, stems, words


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for and against a sentence; each about 0 to 1, but for the logits (in tens).

    Attributes:
        paragraph: the cross-encoder's logit of the passage.
        sentence: its logit of the sentence alone.
        lead: how far the passage is ahead of the next one from another paragraph.
        covered: share of the question's content words in the passage or its title.
        covered_close: the same in the sentence alone.
        missing: content words in neither, as 1 - exp(-count).
        names: share of the question's names in passage or title; 1 where it has none.
        numbers: the same of its numbers.
        kind: 1 if the sentence holds what the question asks for, 0.5 if only the passage does, else 0.
        agreed: how far up both indexes had the passage.
    """

    paragraph: float
    sentence: float
    lead: float
    covered: float
    covered_close: float
    missing: float
    names: float
    numbers: float
    kind: float
    agreed: float


WEIGHTS = Signals(4.0, 2.0, 0.5, 1.0, 0.5, -1.0, 1.0, 0.5, 1.0, 0.5)
BIAS = -3.5


def signals(question: str, hits: Sequence[Hit], hit: Hit, sentence: str, sentence_logit: float) -> Signals:
    """The signals for one sentence of ``hit``, one of ``hits``."""
    passage, title = hit.passage.text, hit.passage.source.title
    asked = stems(question)
    nearby = stems(passage) | stems(title)
    rival = max((h.logit or 0.0 for h in hits if h.passage.paragraph != hit.passage.paragraph), default=-11.0)
    kind = kind_of(question)
    return Signals(
        paragraph=(hit.logit or 0.0) / 10,
        sentence=sentence_logit / 10,
        lead=((hit.logit or 0.0) - rival) / 10,
        covered=_share(asked, nearby),
        covered_close=_share(asked, stems(sentence)),
        missing=1 - math.exp(-len(asked - nearby) / 2),
        names=_share({stem(name) for name in names(question)}, {stem(word) for word in words(passage + " " + title)}),
        numbers=_share(numbers(question), numbers(passage + " " + title)),
        kind=1.0 if holds(kind, sentence, question) else 0.5 if holds(kind, passage, question) else 0.0,
        agreed=(_top(hit.lexical_rank) + _top(hit.dense_rank)) / 2,
    )


def probability(seen: Signals) -> float:
    """The probability, 0 to 1, that the sentence answers the question."""
    total = BIAS + sum(getattr(WEIGHTS, f.name) * getattr(seen, f.name) for f in fields(Signals))
    return 1 / (1 + math.exp(-total))


def _share(wanted: set[str], there: set[str]) -> float:
    return len(wanted & there) / len(wanted) if wanted else 1.0


def _top(rank: int | None) -> float:
    return 0.0 if rank is None else 1 / math.sqrt(rank)

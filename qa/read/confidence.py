"""How likely a sentence answers a question: a logistic regression over a few signals that can be explained.

The reading model was trained on near misses and is the best of them; the cross-encoder reads the right people with the
wrong fact as highly as the truth. How much of the question's wording stands in the passage is left out on purpose: near
misses are written close to the text, honest questions in other words, so it counts the wrong way. docs/decisions/0013
has what was tried. The weights are fitted by ``python -m eval.fit_confidence`` on the tuning half of the question sets;
docs/evaluation.md has the figures of the other half.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, fields

from qa.read.expected import holds, kind_of
from qa.types import Passage
from qa.understand.times import times

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for and against a sentence; each about -1 to 1.

    Attributes:
        answers: the reading model's logit that the passage, after its title, answers, in tens.
        alone: the same without the title.
        kind: 1 if the sentence holds what the question asks for, 0.5 if only the passage does, else 0.
        other_year: 1 if the question names a year, and the passage is of others by its words and its date.
    """

    answers: float
    alone: float
    kind: float
    other_year: float


WEIGHTS = Signals(answers=4.86, alone=2.99, kind=1.03, other_year=-2.90)
BIAS = -1.38


def kind_held(question: str, sentence: str, passage: str) -> float:
    """Whether what is asked for (a number, a name, a date …) stands in the sentence, or at least the passage."""
    kind = kind_of(question)
    return 1.0 if holds(kind, sentence, question) else 0.5 if holds(kind, passage, question) else 0.0


def is_of_other_year(question: str, passage: Passage) -> bool:
    """Whether the question is on a year that is not this passage's: last year's festival is not this year's."""
    asked = set(_YEAR.findall(question))
    published = passage.source.published_at
    told = {*_YEAR.findall(passage.source.title), *_YEAR.findall(passage.text)}
    known = told | ({published[:4]} if published else set())
    return bool(asked and known) and not asked & known and not any(_is_asked(int(year), question) for year in known)


def _is_asked(year: int, question: str) -> bool:
    """Whether a year lies in a time that the question names: 2023 in 'since 2021'."""
    periods = [time.period for time in times(question)]
    return any(
        (p.after is None or p.after.year <= year) and (p.before is None or year <= p.before.year) for p in periods
    )


def confidence(seen: Signals) -> float:
    """The confidence, 0 to 1. It orders answers; it is no frequency, since the fit weighs both classes alike."""
    total = BIAS + sum(getattr(WEIGHTS, field.name) * getattr(seen, field.name) for field in fields(Signals))
    return 1 / (1 + math.exp(-total))

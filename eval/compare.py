"""Two runs over the same questions: what changed, how sure that is, and which questions flipped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from eval.measures import Score, differences
from qa.errors import InvalidInput

if TYPE_CHECKING:
    from eval.judge import Judged
    from eval.runs import Run

Outcome = Literal["right", "answered wrongly", "refused wrongly", "refused rightly"]


@dataclass(frozen=True, slots=True)
class Flip:
    """A question that came out otherwise."""

    question_id: str
    question: str
    before: Outcome
    after: Outcome

    @property
    def better(self) -> bool:
        return self.after in {"right", "refused rightly"}


@dataclass(frozen=True, slots=True)
class Comparison:
    """Differences are after less before; an interval without 0 is unlikely to be chance."""

    measures: dict[str, Score]
    flips: tuple[Flip, ...]
    questions: int
    left_out: int
    """Questions that only one of the runs has."""


def compare(before: Run, after: Run) -> Comparison:
    """On the questions that both runs have, unchanged.

    Raises:
        InvalidInput: there is none.
    """
    old = {j.question.id: j for j in before.judged}
    new = {j.question.id: j for j in after.judged}
    shared = [i for i in old if i in new and old[i].question.question == new[i].question.question]
    if not shared:
        raise InvalidInput("the two runs have no question in common", hint="compare runs of the same set")
    pairs = [(old[i], new[i]) for i in shared]
    return Comparison(
        measures=differences([old[i] for i in shared], [new[i] for i in shared]),
        flips=tuple(_flip(b, a) for b, a in pairs if outcome(b) != outcome(a)),
        questions=len(shared),
        left_out=len(set(old) | set(new)) - len(shared),
    )


def outcome(j: Judged) -> Outcome:
    """What became of a question. Without gold, an answer to an answerable question is taken to be right."""
    if j.refused:
        return "refused wrongly" if j.question.answerable else "refused rightly"
    if j.question.answerable and (j.first_hits or not j.question.gold):
        return "right"
    return "answered wrongly"


def _flip(before: Judged, after: Judged) -> Flip:
    return Flip(after.question.id, after.question.question, outcome(before), outcome(after))

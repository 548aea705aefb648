"""Two runs over the same questions: what changed, how sure that is, and which questions flipped."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from eval.measures import Score, differences, p_values, scores
from qa.errors import InvalidInput

if TYPE_CHECKING:
    from eval.judge import Judged
    from eval.questions import Question
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
    """Two runs on the questions that both have.

    Attributes:
        measures: after less before; an interval without 0 is unlikely to be chance.
        left_out: how many questions only one of the runs has.
        before: every measure of the first run, on these questions.
        after: the same of the second.
        p_values: how often chance alone would make at least this difference; None where it is not defined.
    """

    measures: dict[str, Score]
    flips: tuple[Flip, ...]
    questions: int
    left_out: int
    before: dict[str, Score]
    after: dict[str, Score]
    p_values: dict[str, float | None]


def compare(before: Run, after: Run) -> Comparison:
    """On the questions that both runs have, unchanged: words, gold, expected answers and tags.

    Raises:
        InvalidInput: there is none.
    """
    old = {j.question.id: j for j in before.judged}
    new = {j.question.id: j for j in after.judged}
    shared = [i for i in old if i in new and _unplaced(old[i]) == _unplaced(new[i])]
    if not shared:
        raise InvalidInput("the two runs have no question in common", hint="compare runs of the same set")
    first, second = [old[i] for i in shared], [new[i] for i in shared]
    return Comparison(
        measures=differences(first, second),
        flips=tuple(_flip(b, a) for b, a in zip(first, second, strict=True) if outcome(b) != outcome(a)),
        questions=len(shared),
        left_out=len(set(old) | set(new)) - len(shared),
        before=scores(first),
        after=scores(second),
        p_values=p_values(first, second),
    )


def _unplaced(j: Judged) -> Question:
    """The question with its gold and all, whatever line of its file it stands in."""
    return replace(j.question, line=0)


def outcome(j: Judged) -> Outcome:
    """What became of a question. Without gold, an answer to an answerable question is taken to be right."""
    if j.refused:
        return "refused wrongly" if j.question.answerable else "refused rightly"
    if j.question.answerable and (j.first_hits or not j.question.gold):
        return "right"
    return "answered wrongly"


def _flip(before: Judged, after: Judged) -> Flip:
    return Flip(after.question.id, after.question.question, outcome(before), outcome(after))

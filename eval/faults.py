"""What went wrong with a question, as one of six kinds, so that one knows which part to mend."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

from eval.compare import outcome

if TYPE_CHECKING:
    from collections.abc import Iterable

    from eval.judge import Judged

Fault = Literal["not retrieved", "ranked low", "read wrongly", "cited wrongly", "refused wrongly", "answered wrongly"]
FAULTS: tuple[Fault, ...] = get_args(Fault)


def fault(j: Judged) -> Fault | None:
    """The one kind of a question that went wrong, or None for one that did not. The first that holds, in this order:

    * answered wrongly: the archive does not answer it. (Also where nothing can be told of the ranking.)
    * not retrieved: nothing of the ranking hits gold, so that no later stage could have been right.
    * refused wrongly: the gold was in the ranking.
    * cited wrongly: a later citation hits gold, or a cited paragraph holds an expected answer.
    * ranked low: what is cited first stood above the gold in the ranking.
    * read wrongly: the gold stood above what is cited first.
    """
    came_out = outcome(j)
    if came_out in {"right", "refused rightly"}:
        return None
    if not j.question.answerable:
        return "answered wrongly"
    if j.question.gold and j.ranking_told and not any(map(any, j.ranked)):
        return "not retrieved"
    if j.refused:
        return "refused wrongly"
    if any(map(any, j.hits)) or j.answer_in_paragraph:
        return "cited wrongly"
    return _misplaced(j)


def count_faults(judged: Iterable[Judged]) -> dict[Fault, int]:
    """How many questions went wrong in each way; every kind is there, in the order of ``Fault``."""
    found = [fault(j) for j in judged]
    return {kind: found.count(kind) for kind in FAULTS}


def _misplaced(j: Judged) -> Fault:
    if not j.ranking_told:
        return "answered wrongly"
    gold_rank = next(rank for rank, marks in enumerate(j.ranked) if any(marks))
    cited_rank = j.first_cited_rank
    return "ranked low" if cited_rank is not None and cited_rank < gold_rank else "read wrongly"

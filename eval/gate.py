"""A gate for continuous integration: which measures may not fall below what, or below another run's."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eval.measures import MEASURES
from qa.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from eval.measures import Score
    from eval.questions import QuestionSet
    from eval.runs import Run

TOLERANCE = 0.01
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Floor:
    """The least value, 0 to 1, that a measure may have."""

    measure: str
    least: float


def parse_floors(texts: Iterable[str]) -> tuple[Floor, ...]:
    """From ``name=0.9``.

    Raises:
        InvalidInput: no such measure, or not a number from 0 to 1.
    """
    return tuple(map(_floor, texts))


def _floor(text: str) -> Floor:
    name, _, least = text.partition("=")
    if name not in MEASURES:
        raise InvalidInput(f"--fail-under: no measure {name!r}", hint="one of " + ", ".join(MEASURES))
    try:
        value = float(least)
    except ValueError:
        value = math.nan
    if not 0 <= value <= 1:
        raise InvalidInput(f"--fail-under {text}: not a number from 0 to 1", hint=f"for example {name}=0.9")
    return Floor(name, value)


def failures(floors: Iterable[Floor], scores: Mapping[str, Score]) -> str | None:
    """What fell below its floor, in one line, or None. A measure without a value has fallen."""
    fallen = [
        f"{floor.measure} is {_told(value)}, under {floor.least}"
        for floor in floors
        if (value := scores[floor.measure].value) is None or value < floor.least - _ROUNDING
    ]
    return "; ".join(fallen) or None


def check_baseline(baseline: Run, questions: QuestionSet) -> None:
    """The baseline answered these very questions: a fall on others would say nothing.

    Raises:
        InvalidInput: another set, or another part of it.
    """
    meta, hint = baseline.meta, "name a run that was made with the same set, --split and --limit"
    if meta["set_sha256"] != questions.sha256:
        raise InvalidInput(f"the baseline is not a run of the set {questions.path}", hint=hint)
    if tuple(meta["question_ids"]) != tuple(question.id for question in questions.questions):
        asked, now = len(meta["question_ids"]), len(questions.questions)
        raise InvalidInput(f"the baseline asked {asked} questions of this set, and not these {now}", hint=hint)


def falls(before: Mapping[str, Score], after: Mapping[str, Score], tolerance: float) -> str | None:
    """What fell by more than the tolerance, in one line, or None.

    A measure that is no longer defined has fallen: a server that stops telling its ranking must not pass for it.
    Verdicts of a judge model are left out where none was asked.
    """
    fallen = [
        f"{name} fell from {old.value} to {_told(after[name].value)}, by more than {tolerance}"
        for name, old in before.items()
        if old.value is not None and _has_fallen(name, old.value, after[name].value, tolerance)
    ]
    return "; ".join(fallen) or None


def _has_fallen(name: str, old: float, new: float | None, tolerance: float) -> bool:
    if new is None:
        return name != "judged_supported"
    return new < old - tolerance - _ROUNDING


def _told(value: float | None) -> str:
    return "not defined" if value is None else str(value)


def parse_tolerance(tolerance: float) -> float:
    """The tolerance as it is.

    Raises:
        InvalidInput: not a number from 0 to 1.
    """
    if not 0 <= tolerance <= 1:
        raise InvalidInput(f"--tolerance {tolerance}: not a number from 0 to 1", hint=f"for example {TOLERANCE}")
    return tolerance

"""A gate for continuous integration: which measures may not fall below what."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eval.measures import MEASURES
from qa.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from eval.measures import Score


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
        f"{floor.measure} is {'not defined' if value is None else value}, under {floor.least}"
        for floor in floors
        if (value := scores[floor.measure].value) is None or value < floor.least
    ]
    return "; ".join(fallen) or None

"""Numbers: each one in the statement must be one of the ground, of the same thing."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, cached_property

from qa.verify.case import Case, Finding
from qa.verify.prose import Prose
from qa.verify.quantities import Quantity, find_quantities

_LOOSE = {"about": "about", "under": "nearly or less than", "over": "more than"}


def numbers_agree(case: Case) -> Finding | None:
    """Every number that the statement gives is one of the ground, exact where the statement gives it as exact."""
    odd = [one for one in case.statement.text if one.isnumeric() and not one.isdecimal()]
    missing = next((one for one in odd if one not in case.ground.text.text), None)
    if missing is not None:
        return Finding("unsupported", f"the paragraph does not say {missing}")
    numbers = _Numbers(case)
    return next((finding for one in numbers.said if (finding := _finding(numbers, one)) is not None), None)


class _Numbers:
    """The numbers on both sides of a case, each looked at once."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.said = find_quantities(case.statement.text)
        self.inside = find_quantities(case.ground.text.text)
        self.beside = find_quantities(case.ground.context.text)
        self._here = cache(lambda said: _around(case.statement, said))
        self._there = cache(lambda known: _around(case.ground.text, known))

    @cached_property
    def unsaid(self) -> list[Quantity]:
        """The ground's numbers that the statement does not give."""
        return [known for known in self.inside if not any(known.equals(one) for one in self.said)]

    def affinity(self, quantity: Quantity, known: Quantity) -> float:
        """How much both stand among the same words; what is counted, the next word, weighs most."""
        (here, counted), (there, known_counted) = self._here(quantity), self._there(known)
        return len(here & there) + (2.0 if counted and counted == known_counted else 0.0)


def _around(text: Prose, quantity: Quantity) -> tuple[frozenset[str], str]:
    return text.neighbours(quantity.start, quantity.end), text.following(quantity.end)


def _finding(numbers: _Numbers, quantity: Quantity) -> Finding | None:
    equal = [known for known in numbers.inside if quantity.equals(known)]
    told = bool(equal) or any(quantity.equals(known) for known in numbers.beside)
    if not told and any(quantity.rounds(known) for known in numbers.inside):
        return None
    other = _rather(numbers, quantity, equal, told=told) or (_left_over(numbers, quantity) if told else None)
    if other is not None and (told or quantity.weak):
        return Finding("contradicted", f"of this the paragraph says {other.text}, not {quantity.text}")
    if quantity.weak:
        return None
    if not told:
        return _missing(numbers, quantity, other)
    return _exactness(quantity, equal)


def _left_over(numbers: _Numbers, quantity: Quantity) -> Quantity | None:
    """A number of the sentences told that the statement leaves out, while this one is not among them so often."""
    if quantity.weak:
        return None
    case = numbers.case
    told = case.told_beside(quantity.start, quantity.end)
    near = [known for known in numbers.inside if case.ground.text.sentence_at(known.start) in told]
    times = sum(quantity.equals(one) and quantity.kinds == one.kinds for one in numbers.said)
    if sum(quantity.equals(known) for known in near) >= min(times, 2) or not near:
        return None
    left = [
        known
        for known in near
        if known.kinds & quantity.kinds
        and not any(one.equals(known) for one in numbers.said)
        and (not known.weak or _counts(case.statement, quantity) == _counts(case.ground.text, known))
    ]
    return left[0] if len(left) == 1 else None


def _counts(text: Prose, quantity: Quantity) -> str:
    """The root of what is counted."""
    return text.following(quantity.end)


def _missing(numbers: _Numbers, quantity: Quantity, other: Quantity | None) -> Finding:
    other = other or _closest(numbers, quantity)
    if other is None:
        return Finding("unsupported", f"the paragraph does not say {quantity.text}")
    return Finding("contradicted", f"the paragraph says {other.text}, not {quantity.text}")


def _exactness(quantity: Quantity, equal: Sequence[Quantity]) -> Finding | None:
    """'More than 340' is not 340, nor the other way round; 'some' and 'about' are alike."""
    if not equal or any(_as_exact(quantity.hedge, known.hedge) for known in equal):
        return None
    hedge = equal[0].hedge
    if hedge is None:
        return Finding("partial", f"the paragraph says {equal[0].text} outright")
    return Finding("partial", f"the paragraph says {_LOOSE[hedge]} {equal[0].text}")


def _as_exact(said: str | None, known: str | None) -> bool:
    """An exact number may be called 'about' so many; never may a bound become exact, or another bound."""
    return said in {known, "about"}


def _rather(numbers: _Numbers, quantity: Quantity, equal: Sequence[Quantity], *, told: bool) -> Quantity | None:
    """Another number of the ground that stands with the same words, where this one stands with others."""
    mine = max((numbers.affinity(quantity, known) for known in equal), default=0.0)
    if mine == 0.0 and told and any(quantity.equals(known) for known in numbers.beside):
        return None
    others = [known for known in numbers.unsaid if not quantity.equals(known)]
    comparable = [known for known in others if known.kinds & quantity.kinds or "" in known.kinds]
    best = max(comparable, key=lambda known: numbers.affinity(quantity, known), default=None)
    margin = 2.0 if told else 3.0
    if best is None or numbers.affinity(quantity, best) < mine + margin:
        return None
    return best


def _closest(numbers: _Numbers, quantity: Quantity) -> Quantity | None:
    alike = [known for known in numbers.inside if known.kinds & quantity.kinds and not known.weak]
    best = max(alike, key=lambda known: numbers.affinity(quantity, known), default=None)
    return best if best is not None and numbers.affinity(quantity, best) >= 1.0 else None

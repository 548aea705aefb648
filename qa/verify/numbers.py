"""Numbers: each one in the statement must be one of the ground, of the same thing."""

from __future__ import annotations

from collections.abc import Sequence

from qa.verify.case import Case, Finding
from qa.verify.prose import Prose
from qa.verify.quantities import Quantity, find_quantities

_LOOSE = {"about": "about", "under": "nearly or less than", "over": "more than"}


def numbers_agree(case: Case) -> Finding | None:
    """Every number that the statement gives is one of the ground, exact where the statement gives it as exact."""
    ground = (*find_quantities(case.ground.text.text), *find_quantities(case.ground.context.text))
    inside = find_quantities(case.ground.text.text)
    said = find_quantities(case.statement.text)
    for quantity in said:
        finding = _finding(case, quantity, ground, inside, said)
        if finding is not None:
            return finding
    return None


def _finding(
    case: Case, quantity: Quantity, ground: Sequence[Quantity], inside: Sequence[Quantity], said: Sequence[Quantity]
) -> Finding | None:
    equal = [known for known in ground if quantity.equals(known)]
    if not equal and any(quantity.rounds(known) for known in inside):
        return None
    other = _rather(case, quantity, equal, inside, said) or _left_over(case, quantity, equal, inside, said)
    if other is not None and (equal or quantity.weak):
        return Finding("contradicted", f"of this the paragraph says {other.text}, not {quantity.text}")
    if quantity.weak:
        return None
    if not equal:
        return _missing(case, quantity, other, inside)
    here = [known for known in equal if known in inside]
    return _exactness(quantity, here)


def _left_over(
    case: Case, quantity: Quantity, equal: Sequence[Quantity], inside: Sequence[Quantity], said: Sequence[Quantity]
) -> Quantity | None:
    """A number of the sentences told that the statement leaves out, while this one is not among them so often."""
    if quantity.weak or not equal:
        return None
    told = case.told_beside(quantity.start, quantity.end)
    near = [known for known in inside if case.ground.text.sentence_at(known.start) in told]
    times = sum(quantity.equals(one) and quantity.kinds == one.kinds for one in said)
    if sum(quantity.equals(known) for known in near) >= min(times, 2) or not near:
        return None
    left = [
        known
        for known in near
        if known.kinds & quantity.kinds
        and not any(one.equals(known) for one in said)
        and (not known.weak or _counts(case.statement, quantity) == _counts(case.ground.text, known))
    ]
    return left[0] if len(left) == 1 else None


def _counts(text: Prose, quantity: Quantity) -> str:
    """The root of what is counted."""
    return text.following(quantity.end)


def _missing(case: Case, quantity: Quantity, other: Quantity | None, inside: Sequence[Quantity]) -> Finding:
    other = other or _closest(case, quantity, inside)
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


def _rather(
    case: Case, quantity: Quantity, equal: Sequence[Quantity], inside: Sequence[Quantity], said: Sequence[Quantity]
) -> Quantity | None:
    """Another number of the ground that stands with the same words, where this one stands with others."""
    mine = max((_affinity(case, quantity, known) for known in equal if known in inside), default=0.0)
    if mine == 0.0 and any(known not in inside for known in equal):
        return None
    others = [known for known in inside if known not in equal and not any(known.equals(one) for one in said)]
    comparable = [known for known in others if known.kinds & quantity.kinds or "" in known.kinds]
    best = max(comparable, key=lambda known: _affinity(case, quantity, known), default=None)
    margin = 2.0 if equal else 3.0
    if best is None or _affinity(case, quantity, best) < mine + margin:
        return None
    return best


def _closest(case: Case, quantity: Quantity, inside: Sequence[Quantity]) -> Quantity | None:
    alike = [known for known in inside if known.kinds & quantity.kinds and not known.weak]
    best = max(alike, key=lambda known: _affinity(case, quantity, known), default=None)
    return best if best is not None and _affinity(case, quantity, best) >= 1.0 else None


def _affinity(case: Case, quantity: Quantity, known: Quantity) -> float:
    """How much both stand among the same words; what is counted, the next word, weighs most."""
    statement, text = case.statement, case.ground.text
    here, there = statement.neighbours(quantity.start, quantity.end), text.neighbours(known.start, known.end)
    counted = statement.following(quantity.end)
    return len(here & there) + (2.0 if counted and counted == text.following(known.end) else 0.0)

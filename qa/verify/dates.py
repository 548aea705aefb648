"""Days and times of year: each one in the statement must be one of the ground.

'9 March', 'March 9', '2023-03-09', 'Thursday', 'yesterday' and '2023' are read as what they leave open: a day of the
ground with more parts implies one with fewer, and days of the week are resolved against the article's own day.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from qa.verify.case import Case, Finding

_MONTHS = (
    "january february march april may june july august september october november december".split()  # noqa: SIM905
)
_DAYS = "monday tuesday wednesday thursday friday saturday sunday".split()  # noqa: SIM905
_MONTH = r"(?P<month>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>(?:1[5-9]|20)\d\d)"
_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"\b{_YEAR}-(?P<number>\d\d)-{_DAY}\b",
        rf"\b{_DAY}[/.](?P<number>\d\d?)[/.]{_YEAR}\b",
        rf"\b{_DAY}(?: of)? {_MONTH}(?:,? {_YEAR})?\b",
        rf"\b{_MONTH} {_DAY}(?:,? {_YEAR})?\b(?!\s?(?:per cent|percent|%))",
        rf"\b{_MONTH},? {_YEAR}\b",
        r"\b(?P<month>January|February|April|June|July|August|September|October|November|December)\b",
        r"(?:\b(?:[Ii]n|[Ll]ast|[Nn]ext|[Ss]ince|[Uu]ntil|[Bb]y|[Oo]f|early|late|mid|[Tt]his|[Ii]n every|from|to|and|[Bb]etween|following)[ -])(?P<month>March|May)\b(?! (?:be|not|have|said))",
        r"(?P<weekday>\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)s?\b",
        r"\b(?P<relative>yesterday|today|tomorrow|tonight|last night|this morning|this afternoon|this evening)\b",
        rf"(?<![£$€\d.,-])\b{_YEAR}\b(?![,.]\d|\s?(?:%|per cent|people|votes|tonnes|miles|metres|pounds|homes|copies))",
    )
)
_SPAN = re.compile(rf"\b(?P<day>[0-3]?\d)(?= ?(?:to|and|-|–|until) [0-3]?\d(?:st|nd|rd|th)? {_MONTH})")
_LAST_DAY = dt.date.max.toordinal()
_RELATIVE = {"yesterday": -1, "last night": -1, "tomorrow": 1}


@dataclass(frozen=True, slots=True)
class Day:
    """A day, month, year or day of the week, as far as the text tells it; ``text[start:end]`` is how."""

    start: int
    end: int
    text: str
    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    shift: int | None = None

    def implies(self, other: Day, published: Sequence[dt.date]) -> bool:
        """Whether every part that the other one tells follows from this one and the day of publication."""
        return any(other.fits(known) for known in _known(self, tuple(published)))

    def fits(self, known: dict[str, int]) -> bool:
        return all(known.get(name) == part for name, part in _parts(self).items())

    def dates(self, published: dt.date) -> Iterator[dt.date]:
        """The dates that it can mean in an article of that day."""
        if self.shift is not None:
            yield from _near_days(published, self.shift, self.shift)
        elif self.weekday is not None and self.day is None:
            yield from (date for date in _near_days(published, -7, 7) if date.weekday() == self.weekday)
        elif self.day is not None and self.month is not None:
            years = (self.year,) if self.year else (published.year - 1, published.year, published.year + 1)
            for year in years:
                date = _date(year, self.month, self.day)
                if date and (self.year or abs((date - published).days) < 240):
                    yield date


@lru_cache(maxsize=5_000)
def _known(told: Day, published: tuple[dt.date, ...]) -> tuple[dict[str, int], ...]:
    """What a day can be in articles of these days: its parts, and all that follows from them."""
    parts = _parts(told)
    known = [parts]
    for day in published:
        for date in told.dates(day):
            resolved = Day(0, 0, "", date.year, date.month, date.day, date.weekday(), (date - day).days)
            known.append(_parts(resolved) | parts)
        if told.month and not told.year and not told.day:
            years = (day.year - 1, day.year, day.year + 1)
            known.extend(parts | {"year": year} for year in years if _near(day, year, told.month))
    return tuple(known)


def _near_days(day: dt.date, first: int, last: int) -> list[dt.date]:
    """The days from so many before or after it to so many; those that no calendar has are left out."""
    place = day.toordinal()
    return [dt.date.fromordinal(n) for n in range(place + first, place + last + 1) if 1 <= n <= _LAST_DAY]


def days_agree(case: Case) -> Finding | None:
    """Every day that the statement names is one that the ground names."""
    inside = find_days(case.ground.text.text)
    said = find_days(case.statement.text)
    unsaid = [known for known in inside if not any(known.implies(one, case.ground.days) for one in said)]
    for day in said:
        equal = frozenset(known for known in inside if known.implies(day, case.ground.days))
        others = [known for known in unsaid if _same_kind(known, day)]
        other = _rather(case, day, equal, others) or _left_over(case, day, equal, others, inside, said)
        if equal and other:
            return Finding("contradicted", f"the paragraph says {other.text} of this, not {day.text}")
        if equal or _told_elsewhere(case, day, inside):
            continue
        told = [known for known in inside if _same_kind(known, day)]
        if told:
            return Finding("contradicted", f"the paragraph says {told[0].text}, not {day.text}")
        return Finding("unsupported", f"the paragraph does not say {day.text}")
    return None


def _told_elsewhere(case: Case, day: Day, inside: Sequence[Day]) -> bool:
    """Whether it follows from the title, or from the day of publication where the paragraph names no other."""
    if any(known.implies(day, case.ground.days) for known in find_days(case.ground.context.text)):
        return True
    if day.weekday is not None or any(_same_kind(known, day) for known in inside):
        return False
    return any(known.implies(day, ()) for known in _own(case.ground.days))


def _rather(case: Case, day: Day, equal: frozenset[Day], others: Sequence[Day]) -> Day | None:
    """Another day of the ground that stands among the same words, where this one stands among others."""
    here = case.statement.neighbours(day.start, day.end)

    def shared(known: Day) -> int:
        return len(here & case.ground.text.neighbours(known.start, known.end))

    mine = max((shared(known) for known in equal), default=0)
    best = max(others, key=shared, default=None)
    return best if best and shared(best) >= mine + 2 else None


def _left_over(
    case: Case, day: Day, equal: frozenset[Day], others: Sequence[Day], inside: Sequence[Day], said: Sequence[Day]
) -> Day | None:
    """A day of the sentences told that the statement leaves out, while this one is not among them so often."""
    told = case.told_beside(day.start, day.end)
    near = [known for known in inside if case.ground.text.sentence_at(known.start) in told]
    times = sum(day.fits(_parts(one)) for one in said)
    if not near or sum(known in equal for known in near) >= min(times, 2):
        return None
    left = [known for known in others if case.ground.text.sentence_at(known.start) in told]
    return left[0] if len(left) == 1 else None


def _own(published: Sequence[dt.date]) -> Iterator[Day]:
    for date in published:
        yield Day(0, 0, "", year=date.year, month=date.month, day=date.day)


@lru_cache(maxsize=5_000)
def find_days(text: str) -> tuple[Day, ...]:
    """The days that a text names, in order, none inside another."""
    found: list[Day] = []
    taken = bytearray(len(text))
    for form in _FORMS:
        for match in form.finditer(text):
            start, end = match.span()
            if not any(taken[start:end]):
                found.append(_day(match))
                taken[start:end] = b"x" * (end - start)
    for match in _SPAN.finditer(text):
        start, end = match.span("day")
        if not any(taken[start:end]):
            found.append(Day(start, end, match["day"], month=_month(match["month"]), day=int(match["day"])))
    return tuple(sorted(found, key=lambda day: day.start))


def _day(match: re.Match[str]) -> Day:
    parts = match.groupdict()
    month = _month(parts["month"]) if parts.get("month") else int(parts["number"]) if parts.get("number") else None
    weekday = _DAYS.index(parts["weekday"].lower()) if parts.get("weekday") else None
    relative = parts.get("relative")
    return Day(
        match.start(),
        match.end(),
        match.group() if not parts.get("month") or parts.get("day") or parts.get("year") else parts["month"],
        year=int(parts["year"]) if parts.get("year") else None,
        month=month,
        day=int(parts["day"]) if parts.get("day") else None,
        weekday=weekday,
        shift=_RELATIVE.get(relative, 0) if relative else None,
    )


def _month(name: str) -> int:
    return next(n for n, month in enumerate(_MONTHS, 1) if month.startswith(name.lower().rstrip(".")[:3]))


def _parts(day: Day) -> dict[str, int]:
    """The parts that are told, by name."""
    parts = {"year": day.year, "month": day.month, "day": day.day, "weekday": day.weekday, "shift": day.shift}
    return {name: part for name, part in parts.items() if part is not None}


def _same_kind(one: Day, other: Day) -> bool:
    return any(
        getattr(one, part) is not None and getattr(other, part) is not None for part in ("year", "month", "weekday")
    ) or (one.shift is not None and other.shift is not None)


def _date(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _near(published: dt.date, year: int, month: int) -> bool:
    return abs((year - published.year) * 12 + month - published.month) <= 9

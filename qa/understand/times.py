"""The times that a question names, as days: 'last week', 'in May', 'since 2021', 'between March and June'.

What hangs on the day of asking is counted from the day that the caller gives, and left alone without one. What hangs
on something else ('before the election', 'on the Sunday') is left alone always. Pure: no clock is read here.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from qa.types import Period

_ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Time:
    """Words of a question, ``question[start:end]``, and the days that they mean.

    Attributes:
        counted: whether the day of asking was needed to tell.
    """

    start: int
    end: int
    period: Period
    counted: bool


@lru_cache(maxsize=1_000)
def times(question: str, day: dt.date | None = None) -> tuple[Time, ...]:
    """The times that the question names, in order.

    Args:
        question: as it was asked.
        day: the day of asking; without it only what names its year is read.
    """
    found: list[Time] = []
    for word in _WORD.finditer(question):
        if not found or word.start() >= found[-1].end:
            time = _time_at(question, word.start(), day)
            if time:
                found.append(time)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Point:
    """A time without the word before it: 'May 2021' of 'since May 2021'."""

    end: int
    period: Period
    counted: bool = False
    bare: bool = False  # a month or a weekday alone, which is a time only after 'in', 'on', 'since' …


_WORD = re.compile(r"(?<![\w.,$£€¥-])\w+")
_MONTHS = {name.casefold(): n for n, name in enumerate(calendar.month_name) if n}
_MONTHS |= {name[:3].casefold(): n for n, name in enumerate(calendar.month_name) if n} | {"sept": 9}
_MONTH = rf"(?P<month>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\b\.?"
_YEAR = r"(?P<year>(?:19|20)\d\d)\b(?![-–/]?\d|[.,]\d|['’]?s\b)"
_WEEKDAYS = {name.casefold(): n for n, name in enumerate(calendar.day_name)}
_WEEKDAY = rf"(?P<weekday>{'|'.join(_WEEKDAYS)})\b"
_NUMBERS = {
    name: n
    for n, name in enumerate("a two three four five six seven eight nine ten eleven twelve".split(), 1)  # noqa: SIM905
} | {"an": 1, "one": 1, "couple of": 2}
_COUNT = rf"(?P<count>\d{{1,3}}|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})"
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
_SEASON = rf"(?P<season>{'|'.join(_SEASONS)})\b"
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": 4}
_OWN_YEAR = rf"(?:,? (?:of )?(?:{_YEAR}|(?P<which>last|this) year\b))"
_CAPITAL = re.compile(r"[A-Z]")

_BETWEEN = re.compile(r"between\b ", re.IGNORECASE)
_FROM = re.compile(r"from\b ", re.IGNORECASE)
_AND = re.compile(r" and ", re.IGNORECASE)
_TO = re.compile(r" (?:to|until|till|through) ", re.IGNORECASE)
_BEFORE_A_POINT = re.compile(
    r"(?P<word>in|on|during|over|throughout|of|since|from|before|prior to|until|till|by|up to|after)\b ",
    re.IGNORECASE,
)


def _time_at(text: str, at: int, day: dt.date | None) -> Time | None:
    return _span_at(text, at, day) or _modified_at(text, at, day) or _alone_at(text, at, day)


def _span_at(text: str, at: int, day: dt.date | None) -> Time | None:
    """'between March and June', 'from 2019 to 2021': the first takes the year of the second where it has none."""
    for opening, joint in ((_BETWEEN, _AND), (_FROM, _TO)):
        opened = opening.match(text, at)
        middle = joint.search(text, opened.end()) if opened else None
        last = _point_at(text, middle.end(), day) if middle else None
        if opened and middle and last and last.period.before:
            first = _point_at(text, opened.end(), last.period.before)
            if first and first.end == middle.start() and first.period.after:
                counted = first.counted and last.counted
                if first.period.after <= last.period.before and (day or not last.counted):
                    return Time(at, last.end, Period(first.period.after, last.period.before), counted)
    return None


def _modified_at(text: str, at: int, day: dt.date | None) -> Time | None:
    before = _BEFORE_A_POINT.match(text, at)
    point = _point_at(text, before.end(), day) if before else None
    if not before or not point or (point.bare and before["word"].casefold() in {"of", "by"}):
        return None
    return Time(at, point.end, _with(before["word"].casefold(), point.period), point.counted)


def _alone_at(text: str, at: int, day: dt.date | None) -> Time | None:
    point = _point_at(text, at, day)
    return Time(at, point.end, point.period, point.counted) if point and not point.bare else None


def _with(word: str, period: Period) -> Period:
    """What the word before a time makes of it: 'since May' begins where May begins, and is open."""
    if word == "since":
        return Period(period.after, None)
    if word in {"until", "till", "by", "up to"}:
        return Period(None, period.before)
    if word in {"before", "prior to"}:
        return Period(None, period.after and period.after - _ONE_DAY)
    if word == "after":
        return Period(period.before and period.before + _ONE_DAY, None)
    return period


def _point_at(text: str, at: int, day: dt.date | None) -> _Point | None:
    """The longest reading of what stands there."""
    readings = [_read(pattern, reader, text, at, day) for pattern, reader in _POINTS]
    return max((point for point in readings if point), key=lambda point: point.end, default=None)


def _read(pattern: re.Pattern[str], reader: _Reader, text: str, at: int, day: dt.date | None) -> _Point | None:
    match = pattern.match(text, at)
    try:
        return reader(match, day) if match else None
    except (ValueError, OverflowError):  # 31 June, or a day before the year 1
        return None


_Reader = Callable[["re.Match[str]", dt.date | None], _Point | None]


def _day(match: re.Match[str], day: dt.date | None) -> _Point | None:
    """'6 February 2025', 'February 6', '2025-02-06'; without a year the last one that has come."""
    month, number = _MONTHS[match["month"].casefold()], int(match["number"])
    year = match["year"]
    if year:
        return _one(match, dt.date(int(year), month, number))
    if day is None:
        return None
    passed = (month, number) <= (day.month, day.day)
    return _one(match, dt.date(day.year - (not passed), month, number), counted=True)


def _iso(match: re.Match[str], _day: dt.date | None) -> _Point:
    return _one(match, dt.date.fromisoformat(match.group()))


def _month(match: re.Match[str], day: dt.date | None) -> _Point | None:
    """'May 2021', 'late May', 'May last year'; without a year the last one that has begun."""
    name = match["month"]
    year = _year_of(match, day)
    if year is None and (day is None or not _CAPITAL.match(name)):  # 'may' and 'march' are verbs too
        return None
    month = _MONTHS[name.casefold()]
    counted = match["year"] is None
    bare = counted and not match["which"] and not match["last"]
    if year is None:
        assert day is not None
        year = day.year - (month > day.month)
    return _Point(match.end(), _months(year, month, 1), counted=counted, bare=bare)


def _year_of(match: re.Match[str], day: dt.date | None) -> int | None:
    if match["year"]:
        return int(match["year"])
    return day.year - (match["which"].casefold() == "last") if day and match["which"] else None


def _season(match: re.Match[str], day: dt.date | None) -> _Point | None:
    """'spring 2023', 'last summer', 'this winter'; a winter is named by the year in which it begins."""
    first = _SEASONS[match["season"].casefold()]
    if match["year"]:
        return _Point(match.end(), _months(int(match["year"]), first, 3))
    if day is None or (match["which"] or "the").casefold() == "the":
        return None
    latest = _months(day.year - (day.month < first), first, 3)
    assert latest.before
    over = latest.before < day
    back = match["which"].casefold() == "last" and not over
    return _Point(match.end(), _months(day.year - (day.month < first) - back, first, 3), counted=True)


def _quarter(match: re.Match[str], _day: dt.date | None) -> _Point:
    first = 3 * _ORDINALS[match["which"].casefold()] - 2
    return _Point(match.end(), _months(int(match["year"]), first, 3))


def _part(match: re.Match[str], _day: dt.date | None) -> _Point:
    """'the first three months of 2024'."""
    count = min(_number(match["count"]), 12)
    return _Point(match.end(), _months(int(match["year"]), 1 if match["which"] == "first" else 13 - count, count))


def _year(match: re.Match[str], _day: dt.date | None) -> _Point:
    return _Point(match.end(), _months(int(match["year"]), 1, 12))


def _decade(match: re.Match[str], _day: dt.date | None) -> _Point:
    return _Point(match.end(), _months(int(match["decade"]) * 10, 1, 120))


def _near(match: re.Match[str], day: dt.date | None) -> _Point | None:
    """'today', 'yesterday', 'last night'."""
    back = {"yesterday": 1, "last": 1, "the": 2}.get(match.group().casefold().split()[0], 0)
    return _one(match, day - back * _ONE_DAY, counted=True) if day else None


def _weekday(match: re.Match[str], day: dt.date | None) -> _Point | None:
    """'on Tuesday': the last one, the day itself included; 'last Tuesday': the last before it."""
    if day is None:
        return None
    back = (day.weekday() - _WEEKDAYS[match["weekday"].casefold()]) % 7
    if match["which"] and match["which"].casefold() == "last":
        back = back or 7
    return _one(match, day - back * _ONE_DAY, counted=True, bare=not match["which"])


def _calendar(match: re.Match[str], day: dt.date | None) -> _Point | None:
    """'this week', 'last month', 'last year': of the calendar; weeks begin on Monday."""
    if day is None:
        return None
    back, unit = match["which"].casefold() != "this", match["unit"].casefold()
    if unit.startswith("week"):
        monday = day - (day.weekday() + 7 * back) * _ONE_DAY
        first = monday + 5 * _ONE_DAY if unit == "weekend" else monday
        return _Point(match.end(), Period(first, monday + 6 * _ONE_DAY), counted=True)
    months = day.year * 12 + day.month - 1 - back
    period = _months(day.year - back, 1, 12) if unit == "year" else _months(months // 12, months % 12 + 1, 1)
    return _Point(match.end(), period, counted=True)


def _trailing(match: re.Match[str], day: dt.date | None) -> _Point | None:
    """'the past month', 'the last three weeks': so many days up to the day of asking."""
    if day is None:
        return None
    days = _number(match["count"] or "one") * _DAYS[match["unit"].casefold()]
    return _Point(match.end(), Period(day - days * _ONE_DAY, day), counted=True)


def _ago(match: re.Match[str], day: dt.date | None) -> _Point | None:
    """'two weeks ago': the unit about that day, since nobody counts so to the day."""
    if day is None:
        return None
    unit = _DAYS[match["unit"].casefold()]
    then, slack = day - _number(match["count"]) * unit * _ONE_DAY, unit // 2 * _ONE_DAY
    return _Point(match.end(), Period(then - slack, then + slack), counted=True)


_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}


def _number(text: str) -> int:
    return int(text) if text.isdigit() else _NUMBERS[text.casefold()]


def _one(match: re.Match[str], day: dt.date, *, counted: bool = False, bare: bool = False) -> _Point:
    return _Point(match.end(), Period(day, day), counted=counted, bare=bare)


def _months(year: int, month: int, count: int) -> Period:
    """So many months from that one on."""
    last = year * 12 + month - 1 + count
    return Period(dt.date(year, month, 1), dt.date(last // 12, last % 12 + 1, 1) - _ONE_DAY)


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


_TH = r"(?P<number>\d{1,2})(?:st|nd|rd|th)?\b"
_POINTS: tuple[tuple[re.Pattern[str], _Reader], ...] = (
    (_pattern(r"\d{4}-\d\d-\d\d\b"), _iso),
    (_pattern(rf"(?:{_WEEKDAY},? )?(?:the )?{_TH} (?:of )?{_MONTH}(?:,? {_YEAR})?"), _day),
    (_pattern(rf"(?:{_WEEKDAY},? )?{_MONTH} (?:the )?{_TH}(?:,? {_YEAR})?"), _day),
    (
        _pattern(
            rf"(?P<last>last |early |mid[- ]|late |the (?:start|beginning|middle"
            rf"|end) of )?{_MONTH}(?!['’]s){_OWN_YEAR}?"
        ),
        _month,
    ),
    (_pattern(rf"(?:(?P<which>last|this|in the|the) )?{_SEASON}(?: of)?(?: {_YEAR})?"), _season),
    (_pattern(rf"(?:the )?(?P<which>first|second|third|fourth|last) quarter (?:of )?{_YEAR}"), _quarter),
    (_pattern(rf"(?:the )?(?P<which>first|last) {_COUNT} months of {_YEAR}"), _part),
    (_pattern(rf"(?:early |mid[- ]|late |the (?:start|beginning|middle|end) of )?{_YEAR}"), _year),
    (_pattern(r"the (?P<decade>(?:19|20)\d)0s\b"), _decade),
    (
        _pattern(
            r"(?:today|tonight|this (?:morning|afternoon|evening)|the day before yesterday|yesterday|last night)\b"
        ),
        _near,
    ),
    (_pattern(rf"(?:(?P<which>last|this past|this) )?{_WEEKDAY}(?! \d|, \d)"), _weekday),
    (_pattern(r"(?P<which>this past|this|last|the previous) (?P<unit>weekend|week|month|year)\b"), _calendar),
    (_pattern(rf"(?:the )?(?:last|past) (?:{_COUNT} )?(?P<unit>day|week|month|year)s?\b"), _trailing),
    (_pattern(rf"{_COUNT} (?P<unit>day|week|month|year)s? ago\b"), _ago),
)

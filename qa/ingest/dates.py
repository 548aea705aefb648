"""Dates as people and machines write them -> ISO 8601, or nothing: a date is read, never guessed.

A date must name its day, month and year. In ``13/08/2023`` the day comes first, unless that is impossible. A time
keeps the offset that stands beside it; a zone's abbreviation that means several zones (IST, CST) is left out, and
the time then stands without an offset.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from qa.ingest.normal import plain_text

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar janvier enero gennaio janeiro januari",
            "february feb februar février fevrier febrero febbraio fevereiro februari",
            "march mar märz mars marzo março maart",
            "april apr avril abril aprile",
            "may mai mayo maggio maio mei",
            "june jun juni juin junio giugno junho",
            "july jul juli juillet julio luglio julho",
            "august aug août aout agosto augustus",
            "september sept sep septembre septiembre settembre setembro",
            "october oct oktober octobre octubre ottobre outubro",
            "november nov novembre noviembre novembro",
            "december dec dezember décembre decembre diciembre dicembre dezembro",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_MONTH = rf"(?P<month>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\b\.?"
_WEEKDAYS = (
    "(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?|montag|dienstag|mittwoch|donnerstag|freitag|samstag|"
    "sonntag|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lunes|martes|miércoles|jueves|viernes|sábado|domingo"
)
_WEEKDAY = rf"(?:(?:{_WEEKDAYS})\b\.?,?\s*(?:the\s+|den\s+|le\s+)?)?"
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th|er|º|\.)?"
_YEAR = r"(?P<year>1[6-9]\d\d|2[01]\d\d)"
_DATE_FORMS = (
    r"(?P<year>\d{4})-(?P<month>[01]\d)-(?P<day>[0-3]\d)",
    rf"{_YEAR}[/.](?P<month>[01]?\d)[/.](?P<day>[0-3]?\d)",
    rf"{_WEEKDAY}{_DAY}\s*[-\s]\s*(?:(?:of|de)\s+)?{_MONTH}\s*[-,\s]\s*(?:del?\s+)?{_YEAR}",
    rf"{_WEEKDAY}{_MONTH}\s*{_DAY}\s*,?\s+{_YEAR}",
    rf"{_WEEKDAY}(?P<first>[0-3]?\d)(?P<mark>[/.-])(?P<second>[0-3]?\d)(?P=mark){_YEAR}",
    r"(?P<first>[0-3]?\d)(?P<mark>[/.])(?P<second>[0-3]?\d)(?P=mark)(?P<short>\d\d)",
)
_DATES = tuple(re.compile(rf"(?<![\w/.-]){form}(?![\d/-]|\.\d)", re.IGNORECASE) for form in _DATE_FORMS)

_CLOCK = (
    r"(?P<hour>[0-2]?\d)(?:[:.h](?P<minute>[0-5]\d)(?:[:.](?P<second>[0-5]\d)(?:[.,]\d+)?)?)?"
    r"(?:\s*(?P<half>[ap])\.?m\b\.?)?(?:\s*(?:hrs|hours|uhr)\b)?"
)
_ZONE = r"(?:\s*\(?(?P<zone>Z\b|(?:GMT|UTC)?\s?[+\u2212-]\d\d?(?::?\d\d)?|[A-Z]{2,5}\b)\)?)?"
_AFTER = re.compile(rf"(?:T|\s*[,|@\u00b7\u2022\u2013\u2014-]?\s*(?:at\s+)?){_CLOCK}{_ZONE}", re.IGNORECASE)
_BEFORE = re.compile(rf"(?<![\d:.]){_CLOCK}{_ZONE}(?:\s*[,|\u00b7\u2022\u2013\u2014-]?\s*|\s+on\s+)$", re.IGNORECASE)

_OFFSETS = {
    "Z": 0.0, "GMT": 0.0, "UTC": 0.0, "UT": 0.0, "WET": 0.0, "WEST": 1.0, "BST": 1.0, "CET": 1.0, "MEZ": 1.0,
    "CEST": 2.0, "MESZ": 2.0, "EET": 2.0, "EEST": 3.0, "MSK": 3.0, "PKT": 5.0, "ICT": 7.0, "WIB": 7.0, "SGT": 8.0,
    "HKT": 8.0, "MYT": 8.0, "AWST": 8.0, "JST": 9.0, "KST": 9.0, "ACST": 9.5, "AEST": 10.0, "AEDT": 11.0,
    "NZST": 12.0, "NZDT": 13.0, "EST": -5.0, "EDT": -4.0, "CDT": -5.0, "MST": -7.0, "MDT": -6.0, "PST": -8.0,
    "PDT": -7.0, "AKST": -9.0, "AKDT": -8.0, "HST": -10.0,
}  # fmt: skip
_PLACES = {
    "ET": "America/New_York",
    "CT": "America/Chicago",
    "MT": "America/Denver",
    "PT": "America/Los_Angeles",
}


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date in a text: ``text[start:end]`` wrote it, ``iso`` says it."""

    iso: str
    start: int
    end: int


def iso_date(text: str) -> str | None:
    """The first date that a short text names, as an ISO date, or date and time; None where it names none."""
    tidy = plain_text(text)
    exact = _exactly_iso(tidy)
    if exact:
        return exact
    return next((found.iso for found in find_dates(tidy)), None)


def find_dates(text: str) -> Iterator[FoundDate]:
    """All dates of a text in order, each with its time of day where one stands beside it."""
    at = 0
    while match := _next_date(text, at):
        at = match.end()
        day = _day_of(match)
        if day is None:
            continue
        found = _with_time(text, match, day)
        at = max(at, found.end)
        yield found


def _exactly_iso(text: str) -> str | None:
    if not re.match(r"\d{4}-?\d\d-?\d\d", text):
        return None
    try:
        if len(text) <= 10:
            return dt.date.fromisoformat(text).isoformat()
        return _iso(dt.datetime.fromisoformat(text))
    except ValueError:
        return None


def _iso(moment: dt.datetime) -> str:
    return moment.replace(microsecond=0).isoformat()


def _next_date(text: str, at: int) -> re.Match[str] | None:
    matches = [match for form in _DATES if (match := form.search(text, at))]
    return min(matches, key=lambda match: (match.start(), -match.end()), default=None)


def _day_of(match: re.Match[str]) -> dt.date | None:
    parts = match.groupdict()
    year = int(parts["year"]) if parts.get("year") else 2000 + int(parts["short"])
    if parts.get("first"):
        first, second = int(parts["first"]), int(parts["second"])
        return _day(year, second, first) or _day(year, first, second)
    month = parts["month"].lower()
    return _day(year, _MONTHS.get(month) or int(month), int(parts["day"]))


def _day(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _with_time(text: str, match: re.Match[str], day: dt.date) -> FoundDate:
    after = _AFTER.match(text, match.end())
    if after and (moment := _moment(day, after)):
        return FoundDate(_iso(moment), match.start(), after.end())
    before = _BEFORE.search(text, max(0, match.start() - 40), match.start())
    if before and (moment := _moment(day, before)):
        return FoundDate(_iso(moment), before.start(), match.end())
    return FoundDate(day.isoformat(), match.start(), match.end())


def _moment(day: dt.date, clock: re.Match[str]) -> dt.datetime | None:
    """The day at the clock's time; None for a bare number, which is no time."""
    if clock["minute"] is None and clock["half"] is None:
        return None
    hour, minute = int(clock["hour"]), int(clock["minute"] or 0)
    if clock["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if clock["half"].lower() == "p" else 0)
    try:
        moment = dt.datetime.combine(day, dt.time(hour, minute, int(clock["second"] or 0)))
    except ValueError:
        return None
    return moment.replace(tzinfo=_zone(clock["zone"] or "", moment))


def _zone(name: str, moment: dt.datetime) -> dt.tzinfo | None:
    plain = name.upper().replace("\u2212", "-").replace(" ", "")
    if plain in _OFFSETS:
        return dt.timezone(dt.timedelta(hours=_OFFSETS[plain]))
    if offset := re.fullmatch(r"(?:GMT|UTC)?([+-])(\d\d?):?(\d\d)?", plain):
        minutes = int(offset[2]) * 60 + int(offset[3] or 0)
        return dt.timezone(dt.timedelta(minutes=minutes if offset[1] == "+" else -minutes)) if minutes < 1440 else None
    return _zone_of_place(_PLACES.get(plain), moment)


def _zone_of_place(place: str | None, moment: dt.datetime) -> dt.tzinfo | None:
    if place is None:
        return None
    try:
        offset = moment.replace(tzinfo=ZoneInfo(place)).utcoffset()
    except ZoneInfoNotFoundError:
        return None
    return dt.timezone(offset) if offset is not None else None

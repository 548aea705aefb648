"""Dates as people and machines write them -> ISO 8601, or nothing: a date is read, never guessed.

A date must name its day, month and year. In ``13/08/2023`` the day comes first, unless that is impossible. What a
program writes where it has no date (0001-01-01, midnight of 1970-01-01) is none.

A time keeps the offset that stands beside it. A zone's abbreviation is resolved where papers mean one zone by it, and
only in the season in which it is in force: EST in January is -05:00, EST in July is a mistake that may mean either.
What means several zones (IST, CST, AST, GST, SST) is left out. The time then stands without an offset.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from qa.ingest.normal import plain_text

_LONGEST = 1_000  # characters of a text that is said to be a date

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar jänner janvier janv enero ene gennaio janeiro januari января",
            "february feb februar février fevrier févr febrero febbraio fevereiro fev februari февраля",
            "march mar märz mrz mars marzo março maart mrt марта",
            "april apr avril avr abril abr aprile апреля",
            "may mai mayo maggio maio mei мая",
            "june jun juni juin junio giugno giu junho июня",
            "july jul juli juillet juil julio luglio lug julho июля",
            "august aug août aout agosto ago augustus августа",
            "september sept sep septembre septiembre settembre setembro сентября",
            "october oct oktober okt octobre octubre ottobre ott outubro октября",
            "november nov novembre noviembre novembro ноября",
            "december dec dezember dez décembre decembre déc diciembre dicembre dic dezembro декабря",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_MONTH = rf"(?P<month>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\b\.?"
_WEEKDAYS = (
    "(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?|montag|dienstag|mittwoch|donnerstag|freitag|samstag|"
    "sonntag|segunda-feira|terça-feira|quarta-feira|quinta-feira|sexta-feira|lunedì|martedì|mercoledì|giovedì|venerdì|"
    "sabato|domenica|maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lunes|martes|miércoles|jueves|viernes|sábado|domingo"
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
    r"(?P<year>\d{4})\s?[\u5e74\ub144]\s?(?P<month>[01]?\d)\s?[\u6708\uc6d4]\s?(?P<day>[0-3]?\d)\s?[\u65e5\uc77c]",
)
_DATES = tuple(re.compile(rf"(?<![\w/.-]){form}(?![\d/-]|\.\d)", re.IGNORECASE) for form in _DATE_FORMS)

_CLOCK = (
    r"(?P<hour>[0-2]?\d)(?:[:.h](?P<minute>[0-5]\d)(?:[:.](?P<second>[0-5]\d)(?:[.,]\d+)?)?)?"
    r"(?:\s*(?P<half>[ap])\.?m\b\.?)?(?:\s*(?:hrs|hours|uhr)\b)?"
)
_ZONE = r"(?:\s*\(?(?P<zone>Z\b|(?:GMT|UTC)?\s?[+\u2212-]\d\d?(?::?\d\d)?|[A-Z]{2,5}\b)\)?)?"
_AFTER = re.compile(
    rf"(?:T|\s*[,|@\u00b7\u2022\u2013\u2014-]?\s*(?:(?:at|um|à|às|a las|alle|kl\.?)\s+)?){_CLOCK}{_ZONE}", re.IGNORECASE
)
_BEFORE = re.compile(rf"(?<![\d:.]){_CLOCK}{_ZONE}(?:\s*[,|\u00b7\u2022\u2013\u2014-]?\s*|\s+on\s+)$", re.IGNORECASE)

_OFFSETS = {
    "Z": 0.0, "GMT": 0.0, "UTC": 0.0, "UT": 0.0, "WAT": 1.0, "CAT": 2.0, "SAST": 2.0, "EAT": 3.0, "MSK": 3.0,
    "PKT": 5.0, "ICT": 7.0, "WIB": 7.0, "SGT": 8.0, "HKT": 8.0, "MYT": 8.0, "PHT": 8.0, "AWST": 8.0, "JST": 9.0,
    "KST": 9.0, "MST": -7.0, "HST": -10.0,
}  # fmt: skip
_SEASONAL = {
    "WET": ("Europe/Lisbon", 0.0), "WEST": ("Europe/Lisbon", 1.0), "BST": ("Europe/London", 1.0),
    "CET": ("Europe/Berlin", 1.0), "CEST": ("Europe/Berlin", 2.0), "MEZ": ("Europe/Berlin", 1.0),
    "MESZ": ("Europe/Berlin", 2.0), "EET": ("Europe/Athens", 2.0), "EEST": ("Europe/Athens", 3.0),
    "ACST": ("Australia/Adelaide", 9.5), "ACDT": ("Australia/Adelaide", 10.5), "AEST": ("Australia/Brisbane", 10.0),
    "AEDT": ("Australia/Sydney", 11.0), "NZST": ("Pacific/Auckland", 12.0), "NZDT": ("Pacific/Auckland", 13.0),
    "EST": ("America/New_York", -5.0), "EDT": ("America/New_York", -4.0), "CDT": ("America/Chicago", -5.0),
    "MDT": ("America/Denver", -6.0), "PST": ("America/Los_Angeles", -8.0), "PDT": ("America/Los_Angeles", -7.0),
    "AKST": ("America/Anchorage", -9.0), "AKDT": ("America/Anchorage", -8.0), "NST": ("America/St_Johns", -3.5),
    "NDT": ("America/St_Johns", -2.5),
}  # fmt: skip
"""Where a name is in force, and what it then means."""
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
    tidy = plain_text(text[:_LONGEST])
    exact = _exactly_iso(tidy)
    if exact:
        return _possible(exact)
    return next((date for found in find_dates(tidy) if (date := _possible(found.iso))), None)


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


def _possible(date: str) -> str | None:
    """None for the zeros of a program's clock, and for years that it cannot reckon with."""
    zero = date.startswith("1970-01-01T00:00:00")
    return date if 1600 <= int(date[:4]) <= 9000 and not zero else None


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
    if not 1600 <= year <= 9000:
        return None
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
        if hour > 12 and clock["half"].lower() == "a":
            return None
        hour = hour if hour > 12 else hour % 12 + (12 if clock["half"].lower() == "p" else 0)  # some print 17:19 PM
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
    if plain in _SEASONAL:
        place, hours = _SEASONAL[plain]
        zone = _zone_of_place(place, moment)
        return zone if zone == dt.timezone(dt.timedelta(hours=hours)) else None
    return _zone_of_place(_PLACES.get(plain), moment)


def _zone_of_place(place: str | None, moment: dt.datetime) -> dt.tzinfo | None:
    if place is None:
        return None
    try:
        offset = moment.replace(tzinfo=ZoneInfo(place)).utcoffset()
    except ZoneInfoNotFoundError:
        return None
    return dt.timezone(offset) if offset is not None else None

"""What a number or a day in a text is worth, so that '£1.5m' and '1.5 million pounds' are found to be the same."""

from __future__ import annotations

import re
from dataclasses import dataclass

from qa.numerals import SMALL, TENS
from qa.words import STOP_WORDS, fold, stem

_SCALES = {"k": 1e3, "thousand": 1e3, "m": 1e6, "mn": 1e6, "million": 1e6, "bn": 1e9, "billion": 1e9, "trillion": 1e12}
_UNITS = {"%": "%", "percent": "%", "per cent": "%", "pound": "£", "dollar": "$", "euro": "€", "yen": "¥", "yuan": "¥"}
_WORDS = {
    **{word: float(value) for word, value in (SMALL | TENS).items()},
    "dozen": 12.0,
    "hundred": 100.0,
    "none": 0.0,
    "nobody": 0.0,
}
_MONTHS = "january february march april may june july august september october november december".split()  # noqa: SIM905
_MONTH = r"(?P<{}>jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?"
_DAY = re.compile(
    rf"\b(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?{_MONTH.format('month')}"
    rf"|{_MONTH.format('month2')} (?P<day2>\d{{1,2}})(?!\d))(?:,? (?P<year>(?:19|20)\d\d))?\b",
    re.IGNORECASE,
)
_TIME_NAMED = re.compile(
    rf"\b(?:{'|'.join(name.title() for name in _MONTHS)}|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:19|20)\d\d)\b"
)  # letter case matters: 'may' is no month
_IN_WORDS = rf"(?:{'|'.join(TENS)})[- ](?:{'|'.join(list(SMALL)[1:10])})|{'|'.join(_WORDS)}"
_NUMBER = re.compile(
    rf"(?P<sign>[£$€¥])?\s?(?:(?P<digits>\d+(?:,\d{{3}})*(?:\.\d+)?)|\b(?P<word>{_IN_WORDS})\b)"
    r"(?:[ -]?(?P<scale>k|thousand|mn?|million|bn|billion|trillion)\b)?"
    r"(?:[ -]?(?P<unit>%|percent\b|per cent\b|pounds?\b|dollars?\b|euros?\b|yen\b|yuan\b))?"
    r"(?: (?P<noun>[a-z][\w’'-]+))?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Value:
    """A number with what it counts, or a day.

    Attributes:
        unit: '%', a currency's sign, 'day', or empty.
        noun: the stem of the word behind a bare number: 'three shops' counts shops. Empty where none follows.
    """

    number: float
    unit: str
    noun: str = ""

    def same_as(self, other: Value) -> bool:
        return self.unit == other.unit and abs(self.number - other.number) <= 1e-6 * max(abs(self.number), 1.0)

    def like(self, other: Value) -> bool:
        """Whether the two could tell of one thing: both in pounds, both of shops."""
        return self.unit == other.unit and self.noun == other.noun


def day_in(text: str) -> bool:
    """Whether a text names a day, a month or a year."""
    return bool(_DAY.search(text) or _TIME_NAMED.search(text))


def values(text: str) -> tuple[Value, ...]:
    """The numbers and days of a text, in order. A day is its number in the year; a year that is told is left out."""
    days = [(match.start(), match.end(), _day(match)) for match in _DAY.finditer(text)]
    free = (match for match in _NUMBER.finditer(text) if not any(a <= match.start() < b for a, b, _ in days))
    found = [*((start, value) for start, _, value in days), *((match.start(), _value(match)) for match in free)]
    return tuple(value for _, value in sorted(found, key=lambda pair: pair[0]))


def _day(match: re.Match[str]) -> Value:
    month = (match["month"] or match["month2"])[:3].lower()
    place = next(n for n, name in enumerate(_MONTHS) if name.startswith(month))
    return Value(float(place * 31 + int(match["day"] or match["day2"])), "day")


def _value(match: re.Match[str]) -> Value:
    number = float(match["digits"].replace(",", "")) if match["digits"] else _in_words(match["word"].lower())
    scale = _SCALES.get((match["scale"] or "").lower(), 1.0)
    told = (match["unit"] or "").lower()
    unit = match["sign"] or _UNITS.get(told) or _UNITS.get(told.rstrip("s")) or ""
    counted = fold(match["noun"] or "")
    noun = "" if unit or counted in STOP_WORDS else stem(counted)
    return Value(number * scale, unit, noun)


def _in_words(word: str) -> float:
    return sum(_WORDS[part] for part in re.split(r"[- ]", word))

"""Numbers as they are written in news: digits, words, money, shares, measures, times of day, ordinals.

A quantity has readings, since '2m' is a length and a count, and 'third' a place and a share; two quantities are equal
where they share one. Formats are converted and exact measures of one kind (hours and minutes, metres and
centimetres), never one currency or system into another.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from qa.numerals import SCALES, SMALL, TENS
from qa.verify.dates import find_days

Reading = tuple[str, float]
"""A kind ('' for a plain number, 'GBP', 'share', 'minute', 'place' …) and its value."""

_TOKEN = re.compile(
    r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|[^\W\d_]+(?:[.'’][^\W\d_]+)*|[£$€¥%]|[-–—/]|[.,;:!?\"“”()]"
)
_SHORT_SCALES = {"m": 1e6, "mn": 1e6, "bn": 1e9, "k": 1e3, "tn": 1e12, **SCALES}
_PLACES = {
    word: value
    for value, word in enumerate(
        [
            "first",
            "second",
            "third",
            "fourth",
            "fifth",
            "sixth",
            "seventh",
            "eighth",
            "ninth",
            "tenth",
            "eleventh",
            "twelfth",
            "thirteenth",
            "fourteenth",
            "fifteenth",
            "sixteenth",
            "seventeenth",
            "eighteenth",
            "nineteenth",
            "twentieth",
        ],
        1,
    )
}
_PARTS = {"half": 2, "halves": 2, "third": 3, "thirds": 3, "quarter": 4, "quarters": 4} | {
    f"{word}{ending}": value for word, value in _PLACES.items() if 5 <= value <= 12 for ending in ("", "s")
}
_TIMES = {"twice": 2.0, "double": 2.0, "doubled": 2.0, "doubling": 2.0, "thrice": 3.0, "triple": 3.0, "tripled": 3.0}
_CURRENCIES = {"£": "GBP", "$": "USD", "€": "EUR", "¥": "JPY"}
_UNITS: dict[str, Reading] = {
    form: (kind, factor)
    for kind, factor, forms in (
        ("GBP", 1, "pound pounds sterling"),
        ("GBP", 0.01, "p pence penny"),
        ("USD", 1, "dollar dollars"),
        ("USD", 0.01, "cent cents"),
        ("EUR", 1, "euro euros"),
        ("share", 1, "% percent"),
        ("minute", 1 / 60, "second seconds"),
        ("minute", 1, "minute minutes min mins"),
        ("minute", 60, "hour hours hr hrs"),
        ("minute", 1440, "day days"),
        ("minute", 10080, "week weeks"),
        ("minute", 20160, "fortnight fortnights"),
        ("month", 1, "month months"),
        ("month", 12, "year years"),
        ("month", 120, "decade decades"),
        ("metre", 0.001, "mm millimetre millimetres millimeter millimeters"),
        ("metre", 0.01, "cm centimetre centimetres centimeter centimeters"),
        ("metre", 1, "m metre metres meter meters"),
        ("metre", 1000, "km kilometre kilometres kilometer kilometers"),
        ("foot", 1, "foot feet ft"),
        ("foot", 1 / 12, "inch inches"),
        ("foot", 3, "yard yards"),
        ("foot", 5280, "mile miles"),
        ("gram", 1, "g gram grams"),
        ("gram", 1e3, "kg kilo kilos kilogram kilograms"),
        ("gram", 1e6, "tonne tonnes"),
        ("ounce", 1, "ounce ounces oz"),
        ("ounce", 16, "lb lbs"),
        ("ton", 1, "ton tons"),
        ("litre", 1, "litre litres liter liters l"),
        ("hectare", 1, "hectare hectares ha"),
        ("acre", 1, "acre acres"),
        ("mph", 1, "mph"),
        ("kmh", 1, "kph"),
        ("celsius", 1, "c celsius"),
        ("fahrenheit", 1, "f fahrenheit"),
    )
    for form in forms.split()
}
_HALVES_OF_DAY = {"am": "am", "a.m": "am", "pm": "pm", "p.m": "pm"}
_AT = frozenset("at by from until till before after since around about past between shortly".split())  # noqa: SIM905
_ABOUT = {
    "about": "about", "around": "about", "roughly": "about", "approximately": "about", "some": "about", "circa": "about",
    "nearly": "under", "almost": "under", "under": "under", "below": "under", "fewer than": "under", "less than": "under",
    "up to": "under", "at most": "under", "no more than": "under", "just under": "under",
    "more than": "over", "over": "over", "above": "over", "at least": "over", "exceeding": "over", "no less than": "over",
    "no fewer than": "over", "just over": "over", "exceeds": "over", "exceed": "over", "exceeded": "over", "passes": "over",
    "upwards of": "over", "a minimum of": "over", "well over": "over", "longer than": "over",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in its place: ``text[start:end]``, with its unit.

    Attributes:
        readings: what it can mean.
        hedge: 'about', 'under' or 'over', where the text does not give it as exact.
        weak: 'one' and 'a week', which are often no number.
    """

    start: int
    end: int
    text: str
    readings: frozenset[Reading]
    hedge: str | None = None
    weak: bool = False

    @property
    def kinds(self) -> frozenset[str]:
        return frozenset(kind for kind, _ in self.readings if not kind.startswith("face:"))

    def equals(self, other: Quantity) -> bool:
        """Whether both can mean the same. The other one may leave out its measure, as in 'the target is 95'."""
        if any(_close(one, two) for one in self.readings for two in other.readings):
            return True
        plain = [value for kind, value in other.readings if kind == ""]
        return any(abs(value - face) < 1e-6 for value in plain for face in _face(self.readings))

    def rounds(self, exact: Quantity) -> bool:
        """Whether this one, said with a hedge, is what the other one comes to."""
        bounds = {"about": (0.92, 1.08), "under": (1.0, 1.15), "over": (0.8, 1.0)}
        if self.hedge is None:
            return False
        low, high = bounds[self.hedge]
        return any(
            kind == k
            and kind not in {"place", "am", "pm"}
            and not kind.startswith("face:")
            and v
            and low <= value / v <= high
            for kind, value in self.readings
            for k, v in exact.readings
        )


def _close(one: Reading, two: Reading) -> bool:
    return one[0] == two[0] and not one[0].startswith("face:") and abs(one[1] - two[1]) <= 1e-6 * max(1.0, abs(one[1]))


def _face(readings: frozenset[Reading]) -> Iterator[float]:
    """What stands on the page, where the measure is one that a writer leaves out when it is clear."""
    return (value for kind, value in readings if kind.startswith("face:"))


@lru_cache(maxsize=5_000)
def find_quantities(text: str) -> tuple[Quantity, ...]:
    """The quantities of a text, in order; days and years are no quantities."""
    masked = list(text)
    for day in find_days(text):
        masked[day.start : day.end] = "¦" * (day.end - day.start)
    scanner = _Scanner("".join(masked))
    return _inherited(tuple(scanner.scan()), text)


def _inherited(found: Sequence[Quantity], text: str) -> tuple[Quantity, ...]:
    """In 'from 10 to 15 per cent' and '£4m or 5m' the first, or the second, has the other one's unit."""
    given = list(found)
    for index, (one, two) in enumerate(itertools.pairwise(found)):
        between = text[one.end : two.start].strip(" ,")
        if between in {"to", "and", "or", "-", "–"} and "" in one.kinds and "" not in two.kinds:
            (value,) = {v for k, v in one.readings if k == ""} or {0.0}
            factor = next(iter(_faces(two)), None)
            if factor:
                extra = {(kind, value * scale) for kind, scale in factor}
                given[index] = Quantity(one.start, one.end, one.text, one.readings | extra, one.hedge, one.weak)
    return tuple(given)


def _faces(quantity: Quantity) -> Iterator[list[Reading]]:
    """Kind and scale of a measured quantity: what one of its units is."""
    faces = [value for kind, value in quantity.readings if kind.startswith("face:") and value]
    if faces:
        yield [(k, v / faces[0]) for k, v in quantity.readings if not k.startswith("face:") and k]


class _Scanner:
    """Reads the tokens of a text from left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        found = list(_TOKEN.finditer(text))
        self._tokens = [match.group().lower() for match in found]
        self._spans = [match.span() for match in found]

    def scan(self) -> Iterator[Quantity]:
        at = 0
        while at < len(self._tokens):
            quantity, after = self._quantity(at)
            if quantity is not None:
                yield quantity
            at = max(after, at + 1)

    def _token(self, at: int) -> str:
        return self._tokens[at] if 0 <= at < len(self._tokens) else ""

    def _quantity(self, at: int) -> tuple[Quantity | None, int]:
        currency = _CURRENCIES.get(self._token(at))
        start = at + 1 if currency else at
        number = self._number(start)
        if number is None:
            return self._word_quantity(at)
        value, end = number
        if currency:
            scale = _SHORT_SCALES.get(self._token(end), 1.0)
            end += scale != 1.0
            return self._made(at, end, {(currency, value * scale)}), end
        readings, end = self._measured(start, value, end)
        weak = self._tokens[start:end] == ["one"] or self._token(start) in {"a", "an"}
        return self._made(at, end, readings, weak=weak), end

    def _made(self, at: int, end: int, readings: set[Reading], *, weak: bool = False) -> Quantity:
        start, stop = self._spans[at][0], self._spans[end - 1][1]
        before = " ".join(self._tokens[max(at - 3, 0) : at])
        hedge = next((_ABOUT[words] for words in sorted(_ABOUT, key=len, reverse=True) if before.endswith(words)), None)
        if before.endswith("over") and readings and {kind for kind, _ in readings} & {"minute", "month"}:
            hedge = None  # 'over three days' is how long it took
        return Quantity(start, stop, self._text[start:stop], frozenset(readings), hedge, weak)

    def _word_quantity(self, at: int) -> tuple[Quantity | None, int]:
        """Quantities without a number: noon, twice, third, 'a third', 'an hour'."""
        word = self._token(at)
        if word in {"noon", "midday"}:
            return self._made(at, at + 1, {("pm", 0.0)}), at + 1
        if word == "midnight":
            return self._made(at, at + 1, {("am", 0.0)}), at + 1
        if word in _TIMES:
            return self._made(at, at + 1, {("times", _TIMES[word]), ("", _TIMES[word])}), at + 1
        if word in _PLACES or word in _PARTS:
            return self._place_or_part(at)
        if (
            word in {"a", "an", "per", "each"}
            and self._token(at + 1) in _UNITS
            and self._token(at + 1) not in {"m", "p", "c", "g", "l", "f"}
        ):
            kind, factor = _UNITS[self._token(at + 1)]
            extra, end = (0.5, at + 5) if self._tokens[at + 2 : at + 5] == ["and", "a", "half"] else (0.0, at + 2)
            return self._made(at, end, {(kind, factor * (1 + extra)), ("face:" + kind, 1 + extra)}, weak=not extra), end
        return None, at + 1

    def _place_or_part(self, at: int) -> tuple[Quantity | None, int]:
        word = self._token(at)
        readings: set[Reading] = set()
        if word in _PLACES:
            readings.add(("place", float(_PLACES[word])))
        if word in _PARTS:
            readings |= {
                ("", round(1 / _PARTS[word], 6)),
                ("share", round(100 / _PARTS[word], 4)),
                ("part", 1 / _PARTS[word]),
            }
        if word in {"first", "second", "last"} or (
            word == "quarter" and self._token(at - 1) in {"first", "second", "third", "fourth"}
        ):
            return self._made(at, at + 1, readings, weak=word in {"first", "second"}), at + 1
        if word == "half" and self._token(at + 1) == "past":
            hour = self._number(at + 2)
            if hour:
                return self._made(at, hour[1], self._clock(hour[0] * 60 + 30, hour[1])), hour[1]
        return self._made(at, at + 1, readings), at + 1

    def _number(self, at: int) -> tuple[float, int] | None:
        """The value of the number that begins here, and where it ends."""
        word = self._token(at)
        if word[:1].isdecimal():  # and no "²", which stands for no number in a line
            return self._scaled(float(word.replace(",", "")), at + 1)
        if word in {"a", "an"} and self._token(at + 1) in SCALES:
            return self._scaled(1.0, at + 1)
        if word == "half" and self._token(at + 1) in {"a", "an"} and self._token(at + 2) in SCALES:
            return 0.5 * SCALES[self._token(at + 2)], at + 3
        if word in SCALES and self._token(at - 1) in {"several", "few"}:
            return None
        if word not in SMALL and word not in TENS:
            return None
        value, at = self._below_hundred(at)
        return self._scaled(value, at)

    def _below_hundred(self, at: int) -> tuple[float, int]:
        word = self._token(at)
        if word in SMALL:
            return float(SMALL[word]), at + 1
        value, after = float(TENS[word]), at + 1
        step = after + (self._token(after) == "-")
        unit = self._token(step)
        if 0 < SMALL.get(unit, 0) < 10:
            return value + SMALL[unit], step + 1
        return value, after

    def _scaled(self, value: float, at: int) -> tuple[float, int]:
        """With the scales that follow: 'two hundred and six thousand', '1.5 million', 'two and a half'."""
        total, current = 0.0, value
        while (scale := self._token(at)) in SCALES:
            current *= SCALES[scale]
            at += 1
            if SCALES[scale] >= 1000:
                total, current = total + current, 0.0
            step = at + (self._token(at) == "and")
            more = self._token(step)
            if (more in SMALL or more in TENS) and self._token(step - 1) != ",":
                below, at = self._below_hundred(step)
                current += below
        if self._tokens[at : at + 3] == ["and", "a", "half"]:
            return total + current + 0.5, at + 3
        if self._tokens[at : at + 3] == ["and", "a", "quarter"]:
            return total + current + 0.25, at + 3
        return total + current, at

    def _measured(self, start: int, value: float, end: int) -> tuple[set[Reading], int]:
        """The readings of a number by what follows it, and where that ends."""
        after = self._token(end)
        if after in {"st", "nd", "rd", "th"} and self._spans[end][0] == self._spans[end - 1][1]:
            return {("place", value)}, end + 1
        if after in _HALVES_OF_DAY or (after in {"o'clock", "o’clock"}):
            return self._clock(self._minutes(start, value), end), end + 1
        if after == "per" and self._token(end + 1) == "cent":
            return self._shares(value), end + 2
        if self._token(end) in _PARTS and after not in {"half", "quarter"} and value < 20:
            return self._parts(value, after), end + 1
        step = end + (after == "-")
        unit = self._token(step)
        readings: set[Reading] = {("", value)}
        if unit in _SHORT_SCALES and unit not in SCALES:
            readings = {("", value * _SHORT_SCALES[unit])}
            end = step + 1
        if unit in _UNITS and not (unit in {"c", "f", "l", "g"} and self._spans[step][0] != self._spans[step - 1][1]):
            kind, factor = _UNITS[unit]
            readings |= {(kind, value * factor), ("face:" + kind, value)}
            if not (unit == "m" or self._tokens[step + 1 : step + 3] == ["-", "old"] or self._token(step + 1) == "old"):
                readings.discard(("", value))
            return (self._shares(value) if kind == "share" else readings), step + 1
        if unit in {"in", "the"} or after in {"in", ""}:
            readings |= self._clock_words(value, end)
        before = self._token(start - 1)
        if before in _AT | {"and", "to", "-"} or "." in self._tokens[start]:
            readings |= self._clock(self._minutes(start, value), end) if value < 24 else set()
        return readings, end

    def _minutes(self, start: int, value: float) -> float:
        """'6.50' and '6' before 'am', in minutes."""
        hours, _, minutes = self._token(start).partition(".")
        if hours.isdecimal() and len(hours) <= 2 and len(minutes) == 2:
            return int(hours) * 60.0 + int(minutes)
        return value * 60

    def _clock(self, minutes: float, after: int) -> set[Reading]:
        """A time of day; in both its halves, where the half is not told."""
        rest = " ".join(self._tokens[after : after + 5]).removeprefix("o'clock ").removeprefix("o’clock ")
        half = _HALVES_OF_DAY.get(self._token(after), "")
        if not half:
            half = (
                "am"
                if rest.startswith("in the morning")
                else "pm"
                if re.match(r"in the (?:aft|ev)|at night", rest)
                else ""
            )
        return {(name, minutes % 720) for name in ((half,) if half else ("am", "pm"))}

    def _clock_words(self, value: float, end: int) -> set[Reading]:
        rest = " ".join(self._tokens[end : end + 3])
        if re.match(r"in the (?:morning|afternoon|evening)", rest) and value <= 12:
            return self._clock(value * 60, end)
        return set()

    def _shares(self, value: float) -> set[Reading]:
        return {("share", value), ("face:share", value), ("part", value / 100)}

    def _parts(self, value: float, word: str) -> set[Reading]:
        share = value / _PARTS[word]
        return {("", round(share, 6)), ("share", round(share * 100, 4)), ("part", share)}

"""A news article in, another of the same build out: other names, numbers and days, another date of publication.

Each is swapped alike throughout an article, and a fourth of its longer words with each other: names, numbers and days
alone left one pair in ten so like that the search for near-duplicates folded copy and original into one report. The
same seed gives the same copies.
"""

from __future__ import annotations

import datetime as dt
import random
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from eval.realtimeqa import Record

DAYS_APART = 30  # between the copies of one article: reports of one event are compared within 14 days
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip
_DAYS = re.compile(rf"\b(?:{'|'.join((*_WEEKDAYS, *_MONTHS))})\b")
_NUMBER = re.compile(r"\d+")
_NAME_INSIDE = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{2,}\b")  # capitals that no sentence's beginning asks for
_PLAIN = re.compile(r"\b[a-z]{5,}\b")
_WORD = re.compile(r"\b(?:[A-Z][a-z]{2,}|[a-z]{5,})\b")
_SWAPPED = 4  # one in so many of the different longer words


def names_in(texts: Iterable[str]) -> list[str]:
    """Each capitalised word that stands inside a sentence, days aside, in order of appearance."""
    found = dict.fromkeys(name for text in texts for name in _NAME_INSIDE.findall(text))
    return [name for name in found if not _DAYS.fullmatch(name)]


def mutated(record: Record, turn: int, pool: Sequence[str], seed: int) -> Record:
    """A copy of an article, the same for the same arguments.

    Args:
        record: an article with ``id``, ``title``, ``paragraphs`` and ``published_at``.
        turn: which copy of it, from 1.
        pool: names to choose from.
        seed: of the draws.
    """
    draw = random.Random(f"{seed} {turn} {record['id']}")
    swap = _Swap(draw, record["paragraphs"], pool)
    day = dt.date.fromisoformat(record["published_at"]) - dt.timedelta(days=DAYS_APART * turn)
    return {
        **record,
        "id": f"{record['id']}-m{turn}",
        "url": f"{record['url'].partition('?')[0].rstrip('/')}/m{turn}",
        "title": swap.all_in(record["title"]),
        "paragraphs": [swap.all_in(text) for text in record["paragraphs"]],
        "published_at": day.isoformat(),
    }


class _Swap:
    """What stands for what in one copy."""

    def __init__(self, draw: random.Random, texts: Sequence[str], pool: Sequence[str]) -> None:
        plain = sorted({word for text in texts for word in _PLAIN.findall(text)})
        chosen = draw.sample(plain, len(plain) // _SWAPPED)
        self._draw = draw
        self._words = {name: draw.choice(pool) for name in names_in(texts)}
        self._words |= dict([*_turned(draw, _WEEKDAYS), *_turned(draw, _MONTHS), *_turned(draw, chosen)])
        self._numbers: dict[str, str] = {}

    def all_in(self, text: str) -> str:
        text = _WORD.sub(lambda found: self._words.get(found[0], found[0]), text)
        return _NUMBER.sub(lambda found: self._number(found[0]), text)

    def _number(self, digits: str) -> str:
        """Another of as many digits."""
        if digits not in self._numbers:
            self._numbers[digits] = str(self._draw.randint(10 ** (len(digits) - 1), 10 ** len(digits) - 1))
        return self._numbers[digits]


def _turned(draw: random.Random, words: Sequence[str]) -> list[tuple[str, str]]:
    """Each word with another, all by the same number of places; of one word alone nothing."""
    by = draw.randrange(1, len(words)) if len(words) > 1 else 0
    return [(word, words[(place + by) % len(words)]) for place, word in enumerate(words)]

"""Names as they stand in a text: runs of words with a capital, without honorifics, days and the openings of sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from qa.verify.prose import Prose, Word
from qa.words import STOP_WORDS

_NO_NAMES = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "miss",
        "dr",
        "cllr",
        "councillor",
        "sir",
        "dame",
        "lord",
        "lady",
        "judge",
        "inspector",
        "captain",
        "sister",
        "professor",
        "prof",
        "president",
        "minister",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "i",
        "i'm",
        "i’ll",
        "i've",
        "the",
        "a",
        "an",
    ]
)
_JOINS = re.compile(r"(?: (?:de|van|von|der|del|la|le|da|al|bin|&) )?[ \-–.&]*")
_OPENS = re.compile(r"(?:^|[.!?:;]\s|[.!?]['\"”’]\s|[\"“‘(]|\n)\s*$")
PRONOUNS = frozenset("he she they it his her their its him them who which".split())  # noqa: SIM905


@dataclass(frozen=True, slots=True)
class Name:
    """A name in its place, its parts folded: ``text[start:end]``."""

    start: int
    end: int
    text: str
    sentence: int
    parts: tuple[str, ...]

    @property
    def last(self) -> str:
        return self.parts[-1]


@lru_cache(maxsize=5_000)
def find_names(text: Prose, beside: Prose | None = None) -> tuple[Name, ...]:
    """The names of a text. A word that opens a sentence is one where another capital follows, or where ``beside``
    or the text itself has it with a capital elsewhere.
    """
    sure = _capitals(text) | (_capitals(beside) if beside else frozenset())
    return tuple(_grouped(text, [word for word in text.words if _names(text.text, word, sure)]))


def _capitals(text: Prose) -> frozenset[str]:
    """Words that stand with a capital where no sentence opens."""
    return frozenset(
        w.folded
        for w in text.words
        if w.text[0].isupper() and not _OPENS.search(text.text[max(w.start - 4, 0) : w.start])
    )


def _names(text: str, word: Word, sure: frozenset[str]) -> bool:
    if not word.text[0].isupper() or word.folded in _NO_NAMES:
        return False
    if not _OPENS.search(text[max(word.start - 4, 0) : word.start]):
        return word.folded not in STOP_WORDS or (word.text.isupper() and len(word.text) > 1)
    if word.folded in STOP_WORDS:
        return False
    return word.folded in sure or bool(re.match(r"(?:['’]s)?[ -][A-Z][a-z]", text[word.end : word.end + 5]))


def _grouped(text: Prose, words: Sequence[Word]) -> Iterator[Name]:
    group: list[Word] = []
    for word in words:
        if group and _goes_on(text, group[-1], word):
            group.append(word)
            continue
        if group:
            yield _name(text, group)
        group = [word]
    if group:
        yield _name(text, group)


def _goes_on(text: Prose, before: Word, word: Word) -> bool:
    joined = _JOINS.fullmatch(text.text[before.end : word.start])
    return bool(joined) and word.sentence == before.sentence and not _possessive(before)


def _possessive(word: Word) -> bool:
    return bool(re.search(r"['’]s?$", word.text))


def _name(text: Prose, group: Sequence[Word]) -> Name:
    start, end = group[0].start, group[-1].end
    written = re.sub(r"['’]s?$", "", text.text[start:end])
    return Name(start, end, written, group[0].sentence, tuple(word.folded.replace(".", "") for word in group))


@lru_cache(maxsize=5_000)
def referred(text: Prose, number: int) -> frozenset[int]:
    """The sentences before this one that its pronouns can point to: the nearest that has a name, and between."""
    if not any(word.folded in PRONOUNS for word in text.words_of(number)):
        return frozenset()
    named = {name.sentence for name in find_names(text)}
    nearest = max((n for n in named if n < number), default=0)
    return frozenset(range(nearest, number))

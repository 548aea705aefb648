"""A text as the rules read it: sentences, words with their roots, and the root's neighbours."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

from qa.sentences import split
from qa.verify.inflection import carries, root
from qa.words import fold

_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:[.'’][^\W\d_]+)*")
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "‚": "'"})


@dataclass(frozen=True, slots=True)
class Word:
    """A word in its place: ``text[start:end]``.

    Attributes:
        sentence: index of its sentence.
        root: see ``qa.verify.inflection``.
        carries: whether it carries meaning.
    """

    text: str
    start: int
    end: int
    sentence: int
    folded: str
    root: str
    carries: bool


@dataclass(frozen=True)
class Prose:
    """A text cut into sentences and words.

    Attributes:
        whole: it is read as one sentence, which costs nothing: a statement, titles, what is only looked up.
    """

    text: str
    whole: bool = False

    @cached_property
    def sentences(self) -> tuple[tuple[int, int], ...]:
        if self.whole:
            return ((0, len(self.text)),)
        return tuple((sentence.start, sentence.end) for sentence in split(self.text))

    @cached_property
    def words(self) -> tuple[Word, ...]:
        return tuple(
            Word(
                found.group(), start + found.start(), start + found.end(), number,
                fold(found.group()), root(found.group()), carries(found.group()),
            )
            for number, (start, end) in enumerate(self.sentences)
            for found in _WORD.finditer(self.text[start:end])
        )  # fmt: skip

    @cached_property
    def carrying(self) -> tuple[Word, ...]:
        """The words that carry meaning."""
        return tuple(word for word in self.words if word.carries)

    @cached_property
    def roots(self) -> frozenset[str]:
        """The roots of the words that carry meaning."""
        return frozenset(word.root for word in self.carrying)

    @cached_property
    def roots_by_sentence(self) -> tuple[frozenset[str], ...]:
        return tuple(
            frozenset(word.root for word in self.carrying if word.sentence == number)
            for number in range(len(self.sentences))
        )

    def sentence_at(self, place: int) -> int:
        """Index of the sentence that holds this place, or ends before it."""
        return max((number for number, (start, _) in enumerate(self.sentences) if start <= place), default=0)

    def neighbours(self, start: int, end: int, *, reach: int = 3) -> frozenset[str]:
        """The roots that carry meaning on both sides of ``[start:end]``, within its sentence."""
        before, after = self.sides(start, end, reach=reach)
        return before | after

    def sides(self, start: int, end: int, *, reach: int = 3) -> tuple[frozenset[str], frozenset[str]]:
        """The same, before and after it."""
        sentence = self.sentence_at(start)
        mine = [word for word in self.carrying if word.sentence == sentence]
        before = [word.root for word in mine if word.end <= start]
        after = [word.root for word in mine if word.start >= end]
        return frozenset(before[-reach:]), frozenset(after[:reach])

    def following(self, end: int) -> str:
        """The root of the next word that carries meaning; empty at the sentence's end."""
        sentence = self.sentence_at(max(end - 1, 0))
        return next((w.root for w in self.carrying if w.start >= end and w.sentence == sentence), "")


@lru_cache(maxsize=5_000)
def prose(text: str, *, whole: bool = False) -> Prose:
    return Prose(text, whole)


def plain(text: str) -> str:
    """The text with straight quotation marks and single spaces, for comparing word for word."""
    return " ".join(text.translate(_QUOTES).split())

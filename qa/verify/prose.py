"""A text as the rules read it: sentences, words with their roots, and the root's neighbours."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from operator import attrgetter

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
        return tuple(frozenset(word.root for word in words) for words in self._carrying_by_sentence)

    @cached_property
    def _carrying_by_sentence(self) -> tuple[tuple[Word, ...], ...]:
        return self._parted(self.carrying)

    @cached_property
    def _words_by_sentence(self) -> tuple[tuple[Word, ...], ...]:
        return self._parted(self.words)

    def _parted(self, words: Sequence[Word]) -> tuple[tuple[Word, ...], ...]:
        found: list[list[Word]] = [[] for _ in self.sentences]
        for word in words:
            found[word.sentence].append(word)
        return tuple(tuple(one) for one in found)

    @cached_property
    def _starts(self) -> list[int]:
        return [start for start, _ in self.sentences]

    def words_of(self, sentence: int) -> Sequence[Word]:
        """The words of one sentence, in order."""
        return self._words_by_sentence[sentence] if 0 <= sentence < len(self.sentences) else ()

    def carrying_after(self, place: int, sentence: int) -> Sequence[Word]:
        """The words of one sentence that carry meaning and stand at this place or later."""
        words = self._carrying_by_sentence[sentence] if 0 <= sentence < len(self.sentences) else ()
        return words[bisect_left(words, place, key=_start) :]

    def sentence_at(self, place: int) -> int:
        """Index of the sentence that holds this place, or ends before it."""
        return max(bisect_right(self._starts, place) - 1, 0)

    def neighbours(self, start: int, end: int, *, reach: int = 3) -> frozenset[str]:
        """The roots that carry meaning on both sides of ``[start:end]``, within its sentence."""
        before, after = self.sides(start, end, reach=reach)
        return before | after

    def sides(self, start: int, end: int, *, reach: int = 3) -> tuple[frozenset[str], frozenset[str]]:
        """The same, before and after it."""
        if not self.sentences:
            return frozenset(), frozenset()
        mine = self._carrying_by_sentence[self.sentence_at(start)]
        until, since = bisect_right(mine, start, key=_end), bisect_left(mine, end, key=_start)
        before, after = mine[max(until - reach, 0) : until], mine[since : since + reach]
        return frozenset(word.root for word in before), frozenset(word.root for word in after)

    def following(self, end: int) -> str:
        """The root of the next word that carries meaning; empty at the sentence's end."""
        words = self.carrying_after(end, self.sentence_at(max(end - 1, 0)))
        return words[0].root if words else ""


_start, _end = attrgetter("start"), attrgetter("end")


@lru_cache(maxsize=5_000)
def prose(text: str, *, whole: bool = False) -> Prose:
    return Prose(text, whole)


def plain(text: str) -> str:
    """The text with straight quotation marks and single spaces, for comparing word for word."""
    return " ".join(text.translate(_QUOTES).split())

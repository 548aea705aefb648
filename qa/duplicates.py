"""Whether two articles print the same report: one agency's story in nine outlets, cut, reordered, with another head.

Texts in, a Signature out; two Signatures in, a yes or no out. Pure: the answer hangs on the two texts and on the days
between them, never on what else there is or on what came first. What an outlet prints again and again
(``recurring``) is told by the caller, who knows the archive, and does not count.

Texts are compared by their shingles: runs of three words, within a paragraph, so that order and cuts of paragraphs do
not matter. Broder, "On the resemblance and containment of documents", 1997. Which texts are worth comparing is told
by marks: the two least hashes of each paragraph's shingles, which a copy of the paragraph has too, and a lightly
edited one most likely.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

METHOD = "1"
"""Names how signatures are made and compared; an archive that holds another one's is signed anew."""

SPAN = 3  # words of a shingle; with 5, light editing of every sentence hides half of a copy
LONGEST = 120  # shingles that count of one paragraph: a page's 5,000 words in one block are no 5,000 words of news
FEWEST = 40  # shingles of the shorter text: below, a caption or a first flash is 'contained' in every long story
MARKED = 6  # shingles that a paragraph needs for marks
LEAST_MARKS = 2  # that two texts must share to be compared at all …
_MARKS = 0.15  # … and the share of the fewer; a copy of six tenths, every sentence edited, has twice as many
RERUN = 14  # days after which only a nearly unchanged text is the same report, and not a column's next instance
_CONTAINED = 0.77  # share of the shorter text that stands in the longer
_WITH_LEAD = 0.62  # the same, where both begin alike: an update has a new beginning over the old background
_LEAD, _STANDING, _MOST = 4, 2, 0.5  # first paragraphs; so many of them must stand there by more than this share
_RESEMBLANCE = 0.7  # share of both texts together, after RERUN days
_NEARLY = 0.8  # share of three-word runs that two prints of one paragraph have in common
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W\u3040-\u30ff\u3400-\u9fff]+")  # Chinese and Japanese: a sign
_MIX = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))
_OTHER = np.uint64(0xD6E8FEB86659FD93)  # makes a second order of the same hashes, for the second mark


@dataclass(frozen=True)
class Signature:
    """What is compared of a text.

    Attributes:
        shingles: hashes of all runs of three words, paragraph after paragraph.
        paragraph: for each shingle the paragraph that it is in.
        marks: two for each paragraph that is long enough, as signed 64-bit numbers.
        marked: for each row of ``marks`` its paragraph.
    """

    shingles: NDArray[np.uint64]
    paragraph: NDArray[np.int64]
    marks: NDArray[np.int64]
    marked: NDArray[np.int64]

    def without(self, recurring: Collection[int]) -> Signature:
        """The same without the paragraphs whose marks all recur."""
        if not recurring or not len(self.marks):
            return self
        again = np.isin(self.marks, list(recurring)).all(axis=1)
        kept = ~np.isin(self.paragraph, self.marked[again])
        return Signature(self.shingles[kept], self.paragraph[kept], self.marks[~again], self.marked[~again])

    @cached_property
    def distinct(self) -> NDArray[np.uint64]:
        """Each shingle once, in order."""
        return np.unique(self.shingles)

    @cached_property
    def distinct_marks(self) -> NDArray[np.int64]:
        """Each mark once, in order."""
        return np.unique(self.marks)

    def all_marks(self) -> list[int]:
        """Each mark once."""
        return [int(mark) for mark in self.distinct_marks]


def signature(texts: Sequence[str]) -> Signature:
    """The signature of an article's numbered paragraphs."""
    spoken = [_WORD.findall(text.casefold()) for text in texts]
    sizes = np.array([len(words) for words in spoken], dtype=np.int64)
    hashes = np.fromiter(map(_hash, chain.from_iterable(spoken)), dtype=np.uint64, count=int(sizes.sum()))
    shingles = _shingles(hashes)
    place = np.repeat(np.arange(len(texts)), sizes)
    nth = np.arange(len(hashes)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    # A shingle ends where its paragraph does, and only so many of one paragraph count.
    whole = (nth + SPAN <= np.repeat(sizes, sizes))[: len(shingles)] & (nth < LONGEST)[: len(shingles)]
    shingles, place = shingles[whole], place[: len(whole)][whole]
    return Signature(shingles, place, *_marks(shingles, place))


def alike(one: Signature, other: Signature, days_apart: int | None) -> bool:
    """Whether both print the same report.

    Args:
        one: without what its outlet prints again and again.
        other: the same of the other.
        days_apart: between both publications; None where one has no date, and then it does not count.
    """
    known = len(np.intersect1d(one.distinct_marks, other.distinct_marks, assume_unique=True))
    if not worth_comparing(known, len(one.distinct_marks), len(other.distinct_marks)):
        return False
    mine, theirs = one.distinct, other.distinct
    few, many = sorted((len(mine), len(theirs)))
    shared = len(np.intersect1d(mine, theirs, assume_unique=True))
    if few < FEWEST or shared < _WITH_LEAD * few:
        return False
    if days_apart is not None and days_apart > RERUN:
        return shared >= _RESEMBLANCE * (few + many - shared)
    if shared >= _CONTAINED * few:
        return True
    return _begins_in(one, theirs) and _begins_in(other, mine)


def worth_comparing(shared: int, mine: int, theirs: int) -> bool:
    """Whether two texts with so many marks, and so many in common, can be alike at all."""
    return shared >= max(LEAST_MARKS, _MARKS * min(mine, theirs))


def same_paragraph(one: str, other: str) -> bool:
    """Whether two paragraphs say the same in nearly the same words, with the same numbers in the same order."""
    mine, theirs = _spoken(one), _spoken(other)
    if mine.words == theirs.words:
        return bool(mine.words)
    if not _NEARLY <= len(mine.words) / max(len(theirs.words), 1) <= 1 / _NEARLY or mine.numbers != theirs.numbers:
        return False
    return len(mine.runs & theirs.runs) >= _NEARLY * len(mine.runs | theirs.runs) > 0


@dataclass(frozen=True, slots=True)
class _Spoken:
    words: tuple[str, ...]
    numbers: tuple[str, ...]
    runs: frozenset[tuple[str, str, str]]


@lru_cache(maxsize=2_000)  # a question compares each of its candidates with all others
def _spoken(text: str) -> _Spoken:
    words = tuple(_WORD.findall(text.casefold()))
    numbers = tuple(word for word in words if any(sign.isdigit() for sign in word))
    return _Spoken(words, numbers, frozenset(zip(words, words[1:], words[2:], strict=False)))


def _begins_in(text: Signature, other: NDArray[np.uint64]) -> bool:
    """Whether most of its beginning stands in the other text, wherever: an update's does not."""
    places, sizes = np.unique(text.paragraph, return_counts=True)
    first = places[sizes >= MARKED][:_LEAD]
    shares = [float(np.isin(text.shingles[text.paragraph == place], other).mean()) for place in first]
    return sum(share >= _MOST for share in shares) >= _STANDING


def _hash(word: str) -> int:
    return zlib.crc32(word.encode("utf-8", "surrogatepass"))


def _shingles(words: NDArray[np.uint64]) -> NDArray[np.uint64]:
    count = max(len(words) - SPAN + 1, 0)
    mixed = np.zeros(count, dtype=np.uint64)
    for offset, factor in enumerate(_MIX):
        mixed = (mixed ^ (words[offset : offset + count] * factor)) * _MIX[0]
        mixed ^= mixed >> np.uint64(29)
    return mixed


def _marks(shingles: NDArray[np.uint64], place: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    starts = np.flatnonzero(np.diff(place, prepend=-1))
    sizes = np.diff(starts, append=len(place))
    if not len(starts):
        return np.zeros((0, 2), dtype=np.int64), np.zeros(0, dtype=np.int64)
    least = np.minimum.reduceat(shingles, starts)
    second = np.minimum.reduceat(shingles * _OTHER, starts) ^ np.uint64(1)  # no mark of one order is one of the other
    long = sizes >= MARKED
    return np.stack([least, second], axis=1).view(np.int64)[long], place[starts][long]

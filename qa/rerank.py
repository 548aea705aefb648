"""Hits -> Hits: the reading model reads the question with the passages; the cross-encoder judges of its first two.

The first passages are read, and the others only where none of these seems to answer: what is easy to find is answered
sooner, and what is hard to find is looked for further down.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Protocol

from qa.read.referents import stands_on
from qa.read.setting import setting
from qa.reading import Reading
from qa.types import Hit, Passage

_JUDGED = 2
_SEEMS_TO_ANSWER = -2.0
"""The odds from which on no more is read. Of the passages with them few answer; most that do are over it."""


class Reads(Protocol):
    """See ``qa.models.reading.ReadingModel``."""

    def read(self, question: str, texts: Sequence[tuple[str, str]], /) -> list[Reading]: ...


class Scores(Protocol):
    """See ``qa.models.cross_encoder.CrossEncoder``."""

    def score(self, question: str, passages: Sequence[str], /) -> list[float]: ...


class Reranker:
    """Orders what was found by how likely it answers.

    Args:
        model: reads the passages.
        judge: is asked which of the best two is nearer to the question.
        first: passages that are read at once.
    """

    def __init__(self, model: Reads, judge: Scores, *, first: int) -> None:
        self._model = model
        self._judge = judge
        self._first = first

    def rerank(self, question: str, hits: Sequence[Hit]) -> tuple[Hit, ...]:
        """The same hits, best first, with what was read in them: in the first, or in all where these do not answer."""
        read, others = self._read(question, hits[: self._first]), hits[self._first :]
        if others and not any(_seems_to_answer(hit) for hit in read):
            read, others = [*read, *self._read(question, others)], ()
        first = in_order(read)
        return in_order([*self._judged(question, first[:_JUDGED]), *first[_JUDGED:], *others])

    def _read(self, question: str, hits: Sequence[Hit]) -> list[Hit]:
        readings = self._model.read(question, [(context(hit.passage), hit.passage.read) for hit in hits])
        return [replace(hit, reading=reading) for hit, reading in zip(hits, readings, strict=True)]

    def _judged(self, question: str, hits: Sequence[Hit]) -> list[Hit]:
        """With what the judge gives each over the least of them: so none falls behind those that it did not see."""
        if len(hits) < _JUDGED:
            return list(hits)
        logits = self._judge.score(question, [f"{hit.passage.source.title}. {hit.passage.read}" for hit in hits])
        return [replace(hit, ahead=logit - min(logits)) for hit, logit in zip(hits, logits, strict=True)]


def _seems_to_answer(hit: Hit) -> bool:
    return hit.odds >= _SEEMS_TO_ANSWER


def in_order(hits: Iterable[Hit]) -> tuple[Hit, ...]:
    """Best first; what is as relevant by what fusion gave."""
    return tuple(sorted(hits, key=lambda hit: (-hit.relevance, -hit.fused)))


def context(passage: Passage) -> str:
    """What is read before a passage: title and day, and the paragraph that it stands on, if it stands on one.

    Elsewhere the paragraph before costs a third of the time and tells nothing (docs/decisions/0014).
    """
    before = stands_on(passage)
    return setting(passage.source.title, passage.source.day, before.text if before else None)

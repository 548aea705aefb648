"""Hits -> Hits: the reading model reads the question with each passage, and its order stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from qa.read.referents import leans
from qa.read.setting import setting
from qa.reading import Reading
from qa.types import Hit, Passage


class Reads(Protocol):
    """See ``qa.models.reading.ReadingModel``."""

    def read(self, question: str, texts: Sequence[tuple[str, str]], /) -> list[Reading]: ...


class Reranker:
    def __init__(self, model: Reads) -> None:
        self._model = model

    def rerank(self, question: str, hits: Sequence[Hit]) -> tuple[Hit, ...]:
        """The same hits with what was read in them, best first."""
        readings = self._model.read(question, [(context(hit.passage), hit.passage.text) for hit in hits])
        read = [replace(hit, reading=reading) for hit, reading in zip(hits, readings, strict=True)]
        return tuple(sorted(read, key=lambda hit: (-hit.relevance, -hit.fused)))


def context(passage: Passage) -> str:
    """What is read before a passage: title and day, and the paragraph before where it begins with 'She' or 'The move'.

    Elsewhere the paragraph before costs a third of the time and tells nothing (docs/decisions/0014).
    """
    before = passage.before.text if passage.before and leans(passage.text) else None
    return setting(passage.source.title, passage.source.day, before)

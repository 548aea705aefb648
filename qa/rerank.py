"""Hits -> Hits: a cross-encoder reads the question with each passage, and its order stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from qa.types import Hit, Passage


class Scores(Protocol):
    """See ``qa.models.cross_encoder.CrossEncoder``."""

    def score(self, question: str, passages: Sequence[str], /) -> list[float]: ...


class Reranker:
    def __init__(self, model: Scores) -> None:
        self._model = model

    def rerank(self, question: str, hits: Sequence[Hit]) -> tuple[Hit, ...]:
        """The same hits with their logits, best first."""
        logits = self._model.score(question, [context(hit.passage) + hit.passage.text for hit in hits])
        scored = [replace(hit, logit=logit) for hit, logit in zip(hits, logits, strict=True)]
        return tuple(sorted(scored, key=lambda hit: (-(hit.logit or 0.0), -hit.fused)))


def context(passage: Passage) -> str:
    """What the models read before a passage: the title says what the matter is.

    Paragraphs far down in a story say 'the work' and 'she'; without the title a model takes them for another
    matter (docs/decisions/0004 has the figures).
    """
    return f"{passage.source.title}. "

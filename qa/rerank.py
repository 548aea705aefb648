"""Hits -> Hits: a cross-encoder reads the question with each passage, and its order stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from qa.types import Hit


class Scores(Protocol):
    """See ``qa.models.cross_encoder.CrossEncoder``."""

    def score(self, question: str, passages: Sequence[str], /) -> list[float]: ...


class Reranker:
    def __init__(self, model: Scores) -> None:
        self._model = model

    def rerank(self, question: str, hits: Sequence[Hit]) -> tuple[Hit, ...]:
        """The same hits with their logits, best first; the paragraph alone is read.

        With the title before it the right paragraph came first less often (.652 against .700 of 250 questions):
        all paragraphs of the right article then look alike.
        """
        logits = self._model.score(question, [hit.passage.text for hit in hits])
        scored = [replace(hit, logit=logit) for hit, logit in zip(hits, logits, strict=True)]
        return tuple(sorted(scored, key=lambda hit: (-(hit.logit or 0.0), -hit.fused)))

"""What the engine is measured beside: query -> places, best first. Nothing here reads or answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qa.spread import spread

if TYPE_CHECKING:
    from qa.engine import Engine
    from qa.models.cross_encoder import CrossEncoder
    from qa.types import Hit, Paragraph, Query, Source

BASELINE = "BM25 alone"
RERANKED = "BM25 with the cross-encoder"
CHUNKED = "LlamaIndex's citation engine"
"""See ``eval.quality.llamaindex``: the one whose places are chunks of several paragraphs."""


@dataclass(frozen=True, slots=True)
class Place:
    """One place of a ranking: a stretch of an article.

    Attributes:
        text: what is shown there.
        paragraphs: those that it counts for: of a passage its own, of a chunk as others cut it several, or none.
    """

    source: Source
    text: str
    paragraphs: tuple[Paragraph, ...]


Ranks = Callable[["Query"], "list[Place]"]


def alone(engine: Engine) -> Mapping[str, Ranks]:
    """By name: each index alone, BM25 with the cross-encoder, and both indexes fused, before anything is reordered."""
    from qa.models import cross_encoder

    retriever, model = engine.retriever, cross_encoder.load(engine.settings.threads)
    return {
        BASELINE: lambda query: _places(retriever.by_words(query)),
        RERANKED: lambda query: _places(_reordered(model, query, retriever.by_words(query))),
        "dense alone": lambda query: _places(retriever.by_meaning(query)),
        "both fused": lambda query: _places(retriever.retrieve(query)),
    }


def _reordered(model: CrossEncoder, query: Query, hits: tuple[Hit, ...]) -> list[Hit]:
    """By the model's logits, each passage read after its article's title."""
    logits = model.score(query.question, [f"{hit.passage.source.title}. {hit.passage.read}" for hit in hits])
    order = sorted(range(len(hits)), key=lambda i: -logits[i])
    return [hits[i] for i in order]


def _places(hits: Iterable[Hit]) -> list[Place]:
    return [Place(h.passage.source, h.passage.paragraph.text, (h.passage.paragraph,)) for h in spread(hits)]

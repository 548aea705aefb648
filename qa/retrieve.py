"""Query -> Hits: the candidates of both indexes, fused. Says which passages are worth reading, not which answer.

A paragraph that several articles print in one report (an agency's story in nine outlets) is one candidate: the
earliest that the query may see, with the others noted as its copies.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from qa.archive import Archive
from qa.catalogue import moment
from qa.duplicates import same_paragraph
from qa.types import Hit, Passage, Query, Source

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from qa.index.selection import Scored, Selection

_WORDS = 0.008
"""What a point of BM25 weighs, where the whole of the cosine weighs 1: measured (docs/decisions/0029)."""
_SAME_ARTICLE = 0.05
"""What it weighs behind the first that a passage is of an article that is among them: measured too."""


class EmbedsQueries(Protocol):
    """See ``qa.models.embedding.Embedder``."""

    def embed_query(self, text: str, /) -> NDArray[np.float32]: ...


class Retriever:
    """Finds passages by words and by meaning.

    Args:
        pool: how many passages each index puts forward.
        candidates: how many are kept after fusion.
        first: how many of them are read at once. Behind them come sooner the passages of their articles, since a
            question often finds the right article by another paragraph than the one that answers.
    """

    def __init__(self, archive: Archive, embedder: EmbedsQueries, *, pool: int, candidates: int, first: int) -> None:
        self._archive = archive
        self._embedder = embedder
        self._pool = pool
        self._candidates = candidates
        self._first = first

    def retrieve(self, query: Query) -> tuple[Hit, ...]:
        """The passages that the query may see and that come closest, best first; none where it may see none."""
        selection = self._archive.select(query)
        if not len(selection):
            return ()
        lexical, dense = self._lexical(query, selection), self._dense(query, selection)
        return self._hits(selection, lexical, dense, first=self._first)

    def by_words(self, query: Query) -> tuple[Hit, ...]:
        """As ``retrieve``, by the lexical index alone: what fusion is measured against."""
        selection = self._archive.select(query)
        return self._hits(selection, self._lexical(query, selection), {})

    def by_meaning(self, query: Query) -> tuple[Hit, ...]:
        """As ``retrieve``, by the dense index alone: what fusion is measured against."""
        selection = self._archive.select(query)
        return self._hits(selection, {}, self._dense(query, selection))

    def _lexical(self, query: Query, selection: Selection) -> Scored:
        return self._archive.by_words(query.question, self._pool, selection)

    def _dense(self, query: Query, selection: Selection) -> Scored:
        return self._archive.by_meaning(self._embedder.embed_query(query.question), self._pool, selection)

    def _hits(
        self, selection: Selection, lexical: Scored, dense: Scored, *, first: int | None = None
    ) -> tuple[Hit, ...]:
        lexical_rank = {key: rank for rank, key in enumerate(lexical, 1)}
        dense_rank = {key: rank for rank, key in enumerate(dense, 1)}
        scores = fuse(lexical, dense, self._pool)
        best = _in_order(scores, selection, first)
        kept: list[Hit] = []
        for start in range(0, len(best), self._candidates):  # one round, where nothing is folded
            keys = best[start : start + self._candidates]
            passages = self._archive.passages(keys, selection)
            for key in keys:
                # An article may have been deleted or retracted since the selection was made.
                if key in passages and passages[key].source.status != "retracted":
                    hit = Hit(passages[key], lexical_rank.get(key), dense_rank.get(key), scores[key])
                    self._fold_in(hit, kept)
            if len(kept) >= self._candidates:
                break
        return tuple(kept[: self._candidates])

    def _fold_in(self, hit: Hit, kept: list[Hit]) -> None:
        """Add a hit, or note it as a copy; the earliest of them stands in the place of the best.

        A list that was found by one of its items already is there.
        """
        for place, other in enumerate(kept):
            if hit.passage.place == other.passage.place:
                return
            if self._same(hit.passage, other.passage):
                first, copy = sorted((other, hit), key=_age)
                copies = sorted((*other.copies, *hit.copies, copy.passage.source), key=_published)
                kept[place] = replace(first, fused=other.fused, copies=tuple(copies))
                return
        kept.append(hit)

    def _same(self, one: Passage, other: Passage) -> bool:
        return (
            one.source.article_id != other.source.article_id
            and same_paragraph(one.read, other.read)
            and self._archive.same_report(one.source, other.source)
        )


def _in_order(scores: dict[int, float], selection: Selection, first: int | None) -> list[int]:
    """By their scores; behind the first, those of an article that is among them a little sooner."""
    best = sorted(scores, key=lambda key: (-scores[key], key))
    if first is None:
        return best
    of_first = {selection.article_of(key) for key in best[:first]}
    boosted = {key: scores[key] + _SAME_ARTICLE * (selection.article_of(key) in of_first) for key in best[first:]}
    return [*best[:first], *sorted(boosted, key=lambda key: (-boosted[key], key))]


def _age(hit: Hit) -> tuple[str, str]:
    return _published(hit.passage.source)


def _published(source: Source) -> tuple[str, str]:
    return (moment(source.published_at), source.article_id)


def fuse(lexical: Scored, dense: Scored, pool: int) -> dict[int, float]:
    """The weighted sum of both scores, less the best: 0 for that, and how far behind it for the others.

    What an index has not put forward counts there as its last one; or as nothing, where it has not put forward all of
    ``pool``: then no other passage has a word of the question. Sums keep what ranks lose, how far apart the scores are
    (Bruch, Gai and Ingber, "An analysis of fusion functions for hybrid retrieval", TOIS 2023).
    """
    least_words, least_meaning = (min(found.values()) if len(found) >= pool else 0.0 for found in (lexical, dense))
    summed = {
        key: dense.get(key, least_meaning) + _WORDS * lexical.get(key, least_words)
        for key in lexical.keys() | dense.keys()
    }
    best = max(summed.values(), default=0.0)
    return {key: score - best for key, score in summed.items()}

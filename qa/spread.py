"""Hits -> Hits: where what was found is shown or offered paragraph by paragraph, each item of a list is a hit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from qa.types import Hit, Passage, whole


def spread(hits: Iterable[Hit]) -> Iterator[Hit]:
    """The hits, each followed by what is read with it; no paragraph twice."""
    seen: set[tuple[str, str]] = set()
    for hit in hits:
        for passage in _each(hit.passage):
            if passage.place not in seen:
                seen.add(passage.place)
                yield replace(hit, passage=passage)


def _each(passage: Passage) -> Iterator[Passage]:
    yield replace(passage, items=(), announced=None)
    for one in passage.following:
        yield whole(one, passage.source)

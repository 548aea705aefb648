"""Citations + Hits -> later coverage: articles on the matter that came out after everything that is cited. Pure.

An article is on the matter if the question found it, and its title shares two words with the title of one that is
cited: scores alone take every other story of the same town for the same one (docs/decisions/0025). It says
that the story went on, not that the answer is wrong. Nothing is looked up for it: the hits are what the query may see,
so that with ``as_of`` nothing later can be among them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from qa.cite import permalink
from qa.types import Citation, Coverage, Hit
from qa.words import stems

_MOST = 3
_SHARED = 2
"""Words that two titles of one matter have in common."""


def later(citations: Sequence[Citation], hits: Sequence[Hit], behind: float) -> tuple[Coverage, ...]:
    """Up to three articles, newest first, each by its best paragraph.

    Args:
        citations: of the answer.
        hits: what was found for the question, best first.
        behind: how far behind the best that was found for the same question, in what fusion gave, a passage may be.
    """
    days = [citation.published_at[:10] for citation in citations if citation.published_at]
    if len(days) < len(citations) or not days:
        return ()  # what has no date cannot be said to be earlier
    titles = [stems(citation.title) for citation in citations]
    found = {hit.passage.source.article_id: hit for hit in reversed(list(_on_the_matter(hits, titles, behind)))}
    after = [hit for hit in found.values() if (hit.passage.source.published_at or "")[:10] > max(days)]
    newest = sorted(after, key=lambda hit: hit.passage.source.published_at or "", reverse=True)
    return tuple(_coverage(hit) for hit in newest[:_MOST])


def _on_the_matter(hits: Sequence[Hit], titles: Sequence[set[str]], behind: float) -> Iterator[Hit]:
    for hit in hits:
        own = stems(hit.passage.source.title)
        if hit.fused >= -behind and any(len(own & title) >= _SHARED for title in titles):
            yield hit


def _coverage(hit: Hit) -> Coverage:
    source, number = hit.passage.source, hit.passage.paragraph.number
    assert number is not None
    return Coverage(source.article_id, source.title, source.source, source.published_at, permalink(source, number))

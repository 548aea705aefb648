"""Evidence of a question in parts -> one Draft: of each part the sentence that answers it, where one surely does.

A part of which nothing is surely told is named in the draft, and nothing else is said in its place.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest

from qa.read import Reader
from qa.types import Draft, DraftStatement, Evidence, Hit
from qa.understand.parts import MOST
from qa.words import stems

_HEAD = 3  # hits of each part that are offered: as many as a reader reads
_REPEATED = 0.7


def gathered(whole: Evidence, parts: Sequence[Evidence], *, over_time: bool) -> Evidence:
    """The whole question's evidence with that of its parts: hits of each in turn, each passage once."""
    asked = _by_article(parts[0]) if len(parts) == 1 else tuple(parts)
    lists = [one.hits[:_HEAD] for one in (whole, *asked)]
    turns = (hit for turn in zip_longest(*lists) for hit in turn if hit)
    once = {hit.passage.passage_id: hit for hit in reversed(list(turns))}
    return replace(whole, hits=tuple(reversed(once.values())), parts=asked, over_time=over_time)


def _by_article(evidence: Evidence) -> tuple[Evidence, ...]:
    """The same question to each of the best articles alone, of one day one."""
    of_article: dict[str, list[Hit]] = {}
    for hit in evidence.hits:
        of_article.setdefault(hit.passage.source.report or hit.passage.source.article_id, []).append(hit)
    of_day: dict[str, list[Hit]] = {}
    for hits in of_article.values():
        of_day.setdefault((hits[0].passage.source.published_at or "")[:10], hits)
    return tuple(replace(evidence, hits=tuple(hits)) for hits in list(of_day.values())[:MOST])


def read_in_parts(reader: Reader, evidence: Evidence, *, careful: float) -> Draft:
    """What the parts' evidence answers, in the parts' order, or oldest first; of none, what the whole's does.

    Args:
        reader: reads each part as it would a question.
        evidence: see ``gathered``.
        careful: the least confidence of a part's sentence.
    """
    whole = reader.read(replace(evidence, parts=()))
    drafts = [(part, reader.read(part)) for part in evidence.parts]
    told = [(part, draft) for part, draft in drafts if draft.statements and draft.confidence >= careful]
    if not told:
        return whole
    if evidence.over_time:
        told.sort(key=lambda one: _published(one[1].statements[0]))
    asked = dict.fromkeys(part.query.question for part in evidence.parts)
    untold = tuple(question for question in asked if question not in {part.query.question for part, _ in told})
    statements = tuple(_once(draft.statements[0] for _, draft in told))
    return Draft(statements, whole.reader, told[0][1].confidence, untold=untold)


def _once(statements: Iterator[DraftStatement]) -> Iterator[DraftStatement]:
    seen: list[DraftStatement] = []
    for one in statements:
        if not any(_repeats(one, other) for other in seen):
            seen.append(one)
            yield one


def _repeats(one: DraftStatement, other: DraftStatement) -> bool:
    mine = stems(one.text)
    return len(mine & stems(other.text)) > _REPEATED * len(mine)


def _published(statement: DraftStatement) -> str:
    return statement.spans[0].source.published_at or ""

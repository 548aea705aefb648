"""Evidence of a question in parts -> one Draft: of each part the sentence that answers it, where one surely does.

A part of which nothing is surely told is named in the draft, and nothing else is said in its place.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest

from qa.prefer import is_within
from qa.read import Reader
from qa.types import Draft, DraftStatement, Evidence, Hit
from qa.understand.parts import MOST
from qa.words import stems

_HEAD = 4  # hits of each part
_REPEATED = 0.7


def gathered(whole: Evidence, parts: Sequence[Evidence], *, over_time: bool) -> Evidence:
    """The whole question's evidence with that of its parts: hits of each in turn, each passage once."""
    asked = _by_article(parts[0]) if len(parts) == 1 else _of_their_times(parts)
    asked = tuple(replace(part, hits=part.hits[:_HEAD]) for part in asked)  # what is read must be offered
    turns = (hit for turn in zip_longest(whole.hits[:_HEAD], *(part.hits for part in asked)) for hit in turn if hit)
    once = {hit.passage.passage_id: hit for hit in reversed(list(turns))}
    return replace(whole, hits=tuple(reversed(once.values())), parts=asked, over_time=over_time, own=whole.hits[:_HEAD])


def _by_article(evidence: Evidence) -> tuple[Evidence, ...]:
    """The same question to each of the best articles alone, of one day one."""
    of_article: dict[str, list[Hit]] = {}
    for hit in evidence.hits:
        of_article.setdefault(hit.passage.source.report or hit.passage.source.article_id, []).append(hit)
    of_day: dict[str, list[Hit]] = {}
    for hits in of_article.values():
        of_day.setdefault((hits[0].passage.source.published_at or "")[:10], hits)
    return tuple(replace(evidence, hits=tuple(hits)) for hits in list(of_day.values())[:MOST])


def _of_their_times(parts: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """Where the parts differ in their time, each with the hits alone that are of it: not 2024's figure for 2019's."""
    periods = {part.query.prefers.period for part in parts}
    if None in periods or len(periods) == 1:
        return tuple(parts)
    return tuple(replace(part, hits=tuple(hit for hit in part.hits if _is_of(part, hit))) for part in parts)


def _is_of(part: Evidence, hit: Hit) -> bool:
    """Published in the part's time or soon after, or naming its year."""
    period = part.query.prefers.period
    assert period is not None
    years = {str(day.year) for day in (period.after, period.before) if day}
    return is_within(period, hit.passage.source) or any(year in hit.passage.read for year in years)


def read_in_parts(reader: Reader, evidence: Evidence, *, careful: float) -> Draft:
    """What the parts' evidence answers, in order, or oldest first; of none, what answers the question itself.

    Args:
        reader: reads each part as it would a question.
        evidence: see ``gathered``.
        careful: the least confidence of a part's sentence.
    """
    drafts = ((part, reader.read(part)) for part in evidence.parts)
    told = [(part, draft) for part, draft in drafts if _is_sure(draft, careful)]
    if not told:
        return reader.read(replace(evidence, hits=evidence.own, parts=()))  # the others answer other questions
    if evidence.over_time:
        told.sort(key=lambda one: _published(one[1].statements[0]))
    asked = dict.fromkeys(part.query.question for part in evidence.parts)
    untold = tuple(question for question in asked if question not in {part.query.question for part, _ in told})
    statements = tuple(_once(statement for _, draft in told for statement in _best(draft)))
    return Draft(statements, told[0][1].reader, told[0][1].confidence, untold=untold)


def _is_sure(draft: Draft, careful: float) -> bool:
    return bool(draft.statements) and draft.confidence >= careful


def _best(draft: Draft) -> tuple[DraftStatement, ...]:
    """Its first statement, with the items of the list that this may announce."""
    listed = any(statement.item for statement in draft.statements)
    return draft.statements if listed or draft.statements[0].text.endswith(":") else draft.statements[:1]


def _once(statements: Iterator[DraftStatement]) -> Iterator[DraftStatement]:
    seen: list[DraftStatement] = []
    for one in statements:
        if one.item or not any(_repeats(one, other) for other in seen):
            seen.append(one)
            yield one


def _repeats(one: DraftStatement, other: DraftStatement) -> bool:
    """Whether it says no more; the same words with another figure do."""
    mine, theirs = stems(one.text), stems(other.text)
    figures = {word for word in mine if any(map(str.isdigit, word))}
    return figures <= theirs and len(mine & theirs) > _REPEATED * len(mine)


def _published(statement: DraftStatement) -> str:
    return statement.spans[0].source.published_at or ""

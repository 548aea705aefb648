"""The questions of a page as JSON-ready values, for its script: each with what was replied, and the gold.

A paragraph is kept once however many answers show it, and named by its place in ``passages``; on 1,000 questions
that is the difference between a page that opens at once and one that does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from eval.compare import outcome
from eval.faults import fault
from qa.markup import web_url

if TYPE_CHECKING:
    from eval.ask import Reply
    from eval.judge import Judged
    from eval.runs import Run

SHOWN = 10
"""Ranked passages shown for a question: as many as the measures of retrieval look at."""

MEANINGS = {
    "right": "The first citation hits the gold.",
    "refused rightly": "The archive does not tell, and the answer says so.",
    "not retrieved": "No passage that was read hits the gold.",
    "ranked low": "The gold was read, and a passage ranked above it was cited first.",
    "read wrongly": "The gold was read, and a passage ranked below it was cited first.",
    "cited wrongly": "A later citation hits, or a cited paragraph holds an expected answer.",
    "refused wrongly": "The gold was read, and the answer was withheld.",
    "answered wrongly": "An answer was given where the archive has none, or where no ranking is known.",
}
"""What can become of a question: right in two ways, wrong in six, in the order in which an answer is made."""
KINDS = tuple(MEANINGS)
RIGHT = frozenset(KINDS[:2])

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """One question with what one run replied, and what is true of the reply; ``server`` is None for the engine."""

    judged: Judged
    reply: Reply
    server: str | None


def asked(run: Run) -> tuple[Asked, ...]:
    """All questions of a run, in the set's order."""
    server = web_url(run.meta["asked"])
    return tuple(Asked(j, r, server) for j, r in zip(run.judged, run.replies, strict=True))


def kind(judged: Judged) -> str:
    """One of ``KINDS``."""
    return fault(judged) or outcome(judged)


def records(columns: Sequence[Sequence[Asked]], names: Sequence[str]) -> Record:
    """The data of a page: ``columns[r][q]`` is run r's reply to question q, shown side by side under ``names``."""
    passages = _Passages()
    questions = [_question(replies, passages) for replies in zip(*columns, strict=True)]
    return {
        "names": list(names),
        "meanings": MEANINGS,
        "right": sorted(RIGHT),
        "passages": passages.records,
        "questions": questions,
    }


class _Passages:
    """Every paragraph that is shown, once; ``place`` gives where it stands."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self._places: dict[tuple[Any, ...], int] = {}

    def place(self, shown: Mapping[str, Any], text: str, server: str | None) -> int:
        record = {
            "article": shown["article_id"],
            "title": shown["title"],
            "source": shown["source"],
            "date": shown["published_at"],
            "paragraph": shown["paragraph"],
            "url": web_url(shown["url"]),
            "link": _linked(server, shown["permalink"]),
            "text": text,
        }
        place = self._places.setdefault(tuple(record.values()), len(self.records))
        if place == len(self.records):
            self.records.append(record)
        return place


def _linked(server: str | None, permalink: str | None) -> str | None:
    """Where the server shows the paragraph; a server need not tell a permalink of every passage."""
    return web_url(server.rstrip("/") + permalink) if server and permalink else None


def _question(replies: tuple[Asked, ...], passages: _Passages) -> Record:
    question = replies[0].judged.question
    return {
        "id": question.id,
        "question": question.question,
        "answerable": question.answerable,
        "answers": list(question.answers),
        "tags": list(question.tags),
        "as_of": question.as_of.isoformat() if question.as_of else None,
        "gold": [
            {
                "article": gold.article,
                "paragraph": gold.paragraph,
                "quote": gold.quote,
                "passage": next((p for one in replies for p in _gold_passages(one, k, passages)), None),
            }
            for k, gold in enumerate(question.gold)
        ],
        "replies": [_reply(one, passages) for one in replies],
    }


def _gold_passages(one: Asked, k: int, passages: _Passages) -> Iterable[int]:
    """Where the text of gold entry k is known from: the ranking first, then the citations."""
    for shown, hits in zip(one.reply.passages, one.judged.ranked, strict=False):
        if hits[k]:
            yield passages.place(shown, shown["text"], one.server)
    for citation, text, hits in zip(one.reply.answer["citations"], one.reply.paragraphs, one.judged.hits, strict=True):
        if hits[k]:
            yield passages.place(citation, text, one.server)


def _reply(one: Asked, passages: _Passages) -> Record:
    judged, answer = one.judged, one.reply.answer
    ranked = list(zip(one.reply.passages, judged.ranked, strict=True))
    return {
        "kind": kind(judged),
        "outcome": outcome(judged),
        "text": answer["text"],
        "statements": [_statement(one, i) for i in range(len(answer["statements"]))],
        "citations": [_citation(one, i, passages) for i in range(len(answer["citations"]))],
        "refusal": _refusal(one, passages),
        "ranked": [
            {"passage": passages.place(shown, shown["text"], one.server), "hits": any(hits)}
            for shown, hits in ranked[:SHOWN]
        ],
        "read": len(ranked),
        "told": judged.ranking_told,
        "ranks": [_rank(judged, k) for k in range(len(judged.question.gold))],
        "confidence": judged.confidence,
        "latency_ms": judged.latency_ms,
        "first_statement_ms": one.reply.first_statement_ms,
    }


def _statement(one: Asked, i: int) -> Record:
    statement = one.reply.answer["statements"][i]
    judge = one.judged.judged_supported
    return {
        "text": statement["text"],
        "citations": statement["citations"],
        "holds": one.judged.quotes_hold[i],
        "supported": one.judged.supported[i],
        "judge": judge[i] if i < len(judge) else None,
    }


def _citation(one: Asked, i: int, passages: _Passages) -> Record:
    citation = one.reply.answer["citations"][i]
    return {
        "number": citation["number"],
        "passage": passages.place(citation, one.reply.paragraphs[i], one.server),
        "quote": citation["quote"],
        "hits": any(one.judged.hits[i]) if one.judged.question.gold else None,
    }


def _refusal(one: Asked, passages: _Passages) -> Record | None:
    refusal = one.reply.answer["refusal"]
    if refusal is None:
        return None
    nearest = [passages.place(shown, shown["text"], one.server) for shown in refusal["nearest"]]
    return {"reason": refusal["reason"], "message": refusal["message"], "nearest": nearest}


def _rank(judged: Judged, k: int) -> int | None:
    """The place, from 1, of the first ranked passage that hits gold entry k."""
    return next((place for place, hits in enumerate(judged.ranked, start=1) if hits[k]), None)

"""One set measured: every ranking alone, and the whole engine's answers, on the same archive and questions."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from eval import circumstances, runs
from eval.ask import EngineAsker, Reply
from eval.judge import contains_any, judge
from eval.library import check_gold
from eval.measures import GROUPS, Score, differences, p_values, percentile, scores
from eval.resampling import percentile_interval, resampled_sums
from qa.query import parse_query

if TYPE_CHECKING:
    from pathlib import Path

    from eval.judge import Judged
    from eval.quality.archives import Progress
    from eval.questions import Question, QuestionSet
    from eval.runs import Run, Scores
    from qa.engine import Engine
    from qa.types import Hit, Query

WHOLE = "whole engine"
BASELINE = "BM25 alone"
_ALONE: dict[str, Callable[[Engine, Query], Sequence[Hit]]] = {
    BASELINE: lambda engine, query: engine.retriever.by_words(query),
    "dense alone": lambda engine, query: engine.retriever.by_meaning(query),
    "both fused": lambda engine, query: engine.retriever.retrieve(query),
}
"""What the engine is measured beside: rankings that end before its cross-encoder reads."""
ANSWER_AT_5 = "answer_at_5"
ALL = ""
"""The part of a set that is all of it."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """One ranking of one part of a set.

    Attributes:
        part: a tag, or ``ALL``.
        questions: how many have gold, and count.
        measures: the retrieval measures of ``eval.measures``, and ``answer_at_5``: one of the first five
            paragraphs contains an expected answer, labelled or not.
        p50_ms: median time of finding alone; None for the whole engine, which reads and answers too.
    """

    name: str
    part: str
    questions: int
    measures: Mapping[str, Score]
    p50_ms: float | None


@dataclass(frozen=True, slots=True)
class Gain:
    """The whole engine less BM25 alone, on the same questions: retrieval measures, and the chance of each."""

    part: str
    measures: Mapping[str, Score]
    p_values: Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured of a set.

    Attributes:
        asked: how many questions were put; ``answerable`` of them can be answered.
        kept: how many of the engine's answers, with their times, are of an earlier go of the same command.
        scores: of the whole engine's answers.
        circumstances: of the engine: snapshot, settings, models, code.
    """

    asked: int
    answerable: int
    kept: int
    rankings: tuple[Ranking, ...]
    gains: tuple[Gain, ...]
    scores: Scores
    circumstances: Mapping[str, Any]


def measure(
    engine: Engine, asked: QuestionSet, folder: Path, progress: Progress, *, parts: Sequence[str] = ()
) -> Figures:
    """Puts the questions to every ranking and to the engine; its run is kept in the folder.

    Args:
        engine: warm, over the set's archive.
        asked: the questions.
        folder: for the run; one that is there goes on, or is taken if finished, as far as it was made under the
            same circumstances; any other is replaced.
        progress: told questions put to the engine, and all of them.
        parts: tags to measure by themselves as well.

    Raises:
        InvalidRecord: the archive does not hold the gold.
        QAError: whatever the engine raises; the answers so far are kept.
    """
    asker = EngineAsker(engine)
    check_gold(asked, asker.library)
    run, kept = _run(engine, asked, asker, folder, progress)
    with_gold = [(q, reply) for q, reply in zip(run.questions, run.replies, strict=True) if q.gold]
    replies = {name: [_ranked(engine, q, find) for q, _ in with_gold] for name, find in _ALONE.items()}
    replies[WHOLE] = [reply for _, reply in with_gold]
    questions = [question for question, _ in with_gold]
    return Figures(
        asked=len(run.questions),
        answerable=sum(question.answerable for question in run.questions),
        kept=kept,
        rankings=tuple(_rankings(questions, replies, (ALL, *parts))),
        gains=tuple(_gains(questions, replies, (ALL, *parts))),
        scores=replace(runs.score_run(run), by_tag={}),
        circumstances=circumstances.of_engine(engine),
    )


def _run(engine: Engine, asked: QuestionSet, asker: EngineAsker, folder: Path, progress: Progress) -> tuple[Run, int]:
    """The run, and how many of its answers the folder held already."""
    from eval.pages import run_page

    meta = {"set": folder.name, "split": None, **circumstances.of_engine(engine), **circumstances.of_this_machine()}
    plan, kept = runs.Plan(asked, folder, meta, finished_too=True), runs.kept_answers(folder)
    try:
        run = runs.run(plan, asker, progress)
    except runs.AnotherRun:
        run, kept = runs.run(replace(plan, overwrite=True), asker, progress), 0
    (folder / "report.html").write_text(run_page(run, runs.score_run(run)), encoding="utf-8")
    return run, kept


def _ranked(engine: Engine, question: Question, find: Callable[[Engine, Query], Sequence[Hit]]) -> Reply:
    """A ranking as a reply that refuses, so that it is judged as the engine's own is."""
    as_of = question.as_of.isoformat() if question.as_of else None
    query = parse_query(question.question, as_of=as_of)
    start = time.perf_counter()
    hits = find(engine, query)
    elapsed_ms = (time.perf_counter() - start) * 1000
    refused = {"answered": False, "statements": (), "citations": (), "refusal": None}
    return Reply(question.id, refused, (), elapsed_ms, passages=tuple(map(_passage, hits)), told_passages=True)


def _passage(hit: Hit) -> dict[str, Any]:
    source, paragraph = hit.passage.source, hit.passage.paragraph
    return {
        "article_id": source.article_id,
        "url": source.url,
        "paragraph": paragraph.number,
        "text": paragraph.text,
    }


def _rankings(
    questions: Sequence[Question], replies: Mapping[str, Sequence[Reply]], parts: Sequence[str]
) -> list[Ranking]:
    return [
        Ranking(
            name=name,
            part=part,
            questions=len(chosen),
            measures=_retrieval(scores(_judged(chosen))) | {ANSWER_AT_5: _answer_at_5(chosen)},
            p50_ms=None if name == WHOLE else _median(chosen),
        )
        for part in parts
        for name, given in replies.items()
        for chosen in [_of(part, questions, given)]
    ]


def _gains(questions: Sequence[Question], replies: Mapping[str, Sequence[Reply]], parts: Sequence[str]) -> list[Gain]:
    pairs = [[_judged(_of(part, questions, replies[name])) for name in (BASELINE, WHOLE)] for part in parts]
    return [
        Gain(part, _retrieval(differences(alone, whole)), _retrieval(p_values(alone, whole)))
        for part, (alone, whole) in zip(parts, pairs, strict=True)
    ]


Asked = list[tuple["Question", Reply]]


def _of(part: str, questions: Sequence[Question], replies: Sequence[Reply]) -> Asked:
    pairs = zip(questions, replies, strict=True)
    return [(question, reply) for question, reply in pairs if part == ALL or part in question.tags]


def _judged(chosen: Asked) -> list[Judged]:
    return [judge(question, reply) for question, reply in chosen]


def _retrieval(by_name: Mapping[str, Any]) -> dict[str, Any]:
    return {name: by_name[name] for name in GROUPS["retrieval"]}


def _answer_at_5(chosen: Asked) -> Score:
    """Share of the questions with expected answers of which one stands in the first five paragraphs."""
    found = [
        (float(contains_any([passage["text"] for passage in reply.passages[:5]], question.answers)), 1.0)
        for question, reply in chosen
        if question.answers
    ]
    if not found:
        return Score(None, None, None, 0)
    sums = resampled_sums(np.array(found))
    low, high = percentile_interval(sums[:, 0] / sums[:, 1]) or (0.0, 0.0)
    value = sum(hit for hit, _ in found) / len(found)
    return Score(round(value, 4), round(low, 4), round(high, 4), len(found))


def _median(chosen: Asked) -> float | None:
    return round(percentile([reply.latency_ms for _, reply in chosen], 50), 1) if chosen else None

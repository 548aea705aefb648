"""One set measured: every ranking alone, and the whole engine's answers, on the same archive and questions."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from eval import circumstances, runs
from eval.ask import EngineAsker, Reply
from eval.judge import contains_any, hits_gold, judge
from eval.library import check_gold
from eval.measures import GROUPS, Score, differences, p_values, percentile, scores
from eval.quality.rankings import BASELINE, CHUNKED, alone
from eval.resampling import percentile_interval, resampled_sums
from qa.query import parse_query

if TYPE_CHECKING:
    from pathlib import Path

    from eval.judge import Judged
    from eval.quality.archives import Progress
    from eval.quality.rankings import Place, Ranks
    from eval.questions import Gold, Question, QuestionSet
    from eval.runs import Run, Scores
    from qa.engine import Engine

WHOLE = "whole engine"
ANSWER_AT_5 = "answer_at_5"
ALL = ""
"""The part of a set that is all of it."""
_NOT_OF_CHUNKS = {name: Score(None, None, None, 0) for name in ("recall_at_10", "ndcg_at_10")}
"""Both count relevant things, and a chunk that meets three paragraphs would be one."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """One ranking of one part of a set.

    Attributes:
        part: a tag, or ``ALL``.
        questions: how many have gold, and count.
        measures: the retrieval measures of ``eval.measures``, and ``answer_at_5``: one of the first five
            places contains an expected answer, labelled or not.
        p50_ms: median time of finding alone; None for the whole engine, which reads and answers too.
        paragraphs: that a place counts for, on average.
    """

    name: str
    part: str
    questions: int
    measures: Mapping[str, Score]
    p50_ms: float | None
    paragraphs: float


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


@dataclass(frozen=True, slots=True)
class _Found:
    """What one ranking gave for one question; ``counts`` are the paragraphs that each place counts for."""

    judged: Judged
    texts: tuple[str, ...]
    counts: tuple[int, ...]


def measure(
    engine: Engine,
    asked: QuestionSet,
    folder: Path,
    progress: Progress,
    *,
    parts: Sequence[str] = (),
    chunked: Ranks | None = None,
) -> Figures:
    """Puts the questions to every ranking and to the engine; its run is kept in the folder.

    Args:
        engine: warm, over the set's archive.
        asked: the questions.
        folder: for the run; one that is there goes on, or is taken if finished, as far as it was made under the
            same circumstances; any other is replaced.
        progress: told questions put to the engine, and all of them.
        parts: tags to measure by themselves as well.
        chunked: the ranking of LlamaIndex's citation engine, where it is wanted.

    Raises:
        InvalidRecord: the archive does not hold the gold.
        QAError: whatever the engine raises; the answers so far are kept.
    """
    asker = EngineAsker(engine)
    check_gold(asked, asker.library)
    run, kept = _run(engine, asked, asker, folder, progress)
    with_gold = [(q, reply) for q, reply in zip(run.questions, run.replies, strict=True) if q.gold]
    ranks = {**alone(engine), **({CHUNKED: chunked} if chunked else {})}
    found = {name: [_ranked(question, rank) for question, _ in with_gold] for name, rank in ranks.items()}
    found[WHOLE] = [_of_engine(question, reply) for question, reply in with_gold]
    return Figures(
        asked=len(run.questions),
        answerable=sum(question.answerable for question in run.questions),
        kept=kept,
        rankings=tuple(_rankings(found, (ALL, *parts))),
        gains=tuple(_gains(found, (ALL, *parts))),
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


def _ranked(question: Question, rank: Ranks) -> _Found:
    """A ranking is judged as the engine's own: as if it came with a refusal."""
    as_of = question.as_of.isoformat() if question.as_of else None
    query = parse_query(question.question, as_of=as_of)
    start = time.perf_counter()
    places = rank(query)
    elapsed_ms = (time.perf_counter() - start) * 1000
    refused = {"answered": False, "statements": (), "citations": (), "refusal": None}
    passages = tuple(_pointer(place) | {"text": place.text} for place in places)
    judged = judge(question, Reply(question.id, refused, (), elapsed_ms, passages=passages, told_passages=True))
    return _Found(
        judged=replace(judged, ranked=tuple(_marks(place, question.gold) for place in places)),
        texts=tuple(place.text for place in places),
        counts=tuple(len(place.paragraphs) for place in places),
    )


def _of_engine(question: Question, reply: Reply) -> _Found:
    texts = tuple(passage["text"] for passage in reply.passages)
    return _Found(judge(question, reply), texts, (1,) * len(texts))


def _pointer(place: Place, number: int | None = None) -> dict[str, Any]:
    return {"article_id": place.source.article_id, "url": place.source.url, "paragraph": number}


def _marks(place: Place, gold: Sequence[Gold]) -> tuple[bool, ...]:
    """A place hits what one of its paragraphs hits."""
    return tuple(any(hits_gold(_pointer(place, p.number), p.text, entry) for p in place.paragraphs) for entry in gold)


def _rankings(found: Mapping[str, Sequence[_Found]], parts: Sequence[str]) -> list[Ranking]:
    return [
        Ranking(
            name=name,
            part=part,
            questions=len(chosen),
            measures=_measures(chosen) | (_NOT_OF_CHUNKS if name == CHUNKED else {}),
            p50_ms=None if name == WHOLE else _median(chosen),
            paragraphs=_paragraphs(chosen),
        )
        for part in parts
        for name, given in found.items()
        for chosen in [_of(part, given)]
    ]


def _gains(found: Mapping[str, Sequence[_Found]], parts: Sequence[str]) -> list[Gain]:
    pairs = [[_judged(_of(part, found[name])) for name in (BASELINE, WHOLE)] for part in parts]
    return [
        Gain(part, _retrieval(differences(before, whole)), _retrieval(p_values(before, whole)))
        for part, (before, whole) in zip(parts, pairs, strict=True)
    ]


def _of(part: str, given: Sequence[_Found]) -> list[_Found]:
    return [found for found in given if part == ALL or part in found.judged.question.tags]


def _judged(chosen: Sequence[_Found]) -> list[Judged]:
    return [found.judged for found in chosen]


def _measures(chosen: Sequence[_Found]) -> dict[str, Score]:
    return _retrieval(scores(_judged(chosen))) | {ANSWER_AT_5: _answer_at_5(chosen)}


def _retrieval(by_name: Mapping[str, Any]) -> dict[str, Any]:
    return {name: by_name[name] for name in GROUPS["retrieval"]}


def _answer_at_5(chosen: Sequence[_Found]) -> Score:
    """Share of the questions with expected answers of which one stands in the first five places."""
    held = [
        (float(contains_any(found.texts[:5], found.judged.question.answers)), 1.0)
        for found in chosen
        if found.judged.question.answers
    ]
    if not held:
        return Score(None, None, None, 0)
    sums = resampled_sums(np.array(held))
    low, high = percentile_interval(sums[:, 0] / sums[:, 1]) or (0.0, 0.0)
    value = sum(hit for hit, _ in held) / len(held)
    return Score(round(value, 4), round(low, 4), round(high, 4), len(held))


def _median(chosen: Sequence[_Found]) -> float | None:
    return round(percentile([found.judged.latency_ms for found in chosen], 50), 1) if chosen else None


def _paragraphs(chosen: Sequence[_Found]) -> float:
    counts = [count for found in chosen for count in found.counts]
    return round(sum(counts) / len(counts), 1) if counts else 0.0

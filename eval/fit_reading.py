"""Fits what ``qa.read.thresholds`` says of highlights and of later coverage, and reports the held halves.

    python -m eval.fit_reading HOME=QUESTIONS.jsonl [HOME=QUESTIONS.jsonl ...] [--stories STORIES.json]

Each HOME is an archive that holds what its questions are about. A highlight is right if it contains an expected answer
or lies in one; those of answered questions that have expected answers count. Later coverage is right if a person put
its article and the cited one into one story: STORIES.json names stories with the ids of their articles.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval.fit_confidence import fit
from eval.judge import normalised
from eval.questions import Question, Split, half_of, load
from qa.cite import cite
from qa.engine import Engine, build
from qa.later import later
from qa.query import parse_query
from qa.read import highlight
from qa.read.confidence import confidence
from qa.read.extractive import ExtractiveReader
from qa.settings import Settings
from qa.types import Evidence, Query, Verdict

_RIGHT = 0.9
_FEWEST = 15  # shown on the tuning half: the share of fewer is chance
_BEHIND = (0.02, 0.05, 0.08, 0.12, 0.16, 0.2)


@dataclass(frozen=True, slots=True)
class Mark:
    """The words found for one answered question, and whether they are the expected ones."""

    set_name: str
    half: Split
    seen: highlight.Signals
    right: bool


@dataclass(frozen=True, slots=True)
class Pointer:
    """One article given as later coverage at a threshold, and whether it is of the cited one's story."""

    half: Split
    behind: float
    right: bool


def main(arguments: Sequence[str] | None = None) -> None:
    options = _options(arguments)
    stories = [set(ids) for ids in json.loads(options.stories.read_text("utf-8")).values()] if options.stories else []
    marks: list[Mark] = []
    pointers: list[Pointer] = []
    for pair in options.pairs:
        home, questions = map(Path, pair.split("=", 1))
        engine = build(Settings(home=home))
        try:
            for question in load(questions).questions[: options.limit]:
                evidence = engine.evidence(_query(question))
                marks.extend(_mark(engine, question, evidence, questions.stem))
                pointers.extend(_pointers(engine, question, evidence, stories))
        finally:
            engine.close()
    _report_marks(marks)
    _report_pointers(pointers)


def _query(question: Question) -> Query:
    return parse_query(question.question, as_of=question.as_of.isoformat() if question.as_of else None)


def _mark(engine: Engine, question: Question, evidence: Evidence, set_name: str) -> Iterator[Mark]:
    reader = engine.reader
    assert isinstance(reader, ExtractiveReader)
    candidates = reader.candidates(evidence)
    if not candidates or not question.answers:
        return
    sure = confidence(candidates[0].hit.odds)
    if sure >= engine.settings.careful:
        seen = highlight.signals(candidates, sure)
        yield Mark(set_name, half_of(question.id), seen, is_right(candidates[0].said, question.answers))


def is_right(words: str, answers: Sequence[str]) -> bool:
    """Whether the words contain an expected answer or lie in one, both normalised."""
    said = f" {normalised(words)} "
    wanted = [f" {normalised(answer)} " for answer in answers if normalised(answer)]
    return bool(said.strip()) and any(answer in said or said in answer for answer in wanted)


def _pointers(engine: Engine, question: Question, evidence: Evidence, stories: Sequence[set[str]]) -> Iterator[Pointer]:
    if not stories:
        return
    draft = engine.reader.read(evidence)
    _, _, citations = cite(draft, [Verdict("supported", 1.0, "none")] * len(draft.statements))
    cited = {citation.article_id for citation in citations}
    for behind in _BEHIND:
        for coverage in later(citations, evidence.hits, behind):
            right = any(coverage.article_id in story and cited & story for story in stories)
            yield Pointer(half_of(question.id), behind, right)


def _report_marks(marks: Sequence[Mark]) -> None:
    tune = [mark for mark in marks if mark.half == "tune"]
    weights, bias = fit(_rows(tune), np.array([float(mark.right) for mark in tune]))
    least = _threshold(_sureness(tune, weights, bias), np.array([mark.right for mark in tune]))
    print(f"HIGHLIGHT_WEIGHTS, HIGHLIGHT_BIAS = ({', '.join(f'{w:.2f}' for w in weights)}), {bias:.2f}")
    print(f"HIGHLIGHT = {least:.2f}")
    for name in ("all", *dict.fromkeys(mark.set_name for mark in marks)):
        for half in ("tune", "held"):
            some = [m for m in marks if m.half == half and name in {"all", m.set_name}]
            shown = _sureness(some, weights, bias) >= least
            right = np.array([mark.right for mark in some])
            share = f"{right[shown].mean():.3f} right" if shown.any() else "none"
            print(
                f"  {name}, {half}: of {len(some)} answered, {shown.mean():.3f} shown, {share}; all {right.mean():.3f}"
            )


def _report_pointers(pointers: Sequence[Pointer]) -> None:
    for behind in _BEHIND if pointers else ():
        for half in ("tune", "held"):
            some = [one.right for one in pointers if (one.half, one.behind) == (half, behind)]
            share = f"{np.mean(some):.3f} right" if some else "none"
            print(f"  later coverage at SAME_MATTER = {behind}, {half}: {len(some)} given, {share}")


def _rows(marks: Sequence[Mark]) -> NDArray[np.float64]:
    return np.array([astuple(mark.seen) for mark in marks], dtype=np.float64).reshape(
        -1, len(fields(highlight.Signals))
    )


def _sureness(marks: Sequence[Mark], weights: NDArray[np.float64], bias: float) -> NDArray[np.float64]:
    found: NDArray[np.float64] = 1 / (1 + np.exp(-(_rows(marks) @ weights + bias)))
    return found


def _threshold(sure: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    """The lowest at which nine in ten of those shown are right; 1 where there is none."""
    order = np.argsort(-sure, kind="stable")
    shares = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    fit_ones = [place for place in range(_FEWEST - 1, len(order)) if shares[place] >= _RIGHT]
    return float(sure[order][fit_ones[-1]]) if fit_ones else 1.0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m eval.fit_reading", description=__doc__)
    parser.add_argument("pairs", nargs="+", metavar="HOME=QUESTIONS.jsonl")
    parser.add_argument("--stories", type=Path, help="which articles are of one story")
    parser.add_argument("--limit", type=int, help="questions a set; by default all")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()

"""Reports of a run and of a comparison: tables for the terminal, Markdown to keep. Text in, text out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from eval.compare import outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rich.console import Console
    from rich.table import Table

    from eval.compare import Comparison
    from eval.measures import Score
    from eval.runs import Run, Scores

LABELS = {
    "citation_hit": "first citation is right",
    "article_hit": "its article is right",
    "citation_precision": "right, of the citations",
    "citation_recall": "cited, of the gold",
    "answer_quoted": "answer in a quote",
    "answer_in_paragraph": "answer in cited paragraph",
    "answered_rate": "answered, of answerable",
    "refusal_recall": "refused, of unanswerable",
    "refusal_precision": "right, of the refusals",
    "refusal_f1": "refusing, both in one",
}
_BY_TAG = {
    "citation_hit": "citation hit",
    "answer_in_paragraph": "answer cited",
    "answered_rate": "answered",
    "refusal_recall": "refused",
}

Rows = list[tuple[str, ...]]


def score_rows(scores: Mapping[str, Score]) -> Rows:
    return [(name, _value(s), _interval(s), str(s.questions), LABELS[name]) for name, s in scores.items()]


def tag_rows(scores: Scores, run: Run) -> Rows:
    sizes = {tag: sum(tag in q.tags for q in run.questions) for tag in scores.by_tag}
    return [
        (tag, str(sizes[tag]), *(_value(by_name[name]) for name in _BY_TAG)) for tag, by_name in scores.by_tag.items()
    ]


SCORE_HEADS = ("measure", "value", "95 % interval", "n", "what it says")
TAG_HEADS = ("tag", "questions", *_BY_TAG.values())
CHANGE_HEADS = ("measure", "change", "95 % interval", "n", "what it says")
FLIP_HEADS = ("", "question", "before", "after", "id")


def print_run(run: Run, scores: Scores, console: Console) -> None:
    console.print(_summary(run, scores), markup=False, highlight=False)
    console.print(_table(SCORE_HEADS, score_rows(scores.measures)))
    if scores.by_tag:
        console.print(_table(TAG_HEADS, tag_rows(scores, run)))


def print_comparison(comparison: Comparison, console: Console) -> None:
    console.print(_compared(comparison), markup=False, highlight=False)
    console.print(_table(CHANGE_HEADS, change_rows(comparison)))
    if comparison.flips:
        console.print(_table(FLIP_HEADS, flip_rows(comparison)))


def change_rows(comparison: Comparison) -> Rows:
    return [
        (name, _value(s, sign="+"), _interval(s, sign="+"), str(s.questions), LABELS[name])
        for name, s in comparison.measures.items()
    ]


def flip_rows(comparison: Comparison) -> Rows:
    return [
        ("better" if f.better else "worse", f.question, f.before, f.after, f.question_id)
        for f in sorted(comparison.flips, key=lambda f: (f.better, f.question_id))
    ]


def markdown(run: Run, scores: Scores) -> str:
    """The report of a run as a Markdown page: figures, circumstances, and every question that went wrong."""
    wrong = [j for j in run.judged if outcome(j) in {"answered wrongly", "refused wrongly"}]
    parts = [
        "# Evaluation run",
        _summary(run, scores),
        _markdown_table(SCORE_HEADS, score_rows(scores.measures)),
        "## By tag\n\n" + _markdown_table(TAG_HEADS, tag_rows(scores, run)) if scores.by_tag else "",
        "## Circumstances\n\n" + _markdown_table(("what", "value"), _meta_rows(run.meta)),
        "## What went wrong\n\n"
        + _markdown_table(("id", "question", "how"), [(j.question.id, j.question.question, outcome(j)) for j in wrong])
        if wrong
        else "",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _summary(run: Run, scores: Scores) -> str:
    answerable = sum(q.answerable for q in run.questions)
    whom = "the engine" if run.meta["asked"] == "engine" else run.meta["asked"]
    latency = ", ".join(f"{name} {ms:.0f} ms" for name, ms in scores.latency_ms.items())
    return (
        f"{len(run.questions)} questions of {run.meta['set']} ({answerable} answerable, "
        f"{len(run.questions) - answerable} not), asked of {whom}. Latency: {latency}."
        f"{_changed_archive(run)}"
    )


def _changed_archive(run: Run) -> str:
    """A warning, where answers of one run came from several states of the archive."""
    snapshots = len({reply.answer["snapshot"] for reply in run.replies})
    return "" if snapshots == 1 else f" The archive changed while it was asked: {snapshots} snapshots."


def _compared(comparison: Comparison) -> str:
    better = sum(flip.better for flip in comparison.flips)
    left_out = f", {comparison.left_out} in one run only left out" if comparison.left_out else ""
    worse = len(comparison.flips) - better
    return f"{comparison.questions} questions in both runs{left_out}: {better} better, {worse} worse."


def _value(score: Score, *, sign: str = "") -> str:
    return "–" if score.value is None else f"{score.value:{sign}.3f}"


def _interval(score: Score, *, sign: str = "") -> str:
    if score.low is None or score.high is None:
        return "–"
    return f"{score.low:{sign}.3f} … {score.high:{sign}.3f}"


def _meta_rows(meta: Mapping[str, Any]) -> Rows:
    shown = {name: value for name, value in meta.items() if name not in {"question_ids", "format", "finished"}}
    return [(name.replace("_", " "), _plain(value)) for name, value in shown.items()]


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {item}" for name, item in value.items())
    return "–" if value is None else str(value)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for head in heads:
        number = head in {"value", "questions", "n", "change", *_BY_TAG.values()}
        table.add_column(head, justify="right" if number else "left", no_wrap=head == "measure")
    for row in rows:
        table.add_row(*(Text(_one_line(cell)) for cell in row))
    return table


def _markdown_table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def _cell(text: str) -> str:
    """A question is somebody's text: it must not end its cell, nor become markup."""
    return re.sub(r"([\\|<>`*_\[\]])", r"\\\1", _one_line(text)) if text != "---" else text


def _one_line(text: str) -> str:
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())

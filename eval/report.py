"""Reports of a run and of a comparison: tables for the terminal, Markdown to keep. Text in, text out.

The terminal shows the headline measures by what they tell of, as far as they are defined; Markdown shows all.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from eval.compare import outcome
from eval.faults import fault
from eval.measures import GROUPS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rich.console import Console
    from rich.table import Table

    from eval.compare import Comparison
    from eval.curves import RiskCoverage
    from eval.measures import Score
    from eval.runs import Run, Scores

LABELS = {
    "citation_hit": "first citation is right",
    "article_hit": "its article is right",
    "citation_precision": "right, of the citations",
    "citation_recall": "cited, of the gold",
    "quotes_hold": "statements quoted exactly",
    "supported": "statements our verifier supports",
    "judged_supported": "statements a judge supports",
    "answered_rate": "answered, of answerable",
    "refusal_recall": "refused, of unanswerable",
    "refusal_precision": "right, of the refusals",
    "refusal_f1": "refusing, both in one",
    "hits_at_1": "first passage is right",
    "hits_at_3": "one of the first 3 is right",
    "hits_at_5": "one of the first 5 is right",
    "hits_at_10": "one of the first 10 is right",
    "recall_at_10": "found in 10, of the gold",
    "mrr_at_10": "1 / rank of first right one",
    "ndcg_at_10": "order of the first 10",
    "article_hits_at_1": "first article is right",
    "article_hits_at_3": "one of the first 3 articles is right",
    "article_hits_at_5": "one of the first 5 articles is right",
    "article_hits_at_10": "one of the first 10 articles is right",
    "article_recall_at_10": "articles found in 10, of the gold",
    "article_mrr_at_10": "1 / rank of the first right article",
    "article_ndcg_at_10": "order of the first 10 articles",
    "answer_in_paragraph": "answer in cited paragraph",
    "answer_quoted": "answer in a quote",
    "exact_match": "a quote is the answer",
    "token_f1": "words shared with answer",
    "squad2_exact_match": "exact, right refusals counted",
    "squad2_token_f1": "words shared, right refusals counted",
}
HEADLINES = {
    "citing": ("citation_hit", "citation_precision", "citation_recall", "quotes_hold", "judged_supported"),
    "refusing": ("answered_rate", "refusal_recall", "refusal_precision", "refusal_f1"),
    "retrieval": ("hits_at_1", "hits_at_5", "recall_at_10", "mrr_at_10", "ndcg_at_10", "article_hits_at_1"),
    "answers": ("answer_in_paragraph", "answer_quoted", "token_f1"),
}
"""What the terminal shows of each group."""
_BY_TAG = {
    "citation_hit": "citation hit",
    "hits_at_10": "found in 10",
    "answer_in_paragraph": "answer cited",
    "answered_rate": "answered",
    "refusal_recall": "refused",
}
_TAGS = 20
"""Tags that the terminal shows."""

Rows = list[tuple[str, ...]]

SCORE_HEADS = ("measure", "value", "95 % interval", "n", "what it says")
SPEED_HEADS = ("speed", "p50", "p95", "p99")
FAULT_HEADS = ("what went wrong", "questions")
THRESHOLD_HEADS = ("wrong answers", "threshold", "answered")
TAG_HEADS = ("tag", "questions", *_BY_TAG.values())
CHANGE_HEADS = ("measure", "before", "after", "change", "95 % interval", "p", "n")
FLIP_HEADS = ("", "question", "before", "after", "id")
_NUMBERS = {"value", "questions", "n", "change", "p", "threshold", "p50", "p95", "p99", *_BY_TAG.values()}


def print_run(run: Run, scores: Scores, console: Console) -> None:
    console.print(_summary(run, scores), markup=False, highlight=False)
    console.print(_table(SCORE_HEADS, _grouped(score_rows(scores.measures), HEADLINES)))
    console.print(_table(SPEED_HEADS, speed_rows(scores, sure=False)))
    console.print(_table(FAULT_HEADS, fault_rows(scores)))
    if scores.risk_coverage.points:
        console.print(_table(THRESHOLD_HEADS, threshold_rows(scores.risk_coverage)))
    if scores.by_tag:
        console.print(_table(TAG_HEADS, _commonest(tag_rows(scores, run))))


def print_comparison(comparison: Comparison, console: Console) -> None:
    console.print(_compared(comparison), markup=False, highlight=False)
    console.print(_table(CHANGE_HEADS, _grouped(change_rows(comparison), HEADLINES)))
    if comparison.flips:
        console.print(_table(FLIP_HEADS, flip_rows(comparison)))


def markdown(run: Run, scores: Scores) -> str:
    """The report of a run as a Markdown page: figures, circumstances, and every question that went wrong."""
    wrong: Rows = [(j.question.id, j.question.question, kind, outcome(j)) for j in run.judged if (kind := fault(j))]
    sections: dict[str, tuple[Sequence[str], Rows]] = {
        "Measures": (SCORE_HEADS, _grouped(score_rows(scores.measures), GROUPS)),
        "Speed": (SPEED_HEADS, speed_rows(scores, sure=True)),
        "Faults": (FAULT_HEADS, fault_rows(scores)),
        "If less were answered": (THRESHOLD_HEADS, threshold_rows(scores.risk_coverage)),
        "By tag": (TAG_HEADS, tag_rows(scores, run)),
        "Circumstances": (("what", "value"), _meta_rows(run.meta)),
        "What went wrong": (("id", "question", "kind", "outcome"), wrong),
    }
    tables = [f"## {title}\n\n{_markdown_table(heads, rows)}" for title, (heads, rows) in sections.items() if rows]
    return "\n\n".join(["# Evaluation run", _summary(run, scores), *tables]) + "\n"


def score_rows(scores: Mapping[str, Score]) -> dict[str, tuple[str, ...]]:
    """By measure, of those that are defined."""
    return {
        name: (name, _value(s), _interval(s), str(s.questions), LABELS[name])
        for name, s in scores.items()
        if s.value is not None
    }


def speed_rows(scores: Scores, *, sure: bool) -> Rows:
    """Percentiles, and answers a second in the first column; ``sure``: with their 95 % intervals."""
    told = {
        "whole answer": ("latency_ms", scores.latency_ms, "{:.0f} ms"),
        "first statement": ("first_statement_ms", scores.first_statement_ms, "{:.0f} ms"),
        "answers a second": ("throughput", {"mean": scores.throughput}, "{:.2f}"),
    }
    return [
        (
            what,
            *(_measured(value, scores.speed_intervals[kind][p] if sure else (), shape) for p, value in values.items()),
        )
        for what, (kind, values, shape) in told.items()
        if values
    ]


def fault_rows(scores: Scores) -> Rows:
    return [(kind, str(count)) for kind, count in scores.faults.items()]


def threshold_rows(curve: RiskCoverage) -> Rows:
    """For each share of wrong answers, where to set the threshold, and how much is answered then."""
    covered = {threshold: coverage for coverage, _, threshold in curve.points}
    return [
        (f"at most {percent} %", *(("–", "0.000") if t is None else (f"{t:.4f}", f"{covered[t]:.3f}")))
        for percent, t in curve.thresholds.items()
        if curve.points
    ]


def tag_rows(scores: Scores, run: Run) -> Rows:
    sizes = {tag: sum(tag in q.tags for q in run.questions) for tag in scores.by_tag}
    return [
        (tag, str(sizes[tag]), *(_value(by_name[name]) for name in _BY_TAG)) for tag, by_name in scores.by_tag.items()
    ]


def _commonest(rows: Rows) -> Rows:
    """As many tags as a screen takes, in their order, and how many more there are."""
    chosen = sorted(rows, key=lambda row: -int(row[1]))[:_TAGS]
    more = len(rows) - len(chosen)
    return [row for row in rows if row in chosen] + ([(f"and {more} more in the report",)] if more else [])


def change_rows(comparison: Comparison) -> dict[str, tuple[str, ...]]:
    """By measure, of those that are defined in both runs."""
    return {
        name: (
            name,
            _value(comparison.before[name]),
            _value(comparison.after[name]),
            _value(s, sign="+"),
            _interval(s, sign="+"),
            _chance(comparison.p_values[name]),
            str(s.questions),
        )
        for name, s in comparison.measures.items()
        if s.value is not None
    }


def flip_rows(comparison: Comparison) -> Rows:
    return [
        ("better" if f.better else "worse", f.question, f.before, f.after, f.question_id)
        for f in sorted(comparison.flips, key=lambda f: (f.better, f.question_id))
    ]


def _grouped(rows: Mapping[str, tuple[str, ...]], groups: Mapping[str, Sequence[str]]) -> Rows:
    """The rows that are there, group after group, each under its name."""
    found = {group: [rows[name] for name in names if name in rows] for group, names in groups.items()}
    return [row for group, inside in found.items() if inside for row in ((group.upper(),), *inside)]


def _summary(run: Run, scores: Scores) -> str:
    answerable = sum(q.answerable for q in run.questions)
    whom = "the engine" if run.meta["asked"] == "engine" else run.meta["asked"]
    area = scores.risk_coverage.area
    curve = "" if area is None else f" Area under the risk-coverage curve: {area:.3f}."
    return (
        f"{len(run.questions)} questions of {run.meta['set']} ({answerable} answerable, "
        f"{len(run.questions) - answerable} not), asked of {whom}.{curve}{_changed_archive(run)}"
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


def _measured(value: float, interval: Sequence[float], shape: str) -> str:
    ends = " … ".join(shape.format(end) for end in interval)
    return shape.format(value) + (f" ({ends})" if ends else "")


def _chance(p: float | None) -> str:
    return "–" if p is None else f"{p:.4f}"


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
        table.add_column(head, justify="right" if head in _NUMBERS else "left", no_wrap=head == "measure")
    for row in rows:
        table.add_row(*(Text(_one_line(cell)) for cell in row))
    return table


def _markdown_table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *([*row, *[""] * (len(heads) - len(row))] for row in rows)]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def _cell(text: str) -> str:
    """A question is somebody's text: it must not end its cell, nor become markup."""
    return re.sub(r"([\\|<>`*_\[\]])", r"\\\1", _one_line(text)) if text != "---" else text


def _one_line(text: str) -> str:
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())

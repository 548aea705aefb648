"""The page of one run: figures, plots, faults, circumstances, and every question."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from eval.pages import figures, plots
from eval.pages.document import document
from eval.pages.numerals import NONE, bounds, percent
from eval.pages.records import KINDS, MEANINGS, RIGHT, Asked, asked, kind, records
from qa.markup import Markup, tag

if TYPE_CHECKING:
    from eval.curves import RiskCoverage
    from eval.runs import Run, Scores

SECTIONS = {
    "figures": "Figures",
    "outcomes": "Outcomes",
    "measures": "All measures",
    "tags": "By tag",
    "circumstances": "Circumstances",
    "questions": "Every question",
}
UNTOLD = frozenset({"question_ids", "format", "finished"})
"""What ``run.json`` keeps for the machine: no circumstance."""


def run_page(run: Run, scores: Scores) -> str:
    """The whole page as HTML; ``scores`` are the run's own (``eval.runs.score_run``)."""
    questions = asked(run)
    return document(
        f"Evaluation run: {run.meta['set']}",
        tag("header", tag("h1", "Evaluation run"), _summary(run), _warning(run)),
        contents(SECTIONS if scores.by_tag else {name: title for name, title in SECTIONS.items() if name != "tags"}),
        tag(
            "main",
            section("figures", SECTIONS["figures"], figures.headlines(scores), _plots(run, scores)),
            section("outcomes", SECTIONS["outcomes"], _outcomes(questions)),
            section("measures", SECTIONS["measures"], *figures.tables(scores.measures), figures.definitions()),
            section("tags", SECTIONS["tags"], *figures.by_tag(scores, run.questions)) if scores.by_tag else None,
            section("circumstances", SECTIONS["circumstances"], circumstances(run.meta)),
            question_section(SECTIONS["questions"]),
        ),
        data=records([questions], [""]),
    )


def section(identifier: str, title: str, *content: Markup | Sequence[Markup] | None) -> Markup:
    """A part of the page under its heading, and reachable by it."""
    heading = tag("h2", title, id=f"{identifier}-title")
    return tag("section", heading, *content, id=identifier, aria_labelledby=f"{identifier}-title")


def question_section(title: str) -> Markup:
    """Where the script puts the questions, in the place of what it says to a reader without one."""
    missing = tag("p", "The list of questions needs JavaScript. Every answer is in answers.jsonl.")
    return section("questions", title, tag("div", missing, id="list"))


def contents(sections: Mapping[str, str]) -> Markup:
    """Links to the sections, by their identifiers."""
    links = [tag("a", title, href=f"#{identifier}") for identifier, title in sections.items()]
    return tag("nav", *links, aria_label="Sections")


def circumstances(meta: Mapping[str, Any]) -> Markup:
    """All that one needs to believe the figures, or to repeat them."""
    told = {name: value for name, value in meta.items() if name not in UNTOLD}
    return tag("dl", *[part for name, value in told.items() for part in _told(name, value)], class_="circumstances")


def plain(value: Any) -> str:
    """A circumstance in words: a list as its items, nothing as a dash."""
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {plain(item)}" for name, item in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(plain, value)) or NONE
    return NONE if value is None else str(value)


def _told(name: str, value: Any) -> tuple[Markup, Markup]:
    words = tag("dt", name.replace("_", " "))
    if not isinstance(value, Mapping):
        return words, tag("dd", plain(value))
    parts = [part for key, item in value.items() for part in _told(key, item)]
    return words, tag("dd", tag("dl", *parts))


def _summary(run: Run) -> Markup:
    answerable = sum(question.answerable for question in run.questions)
    number = len(run.questions)
    of_half = f", half “{run.meta['split']}”" if run.meta.get("split") else ""
    whom = "the engine" if run.meta["asked"] == "engine" else str(run.meta["asked"])
    return tag(
        "p",
        tag("strong", f"{number:,} question{'' if number == 1 else 's'}"),
        f" of {run.meta['set']}{of_half}, asked of {whom}: {answerable:,} that the archive can answer and "
        f"{number - answerable:,} that it cannot. ",
        _when(run.meta.get("started_at")),
        "Intervals are 95 % bootstrap intervals.",
        class_="lead",
    )


def _when(started_at: str | None) -> list[Markup | str]:
    if started_at is None:
        return []
    return ["Begun on ", tag("time", f"{started_at[:10]} at {started_at[11:16]} UTC", datetime=started_at), ". "]


def _warning(run: Run) -> Markup | None:
    snapshots = len({reply.answer["snapshot"] for reply in run.replies})
    if snapshots == 1:
        return None
    told = f"The archive changed while it was asked: these answers come from {snapshots} snapshots."
    return tag("p", told, class_="warning")


def _plots(run: Run, scores: Scores) -> Markup:
    return tag("div", _risk_figure(scores.risk_coverage), _latency_figure(run, scores), class_="plots")


def _risk_figure(curve: RiskCoverage) -> Markup | None:
    if not curve.points:
        return None
    thresholds = {float(share) / 100: threshold for share, threshold in curve.thresholds.items()}
    rows = [_threshold_row(share, threshold, curve) for share, threshold in thresholds.items()]
    heads = [tag("th", head, scope="col") for head in ("wrong at most", "confidence from", "answered")]
    return tag(
        "figure",
        tag("figcaption", tag("h3", "If it answered only when sure"), _area(curve)),
        plots.risk_coverage(curve.points, thresholds),
        tag(
            "table",
            tag("caption", "Thresholds of the confidence", class_="hidden"),
            tag("thead", tag("tr", *heads)),
            tag("tbody", *rows),
            class_="small",
        ),
    )


def _area(curve: RiskCoverage) -> Markup:
    told = f"Area under the curve {percent(curve.area)} ({bounds(curve.low, curve.high)}); less is better."
    return tag("p", "The surest questions first. ", told, class_="soft")


def _threshold_row(share: float, threshold: float | None, curve: RiskCoverage) -> Markup:
    reached = max((c for c, _, t in curve.points if threshold is not None and t >= threshold), default=None)
    shown = "not reached" if threshold is None else f"{threshold:.3f}"
    return tag(
        "tr",
        tag("th", percent(share, 0), scope="row", class_="number"),
        tag("td", shown, class_="number"),
        tag("td", percent(reached), class_="number"),
    )


def _latency_figure(run: Run, scores: Scores) -> Markup:
    return tag(
        "figure",
        tag("figcaption", tag("h3", "How long an answer takes"), tag("p", "As who asks measures it.", class_="soft")),
        plots.latencies([reply.latency_ms for reply in run.replies], scores.latency_ms),
        figures.speed_table(scores),
    )


def _outcomes(questions: Sequence[Asked]) -> Markup:
    """How many came out how; each row leads to its questions, and the script makes it their filter."""
    counts = Counter(kind(one.judged) for one in questions)
    rows = [_outcome_row(name, counts[name], len(questions)) for name in KINDS]
    heads = [tag("th", head, scope="col") for head in ("outcome", "questions")]
    return tag(
        "table",
        tag("caption", "Outcomes, each with its number of questions", class_="hidden"),
        tag("thead", tag("tr", *heads, tag("td"), tag("th", "what it means", scope="col"))),
        tag("tbody", *rows),
        class_="outcomes",
    )


def _outcome_row(name: str, count: int, whole: int) -> Markup:
    link = tag("a", name, href="#questions", data_filter=name)
    return tag(
        "tr",
        tag("th", link, scope="row"),
        tag("td", f"{count:,}", class_="number"),
        tag("td", plots.share(count, whole), class_="drawn"),
        tag("td", MEANINGS[name], class_="soft meaning"),
        class_="right" if name in RIGHT else "wrong",
    )

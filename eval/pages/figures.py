"""Measures as a person reads them: cards for a glance, tables for all of them, each value with its interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from eval.measures import GROUPS, MEASURES
from eval.pages import plots
from eval.pages.numerals import NONE, bounds, milliseconds, percent, points, span
from eval.report import LABELS
from qa.markup import Markup, tag

if TYPE_CHECKING:
    from eval.compare import Comparison
    from eval.measures import Score
    from eval.questions import Question
    from eval.runs import Scores

HEADLINES = {
    "citing": "citation_hit",
    "refusing": "refusal_f1",
    "retrieval": "hits_at_10",
    "answers": "answer_in_paragraph",
}
"""The measure of each group that stands for it at the top."""
BY_TAG = ("citation_hit", "answer_in_paragraph", "answered_rate", "refusal_recall")
_OFTEN = 12
"""Tags shown at once; the rarer ones stand folded below."""


def headlines(scores: Scores) -> Markup:
    """A card for each group of measures, and one for speed."""
    cards = [_card(group, name, scores.measures[name]) for group, name in HEADLINES.items()]
    return tag("div", *cards, _speed_card(scores), class_="cards")


def speed_table(scores: Scores) -> Markup:
    """The percentiles of both times, with their intervals."""
    told = {"whole answer": ("latency_ms", scores.latency_ms)}
    if scores.first_statement_ms:
        told["first statement"] = ("first_statement_ms", scores.first_statement_ms)
    rows = [
        tag(
            "tr",
            tag("th", f"{label}, {name}", scope="row"),
            tag("td", milliseconds(value)),
            tag("td", span(*scores.speed_intervals[kind][name]), class_="soft"),
        )
        for label, (kind, values) in told.items()
        for name, value in values.items()
    ]
    heads = [tag("th", head, scope="col") for head in ("speed", "value", "95 % interval")]
    hidden = tag("caption", "Percentiles of the latency", class_="hidden")
    return tag("table", hidden, tag("thead", tag("tr", *heads)), tag("tbody", *rows), class_="small")


def tables(measures: Mapping[str, Score]) -> list[Markup]:
    """Every measure that is defined, group by group, with its interval and how many questions it counts."""
    heads = ("measure", "value", "", "95 % interval", "questions")
    rows = {name: _row(name, score) for name, score in measures.items() if score.value is not None}
    return _grouped(rows, heads, "measures")


def change_tables(comparison: Comparison) -> list[Markup]:
    """Every difference, in percentage points, with its interval and its p-value; what stayed is only named."""
    defined = {name: score for name, score in comparison.measures.items() if score.value is not None}
    changed = {name: score for name, score in defined.items() if (score.low, score.value, score.high) != (0, 0, 0)}
    most = max([0.05, *(abs(end) for score in changed.values() for end in (score.low, score.high) if end is not None)])
    heads = ("measure", "before", "after", "change", "", "95 % interval", "p", "questions")
    rows = {name: _change_row(name, comparison, most) for name in changed}
    return [*_grouped(rows, heads, "measures changes"), *_stayed([name for name in defined if name not in changed])]


def definitions() -> Markup:
    """What each measure is and where it comes from, in the words of the code that counts it."""
    entries = [
        part
        for name, measure in MEASURES.items()
        for part in (tag("dt", tag("code", name)), tag("dd", _paragraphs(measure.__doc__ or "")))
    ]
    return tag("details", tag("summary", "How each measure is defined"), tag("dl", *entries), class_="definitions")


def by_tag(scores: Scores, questions: Sequence[Question]) -> list[Markup]:
    """A few measures for each tag, the commonest tag first."""
    sizes = {name: sum(name in q.tags for q in questions) for name in scores.by_tag}
    rows = [_tag_row(name, sizes[name], scores.by_tag[name]) for name in sorted(sizes, key=lambda t: (-sizes[t], t))]
    heads, rest = ("tag", "questions", *(LABELS[name] for name in BY_TAG)), rows[_OFTEN:]
    often, rare = _table("Measures by tag", heads, rows[:_OFTEN], "tags"), _table("Rarer tags", heads, rest, "tags")
    return [often, tag("details", tag("summary", f"Rarer tags ({len(rest)})"), rare)] if rest else [often]


def _card(group: str, name: str, score: Score) -> Markup:
    return tag(
        "section",
        tag("h3", group.capitalize()),
        tag("p", percent(score.value), class_="figure"),
        tag("p", LABELS[name], class_="what"),
        _bar(score),
        tag(
            "p",
            tag("span", bounds(score.low, score.high)),
            tag("span", _questions(score.questions)),
            class_="soft ends",
        ),
        class_="card",
    )


def _speed_card(scores: Scores) -> Markup:
    latency, first = scores.latency_ms, scores.first_statement_ms
    low, high = scores.speed_intervals["latency_ms"]["p50"]
    listed = {
        "95 of 100 within": milliseconds(latency["p95"]),
        "first statement, half": milliseconds(first["p50"]) if first else NONE,
        "answers a second": f"{scores.throughput:,.2f}",
    }
    return tag(
        "section",
        tag("h3", "Speed"),
        tag("p", milliseconds(latency["p50"]), class_="figure"),
        tag("p", "half of the answers within", class_="what"),
        plots.interval(low, latency["p50"], high, most=latency["p99"] or 1.0),
        tag("p", span(low, high), class_="soft"),
        tag("dl", *[tag("div", tag("dt", name), tag("dd", value)) for name, value in listed.items()], class_="soft"),
        class_="card",
    )


def _bar(score: Score, most: float | None = None) -> Markup | None:
    """From 0 to 1, or for a difference from ``-most`` to ``most``."""
    if score.value is None or score.low is None or score.high is None:
        return None
    return plots.interval(score.low, score.value, score.high, least=-(most or 0), most=most or 1)


def _questions(number: int) -> str:
    return f"{number:,} question{'' if number == 1 else 's'}"


def _grouped(rows: Mapping[str, Markup], heads: Sequence[str], class_: str) -> list[Markup]:
    """A table for each group of measures of which a row is there."""
    found = {group: [rows[name] for name in names if name in rows] for group, names in GROUPS.items()}
    return [_table(group.capitalize(), heads, inside, class_) for group, inside in found.items() if inside]


def _table(caption: str, heads: Sequence[str], rows: Sequence[Markup], class_: str) -> Markup:
    """A table that becomes a list of cards on a phone; the roles keep it a table for those who hear it."""
    cells = [tag("th", head, scope="col", role="columnheader") if head else tag("td", role="cell") for head in heads]
    return tag(
        "table",
        tag("caption", caption),
        tag("thead", tag("tr", *cells, role="row"), role="rowgroup"),
        tag("tbody", *rows, role="rowgroup"),
        role="table",
        class_=class_,
    )


def _row(name: str, score: Score) -> Markup:
    return tag(
        "tr",
        _named(name),
        tag("td", percent(score.value), role="cell", class_="number value"),
        tag("td", _bar(score), role="cell", class_="drawn"),
        tag("td", bounds(score.low, score.high), role="cell", class_="number soft bounds"),
        tag("td", f"{score.questions:,}", role="cell", class_="number soft count"),
        role="row",
    )


def _change_row(name: str, comparison: Comparison, most: float) -> Markup:
    change, chance = comparison.measures[name], comparison.p_values[name]
    return tag(
        "tr",
        _named(name),
        tag("td", percent(comparison.before[name].value), role="cell", class_="number soft", data_head="before"),
        tag("td", percent(comparison.after[name].value), role="cell", class_="number soft", data_head="after"),
        tag("td", points(change.value), role="cell", class_="number value"),
        tag("td", _bar(change, most), role="cell", class_="drawn"),
        tag("td", f"{points(change.low)} … {points(change.high)}", role="cell", class_="number soft bounds"),
        tag("td", NONE if chance is None else f"{chance:.4f}", role="cell", class_="number", data_head="p"),
        tag("td", f"{change.questions:,}", role="cell", class_="number soft count", data_head="questions"),
        role="row",
        class_=_direction(change),
    )


def _direction(change: Score) -> str | None:
    """``better`` or ``worse`` where the interval holds no 0: of every measure, more is better."""
    if change.low is not None and change.low > 0:
        return "better"
    return "worse" if change.high is not None and change.high < 0 else None


def _stayed(names: Sequence[str]) -> list[Markup]:
    told = ", ".join(f"{LABELS[name]} ({name})" for name in names)
    return [tag("p", tag("strong", "Exactly as before: "), told, ".", class_="soft")] if names else []


def _named(name: str) -> Markup:
    return tag("th", LABELS[name], " ", tag("code", name), scope="row", role="rowheader")


def _paragraphs(docstring: str) -> list[Markup]:
    return [tag("p", " ".join(part.split())) for part in docstring.replace("``", "").split("\n\n")]


def _tag_row(name: str, size: int, measures: Mapping[str, Score]) -> Markup:
    cells = [_tag_cell(measure, measures[measure]) for measure in BY_TAG]
    return tag(
        "tr",
        tag("th", name, scope="row", role="rowheader", dir="auto"),
        tag("td", f"{size:,}", role="cell", class_="number soft count"),
        *cells,
        role="row",
    )


def _tag_cell(name: str, score: Score) -> Markup:
    shown = tag("span", percent(score.value, 0), class_="number")
    said = tag("span", f" ({bounds(score.low, score.high)})", class_="hidden") if score.value is not None else None
    return tag("td", shown, said, _bar(score), role="cell", data_measure=LABELS[name])

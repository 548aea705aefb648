"""Figures -> Markdown: what was measured, on what, and how, in four tables; and their place in a document."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eval.curves import WRONG_PERCENT
from eval.measures import GROUPS
from eval.quality.figures import ALL, ANSWER_AT_5, WHOLE
from eval.quality.rankings import CHUNKED
from eval.resampling import RESAMPLES, SEED
from qa.errors import InvalidInput, UnreadableSource

if TYPE_CHECKING:
    from eval.curves import RiskCoverage
    from eval.measures import Score
    from eval.quality.archives import Built
    from eval.quality.figures import Figures, Gain, Ranking
    from eval.quality.sets import QASet

BEGIN, END = "<!-- bench-quality:begin -->", "<!-- bench-quality:end -->"

_PARAGRAPHS = {
    "hits_at_1": "Hits@1",
    "hits_at_5": "Hits@5",
    "hits_at_10": "Hits@10",
    "mrr_at_10": "MRR@10",
    "ndcg_at_10": "nDCG@10",
}
_ARTICLES = {f"article_{name}": label for name, label in _PARAGRAPHS.items()}
_ANSWERS = tuple(name for group in ("citing", "refusing", "answers") for name in GROUPS[group])
_NOT_OURS = frozenset({"judged_supported", "exact_match", "squad2_exact_match"})
"""Nobody is asked to judge here, and a quote of ours is a sentence, hardly ever an answer of few words."""

_FINDING = (
    "Finding paragraphs, of questions with gold (*answer in 5*: one of the first five paragraphs contains an expected "
    "answer, be it the labelled paragraph or not; *ms*: median time of finding alone):"
)
_CHUNKS = (
    "{name} ranks chunks. A chunk hits the paragraphs of which it holds at least half, and one that holds all of it: "
    "{paragraphs} on average, where every other ranking shows one. That favours it in Hits and *answer in 5*; nDCG, "
    "which counts what is relevant, is not told of chunks."
)

Row = Sequence[str]


@dataclass(frozen=True, slots=True)
class Measured:
    """A set, its archive, and its figures."""

    qa_set: QASet
    questions_in_set: int
    archive: Built
    figures: Figures


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that the tables state.

    Attributes:
        left_out: a line for each set whose data were not there.
        machine: as ``eval.circumstances.of_this_machine`` has it.
        command: what gives these figures again; FOLDER stands for the data.
        seed: of the draw of questions.
        cut_seed: of the draw of articles.
        seconds: what all of it took, with the indexing that was not done yet.
    """

    sets: tuple[Measured, ...]
    left_out: tuple[str, ...]
    machine: Mapping[str, Any]
    command: str
    seed: int
    cut_seed: int
    seconds: float


def markdown(report: Report) -> str:
    """The tables, and under which circumstances they came about; ends with a line end."""
    heads = [m.qa_set.title for m in report.sets]
    blocks = [
        _preface(report),
        _table(("set", "articles", "passages", "questions put", "of", "answerable", "indexed in"), _set_rows(report)),
        *_notes(report),
        _FINDING,
        _table(("set", "ranking", "n", *_PARAGRAPHS.values(), "answer in 5", "ms"), _ranking_rows(report, _PARAGRAPHS)),
        *_of_chunks(report),
        "Finding articles (the distinct articles, in the order of their best paragraphs):",
        _table(("set", "ranking", "n", *_ARTICLES.values()), _ranking_rows(report, _ARTICLES)),
        "The whole engine's answers:",
        _table(("measure", *heads), _answer_rows(report)),
    ]
    return "\n\n".join(blocks) + "\n"


def require_place(document: Path) -> None:
    """That the tables can be written into this document: looked up before hours of measuring.

    Raises:
        UnreadableSource: it cannot be read, or not be written to.
        InvalidInput: it does not have both marks, in their order.
    """
    replaced(_read(document), "", document)
    try:
        document.open("r+").close()
    except OSError as error:
        raise _unwritable(document, error) from error


def write(document: Path, text: str) -> None:
    """Puts the text between the marks of the document; errors as ``require_place``."""
    whole = replaced(_read(document), text, document)
    try:
        document.write_text(whole, encoding="utf-8")
    except OSError as error:
        raise _unwritable(document, error) from error


def replaced(document: str, text: str, path: Path) -> str:
    """The document with the text between its marks, in the place of what stood there."""
    before, begin, rest = document.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        hint = f"put the lines {BEGIN} and {END} where the tables are to stand"
        raise InvalidInput(f"{path} has no place for the tables", hint=hint)
    return f"{before}{BEGIN}\n\n{text}\n{END}{after}"


def _read(document: Path) -> str:
    try:
        return document.read_text("utf-8")
    except OSError as error:
        raise UnreadableSource(f"cannot read the document: {error.strerror}", path=str(document)) from error


def _unwritable(document: Path, error: OSError) -> UnreadableSource:
    return UnreadableSource(f"cannot write the document: {error.strerror}", path=str(document))


def _preface(report: Report) -> str:
    machine, engine = report.machine, report.sets[0].figures.circumstances if report.sets else {}
    made = machine["machine"]
    models = ", ".join(f"{kind.replace('_', ' ')} {name}" for kind, name in engine.get("models", {}).items())
    settings = ", ".join(f"{name} {value}" for name, value in engine.get("settings", {}).items())
    libraries = ", ".join(f"{name} {number}" for name, number in machine["libraries"].items())
    minutes, commit = f"{report.seconds / 60:,.0f}", machine["commit"] or "unknown"
    return (
        f"Measured by `{report.command}` on {machine['started_at'][:10]}, in {minutes} minutes: commit {commit}, "
        f"{made['cpus']} cores ({made['processor']}, {made['system']}), Python {made['python']}, {libraries}. "
        f"Models: {models}. Settings: {settings}. Questions are drawn by seed {report.seed}, articles of a cut by "
        f"{report.cut_seed}; 95 % intervals in brackets: {RESAMPLES:,} draws with seed {SEED}. Same archive, same "
        "settings: same figures, times aside."
    )


def _notes(report: Report) -> list[str]:
    kept = (_kept(m) for m in report.sets if m.figures.kept)
    notes = [*(m.qa_set.note for m in report.sets if m.qa_set.note), *report.left_out, *kept]
    return ["\n".join(f"- {note}" for note in notes)] if notes else []


def _kept(measured: Measured) -> str:
    figures = measured.figures
    return (
        f"{measured.qa_set.title}: {figures.kept:,} of {figures.asked:,} answers, and their times, are of an earlier "
        "go under the same circumstances."
    )


def _set_rows(report: Report) -> list[Row]:
    return [
        (
            f"{m.qa_set.title} (`{m.figures.circumstances['snapshot'][:14]}`)",
            f"{m.archive.articles:,}" + (f" ({m.archive.failed} unreadable)" if m.archive.failed else ""),
            f"{m.archive.passages:,}",
            f"{m.figures.asked:,}",
            f"{m.questions_in_set:,}",
            f"{m.figures.answerable:,}",
            _building(m.archive),
        )
        for m in report.sets
    ]


def _building(archive: Built) -> str:
    by_other = ", by other code than now" if archive.by_other_code else ""
    if archive.seconds is None:
        return f"several goes{by_other}"
    return f"{archive.seconds:,.0f} s ({archive.passages / max(archive.seconds, 0.1):,.0f} passages a second){by_other}"


def _ranking_rows(report: Report, names: Mapping[str, str]) -> list[Row]:
    """For each set, and for each of its parts where paragraphs are told: every ranking, then the gain."""
    paragraphs = names is _PARAGRAPHS
    rows: list[Row] = []
    for m in report.sets:
        gains = {gain.part: gain for gain in m.figures.gains}
        for ranking in m.figures.rankings:
            if ranking.questions and (paragraphs or ranking.part == ALL):
                rows.append(_ranking_row(m.qa_set.title, ranking, names, paragraphs=paragraphs))
                if ranking.name == WHOLE:
                    rows.append(_gain_row(rows[-1], gains[ranking.part], names, paragraphs=paragraphs))
    return rows


def _of_chunks(report: Report) -> list[str]:
    """How chunks are counted, where there are any."""
    held = [
        f"{ranking.paragraphs} ({m.qa_set.title})"
        for m in report.sets
        for ranking in m.figures.rankings
        if ranking.name == CHUNKED and ranking.part == ALL and ranking.questions
    ]
    return [_CHUNKS.format(name=CHUNKED, paragraphs=", ".join(held))] if held else []


def _ranking_row(title: str, ranking: Ranking, names: Mapping[str, str], *, paragraphs: bool) -> Row:
    part = f", {ranking.part}" if ranking.part else ""
    found = [_value(ranking.measures[name]) for name in names]
    speed = "–" if ranking.p50_ms is None else f"{ranking.p50_ms:.0f}"
    more = [_value(ranking.measures[ANSWER_AT_5]), speed] if paragraphs else []
    return f"{title}{part}", ranking.name, f"{ranking.questions:,}", *found, *more


def _gain_row(whole: Row, gain: Gain, names: Mapping[str, str], *, paragraphs: bool) -> Row:
    gained = [_value(gain.measures[name], sign="+") for name in names]
    return whole[0], "engine less BM25", whole[2], *gained, *(["", ""] if paragraphs else [])


def _answer_rows(report: Report) -> list[Row]:
    scored = [m.figures.scores for m in report.sets]
    names = [name for name in _ANSWERS if name not in _NOT_OURS]
    curves = [s.risk_coverage for s in scored]
    return [
        *((f"`{name}`", *(_value(s.measures[name], counted=True) for s in scored)) for name in names),
        ("area under risk and coverage (AURC, less is better)", *map(_area, curves)),
        *_threshold_rows(curves),
        *_each("answer, p50 / p95 / p99 ms", scored, lambda s: _percentiles(s.latency_ms)),
        *_each("first statement, p50 / p95 / p99 ms", scored, lambda s: _percentiles(s.first_statement_ms)),
        *_each("answers a second", scored, lambda s: f"{s.throughput:.1f}"),
    ]


def _each(label: str, scored: Iterable[Any], tell: Callable[[Any], str]) -> list[Row]:
    return [(label, *map(tell, scored))]


def _threshold_rows(curves: Sequence[RiskCoverage]) -> list[Row]:
    """How much could be answered with at most so many wrong, and from which confidence on."""
    return [
        (
            f"answered with at most {percent} % wrong (from which confidence)",
            *(_covered(c, str(percent)) for c in curves),
        )
        for percent in WRONG_PERCENT
    ]


def _covered(curve: RiskCoverage, percent: str) -> str:
    threshold = curve.thresholds[percent]
    reached = [coverage for coverage, _, least in curve.points if least == threshold]
    return f"{_short(reached[0])} ({threshold:.4f})" if reached else "none"


def _area(curve: RiskCoverage) -> str:
    if curve.area is None or curve.low is None or curve.high is None:
        return "–"
    return f"{_short(curve.area)} ({_short(curve.low)} – {_short(curve.high)})"


def _percentiles(by_name: Mapping[str, float]) -> str:
    return " / ".join(f"{by_name[name]:.0f}" for name in ("p50", "p95", "p99")) if by_name else "–"


def _value(score: Score, *, sign: str = "", counted: bool = False) -> str:
    if score.value is None or score.low is None or score.high is None:
        return "–"
    of = f" of {score.questions:,}" if counted else ""
    return f"{_short(score.value, sign)} ({_short(score.low, sign)} – {_short(score.high, sign)}){of}"


def _short(value: float, sign: str = "") -> str:
    """Three decimals, without the 0 before them: ``.283``."""
    return f"{value:{sign}.3f}".replace("0.", ".", 1) if abs(value) < 1 else f"{value:{sign}.3f}"


def _table(heads: Row, rows: Iterable[Row]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)

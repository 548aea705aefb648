"""Both sides in one table of Markdown: the same measures, counted on what each of them showed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from eval.beside.record import SIDES, Beside, Said, Side
from eval.judge import Judged, contains_any, hits_gold
from eval.measures import Score, p_values, percentile, scores
from eval.questions import Question
from qa.read.llm import NAME as LLM

_MEASURES = {
    "answered_rate": "answered, of the answerable",
    "refusal_recall": "refused, of the unanswerable",
    "answer_quoted": "expected answer in what is shown",
    "citation_precision": "citation precision, by gold paragraphs",
    "citation_recall": "citation recall, by gold paragraphs",
}
_Count = Callable[[Said], int]


def table(lines: Sequence[Beside]) -> str:
    """Every line of the table; p is of the paired randomisation test (``eval.measures.p_values``)."""
    return "\n".join([
        "| measure | the reader here | CitationQueryEngine | p |", "| --- | --- | --- | --- |",
        *_measured(lines), *_counted(lines), *_timed(lines),
    ])  # fmt: skip


def judged(question: Question, said: Said) -> Judged:
    """One side's answer as the measures take it; 'quoted' is all that was shown, since none of it need be a quote."""
    pointers = [
        {"article_id": one.article_id, "url": one.url, "paragraph": one.paragraph, "text": one.text}
        for one in said.paragraphs
    ]
    hits = tuple(tuple(hits_gold(one, str(one["text"]), gold) for gold in question.gold) for one in pointers)
    return Judged(
        question=question,
        answered=said.answered,
        hits=hits,
        right_articles=tuple(
            any(gold.article in {one["article_id"], one["url"]} for gold in question.gold) for one in pointers
        ),
        answer_quoted=contains_any([said.text], question.answers),
        answer_in_paragraph=contains_any([one.text for one in said.paragraphs], question.answers),
        latency_ms=said.seconds * 1000,
    )


def _measured(lines: Sequence[Beside]) -> Iterator[str]:
    theirs, ours = ([judged(line.question, line.of(side)) for line in lines] for side in ("theirs", "ours"))
    before, after, chances = scores(theirs), scores(ours), p_values(theirs, ours)
    for name, told in _MEASURES.items():
        chance = chances[name]
        yield _row(told, _score(after[name]), _score(before[name]), "" if chance is None else f"{chance:.4f}")


def _score(score: Score) -> str:
    if score.value is None:
        return "–"
    return f"{score.value:.3f} ({score.low:.3f} – {score.high:.3f}) of {score.questions}"


def _counted(lines: Sequence[Beside]) -> Iterator[str]:
    counts: dict[str, _Count] = {
        "answers": lambda said: said.answered,
        "sentences shown": lambda said: len(said.statements),
        "of those, without a citation": lambda said: sum(not one.cited for one in said.statements),
        "citations of sources that there are not": lambda said: said.unknown,
        "no answer, since the model failed": lambda said: not said.answered and said.note is not None,
    }
    for told, count in counts.items():
        ours, theirs = (sum(count(line.of(side)) for line in lines) for side in SIDES)
        yield _row(told, str(ours), str(theirs))
    ours_alone = [line.ours for line in lines]
    shown = sum(len(said.statements) for said in ours_alone if said.reader == LLM)
    removed = sum(len(said.removed) for said in ours_alone)
    yield _row("the model's statements that the verifier removed", f"{removed} of {removed + shown}", "–")
    instead = sum(said.answered and said.reader != LLM for said in ours_alone)
    yield _row("answered by the extractive reader in the model's place", str(instead), "–")
    unasked = sum(not said.answered and said.reader != LLM for said in ours_alone)
    yield _row("refused before the model was asked, or for want of what holds", str(unasked), "–")


def _timed(lines: Sequence[Beside]) -> Iterator[str]:
    for told, seconds in (
        ("seconds an answer, p50 / p95", lambda said: said.seconds if said.answered else None),
        ("seconds to the first sentence, p50 / p95", lambda said: said.first_s if said.answered else None),
        ("of which the check, p50 / p95", lambda said: said.check_s),
    ):
        yield _row(told, *(_spread(lines, side, seconds) for side in SIDES))


def _spread(lines: Sequence[Beside], side: Side, seconds: Callable[[Said], float | None]) -> str:
    each = [value for line in lines if (value := seconds(line.of(side))) is not None]
    return f"{percentile(each, 50):.2f} / {percentile(each, 95):.2f}" if each else "–"


def _row(*cells: str) -> str:
    return "| " + " | ".join((*cells, "")[:4]) + " |"

"""A run: every question of a set put once, every answer kept, and the scores computed from what was kept.

A folder holds one run: ``answers.jsonl``, a reply a line, written as it comes; ``run.json``, with the
circumstances from the first second and the scores at the end; and ``verdicts.jsonl`` where a judge model was
asked. A run that was interrupted goes on where it stopped; one that was made under other circumstances, or is
finished, is never mixed with a new one.
"""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from eval.ask import Reply
from eval.curves import RiskCoverage, risk_coverage
from eval.faults import Fault, count_faults
from eval.judge import Judged, judge
from eval.measures import Score, scores
from eval.questions import Gold, Question
from eval.speed import speed as measure_speed
from qa.errors import InvalidInput, UnreadableSource
from qa.types import Turn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from eval.ask import Asker
    from eval.questions import QuestionSet

FORMAT = 2
_READABLE = (1, FORMAT)
"""Format 1 kept no rankings and no time of the first statement: what hangs on them is not defined there."""
_MADE_UNDER = (
    "format",
    "set_sha256",
    "question_ids",
    "asked",
    "snapshot",
    "settings",
    "models",
    "code_sha256",
    "concurrency",
)
"""The circumstances that must agree for an interrupted run to go on; the last for its latencies to mean one thing."""

Verdicts = dict[str, dict[int, bool]]
"""What a judge model said: by question and by the statement's place from 0, whether it is supported."""


@dataclass(frozen=True)
class Run:
    """A finished run as it is read back: its circumstances, questions and replies in the set's order."""

    meta: Mapping[str, Any]
    questions: tuple[Question, ...]
    replies: tuple[Reply, ...]
    verdicts: Verdicts = field(default_factory=dict)

    @cached_property
    def judged(self) -> tuple[Judged, ...]:
        pairs = zip(self.questions, self.replies, strict=True)
        return tuple(judge(question, reply, self.verdicts.get(question.id)) for question, reply in pairs)


@dataclass(frozen=True, slots=True)
class Scores:
    """What is computed from a run.

    Attributes:
        measures: by name, over all questions.
        by_tag: the same for the questions of each tag.
        latency_ms: until the whole answer: ``p50``, ``p95`` and ``p99``.
        first_statement_ms: the same until the first statement; empty where none was told before its answer.
        throughput: answers a second, with as many questions under way as the run had.
        speed_intervals: 95 % intervals of these three, by their names.
        risk_coverage: what would be wrong if less, or more, were answered.
        faults: how many questions went wrong in each way.
    """

    measures: Mapping[str, Score]
    by_tag: Mapping[str, Mapping[str, Score]]
    latency_ms: Mapping[str, float]
    first_statement_ms: Mapping[str, float]
    throughput: float
    speed_intervals: Mapping[str, Mapping[str, tuple[float, float]]]
    risk_coverage: RiskCoverage
    faults: Mapping[Fault, int]


class AnotherRun(InvalidInput):
    """The folder holds a run that this one cannot go on with: finished, or made under other circumstances."""


def score_run(run: Run) -> Scores:
    judged = run.judged
    tags = sorted({tag for question in run.questions for tag in question.tags})
    speed = measure_speed(run.replies, run.meta.get("concurrency", 1))
    return Scores(
        measures=scores(judged),
        by_tag={tag: scores([j for j in judged if tag in j.question.tags]) for tag in tags},
        latency_ms=speed.latency_ms,
        first_statement_ms=speed.first_statement_ms,
        throughput=speed.throughput,
        speed_intervals=speed.intervals,
        risk_coverage=risk_coverage(judged),
        faults=count_faults(judged),
    )


@dataclass(frozen=True, slots=True)
class Plan:
    """What to ask, and where to keep it.

    Attributes:
        meta: the circumstances; those named in ``_MADE_UNDER`` decide whether a run may go on.
        concurrency: questions under way at the same time.
        overwrite: begin anew, whatever the folder holds.
        finished_too: take a finished run as it is, if made under the same circumstances; nothing is asked then.
    """

    questions: QuestionSet
    folder: Path
    meta: Mapping[str, Any]
    concurrency: int = 1
    overwrite: bool = False
    finished_too: bool = False

    @property
    def record(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            **self.meta,
            "set_sha256": self.questions.sha256,
            "question_ids": [question.id for question in self.questions.questions],
            "concurrency": self.concurrency,
            "finished": False,
        }


def run(plan: Plan, asker: Asker, progress: Callable[[int, int], None] | None = None) -> Run:
    """Puts every question that has no kept answer yet, and finishes the run in its folder.

    Args:
        plan: what to ask, and where to keep it.
        asker: whom to ask.
        progress: told answers kept and questions in all, from the calling thread.

    Raises:
        InvalidInput: the folder holds a finished run, or one made under other circumstances.
        QAError: whatever the asker raises; the answers so far are kept.
    """
    questions, total = plan.questions.questions, len(plan.questions.questions)
    kept = _begin(plan)
    for reply in _ask_all([q for q in questions if q.id not in kept], asker, plan):
        kept[reply.question_id] = reply
        if progress:
            progress(len(kept), total)
    done = Run({**plan.record, "finished": True}, questions, tuple(kept[q.id] for q in questions))
    _finish(plan.folder, done)
    return done


def load(folder: Path) -> Run:
    """A finished run from its folder.

    Raises:
        UnreadableSource: the folder holds no finished run.
    """
    record = _run_json(folder)
    if record is None or not record["meta"].get("finished"):
        hint = 'make one with "qa eval run QUESTIONS.jsonl --out DIR"'
        raise UnreadableSource("no finished run in this folder", path=str(folder), hint=hint)
    replies = _kept(folder)
    questions = tuple(_question(item) for item in record["questions"])
    in_order = tuple(replies[question.id] for question in questions)
    return Run(record["meta"], questions, in_order, _verdicts(folder / "verdicts.jsonl"))


def rescore(folder: Path) -> Run:
    """A finished run scored anew, for verdicts that came after it; its folder keeps the new scores.

    Raises:
        UnreadableSource: the folder holds no finished run.
    """
    done = load(folder)
    _write_scores(folder, done)
    return done


def keep(folder: Path, done: Run) -> None:
    """Keeps a run that was not asked here, as another engine's ranking.

    Raises:
        InvalidInput: the folder holds a run already.
        UnreadableSource: it cannot be written.
    """
    if _run_json(folder) is not None:
        raise InvalidInput(f"{folder} holds a run already", hint="choose another folder with --out")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _finish(folder, done)
    except OSError as error:
        raise UnreadableSource(f"cannot write the run: {error.strerror}", path=str(folder)) from error


def kept_answers(folder: Path) -> int:
    """How many answers a folder holds, for the message after an interruption."""
    return len(_kept(folder))


def _begin(plan: Plan) -> dict[str, Reply]:
    """Makes or opens the folder; gives the replies that an interrupted run has left there."""
    before = None if plan.overwrite else _run_json(plan.folder)
    if before is not None:
        _may_go_on(plan, before["meta"])
    try:
        plan.folder.mkdir(parents=True, exist_ok=True)
        kept = _kept(plan.folder) if before is not None else {}
        if before is None:
            (plan.folder / "verdicts.jsonl").unlink(missing_ok=True)  # they were of other answers
        _write_answers(plan.folder, kept.values())  # drops the half line that a killed run may have left
        _write_json(plan.folder / "run.json", {"meta": plan.record})
    except OSError as error:
        raise UnreadableSource(f"cannot write the run: {error.strerror}", path=str(plan.folder)) from error
    return kept


def _may_go_on(plan: Plan, before: Mapping[str, Any]) -> None:
    hint = "choose another folder with --out, or replace the run with --overwrite"
    finished = bool(before.get("finished"))
    if finished and not plan.finished_too:
        raise AnotherRun(f"{plan.folder} holds a finished run", hint=hint)
    now = json.loads(json.dumps(plan.record))
    changed = [name for name in _MADE_UNDER if before.get(name) != now.get(name)]
    if changed:
        names, kind = (
            ", ".join(name.replace("_", " ") for name in changed),
            "a finished" if finished else "an interrupted",
        )
        raise AnotherRun(f"{plan.folder} holds {kind} run with another {names}", hint=hint)


def _ask_all(questions: Sequence[Question], asker: Asker, plan: Plan) -> Iterable[Reply]:
    """Each reply once it is on disk; whatever stops the run, what is under way is waited for and kept."""
    lock = threading.Lock()

    def ask_and_keep(question: Question) -> Reply:
        reply = asker.ask(question)
        with lock:
            _append(plan.folder / "answers.jsonl", reply)
        return reply

    with ThreadPoolExecutor(max_workers=plan.concurrency) as pool:
        under_way = [pool.submit(ask_and_keep, question) for question in questions]
        try:
            for future in as_completed(under_way):
                yield future.result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _append(path: Path, reply: Reply) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(_line(reply))


def _line(reply: Reply) -> str:
    return json.dumps(asdict(reply), ensure_ascii=False) + "\n"


def _kept(folder: Path) -> dict[str, Reply]:
    """The replies of ``answers.jsonl`` by question; a last line that was cut off is left out."""
    path = folder / "answers.jsonl"
    if not path.exists():
        return {}
    lines = path.read_bytes().split(b"\n")[:-1]  # what follows the last line end was never finished
    return {reply.question_id: reply for reply in map(_reply, lines)}


def _reply(line: bytes) -> Reply:
    record = json.loads(line)
    tuples = {name: tuple(record.get(name, ())) for name in ("paragraphs", "passages")}
    return Reply(**{**record, **tuples})


def _verdicts(path: Path) -> Verdicts:
    if not path.exists():
        return {}
    verdicts: Verdicts = {}
    for line in path.read_bytes().split(b"\n")[:-1]:
        record = json.loads(line)
        verdicts.setdefault(record["question_id"], {})[record["statement"]] = record["supported"]
    return verdicts


def _finish(folder: Path, done: Run) -> None:
    _write_answers(folder, done.replies)
    _write_scores(folder, done)


def _write_scores(folder: Path, done: Run) -> None:
    record = {
        "meta": {**done.meta, "snapshots": sorted({str(r.answer["snapshot"]) for r in done.replies})},
        "scores": asdict(score_run(done)),
        "questions": [_question_json(question) for question in done.questions],
    }
    _write_json(folder / "run.json", record)


def _write_answers(folder: Path, replies: Iterable[Reply]) -> None:
    _replace(folder / "answers.jsonl", "".join(map(_line, replies)))


def _write_json(path: Path, value: Any) -> None:
    _replace(path, json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n")


def _replace(path: Path, text: str) -> None:
    """Writes a file so that a reader, or a crash, sees the old one or the new one and never a part."""
    partial = path.with_name(path.name + ".part")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)


def _run_json(folder: Path) -> dict[str, Any] | None:
    path = folder / "run.json"
    try:
        record: dict[str, Any] = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise UnreadableSource("this is not the record of a run", path=str(path)) from error
    made_in = record.get("meta", {}).get("format") if isinstance(record, dict) else None
    if made_in not in _READABLE:
        newer = isinstance(made_in, int) and made_in > FORMAT
        what = f"this run is of format {made_in}, newer than {FORMAT}" if newer else "this is not the record of a run"
        raise UnreadableSource(what, path=str(path), hint="read it with the version that made it" if newer else None)
    return record


def _question_json(question: Question) -> dict[str, Any]:
    return asdict(question) | {"as_of": question.as_of.isoformat() if question.as_of else None}


def _question(record: Mapping[str, Any]) -> Question:
    import datetime as dt

    as_of = record["as_of"]
    return Question(
        id=record["id"],
        question=record["question"],
        answerable=record["answerable"],
        answers=tuple(record["answers"]),
        gold=tuple(Gold(**gold) for gold in record["gold"]),
        as_of=dt.date.fromisoformat(as_of) if as_of else None,
        tags=tuple(record["tags"]),
        line=record["line"],
        history=tuple(Turn(**turn) for turn in record.get("history", ())),
        standalone=record.get("standalone"),
    )

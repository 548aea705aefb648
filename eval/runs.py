"""A run: every question of a set put once, every answer kept, and the scores computed from what was kept.

A folder holds one run: ``answers.jsonl``, a reply a line, written as it comes; and ``run.json``, with the
circumstances from the first second and the scores at the end. A run that was interrupted goes on where it
stopped; one that was made under other circumstances, or is finished, is never mixed with a new one.
"""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from eval.ask import Reply
from eval.judge import Judged, judge
from eval.measures import Score, percentile, scores
from eval.questions import Gold, Question
from qa.errors import InvalidInput, UnreadableSource

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from eval.ask import Asker
    from eval.questions import QuestionSet

FORMAT = 1
_MADE_UNDER = ("set_sha256", "question_ids", "asked", "snapshot", "settings", "models", "code_sha256")
"""The circumstances that must agree for an interrupted run to go on."""


@dataclass(frozen=True, slots=True)
class Run:
    """A finished run as it is read back: its circumstances, questions and replies in the set's order."""

    meta: Mapping[str, Any]
    questions: tuple[Question, ...]
    replies: tuple[Reply, ...]

    @property
    def judged(self) -> tuple[Judged, ...]:
        return tuple(judge(q, r) for q, r in zip(self.questions, self.replies, strict=True))


@dataclass(frozen=True, slots=True)
class Scores:
    """What is computed from a run: measures over all questions and by tag, latency in milliseconds."""

    measures: Mapping[str, Score]
    by_tag: Mapping[str, Mapping[str, Score]]
    latency_ms: Mapping[str, float]


def score_run(run: Run) -> Scores:
    judged = run.judged
    tags = sorted({tag for question in run.questions for tag in question.tags})
    latencies = [reply.latency_ms for reply in run.replies]
    return Scores(
        measures=scores(judged),
        by_tag={tag: scores([j for j in judged if tag in j.question.tags]) for tag in tags},
        latency_ms={f"p{p}": round(percentile(latencies, p), 1) for p in (50, 95, 99)},
    )


@dataclass(frozen=True, slots=True)
class Plan:
    """What to ask, and where to keep it.

    Attributes:
        meta: the circumstances; those named in ``_MADE_UNDER`` decide whether a run may go on.
        concurrency: questions under way at the same time.
        overwrite: begin anew, whatever the folder holds.
    """

    questions: QuestionSet
    folder: Path
    meta: Mapping[str, Any]
    concurrency: int = 1
    overwrite: bool = False

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
    return Run(record["meta"], questions, tuple(replies[question.id] for question in questions))


def kept_answers(folder: Path) -> int:
    """How many answers a folder holds, for the message after an interruption."""
    return len(_kept(folder))


def _begin(plan: Plan) -> dict[str, Reply]:
    """Makes or opens the folder; gives the replies that an interrupted run has left there."""
    before = None if plan.overwrite else _run_json(plan.folder)
    if before is not None:
        _may_go_on(plan.folder, before["meta"], plan.record)
    try:
        plan.folder.mkdir(parents=True, exist_ok=True)
        kept = _kept(plan.folder) if before is not None else {}
        _write_answers(plan.folder, kept.values())  # drops the half line that a killed run may have left
        _write_json(plan.folder / "run.json", {"meta": plan.record})
    except OSError as error:
        raise UnreadableSource(f"cannot write the run: {error.strerror}", path=str(plan.folder)) from error
    return kept


def _may_go_on(folder: Path, before: Mapping[str, Any], meta: Mapping[str, Any]) -> None:
    hint = "choose another folder with --out, or replace the run with --overwrite"
    if before.get("finished"):
        raise InvalidInput(f"{folder} holds a finished run", hint=hint)
    now = json.loads(json.dumps(meta))
    changed = [name for name in _MADE_UNDER if before.get(name) != now.get(name)]
    if changed:
        names = ", ".join(name.replace("_", " ") for name in changed)
        raise InvalidInput(f"{folder} holds an interrupted run with another {names}", hint=hint)


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
    return Reply(**{**record, "paragraphs": tuple(record["paragraphs"])})


def _finish(folder: Path, done: Run) -> None:
    _write_answers(folder, done.replies)
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
    if not isinstance(record, dict) or record.get("meta", {}).get("format") != FORMAT:
        raise UnreadableSource("this is not the record of a run", path=str(path))
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
    )

"""What ``qa eval`` does, behind the command line: ask and keep a run, or compare two."""

from __future__ import annotations

import datetime as dt
import json
import sys
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eval import circumstances, compare, gate, report, runs
from eval.ask import Asker, EngineAsker, HttpAsker
from eval.library import Library, check_gold
from eval.questions import load as load_set
from qa.errors import QAError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from eval.questions import QuestionSet, Split
    from qa.settings import Settings


@dataclass(frozen=True, slots=True)
class Wanted:
    """The options of ``qa eval run``."""

    questions: Path
    url: str | None = None
    out: Path | None = None
    limit: int | None = None
    concurrency: int = 1
    split: Split | None = None
    fail_under: tuple[str, ...] = ()
    overwrite: bool = False
    as_json: bool = False


class RunStopped(QAError):
    """A run that was interrupted; its answers are kept."""


class BelowFloor(QAError):
    """A measure fell below its floor."""


def run(wanted: Wanted, settings: Settings) -> None:
    """Asks the set, writes the run's folder, and prints the report.

    Raises:
        BelowFloor: a measure is below its ``fail_under``; the run is kept and printed before.
        RunStopped: interrupted from the keyboard.
        QAError: a bad set, no archive, gold that is not in it, no server.
    """
    floors = gate.parse_floors(wanted.fail_under)
    questions = load_set(wanted.questions).split(wanted.split).limit(wanted.limit)
    folder = wanted.out or Path("runs") / _folder_name(wanted)
    with _asker(wanted, settings) as (asker, library, asked):
        check_gold(questions, library)
        meta = {"set": wanted.questions.name, "split": wanted.split, **asked}
        done = _asked(wanted, questions, asker, folder, meta | circumstances.of_this_machine())
    _show(done, folder, as_json=wanted.as_json)
    reason = gate.failures(floors, runs.score_run(done).measures) if floors else None
    if reason:
        raise BelowFloor(reason, hint=f"every answer is in {folder / 'answers.jsonl'}")


def compare_runs(before: Path, after: Path, *, as_json: bool) -> None:
    """Prints what changed from one run to the other.

    Raises:
        QAError: a folder holds no run, or the runs share no question.
    """
    comparison = compare.compare(runs.load(before), runs.load(after))
    if as_json:
        print(json.dumps(asdict(comparison), ensure_ascii=False, allow_nan=False))
    else:
        report.print_comparison(comparison, _console())


def _folder_name(wanted: Wanted) -> str:
    now = dt.datetime.now(dt.UTC).strftime("%Y%m%d-%H%M%S")
    return f"{wanted.questions.resolve().parent.name}-{now}"


@contextmanager
def _asker(wanted: Wanted, settings: Settings) -> Iterator[tuple[Asker, Library, dict[str, Any]]]:
    if wanted.url:
        with HttpAsker(wanted.url) as server:
            yield server, server.library, circumstances.of_server(wanted.url)
        return
    from qa.engine import build

    engine = build(settings)
    try:
        engine.warm()
        asker = EngineAsker(engine)
        yield asker, asker.library, circumstances.of_engine(engine)
    finally:
        engine.close()


def _asked(wanted: Wanted, questions: QuestionSet, asker: Asker, folder: Path, meta: dict[str, Any]) -> runs.Run:
    try:
        with _progress() as progress:
            plan = runs.Plan(questions, folder, meta, wanted.concurrency, wanted.overwrite)
            return runs.run(plan, asker, progress)
    except KeyboardInterrupt as interrupt:
        kept = f"{runs.kept_answers(folder)} of {len(questions.questions)} answers are kept in {folder}"
        hint = f"the same command with --out {folder} goes on where it stopped"
        raise RunStopped(f"interrupted; {kept}", hint=hint) from interrupt


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error, where that is a terminal; nothing elsewhere."""
    if not sys.stderr.isatty():
        with nullcontext():
            yield lambda _done, _total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("asking"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("asking", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _show(done: runs.Run, folder: Path, *, as_json: bool) -> None:
    scores = runs.score_run(done)
    (folder / "report.md").write_text(report.markdown(done, scores), encoding="utf-8")
    if as_json:
        meta = {name: value for name, value in done.meta.items() if name != "question_ids"}
        result = {"folder": str(folder), "meta": meta, "scores": asdict(scores)}
        print(json.dumps(result, ensure_ascii=False, allow_nan=False))
        return
    report.print_run(done, scores, _console())
    print(f"Kept in {folder}: every answer (answers.jsonl), scores (run.json), report (report.md)")


def _console() -> Any:
    from rich.console import Console

    return Console(highlight=False)

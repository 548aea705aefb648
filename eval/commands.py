"""What ``qa eval`` does, behind the command line: ask and keep a run, compare two, make sets and exports."""

from __future__ import annotations

import datetime as dt
import json
import sys
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eval import circumstances, compare, gate, report, runs
from eval.ask import Asker, EngineAsker, HttpAsker
from eval.library import Library, check_gold
from eval.questions import load as load_set
from qa.errors import InvalidInput, QAError, UnreadableSource

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from eval.measures import Score
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
    baseline: Path | None = None
    tolerance: float = gate.TOLERANCE
    judge_model: str | None = None
    overwrite: bool = False
    as_json: bool = False


class RunStopped(QAError):
    """A run that was interrupted; its answers are kept."""


class BelowFloor(QAError):
    """A measure fell below its floor, or below the baseline."""


def run(wanted: Wanted, settings: Settings) -> None:
    """Asks the set, writes the run's folder, and prints the report.

    Raises:
        BelowFloor: a measure is below its ``fail_under`` or the baseline; the run is kept and printed before.
        RunStopped: interrupted from the keyboard.
        QAError: a bad set or baseline, no archive, gold that is not in it, no server.
    """
    floors, tolerance = gate.parse_floors(wanted.fail_under), gate.parse_tolerance(wanted.tolerance)
    questions = _chosen(wanted)
    baseline = _baseline(wanted.baseline, questions)
    _check_judge(wanted.judge_model)
    folder = wanted.out or Path("runs") / _folder_name(wanted)
    with _asker(wanted, settings) as (asker, library, asked):
        check_gold(questions, library)
        meta = {"set": wanted.questions.name, "split": wanted.split, **asked}
        done = _asked(wanted, questions, asker, folder, meta | circumstances.of_this_machine())
    if wanted.judge_model:
        done = _judged(folder, wanted.judge_model)  # after the engine was closed: the judge may need its memory
    scores = runs.score_run(done)
    _keep_reports(done, scores, folder)
    _show(done, scores, folder, as_json=wanted.as_json)
    fallen = gate.falls(baseline, scores.measures, tolerance) if baseline else None
    _fail(gate.failures(floors, scores.measures), fallen, hint=f"every answer is in {folder / 'answers.jsonl'}")


@dataclass(frozen=True, slots=True)
class Compared:
    """The options of ``qa eval compare``.

    Attributes:
        fail_under: floors of the second run's measures.
        tolerance: how far the second run may fall below the first; None to let it.
        html: where to write the page.
    """

    before: Path
    after: Path
    fail_under: tuple[str, ...] = ()
    tolerance: float | None = None
    html: Path | None = None
    as_json: bool = False


def compare_runs(wanted: Compared) -> None:
    """Prints what changed from one run to the other.

    Raises:
        BelowFloor: the second run is below a floor, or too far below the first; the comparison is printed before.
        QAError: a folder holds no run, or the runs share no question.
    """
    floors = gate.parse_floors(wanted.fail_under)
    tolerance = None if wanted.tolerance is None else gate.parse_tolerance(wanted.tolerance)
    before, after = runs.load(wanted.before), runs.load(wanted.after)
    comparison = compare.compare(before, after)
    if wanted.html:
        from eval.pages import comparison_page

        _write(wanted.html, comparison_page(before, after, comparison))
    if wanted.as_json:
        print(json.dumps(asdict(comparison), ensure_ascii=False, allow_nan=False))
    else:
        report.print_comparison(comparison, _console())
    fallen, missing = None, None
    if tolerance is not None:
        fallen = gate.falls(comparison.before, comparison.after, tolerance)
        left_out = comparison.left_out
        missing = f"{left_out} questions are changed, or in one run only" if left_out else None
    _fail(gate.failures(floors, comparison.after), fallen, missing, hint='see both with "qa eval compare BEFORE AFTER"')


def convert(name: str, sources: Sequence[Path], out: Path, *, as_json: bool) -> None:
    """Writes somebody's data as articles and a question set of ours.

    Raises:
        QAError: no such format; a source cannot be read, or is not in that format.
    """
    from eval.convert import FORMATS

    if name not in FORMATS:
        raise InvalidInput(f"no format {name!r}", hint="one of " + ", ".join(FORMATS))
    converted = FORMATS[name](sources)
    written = converted.write(out)
    if as_json:
        print(json.dumps(asdict(written) | {"left_out": converted.left_out}, ensure_ascii=False))
        return
    for line in converted.left_out:
        print(f"left out: {line}", file=sys.stderr)
    print(f"{written.articles:,} articles and {written.questions:,} questions in {out}")


def export(folder: Path, name: str, out: Path, library: Library | None = None) -> None:
    """Writes a run in the form that another tool reads; ``library`` has the gold that the run did not find.

    Raises:
        QAError: no such form, the folder holds no run, or the file cannot be written.
    """
    if name not in _EXPORTS:
        raise InvalidInput(f"no export {name!r}", hint="one of " + ", ".join(_EXPORTS))
    _write(out, "".join(_exported(runs.load(folder), name, library)))
    print(f"Written to {out}")


def take_in(ranking: Path, questions: Path, out: Path, *, as_json: bool) -> None:
    """Keeps another engine's ranking, a TREC run file, as a run, and reports it as one.

    Raises:
        QAError: the file or the set is bad, they share no question, or the folder holds a run.
    """
    from eval.convert import trec

    found = trec.run_of(ranking, load_set(questions))
    done = replace(found, meta={**found.meta, **circumstances.of_this_machine()})
    runs.keep(out, done)
    scores = runs.score_run(done)
    _keep_reports(done, scores, out)
    _show(done, scores, out, as_json=as_json)


def forget(archive: Any, before: dt.date) -> None:
    """Takes kept questions of days (UTC) before this one out of an archive: they are about persons."""
    print(f"{archive.forget_asked(before):,} questions forgotten")


def draft(archive: Any, out: Path, *, as_json: bool) -> None:
    """Writes the questions that an archive kept as a draft of a set.

    Raises:
        QAError: the file is there already, or cannot be written.
    """
    from eval.drafts import write_draft

    written = write_draft(archive, out)
    if as_json:
        print(json.dumps({"questions": written, "path": str(out)}, ensure_ascii=False))
    else:
        print(f"{written:,} questions to label in {out}")


_EXPORTS = ("ragas", "trec", "trec-qrels")


def _exported(done: runs.Run, name: str, library: Library | None) -> Iterator[str]:
    from eval.export import ragas, trec_qrels, trec_run

    if name == "ragas":
        return (json.dumps(record, ensure_ascii=False) + "\n" for record in ragas(done, library))
    return trec_run(done) if name == "trec" else trec_qrels(done)


def _folder_name(wanted: Wanted) -> str:
    now = dt.datetime.now(dt.UTC).strftime("%Y%m%d-%H%M%S")
    return f"{wanted.questions.resolve().parent.name}-{now}"


@contextmanager
def _asker(wanted: Wanted, settings: Settings) -> Iterator[tuple[Asker, Library, dict[str, Any]]]:
    if wanted.url:
        with HttpAsker(wanted.url, settings.eval_api_key) as server:
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
        with _progress("asking") as progress:
            # A server does not tell its settings and models: what it answered once may not stand for it now.
            again = wanted.judge_model is not None and not wanted.url
            plan = runs.Plan(questions, folder, meta, wanted.concurrency, wanted.overwrite, finished_too=again)
            return runs.run(plan, asker, progress)
    except KeyboardInterrupt as interrupt:
        kept = f"{runs.kept_answers(folder)} of {len(questions.questions)} answers are kept in {folder}"
        hint = f"the same command with --out {folder} goes on where it stopped"
        raise RunStopped(f"interrupted; {kept}", hint=hint) from interrupt


@contextmanager
def _progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error, where that is a terminal; nothing elsewhere."""
    if not sys.stderr.isatty():
        with nullcontext():
            yield lambda _done, _total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _baseline(folder: Path | None, questions: QuestionSet) -> Mapping[str, Score] | None:
    """The scores of the run that this one may not fall below, read before anything is asked."""
    if folder is None:
        return None
    baseline = runs.load(folder)
    gate.check_baseline(baseline, questions)
    return runs.score_run(baseline).measures


def _chosen(wanted: Wanted) -> QuestionSet:
    chosen = load_set(wanted.questions).split(wanted.split).limit(wanted.limit)
    if not chosen.questions:
        hint = "take the other half with --split, or the whole set"
        raise InvalidInput(f"no question of {wanted.questions} is in the half {wanted.split!r}", hint=hint)
    return chosen


def _check_judge(model: str | None) -> None:
    if model:
        from eval.judges import JudgeSettings, check_settings

        check_settings(JudgeSettings(model=model))


def _judged(folder: Path, model: str) -> runs.Run:
    from eval.judges import JudgeSettings, judge_run

    with _progress("judging") as progress:
        judge_run(folder, JudgeSettings(model=model), progress=progress)
    return runs.rescore(folder)


def _keep_reports(done: runs.Run, scores: runs.Scores, folder: Path) -> None:
    from eval.pages import run_page

    _write(folder / "report.md", report.markdown(done, scores))
    _write(folder / "report.html", run_page(done, scores))


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UnreadableSource(f"cannot write: {error.strerror}", path=str(path)) from error


def _show(done: runs.Run, scores: runs.Scores, folder: Path, *, as_json: bool) -> None:
    if as_json:
        meta = {name: value for name, value in done.meta.items() if name != "question_ids"}
        result = {"folder": str(folder), "meta": meta, "scores": asdict(scores)}
        print(json.dumps(result, ensure_ascii=False, allow_nan=False))
        return
    report.print_run(done, scores, _console())
    kept = "every answer (answers.jsonl), scores (run.json), reports (report.html, report.md)"
    print(f"Kept in {folder}: {kept}")


def _fail(*reasons: str | None, hint: str) -> None:
    """One line for all that failed, if anything did."""
    failed = "; ".join(reason for reason in reasons if reason)
    if failed:
        raise BelowFloor(failed, hint=hint)


def _console() -> Any:
    from rich.console import Console

    return Console(highlight=False)

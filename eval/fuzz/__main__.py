"""The command: ``python -m eval.fuzz [READER ...]``; what it does is said in the package's own docstring."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import eval.fuzz as package
from eval.fuzz.cases import READERS, Case
from eval.fuzz.findings import Finding, keep
from eval.fuzz.fleet import Done, Task, run, say_where_it_ends
from eval.fuzz.promises import outcome_of

_COLUMNS = "{:<10} {:>9} {:>9} {:>11} {:>9} {:>11} {:>10} {:>9}"
_HEADS = ("reader", "inputs", "articles", "unreadable", "invalid", "slowest ms", "its number", "findings")


@dataclass(slots=True)
class Row:
    """What became of the inputs of one reader; ``slowest``: seconds and number; ``findings`` by kind."""

    inputs: int = 0
    articles: int = 0
    errors: Counter[str] = field(default_factory=Counter)
    slowest: tuple[float, int] = (0.0, 0)
    findings: dict[str, Finding] = field(default_factory=dict)

    def add(self, done: Done) -> None:
        self.inputs += 1
        self.articles += done.outcome.articles
        self.errors.update(done.outcome.errors)
        self.slowest = max(self.slowest, (done.seconds, done.task.number))
        problem = done.outcome.problem
        if problem and problem.kind in self.findings:
            self.findings[problem.kind].count += 1
        elif problem:
            self.findings[problem.kind] = Finding(done.task, problem)


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0 where every promise was kept, 1 where one was not."""
    options = _parser().parse_args(arguments)
    if options.replay:
        case = Case(options.replay.read_bytes(), options.origin, options.charset, options.follow)
        return _replay(case, options.seconds_each)
    readers = tuple(dict.fromkeys(options.readers)) or READERS
    if options.guided:
        from eval.fuzz.guided import run_guided

        return run_guided(readers, options.inputs, options.seed, options.seconds_each, options.out)
    start = time.monotonic()
    tasks = list(_tasks(readers, options.seed, options.first, options.inputs))
    rows = _rows(run(tasks, workers=options.workers, seconds_each=options.seconds_each), readers, len(tasks))
    for line in _table(rows):
        print(line)
    print(f"{len(tasks):,} inputs in {time.monotonic() - start:,.0f} s, seed {options.seed}")
    return _report(rows, options.out)


def _parser() -> argparse.ArgumentParser:
    shown = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser("python -m eval.fuzz", description=package.__doc__, formatter_class=shown)
    parser.add_argument("readers", nargs="*", choices=[*READERS, []], metavar="READER", help=", ".join(READERS))
    parser.add_argument("--inputs", type=int, default=20_000, help="of all readers together (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="other inputs (default: %(default)s)")
    parser.add_argument(
        "--first", type=int, default=0, help="number of each reader's first input (default: %(default)s)"
    )
    parser.add_argument(
        "--seconds-each", type=float, default=5.0, help="computing for one input (default: %(default)s)"
    )
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes (default: %(default)s)")
    parser.add_argument("--out", type=Path, default=Path(".fuzz"), help="folder for findings (default: %(default)s)")
    parser.add_argument("--guided", action="store_true", help="led by coverage; needs atheris")
    parser.add_argument("--replay", type=Path, metavar="FILE", help="read one file, and say what comes of it")
    parser.add_argument("--origin", default="fuzz.bin", help="the name under which --replay reads it")
    parser.add_argument("--charset", help="the encoding that a server would have declared, for --replay")
    parser.add_argument("--follow", action="store_true", help="let links lead to a page, for --replay")
    return parser


def _tasks(readers: Sequence[str], seed: int, first: int, inputs: int) -> Iterator[Task]:
    """The inputs, shared out evenly; the first readers get one more where they cannot be."""
    share, more = divmod(inputs, len(readers))
    for place, reader in enumerate(readers):
        for number in range(first, first + share + (place < more)):
            yield Task(reader, seed, number)


def _rows(found: Iterable[Done], readers: Sequence[str], total: int) -> dict[str, Row]:
    rows = {reader: Row() for reader in readers}
    for count, done in enumerate(found, start=1):
        row = rows[done.task.reader]
        row.add(done)
        if count % 10_000 == 0 or (done.outcome.problem and row.findings[done.outcome.problem.kind].count == 1):
            findings = sum(len(row.findings) for row in rows.values())
            print(
                f"{count:,} of {total:,} inputs, {findings:,} findings; {done.task.reader}", file=sys.stderr, flush=True
            )
    return rows


def _table(rows: dict[str, Row]) -> Iterator[str]:
    yield _COLUMNS.format(*_HEADS)
    for name, row in rows.items():
        kinds = (row.errors["UnreadableSource"], row.errors["InvalidRecord"])
        numbers = (row.inputs, row.articles, *kinds, round(1_000 * row.slowest[0]))
        yield _COLUMNS.format(name, *(f"{n:,}" for n in numbers), row.slowest[1], len(row.findings))


def _report(rows: dict[str, Row], folder: Path) -> int:
    """Keep and name what was found; gives the exit code."""
    findings = [finding for row in rows.values() for finding in row.findings.values()]
    for finding in findings:
        task = finding.task
        print(f"\n{task.reader} {task.number} ({finding.count:,} inputs): {finding.problem.kind}")
        print(f"  {keep(finding, folder)}")
    return 1 if findings else 0


def _replay(case: Case, seconds: float) -> int:
    say_where_it_ends(sys.__stderr__ or sys.stderr)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    outcome = outcome_of(case)
    signal.setitimer(signal.ITIMER_PROF, 0)
    told = outcome.problem.told if outcome.problem else "every promise was kept"
    print(
        f"{outcome.articles} articles, errors: {dict(outcome.errors)}\n{told}".encode(
            "utf-8", "backslashreplace"
        ).decode()
    )
    return 1 if outcome.problem else 0


if __name__ == "__main__":
    sys.exit(main())

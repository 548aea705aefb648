"""Inputs put to the readers in processes of their own, so that what never ends, or falls, is found and stops nothing.

A process that computes for longer than an input may take is ended by the kernel (``ITIMER_PROF``), within C libraries
too, after Python has written down where it was. One that waits for something that never comes is ended from here.
"""

from __future__ import annotations

import faulthandler
import multiprocessing
import resource
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from eval.fuzz.cases import case_of
from eval.fuzz.promises import Outcome, Problem, outcome_of

if TYPE_CHECKING:
    from multiprocessing.context import SpawnProcess

_MEMORY = 6_000_000_000  # bytes of addresses; readers need some 2 GB of them with all libraries loaded
_PATIENCE = 12  # times the limit, in seconds of the clock: other programs may have the machine
_CONTEXT = multiprocessing.get_context("spawn")


@dataclass(frozen=True, slots=True)
class Task:
    reader: str
    seed: int
    number: int


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one input; ``seconds``: of computing, from making it to the last of what it gave."""

    task: Task
    outcome: Outcome
    seconds: float


def examined(task: Task) -> Outcome:
    return outcome_of(case_of(task.reader, task.seed, task.number))


def run(
    tasks: Sequence[Task], *, workers: int, seconds_each: float, examine: Callable[[Task], Outcome] = examined
) -> Iterator[Done]:
    """Put all inputs to the readers, and give what became of each, in no order.

    Args:
        tasks: the inputs.
        workers: processes at a time.
        seconds_each: computing that one input may take.
        examine: puts one input to its reader; a function that another process can import.
    """
    with tempfile.TemporaryDirectory() as folder:
        fleet = [
            _Worker(tasks[first::workers], seconds_each, Path(folder) / str(first), examine) for first in range(workers)
        ]
        try:
            while busy := {worker.pipe: worker for worker in fleet if worker.left}:
                for pipe in wait(list(busy), timeout=1.0):
                    yield busy[pipe].next()  # type: ignore[index]
                for worker in busy.values():
                    worker.end_if_stuck()
        finally:
            for worker in fleet:
                worker.end()


class _Worker:
    """A process, and the inputs that are left for it; another takes its place where it falls."""

    def __init__(
        self, tasks: Sequence[Task], seconds_each: float, trace: Path, examine: Callable[[Task], Outcome]
    ) -> None:
        self.left = list(reversed(tasks))
        self._examine = examine
        self._seconds = seconds_each
        self._trace = trace
        self._begin()

    def _begin(self) -> None:
        self.pipe, theirs = _CONTEXT.Pipe()
        arguments = (theirs, list(reversed(self.left)), self._seconds, str(self._trace), self._examine)
        self._process: SpawnProcess = _CONTEXT.Process(target=_work, args=arguments, daemon=True)
        self._process.start()
        theirs.close()
        self._heard = time.monotonic()

    def next(self) -> Done:
        """The next input that is done with, or that ended the process."""
        self._heard = time.monotonic()
        try:
            outcome, seconds = self.pipe.recv()
        except (EOFError, ConnectionResetError):
            return self._fallen()
        return Done(self.left.pop(), outcome, seconds)

    def _fallen(self) -> Done:
        self._process.join()
        trace = self._trace.read_text(errors="replace")[-3_000:] if self._trace.exists() else ""
        task, problem = self.left.pop(), _end_of(self._process.exitcode, trace)
        self.end()
        if self.left:
            self._begin()
        return Done(task, Outcome(0, Counter(), problem), self._seconds if problem.kind.startswith("hang") else 0.0)

    def end_if_stuck(self) -> None:
        if self._process.is_alive() and time.monotonic() - self._heard > _PATIENCE * self._seconds + 30:
            self._process.kill()

    def end(self) -> None:
        self._process.kill()
        self._process.join()
        self.pipe.close()


def _end_of(code: int | None, trace: str) -> Problem:
    """What the end of a process means: its time was up, it waited for ever, or it fell."""
    places = [line.strip() for line in trace.splitlines() if "/qa/" in line]
    place = places[0].rpartition("/")[2].replace('"', "") if places else "a library"
    if code == -signal.SIGPROF:
        return Problem(f"hang in {place.partition(' in ')[2] or place}", f"computed for too long\n{trace}")
    if code == -signal.SIGKILL:
        return Problem("hang: waits, or the system ended it", trace)
    return Problem(f"crash with code {code}", trace)


def say_where_it_ends(file: TextIO) -> None:
    """Have Python write down where it was when it falls, or when ``ITIMER_PROF`` ends it."""
    faulthandler.enable(file)
    faulthandler.register(signal.SIGPROF, file=file, chain=True)


def _work(
    pipe: Connection, tasks: Sequence[Task], seconds_each: float, trace: str, examine: Callable[[Task], Outcome]
) -> None:
    with Path(trace).open("w") as file:
        say_where_it_ends(file)
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        outcome_of(case_of("html", 0, 0))  # loads the libraries, outside of anybody's time
        for task in tasks:
            start = time.process_time()
            signal.setitimer(signal.ITIMER_PROF, seconds_each)
            outcome = examine(task)
            signal.setitimer(signal.ITIMER_PROF, 0)
            pipe.send((outcome, time.process_time() - start))

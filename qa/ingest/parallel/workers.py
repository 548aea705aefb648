"""Processes that read side by side, and what they give in the order of the tasks.

Each is a program of its own, started anew and not forked: a fork of a process with threads (ONNX Runtime's, Chroma's)
may hang. Nothing is shared but two pipes for each, and what they hold is all that is read ahead: a process whose pipe
is full waits. One that dies is replaced; what it was reading is tried once more, as the system may have ended it for
another's fault, and is an error after that.
"""

from __future__ import annotations

import fcntl
import os
import pickle
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Self

from qa.errors import IngestError, ServiceError
from qa.ingest.parallel.tasks import Task
from qa.ingest.parallel.worker import End, Fault, Message, Ready, Step, Work
from qa.ingest.syndication.item import Found

PATIENCE = 30.0  # seconds of computing for one document: hundreds of times what the slowest real ones take
MEMORY = 3 << 30  # bytes of address space of a process that reads; a page of 20 MB takes less than half of it
_PIPE = 1 << 20  # bytes: some hundred articles; the system's own 64 KB are ten, and run dry while others are embedded
_LAST_BREATH = 10.0  # seconds, at most, from closing its pipe to its end
_PROGRAM = (
    "import sys; sys.path[:] = sys.argv[5:]; from qa.ingest.parallel.worker import main; "
    "main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4]))"
)


@dataclass(slots=True, eq=False)
class Job:
    """A task under way.

    Attributes:
        task: what is still to be read of it; None: nothing.
        done: how many of its things were received.
        died_at: ``done`` when a process died over it, to see whether it dies there again.
    """

    task: Task | None
    place: int
    cost: int
    done: int = 0
    died_at: int | None = None


class Workers:
    """Some processes, started at once; end them with ``close``.

    Args:
        count: how many.
        patience: seconds of computing that one document may take.
        memory: bytes of address space that each may take.
    """

    def __init__(self, count: int, *, patience: float = PATIENCE, memory: int = MEMORY) -> None:
        self._limits = (patience, memory)
        self._all: list[_Worker] = []
        try:
            self._all += (_Worker(*self._limits) for _ in range(count))
        except BaseException:
            self.close()
            raise

    def submit(self, task: Task) -> Job:
        """Give the task to who has least to do; what it gives must be collected in the order of submitting."""
        place = min(range(len(self._all)), key=lambda n: self._all[n].load)
        job = Job(task, place, task.cost)
        self._all[place].take(job)
        return job

    def collect(self, job: Job) -> Iterator[tuple[Found, int]]:
        """What the task of the job gives, as ``Task.steps`` does.

        Raises:
            ServiceError: no process can be started.
        """
        while job.task is not None:
            try:
                message = self._all[job.place].receive()
            except EOFError:
                if error := self._after_death(job):
                    yield error, 0
                continue
            if isinstance(message, End):
                break
            if isinstance(message, Fault):
                yield _blame(job, message.why), 0
            else:
                job.done += 1
                yield message.found, message.position
        self._all[job.place].forget(job)

    def close(self) -> None:
        """End all of them at once, whatever they do."""
        while self._all:
            self._all.pop().end()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_why: object) -> None:
        self.close()

    def _after_death(self, job: Job) -> IngestError | None:
        """Replace the process that had this job, and give its jobs to the new one; the error where the job is to blame.

        All that it sent before it died was received, in order: it died over the next thing of this job.
        """
        dead = self._all[job.place]
        code = dead.end()
        self._all[job.place] = fresh = _Worker(*self._limits)
        error = None
        if code == -signal.SIGPROF or job.died_at == job.done:
            error = _blame(job, self._cause(code))
        else:
            job.died_at = job.done
        for left in dead.jobs:
            if left.task is not None:
                fresh.take(left)
        return error

    def _cause(self, code: int) -> str:
        if code == -signal.SIGPROF:
            return f"takes more than {self._limits[0]:.0f} s to read, and was given up"
        if code == -signal.SIGKILL:
            return "its reader was killed twice, as the system does where memory runs out"
        how = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        return f"crashes its reader ({how})"


def _blame(job: Job, why: str) -> IngestError:
    assert job.task is not None
    error, job.task = job.task.blamed(job.done, why)
    job.done, job.died_at = 0, None
    return error


class _Worker:
    """One process, its two pipes, and the jobs that it has, in order."""

    def __init__(self, patience: float, memory: int) -> None:
        self.jobs: deque[Job] = deque()
        self._ready = self._ended = False
        theirs_in, ours_out = os.pipe()
        ours_in, theirs_out = os.pipe()
        self._tasks, self._found = Connection(ours_out, readable=False), Connection(ours_in, writable=False)
        _widen(ours_out)
        _widen(ours_in)
        arguments = [str(theirs_in), str(theirs_out), str(patience), str(memory), *sys.path]
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own program, no shell
                [sys.executable, "-c", _PROGRAM, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=(theirs_in, theirs_out),
                process_group=0,  # Ctrl-C is for who started it, and who ends it
            )
        except OSError as error:
            self._hang_up()
            raise _cannot_start(error.strerror or str(error)) from error
        finally:
            os.close(theirs_in)
            os.close(theirs_out)

    @property
    def load(self) -> int:
        return sum(job.cost + 1 for job in self.jobs)

    def take(self, job: Job) -> None:
        assert job.task is not None
        self.jobs.append(job)
        with suppress(BrokenPipeError):  # it is dead: seen, and mended, when its next message is wanted
            self._tasks.send_bytes(pickle.dumps(Work(job.task, job.done), pickle.HIGHEST_PROTOCOL))

    def forget(self, job: Job) -> None:
        if job in self.jobs:
            self.jobs.remove(job)

    def receive(self) -> Step | Fault | End:
        """Its next message.

        Raises:
            EOFError: it is dead, and all that it sent was received.
            ServiceError: it died before it could work.
        """
        message = self._receive()
        if isinstance(message, Ready):
            self._ready = True
            message = self._receive()
        assert not isinstance(message, Ready)
        return message

    def _receive(self) -> Message:
        try:
            message: Message = pickle.loads(self._found.recv_bytes())  # noqa: S301 - from our own process
        except (EOFError, OSError) as error:  # the latter where it died within a message
            self._ended = True
            if not self._ready:
                raise _cannot_start(f"exit code {self.end()}") from error
            raise EOFError from error
        return message

    def end(self) -> int:
        """End it, if it has not ended by itself; how it ended, as ``Popen.returncode`` says it."""
        with suppress(subprocess.TimeoutExpired):  # what closed its pipe is about to be gone, by its own cause
            self._process.wait(_LAST_BREATH if self._ended else 0)
        self._process.kill()
        self._hang_up()
        return self._process.wait()

    def _hang_up(self) -> None:
        self._tasks.close()
        self._found.close()


def _widen(pipe: int) -> None:
    if hasattr(fcntl, "F_SETPIPE_SZ"):
        with suppress(OSError):  # the system's bound for all pipes of a user
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE)


def _cannot_start(why: str) -> ServiceError:
    hint = "QA_WORKERS=0 reads in the process itself"
    return ServiceError(f"a process that reads cannot be started ({why})", hint=hint)

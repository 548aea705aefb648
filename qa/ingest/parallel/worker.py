"""A process that reads: tasks come in by one pipe, what they give goes out by another, in order.

It is started by ``workers`` as a program of its own: nothing of the process that started it is in it, so what
crashes here takes nothing along. It ends when the other side closes its pipe, however that ended.
"""

from __future__ import annotations

import os
import pickle
import resource
import signal
import threading
from collections.abc import Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from multiprocessing.connection import Connection
from queue import SimpleQueue

from qa.ingest.parallel.tasks import Task
from qa.ingest.syndication.item import Found


@dataclass(frozen=True, slots=True)
class Work:
    """A task, and how many of the things that it gives are known already."""

    task: Task
    skip: int = 0


@dataclass(frozen=True, slots=True)
class Ready:
    """The process is up."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that the task gave, and how many bytes of it were read by then."""

    found: Found
    position: int


@dataclass(frozen=True, slots=True)
class Fault:
    """The next thing of the task could not be made, through no error that a reader gives."""

    why: str


@dataclass(frozen=True, slots=True)
class End:
    """The task is done."""


Message = Ready | Step | Fault | End


def main(inbox: int, outbox: int, patience: float, memory: int) -> None:
    """Work until the other side goes away.

    Args:
        inbox: file descriptor of the pipe that tasks come by.
        outbox: of the pipe for what they give.
        patience: seconds of computing for one thing; then the kernel ends this process by SIGPROF.
        memory: bytes of address space that this process may take.
    """
    _bound_memory(memory)
    works: SimpleQueue[Work] = SimpleQueue()
    threading.Thread(target=_listen, args=(Connection(inbox, writable=False), works), daemon=True).start()
    out = Connection(outbox, readable=False)
    with suppress(BrokenPipeError):
        _send(out, Ready())
        while True:
            for message in _messages(works.get(), patience):
                _send(out, message)


def _bound_memory(most: int) -> None:
    """A document that takes more raises MemoryError, before the system has to choose whom to end."""
    with suppress(ValueError, OSError):  # not every system bounds it
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _listen(inbox: Connection, works: SimpleQueue[Work]) -> None:
    """Take in tasks at once, so that the other side never waits for this one to take them."""
    try:
        while True:
            works.put(pickle.loads(inbox.recv_bytes()))  # noqa: S301 - from the process that started this one
    except (EOFError, OSError):
        os._exit(0)  # also in the middle of a document: there is nobody left to read it for


def _send(out: Connection, message: Message) -> None:
    out.send_bytes(pickle.dumps(message, pickle.HIGHEST_PROTOCOL))


def _messages(work: Work, patience: float) -> Iterator[Message]:
    task: Task | None = work.task
    skip = work.skip
    while task is not None:
        task, skip = (yield from _through(task, skip, patience)), 0
    yield End()


def _through(task: Task, skip: int, patience: float) -> Generator[Message, None, Task | None]:
    """Steps up to the end or a fault; gives what can still be read after it."""
    done = skip
    try:
        for found, position in _timed(islice(task.steps(), skip, None), patience):
            yield Step(found, position)
            done += 1
    except MemoryError:
        why = "takes more memory to read than one document may"
    # The edge of a process: a fault of the program with one document must not end the reading of the others.
    except Exception as fault:  # noqa: BLE001
        why = f"reading it failed ({type(fault).__name__}: {fault})"
    else:
        return None
    yield Fault(why)
    return task.blamed(done, why)[1]


def _timed(steps: Iterator[tuple[Found, int]], patience: float) -> Iterator[tuple[Found, int]]:
    """Only computing counts: to wait for a disk or for the other side is no hanging.

    The signal's default, to end the process, works in the middle of C code too, where a handler would not be run.
    """
    while True:
        signal.setitimer(signal.ITIMER_PROF, patience)
        try:
            step = next(steps, None)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
        if step is None:
            return
        yield step

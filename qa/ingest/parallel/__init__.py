"""Sources -> Articles as ``qa.ingest.read`` gives them, in the same order, read on all cores.

Files are read by processes of their own (``workers``), a long file of JSON Lines in pieces by several. What
crashes one, or takes it too long, is one error in its place. Sources whose reading is short stay in this process: to
start one costs a third of a second of computing. So do web addresses and standard input: what comes by them is waited
for, not computed.

However much there is to read, no more is held than what is under way.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Self

from qa.errors import IngestError, UnreadableSource
from qa.ingest import ADDRESS, Links
from qa.ingest.bytestream import ByteStream
from qa.ingest.decode import format_of
from qa.ingest.files import is_same_file, paths, read_file, unreadable
from qa.ingest.formats import read_stream, record_lines
from qa.ingest.parallel.tasks import Lines, Task, WholeFile
from qa.ingest.parallel.workers import Job, Workers
from qa.ingest.syndication.item import Found

if TYPE_CHECKING:
    from qa.ingest.web import Memory

SMALL = 1_000_000  # bytes of markup (a second) that are read here before processes are started
_SPLIT_FROM = 1_000_000  # bytes of a file that may be read in pieces
_PIECE_LINES, _PIECE_BYTES = 64, 262_144
_MOST_TASKS, _MOST_HELD, _MOST_LINKS = 256, 16_000_000, 16  # under way at a time


@dataclass(frozen=True, slots=True)
class _Here:
    """What is not for another process: a web address that is being fetched, standard input, an error."""

    steps: Iterator[tuple[Found, int]]
    size: int = 0
    is_link: bool = False


class Reading:
    """Iterates over what the sources give, once; ``close`` it when you stop before the end.

    Args:
        sources: as for ``qa.ingest.read``.
        workers: processes that read side by side; 0: everything is read here.
        stdin: what ``-`` reads.
        allow_private: let web addresses lead into private networks.
        follow: fetch the pages that feeds and sitemaps in files lead to; files are read here then.
        memory: what is remembered of the web.
        leave_out: a file that is not read where a folder or a glob holds it: what is written meanwhile.
        small: bytes of markup that are read here before the processes are started.

    Attributes:
        done: bytes of files that were read; see ``size_of``.
    """

    def __init__(
        self,
        sources: Iterable[str],
        *,
        workers: int,
        stdin: BinaryIO,
        allow_private: bool = False,
        follow: bool = False,
        memory: Memory | None = None,
        leave_out: Path | None = None,
        small: int = SMALL,
    ) -> None:
        self.done = 0
        self._sources = list(sources)
        self._count = workers
        self._stdin = stdin
        self._follow = follow
        self._leave_out = leave_out
        self._small = small
        self._links = Links(allow_private, memory)
        self._workers: Workers | None = None
        self._cost = 0  # of all tasks so far
        self._found = self._read()

    def __iter__(self) -> Iterator[Found]:
        return self._found

    def close(self) -> None:
        """End what is under way."""
        self._found.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_why: object) -> None:
        self.close()

    def _read(self) -> Generator[Found, None, None]:
        window: deque[_Begun] = deque()
        with ExitStack() as ending:
            ending.enter_context(self._links)
            for task in self._tasks():
                window.append(self._begun(task, ending))
                while _is_full(window):
                    yield from self._finished(window.popleft())
            while window:
                yield from self._finished(window.popleft())

    def _begun(self, task: Task | _Here, ending: ExitStack) -> _Begun:
        if isinstance(task, _Here):
            return _Begun(task)
        self._cost += task.cost
        if self._workers is None and self._count and self._cost > self._small:
            self._workers = ending.enter_context(Workers(self._count))
        return _Begun(task, self._workers.submit(task) if self._workers else None, task.held)

    def _finished(self, begun: _Begun) -> Iterator[Found]:
        before = self.done
        steps = self._workers.collect(begun.job) if self._workers and begun.job else _steps(begun.task)
        for found, position in steps:
            self.done = before + min(position, begun.task.size)
            yield found
        self.done = before + begun.task.size

    # -- sources to tasks

    def _tasks(self) -> Iterator[Task | _Here]:
        for source in self._sources:
            if source == "-":
                follow = self._links.follow if self._follow else None
                yield _here(read_stream(self._stdin, origin="-", follow=follow))
            elif ADDRESS.match(source):
                yield _Here(_unplaced(self._links.read(source)), is_link=True)
            else:
                for path in paths(source):
                    if not self._is_left_out(path):
                        yield from self._tasks_of(path)

    def _is_left_out(self, path: str | UnreadableSource) -> bool:
        left_out = self._leave_out
        if left_out is None or isinstance(path, UnreadableSource) or Path(path).name != left_out.name:
            return False
        return is_same_file(path, left_out)

    def _tasks_of(self, path: str | UnreadableSource) -> Iterator[Task | _Here]:
        if isinstance(path, UnreadableSource):
            yield _here([path])
        elif self._follow:
            yield _Here(read_file(path, self._links.follow), _file_size(path))
        elif self._count and (size := _file_size(path)) > _SPLIT_FROM:
            yield from _split(path, size)
        else:
            yield WholeFile(path, _file_size(path))


@dataclass(frozen=True, slots=True)
class _Begun:
    """A task, and the job that it is to another process; None: it is read here, when its turn comes."""

    task: Task | _Here
    job: Job | None = None
    held: int = 0


def size_of(sources: Iterable[str]) -> int | None:
    """Bytes of all files that the sources name; None where a source is none, so that nobody knows."""
    total = 0
    for source in sources:
        if source == "-" or ADDRESS.match(source):
            return None
        total += sum(_file_size(path) for path in paths(source) if isinstance(path, str))
    return total


def cores() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _is_full(window: deque[_Begun]) -> bool:
    held = sum(begun.held for begun in window)
    links = sum(isinstance(begun.task, _Here) and begun.task.is_link for begun in window)
    return len(window) > _MOST_TASKS or held > _MOST_HELD or links > _MOST_LINKS


def _steps(task: Task | _Here) -> Iterator[tuple[Found, int]]:
    return task.steps if isinstance(task, _Here) else task.steps()


def _here(found: Iterable[Found]) -> _Here:
    return _Here(_unplaced(found))


def _unplaced(found: Iterable[Found]) -> Iterator[tuple[Found, int]]:
    return ((item, 0) for item in found)


def _file_size(path: str) -> int:
    try:
        return Path(path).stat().st_size
    except (OSError, ValueError):  # whoever reads it says what is wrong
        return 0


def _split(path: str, size: int) -> Iterator[Task | _Here]:
    """Pieces of a file of JSON Lines; any other file as a whole."""
    try:
        with Path(path).open("rb") as file:
            stream = ByteStream(file, origin=path)
            if format_of(stream.head, origin=path) != "jsonl":
                yield WholeFile(path, size)
                return
            yield from _pieces(record_lines(stream, path), path, file)
    except OSError as error:
        yield _here([unreadable(error, path)])
    except IngestError as error:
        yield _here([error])


def _pieces(lines: Iterator[tuple[int, bytes] | IngestError], path: str, file: BinaryIO) -> Iterator[Lines]:
    """So many lines at a time that they are worth to be sent; what was read before an error comes before it."""
    piece: list[tuple[int, bytes] | IngestError] = []
    held, start = 0, 0
    try:
        for line in lines:
            piece.append(line)
            held += 0 if isinstance(line, IngestError) else len(line[1])
            if len(piece) >= _PIECE_LINES or held >= _PIECE_BYTES:
                position = file.tell()
                yield Lines(path, tuple(piece), position - start)
                piece, held, start = [], 0, position
    except IngestError as error:
        piece.append(error)
    if piece:
        yield Lines(path, tuple(piece), file.tell() - start)

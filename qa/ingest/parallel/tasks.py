"""What one process reads at a time: a file, or some lines of one. Made to be sent to another process."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Protocol, Self

from qa.errors import IngestError, InvalidRecord, UnreadableSource
from qa.ingest.files import read_file
from qa.ingest.formats import article_of_line
from qa.ingest.syndication.item import Found

_LOOK = "see whether it is what it should be; if it is, report it as a fault, with the file"
_CHEAP = 8  # times faster than markup are lines read whose paragraphs are parted already


class Task(Protocol):
    """Something to be read, which gives the same things in the same order each time.

    Attributes:
        size: bytes of the source that it covers.
        held: bytes that it takes in memory while it waits.
        cost: about how long it takes to read, in bytes of markup.
    """

    @property
    def size(self) -> int: ...

    @property
    def held(self) -> int: ...

    @property
    def cost(self) -> int: ...

    def steps(self) -> Iterator[tuple[Found, int]]:
        """Each thing that it gives, and how many bytes of ``size`` were read by then."""

    def blamed(self, done: int, why: str) -> tuple[IngestError, Task | None]:
        """The error where reading failed after ``done`` things, and what can still be read; None for nothing."""


@dataclass(frozen=True, slots=True)
class WholeFile:
    path: str
    size: int
    held: int = 0

    @property
    def cost(self) -> int:
        return self.size

    def steps(self) -> Iterator[tuple[Found, int]]:
        return read_file(self.path)

    def blamed(self, done: int, why: str) -> tuple[IngestError, None]:
        after = f" after {done:,} articles of it; what follows is not read" if done else ""
        return UnreadableSource(f"{why}{after}", path=self.path, hint=_LOOK), None


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines of JSON Lines with their numbers; in the place of one that could not be had, its error."""

    origin: str
    lines: tuple[tuple[int, bytes] | IngestError, ...]
    size: int

    @property
    def held(self) -> int:
        return sum(len(line[1]) for line in self.lines if not isinstance(line, IngestError))

    @property
    def cost(self) -> int:
        marked_up = any(b'"html"' in line[1] for line in self.lines if not isinstance(line, IngestError))
        return self.held if marked_up else self.held // _CHEAP

    def steps(self) -> Iterator[tuple[Found, int]]:
        for line in self.lines:
            yield line if isinstance(line, IngestError) else article_of_line(line, self.origin), 0

    def blamed(self, done: int, why: str) -> tuple[IngestError, Self | None]:
        line, rest = self.lines[done], self.lines[done + 1 :]
        number = line.line if isinstance(line, IngestError) else line[0]
        error = InvalidRecord(why, path=self.origin, line=number, hint=_LOOK)
        return error, replace(self, lines=rest) if rest else None

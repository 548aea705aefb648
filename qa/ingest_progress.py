"""How far an ingest is, on standard error: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qa.archive import IngestReport

Show = Callable[["IngestReport", int], None]
"""Called with the report so far, and the bytes read so far."""

_WINDOW_S = 60.0  # a rate is that of the last minute: what is in the archive already passes by much faster
_EVERY_S = 30.0  # between two plain lines


@dataclass(frozen=True, slots=True)
class _Moment:
    at: float
    seen: int
    paragraphs: int
    done: int


@dataclass
class Pace:
    """Rates over the last minute, and from them the time that is left.

    Args:
        total: bytes to be read; None where nobody knows.
        now: seconds of some clock, at the start.
    """

    total: int | None
    now: float
    _moments: deque[_Moment] = field(default_factory=deque)

    def __post_init__(self) -> None:
        self._moments.append(_Moment(self.now, 0, 0, 0))

    def add(self, now: float, report: IngestReport, done: int) -> None:
        self._moments.append(_Moment(now, report.seen, report.paragraphs, done))
        while len(self._moments) > 2 and now - self._moments[1].at >= _WINDOW_S:
            self._moments.popleft()

    @property
    def articles(self) -> float:
        """A second."""
        return (self._moments[-1].seen - self._moments[0].seen) / self._seconds

    @property
    def paragraphs(self) -> float:
        """New ones, a second."""
        return (self._moments[-1].paragraphs - self._moments[0].paragraphs) / self._seconds

    @property
    def share(self) -> float | None:
        """How much is read, 0 to 1; None where nobody knows."""
        return min(self._moments[-1].done / self.total, 1.0) if self.total else None

    @property
    def left(self) -> float | None:
        """Seconds; None where nobody knows."""
        rate = (self._moments[-1].done - self._moments[0].done) / self._seconds
        if not self.total or rate <= 0:
            return None
        return max(self.total - self._moments[-1].done, 0) / rate

    @property
    def _seconds(self) -> float:
        return max(self._moments[-1].at - self._moments[0].at, 1e-6)

    def line(self) -> str:
        last = self._moments[-1]
        parts = [
            f"{last.seen:,} articles ({self.articles:,.1f} a second)",
            f"{last.paragraphs:,} new paragraphs ({self.paragraphs:,.0f} a second)",
        ]
        if self.share is not None:
            parts.append(f"{self.share:.0%} read")
        if self.left is not None:
            parts.append(f"{clock_time(self.left)} left")
        return ", ".join(parts)


def clock_time(seconds: float) -> str:
    """As ``0:07`` or ``1:02:03``."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


@contextmanager
def progress(total: int | None) -> Iterator[Show]:
    """Show how far it is until the end of the block.

    Args:
        total: bytes to be read; None where nobody knows.
    """
    pace = Pace(total, time.perf_counter())
    with _bar(total) if sys.stderr.isatty() else _lines() as draw:

        def show(report: IngestReport, done: int) -> None:
            pace.add(time.perf_counter(), report, done)
            draw(pace, done)

        yield show


Draw = Callable[[Pace, int], None]


@contextmanager
def _lines() -> Iterator[Draw]:
    last = time.perf_counter()

    def draw(pace: Pace, _done: int) -> None:
        nonlocal last
        if time.perf_counter() - last >= _EVERY_S:
            last = time.perf_counter()
            sys.stderr.write(pace.line() + "\n")
            sys.stderr.flush()

    yield draw


@contextmanager
def _bar(total: int | None) -> Iterator[Draw]:
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn

    from qa.terminal import console

    bars = (BarColumn(20),) if total else ()
    shown = TextColumn("{task.description}")
    with Progress(SpinnerColumn(), *bars, shown, console=console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading …", total=total)
        yield lambda pace, done: bar.update(task, completed=done, description=pace.line())

"""Web addresses, asked again and again -> what changed, into the archive, until somebody stops it.

Each round asks the sources that are due. Pages are fetched before the archive is written to, so others can write while
this one waits. What fails is asked less often, and does not stop the others.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from qa.errors import ArchiveBusy, InvalidInput
from qa.ingest.syndication.item import Found
from qa.ingest.syndication.links import ahead
from qa.ingest.web.addresses import without_password
from qa.ingest.web.limits import Clock
from qa.ingest.web.polling import Told, wait_until_next
from qa.types import Article

if TYPE_CHECKING:
    from qa.archive import IngestReport, ReportedError

_SHORTEST, _LONGEST = 10.0, 604_800.0  # seconds: more often than every ten is no watch, but an attack
_UNITS = {"": 60.0, "s": 1.0, "m": 60.0, "h": 3_600.0, "d": 86_400.0}
_TOGETHER = 5_000  # blocks that are put in at once: nearly always all of a feed, so that it is remembered as read
_BUSY = 30.0  # seconds, at most, between two tries to write while somebody else does
_GONE = 410


class Takes(Protocol):
    """What a watch needs of an archive; see ``qa.archive.Archive``."""

    def add(self, items: Iterable[Found], /, *, keep_articles: bool) -> IngestReport: ...


class Reads(Protocol):
    """What a watch needs of the web; see ``qa.ingest.web.Web``."""

    def read(self, url: str, /) -> Iterator[Found]: ...

    def told(self, url: str, /) -> Told: ...


@dataclass(frozen=True, slots=True)
class Round:
    """What one round found.

    Attributes:
        at: when it began, in UTC.
        sources: how many were asked.
        gone: those whose server says that they are gone for good; they are not asked again.
        errors: those that did not stand in the round before.
        wait: seconds until the next round; None: there is nothing left to ask.
    """

    at: dt.datetime
    sources: int
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    duplicates: int = 0
    failed: int = 0
    gone: tuple[str, ...] = ()
    errors: tuple[ReportedError, ...] = ()
    wait: float | None = None

    def as_json(self) -> dict[str, Any]:
        names = ("sources", "added", "updated", "unchanged", "duplicates", "failed", "gone")
        errors = [{"path": one.path, "line": one.line, "message": one.message} for one in self.errors]
        counts = {name: getattr(self, name) for name in names}
        return {"at": self.at.isoformat(timespec="seconds"), **counts, "errors": errors, "wait": self.wait}


def line_of(found: Round) -> str:
    """A round in one line."""
    parts = [
        (found.added, "added"),
        (found.updated, "updated"),
        (found.duplicates, "duplicate" if found.duplicates == 1 else "duplicates"),
        (found.failed, "failed"),
        (len(found.gone), "gone for good"),
    ]
    said = ", ".join(f"{count:,} {word}" for count, word in parts if count) or "nothing new"
    asked = "1 source" if found.sources == 1 else f"{found.sources:,} sources"
    if found.wait is None:
        return f"{found.at:%Y-%m-%d %H:%M} UTC, {asked}: {said}; nothing is left to ask"
    after = found.at + dt.timedelta(seconds=found.wait)
    return f"{found.at:%Y-%m-%d %H:%M} UTC, {asked}: {said}; next at {after:%H:%M}"


def seconds_of(text: str) -> float:
    """A time as people write it: ``30s``, ``10m``, ``2h``, ``1d``; minutes without a unit.

    Raises:
        InvalidInput: none of these, or out of bounds.
    """
    found = re.fullmatch(r"(\d{1,6})\s*([smhd]?)", text.strip().lower(), re.ASCII)
    seconds = float(found[1]) * _UNITS[found[2]] if found else 0.0
    if not _SHORTEST <= seconds <= _LONGEST:
        raise InvalidInput(f"--every {text[:40]} cannot be used", hint="write 30s, 10m, 2h or 1d; 10s to 7d")
    return seconds


def check_sources(sources: Sequence[str]) -> None:
    """Only what lies on the web is watched.

    Raises:
        InvalidInput: another source.
    """
    for source in sources:
        if not re.match(r"https?://", source, re.IGNORECASE):
            message = f"--watch is for web addresses, and {without_password(source)[:200]} is none"
            raise InvalidInput(message, hint="files are read again by the same command without --watch")


@dataclass(slots=True)
class _Source:
    """One source: when it is due, and how it went."""

    url: str
    due: float
    failures: int = 0
    errors: frozenset[tuple[str, str]] = frozenset()


class Watch:
    """The sources of a watch, and what is due.

    Args:
        sources: web addresses of feeds, sitemaps and pages.
        every: seconds between two rounds, or more where a source wants it so.
    """

    def __init__(self, sources: Iterable[str], archive: Takes, web: Reads, *, every: float, clock: Clock) -> None:
        self._archive = archive
        self._web = web
        self._every = every
        self._clock = clock
        self._sources = [_Source(url, clock.now()) for url in dict.fromkeys(sources)]

    def rounds(self) -> Iterator[Round]:
        """One round after the other, with the waiting in between; ends when all sources are gone.

        Raises:
            Stopped: the clock was stopped.
            ArchiveError: the archive cannot be written; that another process writes to it is waited for.
        """
        while self._sources:
            found = self._round()
            yield found
            if found.wait is not None:
                self._clock.wait(found.wait)

    def _round(self) -> Round:
        start, at = self._clock.now(), self._clock.date()
        # What would be due in a moment goes along.
        due = [one for one in self._sources if one.due <= start + self._every / 10]
        reports, fresh, stretch = [], [], self._clock.scattered(1.0)
        for source, items in ahead(due, lambda source: self._web.read(source.url)):
            pieces = list(self._take(items))
            errors = [error for report in pieces for error in report.errors]
            fresh += [error for error in errors if (error.path, error.message) not in source.errors]
            source.errors = frozenset((error.path, error.message) for error in errors)
            self._settle(source, start, at, stretch)
            reports += pieces
        return self._summary(due, reports, fresh, at)

    def _settle(self, source: _Source, start: float, at: dt.datetime, stretch: float) -> None:
        told = self._web.told(source.url)
        source.failures = 0 if told.status in {200, 304} else source.failures + 1
        wait = wait_until_next(told, every=self._every, failures=source.failures, now=at)
        source.due = start + wait * stretch

    def _summary(
        self, due: list[_Source], reports: list[IngestReport], fresh: list[ReportedError], at: dt.datetime
    ) -> Round:
        gone = [one for one in due if self._web.told(one.url).status == _GONE]
        self._sources = [one for one in self._sources if one not in gone]
        names = ("added", "updated", "unchanged", "duplicates", "failed")
        next_due = min((one.due for one in self._sources), default=None)
        return Round(
            at=at,
            sources=len(due),
            gone=tuple(without_password(one.url) for one in gone),
            errors=tuple(fresh),
            wait=None if next_due is None else max(next_due - self._clock.now(), 0.0),
            **{name: sum(getattr(report, name) for report in reports) for name in names},
        )

    def _take(self, items: Iterator[Found]) -> Iterator[IngestReport]:
        """Put a source's items into the archive, in large pieces."""
        piece: list[Found] = []
        blocks = 0
        for item in items:
            if isinstance(item, Article):
                if blocks >= _TOGETHER:
                    yield self._put(piece)
                    piece, blocks = [], 0
                blocks += len(item.blocks)
            piece.append(item)
        if piece:
            yield self._put(piece)

    def _put(self, piece: list[Found]) -> IngestReport:
        wait = 1.0
        while True:
            try:
                return self._archive.add(piece, keep_articles=False)
            except ArchiveBusy:
                self._clock.wait(wait)
                wait = min(wait * 2, _BUSY)

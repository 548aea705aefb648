"""How long, how large, how often: what bounds every request, and the clock that the waiting goes by."""

from __future__ import annotations

import datetime as dt
import random
import threading
import time
from dataclasses import dataclass
from importlib.metadata import version

AGENT = "news-archive-qa"
"""The token that robots.txt names us by."""
USER_AGENT = f"{AGENT}/{version(AGENT)}"


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of a run; times in seconds, sizes in bytes. Reasons stand in docs/decisions/0019.

    Attributes:
        connect: until a connection stands, its encryption included.
        read: between two pieces of an answer.
        total: for all requests that one fetch takes (redirects, repetitions), without the time it waits for its turn.
        largest: of an answer, as it comes and unpacked; the protocol of sitemaps allows 50 MB.
        redirects: followed for one fetch.
        repetitions: of a request that failed for a reason that may pass.
        first_wait: before the first repetition; four times as long before the second.
        longest_wait: what a server may ask for with Retry-After; one that asks for more is left alone.
        per_host: requests that one host answers at a time.
        pause: between the beginnings of two requests to one host.
        longest_pause: what a host may ask for with Crawl-delay; one that asks for more waits as long.
        patience: fetches in a row that a host may fail to answer before it is left alone.
        rest: how long it is left alone.
        threads: requests under way at a time, all hosts together.
        robots: of a robots.txt; what is beyond is not read (RFC 9309).
        robots_fresh: how long a robots.txt holds.
    """

    connect: float = 10.0
    read: float = 20.0
    total: float = 60.0
    largest: int = 50_000_000
    redirects: int = 5
    repetitions: int = 2
    first_wait: float = 1.0
    longest_wait: float = 60.0
    per_host: int = 2
    pause: float = 0.5
    longest_pause: float = 30.0
    patience: int = 5
    rest: float = 300.0
    threads: int = 8
    robots: int = 512_000
    robots_fresh: float = 86_400.0


class Stopped(Exception):
    """The run ends: whoever waits is sent home."""


class Clock:
    """Time that passes, and waiting that ends early when the run does. Thread-safe."""

    def __init__(self) -> None:
        self._stopped = threading.Event()

    def now(self) -> float:
        """Seconds since some moment."""
        return time.monotonic()

    def date(self) -> dt.datetime:
        """The day and hour, in UTC."""
        return dt.datetime.now(dt.UTC)

    def wait(self, seconds: float) -> None:
        """Let time pass.

        Raises:
            Stopped: the run ended meanwhile.
        """
        if self._stopped.wait(max(seconds, 0)):
            raise Stopped

    def scattered(self, seconds: float) -> float:
        """The time and up to a fifth more, so that what began together does not stay together."""
        return seconds * random.uniform(1.0, 1.2)  # noqa: S311 - nothing is kept secret by it

    def stop(self) -> None:
        self._stopped.set()

    @property
    def stopped(self) -> bool:
        return self._stopped.is_set()

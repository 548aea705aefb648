"""What a host's robots.txt leaves to us (RFC 9309), by protego; asked for once a host, and kept for a day.

Only a url that was reached by itself is held against it: what a person names is that person's request. A file that is
not there (4xx) allows everything; one that cannot be had (5xx, no answer) allows nothing until it can.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

import httpx
from protego import Protego

from qa.ingest.web.answers import NotFetched
from qa.ingest.web.limits import AGENT, Clock, Limits

_MOST_HOSTS = 1_000
_UNHAD_FRESH = 300.0  # seconds after which a robots.txt that could not be had is asked for again


@dataclass(frozen=True, slots=True)
class Leave:
    """Whether a url may be fetched.

    Attributes:
        refusal: why not; empty where it may.
        pause: seconds that the host wants between two requests, if it says so.
    """

    refusal: str
    pause: float | None


@dataclass(slots=True)
class _Kept:
    """One host's file: its rules; or why it could not be had."""

    guard: threading.Lock
    until: float = float("-inf")
    rules: Protego | None = None
    unhad: str = ""


class Robots:
    """The robots.txt of all hosts of a run. Thread-safe.

    Args:
        fetch: gives the start of the robots.txt at an address; raises NotFetched.
    """

    def __init__(self, fetch: Callable[[httpx.URL], bytes], limits: Limits, clock: Clock) -> None:
        self._fetch = fetch
        self._limits = limits
        self._clock = clock
        self._guard = threading.Lock()
        self._kept: OrderedDict[str, _Kept] = OrderedDict()

    def leave(self, url: httpx.URL) -> Leave:
        """Whether, and how often, a url may be fetched; asks its host first if it was not asked yet.

        Raises:
            Stopped: the run ended meanwhile.
        """
        kept = self._of(url)
        with kept.guard:
            if kept.until <= self._clock.now():
                self._renew(kept, url.copy_with(raw_path=b"/robots.txt"))
            rules, unhad = kept.rules, kept.unhad
        if rules is None:
            return Leave(f"the robots.txt of {url.host} cannot be had ({unhad})" if unhad else "", None)
        refusal = "" if rules.can_fetch(str(url), AGENT) else f"the robots.txt of {url.host} forbids it"
        return Leave(refusal, _pause(rules))

    def _of(self, url: httpx.URL) -> _Kept:
        name = str(url.copy_with(raw_path=b"/"))
        with self._guard:
            kept = self._kept.setdefault(name, _Kept(threading.Lock()))
            self._kept.move_to_end(name)
            while len(self._kept) > _MOST_HOSTS:
                self._kept.popitem(last=False)
            return kept

    def _renew(self, kept: _Kept, address: httpx.URL) -> None:
        kept.rules, kept.unhad = None, ""
        try:
            kept.rules = Protego.parse(_text(self._fetch(address)))
        except NotFetched as error:
            absent = error.status is not None and 300 <= error.status < 500 and error.status != 429
            kept.unhad = "" if absent else error.message
        kept.until = self._clock.now() + (_UNHAD_FRESH if kept.unhad else self._limits.robots_fresh)


def _text(data: bytes) -> str:
    return data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", errors="replace")


def _pause(rules: Protego) -> float | None:
    rate = rules.request_rate(AGENT)
    pauses = (rules.crawl_delay(AGENT), rate.seconds / rate.requests if rate else None)
    return max((pause for pause in pauses if pause is not None), default=None)

"""What a watch saw in earlier rounds: which links need no second look, and which failed and are to be left for a while.

A link is known by its address and by a mark: what the feed or the sitemap says of it. Another mark is a reason to look
again. It lies in memory only; after a restart, every page is asked once whether it changed.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from qa.errors import IngestError
from qa.ingest.web.limits import Clock
from qa.types import Unchanged, Validators

_MOST = 100_000  # links that are remembered, at some 330 bytes each
_FIRST_REST = 1_800.0  # seconds until a link that failed is tried again; twice as long after each failure
_LONGEST_REST = 86_400.0


@dataclass(frozen=True, slots=True)
class _Sight:
    mark: str
    error: IngestError | None = None
    failures: int = 0
    until: float = 0.0


class Seen:
    """The links of a watch. Used by one thread."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._sights: OrderedDict[str, _Sight] = OrderedDict()

    def again(self, url: str, mark: str, known: tuple[Validators, Unchanged] | None) -> Unchanged | IngestError | None:
        """What a link gives without a look at its page; None where that is to be looked at."""
        sight = self._sights.get(url)
        if sight is None or sight.mark != mark:
            return None
        if sight.error is not None:
            return sight.error if self._clock.now() < sight.until else None
        return known[1] if known else None

    def read(self, url: str, mark: str) -> None:
        """Say that all of a page was read."""
        self._keep(url, _Sight(mark))

    def failed(self, url: str, mark: str, error: IngestError) -> None:
        """Say that a page could not be read."""
        before = self._sights.get(url)
        failures = before.failures + 1 if before else 1
        rest = min(_FIRST_REST * 2 ** min(failures - 1, 10), _LONGEST_REST)
        self._keep(url, _Sight(mark, error, failures, self._clock.now() + rest))

    def _keep(self, url: str, sight: _Sight) -> None:
        self._sights[url] = sight
        self._sights.move_to_end(url)
        if len(self._sights) > _MOST:
            self._sights.popitem(last=False)

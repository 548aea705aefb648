"""A line on standard error every few seconds: half an hour of silence looks like a fault."""

from __future__ import annotations

import sys
import time

_EVERY_S = 10.0


class Progress:
    """Called with what is done and with all of it; tells ``what`` and both, now and then."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._told = time.monotonic()

    def __call__(self, done: int, total: int) -> None:
        if time.monotonic() - self._told >= _EVERY_S:
            self._told = time.monotonic()
            print(f"{self._what} {done:,} of {total:,}", file=sys.stderr, flush=True)

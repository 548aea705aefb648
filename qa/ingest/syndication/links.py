"""Entries that lead to pages, with their pages being fetched ahead: many at a time, and handed out in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from qa.errors import IngestError

_AHEAD = 16  # twice the requests that are under way at a time: all are busy while the first is waited for

Entry = TypeVar("Entry")
Started = TypeVar("Started")


def ahead(
    entries: Iterable[Entry], start: Callable[[Entry], Started], *, most: int = _AHEAD
) -> Iterator[tuple[Entry, Started]]:
    """Each entry with what ``start`` gave for it, in order; ``start`` is called for the next ones early.

    What the entries raise comes where it came: after all that stood before it.

    Args:
        entries: what leads to pages, in order.
        start: begins to fetch what an entry leads to.
        most: entries that are started, and not yet handed out.
    """
    waiting: deque[tuple[Entry, Started]] = deque()
    failure: IngestError | None = None
    try:
        for entry in entries:
            waiting.append((entry, start(entry)))
            if len(waiting) > most:
                yield waiting.popleft()
    except IngestError as error:
        failure = error
    yield from waiting
    if failure is not None:
        raise failure

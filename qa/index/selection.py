"""Which passages a query may see, decided once from the catalogue and obeyed by both indexes.

Filters are never left to the indexes' own metadata: a Chroma ``where`` costs more with every row it leaves out
(492 ms at 200,000 passages against 4 ms without), and neither index knows which version held on which day.
Here a filter is a mask over versions, in memory, and costs well under a millisecond.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from qa.catalogue import outlet_key
from qa.types import Query, Source

if TYPE_CHECKING:
    from numpy.typing import NDArray

_NEVER = np.iinfo(np.int32).max

Scored = dict[int, float]
"""Keys of passages with their scores, the best first."""


@dataclass(frozen=True, slots=True)
class Selection:
    """The passages that a query may see.

    Attributes:
        mask: ``mask[key]`` says whether the passage may be used; length is the largest key plus one.
        keys: the same as sorted keys.
        version_of: ``version_of[key]`` is the version it is used in, an index into ``View.sources``.
        total: passages in the indexes, seen or not.
        sources: the versions that ``version_of`` points into.
    """

    mask: NDArray[np.bool_]
    keys: NDArray[np.int64]
    version_of: NDArray[np.int32]
    total: int
    sources: Sequence[Source]

    def __len__(self) -> int:
        return len(self.keys)

    def article_of(self, key: int) -> str:
        """The id of the article that a passage is of; ``key`` is one that may be used."""
        article_id: str = self.sources[self.version_of[key]].article_id
        return article_id

    def keep(self, found: Scored) -> Scored:
        """Those found that may be used, in their order."""
        size = len(self.mask)
        return {key: score for key, score in found.items() if key < size and self.mask[key]}


class View:
    """The catalogue's versions and who belongs to them, as arrays: a frozen picture of one generation."""

    def __init__(self, sources: Sequence[Source], members: Iterable[tuple[int, str]], generation: str) -> None:
        self.sources = sources
        self.generation = generation
        index = {source.version: i for i, source in enumerate(sources)}
        pairs = np.array([(key, index[version]) for key, version in members], dtype=np.int64).reshape(-1, 2)
        self._keys, self._versions = pairs[:, 0], pairs[:, 1].astype(np.int32)
        self._size = int(self._keys.max()) + 1 if len(self._keys) else 0
        self._total = len(np.unique(self._keys))
        self._known_from = _days((source.known_from for source in sources), missing=_NEVER)
        self._known_until = _days((source.known_until for source in sources), missing=_NEVER)
        self._published = _days((source.day for source in sources), missing=-1)
        self._outlet = [outlet_key(source.source or "") for source in sources]
        self._outlets = _first_days(sources, self._known_from)
        self._current = np.array([source.status == "current" for source in sources], dtype=bool)
        self._retracted = np.array([source.status == "retracted" for source in sources], dtype=bool)
        self.current = self._select(self._current)

    def latest_day(self, today: dt.date) -> dt.date | None:
        """The day of the latest current article; days ahead of today are mistakes, and not counted."""
        come = self._published[self._current & (self._published <= today.toordinal())]
        latest = int(come.max(initial=-1))
        return dt.date.fromordinal(latest) if latest > 0 else None

    def outlets(self, as_of: dt.date | None) -> tuple[str, ...]:
        """The outlets of which anything could be read by the evening of that day, each by one name."""
        last = as_of.toordinal() if as_of else _NEVER
        return tuple(name for name, first in self._outlets if first <= last)

    def select(self, query: Query) -> Selection:
        """The passages that may answer this query, each in the one version that the query may read."""
        return self._select(self._versions_for(query)) if query.filtered else self.current

    def _versions_for(self, query: Query) -> NDArray[np.bool_]:
        allowed = self._current.copy()
        if query.as_of:
            day = query.as_of.toordinal()
            allowed = (self._known_from <= day) & (day < self._known_until) & ~self._retracted
        if query.after:
            allowed &= self._published >= query.after.toordinal()
        if query.before:
            allowed &= (self._published >= 0) & (self._published <= query.before.toordinal())
        if query.sources:
            wanted = {outlet_key(name) for name in query.sources}
            allowed &= np.fromiter((outlet in wanted for outlet in self._outlet), bool, len(self._outlet))
        return allowed

    def _select(self, versions: NDArray[np.bool_]) -> Selection:
        chosen = versions[self._versions] if len(self._versions) else np.zeros(0, dtype=bool)
        mask = np.zeros(self._size, dtype=bool)
        version_of = np.zeros(self._size, dtype=np.int32)
        mask[self._keys[chosen]] = True
        version_of[self._keys[chosen]] = self._versions[chosen]
        return Selection(mask, np.flatnonzero(mask), version_of, self._total, self.sources)


def search_within(
    selection: Selection,
    wanted: int,
    search: Callable[[int], Scored],
    scan: Callable[[Sequence[int]], Scored],
) -> Scored:
    """The best ``wanted`` passages of the selection, whichever way is cheaper, both exact in what they leave out.

    Args:
        selection: what may be found.
        wanted: how many.
        search: gives the best n of the whole index.
        scan: scores just the given keys.

    A wide selection is searched with as many more results as it leaves out, and once more with four times that
    where the filter and the question pull apart; a narrow one is scanned. The bounds are what the two cost with
    Chroma (25 µs a passage scanned, 7 µs a result fetched).
    """
    if not len(selection):
        return {}
    fetch = wanted if len(selection) == selection.total else 2 * wanted * selection.total // len(selection) + 10
    while 25 * len(selection) > 7 * fetch:
        fetch = min(fetch, selection.total)
        found = selection.keep(search(fetch))
        if len(found) >= min(wanted, len(selection)) or fetch == selection.total:
            return _first(found, wanted)
        fetch *= 4
    return _first(scan([int(key) for key in selection.keys]), wanted)


def _first(found: Scored, wanted: int) -> Scored:
    return dict(itertools.islice(found.items(), wanted))


def _first_days(sources: Sequence[Source], known_from: NDArray[np.int64]) -> list[tuple[str, int]]:
    """Each outlet's name, the longest where it has several, with the first day on which it could be read."""
    found: dict[str, tuple[str, int]] = {}
    for source, first in zip(sources, known_from, strict=True):
        if source.source:
            name, known = found.get(outlet_key(source.source), ("", _NEVER))
            found[outlet_key(source.source)] = (max(name, source.source, key=len), min(known, int(first)))
    return [found[key] for key in sorted(found)]


def _days(days: Iterable[dt.date | None], *, missing: int) -> NDArray[np.int64]:
    return np.array([day.toordinal() if day else missing for day in days], dtype=np.int64)

"""Labels and what a reader said of the same pages -> how often it was right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eval.metadata.labels import Label, hash_of
from eval.metadata.readers import Told


@dataclass(frozen=True, slots=True)
class Judged:
    """One page; None: there is nothing to be right about."""

    title: bool
    title_printed: bool
    date: bool | None
    date_printed: bool | None
    date_wrong: bool
    source: bool
    authors: bool | None


@dataclass(frozen=True, slots=True)
class Scores:
    """Shares of the pages that have what is asked for; ``dates_wrong`` of all pages."""

    pages: int
    titles: float
    titles_printed: float
    dates: float
    dates_printed: float
    dates_wrong: float
    sources: float
    authors: float


def judged(label: Label, told: Told) -> Judged:
    title = hash_of(told.title) if told.title else ""
    days = {label.published, *label.published_also} - {None}
    return Judged(
        title=title in (label.title, *label.titles_also),
        title_printed=title == label.title,
        date=told.published in days if label.published else None,
        date_printed=told.published == label.published if label.published else None,
        date_wrong=told.published is not None and told.published not in days,
        source=told.source is not None and hash_of(told.source) in label.source,
        authors=None if label.authors is None else {hash_of(name) for name in told.authors} == label.authors,
    )


def scores(rows: Sequence[Judged]) -> Scores:
    return Scores(
        pages=len(rows),
        titles=_share([row.title for row in rows]),
        titles_printed=_share([row.title_printed for row in rows]),
        dates=_share([row.date for row in rows]),
        dates_printed=_share([row.date_printed for row in rows]),
        dates_wrong=_share([row.date_wrong for row in rows]),
        sources=_share([row.source for row in rows]),
        authors=_share([row.authors for row in rows]),
    )


def _share(rights: Sequence[bool | None]) -> float:
    known = [right for right in rights if right is not None]
    return sum(known) / len(known) if known else 0.0

"""From which day on a version can have been read, and when a text that was there before is news again. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from qa.types import Article


def first_known(article: Article, known: Sequence[Any], today: dt.date) -> str | None:
    """The first day on which this text can have been read.

    For a changed body without a date of its own that is the day it came in: any earlier day would be a guess,
    and an as-of answer must not know what nobody knew. Only where all that is known are later updates of this very
    publication, a text that names none is the one that they updated.
    """
    days = [day[:10] for day in (article.published_at, article.updated_at) if day]
    latest = max(days, default=None)
    if not known:
        return latest
    if _is_original(article, known):
        return latest
    before = max((row.known_from or "" for row in known), default="")
    declared = article.updated_at[:10] if article.updated_at else None
    if declared and declared != max((row.updated_at or "" for row in known), default="")[:10]:
        return max(declared, latest or declared)
    return max(today.isoformat(), before)


def _is_original(article: Article, known: Sequence[Any]) -> bool:
    published = article.published_at
    if published is None or article.updated_at is not None:
        return False
    return all(row.published_at == published and (row.updated_at or "")[:10] > published[:10] for row in known)


def reverts(article: Article, known: Sequence[Any]) -> bool:
    """Whether a text that was there before is back: its source declares it later than all that is known."""
    latest = max((row.updated_at or row.published_at or "" for row in known), default="")
    return bool(article.updated_at and article.updated_at > latest)

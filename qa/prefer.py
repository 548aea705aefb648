"""Hits -> Hits: among those that answer about as well, what the question leans to comes first.

A preference never brings in or leaves out a hit, and what is better by more than its weights stays ahead: two of them
are worth a point of the reading's logit (docs/decisions/0024 has the figures).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from qa.catalogue import outlet_key
from qa.rerank import in_order
from qa.types import Hit, Period, Preference, Source
from qa.words import words

_PERIOD, _NEWEST, _SOURCE, _PHRASE = 2.0, 1.5, 3.0, 2.0
_REPORTED_WITHIN = dt.timedelta(days=31)
"""What took place in a period is still reported for so long after it."""


def prefer(wanted: Preference, hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """The same hits in their order, with what the question leans to."""
    if not wanted:
        return tuple(hits)
    days = sorted({day for hit in hits if (day := hit.passage.source.day)})
    return in_order(replace(hit, leaning=_leaning(wanted, hit, days)) for hit in hits)


def _leaning(wanted: Preference, hit: Hit, days: Sequence[dt.date]) -> float:
    day, leaning = hit.passage.source.day, 0.0
    if wanted.period and is_within(wanted.period, hit.passage.source):
        leaning += _PERIOD
    if wanted.newest and day and len(days) > 1:
        leaning += _NEWEST * days.index(day) / (len(days) - 1)
    if wanted.sources and _is_of(wanted.sources, hit):
        leaning += _SOURCE
    if wanted.told_by and not _is_of(wanted.told_by, hit):
        leaning -= _SOURCE
    if wanted.phrases and all(_has(phrase, hit) for phrase in wanted.phrases):
        leaning += _PHRASE
    return leaning


def _is_of(outlets: Sequence[str], hit: Hit) -> bool:
    """Whether one of the outlets prints it, be it as a copy of another's report."""
    prints = {outlet_key(source.source or "") for source in (hit.passage.source, *hit.copies)}
    return not prints.isdisjoint(map(outlet_key, outlets))


def is_within(period: Period, source: Source) -> bool:
    """Whether it was published in the period, or while that was still reported."""
    day = source.day
    if day is None:
        return False
    late = (period.before and period.after and period.before + _REPORTED_WITHIN) or period.before
    return (not period.after or period.after <= day) and (not late or day <= late)


def _has(phrase: str, hit: Hit) -> bool:
    """Whether the words stand one after another, whatever is between them."""
    return f" {' '.join(words(phrase))} " in f" {' '.join(words(hit.passage.source.title + ' ' + hit.passage.read))} "

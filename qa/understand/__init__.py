"""Query -> Understanding: what a question asks beside its words, before anything is looked up. No language model.

What is only said to be polite goes, follow-ups are made to stand alone, times become days, outlets named as such are
recognised, and so is whether it asks for the present. Most of it is a preference, since an event of May may be reported
in June; a filter only where the question asks for coverage ('what did the Herald report last week'), and never against
a filter of the caller's.

Pure: the day of asking and the outlets come from the caller, and no text of the conversation is obeyed.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace

from qa.types import Period, Preference, Query, Understanding, Understood
from qa.understand.asking import bare
from qa.understand.followups import Unclear, stand_alone
from qa.understand.outlets import Named, outlets_named
from qa.understand.phrases import quoted
from qa.understand.times import Time, times

__all__ = ["understand"]

_NOW = re.compile(
    r"\b(?:now(?! that)|currently|current|latest|most recent(?:ly)?|newest|so far|to date|at present|at the moment"
    r"|these days|nowadays|today|as (?:things|matters) stand)\b",
    re.IGNORECASE,
)
_SAYS_SO = re.compile(r"\b(?:according to|as told by)\b", re.IGNORECASE)
_COVERAGE = re.compile(
    r"\b(?:articles?|stories|coverage|headlines?)\b[^,]{0,40} $"
    r"|\b(?:did|do|does|have|has|had) (?:the |any |other |local )*(?:papers?|newspapers?|press|media|outlets?)"
    r" (?:report|reported|say|said|write|written|print|printed|publish|published|cover|covered)\b.{0,80}$",
    re.IGNORECASE,
)


def understand(query: Query, *, day: dt.date | None, outlets: Sequence[str]) -> Understanding:
    """The query as it is to be answered.

    Args:
        query: as it was asked, with the conversation before it.
        day: the day of asking, from which 'last week' is counted: ``as_of``, or the archive's latest day.
        outlets: names of the outlets that the archive holds.
    """
    query = replace(query, question=bare(query.question))
    alone = stand_alone(query.question, query.history, day=day, outlets=outlets)
    if isinstance(alone, Unclear):
        return Understanding(replace(query, history=()), unclear=alone.message)
    asked = replace(query, question=alone.question if alone else query.question, history=())
    told, named = times(asked.question, day), outlets_named(asked.question, outlets)
    filtered, notes = _filtered(asked, told, named)
    understood = replace(filtered, prefers=_preference(filtered, told, named))
    if understood.prefers.told_by:
        understood = replace(understood, matter=_matter(asked.question, named))
    notes = (*(alone.notes if alone else ()), *notes, *_notes(understood, told, day))
    shown = _shown(query, understood, notes) if notes else None
    return Understanding(understood, shown)


def _filtered(query: Query, told: Sequence[Time], named: Sequence[Named]) -> tuple[Query, tuple[str, ...]]:
    """The query with the filters that its own words give, where the caller gave none."""
    notes: list[str] = []
    printed = tuple(one.outlet for one in named if one.printed)
    if printed and not query.sources and len(named) == 1:
        query = replace(query, sources=printed)
        notes.append(f"asks what {printed[0]} printed: only its articles are used")
    coverage = [time for time in told if _is_of_coverage(query.question, time, printed)]
    if len(coverage) == 1 and not (query.after or query.before):
        (time,) = coverage
        query = replace(query, after=time.period.after, before=time.period.before)
        notes.append(
            f"{_quoted(query.question, time)} is said of the coverage: only articles {_days(time.period)} are used"
        )
    return query, tuple(notes)


def _is_of_coverage(question: str, time: Time, printed: Sequence[str]) -> bool:
    return bool(printed or _COVERAGE.search(question[: time.start]))


def _preference(query: Query, told: Sequence[Time], named: Sequence[Named]) -> Preference:
    is_filtered = query.after or query.before
    is_now = bool(_NOW.search(query.question))
    period = told[0].period if len(told) == 1 and not is_filtered and not is_now else None
    return Preference(
        period=period,
        newest=is_now,
        sources=() if query.sources else tuple(one.outlet for one in named if one.told is None),
        told_by=() if query.sources else tuple(one.outlet for one in named if one.told),
        phrases=quoted(query.question),
    )


def _matter(question: str, named: Sequence[Named]) -> str:
    """The question without 'according to the Herald'; empty where it names another outlet, or who else says so."""
    if len(named) != 1 or named[0].told is None:
        return ""
    start, end = named[0].told
    left = question[:start] + question[end:]
    return "" if _SAYS_SO.search(left) else left[:1].upper() + left[1:]


def _notes(query: Query, told: Sequence[Time], day: dt.date | None) -> tuple[str, ...]:
    notes = []
    if query.prefers.period and told[0].counted:
        notes.append(
            f"{_quoted(query.question, told[0])} read as {_days(told[0].period)}, counted from {day}: such articles "
            f"are preferred"
        )
    if query.prefers.newest:
        notes.append("asks how matters stand: newer articles are preferred")
    if outlets := (*query.prefers.told_by, *query.prefers.sources):
        notes.append(f"names {' and '.join(outlets)}: articles from there are preferred")
    return tuple(notes)


def _shown(asked: Query, understood: Query, notes: tuple[str, ...]) -> Understood:
    return Understood(
        question=understood.question,
        after=None if asked.after else understood.after,
        before=None if asked.before else understood.before,
        sources=() if asked.sources else understood.sources,
        notes=notes,
    )


def _quoted(question: str, time: Time) -> str:
    return f"“{question[time.start : time.end]}”"


def _days(period: Period) -> str:
    if period.after == period.before:
        return f"of {period.after}"
    if period.after and period.before:
        return f"from {period.after} to {period.before}"
    return f"from {period.after} on" if period.after else f"up to {period.before}"

"""When to ask an address again: what its server and its feed say of that, within bounds."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from dataclasses import dataclass

from qa.errors import UnreadableSource
from qa.ingest.syndication.elements import children, name_of, records, text_of
from qa.ingest.web.answers import Page

_HEAD = 65_536  # bytes in which a feed says how often it changes, before its entries
_LONGEST = 86_400.0  # seconds: what a feed may ask for; one that says 'in a year' has made a mistake
_LONGEST_BACK_OFF = 21_600.0
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True)
class Told:
    """What was said about asking again.

    Attributes:
        status: what the server answered; None where it did not.
        after: seconds that the server wants to be left alone.
        fresh: seconds that the server says its answer holds.
        ttl: seconds that the feed says it holds.
        skip_hours: hours of the day (UTC) in which the feed does not change.
        skip_days: days of the week on which it does not, 0 for Monday.
    """

    status: int | None = None
    after: float | None = None
    fresh: float | None = None
    ttl: float | None = None
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()


def told_by(page: Page) -> Told:
    """What a page's server, and the page where it is an RSS feed, say; the page's body is at its start again."""
    assert page.body is not None
    head = page.body.read(_HEAD)
    page.body.seek(0)
    said = dict(_said(head)) if b"<rss" in head else {}
    ttl = said.get("ttl", "")
    hours = {int(hour) % 24 for hour in said.get("skipHours", "").split() if hour.isascii() and hour.isdigit()}
    days = {_DAYS.index(day) for day in said.get("skipDays", "").lower().split() if day in _DAYS}
    return Told(
        status=200,
        fresh=page.fresh,
        ttl=int(ttl[:9]) * 60.0 if ttl.isascii() and ttl.isdigit() else None,
        skip_hours=frozenset(hours if len(hours) < 24 else ()),
        skip_days=frozenset(days if len(days) < 7 else ()),
    )


def _said(head: bytes) -> Iterator[tuple[str, str]]:
    """The words of these elements of a channel; its entries are not looked into."""
    names = frozenset({"ttl", "skipHours", "skipDays", "item"})
    try:
        for record in records(io.BytesIO(head), names, origin="feed"):
            if record.broken or (name := name_of(record.element)) == "item":
                return
            parts = [text_of(part) for part in children(record.element, "hour", "day")]
            yield name, " ".join(parts) if parts else text_of(record.element).strip()
    except UnreadableSource:  # its reader says so, too
        return


def wait_until_next(told: Told, *, every: float, failures: int, now: dt.datetime) -> float:
    """Seconds until a source is asked again: ``every``, or longer where it wants so, fails, or does not change then.

    Args:
        told: what the source said of it.
        every: the user's wish; nothing makes it shorter.
        failures: how often it failed in a row.
        now: the day and hour, in UTC.
    """
    wished = max(told.fresh or 0.0, told.ttl or 0.0, told.after or 0.0)
    wait = max(every, min(wished, _LONGEST))
    if failures:
        wait = max(wait, min(every * 2.0 ** min(failures, 20), _LONGEST_BACK_OFF))
    return wait + _to_the_next_hour(told, now + dt.timedelta(seconds=wait))


def _to_the_next_hour(told: Told, moment: dt.datetime) -> float:
    """Seconds from a moment until the feed may change; none where it may now, a week at most."""
    start = moment
    for _ in range(24 * 7):
        if moment.hour not in told.skip_hours and moment.weekday() not in told.skip_days:
            return (moment - start).total_seconds()
        moment = (moment + dt.timedelta(hours=1)).replace(minute=0, second=0, microsecond=0)
    return 0.0

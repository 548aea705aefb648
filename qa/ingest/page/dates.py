"""The days that a page declares and prints -> when its story was published, and last changed.

A declared day that no other place gives, and two others contradict, is given up for theirs. A moment in UTC is given by
the clock that the page gives it by elsewhere, so that its day is the one that readers saw.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

from qa.ingest.dates import iso_date
from qa.ingest.page.markup import Claim, Said
from qa.ingest.page.visible import Visible

_PUBLISHED_METAS = (
    *("article:published_time", "article:published", "og:article:published_time", "og:published_time"),
    *("og:pubdate", "og:datepublished", "datepublished", "parsely-pub-date", "sailthru.date", "pubdate", "pub_date"),
    *(
        "publishdate",
        "publish-date",
        "publish_date",
        "publication_date",
        "published_at",
        "published",
        "article.published",
    ),
    *("dcterms.issued", "dc.date.issued", "dcterms.created", "dc.date.created", "dcterms.date", "dc.date"),
    *("citation_publication_date", "citation_online_date", "citation_date", "cxenseparse:recs:publishtime"),
    *("rnews:datepublished", "article_date_original", "date"),
)
_UPDATED_METAS = (
    *("article:modified_time", "article:modified", "og:article:modified_time", "og:updated_time", "datemodified"),
    *("dcterms.modified", "dc.date.modified", "article.updated", "article_date_updated", "lastmod"),
)


def published_of(said: Said, visible: Visible) -> Claim | None:
    metas = [
        (date, "meta") for name in _PUBLISHED_METAS for text in said.metas.get(name, ()) if (date := iso_date(text))
    ]
    claims: list[Claim] = [*_dated(said.claims(("datePublished",))), *metas[:6]]  # type: ignore[list-item]
    claims += [(date, "page") for date in visible.published]
    others = (date for date, whence in claims if whence != "page")
    return _by_own_clock(_agreed(claims), (*visible.published, *visible.updated, *others))


def updated_of(said: Said, visible: Visible, published: Claim | None) -> Claim | None:
    claims = [*_dated(said.claims(("dateModified",), _UPDATED_METAS)), *((date, "page") for date in visible.updated)]
    found = _by_own_clock(_agreed(claims[:1] or claims), visible.updated)
    if found is None or (published and (_same_moment(found[0], published[0]) or found[0][:10] < published[0][:10])):
        return None
    return found


def _dated(claims: Iterable[Claim]) -> Iterator[Claim]:
    for text, whence in claims:
        if date := iso_date(text):
            yield date, whence


def _agreed(claims: Sequence[Claim]) -> Claim | None:
    """The first claim, with the time of a later one for the same day; another day where two say so and none agrees."""
    if not claims:
        return None
    days = [dt.date.fromisoformat(date[:10]) for date, _ in claims]
    near = [sum(abs((day - other).days) <= 1 for other in days) for day in days]
    first = next((i for i, count in enumerate(near) if near[0] == 1 and count >= 2), 0)
    chosen = claims[first]
    same = [date for date, _ in claims if date[:10] == chosen[0][:10]]
    return max(same, key=lambda date: (len(date) > 10, len(date) > 19, date == chosen[0])), chosen[1]


def _by_own_clock(claim: Claim | None, printed: Iterable[str]) -> Claim | None:
    """A moment in UTC by the clock that the page gives it by elsewhere: its own day, and its own distance from UTC."""
    moment = _moment(claim[0]) if claim else None
    if claim is None or moment is None or moment.tzinfo is None or moment.utcoffset():
        return claim
    offsets = (_offset(moment, shown) for text in printed if (shown := _moment(text)))
    offset = next((offset for offset in offsets if offset), None)
    return (moment.astimezone(dt.timezone(offset)).isoformat(), claim[1]) if offset else claim


def _offset(moment: dt.datetime, shown: dt.datetime) -> dt.timedelta | None:
    """How far the clock is from UTC by which this moment is shown so; None where it is another moment.

    A clock without a zone shows the same moment where it is whole half hours away.
    """
    utc, wall = moment.replace(second=0, tzinfo=None), shown.replace(second=0, tzinfo=None)
    offset = wall - utc
    if shown.tzinfo is not None and shown.utcoffset() != offset:
        return None
    return offset if abs(offset) <= dt.timedelta(hours=14) and not offset % dt.timedelta(minutes=30) else None


def _moment(date: str) -> dt.datetime | None:
    return dt.datetime.fromisoformat(date) if len(date) > 10 else None


def _same_moment(one: str, other: str) -> bool:
    moments = (_moment(one), _moment(other))
    if moments[0] and moments[1] and (moments[0].tzinfo is None) == (moments[1].tzinfo is None):
        return abs(moments[0] - moments[1]) < dt.timedelta(minutes=1)
    return one[:10] == other[:10]

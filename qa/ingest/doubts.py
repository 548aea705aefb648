"""What speaks against an article's day of publication.

- ``published_in_future``: more than a day ahead of the moment at which it was read; a day, since a date without a zone
  may be that of a place where it is tomorrow already.
- ``published_before_reference``: the body tells, as past, of a day after the day of publication. English only, and only
  where the sentence is plainly one of the past: precision comes before completeness, since a doubt is shown to people.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from qa.ingest.dates import FoundDate, find_dates
from qa.types import Article, Doubt

_DAY = dt.timedelta(days=1)
_LONGEST = 5_000  # characters of a paragraph that is looked into
_YEARS = 12  # beyond the day of publication in which later days are looked for
_FUTURE = re.compile(
    r"\b(?:will|would|shall|should|may|might|could|can|must|if|unless|until|till|before|by|due|scheduled|slated"
    r"|planned|plans?|planning"
    r"|set|expect\w*|anticipat\w*|hop(?:es|ed|ing)|aim\w*|intend\w*|propos\w*|deadline|expir\w*|upcoming|next"
    r"|forthcoming|to be|begin\w*"
    r"|start\w*|open(?:s|ing)?|clos(?:es|ing)|runs?|running|through|postpon\w*|delay\w*|extend\w*|extension|ends?"
    r"|ending|effective|valid"
    r"|resched\w*|moved|pushed|adjourn\w*|remand\w*|book\w*|tickets?|deadlines?|election\w*|term|contract|lease"
    r"|dated?|target\w*|"
    r"schedul\w*|later|return\w*|again|agree\w*|promis\w*|pledg\w*|vow\w*|announc\w*|from|updated|amended|corrected|"
    r"modified|version|retrieved|accessed|copyright|photo|file|ordered?|giv(?:en|es?|ing)|gave|bail|hearing|trial"
    r"|sentenc\w*|called)\b",
    re.IGNORECASE,
)
_PAST = (
    r"(?:\b(?:was|were|had|did|won|lost|beat|struck|hit|fell|rose|came|went|left|took place|found|met|shot|told|said"
    r"|began"
    r"|broke|made|held|sank|fled|fought|flew|drove|stole|wrote|sold|bought|bit|caught|spoke|stood|swore|threw)\b"
    r"|(?-i:\b(?!hundred|indeed|need|speed|exceed|proceed|succeed|feed|breed|bleed|seed|weed|sacred|naked"
    r"|wicked)[a-z]{2,}ed\b))"
)
_NEAR = (
    r"(?:(?!\bto\b|\b\w{3,}ing\b|[;:]).){0,60}?"  # a plan, or something said beside, stands between in other sentences
)
_BEFORE = re.compile(rf"{_PAST}{_NEAR}\bon\s+(?:the\s+)?$", re.IGNORECASE)
_AFTER = re.compile(rf"\s*,?\s(?!\d){_NEAR}{_PAST}", re.IGNORECASE)
_TITLES = ("Mr.", "Mrs.", "Ms.", "Dr.", "St.", "Sen.", "Rep.", "Gov.", "Gen.", "Col.", "Lt.", "Sgt.", "Prof.", "Rev.")
_ABBREVIATED = (*_TITLES, "Jr.", "Sr.", "No.", "Inc.", "Co.", "U.S.", "U.K.", "U.N.")
_SENTENCE = re.compile(
    "".join(rf"(?<!\b{re.escape(name)})" for name in _ABBREVIATED)
    + r"(?<=[.!?])[\"'\u201d\u2019)]*\s+(?=[A-Z\"'\u201c\u2018(])"
)


def doubts_of(article: Article, *, seen: dt.datetime | None = None) -> tuple[Doubt, ...]:
    """The doubts about ``published_at``; ``seen``: when the input was fetched, now by default."""
    if article.published_at is None:
        return ()
    return tuple(_found(article, article.published_at, seen or dt.datetime.now(dt.UTC)))


def _found(article: Article, published: str, seen: dt.datetime) -> Iterator[Doubt]:
    if _moment(published) > seen + _DAY:
        yield "published_in_future"
    known = max(published[:10], (article.updated_at or published)[:10])
    latest = dt.date.fromisoformat(known) + _DAY
    years = [year for year in map(str, range(latest.year, latest.year + _YEARS)) if year in article.text]
    noticed = {notice.text for notice in article.notices}  # a correction comes later, as it should
    dated = (
        block.text for block in article.blocks if len(block.text) <= _LONGEST and any(y in block.text for y in years)
    )
    later = (text for text in dated if text not in noticed and any(_day(found) > latest for found in find_dates(text)))
    if any(day > latest for text in later for day in _past_days(text)):
        yield "published_before_reference"


def _day(found: FoundDate) -> dt.date:
    return dt.date.fromisoformat(found.iso[:10])


def _moment(date: str) -> dt.datetime:
    moment = dt.datetime.fromisoformat(date)
    return moment.replace(tzinfo=moment.tzinfo or dt.UTC)


def _past_days(text: str) -> Iterator[dt.date]:
    """The days, with their year, that the paragraph tells of as past."""
    for sentence in _SENTENCE.split(text):
        if len(sentence) > 600 or _FUTURE.search(sentence):
            continue
        for found in find_dates(sentence):
            opens = re.fullmatch(r"On\s+(?:the\s+)?", sentence[: found.start])
            told = opens and _AFTER.match(sentence, found.end)
            if told or _BEFORE.search(sentence[max(0, found.start - 120) : found.start]):
                yield _day(found)

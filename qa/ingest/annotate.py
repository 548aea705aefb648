"""An Article as a reader made it -> the same with what its fields and text tell: provenance, genre, notices, doubts.

Every reader calls ``annotated`` where it makes its article, and nothing else fills these fields. What a reader, or the
page's markup, said already is kept: ``annotated`` only adds, and doing it twice changes nothing.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable

from qa.ingest.doubts import doubts_of
from qa.ingest.genre import Hints, genre_of, recognised
from qa.ingest.notices import merged, notices_in
from qa.types import Article, Provenance

FIELDS = ("title", "source", "authors", "published_at", "updated_at", "url", "language", "section", "genre", "given_id")
"""The fields that have a provenance."""


def annotated(article: Article, whence: Provenance, *, seen: dt.datetime | None = None) -> Article:
    """The article with all that can be told of it.

    Args:
        article: as its reader made it.
        whence: where the fields came from of which the reader has not said it.
        seen: when the input was fetched, where that is known; now by default.
    """
    genre = _genre(article)
    known = {name: whence for name in FIELDS if getattr(article, name)}
    if genre and not article.genre:
        known["genre"] = article.provenance.get("section" if article.section else "title", whence)
    notices = merged((*article.notices, *notices_in(article.blocks)))
    full = dataclasses.replace(article, genre=genre, notices=notices, provenance={**known, **article.provenance})
    return dataclasses.replace(full, doubts=doubts_of(full, seen=seen))


def located(article: Article, url: str | None) -> Article:
    """The article with the address that it was read from, where it says none itself."""
    if article.url or not url:
        return article
    return annotated(dataclasses.replace(article, url=url), "file")


def filled(article: Article, told: Article, names: Iterable[str]) -> Article:
    """The article with what only another telling of it says: the entry of a feed that led to it, a record around it."""
    gaps = [name for name in names if not getattr(article, name) and getattr(told, name)]
    provenance = {**article.provenance, **{name: told.provenance[name] for name in gaps if name in told.provenance}}
    full = dataclasses.replace(article, **{name: getattr(told, name) for name in gaps}, provenance=provenance)
    return annotated(full, "record")


def _genre(article: Article) -> str | None:
    """The genre that a record's word means, or the word itself; else what headline, section and address say."""
    if article.genre:
        return recognised(article.genre) or article.genre
    return genre_of(Hints(title=article.title, section=article.section or "", url=article.url or ""))

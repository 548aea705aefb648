"""What was said of an article after it was published, and what its reader said of where its fields came from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from qa.catalogue.tables import events, remarks
from qa.types import Article, ArticleEvent, Doubt, Provenance


def add_event(db: sa.Connection, event: ArticleEvent) -> bool:
    """Whether it is new: the same words of the same kind about the same article are kept once."""
    same = (events.c.article_id == event.article_id, events.c.kind == event.kind, events.c.text == event.text)
    if db.scalar(sa.select(events.c.id).where(*same)) is not None:
        return False
    db.execute(events.insert().values(asdict(event)))
    return True


def events_of(db: sa.Connection, article_id: str) -> list[ArticleEvent]:
    """By day, and those of one day as they came."""
    query = sa.select(events).where(events.c.article_id == article_id).order_by(events.c.at, events.c.id)
    return [_event(row) for row in db.execute(query)]


def add_remarks(db: sa.Connection, version: str, article: Article) -> None:
    if article.provenance or article.doubts:
        said = {"provenance": json.dumps(dict(article.provenance)), "doubts": json.dumps(article.doubts)}
        db.execute(remarks.insert().values(version=version, **said))


def remarks_on(db: sa.Connection, version: str) -> tuple[Mapping[str, Provenance], tuple[Doubt, ...]]:
    row = db.execute(sa.select(remarks).where(remarks.c.version == version)).first()
    return ({}, ()) if row is None else (json.loads(row.provenance), tuple(json.loads(row.doubts)))


def _event(row: Any) -> ArticleEvent:
    return ArticleEvent(row.article_id, row.version, row.kind, row.at, row.text, row.declared)

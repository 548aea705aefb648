"""Queries for versions, passages and paragraphs, and the values that are made of their rows."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

import sqlalchemy as sa

from qa.catalogue.tables import articles, blocks, events, passages, reports, versions
from qa.types import BlockKind, Paragraph, Passage, Source, VersionStatus

Item = TypeVar("Item")


def versions_of(article_id: str) -> sa.Select[Any]:
    return sa.select(versions).where(versions.c.article_id == article_id).order_by(versions.c.seq)


_report = sa.select(reports.c.report).where(reports.c.article_id == versions.c.article_id).scalar_subquery()
_corrected_at = (
    sa.select(sa.func.max(events.c.at))
    .where(events.c.article_id == versions.c.article_id, events.c.kind != "retraction")
    .scalar_subquery()
)
_SOURCE_COLUMNS = (
    versions.c.article_id, versions.c.version, versions.c.title, versions.c.source, versions.c.authors,
    versions.c.published_at, versions.c.updated_at, versions.c.url, versions.c.language, versions.c.section,
    versions.c.genre, versions.c.known_from, versions.c.known_until, articles.c.current,
    articles.c.retracted_at, articles.c.retracted_reason, _report.label("report"), _corrected_at.label("corrected_at"),
)  # fmt: skip


def source_query() -> sa.Select[Any]:
    return sa.select(*_SOURCE_COLUMNS).join(articles, articles.c.article_id == versions.c.article_id)


_before, _after = blocks.alias("before"), blocks.alias("after")


def passage_query(keys: Sequence[int], in_versions: Iterable[str]) -> sa.Select[Any]:
    return (
        sa.select(
            passages.c.key,
            passages.c.start.label("from_"),
            passages.c.end.label("to_"),
            blocks.c.number,
            blocks.c.paragraph_id,
            blocks.c.kind,
            blocks.c.start,
            blocks.c.end,
            _body(blocks).label("body"),
            _before.c.number.label("before_number"),
            _before.c.paragraph_id.label("before_id"),
            _before.c.kind.label("before_kind"),
            _before.c.start.label("before_start"),
            _before.c.end.label("before_end"),
            _body(_before).label("before_body"),
            _after.c.kind.label("after_kind"),
            *_SOURCE_COLUMNS,
        )
        .join(blocks, blocks.c.paragraph_id == passages.c.paragraph_id)
        .join(versions, versions.c.version == blocks.c.version)
        .join(articles, articles.c.article_id == versions.c.article_id)
        .outerjoin(
            _before,
            (_before.c.version == blocks.c.version)
            & (_before.c.place == blocks.c.place - 1)
            & _before.c.number.is_not(None),
        )
        .outerjoin(_after, (_after.c.version == blocks.c.version) & (_after.c.place == blocks.c.place + 1))
        .where(passages.c.key.in_(keys), blocks.c.version.in_(list(in_versions)))
    )


def _body(block: sa.FromClause) -> sa.ColumnElement[str]:
    return sa.func.substr(versions.c.text, block.c.start + 1, block.c.end - block.c.start)


def source_of(row: Any) -> Source:
    return Source(
        article_id=row.article_id,
        version=row.version,
        title=row.title,
        source=row.source,
        authors=tuple(json.loads(row.authors)),
        published_at=row.published_at,
        updated_at=row.updated_at,
        url=row.url,
        language=row.language,
        section=row.section,
        genre=row.genre,
        status=_status(row),
        known_from=as_day(row.known_from),
        known_until=as_day(row.known_until),
        reason=row.retracted_reason,
        report=row.report or row.article_id,
        corrected_at=row.corrected_at,
    )


def _status(row: Any) -> VersionStatus:
    if row.retracted_at is not None:
        return "retracted"
    return "current" if row.version == row.current else "superseded"


def as_day(value: str | None) -> dt.date | None:
    return dt.date.fromisoformat(value) if value else None


def passage_of(row: Any) -> Passage:
    paragraph = Paragraph(row.number, row.paragraph_id, row.kind, row.start, row.end, row.body)
    return Passage(
        passage_id=f"{row.paragraph_id}.{row.from_}",
        paragraph=paragraph,
        source=source_of(row),
        start=row.start + row.from_,
        end=row.start + row.to_,
        text=row.body[row.from_ : row.to_],
        before=_before_of(row),
    )


def _before_of(row: Any) -> Paragraph | None:
    if row.before_number is None:
        return None
    return Paragraph(
        row.before_number, row.before_id, row.before_kind, row.before_start, row.before_end, row.before_body
    )


def paragraphs_of(db: sa.Connection, version: str, text: str) -> Iterator[Paragraph]:
    query = sa.select(blocks).where(blocks.c.version == version).order_by(blocks.c.place)
    for row in db.execute(query):
        kind: BlockKind = row.kind
        yield Paragraph(row.number, row.paragraph_id, kind, row.start, row.end, text[row.start : row.end])


def chunks(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]

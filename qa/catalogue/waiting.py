"""What the indexes have still to take in or to forget."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from qa.catalogue.connection import advance
from qa.catalogue.rows import chunks
from qa.catalogue.tables import blocks, passages, removals, versions
from qa.catalogue.values import IndexEntry


def count_unindexed(db: sa.Connection) -> int:
    query = sa.select(sa.func.count()).select_from(passages).where(passages.c.indexed.is_(sa.false()))
    return int(db.scalar(query) or 0)


def mark_indexed(db: sa.Connection, keys: Sequence[int]) -> None:
    advance(db)
    for chunk in chunks(keys, 500):
        db.execute(passages.update().where(passages.c.key.in_(chunk)).values(indexed=True))


def mark_all_unindexed(db: sa.Connection) -> None:
    advance(db)
    db.execute(passages.update().values(indexed=False))


def pending_removals(db: sa.Connection) -> list[int]:
    return list(db.scalars(sa.select(removals.c.key).order_by(removals.c.key)))


def forget_removals(db: sa.Connection, keys: Sequence[int]) -> None:
    advance(db)
    for chunk in chunks(keys, 500):
        db.execute(removals.delete().where(removals.c.key.in_(chunk)))


def unindexed(db: sa.Connection, limit: int) -> list[IndexEntry]:
    """Passages that not both indexes are known to hold, by key.

    Text and title are those of the first version that holds the paragraph. The text is the same in all of them,
    as the id is made of it. The title is not: with the first one, what a question as of some day finds never
    hangs on a later headline.
    """
    waiting = sa.select(passages).where(passages.c.indexed.is_(sa.false()))
    chosen = waiting.order_by(passages.c.key).limit(limit).subquery()
    body = sa.func.substr(versions.c.text, blocks.c.start + chosen.c.start + 1, chosen.c.end - chosen.c.start)
    by_age = (sa.func.coalesce(versions.c.known_from, ""), versions.c.seq)
    nth = sa.func.row_number().over(partition_by=blocks.c.paragraph_id, order_by=by_age)
    ranked = (
        sa.select(blocks.c.paragraph_id, blocks.c.version, nth.label("nth"))
        .join(versions, versions.c.version == blocks.c.version)
        .where(blocks.c.paragraph_id.in_(sa.select(chosen.c.paragraph_id)), blocks.c.number.is_not(None))
        .subquery()
    )
    rows = (
        sa.select(chosen.c.key, chosen.c.article_id, versions.c.title, body.label("text"))
        .join(ranked, (ranked.c.paragraph_id == chosen.c.paragraph_id) & (ranked.c.nth == 1))
        .join(
            blocks,
            (blocks.c.paragraph_id == ranked.c.paragraph_id) & (blocks.c.version == ranked.c.version),
        )
        .join(versions, versions.c.version == blocks.c.version)
        .order_by(chosen.c.key)
    )
    return [IndexEntry(row.key, row.article_id, row.title, row.text) for row in db.execute(rows)]

"""What the indexes have still to take in or to forget."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from qa.catalogue.connection import advance
from qa.catalogue.rows import chunks
from qa.catalogue.tables import blocks, passages, removals, versions
from qa.catalogue.values import IndexEntry

_NEAR = 1_000  # characters of a neighbour that the word index is told


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
    """Passages that not both indexes are known to hold, by key."""
    waiting = sa.select(passages).where(passages.c.indexed.is_(sa.false()))
    return _entries(db, waiting.order_by(passages.c.key).limit(limit))


def indexed(db: sa.Connection, after: int, limit: int) -> list[IndexEntry]:
    """Passages that both indexes hold, by key, from the first key that is greater."""
    held = sa.select(passages).where(passages.c.indexed.is_(sa.true()), passages.c.key > after)
    return _entries(db, held.order_by(passages.c.key).limit(limit))


def _entries(db: sa.Connection, wanted: sa.Select[Any]) -> list[IndexEntry]:
    """Text, title and neighbours are those of the first version that holds the paragraph.

    The text is the same in all of them, as the id is made of it. Title and neighbours are not: with the first ones,
    what a question as of some day finds never hangs on a later headline.
    """
    chosen = wanted.subquery()
    body = sa.func.substr(versions.c.text, blocks.c.start + chosen.c.start + 1, chosen.c.end - chosen.c.start)
    by_age = (sa.func.coalesce(versions.c.known_from, ""), versions.c.seq)
    nth = sa.func.row_number().over(partition_by=blocks.c.paragraph_id, order_by=by_age)
    ranked = (
        sa.select(blocks.c.paragraph_id, blocks.c.version, nth.label("nth"))
        .join(versions, versions.c.version == blocks.c.version)
        .where(blocks.c.paragraph_id.in_(sa.select(chosen.c.paragraph_id)), blocks.c.number.is_not(None))
        .subquery()
    )
    query = (
        sa.select(
            chosen.c.key, chosen.c.article_id, versions.c.title, body.label("text"), blocks.c.version, blocks.c.place
        )
        .join(ranked, (ranked.c.paragraph_id == chosen.c.paragraph_id) & (ranked.c.nth == 1))
        .join(
            blocks,
            (blocks.c.paragraph_id == ranked.c.paragraph_id) & (blocks.c.version == ranked.c.version),
        )
        .join(versions, versions.c.version == blocks.c.version)
        .order_by(chosen.c.key)
    )
    rows = db.execute(query).all()
    near = _neighbours(db, sorted({row.version for row in rows}))
    return [IndexEntry(row.key, row.article_id, row.title, row.text, near[row.version, row.place]) for row in rows]


def _neighbours(db: sa.Connection, of: Sequence[str]) -> dict[tuple[str, int], str]:
    """What stands around each paragraph of these versions, by version and place."""
    text = sa.func.substr(versions.c.text, blocks.c.start + 1, blocks.c.end - blocks.c.start)
    near = {}
    for chunk in chunks(of, 500):
        query = (
            sa.select(blocks.c.version, blocks.c.place, text.label("text"))
            .join(versions, versions.c.version == blocks.c.version)
            .where(blocks.c.version.in_(chunk), blocks.c.number.is_not(None))
            .order_by(blocks.c.version, blocks.c.place)
        )
        for version, group in groupby(db.execute(query), lambda row: row.version):
            rows = list(group)
            for at, row in enumerate(rows):
                around = {rows[0].place: rows[0], **{one.place: one for one in rows[max(at - 1, 0) : at + 2]}}
                near[version, row.place] = "\n".join(
                    one.text[:_NEAR] for place, one in around.items() if place != row.place
                )
    return near

"""What the catalogue itself must never show."""

from __future__ import annotations

import sqlalchemy as sa

from qa.catalogue.tables import articles, blocks, passages, versions


def broken(db: sa.Connection) -> list[str]:
    """What the catalogue itself must never show: paragraphs without text, articles without a version."""
    checks = {
        "articles whose current version is missing": sa.select(sa.func.count())
        .select_from(articles.outerjoin(versions, articles.c.current == versions.c.version))
        .where(versions.c.version.is_(None)),
        "blocks of no version": sa.select(sa.func.count())
        .select_from(blocks.outerjoin(versions, blocks.c.version == versions.c.version))
        .where(versions.c.version.is_(None)),
        "blocks that reach beyond their text": sa.select(sa.func.count())
        .select_from(blocks.join(versions, blocks.c.version == versions.c.version))
        .where(blocks.c.end > sa.func.length(versions.c.text)),
        "passages of no paragraph": sa.select(sa.func.count())
        .select_from(passages.outerjoin(blocks, passages.c.paragraph_id == blocks.c.paragraph_id))
        .where(blocks.c.paragraph_id.is_(None)),
        "paragraphs without a passage": sa.select(sa.func.count())
        .select_from(blocks.outerjoin(passages, passages.c.paragraph_id == blocks.c.paragraph_id))
        .where(passages.c.key.is_(None), blocks.c.number.is_not(None)),
    }
    return [f"{n:,} {what}" for what, query in checks.items() if (n := int(db.scalar(query) or 0))]

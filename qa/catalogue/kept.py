"""Questions and ratings that are kept: personal data, apart from everything else. See docs/evaluation.md."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from qa.catalogue.rows import as_day
from qa.catalogue.tables import asked, feedback
from qa.catalogue.values import Asked, Feedback


def add_feedback(db: sa.Connection, answer_id: str, rating: str, comment: str | None, at: str) -> None:
    """In place of what was said of the same answer before."""
    db.execute(feedback.delete().where(feedback.c.answer_id == answer_id))
    row = {"answer_id": answer_id, "rating": rating, "comment": comment, "at": at}
    db.execute(feedback.insert().values(row))


def all_feedback(db: sa.Connection) -> list[Feedback]:
    """Oldest first."""
    columns = (feedback.c.answer_id, feedback.c.rating, feedback.c.comment, feedback.c.at)
    return [Feedback(*row) for row in db.execute(sa.select(*columns).order_by(feedback.c.id))]


def keep(db: sa.Connection, question: Asked) -> None:
    known = sa.select(asked.c.answer_id).where(asked.c.answer_id == question.answer_id)
    if db.scalar(known) is None:
        db.execute(asked.insert().values(_asked_row(question)))


def all_asked(db: sa.Connection) -> list[Asked]:
    """Oldest first."""
    return [_asked(row) for row in db.execute(sa.select(asked).order_by(asked.c.at, asked.c.answer_id))]


def forget_asked(db: sa.Connection, before: str | None) -> int:
    old = sa.true() if before is None else asked.c.at < before
    return db.execute(asked.delete().where(old)).rowcount


def _asked_row(question: Asked) -> dict[str, Any]:
    return asdict(question) | {
        "as_of": question.as_of.isoformat() if question.as_of else None,
        "citations": json.dumps(question.citations),
    }


def _asked(row: Any) -> Asked:
    return Asked(
        answer_id=row.answer_id,
        at=row.at,
        question=row.question,
        as_of=as_day(row.as_of),
        narrowed=row.narrowed,
        follows=row.follows,
        answered=row.answered,
        snapshot=row.snapshot,
        citations=tuple(json.loads(row.citations)),
    )

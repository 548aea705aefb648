"""The database's door: how it is opened, what its errors become, and what the catalogue remembers of itself."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    DataError,
    IntegrityError,
    OperationalError,
    ProgrammingError,
)

from qa.catalogue.tables import meta
from qa.errors import ArchiveBusy, ArchiveDamaged, ArchiveReadOnly, ServiceError


def connect(url: str) -> sa.Engine:
    try:
        engine = sa.create_engine(_with_driver(url), pool_pre_ping=not url.startswith("sqlite"))
    except (ArgumentError, ImportError) as error:
        raise ServiceError(
            f"QA_DATABASE_URL cannot be used ({str(error).splitlines()[0][:200]})",
            hint="write it as postgresql://user:password@host/name, and install the extra [postgres]",
        ) from error
    sa.event.listen(engine, "handle_error", _say_what_failed)
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _tune_sqlite)
    return engine


def _say_what_failed(context: ExceptionContext) -> None:
    """The database's exceptions stop here: what a person can act on becomes an error of ours."""
    error = context.original_exception
    if not isinstance(context.sqlalchemy_exception, (OperationalError, DatabaseError)):
        return
    if isinstance(context.sqlalchemy_exception, (IntegrityError, DataError, ProgrammingError)):
        return  # ours, and nobody else's to mend
    reason = (str(error).splitlines() or [type(error).__name__])[0][:200]
    dialect = context.dialect
    if dialect is not None and dialect.name != "sqlite":
        raise ServiceError(f"the database does not answer ({reason})", hint="see QA_DATABASE_URL") from error
    if "locked" in reason:
        raise ArchiveBusy(f"the catalogue is in use ({reason})", hint="try again when the other is done") from error
    if any(words in reason for words in ("readonly", "unable to open", "disk is full", "disk I/O")):
        raise ArchiveReadOnly(
            f"the catalogue cannot be written ({reason})",
            hint="an archive is a folder that qa may write, with room left: see --home or QA_HOME",
        ) from error
    raise ArchiveDamaged(f"the catalogue is damaged ({reason})", hint="restore it from a backup") from error


def _with_driver(url: str) -> sa.URL:
    """PostgreSQL by the driver that the install offers (``pip install news-archive-qa[postgres]``)."""
    parsed = sa.make_url(url)
    named = parsed.drivername in {"postgres", "postgresql"}
    return parsed.set(drivername="postgresql+psycopg") if named else parsed


def _tune_sqlite(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")  # readers go on while one writes
    cursor.execute("PRAGMA synchronous=FULL")  # acknowledged means on the disk
    cursor.execute("PRAGMA busy_timeout=10000")
    cursor.close()


def get_meta(db: sa.Connection, key: str) -> str | None:
    value: str | None = db.scalar(sa.select(meta.c.value).where(meta.c.key == key))
    return value


def set_meta(db: sa.Connection, key: str, value: str | None) -> None:
    if db.execute(meta.update().where(meta.c.key == key).values(value=value)).rowcount == 0:
        db.execute(meta.insert().values(key=key, value=value))


def advance(db: sa.Connection) -> None:
    """The next generation: tells every reader, in whatever process, to look again."""
    set_meta(db, "generation", str(int(get_meta(db, "generation") or "0") + 1))


def count(db: sa.Connection, table: sa.Table) -> int:
    return int(db.scalar(sa.select(sa.func.count()).select_from(table)) or 0)

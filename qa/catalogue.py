"""The truth: articles, their versions and paragraphs, in SQL. Both indexes are derived from what stands here.

An article is acknowledged once its transaction is committed. ``passages.indexed`` says which passages both
indexes hold, ``removals`` which they must still forget; whoever opens the archive next finishes both.
Knows nothing of the indexes themselves.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

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

from qa.errors import ArchiveBusy, ArchiveDamaged, ArchiveReadOnly, ArticleNotFound, ServiceError
from qa.types import NUMBERED, Article, BlockKind, Paragraph, Passage, Source, Version, VersionStatus

SCHEMA = "1"
LONGEST_PASSAGE = 1_800
"""Characters. A longer paragraph is cut into passages: the models read 512 tokens, and then stop."""

metadata = sa.MetaData()
meta = sa.Table("meta", metadata, sa.Column("key", sa.Text, primary_key=True), sa.Column("value", sa.Text))
articles = sa.Table(
    "articles",
    metadata,
    sa.Column("article_id", sa.Text, primary_key=True),
    sa.Column("current", sa.Text, nullable=False),
    sa.Column("retracted_at", sa.Text),
    sa.Column("retracted_reason", sa.Text),
)
identities = sa.Table(
    "identities",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("article_id", sa.Text, nullable=False, index=True),
)
versions = sa.Table(
    "versions",
    metadata,
    sa.Column("version", sa.Text, primary_key=True),
    sa.Column("article_id", sa.Text, nullable=False, index=True),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("source", sa.Text),
    sa.Column("authors", sa.Text, nullable=False),
    sa.Column("published_at", sa.Text),
    sa.Column("updated_at", sa.Text),
    sa.Column("url", sa.Text),
    sa.Column("language", sa.Text),
    sa.Column("section", sa.Text),
    sa.Column("genre", sa.Text),
    sa.Column("known_from", sa.Text),
    sa.Column("known_until", sa.Text),
    sa.Column("content", sa.Text, nullable=False, index=True),
    sa.Column("origin", sa.Text),
    sa.Column("text", sa.Text, nullable=False),
)
blocks = sa.Table(
    "blocks",
    metadata,
    sa.Column("version", sa.Text, primary_key=True),
    sa.Column("place", sa.Integer, primary_key=True),
    sa.Column("number", sa.Integer),
    sa.Column("paragraph_id", sa.Text, nullable=False, index=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("start", sa.Integer, nullable=False),
    sa.Column("end", sa.Integer, nullable=False),
)
passages = sa.Table(
    "passages",
    metadata,
    sa.Column("key", sa.Integer, primary_key=True),
    sa.Column("article_id", sa.Text, nullable=False, index=True),
    sa.Column("paragraph_id", sa.Text, nullable=False),
    sa.Column("start", sa.Integer, nullable=False),
    sa.Column("end", sa.Integer, nullable=False),
    sa.Column("indexed", sa.Boolean, nullable=False, index=True),
    sa.UniqueConstraint("paragraph_id", "start"),
    sqlite_autoincrement=True,  # a key that was deleted must never mean another passage
)
removals = sa.Table("removals", metadata, sa.Column("key", sa.Integer, primary_key=True))
tombstones = sa.Table(
    "tombstones",
    metadata,
    sa.Column("version", sa.Text, primary_key=True),
    sa.Column("article_id", sa.Text, nullable=False),
)
feedback = sa.Table(
    "feedback",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("answer_id", sa.Text, nullable=False),
    sa.Column("rating", sa.Text, nullable=False),
    sa.Column("comment", sa.Text),
    sa.Column("at", sa.Text, nullable=False),
)
asked = sa.Table(  # not in archives that older versions made: create() adds it there
    "asked",
    metadata,
    sa.Column("answer_id", sa.Text, primary_key=True),
    sa.Column("at", sa.Text, nullable=False, index=True),
    sa.Column("question", sa.Text, nullable=False),
    sa.Column("as_of", sa.Text),
    sa.Column("narrowed", sa.Boolean, nullable=False),
    sa.Column("follows", sa.Boolean, nullable=False),
    sa.Column("answered", sa.Boolean, nullable=False),
    sa.Column("snapshot", sa.Text, nullable=False),
    sa.Column("citations", sa.Text, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that is kept, with what its answer cited: personal data, see docs/evaluation.md.

    Attributes:
        narrowed: it was asked with filters by date or outlet, which are not kept.
        follows: there was a conversation before it, which is not kept.
        citations: citation ids in the answer's order; none for a refusal.
    """

    answer_id: str
    at: str
    question: str
    as_of: dt.date | None
    narrowed: bool
    follows: bool
    answered: bool
    snapshot: str
    citations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Feedback:
    """A reader's rating of an answer."""

    answer_id: str
    rating: str
    comment: str | None
    at: str


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of one article that was put in: its id, and ``added``, ``updated``, ``unchanged`` …"""

    article_id: str
    status: str
    paragraphs: int


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """What an index is told of one passage. ``title`` is that of the first version that has it."""

    key: int
    article_id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Counts:
    articles: int
    versions: int
    paragraphs: int
    passages: int


@dataclass(frozen=True, slots=True)
class Picture:
    """Every version of every article, by article and age, and each passage key with each version it is in."""

    generation: str
    sources: list[Source]
    members: list[tuple[int, str]]


class Catalogue:
    """One catalogue in one SQL database. Thread-safe; one writer at a time is the caller's care."""

    def __init__(self, url: str) -> None:
        self._engine = _connect(url)

    def create(self) -> None:
        """Make the tables if they are not there."""
        metadata.create_all(self._engine)
        with self._engine.begin() as db:
            if _meta(db, "schema") is None:
                _set_meta(db, "schema", SCHEMA)
                _set_meta(db, "snapshot", "0" * 32)
                _set_meta(db, "generation", "0")

    def close(self) -> None:
        self._engine.dispose()

    # -- what the catalogue remembers of itself

    def get(self, key: str) -> str | None:
        with self._engine.connect() as db:
            return _meta(db, key)

    def set(self, key: str, value: str) -> None:
        with self._engine.begin() as db:
            _set_meta(db, key, value)

    @property
    def generation(self) -> str:
        """Grows with every change of what can be answered: cheap to compare."""
        return self.get("generation") or "0"

    @property
    def snapshot(self) -> str:
        """Names the content: equal for two archives that hold the same articles, versions and days.

        While the indexes lag behind, it also names the step, as what can be found changes with each.
        """
        with self._engine.connect() as db:
            waiting = db.scalar(sa.select(passages.c.key).where(passages.c.indexed.is_(sa.false())).limit(1))
            step = "" if waiting is None else f".{_meta(db, 'generation')}"
            return f"s_{_meta(db, 'snapshot') or ''}{step}"

    # -- writing

    def put(self, items: Sequence[Article], today: dt.date) -> list[Stored]:
        """Add or update articles, all in one transaction: committed when this returns."""
        with self._changing() as change:
            return [change.put(article, today) for article in items]

    def delete(self, article_id: str) -> None:
        """Forget an article; only that its versions once existed is kept.

        Raises:
            ArticleNotFound: no article has this id.
        """
        with self._changing() as change:
            change.delete(article_id)

    def retract(self, article_id: str, reason: str, today: dt.date) -> None:
        """Keep an article readable, and out of every answer from now on.

        Raises:
            ArticleNotFound: no article has this id.
        """
        with self._changing() as change:
            change.retract(article_id, reason, today)

    def add_feedback(self, answer_id: str, rating: str, comment: str | None, at: str) -> None:
        row = {"answer_id": answer_id, "rating": rating, "comment": comment, "at": at}
        with self._engine.begin() as db:
            db.execute(feedback.insert().values(row))

    def feedback(self) -> list[Feedback]:
        """All of it, oldest first."""
        columns = (feedback.c.answer_id, feedback.c.rating, feedback.c.comment, feedback.c.at)
        with self._engine.connect() as db:
            return [Feedback(*row) for row in db.execute(sa.select(*columns).order_by(feedback.c.id))]

    # -- questions that are kept

    def keep(self, question: Asked) -> None:
        """Keep a question; one whose answer is kept already stays as it is."""
        with self._engine.begin() as db:
            known = sa.select(asked.c.answer_id).where(asked.c.answer_id == question.answer_id)
            if db.scalar(known) is None:
                db.execute(asked.insert().values(_asked_row(question)))

    def asked(self) -> list[Asked]:
        """The kept questions, oldest first."""
        with self._engine.connect() as db:
            return [_asked(row) for row in db.execute(sa.select(asked).order_by(asked.c.at, asked.c.answer_id))]

    def forget_asked(self, before: str | None) -> int:
        """Delete the kept questions, of moments before this one or all; gives how many."""
        old = sa.true() if before is None else asked.c.at < before
        with self._engine.begin() as db:
            return db.execute(asked.delete().where(old)).rowcount

    @contextmanager
    def _changing(self) -> Iterator[_Change]:
        with self._engine.begin() as db:
            change = _Change(db)
            yield change
            change.finish()

    # -- for the indexes

    def count_unindexed(self) -> int:
        """How many passages ``unindexed`` would give, without reading them."""
        with self._engine.connect() as db:
            query = sa.select(sa.func.count()).select_from(passages).where(passages.c.indexed.is_(sa.false()))
            return int(db.scalar(query) or 0)

    def mark_indexed(self, keys: Sequence[int]) -> None:
        """Both indexes hold these now; readers elsewhere learn of it by the generation."""
        with self._engine.begin() as db:
            _advance(db)
            for chunk in _chunks(keys, 500):
                db.execute(passages.update().where(passages.c.key.in_(chunk)).values(indexed=True))

    def mark_all_unindexed(self) -> None:
        with self._engine.begin() as db:
            _advance(db)
            db.execute(passages.update().values(indexed=False))

    def pending_removals(self) -> list[int]:
        with self._engine.connect() as db:
            return list(db.scalars(sa.select(removals.c.key).order_by(removals.c.key)))

    def forget_removals(self, keys: Sequence[int]) -> None:
        """Both indexes have let go of these; readers elsewhere learn of it by the generation."""
        with self._engine.begin() as db:
            _advance(db)
            for chunk in _chunks(keys, 500):
                db.execute(removals.delete().where(removals.c.key.in_(chunk)))

    def passage_keys(self) -> list[int]:
        with self._engine.connect() as db:
            return list(db.scalars(sa.select(passages.c.key).order_by(passages.c.key)))

    def unindexed(self, limit: int) -> list[IndexEntry]:
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
        with self._engine.connect() as db:
            return [IndexEntry(row.key, row.article_id, row.title, row.text) for row in db.execute(rows)]

    # -- reading

    def counts(self) -> Counts:
        with self._engine.connect() as db:
            numbered = (
                sa.select(sa.func.count())
                .select_from(blocks.join(articles, blocks.c.version == articles.c.current))
                .where(blocks.c.number.is_not(None))
            )
            return Counts(
                articles=_count(db, articles),
                versions=_count(db, versions),
                paragraphs=int(db.scalar(numbered) or 0),
                passages=_count(db, passages),
            )

    def picture(self) -> Picture:
        """Versions and members as they were at one moment, whoever writes meanwhile."""
        by_age = (versions.c.article_id, sa.func.coalesce(versions.c.known_from, ""), versions.c.seq)
        # A block that is a paragraph in one version may be a heading in another: there it is not retrieved.
        members = (
            sa.select(passages.c.key, blocks.c.version)
            .join(blocks, blocks.c.paragraph_id == passages.c.paragraph_id)
            .where(blocks.c.number.is_not(None))
            .order_by(passages.c.key)
        )
        with self._one_moment() as db:
            sources = [_source(row) for row in db.execute(_source_query().order_by(*by_age))]
            pairs = [(key, version) for key, version in db.execute(members)]
            return Picture(_meta(db, "generation") or "0", sources, pairs)

    @contextmanager
    def _one_moment(self) -> Iterator[sa.Connection]:
        with self._engine.connect() as db:
            if db.dialect.name == "sqlite":
                db.exec_driver_sql("BEGIN")  # Python's driver begins at the first write only
            else:
                db.execution_options(isolation_level="REPEATABLE READ")
            yield db

    def passages(self, wanted: Iterable[tuple[int, str]]) -> dict[int, Passage]:
        """The passages of these keys, each as it stands in the version named with it."""
        version_of = dict(wanted)
        found: dict[int, Passage] = {}
        with self._engine.connect() as db:
            for chunk in _chunks(list(version_of), 300):
                for row in db.execute(_passage_query(chunk, {version_of[key] for key in chunk})):
                    if version_of[row.key] == row.version:
                        found[row.key] = _passage(row)
        return found

    def version(self, article_id: str, version: str | None = None) -> Version:
        """A version of an article, by default its current one.

        Raises:
            ArticleNotFound: no such article, or no such version of it.
        """
        wanted = versions.c.version == (articles.c.current if version is None else version)
        query = _source_query().add_columns(versions.c.text).where(wanted, versions.c.article_id == article_id)
        with self._engine.connect() as db:
            row = db.execute(query).first()
            if row is None:
                which = article_id if version is None else f"{article_id}, version {version}"
                raise ArticleNotFound(
                    f"no article {which} in this archive", hint='"qa articles list" shows what there is'
                )
            return Version(_source(row), row.text, tuple(_paragraphs(db, row.version, row.text)))

    def holds_version(self, version: str) -> bool:
        with self._engine.connect() as db:
            query = sa.select(versions.c.version).where(versions.c.version == version)
            return db.scalar(query) is not None

    def article_of(self, version: str) -> str | None:
        """The article that a version belongs to, or belonged to before it was deleted."""
        with self._engine.connect() as db:
            found: str | None = db.scalar(sa.select(versions.c.article_id).where(versions.c.version == version))
            if found is None:
                found = db.scalar(sa.select(tombstones.c.article_id).where(tombstones.c.version == version))
            return found

    def exists(self, article_id: str) -> bool:
        with self._engine.connect() as db:
            return db.scalar(sa.select(articles.c.article_id).where(articles.c.article_id == article_id)) is not None

    def broken(self) -> list[str]:
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
        with self._engine.connect() as db:
            return [f"{n:,} {what}" for what, query in checks.items() if (n := int(db.scalar(query) or 0))]


class _Change:
    """One transaction on the catalogue, with what it means for the snapshot."""

    def __init__(self, db: sa.Connection) -> None:
        self._db = db
        # Locked where the database can: two servers that write at once would each undo the other's snapshot.
        locked = sa.select(meta.c.value).where(meta.c.key == "snapshot").with_for_update()
        self._snapshot = int(db.scalar(locked) or "0", 16)
        self._touched = False

    def finish(self) -> None:
        if self._touched:
            _set_meta(self._db, "snapshot", f"{self._snapshot:032x}")
            _advance(self._db)

    def put(self, article: Article, today: dt.date) -> Stored:
        keys = identity_keys(article)
        article_id = self._known(article, keys)
        content = _content_hash(article)
        if article_id is None:
            return self._add(article, keys, content)
        current = self._current(article_id)
        known = list(self._db.execute(sa.select(versions).where(versions.c.article_id == article_id)))
        same = [row for row in known if row.content == content]
        if same and not (current.content != content and _reverts(article, known)):
            return Stored(article_id, "unchanged", 0)
        paragraphs = self._insert_version(article_id, article, content, known, today)
        return Stored(article_id, "updated", paragraphs)

    def delete(self, article_id: str) -> None:
        self._require(article_id)
        gone = [row.version for row in self._db.execute(_versions_of(article_id))]
        self._flip(article_id)
        keys = list(self._db.scalars(sa.select(passages.c.key).where(passages.c.article_id == article_id)))
        if keys:
            self._db.execute(removals.insert(), [{"key": key} for key in keys])
        self._db.execute(blocks.delete().where(blocks.c.version.in_(gone)))
        for table in (passages, versions, identities, articles):
            self._db.execute(table.delete().where(table.c.article_id == article_id))
        self._db.execute(tombstones.insert(), [{"version": version, "article_id": article_id} for version in gone])

    def retract(self, article_id: str, reason: str, today: dt.date) -> None:
        self._require(article_id)
        self._flip(article_id)
        self._db.execute(
            articles.update()
            .where(articles.c.article_id == article_id)
            .values(retracted_at=today.isoformat(), retracted_reason=reason)
        )
        self._flip(article_id)

    # -- adding

    def _add(self, article: Article, keys: list[str], content: str) -> Stored:
        twin = self._db.scalar(sa.select(versions.c.article_id).where(versions.c.content == content))
        if twin is not None and article.given_id is None:
            return Stored(twin, "duplicates", 0)
        article_id = _own_id(article, keys)
        self._db.execute(articles.insert().values(article_id=article_id, current=""))
        self._db.execute(identities.insert(), [{"key": key, "article_id": article_id} for key in keys])
        paragraphs = self._insert_version(article_id, article, content, [], None)
        return Stored(article_id, "added", paragraphs)

    def _insert_version(
        self, article_id: str, article: Article, content: str, known: Sequence[Any], today: dt.date | None
    ) -> int:
        self._flip(article_id)
        version = _digest(article_id, content, article.updated_at if known else None)
        known_from = _known_from(article, known, today)
        self._db.execute(tombstones.delete().where(tombstones.c.version == version))
        self._db.execute(
            versions.insert().values(
                version=version,
                article_id=article_id,
                seq=max((row.seq for row in known), default=0) + 1,
                known_from=known_from,
                content=content,
                text=article.text,
                **_columns(article),
            )
        )
        paragraphs = list(_placed(article_id, article))
        if paragraphs:
            self._db.execute(blocks.insert(), [_block_row(version, n, p) for n, p in enumerate(paragraphs)])
        self._add_passages(article_id, paragraphs)
        self._chain(article_id, article.title)
        self._flip(article_id)
        return sum(1 for p in paragraphs if p.number is not None)

    def _add_passages(self, article_id: str, paragraphs: Iterable[Paragraph]) -> None:
        have = set(self._db.scalars(sa.select(passages.c.paragraph_id).where(passages.c.article_id == article_id)))
        rows = [
            {
                "article_id": article_id,
                "paragraph_id": p.paragraph_id,
                "start": start,
                "end": end,
                "indexed": False,
            }
            for p in paragraphs
            if p.number is not None and p.paragraph_id not in have
            for start, end in passage_bounds(p.text)
        ]
        if rows:
            self._db.execute(passages.insert(), rows)

    def _chain(self, article_id: str, new_title: str) -> None:
        """Order the versions by when they were known; each ends where the next begins, the last is current."""
        rows = sorted(self._db.execute(_versions_of(article_id)), key=lambda row: (row.known_from or "", row.seq))
        for row, follower in zip(rows, [*rows[1:], None], strict=True):
            until = follower.known_from if follower is not None else None
            self._db.execute(versions.update().where(versions.c.version == row.version).values(known_until=until))
        current = rows[-1]
        self._db.execute(articles.update().where(articles.c.article_id == article_id).values(current=current.version))
        if any(row.title != new_title for row in rows):  # the indexes hold the title too
            self._db.execute(passages.update().where(passages.c.article_id == article_id).values(indexed=False))

    # -- the state

    def _known(self, article: Article, keys: list[str]) -> str | None:
        found: str | None = self._db.scalar(sa.select(identities.c.article_id).where(identities.c.key.in_(keys)))
        if found is None:  # the id may have been given to it, or made for it, when it came in by another way
            own = _own_id(article, keys)
            found = self._db.scalar(sa.select(articles.c.article_id).where(articles.c.article_id == own))
        return found

    def _current(self, article_id: str) -> Any:
        query = sa.select(versions).join(articles, articles.c.current == versions.c.version)
        return self._db.execute(query.where(articles.c.article_id == article_id)).one()

    def _require(self, article_id: str) -> None:
        if self._db.scalar(sa.select(articles.c.article_id).where(articles.c.article_id == article_id)) is None:
            raise ArticleNotFound(
                f"no article {article_id} in this archive", hint='"qa articles list" shows what there is'
            )

    def _flip(self, article_id: str) -> None:
        """Take the article's state out of the snapshot, or put it in: called before and after a change."""
        self._touched = True
        retracted = self._db.scalar(sa.select(articles.c.retracted_at).where(articles.c.article_id == article_id))
        for row in self._db.execute(_versions_of(article_id)):
            token = f"{row.version} {row.known_from} {row.known_until} {retracted is not None}"
            self._snapshot ^= int(_digest(token, size=32), 16)


# -- values


def identity_keys(article: Article) -> list[str]:
    """What tells that two inputs are the same story, strongest first.

    A given id stands for itself alone. Without one it is the canonical url, and without a url the name of the
    file together with title and day: a file name alone ('index.html') would lose articles, and so would a title
    that stands over a column every week.
    """
    if article.given_id is not None:
        return [f"id:{article.given_id}"]
    if article.url:
        return [f"url:{canonical_url(article.url)}"]
    stem = (article.origin or "").replace("\\", "/").rsplit("/", 1)[-1].split("#")[0]
    title = " ".join(article.title.casefold().split())
    return [f"file:{stem.rsplit('.', 1)[0]}|{title}|{(article.published_at or '')[:10]}"]


def canonical_url(url: str) -> str:
    """The url without what does not name the page: fragment, tracking parameters, case of the host."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:  # not a url that can be taken apart: it still tells this page from others
        return url.strip()
    query = [(k, v) for k, v in parse_qsl(parts.query) if not k.startswith("utm_") and k not in {"fbclid", "gclid"}]
    return urlunsplit((parts.scheme.lower(), parts.netloc.lower(), parts.path, urlencode(query), ""))


def passage_bounds(text: str) -> Iterator[tuple[int, int]]:
    """The slices of a paragraph that are retrieved: nearly always the whole of it."""
    if len(text) <= LONGEST_PASSAGE:
        yield 0, len(text)
        return
    start = 0
    while len(text) - start > LONGEST_PASSAGE:
        window = text[start : start + LONGEST_PASSAGE]
        cut = max(window.rfind(". "), window.rfind("! "), window.rfind("? "))
        cut = cut + 1 if cut > LONGEST_PASSAGE // 2 else window.rfind(" ")
        cut = cut if cut > LONGEST_PASSAGE // 2 else LONGEST_PASSAGE
        yield start, start + cut
        start += cut
    yield start, len(text)


def _placed(article_id: str, article: Article) -> Iterator[Paragraph]:
    """The blocks with their offsets, numbers and ids; an id is made of the text, counted where it repeats."""
    start, number, repeats = 0, 0, dict[str, int]()
    for block in article.blocks:
        repeats[block.text] = repeats.get(block.text, 0) + 1
        counts = block.kind in NUMBERED
        number += counts
        identifier = "p_" + _digest(article_id, block.text, str(repeats[block.text]))
        end = start + len(block.text)
        yield Paragraph(number if counts else None, identifier, block.kind, start, end, block.text)
        start = end + 2


def _known_from(article: Article, known: Sequence[Any], today: dt.date | None) -> str | None:
    """The first day on which this text can have been read.

    For a changed body without a date of its own that is the day it came in: any earlier day would be a guess,
    and an as-of answer must not know what nobody knew.
    """
    days = [day[:10] for day in (article.published_at, article.updated_at) if day]
    latest = max(days, default=None)
    if not known or today is None:
        return latest
    before = max((row.known_from or "" for row in known), default="")
    declared = article.updated_at[:10] if article.updated_at else None
    if declared and declared != max((row.updated_at or "" for row in known), default="")[:10]:
        return max(declared, latest or declared)
    return max(today.isoformat(), before)


def _reverts(article: Article, known: Sequence[Any]) -> bool:
    """Whether a text that was there before is back: its source declares it later than all that is known."""
    latest = max((row.updated_at or row.published_at or "" for row in known), default="")
    return bool(article.updated_at and article.updated_at > latest)


def _content_hash(article: Article) -> str:
    """Everything that makes a version, but when it was touched and where it was read."""
    parts = [
        article.title, article.source, list(article.authors), article.published_at, article.language,
        article.section, article.genre, [(block.kind, block.text) for block in article.blocks],
    ]  # fmt: skip
    return _digest(json.dumps(parts, ensure_ascii=False), size=32)


def _own_id(article: Article, keys: list[str]) -> str:
    return article.given_id or _made_id(article, keys[0])


def _made_id(article: Article, key: str) -> str:
    """A readable id: words of the url or the title, and a hash of what identifies the article."""
    words = (article.url or "").rstrip("/").rsplit("/", 1)[-1].rsplit(".", 1)[0] or article.title
    slug = "".join(c if c.isascii() and c.isalnum() else "-" for c in words.lower())
    slug = "-".join(part for part in slug.split("-") if part)[:40].strip("-")
    return f"{slug or 'article'}-{_digest(key, size=8)}"


def _columns(article: Article) -> dict[str, Any]:
    names = ("title", "source", "published_at", "updated_at", "url", "language", "section", "genre", "origin")
    return {name: getattr(article, name) for name in names} | {"authors": json.dumps(article.authors)}


def _block_row(version: str, place: int, paragraph: Paragraph) -> dict[str, Any]:
    return {
        "version": version, "place": place, "number": paragraph.number, "paragraph_id": paragraph.paragraph_id,
        "kind": paragraph.kind, "start": paragraph.start, "end": paragraph.end,
    }  # fmt: skip


def _digest(*parts: str | None, size: int = 16) -> str:
    """``size`` hexadecimal digits of the sha256 of the parts, which cannot be confused with other parts."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:size]


# -- rows


def _connect(url: str) -> sa.Engine:
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


def _meta(db: sa.Connection, key: str) -> str | None:
    value: str | None = db.scalar(sa.select(meta.c.value).where(meta.c.key == key))
    return value


def _set_meta(db: sa.Connection, key: str, value: str) -> None:
    if db.execute(meta.update().where(meta.c.key == key).values(value=value)).rowcount == 0:
        db.execute(meta.insert().values(key=key, value=value))


def _advance(db: sa.Connection) -> None:
    """The next generation: tells every reader, in whatever process, to look again."""
    _set_meta(db, "generation", str(int(_meta(db, "generation") or "0") + 1))


def _count(db: sa.Connection, table: sa.Table) -> int:
    return int(db.scalar(sa.select(sa.func.count()).select_from(table)) or 0)


def _versions_of(article_id: str) -> sa.Select[Any]:
    return sa.select(versions).where(versions.c.article_id == article_id).order_by(versions.c.seq)


_SOURCE_COLUMNS = (
    versions.c.article_id, versions.c.version, versions.c.title, versions.c.source, versions.c.authors,
    versions.c.published_at, versions.c.updated_at, versions.c.url, versions.c.language, versions.c.section,
    versions.c.genre, versions.c.known_from, versions.c.known_until, articles.c.current,
    articles.c.retracted_at, articles.c.retracted_reason,
)  # fmt: skip


def _source_query() -> sa.Select[Any]:
    return sa.select(*_SOURCE_COLUMNS).join(articles, articles.c.article_id == versions.c.article_id)


def _passage_query(keys: Sequence[int], in_versions: Iterable[str]) -> sa.Select[Any]:
    body = sa.func.substr(versions.c.text, blocks.c.start + 1, blocks.c.end - blocks.c.start)
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
            body.label("body"),
            *_SOURCE_COLUMNS,
        )
        .join(blocks, blocks.c.paragraph_id == passages.c.paragraph_id)
        .join(versions, versions.c.version == blocks.c.version)
        .join(articles, articles.c.article_id == versions.c.article_id)
        .where(passages.c.key.in_(keys), blocks.c.version.in_(list(in_versions)))
    )


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
        as_of=_day(row.as_of),
        narrowed=row.narrowed,
        follows=row.follows,
        answered=row.answered,
        snapshot=row.snapshot,
        citations=tuple(json.loads(row.citations)),
    )


def _source(row: Any) -> Source:
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
        known_from=_day(row.known_from),
        known_until=_day(row.known_until),
        reason=row.retracted_reason,
    )


def _status(row: Any) -> VersionStatus:
    if row.retracted_at is not None:
        return "retracted"
    return "current" if row.version == row.current else "superseded"


def _day(value: str | None) -> dt.date | None:
    return dt.date.fromisoformat(value) if value else None


def _passage(row: Any) -> Passage:
    paragraph = Paragraph(row.number, row.paragraph_id, row.kind, row.start, row.end, row.body)
    return Passage(
        passage_id=f"{row.paragraph_id}.{row.from_}",
        paragraph=paragraph,
        source=_source(row),
        start=row.start + row.from_,
        end=row.start + row.to_,
        text=row.body[row.from_ : row.to_],
    )


def _paragraphs(db: sa.Connection, version: str, text: str) -> Iterator[Paragraph]:
    query = sa.select(blocks).where(blocks.c.version == version).order_by(blocks.c.place)
    for row in db.execute(query):
        kind: BlockKind = row.kind
        yield Paragraph(row.number, row.paragraph_id, kind, row.start, row.end, text[row.start : row.end])


def _chunks(items: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]

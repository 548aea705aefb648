"""One transaction that changes articles: what it writes, and what it means for the snapshot."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from qa.catalogue import fetched
from qa.catalogue.ages import first_known, reverts
from qa.catalogue.connection import advance, set_meta
from qa.catalogue.events import add_event, add_remarks
from qa.catalogue.identity import content_hash, digest, identity_keys, outlet_of, own_id
from qa.catalogue.likenesses import Known, Likenesses
from qa.catalogue.placing import block_row, columns, passage_bounds, placed
from qa.catalogue.rows import versions_of
from qa.catalogue.tables import (
    articles,
    blocks,
    events,
    identities,
    meta,
    passages,
    remarks,
    removals,
    tombstones,
    versions,
)
from qa.catalogue.values import Stored
from qa.duplicates import signature
from qa.errors import ArticleNotFound
from qa.types import Article, ArticleEvent, Paragraph


class Change:
    """One transaction on the catalogue, with what it means for the snapshot."""

    def __init__(self, db: sa.Connection, known: Known) -> None:
        self._db = db
        self._likenesses = Likenesses(db, known)
        # Locked where the database can: two servers that write at once would each undo the other's snapshot.
        locked = sa.select(meta.c.value).where(meta.c.key == "snapshot").with_for_update()
        self._snapshot = int(db.scalar(locked) or "0", 16)
        self._touched = False
        self._news = False

    def finish(self) -> None:
        self._likenesses.finish()
        if self._touched:
            set_meta(self._db, "snapshot", f"{self._snapshot:032x}")
        if self._touched or self._news:
            advance(self._db)

    def put(self, article: Article, today: dt.date) -> Stored:
        keys = identity_keys(article)
        article_id = self._known(article, keys)
        content = content_hash(article)
        if article_id is None:
            return self._add(article, keys, content, today)
        self._remember(article_id, keys)
        current = self._current(article_id)
        known = list(self._db.execute(sa.select(versions).where(versions.c.article_id == article_id)))
        same = [row for row in known if row.content == content]
        if same and not (current.content != content and reverts(article, known)):
            self._note(article_id, same[-1], article, today)
            return Stored(article_id, "unchanged", 0)
        paragraphs = self._insert_version(article_id, article, content, known, today)
        return Stored(article_id, "updated", paragraphs)

    def delete(self, article_id: str) -> None:
        self._require(article_id)
        fetched.forget(self._db, article_id)
        gone = [row.version for row in self._db.execute(versions_of(article_id))]
        self._flip(article_id)
        self._likenesses.forget(article_id)
        keys = list(self._db.scalars(sa.select(passages.c.key).where(passages.c.article_id == article_id)))
        if keys:
            self._db.execute(removals.insert(), [{"key": key} for key in keys])
        for parts in (blocks, remarks):
            self._db.execute(parts.delete().where(parts.c.version.in_(gone)))
        for table in (passages, versions, identities, events, articles):
            self._db.execute(table.delete().where(table.c.article_id == article_id))
        self._db.execute(tombstones.insert(), [{"version": version, "article_id": article_id} for version in gone])

    def retract(self, article_id: str, reason: str, today: dt.date) -> None:
        self._require(article_id)
        self._withdraw(article_id, reason, today.isoformat())
        version = self._current(article_id).version
        add_event(self._db, ArticleEvent(article_id, version, "retraction", today.isoformat(), reason, "command"))

    def correct(self, article_id: str, text: str, at: dt.date) -> None:
        self._require(article_id)
        version = self._current(article_id).version
        if add_event(self._db, ArticleEvent(article_id, version, "correction", at.isoformat(), text, "command")):
            self._news = True

    def _withdraw(self, article_id: str, reason: str, at: str) -> None:
        self._flip(article_id)
        mine = articles.update().where(articles.c.article_id == article_id)
        self._db.execute(mine.values(retracted_at=at, retracted_reason=reason))
        self._flip(article_id)

    def _note(self, article_id: str, version: Any, article: Article, today: dt.date) -> None:
        """Keep what the input says of its own mistakes, each once; a declared retraction is obeyed."""
        for notice in article.notices:
            at = notice.at or version.known_from or today.isoformat()
            event = ArticleEvent(
                article_id, version.version, notice.kind, at, notice.text, "markup" if notice.declared else "text"
            )
            if add_event(self._db, event):
                self._news = True
                if notice.kind == "retraction" and notice.declared:
                    self._withdraw(article_id, notice.text, at)

    # -- adding

    def _add(self, article: Article, keys: list[str], content: str, today: dt.date) -> Stored:
        twin = self._db.scalar(sa.select(versions.c.article_id).where(versions.c.content == content))
        if twin is not None and article.given_id is None:
            return Stored(twin, "duplicates", 0)
        article_id = own_id(article, keys)
        self._db.execute(articles.insert().values(article_id=article_id, current=""))
        self._db.execute(identities.insert(), [{"key": key, "article_id": article_id} for key in keys])
        paragraphs = self._insert_version(article_id, article, content, [], today)
        return Stored(article_id, "added", paragraphs)

    def _insert_version(
        self, article_id: str, article: Article, content: str, known: Sequence[Any], today: dt.date
    ) -> int:
        self._flip(article_id)
        version = digest(article_id, content, article.updated_at if known else None)
        known_from = first_known(article, known, today)
        self._db.execute(tombstones.delete().where(tombstones.c.version == version))
        self._db.execute(
            versions.insert().values(
                version=version,
                article_id=article_id,
                seq=max((row.seq for row in known), default=0) + 1,
                known_from=known_from,
                content=content,
                text=article.text,
                **columns(article),
            )
        )
        paragraphs = list(placed(article_id, article))
        if paragraphs:
            self._db.execute(blocks.insert(), [block_row(version, n, p) for n, p in enumerate(paragraphs)])
        self._add_passages(article_id, paragraphs)
        add_remarks(self._db, version, article)
        self._chain(article_id, article.title)
        self._flip(article_id)
        printed = (outlet_of(article.source, article.url), article.published_at)
        made = signature([p.text for p in paragraphs if p.number is not None])
        self._likenesses.add(version, article_id, printed, made)
        if article.notices:
            self._note(article_id, self._version(version), article, today)
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
        rows = sorted(self._db.execute(versions_of(article_id)), key=lambda row: (row.known_from or "", row.seq))
        for row, follower in zip(rows, [*rows[1:], None], strict=True):
            until = follower.known_from if follower is not None else None
            self._db.execute(versions.update().where(versions.c.version == row.version).values(known_until=until))
        current = rows[-1]
        self._db.execute(articles.update().where(articles.c.article_id == article_id).values(current=current.version))
        if any(row.title != new_title for row in rows):  # the indexes hold the title too
            self._db.execute(passages.update().where(passages.c.article_id == article_id).values(indexed=False))

    # -- the state

    def _known(self, article: Article, keys: list[str]) -> str | None:
        rows = self._db.execute(sa.select(identities.c.key, identities.c.article_id).where(identities.c.key.in_(keys)))
        by_key = dict(iter(rows))
        found: str | None = next((by_key[key] for key in keys if key in by_key), None)
        if found is None:  # the id may have been given to it, or made for it, when it came in by another way
            own = own_id(article, keys)
            found = self._db.scalar(sa.select(articles.c.article_id).where(articles.c.article_id == own))
        return found

    def _remember(self, article_id: str, keys: list[str]) -> None:
        """An article that comes by another address of its page is known by that one too."""
        taken = set(self._db.scalars(sa.select(identities.c.key).where(identities.c.key.in_(keys))))
        fresh = [{"key": key, "article_id": article_id} for key in keys if key not in taken]
        if fresh:
            self._db.execute(identities.insert(), fresh)

    def _version(self, version: str) -> Any:
        return self._db.execute(sa.select(versions).where(versions.c.version == version)).one()

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
        for row in self._db.execute(versions_of(article_id)):
            token = f"{row.version} {row.known_from} {row.known_until} {retracted is not None}"
            self._snapshot ^= int(digest(token, size=32), 16)

"""The catalogue as one object: each method is one transaction, and thread-safe."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

import sqlalchemy as sa

from qa.catalogue import checks, events, fetched, kept, likenesses, waiting
from qa.catalogue.change import Change
from qa.catalogue.connection import advance, connect, count, get_meta, set_meta
from qa.catalogue.identity import page_keys
from qa.catalogue.likenesses import Known, Likenesses
from qa.catalogue.lists import in_its_list, may_be_of_a_list
from qa.catalogue.rows import chunks, paragraphs_of, passage_of, passage_query, source_of, source_query
from qa.catalogue.tables import SCHEMA, articles, blocks, identities, metadata, passages, tombstones, versions
from qa.catalogue.values import Asked, Counts, Feedback, IndexEntry, Picture, Stored
from qa.duplicates import METHOD, Signature
from qa.errors import ArticleNotFound
from qa.types import Article, ArticleEvent, Fetched, Passage, Source, Unchanged, Validators, Version


class Catalogue:
    """One catalogue in one SQL database. Thread-safe; one writer at a time is the caller's care."""

    def __init__(self, url: str) -> None:
        self._engine = connect(url)
        self._signatures = Known()

    def create(self) -> None:
        """Make the tables that are not there: all in a new archive, later ones in an archive of an older version."""
        metadata.create_all(self._engine)
        with self._engine.begin() as db:
            if get_meta(db, "schema") is None:
                set_meta(db, "schema", SCHEMA)
                set_meta(db, "snapshot", "0" * 32)
                set_meta(db, "generation", "0")
                set_meta(db, "signed", METHOD)

    def close(self) -> None:
        self._engine.dispose()

    # -- what the catalogue remembers of itself

    def get(self, key: str) -> str | None:
        with self._engine.connect() as db:
            return get_meta(db, key)

    def set(self, key: str, value: str | None) -> None:
        with self._engine.begin() as db:
            set_meta(db, key, value)

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
            late = db.scalar(sa.select(passages.c.key).where(passages.c.indexed.is_(sa.false())).limit(1))
            step = "" if late is None else f".{get_meta(db, 'generation')}"
            return f"s_{get_meta(db, 'snapshot') or ''}{step}"

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

    def correct(self, article_id: str, text: str, at: dt.date) -> None:
        """Keep that an article was corrected; its text stays as it is.

        Raises:
            ArticleNotFound: no article has this id.
        """
        with self._changing() as change:
            change.correct(article_id, text, at)

    # -- what is remembered of the web

    def remember(self, url_gave: Sequence[tuple[Fetched, tuple[str, ...]]]) -> None:
        """Keep in which state addresses were read, and which articles they gave."""
        if url_gave:
            with self._engine.begin() as db:
                fetched.remember(db, url_gave)

    def recall(self, url: str) -> tuple[Validators, Unchanged] | None:
        """In which state an address was last read, and what it gave; None where that is not known, or not all here."""
        with self._engine.connect() as db:
            return fetched.recall(db, url)

    @contextmanager
    def _changing(self) -> Iterator[Change]:
        with self._comparing() as db:
            change = Change(db, self._signatures)
            yield change
            change.finish()

    @contextmanager
    def _comparing(self) -> Iterator[sa.Connection]:
        """A transaction; where it comes to nothing, what was learnt of signatures in it is forgotten."""
        try:
            with self._engine.begin() as db:
                yield db
        except BaseException:
            self._signatures.clear()
            raise

    # -- reports: which articles print the same

    @property
    def signed(self) -> bool:
        """Whether all versions were compared; not so in an archive that an older version of this program made."""
        return self.get("signed") == METHOD

    def sign(self, limit: int) -> int:
        """Compare up to so many versions that never were; gives how many. When none is left, the archive is signed."""
        with self._comparing() as db:
            if get_meta(db, "signed") not in {None, METHOD}:
                likenesses.forget_all(db)
            set_meta(db, "signed", None)
            late = likenesses.unsigned(db, limit)
            comparing = Likenesses(db, self._signatures)
            for version in late:
                comparing.sign(version)
            comparing.finish()
            if not late:
                _add_page_keys(db)
                set_meta(db, "signed", METHOD)
            advance(db)
            return len(late)

    def forget_signatures(self) -> None:
        """Have every version compared anew by ``sign``."""
        self._signatures.clear()
        with self._engine.begin() as db:
            likenesses.forget_all(db)
            set_meta(db, "signed", None)
            advance(db)

    def signature(self, version: str) -> Signature:
        """Of a version's numbered paragraphs, whatever its outlet prints again and again; empty for an unknown one."""
        with self._engine.connect() as db:
            return likenesses.read_signature(db, version)

    def copies(self, article_id: str) -> list[Source]:
        """The current versions of the other articles that print the same report, earliest first."""
        with self._engine.connect() as db:
            mates = likenesses.members(db, article_id)
            query = source_query().where(versions.c.version == articles.c.current, articles.c.article_id.in_(mates))
            found = [source_of(row) for row in db.execute(query)]
            return sorted(found, key=lambda one: (likenesses.moment(one.published_at), one.article_id))

    def events(self, article_id: str) -> list[ArticleEvent]:
        """Corrections and retractions of an article, oldest first."""
        with self._engine.connect() as db:
            return events.events_of(db, article_id)

    # -- questions and ratings that are kept

    def add_feedback(self, answer_id: str, rating: str, comment: str | None, at: str) -> None:
        with self._engine.begin() as db:
            kept.add_feedback(db, answer_id, rating, comment, at)

    def feedback(self) -> list[Feedback]:
        """All of it, oldest first."""
        with self._engine.connect() as db:
            return kept.all_feedback(db)

    def keep(self, question: Asked) -> None:
        """Keep a question; one whose answer is kept already stays as it is."""
        with self._engine.begin() as db:
            kept.keep(db, question)

    def asked(self) -> list[Asked]:
        """The kept questions, oldest first."""
        with self._engine.connect() as db:
            return kept.all_asked(db)

    def forget_asked(self, before: str | None) -> int:
        """Delete the kept questions, of moments before this one or all; gives how many."""
        with self._engine.begin() as db:
            return kept.forget_asked(db, before)

    # -- for the indexes

    def count_unindexed(self) -> int:
        """How many passages ``unindexed`` would give, without reading them."""
        with self._engine.connect() as db:
            return waiting.count_unindexed(db)

    def unindexed(self, limit: int) -> list[IndexEntry]:
        """Passages that not both indexes are known to hold, by key; see ``qa.catalogue.waiting``."""
        with self._engine.connect() as db:
            return waiting.unindexed(db, limit)

    def indexed(self, after: int, limit: int) -> list[IndexEntry]:
        """Passages that both indexes hold, by key, from the first key that is greater."""
        with self._engine.connect() as db:
            return waiting.indexed(db, after, limit)

    def mark_indexed(self, keys: Sequence[int]) -> None:
        """Both indexes hold these now; readers elsewhere learn of it by the generation."""
        with self._engine.begin() as db:
            waiting.mark_indexed(db, keys)

    def mark_all_unindexed(self) -> None:
        with self._engine.begin() as db:
            waiting.mark_all_unindexed(db)

    def pending_removals(self) -> list[int]:
        with self._engine.connect() as db:
            return waiting.pending_removals(db)

    def forget_removals(self, keys: Sequence[int]) -> None:
        """Both indexes have let go of these; readers elsewhere learn of it by the generation."""
        with self._engine.begin() as db:
            waiting.forget_removals(db, keys)

    def passage_keys(self) -> list[int]:
        with self._engine.connect() as db:
            return list(db.scalars(sa.select(passages.c.key).order_by(passages.c.key)))

    # -- reading

    def counts(self) -> Counts:
        with self._engine.connect() as db:
            numbered = (
                sa.select(sa.func.count())
                .select_from(blocks.join(articles, blocks.c.version == articles.c.current))
                .where(blocks.c.number.is_not(None))
            )
            return Counts(
                articles=count(db, articles),
                versions=count(db, versions),
                paragraphs=int(db.scalar(numbered) or 0),
                passages=count(db, passages),
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
            sources = [source_of(row) for row in db.execute(source_query().order_by(*by_age))]
            pairs = [(key, version) for key, version in db.execute(members)]
            return Picture(get_meta(db, "generation") or "0", sources, pairs)

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
        listed: dict[str, list[int]] = {}
        with self._engine.connect() as db:
            for chunk in chunks(list(version_of), 300):
                for row in db.execute(passage_query(chunk, {version_of[key] for key in chunk})):
                    if version_of[row.key] == row.version:
                        found[row.key] = passage_of(row)
                        if may_be_of_a_list(found[row.key], row.after_kind):
                            listed.setdefault(row.version, []).append(row.key)
            for version, keys in listed.items():
                around = tuple(paragraphs_of(db, version, _text_of(db, version)))
                places = {paragraph.start: place for place, paragraph in enumerate(around)}
                for key in keys:
                    found[key] = in_its_list(found[key], around, places[found[key].paragraph.start])
        return found

    def version(self, article_id: str, version: str | None = None) -> Version:
        """A version of an article, by default its current one.

        Raises:
            ArticleNotFound: no such article, or no such version of it.
        """
        wanted = versions.c.version == (articles.c.current if version is None else version)
        query = source_query().add_columns(versions.c.text).where(wanted, versions.c.article_id == article_id)
        with self._engine.connect() as db:
            row = db.execute(query).first()
            if row is None:
                which = article_id if version is None else f"{article_id}, version {version}"
                raise ArticleNotFound(
                    f"no article {which} in this archive", hint='"qa articles list" shows what there is'
                )
            paragraphs = tuple(paragraphs_of(db, row.version, row.text))
            return Version(source_of(row), row.text, paragraphs, *events.remarks_on(db, row.version))

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
        with self._engine.connect() as db:
            return checks.broken(db)


def _add_page_keys(db: sa.Connection) -> None:
    """Older versions of this program knew an article by its url alone, and not by the page that the url names."""
    known = dict(iter(db.execute(sa.select(identities.c.key, identities.c.article_id).order_by(identities.c.key))))
    fresh: dict[str, str] = {}
    for key, article_id in known.items():
        for page in page_keys(key.removeprefix("url:")) if key.startswith("url:") else ():
            fresh.setdefault(page, article_id)
    rows = [{"key": key, "article_id": article_id} for key, article_id in fresh.items() if key not in known]
    if rows:
        db.execute(identities.insert(), rows)


def _text_of(db: sa.Connection, version: str) -> str:
    text: str = db.execute(sa.select(versions.c.text).where(versions.c.version == version)).scalar_one()
    return text

"""What the archive remembers of the web: in which state an address was last read, and which articles it gave.

Nothing here changes an answer. It goes with the first of its articles that is deleted, so that no address outlives what
it gave, and the next request for it is an unconditional one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.metadata import version

import sqlalchemy as sa

from qa.catalogue.rows import chunks
from qa.catalogue.tables import articles, fetched, fetched_articles
from qa.errors import IngestError
from qa.types import Article, Fetched, Unchanged, Validators

_MOST = 50_000  # articles of one address: as many as a sitemap may list; an index of more is asked for anew
_Item = Article | IngestError | Fetched | Unchanged


class Trail:
    """Which articles an address gave: those that went in last before it was said to be read."""

    def __init__(self) -> None:
        self._ids: deque[str] = deque(maxlen=_MOST)

    def pass_by(self, items: Iterable[_Item], article_ids: Iterable[str]) -> Iterator[tuple[Fetched, tuple[str, ...]]]:
        """Each address that was read, with what it gave.

        Args:
            items: what went into the archive, in order.
            article_ids: of the articles among them, in order.
        """
        ids = iter(article_ids)
        for item in items:
            if isinstance(item, Article):
                self._ids.append(next(ids))
            elif isinstance(item, Unchanged):
                self._ids.extend(item.article_ids)
            elif isinstance(item, Fetched) and item.gave <= len(self._ids):
                start = len(self._ids) - item.gave
                yield item, tuple(dict.fromkeys(self._ids[place] for place in range(start, len(self._ids))))


def remember(db: sa.Connection, url_gave: Sequence[tuple[Fetched, tuple[str, ...]]]) -> None:
    """Keep in which state addresses were read; what was kept of them before is forgotten."""
    latest = {item.url: (item, ids) for item, ids in url_gave if ids}
    _forget_urls(db, list(latest))
    if latest:
        db.execute(fetched.insert(), [_row(item) for item, _ in latest.values()])
        gave = [{"url": url, "article_id": article_id} for url, (_, ids) in latest.items() for article_id in ids]
        for chunk in chunks(gave, 1_000):
            db.execute(fetched_articles.insert(), chunk)


def recall(db: sa.Connection, url: str) -> tuple[Validators, Unchanged] | None:
    """In which state an address was last read, and what it gave.

    None where it was read by another version of this program, which may read it otherwise, and where an article that it
    gave is gone.
    """
    row = db.execute(sa.select(fetched).where(fetched.c.url == url)).first()
    if row is None or row.reader != _reader():
        return None
    held = sa.select(fetched_articles.c.article_id, articles.c.article_id.label("held"))
    with_articles = fetched_articles.outerjoin(articles, articles.c.article_id == fetched_articles.c.article_id)
    rows = db.execute(held.select_from(with_articles).where(fetched_articles.c.url == url)).all()
    if not rows or any(one.held is None for one in rows):
        return None
    return Validators(row.found_at, row.etag, row.last_modified), Unchanged(url, tuple(one.article_id for one in rows))


def forget(db: sa.Connection, article_id: str) -> None:
    """Forget every address that gave this article."""
    urls = sa.select(fetched_articles.c.url).where(fetched_articles.c.article_id == article_id)
    _forget_urls(db, list(db.scalars(urls)))


def _forget_urls(db: sa.Connection, urls: Sequence[str]) -> None:
    for chunk in chunks(urls, 500):
        for table in (fetched, fetched_articles):
            db.execute(table.delete().where(table.c.url.in_(chunk)))


def _row(item: Fetched) -> dict[str, str | None]:
    validators = item.validators
    return {
        "url": item.url,
        "found_at": validators.found_at,
        "etag": validators.etag,
        "last_modified": validators.last_modified,
        "reader": _reader(),
    }


@cache
def _reader() -> str:
    return version("news-archive-qa")

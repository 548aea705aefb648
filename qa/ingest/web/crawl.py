"""A web address -> the Articles that lie there, and behind its links; what the archive has already is not sent again.

A call starts to fetch, on a thread of its own, and what it gives back waits for the page when it is read: so whoever
calls ahead has many pages under way, and reads them in order. Pages are read, and the archive's memory is asked, by the
caller's thread alone.
"""

from __future__ import annotations

import functools
import ssl
from collections.abc import Iterator
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self

from qa.errors import IngestError, UnreadableSource
from qa.ingest.formats import read_stream
from qa.ingest.syndication.item import Found
from qa.ingest.web.addresses import without_password
from qa.ingest.web.answers import NotFetched, Page
from qa.ingest.web.fetcher import Fetcher
from qa.ingest.web.limits import Clock, Limits, Stopped
from qa.ingest.web.polling import Told, told_by
from qa.ingest.web.seen import Seen
from qa.types import Article, Fetched, Unchanged, Validators

_DEEPEST = 2  # links behind a source: an index of sitemaps, a sitemap, a page


class Memory(Protocol):
    """What an archive remembers of the web; see ``qa.archive.Archive``."""

    def recall(self, url: str, /) -> tuple[Validators, Unchanged] | None:
        """In which state an address was last read, and what it gave; None where the archive does not hold all that."""


@dataclass(frozen=True, slots=True)
class _Link:
    """An address that is to be read.

    Attributes:
        depth: how many links led there.
        mark: what the list that led there says of it; see ``Seen``.
        known: what the archive remembers of it.
    """

    url: str
    depth: int
    mark: str
    known: tuple[Validators, Unchanged] | None


class Web:
    """A run's way into the web. Close it after use, or use it as a context.

    Args:
        allow_private: read from private networks, and from this machine, too.
        memory: makes requests conditional; without one, every page is read anew, and nothing is said of where it
            came from: only articles and errors come out.
        seen: what a watch saw in earlier rounds; its pages are not asked for again.
        verify: whose certificates are believed; by default those of certifi, or of ``SSL_CERT_FILE``.
    """

    def __init__(
        self,
        *,
        allow_private: bool = False,
        memory: Memory | None = None,
        seen: Seen | None = None,
        limits: Limits | None = None,
        clock: Clock | None = None,
        verify: ssl.SSLContext | None = None,
    ) -> None:
        limits = limits or Limits()
        self._fetcher = Fetcher(allow_private=allow_private, limits=limits, clock=clock, verify=verify)
        self._threads = ThreadPoolExecutor(limits.threads, thread_name_prefix="fetch")
        self._memory = memory
        self._seen = seen
        self._under_way: set[Future[Page]] = set()
        self._told: dict[str, Told] = {}

    def read(self, url: str) -> Iterator[Found]:
        """What lies at an address that a person named; fetching begins at once. Errors come out as values."""
        return self._start(url, "", depth=0)

    def follow(self, url: str, mark: str = "") -> Iterator[Found]:
        """What lies at an address that a link led to, as far as its host's robots.txt lets us; else as ``read``."""
        return self._start(url, mark, depth=1)

    def told(self, url: str) -> Told:
        """What was said, when this address was last read, about when to ask again."""
        return self._told.get(url.partition("#")[0], Told())

    def close(self) -> None:
        """End what is under way, and let go of what was fetched and not read."""
        self._fetcher.close()
        self._threads.shutdown(cancel_futures=True)
        for future in self._under_way:
            if not future.cancelled() and future.exception() is None and (body := future.result().body):
                body.close()
        self._under_way.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _start(self, url: str, mark: str, *, depth: int) -> Iterator[Found]:
        address = url.partition("#")[0]
        link = _Link(address, depth, mark, self._memory.recall(address) if self._memory else None)
        if depth and self._seen and (again := self._seen.again(link.url, mark, link.known)):
            return iter((again,))
        known = link.known[0] if link.known else None
        future = self._threads.submit(self._fetcher.fetch, link.url, led=depth > 0, known=known)
        self._under_way.add(future)
        return self._read(future, link)

    def _read(self, future: Future[Page], link: _Link) -> Iterator[Found]:
        try:
            page = future.result()
        except (Stopped, CancelledError):
            return
        except UnreadableSource as error:
            self._note(link, Told(status=error.status, after=error.after) if isinstance(error, NotFetched) else Told())
            yield self._failed(link, error)
            return
        finally:
            self._under_way.discard(future)
        if page.body is None:
            assert link.known is not None
            self._note(link, Told(status=304, fresh=page.fresh))
            self._have_seen(link)
            yield link.known[1]
            return
        with page.body:
            self._note(link, told_by(page) if link.depth == 0 else Told())
            yield from self._whole(link, page)

    def _whole(self, link: _Link, page: Page) -> Iterator[Found]:
        """All that a page gives; and behind it, if all of it could be read, that it did."""
        assert page.body is not None
        deeper = functools.partial(self._start, depth=link.depth + 1) if link.depth < _DEEPEST else None
        origin, gave, failure = without_password(link.url), 0, None
        for found in read_stream(page.body, origin=origin, charset=page.charset, url=page.url, follow=deeper):
            if isinstance(found, Article):
                gave += 1
            elif isinstance(found, Unchanged):
                gave += len(found.article_ids)
            elif isinstance(found, IngestError):
                failure = found
            yield found
        if failure is not None:
            self._failed(link, failure)
        elif self._memory is not None:
            self._have_seen(link)
            yield Fetched(link.url, Validators(page.url, page.etag, page.last_modified), gave)

    def _note(self, link: _Link, told: Told) -> None:
        if link.depth == 0:
            self._told[link.url] = told

    def _have_seen(self, link: _Link) -> None:
        if self._seen is not None and link.depth:
            self._seen.read(link.url, link.mark)

    def _failed(self, link: _Link, error: IngestError) -> IngestError:
        if self._seen is not None and link.depth:
            self._seen.failed(link.url, link.mark, error)
        return error

"""Sources -> Articles: files, folders, globs, standard input and web pages, one article at a time.

What cannot be read comes out as an IngestError in its place, with path, line and hint, and the rest goes on; nothing
here raises for what it reads. Files are read one after the other and records line by line, so memory does not grow with
the archive. What a file holds is told from its content (``qa.ingest.formats``).
"""

from __future__ import annotations

import functools
import io
import re
import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, BinaryIO, Self

from qa.ingest.files import read_path
from qa.ingest.formats import read_stream
from qa.ingest.jsonl import article_from_record
from qa.ingest.syndication.item import Follow, Found
from qa.ingest.syndication.links import ahead

if TYPE_CHECKING:
    from qa.ingest.web import Memory, Web

__all__ = ["article_from_record", "read", "read_bytes"]

ADDRESS = re.compile(r"[a-z][a-z0-9+.-]{1,20}://", re.IGNORECASE)  # of any scheme: what is none of ours is said


def read(
    sources: Iterable[str],
    *,
    stdin: BinaryIO | None = None,
    allow_private: bool = False,
    follow: bool = False,
    memory: Memory | None = None,
) -> Iterator[Found]:
    """Read all sources in order.

    Args:
        sources: files, folders (read recursively in order of name, hidden files left out), globs, ``-``, web addresses.
        stdin: what ``-`` reads; the process's standard input by default.
        allow_private: let web addresses lead into private networks.
        follow: fetch the pages that feeds and sitemaps in files lead to, as is done for those from the web.
        memory: what is remembered of the web, so that a page that did not change is not sent again.
    """
    with Links(allow_private, memory) as links:
        reader = functools.partial(_read_source, stdin=stdin, links=links, follow=links.follow if follow else None)
        for _source, found in ahead(sources, reader):
            yield from found


def _read_source(source: str, *, stdin: BinaryIO | None, links: Links, follow: Follow | None) -> Iterator[Found]:
    """What one source gives; of a web address, fetching begins at once."""
    if source == "-":
        return read_stream(stdin or sys.stdin.buffer, origin="-", follow=follow)
    if ADDRESS.match(source):
        return links.read(source)
    return read_path(source, follow)


class Links:
    """The way into the web, made where it is first needed: who reads files need not load it."""

    def __init__(self, allow_private: bool, memory: Memory | None) -> None:  # noqa: FBT001 - handed through
        self._allow_private = allow_private
        self._memory = memory

    @functools.cached_property
    def _web(self) -> Web:
        from qa.ingest.web import Web

        return Web(allow_private=self._allow_private, memory=self._memory)

    def read(self, url: str) -> Iterator[Found]:
        return self._web.read(url)

    def follow(self, url: str, mark: str) -> Iterator[Found]:
        return self._web.follow(url, mark)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_why: object) -> None:
        if "_web" in self.__dict__:
            self._web.close()


def read_bytes(data: bytes, *, origin: str) -> Iterator[Found]:
    """Read one source that is in memory already; ``origin`` names it in messages."""
    yield from read_stream(io.BytesIO(data), origin=origin)

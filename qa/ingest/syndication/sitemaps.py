"""A news sitemap, or an index of sitemaps -> the Articles of the pages it lists.

A sitemap holds addresses and no story, so its pages are fetched where links may be followed. Where they may not, what
it lists is counted and said in one line. A page's own metadata wins; the sitemap fills in title, day, outlet and
language, as Google's news extension gives them.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator
from typing import Any

from qa.errors import InvalidRecord, UnreadableSource
from qa.ingest.bytestream import Readable
from qa.ingest.syndication.elements import MEND, XmlRecord, child, child_text, name_of, records
from qa.ingest.syndication.feeds import filled
from qa.ingest.syndication.item import Follow, Found, Item, mark_of, web_address
from qa.ingest.syndication.links import ahead
from qa.types import Article

_MOST_LINKS = 50_000  # the protocol's own limit for one file (sitemaps.org)


def read_sitemap(
    stream: Readable, *, origin: str, follow: Follow | None = None, encoding: str | None = None
) -> Iterator[Found]:
    """Read the pages that a sitemap lists, or those of all sitemaps of an index.

    Args:
        stream: the sitemap's bytes.
        follow: reads a page, or a sitemap of an index; None: no link is followed.
        origin: names the source in messages.
        encoding: reads the bytes as this, whatever they declare.

    Raises:
        UnreadableSource: no XML, or broken outside its entries; what came before stands.
    """
    pages = maps = 0
    listed = records(stream, frozenset({"url", "sitemap"}), origin=origin, encoding=encoding)
    begun = functools.partial(_begun, follow=follow, places=itertools.count(1))
    for record, found in ahead(listed, begun):
        if not _leads_on(record):
            yield _bad(record, origin)
            continue
        is_map = name_of(record.element) == "sitemap"
        pages, maps = pages + (not is_map), maps + is_map
        if found is not None:
            yield from _filled(found, _item(record.element), origin, is_map=is_map)
    if unread := _unread(pages, maps, origin, followed=follow is not None):
        yield unread


def _leads_on(record: XmlRecord) -> bool:
    return not record.broken and web_address(child_text(record.element, "loc")) is not None


def _begun(record: XmlRecord, *, follow: Follow | None, places: Iterator[int]) -> Iterator[Found] | None:
    """What an entry leads to, being fetched; None where it is not followed."""
    if follow is None or not _leads_on(record) or next(places) > _MOST_LINKS:
        return None
    item = _item(record.element)
    return follow(item.url, mark_of(item, child_text(record.element, "lastmod")))


def _bad(record: XmlRecord, origin: str) -> InvalidRecord:
    message = f"broken XML in the entry: {record.broken}" if record.broken else "the entry has no web address in loc"
    return InvalidRecord(message, path=origin, line=record.line, hint=MEND)


def _filled(pages: Iterator[Found], item: Item, origin: str, *, is_map: bool) -> Iterator[Found]:
    for found in pages:
        yield filled(found, item, origin=origin) if isinstance(found, Article) and not is_map else found


def _item(element: Any) -> Item:
    news = child(element, "news:news")
    if news is None:
        return Item(url=child_text(element, "loc"), whence="feed")
    outlet = child(news, "news:publication")
    return Item(
        title=child_text(news, "news:title"),
        source="" if outlet is None else child_text(outlet, "news:name"),
        published=child_text(news, "news:publication_date"),
        url=child_text(element, "loc"),
        language="" if outlet is None else child_text(outlet, "news:language"),
        genre=child_text(news, "news:genres").partition(",")[0],
        whence="feed",
    )


def _unread(pages: int, maps: int, origin: str, *, followed: bool) -> UnreadableSource | None:
    """What is said of the addresses that were not read; None where all were."""
    listed = " and ".join(
        f"{count:,} {name if count == 1 else name + 's'}"
        for count, name in ((pages, "page"), (maps, "sitemap"))
        if count
    )
    if not listed:
        return UnreadableSource("the sitemap lists no pages", path=origin, hint="name a sitemap with pages in it")
    if not followed:
        hint = "naming the sitemap by its web address fetches them, too"
        return UnreadableSource(
            f"a sitemap of {listed}, none of which was fetched; --follow fetches them", path=origin, hint=hint
        )
    left = pages + maps - _MOST_LINKS
    hint = "name the sitemaps one by one"
    message = f"a sitemap of {listed}; the last {left:,} were not fetched"
    return UnreadableSource(message, path=origin, hint=hint) if left > 0 else None

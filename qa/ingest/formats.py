"""A stream of bytes -> the Articles in it, by the reader of the format that its content shows.

What cannot be read comes out as an IngestError in its place, and the rest goes on; nothing here raises for what it
reads. Only a document that is one article is held in memory, and only up to ``bytestream.LONGEST_DOCUMENT``.
"""

from __future__ import annotations

import dataclasses
import functools
import io
import json
from collections.abc import Iterator

from qa.errors import IngestError, InvalidRecord
from qa.ingest.bytestream import LONGEST_RECORD, ByteStream, LongLine, Readable
from qa.ingest.decode import Format, decode, format_of, xml_encoding
from qa.ingest.item import Follow
from qa.ingest.jsonl import article_from_record, object_of_line
from qa.ingest.ninjs import article_from_ninjs, is_ninjs
from qa.types import Article

_DEEPEST = 2  # an archive in an archive in an archive is a mistake, or a trap


def read_stream(
    raw: Readable,
    *,
    origin: str,
    charset: str | None = None,
    url: str | None = None,
    follow: Follow | None = None,
    depth: int = 0,
) -> Iterator[Article | IngestError]:
    """Read one source, unpacked where it is gzipped.

    Args:
        raw: the bytes; what needs more than to be read from the start is copied to disk if it cannot seek.
        origin: names the source in messages.
        charset: the encoding that its server declared.
        url: where it was fetched, for a page that does not say itself.
        follow: reads the pages that a feed or a sitemap leads to; None: no link is followed.
        depth: how many archives it lies in.
    """
    try:
        stream = ByteStream(raw, origin=origin)
        form = format_of(stream.head, origin=origin)
        if form in ("jsonl", "json"):
            yield from (_read_lines if form == "jsonl" else _read_json)(stream, origin)
        elif form in ("html", "markdown", "scraped"):
            page = _read_document(form, decode(stream.document(), origin=origin, charset=charset), origin)
            yield page if page.url else dataclasses.replace(page, url=url)
        elif form in ("warc", "zip", "pdf"):
            yield from _read_binary(form, stream, origin, depth)
        else:
            yield from _read_xml(form, stream, origin, follow)
    except IngestError as error:
        yield error


def _read_lines(stream: ByteStream, origin: str) -> Iterator[Article | IngestError]:
    for line in stream.lines():
        if isinstance(line, LongLine):
            message = f"the line is longer than {LONGEST_RECORD // 1_000_000} MB"
            yield InvalidRecord(message, path=origin, line=line.number, hint="one article a line")
            continue
        number, data = line
        data = data.removeprefix(b"\xef\xbb\xbf") if number == 1 else data
        if data.strip():
            yield _article_of_line(data, origin, number)


def _article_of_line(data: bytes, origin: str, number: int) -> Article | IngestError:
    try:
        return _article_of(object_of_line(data, origin=origin, number=number), origin, number)
    except IngestError as error:
        return error


def _article_of(record: dict[str, object], origin: str, line: int | None = None) -> Article:
    make = article_from_ninjs if is_ninjs(record) else article_from_record
    return make(record, origin=origin, line=line)


def _read_json(stream: ByteStream, origin: str) -> Iterator[Article | IngestError]:
    """One JSON document, an article or a list of them, as some archives are kept; else it is read as JSON Lines."""
    data = stream.document()
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        yield from _read_lines(ByteStream(io.BytesIO(data), origin=origin), origin)
        return
    for place, record in enumerate(value if isinstance(value, list) else [value]):
        try:
            if not isinstance(record, dict):
                raise InvalidRecord(f"item {place} of the list is not a JSON object", path=origin)
            yield _article_of(record, origin)
        except IngestError as error:
            yield error


def _read_document(form: Format, text: str, origin: str) -> Article:
    if form == "html":
        from qa.ingest.html import read_html

        return read_html(text, origin=origin)
    if form == "markdown":
        from qa.ingest.markdown import read_markdown

        return read_markdown(text, origin=origin)
    from qa.ingest.scraped import read_scraped

    return read_scraped(text, origin=origin)


def _read_binary(form: Format, stream: ByteStream, origin: str, depth: int) -> Iterator[Article | IngestError]:
    if form == "warc":
        from qa.ingest.warc import read_warc

        yield from read_warc(stream.rest(), origin=origin)
    elif form == "zip":
        from qa.ingest.zipped import read_zip

        inner = functools.partial(read_stream, depth=depth + 1) if depth < _DEEPEST else None
        with stream.seekable() as file:
            yield from read_zip(file, origin=origin, read=inner)
    else:
        from qa.ingest.pdf import read_pdf

        with stream.seekable() as file:
            yield read_pdf(file, origin=origin)


def _read_xml(form: Format, stream: ByteStream, origin: str, follow: Follow | None) -> Iterator[Article | IngestError]:
    bytes_, encoding = stream.rest(), xml_encoding(stream.head)
    if form == "feed":
        from qa.ingest.feeds import read_feed

        yield from read_feed(bytes_, origin=origin, follow=follow, encoding=encoding)
    elif form == "sitemap":
        from qa.ingest.sitemaps import read_sitemap

        yield from read_sitemap(bytes_, origin=origin, follow=follow, encoding=encoding)
    elif form == "wordpress":
        from qa.ingest.wordpress import read_wordpress

        yield from read_wordpress(bytes_, origin=origin, encoding=encoding)
    else:
        from qa.ingest.newsml import read_newsml

        yield from read_newsml(bytes_, origin=origin, encoding=encoding)

"""A stream of bytes -> the Articles in it, by the reader of the format that its content shows.

What cannot be read comes out as an IngestError in its place, and the rest goes on; nothing here raises for what it
reads. Only a document that is one article is held in memory, and only up to ``bytestream.LONGEST_DOCUMENT``.
"""

from __future__ import annotations

import functools
import io
import json
from collections.abc import Iterator

from qa.errors import IngestError, InvalidRecord, UnreadableSource
from qa.ingest.annotate import located
from qa.ingest.bytestream import LONGEST_RECORD, ByteStream, LongLine, Readable, Recoded
from qa.ingest.decode import Format, decode, format_of, single_bytes, wide_encoding, xml_encoding
from qa.ingest.jsonl import article_from_record, object_of_line
from qa.ingest.syndication.item import Follow, Found
from qa.ingest.syndication.ninjs import article_from_ninjs, is_ninjs
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
    swollen: float = 1.0,
) -> Iterator[Found]:
    """Read one source, unpacked where it is gzipped.

    Args:
        raw: the bytes; what needs more than to be read from the start is copied to disk if it cannot seek.
        origin: names the source in messages.
        charset: the encoding that its server declared.
        url: where it was fetched, for a page that does not say itself.
        follow: reads the pages that a feed or a sitemap leads to; None: no link is followed.
        depth: how many archives it lies in.
        swollen: how many times larger it became on its way out of them.
    """
    try:
        stream = ByteStream(raw, origin=origin, swollen=swollen)
        form = format_of(stream.head, origin=origin)
        if form in ("jsonl", "json"):
            yield from (_read_lines if form == "jsonl" else _read_json)(stream, origin)
        elif form in ("html", "markdown", "scraped"):
            page = _read_document(form, decode(stream.document(), origin=origin, charset=charset), origin)
            yield located(page, url)
        elif form in ("warc", "zip", "pdf"):
            yield from _read_binary(form, stream, origin, depth, swollen)
        else:
            yield from _read_xml(form, stream, origin, charset, follow)
    except IngestError as error:
        yield error


def _read_lines(stream: ByteStream, origin: str) -> Iterator[Article | IngestError]:
    for line in record_lines(stream, origin):
        yield line if isinstance(line, IngestError) else article_of_line(line, origin)


def record_lines(stream: ByteStream, origin: str) -> Iterator[tuple[int, bytes] | IngestError]:
    """Each line of JSON Lines that says anything, with its number from 1; an error for one that is too long."""
    if wide := wide_encoding(stream.head):  # a line's end is one byte in UTF-8 alone
        stream = ByteStream(Recoded(stream.rest(), wide), origin=origin)
    for line in stream.lines():
        if isinstance(line, LongLine):
            message = f"the line is longer than {LONGEST_RECORD // 1_000_000} MB"
            yield InvalidRecord(message, path=origin, line=line.number, hint="one article a line")
            continue
        number, data = line
        data = data.removeprefix(b"\xef\xbb\xbf") if number == 1 else data
        if data.strip():
            yield number, data


def article_of_line(line: tuple[int, bytes], origin: str) -> Article | IngestError:
    """What a line of JSON Lines, with its number, holds."""
    number, data = line
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
    except (ValueError, RecursionError) as error:
        if not any(_is_object(line) for line in data.split(b"\n")):
            raise _broken_json(error, origin) from error
        yield from _read_lines(ByteStream(io.BytesIO(data), origin=origin), origin)
        return
    for place, record in enumerate(value if isinstance(value, list) else [value]):
        try:
            if not isinstance(record, dict):
                message, hint = f"item {place} of the list is not a JSON object", "each item is one article"
                raise InvalidRecord(message, path=origin, hint=hint)
            yield _article_of(record, origin)
        except IngestError as error:
            yield error


def _is_object(line: bytes) -> bool:
    """Whether a line alone is a JSON object, so that a broken document is broken JSON Lines."""
    try:
        return line.lstrip()[:1] == b"{" and line.rstrip()[-1:] == b"}" and isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _broken_json(error: Exception, origin: str) -> UnreadableSource:
    """One error for a document, not one for each of its lines."""
    hint = "write one article a line, or a list of them, as docs/http-api.md has it"
    if isinstance(error, json.JSONDecodeError):
        return UnreadableSource(f"broken JSON: {error.msg}", path=origin, line=error.lineno, hint=hint)
    what = "not in an encoding of JSON" if isinstance(error, UnicodeError) else "a number or a nesting is too large"
    return UnreadableSource(f"broken JSON: {what}", path=origin, hint=hint)


def _read_document(form: Format, text: str, origin: str) -> Article:
    if form == "html":
        from qa.ingest.html import read_html

        return read_html(text, origin=origin)
    if form == "markdown":
        from qa.ingest.markdown import read_markdown

        return read_markdown(text, origin=origin)
    from qa.ingest.scraped import read_scraped

    return read_scraped(text, origin=origin)


def _read_binary(form: Format, stream: ByteStream, origin: str, depth: int, swollen: float) -> Iterator[Found]:
    if form == "warc":
        from qa.ingest.warc import read_warc

        yield from read_warc(stream.rest(), origin=origin)
    elif form == "zip":
        from qa.ingest.zipped import read_zip

        inner = functools.partial(read_stream, depth=depth + 1) if depth < _DEEPEST else None
        with stream.seekable() as file:
            yield from read_zip(file, origin=origin, read=inner, swollen=swollen)
    else:
        from qa.ingest.pdf import read_pdf

        with stream.seekable() as file:
            yield read_pdf(file, origin=origin)


def _read_xml(
    form: Format, stream: ByteStream, origin: str, charset: str | None, follow: Follow | None
) -> Iterator[Found]:
    bytes_, encoding = stream.rest(), xml_encoding(stream.head)
    if encoding and charset:  # what its server declares is better than a guess, and worse than what it says itself
        encoding = single_bytes(charset) or encoding
    if form == "feed":
        from qa.ingest.syndication.feeds import read_feed

        yield from read_feed(bytes_, origin=origin, follow=follow, encoding=encoding)
    elif form == "sitemap":
        from qa.ingest.syndication.sitemaps import read_sitemap

        yield from read_sitemap(bytes_, origin=origin, follow=follow, encoding=encoding)
    elif form == "wordpress":
        from qa.ingest.syndication.wordpress import read_wordpress

        yield from read_wordpress(bytes_, origin=origin, encoding=encoding)
    else:
        from qa.ingest.syndication.newsml import read_newsml

        yield from read_newsml(bytes_, origin=origin, encoding=encoding)

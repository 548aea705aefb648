"""A web archive (WARC 1.0 and 1.1) -> the Articles of the HTML pages that its responses hold.

Only pages that a server gave with status 200 are read; images, scripts, redirects and revisits are no stories and are
passed over, and so are they by every replay of an archive. A page that was cut short while it was archived is an error,
since half a story would pass for a whole one. The day of the crawl is never taken for the day of publication.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from qa.errors import IngestError, InvalidRecord, UnreadableSource
from qa.ingest.annotate import located
from qa.ingest.bytestream import LONGEST_DOCUMENT, Readable
from qa.ingest.decode import decode
from qa.ingest.html import read_html
from qa.ingest.syndication.item import web_address
from qa.types import Article

_LONGEST_LINE = 16_384
_MOST_LINES = 1_000  # of a header
_PIECE = 1 << 20
_AGAIN = "get the archive again, or check the program that wrote it"
_ANEW = "archive the page anew"
_HTML_TYPES = ("text/html", "application/xhtml+xml")


@dataclass(frozen=True, slots=True)
class _Page:
    """An archived page: its address, what its server said of it in lower case, and its body."""

    url: str
    headers: Mapping[str, str]
    body: bytes


def read_warc(stream: Readable, *, origin: str) -> Iterator[Article | IngestError]:
    """Read all pages of an archive, one record at a time.

    Args:
        stream: the unpacked archive.
        origin: names the archive in messages.

    Raises:
        UnreadableSource: the archive ends too early, or holds no page; what came before stands.
    """
    seen = pages = 0
    for found in _records(_Source(stream), origin):
        seen += 1
        if found is None:
            continue
        pages += 1
        yield found if isinstance(found, IngestError) else _article_or_error(found, origin)
    if not pages:
        hint = "archive the pages themselves; images, scripts and redirects are no articles"
        raise UnreadableSource(f"no HTML page among the {seen:,} records of the archive", path=origin, hint=hint)


class _Source:
    """Bytes with lines and lengths, from a stream that has ``read`` alone."""

    def __init__(self, stream: Readable) -> None:
        self._stream = stream
        self._ahead = b""
        self._at = 0  # in what was read ahead: cutting it at each line would copy it as often

    def line(self) -> bytes:
        """The next line with its end, or as much of it as a line may be long; none at the end."""
        end = self._line_end()
        while not end and len(self._ahead) - self._at < _LONGEST_LINE and (data := self._stream.read(_PIECE)):
            self._ahead, self._at = self._ahead[self._at :] + data, 0
            end = self._line_end()
        return self._passed(end or min(len(self._ahead), self._at + _LONGEST_LINE))

    def _line_end(self) -> int:
        return self._ahead.find(b"\n", self._at, self._at + _LONGEST_LINE) + 1

    def _passed(self, to: int) -> bytes:
        start, self._at = self._at, min(to, len(self._ahead))
        return self._ahead[start : self._at]

    def take(self, length: int) -> bytes:
        """The next bytes; fewer at the end."""
        parts = [self._passed(self._at + length)]
        missing = length - len(parts[0])
        while missing > 0 and (data := self._stream.read(min(missing, _PIECE))):
            parts.append(data)
            missing -= len(data)
        return b"".join(parts)

    def skip(self, length: int) -> int:
        """Pass over bytes; gives how many there were."""
        passed = 0
        while passed < length and (data := self.take(min(length - passed, _PIECE))):
            passed += len(data)
        return passed


def _records(source: _Source, origin: str) -> Iterator[_Page | IngestError | None]:
    """A page, an error, or None for what is no page, for each record."""
    lost = False
    while line := source.line():
        if line.lstrip(b"\xef\xbb\xbf \t").startswith(b"WARC/"):
            lost = False
            yield _record(_headers(source), source, origin)
        elif line.strip(b"\0 \t\r\n") and not lost:
            lost = True
            yield InvalidRecord("broken record: its length or its first line is wrong", path=origin, hint=_AGAIN)


def _headers(source: _Source) -> dict[str, str]:
    """The fields up to the blank line, names in lower case."""
    fields: dict[str, str] = {}
    name = ""
    for _ in range(_MOST_LINES):
        line = source.line().decode("utf-8", "replace")
        if not line.strip():
            break
        if line[0] in " \t" and name:
            fields[name] += " " + line.strip()
            continue
        name, _, value = line.partition(":")
        name = name.strip().lower()
        fields[name] = value.strip()
    return fields


def _record(about: Mapping[str, str], source: _Source, origin: str) -> _Page | IngestError | None:
    if not re.fullmatch(r"\d{1,15}", about.get("content-length", ""), re.ASCII):
        return InvalidRecord("broken record: it has no length", path=origin, hint=_AGAIN)
    length, kind = int(about["content-length"]), about.get("warc-type", "")
    wanted = length if kind in ("response", "resource") else 0
    block = source.take(min(wanted, LONGEST_DOCUMENT))
    if len(block) + source.skip(length - len(block)) < length:
        raise UnreadableSource("the archive ends in the middle of a record", path=origin, hint=_AGAIN)
    page = _page(about, block) if block else None
    if page is None:
        return None
    if about.get("warc-truncated") or "warc-segment-number" in about or length > len(block):
        return InvalidRecord("the page was cut short, or is too long", path=f"{origin}!{page.url}", hint=_ANEW)
    return page


def _page(about: Mapping[str, str], block: bytes) -> _Page | None:
    """The HTML page in a record's block; None for what is none."""
    url = about.get("warc-target-uri", "").strip("<>")
    if about["warc-type"] == "resource":
        return _Page(url, {"content-type": about.get("content-type", "")}, block) if _is_html(about) else None
    head, _, body = block.partition(b"\r\n\r\n")
    status, _, rest = head.partition(b"\n")
    fields = _headers(_Source(_Bytes(rest)))
    if not re.match(rb"HTTP/\d(?:\.\d)? 200\b", status) or not _is_html(fields):
        return None
    return _Page(url, fields, body)


class _Bytes:
    """Bytes in memory, as a stream."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def read(self, _size: int = -1) -> bytes:
        data, self._data = self._data, b""
        return data


def _is_html(fields: Mapping[str, str]) -> bool:
    return fields.get("content-type", "").lower().startswith(_HTML_TYPES)


def _article_or_error(page: _Page, origin: str) -> Article | IngestError:
    place = f"{origin}!{page.url}"
    try:
        charset = re.search(r"charset\s*=\s*[\"']?([\w.:-]+)", page.headers["content-type"], re.IGNORECASE)
        text = decode(_plain_body(page, place), origin=place, charset=charset[1] if charset else None)
        article = read_html(text, origin=place)
    except IngestError as error:
        return error
    return located(article, web_address(page.url))


def _plain_body(page: _Page, place: str) -> bytes:
    """The page's bytes, without what was done to them for their way over the wire.

    Raises:
        InvalidRecord: damaged, too large, or packed in a way that is not known here.
    """
    body = page.body
    if "chunked" in page.headers.get("transfer-encoding", "").lower():
        body = _joined(body, place)
    coding = page.headers.get("content-encoding", "").lower().strip()
    if coding in ("gzip", "x-gzip", "deflate"):
        return _unpacked(body, place, raw=coding == "deflate" and body[:1] != b"\x78")
    if coding not in ("", "identity", "utf-8"):
        raise InvalidRecord(f"its content is packed with {coding[:20]!r}", path=place, hint="unpack it when archiving")
    return body


def _joined(body: bytes, place: str) -> bytes:
    """The chunks without their lengths; as it stands where an archiver joined them already and left the header."""
    parts: list[bytes] = []
    at = 0
    while size := re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]{0,200})?\r\n").match(body, at):
        length = int(size[1], 16)
        if not length:
            return b"".join(parts)
        parts.append(body[size.end() : size.end() + length])
        at = size.end() + length + 2
    if parts:
        raise InvalidRecord("the page was cut short on its way", path=place, hint=_ANEW)
    return body


def _unpacked(body: bytes, place: str, *, raw: bool) -> bytes:
    unpack = zlib.decompressobj(-zlib.MAX_WBITS if raw else zlib.MAX_WBITS | 32)
    try:
        data = unpack.decompress(body, LONGEST_DOCUMENT)
    except zlib.error as error:
        if body.lstrip()[:1] == b"<":  # unpacked already, and the header left
            return body
        raise InvalidRecord("the page's packed content is damaged", path=place, hint=_ANEW) from error
    if unpack.unconsumed_tail or not unpack.eof:
        raise InvalidRecord("the page was cut short, or is too long", path=place, hint=_ANEW)
    return data

"""What a server answered -> a Page, its body unpacked and never larger than the limit; or why it cannot be used."""

from __future__ import annotations

import datetime as dt
import re
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import IO

import httpx

from qa.errors import UnreadableSource
from qa.ingest.web.limits import Clock

ACCEPTED = "gzip, deflate"
_IN_MEMORY = 1_000_000  # bytes of a body; a larger one lies on disk
_PIECE = 262_144  # unpacked bytes at a time, however tightly they are packed
_PASSING = frozenset({429, 502, 503, 504})
_FOR_SUBSCRIBERS = frozenset({401, 402, 403, 407, 451})
_TAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]{0,500}"')
_NO_TEXT = {"image": "an image", "video": "a video", "audio": "a sound file", "font": "a font"}


class NotFetched(UnreadableSource):
    """An address gave no page.

    Args:
        status: what the server answered, if it did.
        after: seconds after which it may be asked again, if it said so.
        passing: it may be different in a moment.
    """

    def __init__(
        self,
        message: str,
        *,
        path: str,
        hint: str | None = None,
        status: int | None = None,
        after: float | None = None,
        passing: bool = False,
    ) -> None:
        super().__init__(message, path=path, hint=hint)
        self.status = status
        self.after = after
        self.passing = passing


@dataclass(frozen=True, slots=True)
class Page:
    """What lies at an address.

    Attributes:
        url: where it was found in the end.
        body: its bytes, unpacked; whoever has the page closes it. None: it is still as it was.
        charset: the encoding that the server declares.
        etag: what the server calls this state of it.
        last_modified: since when it has been so, as the server writes it.
        fresh: seconds for which the server says that it stays so.
    """

    url: str
    body: IO[bytes] | None
    charset: str | None
    etag: str | None
    last_modified: str | None
    fresh: float | None


def refused(answer: httpx.Response, clock: Clock, *, origin: str) -> NotFetched | None:
    """Why an answer holds no page; None where it does, or says that the page is as it was."""
    code = answer.status_code
    if code == 304:
        return None
    if code != 200:
        said = f"{code} {answer.reason_phrase}".strip()
        after = _after(answer.headers.get("retry-after", ""), clock)
        passing, hint = code in _PASSING, _HINTS.get(code)
        if code in _FOR_SUBSCRIBERS:
            hint = "the page may be for subscribers: save it, and ingest the file"
        message = f"the server answered {said}"
        return NotFetched(message, path=origin, hint=hint, status=code, after=after, passing=passing)
    kind, _, rest = answer.headers.get("content-type", "").strip().lower().partition("/")
    if kind in _NO_TEXT and not rest.startswith("svg"):
        return NotFetched(f"{_NO_TEXT[kind]}, not an article", path=origin, status=code)
    return None


_HINTS = {
    404: "check the address",
    410: "the page was taken away for good",
    429: "the server wants to be asked less often: try again later",
    503: "try again later",
}


def _after(text: str, clock: Clock) -> float | None:
    """The seconds of a Retry-After, which may name a moment instead."""
    if re.fullmatch(r"\d{1,9}", text.strip()):
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    return max((_aware(moment) - clock.date()).total_seconds(), 0.0)


def _aware(moment: dt.datetime) -> dt.datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def page_of(answer: httpx.Response, *, url: str, largest: int, cut: bool, origin: str) -> Page:
    """The page of an answer with status 200 or 304, its body read to the end.

    Args:
        answer: what the server sent, its body still to be read.
        url: where it was found.
        largest: bytes that its body may have, as it comes and unpacked.
        cut: a body that is too large is cut off, and no error.
        origin: names the source in messages.

    Raises:
        NotFetched: too large, packed in an unknown way, or ended too early.
        httpx.HTTPError: the connection was lost.
    """
    headers = answer.headers
    body = None if answer.status_code == 304 else _body(answer, largest, origin, cut=cut)
    tag, modified = headers.get("etag", "").strip(), headers.get("last-modified", "").strip()
    return Page(
        url=url,
        body=body,
        charset=answer.charset_encoding,
        etag=tag if _TAG.fullmatch(tag) else None,
        last_modified=modified if _is_date(modified) else None,
        fresh=_fresh(headers.get("cache-control", "")),
    )


def _is_date(text: str) -> bool:
    try:
        parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return False
    return text.isascii() and text.isprintable() and len(text) < 60


def _fresh(control: str) -> float | None:
    found = re.search(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,9})\b", control.lower())
    return float(found[1]) if found and not re.search(r"\bno-(?:cache|store)\b", control.lower()) else None


def _body(answer: httpx.Response, largest: int, origin: str, *, cut: bool) -> IO[bytes]:
    declared = answer.headers.get("content-length", "")
    if declared.isascii() and declared.isdigit() and int(declared[:18]) > largest and not cut:
        raise _too_large(largest, origin)
    coding = answer.headers.get("content-encoding", "").strip().lower()
    pieces = _unpacked(_measured(answer.iter_raw(), largest, origin, cut=cut), coding, origin)
    body = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - the page's reader closes it
    try:
        for piece in _measured(pieces, largest, origin, cut=cut):
            body.write(piece)
    except BaseException:
        body.close()
        raise
    body.seek(0)
    return body


def _measured(pieces: Iterable[bytes], largest: int, origin: str, *, cut: bool) -> Iterator[bytes]:
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > largest:
            if cut:
                return
            raise _too_large(largest, origin)
        yield piece


def _too_large(largest: int, origin: str) -> NotFetched:
    hint = "fetch it with a program that is made for it, and ingest the file"
    return NotFetched(f"larger than {largest / 1_000_000:,.0f} MB", path=origin, hint=hint)


def _unpacked(pieces: Iterable[bytes], coding: str, origin: str) -> Iterator[bytes]:
    if coding in {"", "identity"}:
        yield from pieces
        return
    if coding not in {"gzip", "x-gzip", "deflate"}:
        raise NotFetched(f"packed in a way that was not asked for ({coding[:40]})", path=origin)
    try:
        yield from _inflated(pieces, origin)
    except zlib.error as error:
        raise NotFetched(f"the server says it is packed ({coding}), and the data is damaged", path=origin) from error


def _inflated(pieces: Iterable[bytes], origin: str) -> Iterator[bytes]:
    """Unpack gzip, one part after the other, and deflate with or without its frame."""
    unpacker, begun = None, False
    for piece in pieces:
        data = piece
        while data:
            if unpacker is None or unpacker.eof:
                if begun and not data.startswith(b"\x1f"):
                    return  # padding behind the end, as gzip programs allow it
                unpacker, begun = _unpacker(data), True
            yield unpacker.decompress(data, _PIECE)
            data = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
    if unpacker is not None and not unpacker.eof:
        raise NotFetched("the answer ended before it was whole", path=origin, passing=True)


def _unpacker(start: bytes) -> zlib._Decompress:
    framed = start[0] == 0x1F or (start[0] & 0x0F == 8 and (len(start) < 2 or int.from_bytes(start[:2]) % 31 == 0))
    return zlib.decompressobj(wbits=47 if framed else -15)

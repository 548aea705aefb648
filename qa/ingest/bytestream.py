"""Bytes from a file, a pipe or a gzip file, a record or a whole document at a time, never more than their limits.

A record longer than ``LONGEST_RECORD`` is skipped without being held; a gzip stream that swells beyond reason is
refused before it is unpacked.
"""

from __future__ import annotations

import codecs
import io
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Protocol, cast

from qa.errors import UnreadableSource

LONGEST_RECORD = 20_000_000  # bytes: a long book is 5 MB; more in one line is a mistake
LONGEST_DOCUMENT = 20_000_000
LARGEST_COPY = 2_000_000_000  # bytes on disk, for what must be read at any place and comes through a pipe
HEAD = 65_536  # bytes that the format is told from
_LONGEST_BLANK = 1 << 20  # bytes of white space before it
_BLANK = b"\xef\xbb\xbf\xfe\xff\0 \t\r\n"  # white space in UTF-8, UTF-16 and UTF-32, and their marks
_MOST_LAYERS = 2  # gzip in gzip happens where a server packs what was packed; once more is a mistake, or a trap
_GZIP = b"\x1f\x8b"
_PIECE = 1 << 20
_PACKED_PIECE = 65_536
_BOMB_FROM = 100_000_000  # unpacked bytes; below it, any ratio is harmless
_BOMB_RATIO = 100  # text packs 3 to 10 times, JSON Lines at most some 30 times


class Readable(Protocol):
    """What has bytes: all that most readers of a format ask for."""

    def read(self, size: int = -1, /) -> bytes: ...


class _Counted(io.RawIOBase):
    """A raw stream that knows how many bytes were read from it."""

    def __init__(self, raw: Readable) -> None:
        self.raw = raw
        self.count = 0

    def rewind(self) -> bool:
        """Go back to the start, where that is possible."""
        try:
            cast("IO[bytes]", self.raw).seek(0)
        except (OSError, AttributeError):  # a pipe; something that has read() alone
            return False
        return True

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self.raw.read(len(buffer))
        buffer[: len(data)] = data
        self.count += len(data)
        return len(data)


@dataclass(frozen=True, slots=True)
class LongLine:
    """Stands for a line over the limit, whose bytes were let go."""

    number: int


class ByteStream:
    """Reads a source, unpacking gzip; ``head`` is its start, still to be read.

    Every method raises UnreadableSource where the bytes cannot be had.

    Args:
        raw: the bytes.
        origin: names the source in messages.
        swollen: how many times larger the bytes became already, on their way out of archives around them.
    """

    def __init__(self, raw: Readable, *, origin: str, swollen: float = 1.0) -> None:
        self._origin = origin
        self._packed = _Counted(raw)
        self._swollen = swollen
        self._stream: Readable = io.BufferedReader(self._packed, _PIECE)
        self._read = 0
        self._gzipped = self._unpack()
        while len(self._ahead) < HEAD and (piece := self._piece(HEAD - len(self._ahead))):
            self._ahead += piece
        while len(self._ahead) < _LONGEST_BLANK and not self._ahead.strip(_BLANK) and (piece := self._piece(HEAD)):
            self._ahead += piece
        self.head = self._ahead

    def _unpack(self) -> bool:
        """Go into what is gzipped; whether anything was.

        Raises:
            UnreadableSource: gzip in gzip in gzip.
        """
        for layers in range(_MOST_LAYERS + 1):
            self._ahead = self._piece(2)
            if len(self._ahead) == 1:
                self._ahead += self._piece(1)
            if self._ahead != _GZIP:
                return layers > 0
            self._stream, self._read = _Unpacked(_Rejoined(self._ahead, self._stream)), 0
        raise UnreadableSource("gzip in gzip in gzip is not read", path=self._origin, hint="unpack it yourself")

    def document(self) -> bytes:
        """All bytes of the source, which must be a document of ordinary size."""
        parts, size = [self._ahead], len(self._ahead)
        self._ahead = b""
        while size <= LONGEST_DOCUMENT and (piece := self._piece(_PIECE)):
            parts.append(piece)
            size += len(piece)
        if size > LONGEST_DOCUMENT:
            message = f"larger than {LONGEST_DOCUMENT // 1_000_000} MB, too large for one article"
            raise UnreadableSource(message, path=self._origin, hint="many articles go into JSON Lines, one a line")
        return b"".join(parts)

    def rest(self) -> Readable:
        """The bytes of the source from its start, some at a time; its length has no limit."""
        return _Rest(self)

    @contextmanager
    def seekable(self) -> Iterator[IO[bytes]]:
        """The unpacked source as a file that can be read at any place: itself, or a copy on disk.

        Raises:
            UnreadableSource: larger than ``LARGEST_COPY`` where a copy is needed.
        """
        if not self._gzipped and self._packed.rewind():
            yield cast("IO[bytes]", self._packed.raw)
            return
        with tempfile.TemporaryFile() as copy:
            for piece in iter(self.next_piece, b""):
                copy.write(piece)
                if copy.tell() > LARGEST_COPY:
                    message = f"larger than {LARGEST_COPY // 1_000_000_000} GB where it must be copied first"
                    raise UnreadableSource(message, path=self._origin, hint="unpack it, and name the file itself")
            copy.seek(0)
            yield copy

    def lines(self) -> Iterator[tuple[int, bytes] | LongLine]:
        """(number, bytes) of each line from 1, without its end; a LongLine for one over the limit."""
        number, kept, too_long = 1, bytearray(), False
        while piece := self.next_piece():
            *whole, rest = piece.split(b"\n")
            for part in whole:
                too_long = too_long or len(kept) + len(part) > LONGEST_RECORD
                yield LongLine(number) if too_long else (number, bytes(kept) + part)
                number, kept, too_long = number + 1, bytearray(), False
            too_long = too_long or len(kept) + len(rest) > LONGEST_RECORD
            kept = bytearray() if too_long else kept + rest
        if too_long:
            yield LongLine(number)
        elif kept:
            yield number, bytes(kept)

    def next_piece(self) -> bytes:
        """The next bytes, some at a time; none at the end."""
        piece, self._ahead = self._ahead, b""
        return piece or self._piece(_PIECE)

    def _piece(self, size: int) -> bytes:
        try:
            piece = self._stream.read(size)
        except (EOFError, zlib.error) as error:
            raise UnreadableSource("the gzip data is damaged", path=self._origin, hint="get the file again") from error
        except OSError as error:
            message, hint = f"cannot be read: {error.strerror or error}", "try it again, or copy the file"
            raise UnreadableSource(message, path=self._origin, hint=hint) from error
        self._read += len(piece)
        refuse_bomb(self._read, self._packed.count, swollen=self._swollen, origin=self._origin)
        return piece


def refuse_bomb(unpacked: int, packed: int, *, swollen: float, origin: str) -> None:
    """Let pass what became larger within reason.

    Args:
        unpacked: bytes that come out.
        packed: bytes that they were.
        swollen: how many times larger these became already, on their way out of archives around them.
        origin: names the source in messages.

    Raises:
        UnreadableSource: it swells beyond reason.
    """
    if unpacked > _BOMB_FROM and unpacked * swollen > _BOMB_RATIO * packed:
        hint = "unpack it yourself if you trust it"
        raise UnreadableSource(f"unpacks to more than {_BOMB_RATIO} times its size", path=origin, hint=hint)


class _Rest:
    """What is still to be read of a source, piece by piece."""

    def __init__(self, stream: ByteStream) -> None:
        self._stream = stream
        self._kept = b""

    def read(self, size: int = -1) -> bytes:
        if size is None or size < 0:
            return self._kept + b"".join(iter(self._stream.next_piece, b""))
        data = self._kept or self._stream.next_piece()
        self._kept = data[size:]
        return data[:size]


class _Rejoined:
    """A stream whose first bytes were read already, and are put back before the rest."""

    def __init__(self, start: bytes, rest: Readable) -> None:
        self._start = start
        self._rest = rest

    def read(self, size: int = -1) -> bytes:
        if self._start:
            start, self._start = self._start, b""
            return start
        return self._rest.read(size)


class _Unpacked:
    """A gzip stream of any number of members, unpacked.

    Python's own reader takes a header byte by byte however long it is, which a hostile file can make hours of.
    """

    def __init__(self, packed: Readable) -> None:
        self._packed = packed
        self._ahead = b""
        self._member = zlib.decompressobj(zlib.MAX_WBITS | 16)

    def read(self, size: int = -1) -> bytes:
        """At most so many bytes; none at the end.

        Raises:
            EOFError: the stream ends within a member.
            zlib.error: it is damaged, or something else stands behind it.
        """
        while not self._member.eof or self._next_member():
            taken = self._ahead or self._packed.read(_PACKED_PIECE)
            data = self._member.decompress(taken, max(size, 0))  # of no bytes: what zlib still holds
            self._ahead = self._member.unconsumed_tail or self._member.unused_data
            if data:
                return data
            if not taken and not self._member.eof:
                raise EOFError("the gzip stream ends within a member")
        return b""

    def _next_member(self) -> bool:
        """Whether another member begins behind this one, and behind any zeros that fill a block of a tape."""
        self._ahead = self._ahead.lstrip(b"\0")
        while len(self._ahead) < len(_GZIP) and (more := self._packed.read(_PACKED_PIECE)):
            self._ahead = (self._ahead + more).lstrip(b"\0")
        if self._ahead and not self._ahead.startswith(_GZIP):
            raise zlib.error("something else stands behind the gzip stream")
        if self._ahead:
            self._member = zlib.decompressobj(zlib.MAX_WBITS | 16)
        return bool(self._ahead)


class Recoded:
    """A stream in some encoding, as UTF-8; what is not of its encoding becomes U+FFFD."""

    def __init__(self, stream: Readable, encoding: str) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")

    def read(self, _size: int = -1) -> bytes:
        """The next bytes, as many as come; none at the end."""
        while data := self._stream.read(_PIECE):
            if text := self._decoder.decode(data):
                return text.encode()
        return self._decoder.decode(b"", final=True).encode()

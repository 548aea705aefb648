"""Bytes from a file, a pipe or a gzip file, a record or a whole document at a time, never more than their limits.

A record longer than ``LONGEST_RECORD`` is skipped without being held; a gzip stream that swells beyond reason is
refused before it is unpacked.
"""

from __future__ import annotations

import gzip
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
_PIECE = 1 << 20
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
    """

    def __init__(self, raw: Readable, *, origin: str) -> None:
        self._origin = origin
        self._packed = _Counted(raw)
        self._stream: io.BufferedReader | gzip.GzipFile = io.BufferedReader(self._packed, _PIECE)
        self._read = 0
        start = self._piece(2)
        self._ahead = start
        self._gzipped = start == b"\x1f\x8b"
        if self._gzipped:
            self._stream = gzip.GzipFile(fileobj=_Rejoined(start, self._stream))
            self._ahead = b""
            self._read = 0
        while len(self._ahead) < HEAD and (piece := self._piece(HEAD - len(self._ahead))):
            self._ahead += piece
        self.head = self._ahead

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
                    raise UnreadableSource(f"larger than {LARGEST_COPY // 1_000_000_000} GB", path=self._origin)
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
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise UnreadableSource("the gzip data is damaged", path=self._origin) from error
        except OSError as error:
            raise UnreadableSource(f"cannot be read: {error.strerror or error}", path=self._origin) from error
        self._read += len(piece)
        if self._read > _BOMB_FROM and self._read > _BOMB_RATIO * self._packed.count:
            raise UnreadableSource(
                "unpacks to more than 100 times its size", path=self._origin, hint="unpack it yourself if you trust it"
            )
        return piece


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


class _Rejoined(io.RawIOBase):
    """A stream whose first bytes were read already, and are put back before the rest."""

    def __init__(self, start: bytes, rest: IO[bytes]) -> None:
        self._start = start
        self._rest = rest

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if self._start:
            start, self._start = self._start, b""
            return start
        return self._rest.read(size)

"""A ZIP archive of a folder -> the Articles of its files, each read by its content, in order of name.

Hidden files and what programs add (``__MACOSX``) are left out, as in a folder. Nothing is written to disk under a name
from the archive. An archive that swells beyond reason is refused before anything of it is unpacked.
"""

from __future__ import annotations

import io
import lzma
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, Protocol

from qa.errors import IngestError, InvalidRecord, UnreadableSource
from qa.ingest.bytestream import Readable
from qa.types import Article

_BOMB_FROM = 100_000_000  # unpacked bytes; below it, any ratio is harmless
_BOMB_RATIO = 100
_OFFICE = ("[Content_Types].xml", "mimetype", "META-INF/MANIFEST.MF")
_DAMAGE = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, RuntimeError, ValueError)


class Read(Protocol):
    """Reads one file of the archive."""

    def __call__(self, raw: Readable, *, origin: str) -> Iterator[Article | IngestError]: ...


def read_zip(file: IO[bytes], *, origin: str, read: Read | None) -> Iterator[Article | IngestError]:
    """Read all files of an archive.

    Args:
        file: can be read at any place.
        origin: names the archive in messages.
        read: reads one file; None: this archive lies too deep in others.

    Raises:
        UnreadableSource: damaged, an office document, a bomb, too deep, or without files.
    """
    if read is None:
        raise UnreadableSource("archives in archives in archives are not read", path=origin, hint="unpack it yourself")
    try:
        archive = zipfile.ZipFile(file)
    except (*_DAMAGE, OSError) as error:
        raise UnreadableSource("the ZIP archive is damaged", path=origin) from error
    with archive:
        for member in _members(archive, origin):
            yield from _read_member(archive, member, f"{origin}!/{member.filename}", read)


def _members(archive: zipfile.ZipFile, origin: str) -> list[zipfile.ZipInfo]:
    """The files in order of name.

    Raises:
        UnreadableSource: no archive of a folder, or one that swells. zipfile unpacks no more than the sizes said here.
    """
    members = [member for member in archive.infolist() if member.filename and not member.is_dir()]
    if any(member.filename in _OFFICE for member in members):
        hint = "export its text, as HTML or PDF"
        raise UnreadableSource("an office document or a program, not an archive of articles", path=origin, hint=hint)
    unpacked, packed = sum(m.file_size for m in members), sum(m.compress_size for m in members)
    if unpacked > _BOMB_FROM and unpacked > _BOMB_RATIO * packed:
        hint = "unpack it yourself if you trust it"
        raise UnreadableSource("unpacks to more than 100 times its size", path=origin, hint=hint)
    shown = [member for member in members if not _is_hidden(member.filename)]
    if not shown:
        raise UnreadableSource("the archive holds no files", path=origin)
    return sorted(shown, key=lambda member: member.filename)


def _is_hidden(name: str) -> bool:
    return any(part.startswith(".") or part == "__MACOSX" for part in name.split("/"))


def _read_member(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, place: str, read: Read
) -> Iterator[Article | IngestError]:
    if member.flag_bits & 0x1:
        yield InvalidRecord("the file is encrypted", path=place, hint="unpack the archive yourself")
        return
    try:
        file = archive.open(member)
    except (*_DAMAGE, OSError):
        yield InvalidRecord("the file is damaged in the archive", path=place)
        return
    with file:
        yield from read(_Sound(file), origin=place)


class _Sound(io.RawIOBase):
    """A file of the archive, whose damage is an OSError as that of any file."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def read(self, size: int = -1) -> bytes:
        try:
            return self._file.read(size)
        except _DAMAGE as error:
            raise OSError("damaged in the archive") from error

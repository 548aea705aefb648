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

from qa.errors import InvalidRecord, UnreadableSource
from qa.ingest.bytestream import Readable, refuse_bomb
from qa.ingest.syndication.item import Found

_AGAIN = "get the archive again, or mend it with zip -F"
_OFFICE = ("[Content_Types].xml", "mimetype", "META-INF/MANIFEST.MF")
_DAMAGE = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, RuntimeError, ValueError)


class Read(Protocol):
    """Reads one file of the archive."""

    def __call__(self, raw: Readable, *, origin: str, swollen: float) -> Iterator[Found]: ...


def read_zip(file: IO[bytes], *, origin: str, read: Read | None, swollen: float = 1.0) -> Iterator[Found]:
    """Read all files of an archive.

    Args:
        file: can be read at any place.
        origin: names the archive in messages.
        read: reads one file; None: this archive lies too deep in others.
        swollen: how many times larger the archive became already, on its way out of others.

    Raises:
        UnreadableSource: damaged, an office document, a bomb, too deep, or without files.
    """
    if read is None:
        raise UnreadableSource("archives in archives in archives are not read", path=origin, hint="unpack it yourself")
    try:
        archive = zipfile.ZipFile(file)
    except (*_DAMAGE, OSError) as error:
        raise UnreadableSource("the ZIP archive is damaged", path=origin, hint=_AGAIN) from error
    with archive:
        for member in _members(archive, origin, _size(file), swollen):
            yield from _read_member(archive, member, f"{origin}!/{member.filename}", read, swollen)


def _size(file: IO[bytes]) -> int:
    place = file.tell()
    size = file.seek(0, io.SEEK_END)
    file.seek(place)
    return size


def _members(archive: zipfile.ZipFile, origin: str, size: int, swollen: float) -> list[zipfile.ZipInfo]:
    """The files in order of name.

    Raises:
        UnreadableSource: no archive of a folder, or one that swells. zipfile unpacks no more than the sizes said here.
    """
    members = [member for member in archive.infolist() if member.filename and not member.is_dir()]
    if any(member.filename in _OFFICE for member in members):
        hint = "export its text, as HTML or PDF"
        raise UnreadableSource("an office document or a program, not an archive of articles", path=origin, hint=hint)
    # Files that overlap in the archive say the same bytes again and again: all are no larger than the archive.
    unpacked, packed = sum(m.file_size for m in members), min(size, sum(m.compress_size for m in members))
    refuse_bomb(unpacked, packed, swollen=swollen, origin=origin)
    shown = [member for member in members if not _is_hidden(member.filename)]
    if not shown:
        hint = "name an archive with articles in it; hidden files are left out"
        raise UnreadableSource("the archive holds no files", path=origin, hint=hint)
    return sorted(shown, key=lambda member: member.filename)


def _is_hidden(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return any(part == "__MACOSX" or (part.startswith(".") and part not in (".", "..")) for part in parts)


def _read_member(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, place: str, read: Read, swollen: float
) -> Iterator[Found]:
    if member.flag_bits & 0x1:
        yield InvalidRecord("the file is encrypted", path=place, hint="unpack the archive yourself")
        return
    try:
        file = archive.open(member)
    except (*_DAMAGE, OSError):
        yield InvalidRecord("the file is damaged in the archive", path=place, hint=_AGAIN)
        return
    with file:
        grown = max(1.0, member.file_size / max(member.compress_size, 1))
        yield from read(_Sound(file), origin=place, swollen=swollen * grown)


class _Sound(io.RawIOBase):
    """A file of the archive, whose damage is an OSError as that of any file."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def read(self, size: int = -1) -> bytes:
        try:
            return self._file.read(size)
        except _DAMAGE as error:
            raise OSError("damaged in the archive") from error

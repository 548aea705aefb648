"""Files of other formats, plain or gzipped, read and checked; what is wrong is told with path and line."""

from __future__ import annotations

import gzip
import re
import zlib
from typing import TYPE_CHECKING, BinaryIO, TypeVar, cast

from pydantic import BaseModel, TypeAdapter, ValidationError

from eval.questions import what_is_wrong
from qa.errors import InvalidInput, InvalidRecord, UnreadableSource

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

Model = TypeVar("Model", bound=BaseModel)
Value = TypeVar("Value")
_LINE = re.compile(r"at line (\d+) column \d+$")
_GZIP = b"\x1f\x8b"


def document(path: Path, shape: TypeAdapter[Value]) -> Value:
    """A file that is one JSON document.

    Raises:
        UnreadableSource: the file cannot be read.
        InvalidRecord: not JSON (with the line), or not of this shape (with the place, as ``data.3.title``).
    """
    try:
        with _opened(path) as file:
            return shape.validate_json(file.read())
    except ValidationError as error:
        message = what_is_wrong(error)
        line = _LINE.search(message)
        raise InvalidRecord(message, path=str(path), line=int(line[1]) if line else None) from error
    except (OSError, EOFError, zlib.error) as error:
        raise _unreadable(path, error) from error


def records(path: Path, model: type[Model]) -> Iterator[tuple[int, Model]]:
    """The lines of a JSON Lines file with their numbers, read as they are asked for; blank ones are passed over.

    Raises:
        UnreadableSource, InvalidRecord: as ``document``.
    """
    for number, line in lines(path):
        try:
            yield number, model.model_validate_json(line)
        except ValidationError as error:
            raise InvalidRecord(what_is_wrong(error), path=str(path), line=number) from error


def lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines of a text file with their numbers from 1, without their ends; blank ones are passed over.

    Raises:
        UnreadableSource: the file cannot be read.
        InvalidRecord: a line is not UTF-8.
    """
    try:
        with _opened(path) as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield number, _text(line, path, number)
    except (OSError, EOFError, zlib.error) as error:
        raise _unreadable(path, error) from error


def only(sources: Sequence[Path], what: str) -> Path:
    """The one source of a format that has one.

    Raises:
        InvalidInput: none is given, or several.
    """
    if len(sources) != 1:
        raise InvalidInput(f"{len(sources)} sources given where one is read", hint=f"name {what}")
    return sources[0]


def member(folder: Path, *names: str) -> Path:
    """The first of these files that the folder holds, plain or as ``.gz``.

    Raises:
        UnreadableSource: it holds none of them.
    """
    for name in names:
        for path in (folder / name, folder / f"{name}.gz"):
            if path.is_file():
                return path
    raise UnreadableSource(f"there is no {' or '.join(names)} here", path=str(folder))


def _opened(path: Path) -> BinaryIO:
    with path.open("rb") as file:
        packed = file.read(2) == _GZIP
    return cast("BinaryIO", gzip.open(path)) if packed else path.open("rb")


def _text(line: bytes, path: Path, number: int) -> str:
    try:
        text = line.decode("utf-8-sig" if number == 1 else "utf-8")
    except UnicodeDecodeError as error:
        message = f"not valid UTF-8 at byte {error.start + 1} of the line"
        raise InvalidRecord(message, path=str(path), line=number, hint="save the file as UTF-8") from error
    return text.rstrip("\r\n")


def _unreadable(path: Path, error: Exception) -> UnreadableSource:
    reason = (error.strerror if isinstance(error, OSError) else None) or str(error) or "cut off"
    return UnreadableSource(f"cannot read it: {reason}", path=str(path))

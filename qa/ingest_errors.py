"""What could not be read, on its way out of an ingest: every error goes to a file as it comes, and few stay in memory.

The file is JSON Lines: ``{"path", "line", "reason", "hint"}``. What is remembered is how often each kind of reason
came, and the first of each kind, so that a million errors are as little to hold, and to read, as ten.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from qa.errors import IngestError, InvalidInput, one_line

if TYPE_CHECKING:
    from qa.ingest.syndication.item import Found

FILE_NAME = "ingest-errors.jsonl"
FEW = 10  # errors that are shown one by one
_MOST_KINDS = 200  # kinds of reasons that are told apart
_OTHER = "other reasons"
_VARYING = re.compile(r"'[^']*'|\"[^\"]*\"|\(.*\)|\d[\d.,:-]*")


@dataclass(slots=True)
class Kind:
    """Errors that differ in numbers and quotations alone."""

    first: IngestError
    count: int = 0


class ErrorsFile:
    """Takes the errors out of what is ingested, and keeps them in a file; ``close`` it at the end.

    Attributes:
        count: how many there were.
        kinds: kinds of reasons, by what is the same in all of a kind.
        first: the first few.

    Args:
        path: the file; written anew, and only where there is an error.
        wanted: the user named it: it is there afterwards, empty where there was no error.

    Raises:
        InvalidInput: the file that the user named cannot be written.
    """

    def __init__(self, path: Path, *, wanted: bool) -> None:
        self.path = path
        self.count = 0
        self.kinds: dict[str, Kind] = {}
        self.first: list[IngestError] = []
        self._file: TextIO | None = None
        if wanted:
            self._open()

    def without_errors(self, items: Iterable[Found]) -> Iterator[Found]:
        """The items that are no errors. Begun by the one ingest that may write, so the file is its own."""
        if self._file is None:
            with suppress(OSError):  # of an earlier run; a folder that cannot be written is said where it matters
                self.path.unlink()
        for item in items:
            if isinstance(item, IngestError):
                self._keep(item)
            else:
                yield item

    def kept(self) -> Iterator[dict[str, Any]]:
        """The errors of the file, in order."""
        if self.count:
            with self.path.open(encoding="utf-8") as file:
                yield from map(json.loads, file)

    def close(self) -> None:
        if self._file is not None:
            self._file.close()

    def _keep(self, error: IngestError) -> None:
        self.count += 1
        record = {"path": error.path, "line": error.line, "reason": error.message, "hint": error.hint}
        file = self._file or self._open()
        file.write(json.dumps(record) + "\n")  # ASCII: paths may hold halves of characters, which UTF-8 cannot
        if len(self.first) < FEW:
            self.first.append(error)
        name = _VARYING.sub("…", error.message)
        name = name if name in self.kinds or len(self.kinds) < _MOST_KINDS else _OTHER
        self.kinds.setdefault(name, Kind(error)).count += 1

    def _open(self) -> TextIO:
        try:
            self._file = self.path.open("w", encoding="utf-8", buffering=1)
        except OSError as error:
            message = f"the file for errors, {one_line(str(self.path))}, cannot be written ({error.strerror})"
            raise InvalidInput(message, hint="name another with --errors") from error
        return self._file

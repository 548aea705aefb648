"""What can go wrong, as a tree. Each error says what happened, to what, and (``hint``) what to do next.

::

    QAError
    ├── InvalidInput            what the caller sent cannot be used as it is
    │   ├── InvalidQuestion
    │   └── InvalidFilter
    ├── NotFound                well formed, but the archive has no such thing
    │   ├── ArticleNotFound
    │   └── CitationNotFound
    ├── IngestError             one source or one record could not be read; the others go on
    │   ├── UnreadableSource
    │   └── InvalidRecord
    ├── ArchiveError            the archive as a whole cannot be used
    │   ├── NoArchive
    │   ├── ArchiveReadOnly
    │   ├── ArchiveBusy
    │   ├── ArchiveDamaged
    │   └── ModelMismatch
    ├── WeightsError            the shipped weights are missing or not the pinned ones
    ├── ModelError              a language model gave no reply that can be used; another reader answers
    │   ├── ModelUnreachable    its server cannot be reached, or refuses the request
    │   │   └── SchemaRefused   it may well take the request without a schema for the reply
    │   ├── ModelTooSlow
    │   ├── ModelTooDear        the request would cost more than was allowed; it was not sent
    │   ├── ReplyCut            the reply ended before it was whole
    │   └── ReplyOffForm        the reply is whole, and nothing in it has the form that was asked for
    └── ServiceError            the service could not be started or reached
"""

from __future__ import annotations

import re
from typing import Any

_LONGEST_LINE = 300  # characters of a message: what it quotes of a hostile file may be megabytes
_UNPRINTABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
"""Controls, line ends, what turns the direction of writing or has no width, and halves of characters."""


class QAError(Exception):
    """Base of all errors that are meant for people.

    Args:
        message: one line: what happened, and to what.
        hint: one line: what to do about it; None where there is nothing to do.
    """

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def one_line(text: str, *, most: int | None = None) -> str:
    r"""A text from outside (a file's name, its own words) as one line that steers no terminal.

    What cannot be printed is written as Python would (``\n``, ``\x1b``, ``\u202e``), so that nothing is lost by it.

    Args:
        text: any text, halves of characters too, as file names that are not UTF-8 have them.
        most: characters; a longer text ends in an ellipsis.
    """
    start = text if most is None else text[: most + 1]
    line = _UNPRINTABLE.sub(lambda found: ascii(found[0])[1:-1], start)
    return line if most is None or len(line) <= most else line[: most - 1] + "\u2026"


class InvalidInput(QAError): ...


class InvalidQuestion(InvalidInput): ...


class InvalidFilter(InvalidInput): ...


class NotFound(QAError): ...


class ArticleNotFound(NotFound): ...


class CitationNotFound(NotFound): ...


class IngestError(QAError):
    """One source, or one record of it, could not be read.

    Args:
        message: what is wrong with it; what it quotes of the source is made one printable line here.
        path: the file or url, as it is: whoever shows it passes it through ``one_line``.
        line: the line of the file, from 1, where the format has lines.
    """

    def __init__(self, message: str, *, path: str, line: int | None = None, hint: str | None = None) -> None:
        shown = None if hint is None else one_line(hint, most=_LONGEST_LINE)
        super().__init__(one_line(message, most=_LONGEST_LINE), hint=shown)
        self.path = path
        self.line = line

    @property
    def place(self) -> str:
        """Path and line, to be shown in one line."""
        return one_line(self.path) + (f":{self.line}" if self.line is not None else "")

    def __reduce__(self) -> tuple[Any, ...]:
        """Errors come from processes of their own too, and pickling by itself knows no arguments by name."""
        return _again, (type(self), self.args, self.__dict__)


def _again(kind: type[IngestError], arguments: tuple[Any, ...], said: dict[str, Any]) -> IngestError:
    error = kind.__new__(kind, *arguments)
    error.__dict__.update(said)
    return error


class UnreadableSource(IngestError): ...


class InvalidRecord(IngestError): ...


class ArchiveError(QAError): ...


class NoArchive(ArchiveError): ...


class ArchiveReadOnly(ArchiveError): ...


class ArchiveBusy(ArchiveError): ...


class ArchiveDamaged(ArchiveError): ...


class ModelMismatch(ArchiveError): ...


class WeightsError(QAError): ...


class ModelError(QAError):
    """Its message goes to whoever asked the question, so it names no address, and nothing that the server said."""


class ModelUnreachable(ModelError): ...


class SchemaRefused(ModelUnreachable): ...


class ModelTooSlow(ModelError): ...


class ModelTooDear(ModelError): ...


class ReplyCut(ModelError): ...


class ReplyOffForm(ModelError): ...


class ServiceError(QAError): ...

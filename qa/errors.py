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
    └── ServiceError            the service could not be started or reached
"""

from __future__ import annotations


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


class InvalidInput(QAError): ...


class InvalidQuestion(InvalidInput): ...


class InvalidFilter(InvalidInput): ...


class NotFound(QAError): ...


class ArticleNotFound(NotFound): ...


class CitationNotFound(NotFound): ...


class IngestError(QAError):
    """One source, or one record of it, could not be read.

    Args:
        message: what is wrong with it.
        path: the file or url.
        line: the line of the file, from 1, where the format has lines.
    """

    def __init__(self, message: str, *, path: str, line: int | None = None, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.path = path
        self.line = line


class UnreadableSource(IngestError): ...


class InvalidRecord(IngestError): ...


class ArchiveError(QAError): ...


class NoArchive(ArchiveError): ...


class ArchiveReadOnly(ArchiveError): ...


class ArchiveBusy(ArchiveError): ...


class ArchiveDamaged(ArchiveError): ...


class ModelMismatch(ArchiveError): ...


class WeightsError(QAError): ...


class ServiceError(QAError): ...

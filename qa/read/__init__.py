"""Evidence -> Draft. One reader a module; what a reader says is checked before anybody sees it."""

from __future__ import annotations

from collections.abc import Generator
from typing import Protocol

from qa.types import Draft, DraftStatement, Evidence


class Reader(Protocol):
    """Anything that drafts statements from evidence, and from nothing else."""

    def read(self, evidence: Evidence, /) -> Draft: ...


class Speaker(Protocol):
    """A reader that hands out each statement as soon as it is whole, so that it can be checked and shown meanwhile."""

    def statements(self, evidence: Evidence, /) -> Generator[DraftStatement, None, None]: ...

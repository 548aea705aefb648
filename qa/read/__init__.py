"""Evidence -> Draft. One reader a module; what a reader says is checked before anybody sees it."""

from __future__ import annotations

from typing import Protocol

from qa.types import Draft, Evidence


class Reader(Protocol):
    """Anything that drafts statements from evidence, and from nothing else."""

    def read(self, evidence: Evidence, /) -> Draft: ...

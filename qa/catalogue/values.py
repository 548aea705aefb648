"""What the catalogue hands out beside the words of ``qa.types``, as frozen values."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from qa.types import Source


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that is kept, with what its answer cited: personal data, see docs/evaluation.md.

    Attributes:
        narrowed: it was asked with filters by date or outlet, which are not kept.
        follows: there was a conversation before it, which is not kept.
        citations: citation ids in the answer's order; none for a refusal.
    """

    answer_id: str
    at: str
    question: str
    as_of: dt.date | None
    narrowed: bool
    follows: bool
    answered: bool
    snapshot: str
    citations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Feedback:
    """A reader's rating of an answer."""

    answer_id: str
    rating: str
    comment: str | None
    at: str


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of one article that was put in: its id, and ``added``, ``updated``, ``unchanged`` …"""

    article_id: str
    status: str
    paragraphs: int


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """What an index is told of one passage.

    Attributes:
        title: that of the first version that has it.
        near: the paragraph before, the one after and the article's first, in that version.
    """

    key: int
    article_id: str
    title: str
    text: str
    near: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    articles: int
    versions: int
    paragraphs: int
    passages: int


@dataclass(frozen=True, slots=True)
class Picture:
    """Every version of every article, by article and age, and each passage key with each version it is in."""

    generation: str
    sources: list[Source]
    members: list[tuple[int, str]]

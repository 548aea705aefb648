"""Records that were ingested, beside the articles that the archive gives for them, paragraph for paragraph."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from qa.errors import ArticleNotFound

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from qa.types import Version


class Gives(Protocol):
    """What is needed of an archive; see ``qa.archive.Archive``."""

    def version(self, article_id: str, /) -> Version: ...


@dataclass(frozen=True, slots=True)
class RoundTrip:
    """How many went in, and how many came out as they were.

    Attributes:
        missing: ids of articles that are not there.
        changed: ids of articles with a paragraph that is not, byte for byte and in its place, the record's.
    """

    articles: int
    paragraphs: int
    same_paragraphs: int
    missing: tuple[str, ...]
    changed: tuple[str, ...]


def compare(records: Iterable[Mapping[str, Any]], archive: Gives) -> RoundTrip:
    """Compare item i of each record's ``paragraphs`` with the paragraph that has the number i + 1.

    Nothing is normalised on either side: paragraphs of JSON Lines are kept exactly.
    """
    articles = paragraphs = same = 0
    missing, changed = [], []
    for record in records:
        articles += 1
        texts = record["paragraphs"]
        paragraphs += len(texts)
        try:
            found = {p.number: p for p in archive.version(record["id"]).paragraphs if p.number is not None}
        except ArticleNotFound:
            missing.append(record["id"])
            continue
        right = sum(_is(found.get(number), text) for number, text in enumerate(texts, 1))
        same += right
        if right != len(texts) or len(found) != len(texts):
            changed.append(record["id"])
    return RoundTrip(articles, paragraphs, same, tuple(missing), tuple(changed))


def _is(paragraph: Any, text: str) -> bool:
    return paragraph is not None and paragraph.text.encode("utf-8") == text.encode("utf-8")

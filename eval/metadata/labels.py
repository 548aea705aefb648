"""What a person saw on a page, kept as hashes, so that nothing of the pages is in the project."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from qa.errors import UnreadableSource
from qa.ingest.normal import compared

LABELS = Path(__file__).parents[1] / "sets" / "metadata" / "labels.jsonl"


@dataclass(frozen=True, slots=True)
class Label:
    """One page.

    Attributes:
        half: 'tune' or 'held'.
        title: the hash of the headline as it is printed.
        titles_also: of the publisher's other headlines for the same story.
        published: the day of publication as it is printed; None where the page gives none.
        published_also: the day on which the same moment falls by another clock that the page uses.
        source: hashes of the names that the outlet goes by.
        authors: hashes of the names in the byline; None where nobody is named.
    """

    id: str
    half: str
    title: str
    titles_also: tuple[str, ...]
    published: str | None
    published_also: tuple[str, ...]
    source: frozenset[str]
    authors: frozenset[str] | None


def hash_of(text: str) -> str:
    """The first 16 hex digits of the sha256 of the text's letters and digits (NFKC, casefolded)."""
    return hashlib.sha256(compared(text).encode()).hexdigest()[:16]


def read_labels(path: Path = LABELS) -> list[Label]:
    """The labels in a file.

    Raises:
        UnreadableSource: no such file, or a line that is no label.
    """
    try:
        return [_label(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UnreadableSource(
            f"no labels ({error})", path=str(path), hint="see eval/sets/metadata/README.md"
        ) from error


def _label(row: dict[str, list[str] | str | None]) -> Label:
    return Label(
        id=str(row["id"]),
        half=str(row["half"]),
        title=str(row["title"]),
        titles_also=tuple(row["titles_also"] or ()),
        published=None if row["published"] is None else str(row["published"]),
        published_also=tuple(row["published_also"] or ()),
        source=frozenset(row["source"] or ()),
        authors=None if row["authors"] is None else frozenset(row["authors"]),
    )

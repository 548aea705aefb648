"""Pairs by nature: news that outlets printed, and what a person said of each pair that overlaps.

The pairs were found apart from the method that is measured: for all pairs of the 7,655 articles, the share of the
shorter one's runs of five words that stand in the other, runs in more than twenty articles aside. All 305 pairs with
half or more, and 70 drawn from those with three to five tenths, were judged: the same report, another one, or unclear
(an earlier year's text run again, a story and its update an hour later, a gallery with the story's first lines).
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from qa.types import Article, Block

LABELS = Path(__file__).parents[1] / "sets" / "duplicates" / "realtimeqa_news.jsonl"
Verdict = Literal["same", "other", "unclear"]


@dataclass(frozen=True, slots=True)
class Judged:
    """Two articles, by id and in order, and whether they are one report."""

    articles: tuple[str, str]
    verdict: Verdict


def load() -> list[Judged]:
    """The pairs, by id."""
    rows = [json.loads(line) for line in LABELS.read_text().splitlines()]
    return [Judged((row["articles"][0], row["articles"][1]), row["verdict"]) for row in rows]


def articles(file: Path) -> Iterator[Article]:
    """The news articles that the ids name."""
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            yield Article(
                title=row["title"] or "",
                blocks=tuple(Block("paragraph", text) for text in row["paragraphs"]),
                published_at=row["published"].replace("/", "-") if row.get("published") else None,
                url=row["url"],
                given_id=row["article_id"],
            )


def half_of(name: str) -> Literal["tune", "held"]:
    return "held" if hashlib.sha256(name.encode()).digest()[0] % 2 else "tune"

"""The articles of our own as an archive: what the service would find for a question among all of them.

A model that is trained on what retrieval brings learns to choose among what it will be given.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa.engine import build
from qa.read.setting import setting
from qa.settings import LLMSettings, Settings
from qa.types import Article, Block, Query

_FOUND = 20  # passages a question, of which examples are drawn from the first


@dataclass(frozen=True, slots=True)
class Placed:
    """A paragraph, and what is known of where it stands.

    Attributes:
        before: the paragraph before, in the same article.
    """

    title: str
    day: dt.date | None
    before: str | None
    text: str

    def setting(self, *, brief: bool) -> str:
        """What is read before it: all of its setting, or title and day alone."""
        return setting(self.title, self.day, None if brief else self.before)


Finds = Callable[[str], Sequence[Placed]]
"""The paragraphs that are found for a question, best first."""


@contextmanager
def service(articles: Sequence[dict[str, Any]]) -> Iterator[Finds]:
    """Finds among these articles (``title``, ``date``, ``paragraphs``) as the service does, both indexes fused."""
    with tempfile.TemporaryDirectory(prefix="written-") as home:
        engine = build(_alone(Path(home)), create=True)

        def find(question: str) -> list[Placed]:
            passages = [hit.passage for hit in engine.retriever.retrieve(Query(question))]
            return [
                Placed(one.source.title, one.source.day, one.before.text if one.before else None, one.text)
                for one in passages
            ]

        try:
            engine.archive.add(map(_article, articles))
            yield find
        finally:
            engine.close()


def _alone(home: Path) -> Settings:
    """Nothing of the environment: no shared catalogue, vectors or language model are touched."""
    return Settings(
        home=home, candidates=_FOUND, database_url=None, chroma_url=None, embedding=None, llm=LLMSettings(model=None)
    )


def _article(written: dict[str, Any]) -> Article:
    blocks = tuple(Block("paragraph", text) for text in written["paragraphs"])
    return Article(title=written["title"], blocks=blocks, published_at=written["date"])

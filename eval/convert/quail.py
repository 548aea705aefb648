"""QuAIL (Rogers et al. 2020), as a JSON list of articles with their questions -> questions on whole articles.

The choices are not shown to who answers: the question is asked by itself, and the right choice is the answer.
Choices are in other words than the text, so that an answer is seldom found in a paragraph word for word; what the
set is good for is telling the unanswerable questions, whose right choice is 'not enough information'. No
paragraph is labelled: any one of the article is gold.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, TypeAdapter

from eval.convert.converted import Converted, Record, article_id
from eval.convert.sources import document, only

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


class _Asked(BaseModel):
    question: str
    type: str
    answer: str
    unanswerable: bool


class _Article(BaseModel):
    id: str
    title: str
    author: str | None = None
    url: str | None = None
    paragraphs: list[str]
    questions: list[_Asked]


def convert(sources: Sequence[Path]) -> Converted:
    """One file, or the folder that holds it.

    Raises:
        InvalidInput: not one source.
        UnreadableSource, InvalidRecord: the file is missing or malformed.
    """
    path = only(sources, "the file of articles with their questions")
    if path.is_dir():
        path = next(iter(sorted(path.glob("*.json"))), path / "*.json")
    articles = document(path, TypeAdapter(list[_Article]))
    questions = [question for article in articles for question in _questions(article)]
    return Converted.of((_record(article) for article in articles), questions)


def _record(article: _Article) -> Record:
    return {
        "id": article_id(article.id),
        "url": article.url,
        "title": article.title,
        "authors": [article.author] if article.author else [],
        "paragraphs": article.paragraphs,
    }


def _questions(article: _Article) -> Iterator[Record]:
    for number, asked in enumerate(article.questions, start=1):
        made = {"id": f"{article.id}-{number:02}", "question": asked.question, "tags": [_tag(asked.type)]}
        if asked.unanswerable:
            yield {**made, "answerable": False}
        else:
            gold = [{"article": article_id(article.id)}]
            yield {**made, "answerable": True, "answers": [asked.answer], "gold": gold}


def _tag(kind: str) -> str:
    return kind.lower().replace("_", "-")

"""SQuAD 1.1 and 2.0 (Rajpurkar et al. 2016, 2018) -> an open archive: an article a title, a paragraph a context.

The gold of a question is the paragraph that it was written on. A question of 2.0 with ``is_impossible`` is
unanswerable from that paragraph; that another one answers it is possible, and not known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, TypeAdapter

from eval.convert.converted import Converted, Record, article_id
from eval.convert.sources import document
from qa.errors import InvalidInput, InvalidRecord

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


class _Answer(BaseModel):
    text: str


class _Asked(BaseModel):
    id: str
    question: str
    answers: list[_Answer] = []
    is_impossible: bool = False


class _Paragraph(BaseModel):
    context: str
    qas: list[_Asked]


class _Article(BaseModel):
    title: str
    paragraphs: list[_Paragraph]


class _Document(BaseModel):
    data: list[_Article]


def convert(sources: Sequence[Path]) -> Converted:
    """All files together: ``train-v2.0.json``, ``dev-v1.1.json.gz`` …

    Raises:
        InvalidInput: no file is given.
        UnreadableSource, InvalidRecord: a file cannot be read, or is no SQuAD.
    """
    if not sources:
        raise InvalidInput("no file is given", hint="name one or more files like dev-v2.0.json")
    read = [(path, article) for path in sources for article in document(path, TypeAdapter(_Document)).data]
    _require_single(read)
    questions = [question for path, article in read for question in _questions(article, path)]
    return Converted.of((_record(article) for _, article in read), questions)


def _require_single(read: Sequence[tuple[Path, _Article]]) -> None:
    seen: set[str] = set()
    for path, article in read:
        if article.title in seen:
            hint = "convert each version of SQuAD by itself: both have the same articles"
            raise InvalidRecord(f"the title {article.title!r} stands twice", path=str(path), hint=hint)
        seen.add(article.title)


def _record(article: _Article) -> Record:
    return {
        "id": article_id(article.title),
        "title": article.title.replace("_", " "),
        "paragraphs": [paragraph.context for paragraph in article.paragraphs],
    }


def _questions(article: _Article, path: Path) -> Iterator[Record]:
    for number, paragraph in enumerate(article.paragraphs, start=1):
        for asked in paragraph.qas:
            made = {"id": asked.id, "question": asked.question}
            if asked.is_impossible:
                yield {**made, "answerable": False}
                continue
            if not asked.answers:
                message = f"question {asked.id!r} has no answers and is not marked is_impossible"
                raise InvalidRecord(message, path=str(path))
            answers = list(dict.fromkeys(answer.text for answer in asked.answers))
            gold = {"article": article_id(article.title), "paragraph": number}
            yield {**made, "answerable": True, "answers": answers, "gold": [gold]}

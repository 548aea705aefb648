"""MultiHop-RAG (Tang & Yang 2024): ``corpus.json`` and ``MultiHopRAG.json`` -> news articles, questions on several.

Each piece of evidence becomes a gold entry: the paragraph that holds its fact, with the fact as quote where it
stands there word for word. Where no single paragraph holds it the whole article is gold, and the question has the
tag ``loose-evidence``. A ``null_query`` is unanswerable. ``eval.multihop`` scores runs as its authors do, and strictly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, TypeAdapter

from eval.convert.converted import Converted, Record, article_id
from eval.convert.sources import document, member
from eval.library import one_line
from qa.errors import InvalidInput, InvalidRecord

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

LOOSE = "loose-evidence"
NULL = "null_query"


class Evidence(BaseModel):
    """A fact, and the article that it stands in."""

    url: str
    fact: str


class Asked(BaseModel):
    """A question of ``MultiHopRAG.json``."""

    query: str
    answer: str
    question_type: str
    evidence_list: list[Evidence] = []


class _Article(BaseModel):
    title: str
    url: str
    body: str
    author: str | None = None
    source: str | None = None
    category: str | None = None
    published_at: str | None = None

    @property
    def paragraphs(self) -> list[str]:
        """Its lines: the body has no other marks of where a paragraph ends."""
        return [line.strip() for line in self.body.splitlines() if line.strip()]


def convert(sources: Sequence[Path]) -> Converted:
    """The folder with both files, or ``corpus.json`` and ``MultiHopRAG.json`` in this order.

    Raises:
        InvalidInput: neither a folder nor two files.
        UnreadableSource, InvalidRecord: a file is missing or malformed, or evidence is of no article.
    """
    corpus, queries = _files(sources)
    articles = document(corpus, TypeAdapter(list[_Article]))
    by_url = {article.url: article for article in articles}
    asked = read_asked(queries)
    questions = [_question(name, item, by_url, queries) for name, item in asked.items()]
    return Converted.of((_record(article) for article in articles), questions)


def read_asked(path: Path) -> dict[str, Asked]:
    """The questions of ``MultiHopRAG.json`` by the ids that they have in the converted set.

    Raises:
        UnreadableSource, InvalidRecord: the file is missing or malformed.
    """
    return {f"mh-{n:04}": item for n, item in enumerate(document(path, TypeAdapter(list[Asked])), start=1)}


def squeezed(text: str) -> str:
    """Without blanks and line ends, as the authors' scorer compares texts."""
    return text.replace(" ", "").replace("\n", "")


def _files(sources: Sequence[Path]) -> tuple[Path, Path]:
    if len(sources) == 1:
        return member(sources[0], "corpus.json"), member(sources[0], "MultiHopRAG.json")
    if len(sources) != 2:
        hint = "name the folder, or corpus.json and MultiHopRAG.json"
        raise InvalidInput(f"{len(sources)} sources given", hint=hint)
    return sources[0], sources[1]


def _record(article: _Article) -> Record:
    return {
        "id": article_id(article.url),
        "url": article.url,
        "title": article.title,
        "source": article.source,
        "authors": [article.author] if article.author else [],
        "published_at": article.published_at,
        "section": article.category,
        "paragraphs": article.paragraphs,
    }


def _question(name: str, asked: Asked, by_url: Mapping[str, _Article], path: Path) -> Record:
    made = {"id": name, "question": asked.query}
    if asked.question_type == NULL:
        return {**made, "answerable": False, "tags": [asked.question_type]}
    gold = list(_gold(name, asked, by_url, path))
    loose = [LOOSE] if any("paragraph" not in entry for entry in gold) else []
    tags = [asked.question_type, *loose]
    return {**made, "answerable": True, "answers": [asked.answer], "gold": gold, "tags": tags}


def _gold(name: str, asked: Asked, by_url: Mapping[str, _Article], path: Path) -> Iterator[Record]:
    for evidence in asked.evidence_list:
        if evidence.url not in by_url:
            message = f"the evidence of question {name} is of no article of the corpus: {evidence.url}"
            raise InvalidRecord(message, path=str(path))
        yield _place(evidence, by_url[evidence.url])


def _place(evidence: Evidence, article: _Article) -> Record:
    place: Record = {"article": article_id(article.url)}
    fact = squeezed(evidence.fact)
    for number, text in enumerate(article.paragraphs, start=1):
        if fact and fact in squeezed(text):
            literal = one_line(evidence.fact) in one_line(text)
            return {**place, "paragraph": number} | ({"quote": one_line(evidence.fact)} if literal else {})
    return place
